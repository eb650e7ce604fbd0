//! Exposures: which users each pool of the target has answered since the split last changed. Counted only when a plan asks.

mod counting;

use crate::engine::Time;
use crate::sim::recorder::Users;

/// The users of each pool.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Exposures {
    /// From when on every proxy has the split; none while it changes.
    since: Option<Time>,
    pools: [Users; 3],
}

impl Exposures {
    /// No exposures, of so many users.
    pub fn of(users: u32) -> Self {
        Self { since: None, pools: [Users::new(users), Users::new(users), Users::new(users)] }
    }
}
