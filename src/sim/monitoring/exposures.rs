//! Who was answered by which pool of the target since the present split stands: counted only when a plan asks.

use crate::engine::Time;
use crate::sim::recorder::Users;
use crate::sim::request::{Hop, NONE, mark};
use crate::sim::simulation::Simulation;
use crate::telemetry;

/// The users of each pool.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Exposures {
    /// From when on every proxy has the split; none while it changes.
    since: Option<Time>,
    pools: [Users; 3],
}

impl Exposures {
    /// Nobody yet, of so many.
    pub fn of(users: u32) -> Self {
        Self { since: None, pools: [Users::new(users), Users::new(users), Users::new(users)] }
    }
}

impl Simulation {
    /// A new split begins: whoever was counted was counted under another.
    pub(in crate::sim) fn reset_exposures(&mut self) {
        if self.world.counting.users {
            self.scraper.exposures = Exposures::of(self.world.clients.users);
        }
    }

    /// Counts the user of an answer that an instance gave, errors too, as its log of exposures would. What was sent before
    /// every proxy had the split is no exposure to it.
    pub(in crate::sim) fn count_exposure(&mut self, hop: &Hop) {
        if hop.is(mark::TEST | mark::MIRROR | mark::TURNED_AWAY) || hop.instance == NONE || !self.is_routed()
        {
            return;
        }
        let since = *self.scraper.exposures.since.get_or_insert(self.now);
        if hop.arrived >= since {
            self.scraper.exposures.pools[usize::from(hop.pool)].add(hop.user);
        }
    }

    /// What a scrape finds. A candidate whose metrics are hidden has no users, one without a label leaves them to the
    /// baseline.
    pub(in crate::sim) fn scraped_exposures(
        &self,
        visible: Time,
        hidden: bool,
        unlabelled: bool,
    ) -> telemetry::Exposures {
        let mut users = [0, 1, 2].map(|pool: usize| self.scraper.exposures.pools[pool].count);
        if hidden {
            let candidate = std::mem::take(&mut users[1]);
            users[0] += if unlabelled { candidate } else { 0 };
        }
        telemetry::Exposures { visible, users }
    }
}
