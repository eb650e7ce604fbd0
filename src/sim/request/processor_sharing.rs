//! Processor sharing: all requests of an instance are worked on at once and share its workers equally.
//!
//! Virtual time runs at the speed at which each job is served; a job is done when virtual time reaches what it was on
//! arrival plus the job's work. So an arrival or a departure changes one number, not every job.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::engine::{Span, Time};
use crate::sim::event::{Event, class};
use crate::sim::simulation::Simulation;

/// The jobs that share one instance.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct ProcessorSharing {
    /// Virtual time at which each job is done, in its order of arrival, and its slot.
    jobs: BinaryHeap<Reverse<(u64, u64, u32)>>,
    /// Virtual nanoseconds so far.
    reached: f64,
    /// When `reached` was computed.
    at: Time,
    arrivals: u64,
    /// Changes whenever the booked end is void.
    pub generation: u32,
}

impl ProcessorSharing {
    /// Virtual nanoseconds that pass in one real one.
    fn speed(&self, workers: u32) -> f64 {
        let jobs = self.jobs.len() as f64;
        if jobs <= f64::from(workers) { 1.0 } else { f64::from(workers) / jobs }
    }

    fn advance(&mut self, now: Time, workers: u32) {
        self.reached += now.since(self.at).0 as f64 * self.speed(workers);
        self.at = now;
    }

    /// How long until the next job is done.
    fn next_in(&self, workers: u32) -> Option<Span> {
        let Reverse((done, _, _)) = self.jobs.peek()?;
        let left = (*done as f64 - self.reached).max(0.0);
        Some(Span((left / self.speed(workers) + 0.5) as u64))
    }
}

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
