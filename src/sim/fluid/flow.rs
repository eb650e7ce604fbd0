//! A pool of the target as its requests meet it: what may befall them, how they wait and end.

use super::end::Branch;
use super::queue::Queue;
use super::trouble::Trouble;
use crate::sim::Cause;
use crate::sim::defects::odds::CrowdOdds;

/// What befalls a part of the requests of a class at a pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strand {
    /// Their share of the class's requests there.
    pub share: f64,
    /// Factor on the work.
    pub factor: f64,
    /// Why they fail when they are worked on, if they do.
    pub fails: Option<Cause>,
    /// Whether their answers are wrong.
    pub wrong: bool,
    /// Whether each crashes its instance.
    pub crashes: bool,
    /// Whether a defect shows in them.
    pub shows: bool,
    /// Whether a defect made them slow.
    pub slowed: bool,
}

impl Strand {
    /// Whether its requests come to the calls of their service: one that fails by itself does not, and one that crashes its instance does so
    /// at its end.
    pub const fn calls(&self) -> bool {
        self.fails.is_none() || self.crashes
    }
}

/// What the strands of a pool are computed from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Look {
    pub trouble: Trouble,
    /// By class: what defects do to what share.
    pub odds: Vec<Vec<CrowdOdds>>,
}

/// One pool of the target, as its requests meet it.
#[derive(Clone, Debug, Default)]
pub(super) struct PoolFlow {
    /// What the effects of the present look were computed from; they are the same while it is.
    pub looked: Option<Look>,
    /// By class: what may befall a request here before it waits.
    pub effects: Vec<Vec<Strand>>,
    /// How the requests of each class end here: by number of the try, then by class.
    pub branches: Vec<Vec<Branch>>,
    /// How requests wait here.
    pub queue: Queue,
    /// The requests of a tick that change nothing here while all else is the same: those of the last one, once the queue is at rest.
    pub rests: Option<f64>,
    /// What is to blame for too much to do.
    pub overload: Option<Cause>,
    /// Whether some request would crash its instance, and whether a defect would show in some.
    pub crashes: bool,
    pub shows: bool,
    /// Requests dropped with their instance in the open second, by cause, and how many should have been.
    pub dropped: Vec<(Cause, u64, f64)>,
}
