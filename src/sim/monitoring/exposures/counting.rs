//! An answer is counted as an exposure of its user, and a scrape finds the counts.

use super::Exposures;
use crate::engine::Time;
use crate::sim::request::{Hop, NONE, mark};
use crate::sim::simulation::Simulation;
use crate::telemetry;

impl Simulation {
    /// Forgets all exposures, because a new split begins.
    pub(in crate::sim) fn reset_exposures(&mut self) {
        if self.world.counting.users {
            self.scraper.exposures = Exposures::of(self.world.clients.users);
        }
    }

    /// Counts the user of an instance's answer, errors included, as an exposure log would. A request that was sent before
    /// every proxy had the split does not count.
    pub(in crate::sim) fn count_exposure(&mut self, hop: &Hop) {
        if hop.is(mark::TEST | mark::MIRROR | mark::TURNED_AWAY) || hop.instance == NONE || !self.is_routed()
        {
            return;
        }
        let below = self.defects_of(hop.instance).loses_users_below;
        if below > 0 && self.draws.exposure.bits(u64::from(hop.user)) < below {
            return;
        }
        let since = *self.scraper.exposures.since.get_or_insert(self.now);
        if hop.arrived >= since {
            self.scraper.exposures.pools[usize::from(hop.pool)].add(hop.user);
        }
    }

    /// The exposures that a scrape finds. A candidate with hidden metrics has none; one without its label adds them to the
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
