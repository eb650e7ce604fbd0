//! Processor sharing: all requests of an instance are worked on at once and share its workers equally.
//!
//! Virtual time runs at the speed at which each job is served; a job is done when virtual time reaches what it was on
//! arrival plus the job's work. So an arrival or a departure changes one number, not every job.

mod serving;

use crate::engine::{Span, Time};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

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
