//! Queues in front of an instance's workers: first come first served, or by priority.

use super::hop::{NONE, Stage, mark};
use crate::engine::Stream;
use crate::scenario::Discipline;
use crate::sim::Cause;
use crate::sim::event::{Event, class};
use crate::sim::proxy::draw;
use crate::sim::simulation::Simulation;

impl Simulation {
    /// A hop joins its instance's queue.
    #[inline(never)]
    pub(in crate::sim) fn enqueue(&mut self, slot: u32) {
        let hop = &mut self.hops[slot];
        hop.stage = Stage::Queued;
        hop.next = NONE;
        let (number, service) = (hop.instance, hop.service);
        if self.world.has_codel {
            self.note_queue(number);
        }
        let instance = &mut self.cluster.instances[number as usize];
        instance.waiting += 1;
        match self.world.services[usize::from(service)].discipline {
            Discipline::Priority => {
                let after = self.last_not_below(slot);
                self.link(slot, after);
            }
            Discipline::Fifo | Discipline::ProcessorSharing => {
                match std::mem::replace(&mut instance.tail, slot) {
                    NONE => instance.head = slot,
                    last => self.hops[last].next = slot,
                }
            }
        }
        if self.world.clients.patience.is_some() {
            self.be_patient(slot);
        }
    }

    /// Books when the client of a request that queues leaves. Only a client that waits can lose patience: not a service
    /// that calls, a test, or the sender of a copy.
    fn be_patient(&mut self, slot: u32) {
        let hop = &self.hops[slot];
        let has_client = hop.parent == NONE && !hop.is(mark::TEST | mark::MIRROR);
        if has_client && let Some(patience) = &self.world.clients.patience {
            let leaves = self.now + patience.at(Stream::from_key(hop.luck).bits(draw::PATIENCE));
            let generation = hop.generation;
            self.agenda.book(leaves, class::TIMER, Event::Impatient { hop: slot, generation });
        }
    }

    /// Puts a hop behind `after` in its instance's queue, or first.
    #[inline]
    fn link(&mut self, slot: u32, after: u32) {
        let number = self.hops[slot].instance as usize;
        let instance = &mut self.cluster.instances[number];
        let next = if after == NONE {
            std::mem::replace(&mut instance.head, slot)
        } else {
            std::mem::replace(&mut self.hops[after].next, slot)
        };
        self.hops[slot].next = next;
        if next == NONE {
            instance.tail = slot;
        }
    }

    /// The last in the queue whose priority is not below this hop's.
    fn last_not_below(&self, slot: u32) -> u32 {
        let kinds = &self.world.clients.kinds;
        let rank = |slot: u32| kinds[usize::from(self.hops[slot].kind)].priority;
        let mine = rank(slot);
        let mut after = NONE;
        let mut place = self.cluster.instances[self.hops[slot].instance as usize].head;
        while place != NONE && rank(place) >= mine {
            after = place;
            place = self.hops[place].next;
        }
        after
    }

    /// Gives a free worker the next hop in the queue. True when its instance is plain.
    #[inline(always)]
    pub(in crate::sim) fn free_worker(&mut self, number: u32) -> bool {
        let instance = &mut self.cluster.instances[number as usize];
        let plain = instance.plain;
        if instance.waiting > 0 {
            self.begin_next(number);
        } else {
            instance.busy -= 1;
        }
        plain
    }

    /// A worker just freed takes the next that still waits; it stays busy.
    #[inline(always)]
    fn begin_next(&mut self, number: u32) {
        loop {
            let instance = &mut self.cluster.instances[number as usize];
            let slot = instance.head;
            if slot == NONE {
                instance.busy -= 1;
                return;
            }
            let hop = &self.hops[slot];
            instance.head = hop.next;
            if instance.head == NONE {
                instance.tail = NONE;
            }
            if hop.is(mark::LEFT) {
                self.hops.free(slot);
                continue;
            }
            instance.waiting -= 1;
            let plain = instance.plain;
            if self.world.has_deadlines && self.is_forsaken(slot) {
                self.hops.free(slot);
                continue;
            }
            if self.world.has_codel && self.has_waited_too_long(slot) {
                self.take_out(slot);
                continue;
            }
            return self.begin(slot, plain);
        }
    }

    /// A client leaves the queue if its request still waits there.
    pub(in crate::sim) fn leave_queue(&mut self, slot: u32) {
        let hop = self.hops[slot];
        if hop.stage != Stage::Queued || hop.is(mark::LEFT | mark::ORPHAN) {
            return;
        }
        let mut hop = hop;
        hop.doom(Cause::Impatience);
        self.hops[slot].doom(Cause::Impatience);
        self.cluster.instances[hop.instance as usize].waiting -= 1;
        self.count_answer(&hop);
        self.hops[slot].marks |= mark::LEFT | mark::ORPHAN;
        self.end_of_impatience(&hop);
    }
}
