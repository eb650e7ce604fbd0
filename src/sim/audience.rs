//! Who was answered by which pool of the target since the present split stands: counted only when a plan asks.

use super::hop::{Hop, NONE, mark};
use super::recorder::Users;
use super::simulation::Simulation;
use crate::engine::Time;
use crate::telemetry;

/// The users of each pool.
#[derive(Clone, Debug)]
pub(super) struct Audience {
    /// From when on every proxy has the split; none while it changes.
    since: Option<Time>,
    pools: [Users; 3],
}

impl Audience {
    /// Nobody yet, of so many.
    pub fn of(users: u32) -> Self {
        Self { since: None, pools: [Users::new(users), Users::new(users), Users::new(users)] }
    }
}

impl Simulation {
    /// A new split begins: whoever was counted was counted under another.
    pub(super) fn forget_audience(&mut self) {
        if self.blueprint.counts_users {
            self.audience = Audience::of(self.blueprint.users);
        }
    }

    /// Counts the user of an answer that an instance gave, errors too, as its log of exposures would. What was sent before
    /// every proxy had the split is no exposure to it.
    pub(super) fn count_audience(&mut self, hop: &Hop) {
        if hop.is(mark::TEST | mark::MIRROR | mark::TURNED_AWAY) || hop.instance == NONE || !self.is_routed()
        {
            return;
        }
        let since = *self.audience.since.get_or_insert(self.now);
        if hop.arrived >= since {
            self.audience.pools[usize::from(hop.pool)].add(hop.user);
        }
    }

    /// What a scrape finds. A candidate whose metrics are hidden has no users, one without a label leaves them to the
    /// baseline.
    pub(super) fn audience_seen(&self, visible: Time, hidden: bool, unlabelled: bool) -> telemetry::Audience {
        let mut users = [0, 1, 2].map(|pool: usize| self.audience.pools[pool].count);
        if hidden {
            let candidate = std::mem::take(&mut users[1]);
            users[0] += if unlabelled { candidate } else { 0 };
        }
        telemetry::Audience { visible, users }
    }
}
