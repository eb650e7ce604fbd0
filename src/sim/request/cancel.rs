//! Cancellation: work stops when its caller gives it up.

use super::hop::{Hop, NONE, Stage, mark};
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Whether the caller of a hop stops its work when giving it up.
    pub(in crate::sim) fn cancels(&self, hop: &Hop) -> bool {
        if hop.parent == NONE {
            return self.world.clients.cancels;
        }
        self.call_of(&self.hops[hop.parent]).is_some_and(|call| call.cancels)
    }

    /// Stops a hop's work, and what it in turn waits for as far as that is cancelled, too. True when it is gone: a job
    /// among those that share an instance is not stopped, and one in a queue is only skipped when its turn comes.
    pub(in crate::sim) fn cancel(&mut self, slot: u32) -> bool {
        let hop = self.hops[slot];
        match hop.stage {
            Stage::Queued if !hop.is(mark::LEFT) => {
                self.cluster.instances[hop.instance as usize].waiting -= 1;
                self.hops[slot].marks |= mark::LEFT | mark::ORPHAN;
                false
            }
            Stage::Working | Stage::Calling if !self.cluster.instances[hop.instance as usize].shares => {
                self.leave_callee(slot);
                self.hops.free(slot);
                if !self.free_worker(hop.instance) {
                    self.leave_if_idle(hop.instance);
                }
                true
            }
            Stage::Free
            | Stage::Travelling
            | Stage::Queued
            | Stage::Working
            | Stage::Calling
            | Stage::Waiting => false,
        }
    }

    /// A caller that is stopped leaves the hop it waits for.
    fn leave_callee(&mut self, slot: u32) {
        if !self.calls.races.is_empty() {
            self.leave_race(slot);
        }
        let hop = self.hops[slot];
        if hop.child == NONE {
            return;
        }
        let Some(call) = self.call_of(&hop) else { return };
        if call.policy != 0 {
            self.call_cancelled(&hop, &call);
        }
        self.hops[hop.child].marks |= mark::ORPHAN;
        if call.cancels {
            self.cancel(hop.child);
        }
    }
}
