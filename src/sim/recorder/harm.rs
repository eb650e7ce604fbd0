//! Whom the release harmed or helped, and when: by comparison with the run's twin.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::{Span, Time};
use crate::sim::action::Sight;
use crate::sim::request::{Hop, mark};
use crate::sim::twin::{Injected, Outcomes, Twin};
use crate::telemetry::Subject;

/// Scrapes and their lag let an alert fire, or a check fail, this much later than the end of the time that it judges.
const LATE: Span = Span::from_secs(60);

/// A set of users.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Users {
    bits: Vec<u64>,
    pub count: u64,
}

impl Users {
    /// No users, of so many.
    pub fn new(users: u32) -> Self {
        Self { bits: vec![0; users.div_ceil(64) as usize], count: 0 }
    }

    /// Puts a user in; false when they were in.
    pub fn add(&mut self, user: u32) -> bool {
        let bit = 1 << (user & 63);
        if let Some(word) = self.bits.get_mut((user >> 6) as usize)
            && *word & bit == 0
        {
            *word |= bit;
            self.count += 1;
            return true;
        }
        false
    }
}

/// What a run is compared with.
#[derive(Clone, Debug)]
enum Beside {
    /// Nothing: harm is not known.
    Nothing,
    /// Its twin.
    Twin(Arc<Twin>),
    /// It is a twin, and notes how its requests end.
    Itself(Outcomes),
}

/// The users who fared worse or better than in the twin, and those with a failed request.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Harm {
    beside: Beside,
    /// Requests harmed minus requests helped, of each user who has any.
    balance: BTreeMap<u32, i32>,
    /// Users more of whose requests were harmed than helped.
    pub users_harmed: u64,
    /// Users more of whose requests were helped than harmed.
    pub users_helped: u64,
    /// Of the harmed, those of each cohort.
    pub by_cohort: Vec<u64>,
    failed: Users,
    /// When the first request was harmed.
    pub first: Option<Time>,
    /// When the last request was harmed.
    pub last: Option<Time>,
    /// When the first request was harmed since the last attempt to ship began.
    pub first_of_attempt: Option<Time>,
    /// When a request was last harmed that the candidate worked on, and one that it did not.
    last_by_side: [Option<Time>; 2],
    /// When a request last failed for more than an ordinary error, or was harmed.
    last_trouble: Option<Time>,
    /// Alerts that fired without trouble.
    pub false_alarms: u32,
}

impl Harm {
    /// No harm, to so many users in so many cohorts.
    pub fn new(users: u32, cohorts: usize) -> Self {
        Self {
            beside: Beside::Nothing,
            balance: BTreeMap::new(),
            users_harmed: 0,
            users_helped: 0,
            by_cohort: vec![0; cohorts.max(1)],
            failed: Users::new(users),
            first: None,
            last: None,
            first_of_attempt: None,
            last_by_side: [None; 2],
            last_trouble: None,
            false_alarms: 0,
        }
    }

    /// From here on requests are compared with those of `twin`.
    pub fn compare_with(&mut self, twin: Arc<Twin>) {
        self.beside = Beside::Twin(twin);
    }

    /// From here on it notes how requests end, as a twin does.
    pub fn be_a_twin(&mut self, outcomes: Outcomes) {
        self.beside = Beside::Itself(outcomes);
    }

    /// What a twin has noted.
    pub fn outcomes(&self) -> Outcomes {
        match &self.beside {
            Beside::Itself(outcomes) => outcomes.clone(),
            Beside::Nothing | Beside::Twin(_) => Outcomes::new(0),
        }
    }

    /// A fault was let loose by hand: it would have struck with nothing released as well.
    pub fn divert(&mut self, by: Injected) {
        if let Beside::Twin(twin) = &mut self.beside {
            *twin = twin.diverted(by);
        }
    }

    /// A user's request failed; `ordinary` says that it would have done so with any release and no fault.
    pub fn failed(&mut self, now: Time, user: u32, ordinary: bool) {
        if !ordinary {
            self.last_trouble = Some(now);
        }
        self.failed.add(user);
    }

    /// A user's request has ended, `badly` when it failed, or its answer was wrong or late.
    #[inline]
    pub fn ended(&mut self, now: Time, hop: &Hop, badly: bool) {
        match &mut self.beside {
            Beside::Nothing => {}
            Beside::Itself(outcomes) => outcomes.note(hop.user, hop.number, badly),
            Beside::Twin(twin) => match (badly, twin.ended_badly(now, hop.user, hop.number)) {
                (true, Some(false)) => self.harm(now, hop),
                (false, Some(true)) => self.weigh(hop, -1),
                (true, Some(true)) | (false, Some(false)) | (_, None) => {}
            },
        }
    }

    #[cold]
    fn harm(&mut self, now: Time, hop: &Hop) {
        self.weigh(hop, 1);
        self.first.get_or_insert(now);
        self.first_of_attempt.get_or_insert(now);
        self.last = Some(now);
        self.last_trouble = Some(now);
        let by_candidate = hop.is(mark::EXPOSED) || hop.pool == 1;
        self.last_by_side[usize::from(!by_candidate)] = Some(now);
    }

    /// Counts one request more as harmed (1) or helped (-1).
    #[cold]
    fn weigh(&mut self, hop: &Hop, by: i32) {
        let balance = self.balance.entry(hop.user).or_default();
        let before = *balance;
        *balance += by;
        let cohort = self.by_cohort.get_mut(usize::from(hop.cohort));
        match (before, *balance) {
            (0, 1) => {
                self.users_harmed += 1;
                cohort.into_iter().for_each(|count| *count += 1);
            }
            (1, 0) => {
                self.users_harmed -= 1;
                cohort.into_iter().for_each(|count| *count -= 1);
            }
            (0, -1) => self.users_helped += 1,
            (-1, 0) => self.users_helped -= 1,
            _ => {}
        }
    }

    /// Another attempt to ship begins.
    pub fn begin_attempt(&mut self) {
        self.first_of_attempt = None;
        self.last_by_side = [None; 2];
    }

    /// An alert fires that judges the last `reach`: a false alarm when nothing was wrong in that time.
    pub fn alert(&mut self, now: Time, reach: Span) {
        let founded = self.last_trouble.is_some_and(|at| now.since(at) <= reach + LATE);
        self.false_alarms += u32::from(!founded);
    }

    /// Whether what was looked at includes requests that were harmed in this attempt.
    pub fn is_seen_by(&self, sight: &Sight, now: Time) -> bool {
        let [candidate, others] =
            self.last_by_side.map(|last| last.is_some_and(|at| now.since(at) <= sight.over + LATE));
        match sight.of {
            Subject::Candidate => candidate,
            Subject::Baseline | Subject::Control => others,
            Subject::Target | Subject::Service(_) => candidate || others,
        }
    }

    /// How many users had a failed request.
    pub const fn users_failed(&self) -> u64 {
        self.failed.count
    }
}
