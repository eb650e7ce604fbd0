//! A request joins those that share its instance, and leaves when its work is done.

use crate::sim::event::{Event, class};
use crate::sim::simulation::Simulation;
use std::cmp::Reverse;

impl Simulation {
    /// A hop joins those that share its instance.
    #[inline(never)]
    pub(in crate::sim) fn begin_shared(&mut self, slot: u32) {
        let (work, _) = self.work_for(slot, false);
        let number = self.hops[slot].instance;
        let instance = &mut self.cluster.instances[number as usize];
        instance.busy += 1;
        let workers = u32::from(instance.workers);
        let sharing = &mut self.cluster.sharing[number as usize];
        sharing.advance(self.now, workers);
        sharing.arrivals += 1;
        let done = (sharing.reached + work.0 as f64 + 0.5) as u64;
        sharing.jobs.push(Reverse((done, sharing.arrivals, slot)));
        self.book_shared(number);
    }

    /// The first of those that share an instance is done.
    pub(in crate::sim) fn shared_done(&mut self, number: u32) {
        let workers = u32::from(self.cluster.instances[number as usize].workers);
        let sharing = &mut self.cluster.sharing[number as usize];
        sharing.advance(self.now, workers);
        let Some(Reverse((done, _, slot))) = sharing.jobs.pop() else { return };
        sharing.reached = sharing.reached.max(done as f64);
        self.book_shared(number);
        self.done(slot);
    }

    fn book_shared(&mut self, number: u32) {
        let workers = u32::from(self.cluster.instances[number as usize].workers);
        let sharing = &mut self.cluster.sharing[number as usize];
        sharing.generation = sharing.generation.wrapping_add(1);
        let generation = sharing.generation;
        if let Some(left) = sharing.next_in(workers) {
            self.agenda.book(self.now + left, class::WORK, Event::Shared { instance: number, generation });
        }
    }

    /// All jobs that share an instance are lost.
    pub(in crate::sim) fn drop_shared(&mut self, number: u32) {
        if let Some(sharing) = self.cluster.sharing.get_mut(number as usize) {
            sharing.jobs.clear();
            sharing.generation = sharing.generation.wrapping_add(1);
        }
    }
}
