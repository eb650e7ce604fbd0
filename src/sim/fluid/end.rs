//! How requests end: the ends that are possible, with their shares, and those that were counted.

use super::law::{LATE, Segment};
use crate::sim::Cause;

/// The law of what no instance has worked on.
pub(super) const NO_LAW: u32 = u32::MAX;

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// With a right answer.
    Right,
    /// With a wrong answer that looks right.
    Wrong,
    /// With an error, for this cause.
    Failed(Cause),
    /// Its client has given it up, for this cause.
    GivenUp(Cause),
    /// It was turned away, for this cause.
    TurnedAway(Cause),
}

impl End {
    /// Why it failed, if it did.
    pub const fn cause(self) -> Option<Cause> {
        match self {
            Self::Right | Self::Wrong => None,
            Self::Failed(cause) | Self::GivenUp(cause) | Self::TurnedAway(cause) => Some(cause),
        }
    }

    /// Whether it counts as bad for the user, and then whether by luck. An answer is `late` where it took too long.
    pub fn is_bad(self, late: bool) -> Option<bool> {
        match self.cause() {
            Some(cause) => Some(!cause.is_of_release()),
            None => (late || self == Self::Wrong).then_some(false),
        }
    }
}

/// One end of the requests of a class at a pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    pub end: End,
    /// Number of the law of its answers, and the part of it.
    pub law: u32,
    pub segment: Segment,
    /// Number of the law of the try alone, without those before it.
    pub base: u32,
    pub share: f64,
    /// The share of its requests that is tried again, if the clients' budget allows it.
    pub again: f64,
    /// Whether a defect shows in it, and whether each of its requests crashes an instance.
    pub shows: bool,
    pub crashes: bool,
    /// How many ended so in the open second: requests, and copies.
    pub counts: [u64; 2],
    /// How many requests more came to that and were tried again.
    pub repeated: u64,
}

impl Branch {
    /// Whether its answers come too late for the user.
    pub const fn is_late(&self) -> bool {
        self.segment == LATE
    }
}

/// Requests of a class in a pool that ended alike in the open second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Counted {
    pub pool: u8,
    pub law: u32,
    pub segment: Segment,
    /// Number of the law of their last try alone.
    pub base: u32,
    /// Whether these are tries after which their clients tried again.
    pub again: bool,
    /// Whether they are copies, of which nobody waits for an answer.
    pub copies: bool,
    pub end: End,
    pub class: u16,
    pub count: u64,
}
