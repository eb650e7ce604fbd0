//! Ways of requests, and what a proxy knows of where they lead.

use crate::sim::Cause;

/// What becomes of the requests that go one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// An instance takes them.
    Taken,
    /// They are turned away, for this cause.
    Turned(Cause),
}

/// One way of the requests of a class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub pool: u8,
    pub fate: Fate,
    /// Whether copies go there, and nobody waits for their answers.
    pub copy: bool,
    /// Their share of the class's requests.
    pub share: f64,
    /// The users who send them, as a stretch of the cohort's.
    pub users: (f64, f64),
    /// How many went there in the open second; of those that an instance took, the branches tell.
    pub count: u64,
    /// How many more went there whose clients tried again.
    pub again: u64,
}

/// The instances of one pool that a proxy sends to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub all: u32,
    /// Of these, those that listen.
    pub listening: u32,
    /// The others, by why they turn a request away.
    pub down: Vec<(Cause, u32)>,
}

/// What one proxy goes by.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub route: u16,
    pub shed: u16,
    /// Which state of its views, and of the instances, that is.
    pub version: (u64, u64),
    pub pools: [Seen; 3],
}
