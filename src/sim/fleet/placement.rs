//! Placement: in which zone a new instance runs, or whether it waits for one.

use super::instance::State;
use crate::sim::fact::What;
use crate::sim::simulation::Simulation;
use crate::sim::{AntiAffinity, Pool};

impl Simulation {
    /// The zone for an instance of a pool, out of `zones`, one bit each: the one that has the fewest of that pool, by the rule
    /// that keeps the two versions of the target apart. Zones that are lost come last. `None` when no zone is left.
    pub(in crate::sim) fn place(&mut self, service: u8, pool: Pool, zones: u64) -> Option<usize> {
        let rule = self.world.anti_affinity.filter(|_| service == self.world.target);
        let other = match pool {
            Pool::Stable => Pool::Candidate,
            Pool::Candidate | Pool::Control => Pool::Stable,
        };
        let rule = rule.filter(|_| pool != Pool::Control);
        let counts = &self.cluster.zone_counts[usize::from(service)];
        let (own, others) = (&counts[pool.index()], &counts[other.index()]);
        let lost = |zone: usize| self.cluster.lost_zones >> zone & 1 == 1;
        let allowed = (0..own.len())
            .filter(|zone| zones >> zone & 1 == 1)
            .filter(|zone| rule != Some(AntiAffinity::Required) || others[*zone] == 0);
        let near = |zone: usize| if rule.is_some() { others[zone] } else { 0 };
        let zone = allowed.min_by_key(|zone| (lost(*zone), near(*zone), own[*zone]))?;
        self.cluster.zone_counts[usize::from(service)][pool.index()][zone] += 1;
        Some(zone)
    }

    /// Lets an instance that has found no zone wait for one.
    pub(in crate::sim) fn wait_for_place(&mut self, number: u32) {
        let status = &mut self.cluster.status[number as usize];
        (status.awaits_place, status.state) = (true, State::Broken);
        let pool = status.pool.name();
        let text = format!("a {pool} instance waits: every zone has instances of the other version");
        self.note(What::Judged(text), "");
    }

    /// Places the instances that wait for a zone, oldest first, now that one has gone.
    pub(in crate::sim) fn place_waiting(&mut self) {
        if self.world.anti_affinity != Some(AntiAffinity::Required) {
            return;
        }
        for number in 0..self.cluster.status.len() as u32 {
            let status = &self.cluster.status[number as usize];
            if !status.awaits_place {
                continue;
            }
            let (service, pool) = (self.cluster.instances[number as usize].service, status.pool);
            if let Some(zone) = self.place(service, pool, super::lifecycle::EVERYWHERE) {
                let status = &mut self.cluster.status[number as usize];
                (status.awaits_place, status.zone, status.state) = (false, zone as u8, State::Pulling);
                self.pull(number);
            }
        }
    }
}
