//! Scaling: how many instances the pools of the target have.

use super::instance::{InstanceStatus, State};
use super::lifecycle::EVERYWHERE;
use crate::engine::Span;
use crate::scenario::MOST_INSTANCES;
use crate::sim::fact::What;
use crate::sim::simulation::Simulation;
use crate::sim::{Cause, Pool};

impl Simulation {
    /// Scales a pool of the target to `to` instances in the named zones; none named are all.
    pub(in crate::sim) fn scale_in(&mut self, pool: Pool, names: &[String], to: u32, because: &str) {
        let mut zones = if names.is_empty() { EVERYWHERE } else { 0 };
        for name in names {
            let Some(zone) = self.zone_bit(name) else {
                let text = format!("instances in zone {name}, which there is not");
                return self.note(What::Refused(text), because);
            };
            zones |= 1 << zone;
        }
        self.scale(pool, to, zones, because);
    }

    /// Scales a pool of the target to `to` instances in `zones`, one bit each.
    pub(in crate::sim) fn scale(&mut self, pool: Pool, to: u32, zones: u64, because: &str) {
        if to > MOST_INSTANCES {
            return self.refuse_size(to, because);
        }
        let target = self.world.target;
        let all = self.standing(pool);
        let within = |number: &u32| zones >> self.cluster.status[*number as usize].zone & 1 == 1;
        let mut standing: Vec<u32> = all.iter().copied().filter(within).collect();
        let have = standing.len() as u32;
        let elsewhere = all.len() as u32 - have;
        self.cluster.desired[pool.index()] = elsewhere.saturating_add(to);
        let service = self.world.services[usize::from(target)].name.clone();
        if to > have {
            let count = to - have;
            self.note(What::Launched { service, pool, count }, because);
            for _ in 0..count {
                self.launch(target, pool, zones);
            }
            self.meter.charge(u64::from(count) * 16);
        } else if to < have {
            let count = have - to;
            self.note(What::Draining { service, pool, count }, because);
            // Those not ready first, then those ready for the shortest time, then the youngest, as a ReplicaSet does.
            standing.sort_by_key(|number| {
                let ready_since = self.cluster.status[*number as usize].ready_since;
                (ready_since.is_some(), std::cmp::Reverse(ready_since), std::cmp::Reverse(*number))
            });
            for number in standing.into_iter().take(count as usize) {
                self.drain(number);
            }
        }
    }

    /// Takes every instance of a pool of the target from its proxies; they still stand for `wait` before they are told to stop.
    pub(in crate::sim) fn retire(&mut self, pool: Pool, wait: Span, because: &str) {
        let all = self.standing(pool);
        self.cluster.desired[pool.index()] = 0;
        let service = self.world.services[usize::from(self.world.target)].name.clone();
        self.note(What::Draining { service, pool, count: all.len() as u32 }, because);
        for number in all {
            self.drain_after(number, wait);
        }
    }

    /// The instances of a pool of the target that were not asked to go.
    fn standing(&mut self, pool: Pool) -> Vec<u32> {
        self.meter.charge(self.cluster.instances.len() as u64 / 32);
        let of_pool = |(number, status): &(u32, &InstanceStatus)| {
            self.cluster.instances[*number as usize].service == self.world.target
                && status.pool == pool
                && status.stays()
        };
        (0u32..).zip(&self.cluster.status).filter(of_pool).map(|(number, _)| number).collect()
    }

    /// Changes how many instances the target is meant to have. Once there is a rollout its controller follows; before,
    /// and without one, the stable pool does at once.
    pub(in crate::sim) fn resize(&mut self, to: u32, because: &str) {
        if to > MOST_INSTANCES {
            return self.refuse_size(to, because);
        }
        let from = std::mem::replace(&mut self.cluster.replicas, to);
        if from != to {
            self.note(What::Resized { from, to }, because);
        }
        if self.controllers.is_empty() || self.now < self.world.release_at {
            self.scale(Pool::Stable, to, EVERYWHERE, because);
        }
    }

    fn refuse_size(&mut self, to: u32, because: &str) {
        let text = format!("{to} instances are more than the {MOST_INSTANCES} that there may be");
        self.note(What::Refused(text), because);
    }

    /// Restarts one instance of a pool: one that is not ready, else the oldest.
    pub(in crate::sim) fn restart_one(&mut self, pool: Pool, because: &str) {
        let target = self.world.target;
        let pick = (0u32..)
            .zip(&self.cluster.status)
            .filter(|(number, status)| {
                self.cluster.instances[*number as usize].service == target
                    && status.pool == pool
                    && status.state == State::Running
            })
            .min_by_key(|(number, status)| (status.ready_since.is_some(), *number))
            .map(|(number, _)| number);
        match pick {
            Some(number) => self.crash(number, Cause::Drained),
            None => self.note(What::Refused(format!("no instance of {} runs", pool.name())), because),
        }
    }
}
