//! Counts of many requests at once, where they are drawn as counts.

use super::{Ending, Recorder};
use crate::engine::Span;
use crate::sim::Cause;

impl Recorder {
    /// Counts users who ask.
    pub const fn arrive_many(&mut self, count: u64) {
        self.requests.arrived += count;
    }

    /// Counts answers that took equally long, as the proxies see them.
    pub fn count_many(&mut self, series: u16, latency: Span, failed: bool, count: u64) {
        let counts = &mut self.series_counts[usize::from(series)];
        counts.errors += if failed { count } else { 0 };
        counts.latency.record_many(latency, count);
    }

    /// Counts users' requests that ended alike; `code` says which those are, for the digest. Those that succeeded are counted by their
    /// latency.
    pub fn end_many(&mut self, ending: Ending, cause: Option<Cause>, (count, code): (u64, u64)) {
        let why = cause.map_or(0, |cause| cause as u64 + 1);
        self.absorb(code ^ why << 8 ^ ending as u64);
        self.absorb(count);
        if let Some(cause) = cause {
            self.causes[cause as usize] += count;
            self.points.open.failed = self.points.open.failed.saturating_add(at_most(count));
        }
        match ending {
            Ending::Succeeded => {}
            Ending::Failed => self.requests.failed += count,
            Ending::Rejected => self.requests.rejected += count,
            Ending::TimedOut => self.requests.timed_out += count,
        }
    }
}

impl super::Points {
    /// Counts users' tries that the target begins to work on.
    pub fn count_tries(&mut self, count: u64, by_candidate: bool) {
        let count = at_most(count);
        self.open.tries = self.open.tries.saturating_add(count);
        if by_candidate {
            self.open.tries_of_candidate = self.open.tries_of_candidate.saturating_add(count);
        }
    }

    /// Counts users' requests that the candidate worked on.
    pub fn expose(&mut self, count: u64) {
        self.open.exposed = self.open.exposed.saturating_add(at_most(count));
    }
}

fn at_most(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
