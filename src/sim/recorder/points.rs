//! The truth in steps of ten seconds, and the worst of them.

use crate::engine::{Share, Span, Tally, Time};
use crate::sim::record::TruthPoint;

/// The points so far, and the one that is being counted.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Points {
    pub closed: Vec<TruthPoint>,
    pub open: TruthPoint,
    /// Users' requests that had ended when the open point began.
    ended: u64,
    /// Latency of those that had succeeded by then.
    latency: Tally,
    max_exposure: f64,
    pub worst_p99: Span,
    pub fewest_ready: u32,
}

impl Points {
    /// No point is closed.
    pub fn new() -> Self {
        Self {
            closed: Vec::new(),
            open: TruthPoint::default(),
            ended: 0,
            latency: Tally::default(),
            max_exposure: 0.0,
            worst_p99: Span::ZERO,
            fewest_ready: u32::MAX,
        }
    }

    /// Notes how many instances of the target are ready.
    pub fn note_ready(&mut self, ready: [u32; 3], since_release: bool) {
        self.open.ready = ready;
        if since_release {
            self.fewest_ready = self.fewest_ready.min(ready.iter().sum());
        }
    }

    /// Counts a user's try that the target begins to work on.
    #[inline(always)]
    pub fn count_try(&mut self, by_candidate: bool) {
        // No ten seconds hold so many tries that these wrap.
        self.open.tries = self.open.tries.wrapping_add(1);
        self.open.tries_of_candidate = self.open.tries_of_candidate.wrapping_add(u32::from(by_candidate));
    }

    /// Closes ten seconds; `ended` and `latency` are of all users' requests so far.
    pub fn close(&mut self, now: Time, ended: u64, latency: &Tally, since_release: bool) {
        self.open.ended = (ended - self.ended) as u32;
        self.ended = ended;
        let ready = self.open.ready;
        if since_release {
            if self.open.ended > 0 {
                let exposure = f64::from(self.open.exposed) / f64::from(self.open.ended);
                self.max_exposure = self.max_exposure.max(exposure);
            }
            if let Some(p99) = latency.quantile_since(&self.latency, 0.99) {
                self.worst_p99 = self.worst_p99.max(p99);
            }
        }
        self.latency.follow(latency);
        self.closed.push(TruthPoint { at: now, ..self.open });
        self.open = TruthPoint { ready, ..TruthPoint::default() };
    }

    /// The highest exposure so far.
    pub fn exposure(&self) -> Share {
        Share::percent(self.max_exposure * 100.0)
    }
}
