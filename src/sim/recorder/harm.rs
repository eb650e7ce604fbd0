//! Whom the release harmed or helped, and when: by comparison with the run's twin.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::crowd::Crowd;
use crate::engine::{Span, Time};
use crate::sim::action::Sight;
use crate::sim::budget::Spent;
use crate::sim::cause::Cause;
use crate::sim::request::{Hop, mark};
use crate::sim::twin::{Ended, Injected, Odds, Outcomes, Twin};
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

/// What was done to a user.
#[derive(Clone, Copy, Debug, Default)]
struct Balance {
    /// Requests harmed minus requests helped.
    all: i32,
    /// The same without those in which luck decided.
    apart_from_luck: i32,
}

/// The users of a cohort to whom something was done. Those to whom only luck did are counted apart.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    harmed: u64,
    harmed_by_luck: u64,
    helped: u64,
    helped_by_luck: u64,
}

impl Tally {
    /// Where a user with this balance is counted.
    fn count(&mut self, balance: Balance) -> Option<&mut u64> {
        match (balance.all.signum(), balance.apart_from_luck.signum()) {
            (1, 1) => Some(&mut self.harmed),
            (1, _) => Some(&mut self.harmed_by_luck),
            (-1, -1) => Some(&mut self.helped),
            (-1, _) => Some(&mut self.helped_by_luck),
            _ => None,
        }
    }

    /// A fault that strikes others than in the twin strikes as many: only those beyond that are harmed by the release.
    const fn all_harmed(&self) -> u64 {
        self.harmed + self.harmed_by_luck.saturating_sub(self.helped_by_luck)
    }

    const fn all_helped(&self) -> u64 {
        self.helped + self.helped_by_luck.saturating_sub(self.harmed_by_luck)
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
    /// What was done to each user to whom anything was.
    balance: BTreeMap<u32, Balance>,
    /// The users of each cohort.
    cohorts: Vec<Tally>,
    /// The users where requests are drawn as counts.
    pub crowd: Crowd,
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
            cohorts: vec![Tally::default(); cohorts.max(1)],
            crowd: Crowd::default(),
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

    /// That its twin took more than its budget.
    pub fn twin_spent(&self) -> Option<Spent> {
        match &self.beside {
            Beside::Twin(twin) => twin.spent(),
            Beside::Nothing | Beside::Itself(_) => None,
        }
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

    /// A user's request was answered, `badly` when its answer was wrong or late.
    #[inline(always)]
    pub fn answered(&mut self, now: Time, hop: &Hop, badly: bool) {
        if matches!(self.beside, Beside::Nothing) {
            return;
        }
        self.ended(now, hop, if badly { Ended::Badly { by_luck: false } } else { Ended::Well });
    }

    /// A user's request failed for this cause. Ordinary errors, which strike the same requests in both worlds, faults, and too
    /// long a turn of work by bad luck are the world's.
    pub fn gave_up(&mut self, now: Time, hop: &Hop, cause: Cause) {
        self.ended(now, hop, Ended::Badly { by_luck: !cause.is_of_release() });
    }

    #[inline]
    fn ended(&mut self, now: Time, hop: &Hop, ended: Ended) {
        match &mut self.beside {
            Beside::Nothing => {}
            Beside::Itself(outcomes) => outcomes.note(hop.user, hop.number, ended),
            Beside::Twin(twin) => match (ended, twin.ended(now, hop.user, hop.number)) {
                (Ended::Badly { by_luck }, Some(Ended::Well)) => self.harm(now, hop, by_luck),
                (Ended::Well, Some(Ended::Badly { by_luck })) => self.weigh(hop, -1, by_luck),
                (Ended::Badly { .. }, Some(Ended::Badly { .. }))
                | (Ended::Well, Some(Ended::Well))
                | (_, None) => {}
            },
        }
    }

    #[cold]
    fn harm(&mut self, now: Time, hop: &Hop, by_luck: bool) {
        self.weigh(hop, 1, by_luck);
        self.note_harm(now, hop.is(mark::EXPOSED) || hop.pool == 1);
    }

    /// Notes when a request was harmed, and whether the candidate had worked on it.
    pub fn note_harm(&mut self, now: Time, by_candidate: bool) {
        self.first.get_or_insert(now);
        self.first_of_attempt.get_or_insert(now);
        self.last = Some(now);
        self.last_trouble = Some(now);
        self.last_by_side[usize::from(!by_candidate)] = Some(now);
    }

    /// Notes when a request failed for more than an ordinary error.
    pub const fn note_trouble(&mut self, now: Time) {
        self.last_trouble = Some(now);
    }

    /// How likely a request of a class goes badly in the twin in a second, by the release and by luck; `None` where there is no twin to
    /// compare with, or it ended before.
    pub fn odds_in_twin(&self, now: Time, second: u64, class: usize) -> Option<Odds> {
        match &self.beside {
            Beside::Twin(twin) => twin.odds(now, second, class),
            Beside::Nothing | Beside::Itself(_) => None,
        }
    }

    /// Notes how likely a request of each class goes badly in a second, as a twin does.
    pub fn note_odds(&mut self, second: u64, odds: &[Odds]) {
        if let Beside::Itself(outcomes) = &mut self.beside {
            outcomes.note_odds(second, odds);
        }
    }

    /// Counts one request more as harmed (1) or helped (-1).
    #[cold]
    fn weigh(&mut self, hop: &Hop, by: i32, by_luck: bool) {
        let balance = self.balance.entry(hop.user).or_default();
        let before = *balance;
        balance.all += by;
        balance.apart_from_luck += if by_luck { 0 } else { by };
        let after = *balance;
        if let Some(cohort) = self.cohorts.get_mut(usize::from(hop.cohort)) {
            cohort.count(before).into_iter().for_each(|count| *count -= 1);
            cohort.count(after).into_iter().for_each(|count| *count += 1);
        }
    }

    /// Users more of whose requests were harmed than helped, without those who changed places with others by luck.
    pub fn users_harmed(&self) -> u64 {
        self.by_cohort().iter().sum()
    }

    /// Of these, those of each cohort.
    pub fn by_cohort(&self) -> Vec<u64> {
        let crowd = self.crowd.harmed_and_helped().into_iter().map(|(harmed, _)| harmed);
        let crowd = crowd.chain(std::iter::repeat(0));
        self.cohorts.iter().zip(crowd).map(|(one_by_one, crowd)| one_by_one.all_harmed() + crowd).collect()
    }

    /// Users more of whose requests were helped than harmed, without those who changed places with others by luck.
    pub fn users_helped(&self) -> u64 {
        let crowd: u64 = self.crowd.harmed_and_helped().iter().map(|(_, helped)| helped).sum();
        self.cohorts.iter().map(Tally::all_helped).sum::<u64>() + crowd
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
    pub fn users_failed(&self) -> u64 {
        self.failed.count + self.crowd.failed()
    }
}
