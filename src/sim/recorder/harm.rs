//! Which users were harmed, and when.

use crate::engine::{Span, Time};
use crate::sim::request::Hop;

/// Scrapes and their lag let an alert fire this much later than the end of the time that it judges.
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

/// The users with a failed request, and those whom the release harmed.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Harm {
    harmed: Users,
    /// Of the harmed, those of each cohort.
    pub by_cohort: Vec<u64>,
    failed: Users,
    pub first: Option<Time>,
    pub last: Option<Time>,
    /// When a request last failed for more than an ordinary error, or a user was harmed.
    last_trouble: Option<Time>,
    /// Alerts that fired without trouble.
    pub false_alarms: u32,
}

impl Harm {
    /// No harm, to so many users in so many cohorts.
    pub fn new(users: u32, cohorts: usize) -> Self {
        Self {
            harmed: Users::new(users),
            by_cohort: vec![0; cohorts.max(1)],
            failed: Users::new(users),
            first: None,
            last: None,
            last_trouble: None,
            false_alarms: 0,
        }
    }

    /// A user's request failed; `ordinary` says that it would have done so with any release and no fault.
    pub fn failed(&mut self, now: Time, user: u32, ordinary: bool) {
        if !ordinary {
            self.last_trouble = Some(now);
        }
        self.failed.add(user);
    }

    /// The release harmed the user of a request.
    pub fn add(&mut self, now: Time, hop: &Hop) {
        if self.harmed.add(hop.user)
            && let Some(count) = self.by_cohort.get_mut(usize::from(hop.cohort))
        {
            *count += 1;
        }
        self.last_trouble = Some(now);
        self.first.get_or_insert(now);
        self.last = Some(now);
    }

    /// An alert fires that judges the last `reach`: a false alarm when nothing was wrong in that time.
    pub fn alert(&mut self, now: Time, reach: Span) {
        let founded = self.last_trouble.is_some_and(|at| now.since(at) <= reach + LATE);
        self.false_alarms += u32::from(!founded);
    }

    /// Users harmed, and users with a failed request.
    pub const fn users(&self) -> (u64, u64) {
        (self.harmed.count, self.failed.count)
    }
}
