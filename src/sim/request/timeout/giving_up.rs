//! A caller gives up a hop, and what is to blame for it is found.

use crate::engine::Span;
use crate::sim::Cause;
use crate::sim::event::{Event, class};
use crate::sim::recorder::Ending;
use crate::sim::request::call_policy::CallOutcome;
use crate::sim::request::hop::{Hop, NONE, Stage, mark};
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Starts the clock of a hop's timeout.
    #[inline(always)]
    pub(in crate::sim) fn start_timeout(&mut self, slot: u32, lane: u8) {
        let due = self.now + self.world.call_book.lanes[usize::from(lane)];
        let generation = self.hops[slot].generation;
        let timers = &mut self.timeouts.lanes[usize::from(lane)];
        let first = timers.is_empty();
        timers.push(due, (slot, generation));
        if first {
            self.agenda.book(due, class::TIMER, Event::Lane { lane });
        }
    }

    /// Gives up every hop of a lane that is due, and books the next that is still waited for.
    pub(in crate::sim) fn lane_due(&mut self, lane: u8) {
        loop {
            let timers = &mut self.timeouts.lanes[usize::from(lane)];
            let answered = |(slot, generation)| !self.hops.is_live(slot, generation);
            let Some((due, (slot, _))) = timers.skip_while(answered) else { return };
            if due > self.now {
                return self.agenda.book(due, class::TIMER, Event::Lane { lane });
            }
            timers.pop_due(due);
            self.give_up(slot);
        }
    }

    /// The caller of a hop stops waiting for it.
    pub(in crate::sim) fn give_up(&mut self, slot: u32) {
        let hop = self.hops[slot];
        if hop.is(mark::ORPHAN | mark::MIRROR | mark::TEST) {
            if hop.is(mark::LOST) {
                self.hops.free(slot);
            }
            return;
        }
        let cause = self.blame(slot);
        let mut late = hop;
        late.doom(cause);
        self.count_answer(&late);
        // Nobody waits for the rest of its work, so its errors no longer matter.
        let place = &mut self.hops[slot];
        place.cause = cause as u8;
        place.marks = (hop.marks & !mark::FAILS) | mark::ORPHAN;
        if hop.stage == Stage::Travelling {
            self.hops.free(slot);
        }
        let cancelled = self.cancels(&hop) && self.cancel(slot);
        if hop.parent != NONE {
            let parent = &mut self.hops[hop.parent];
            parent.child = NONE;
            parent.marks |= hop.marks & (mark::EXPOSED | mark::SLOWED | mark::STRUCK);
            return self.returned(hop.parent, Some(cause as u8), CallOutcome::TimedOut, hop.first);
        }
        let still_here = hop.stage != Stage::Travelling && !cancelled;
        if !self.try_again(&late, true) {
            self.fail(&late, Ending::TimedOut);
        } else if still_here {
            self.hops[slot].marks |= mark::REPEATED;
        }
    }

    /// A client that left a queue: its request ends, or is tried again.
    pub(in crate::sim) fn end_of_impatience(&mut self, hop: &Hop) {
        if !self.try_again(hop, true) {
            self.fail(hop, Ending::TimedOut);
        }
    }

    /// Why a hop takes too long: what slowed it or the call it waits for, else the queue, else bad luck.
    pub(in crate::sim) fn blame(&self, slot: u32) -> Cause {
        let mut hop = &self.hops[slot];
        let mut marks = hop.marks;
        while hop.child != NONE {
            hop = &self.hops[hop.child];
            marks |= hop.marks;
        }
        if marks & mark::SLOWED != 0 {
            Cause::Defect
        } else if marks & (mark::STRUCK | mark::LOST) != 0 {
            Cause::Fault
        } else if hop.stage == Stage::Queued || hop.started.since(hop.arrived) > self.now.since(hop.started) {
            self.overload_at(hop.service, hop.pool)
        } else {
            Cause::Timeout
        }
    }

    /// The cause of a full queue.
    pub(in crate::sim) fn cause_of_overload(&self, slot: u32) -> Cause {
        let hop = &self.hops[slot];
        self.overload_at(hop.service, hop.pool)
    }

    /// Blames overload on a defect where the candidate's release wastes work, a fault's where one strikes the service
    /// or what it calls; else there are too few instances for the load.
    pub(in crate::sim) fn overload_at(&self, service: u8, pool: u8) -> Cause {
        let target = service == self.world.target;
        if target && pool == 1 && self.world.releases[1].defects.slows() {
            Cause::Defect
        } else if self.fault_near(service) {
            Cause::Fault
        } else {
            Cause::Overload
        }
    }

    /// Why a pool has no instance that answers: what brought its instances down, if anything did.
    pub(in crate::sim) fn cause_of_no_instance(&self, service: u8, pool: u8) -> Cause {
        let down = self.cluster.status.iter().zip(&self.cluster.instances).filter(|(status, instance)| {
            instance.service == service && instance.pool == pool && status.stays() && !instance.accepts
        });
        let causes = [Cause::Fault, Cause::Defect, Cause::Overload];
        down.map(|(status, _)| status.crash_cause)
            .find(|cause| causes.contains(cause))
            .unwrap_or(Cause::NoInstance)
    }

    /// True when a fault strikes, or just struck, the service or one that it reaches by calls.
    pub(in crate::sim) fn fault_near(&self, service: u8) -> bool {
        let reaches = self.world.services[usize::from(service)].reaches;
        let recent = Span::from_secs(30);
        self.faults.by_service.iter().zip(0..64).any(|(service_faults, bit)| {
            reaches >> bit & 1 == 1
                && service_faults.active_until.is_some_and(|until| self.now <= until + recent)
        })
    }
}
