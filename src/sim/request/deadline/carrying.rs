//! How deadlines come to hops, and what hops make of them.

use crate::engine::Time;
use crate::sim::compiled_world::CallPlan;
use crate::sim::event::{Event, class};
use crate::sim::request::hop::{NONE, mark};
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Gives a hop that is waited for as long as its lane says the deadline that it carries: the end of that wait, or that of its `caller`,
    /// whichever is earlier. Where the caller's is, the hop is given up then.
    #[inline(never)]
    pub(in crate::sim) fn carry_deadline(&mut self, slot: u32, caller: u32, lane: u8) {
        let end = self.now + self.world.call_book.lanes[usize::from(lane)];
        let generation = self.hops[slot].generation;
        match self.deadline_of(caller).filter(|deadline| *deadline < end) {
            Some(deadline) => {
                self.timeouts.deadlines.set(slot, generation, deadline);
                self.agenda.book(deadline, class::TIMER, Event::Deadline { hop: slot, generation });
            }
            None => self.timeouts.deadlines.set(slot, generation, end),
        }
    }

    /// Gives a copy of a hedged call the deadline of the call, whose end is booked once for all copies.
    pub(in crate::sim) fn carry_until(&mut self, copy: u32, end: Time) {
        let generation = self.hops[copy].generation;
        self.timeouts.deadlines.set(copy, generation, end);
    }

    /// Until when a call that began at `began` is waited for.
    pub(in crate::sim) fn call_ends(&self, caller: u32, call: &CallPlan, began: Time) -> Time {
        let end = began + self.world.call_book.lanes[usize::from(call.lane)];
        let deadline = self.deadline_of(caller).filter(|_| call.carries_deadline);
        deadline.map_or(end, |deadline| deadline.min(end))
    }

    /// Whether the deadline that a hop carries has come by `at`.
    pub(in crate::sim) fn is_late(&self, slot: u32, at: Time) -> bool {
        self.deadline_of(slot).is_some_and(|deadline| deadline <= at)
    }

    /// Whether nobody waits for a hop any more, and the hop knows it by its deadline.
    #[inline(never)]
    pub(in crate::sim) fn is_forsaken(&self, slot: u32) -> bool {
        self.hops[slot].is(mark::ORPHAN) && self.is_late(slot, self.now)
    }

    fn deadline_of(&self, slot: u32) -> Option<Time> {
        if slot == NONE {
            return None;
        }
        self.timeouts.deadlines.of(slot, self.hops[slot].generation)
    }
}
