//! What an instance drops when it goes or crashes: the requests that it has, each by itself or as a count.

use super::instance::purpose;
use crate::sim::Cause;
use crate::sim::proxy::Proxy;
use crate::sim::request::{NONE, Stage, mark};
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Drops what an instance that listened has of the requests that are drawn as counts, and says how many. From now on it does not listen.
    pub(super) fn drop_from_fluid(&mut self, number: u32, cause: Cause) -> u32 {
        self.cluster.changes += 1;
        let Some(fluid) = &mut self.fluid else { return 0 };
        let instance = &self.cluster.instances[number as usize];
        if !instance.accepts || instance.service != self.world.target {
            return 0;
        }
        let (pool, proxies) =
            (usize::from(instance.pool), &self.routing.proxies[usize::from(instance.service)]);
        let knows = |proxy: &&Proxy| proxy.pools[pool].instances().binary_search(&number).is_ok();
        let known = proxies.iter().filter(knows).count() as f64 / proxies.len().max(1) as f64;
        let luck = self.cluster.status[number as usize].life(purpose::HELD);
        fluid.drop_at(pool, cause, known, luck)
    }

    /// Drops all requests of an instance and says how many. The calls they wait for go on, though nobody waits for them.
    pub(super) fn drop_all(&mut self, number: u32, cause: Cause) -> u32 {
        let held: Vec<(u32, u32)> = self
            .hops
            .iter()
            .filter(|(_, hop)| hop.instance == number)
            .filter(|(_, hop)| matches!(hop.stage, Stage::Queued | Stage::Working | Stage::Calling))
            .map(|(slot, hop)| (slot, hop.generation))
            .collect();
        self.drop_shared(number);
        self.calls.forget_caller(number);
        let instance = &mut self.cluster.instances[number as usize];
        (instance.busy, instance.waiting, instance.head, instance.tail) = (0, 0, NONE, NONE);
        // All leave the instance first, since the end of one may cancel another.
        for (slot, _) in &held {
            if !self.calls.races.is_empty() {
                self.drop_race(*slot);
            }
            let hop = &mut self.hops[*slot];
            hop.stage = Stage::Travelling;
            let child = std::mem::replace(&mut hop.child, NONE);
            if child != NONE {
                self.hops[child].marks |= mark::ORPHAN;
            }
        }
        let mut dropped = 0;
        for (slot, generation) in held {
            if !self.hops.is_live(slot, generation) {
                continue;
            }
            let hop = self.hops[slot];
            if hop.is(mark::ORPHAN) {
                self.hops.free(slot);
                continue;
            }
            dropped += 1;
            let mut hop = hop;
            hop.doom(cause);
            self.count_answer(&hop);
            self.respond(slot, &hop);
        }
        dropped
    }
}
