//! The evidence against a release at a given time: what the monitoring had counted by then, and whether it is enough to
//! blame the release. It uses the statistical test that a plan may use, and nothing that monitoring cannot see.

use crate::engine::stats::fisher::fisher;
use crate::engine::{Span, Time};
use crate::sim::Record;
use crate::telemetry::{Metric, Query, Seen, Store, Subject};

/// The evidence is clear when `p` is below this value (modelling choice: one in a hundred).
pub const CLEAR: f64 = 0.01;

/// What monitoring counted in the last minute, for the candidate and for the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// The time of the evidence.
    pub at: Time,
    /// Requests and errors of the candidate.
    pub candidate: Seen,
    /// Requests and errors of the baseline.
    pub baseline: Seen,
    /// The probability that a release as good as the baseline fails this much more by luck (Fisher's exact test, one-sided).
    pub p: f64,
}

impl Evidence {
    /// The evidence at `at`; `None` while the candidate or the baseline has no data.
    pub fn at(metrics: &Store, at: Time) -> Option<Self> {
        let seen = |of: Subject| metrics.seen_of(&Query::new(Metric::ErrorRatio, of), at);
        let (candidate, baseline) = (seen(Subject::Candidate)?, seen(Subject::Baseline)?);
        if candidate.requests == 0 || baseline.requests == 0 {
            return None;
        }
        let errors = |seen: Seen| seen.errors.min(seen.requests);
        let p =
            fisher(errors(candidate), candidate.requests, errors(baseline), baseline.requests).first_greater;
        Some(Self { at, candidate, baseline, p })
    }

    /// Whether the evidence is strong enough to act on: `p` is below [`CLEAR`].
    pub fn is_clear(&self) -> bool {
        self.p < CLEAR
    }
}

/// The evidence at the times that matter, in order: at the first harm, when it first became clear after that, and at the
/// decision to roll back. Times without data are left out; equal times give one entry.
pub fn moments(record: &Record) -> Vec<Evidence> {
    let metrics = &record.observed.metrics;
    let mut found: Vec<Evidence> = Vec::new();
    let harm = record.truth.first_harm;
    found.extend(harm.and_then(|at| Evidence::at(metrics, at)));
    let end = Time::ZERO + record.simulated;
    let looks = harm.into_iter().flat_map(|harm| (0..).map(move |index| harm + Span::from_secs(5) * index));
    let clear = looks.take_while(|at| *at <= end).filter_map(|at| Evidence::at(metrics, at));
    found.extend(clear.into_iter().find(Evidence::is_clear));
    found.extend(record.observed.aborted.and_then(|at| Evidence::at(metrics, at)));
    found.sort_by_key(|known| known.at);
    found.dedup_by_key(|known| known.at);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{Row, SeriesId};

    /// A hundred requests a scrape each, of which the candidate fails `errors`.
    fn store(errors: u64) -> Store {
        let mut store = Store::new(2, &[], &[], Span::from_secs(300));
        store.name(Subject::Candidate, &[SeriesId(0)]);
        store.name(Subject::Baseline, &[SeriesId(1)]);
        for scrape in 0..8 {
            let at = Time::from_secs(15 * scrape);
            for (series, errors) in [(0, errors), (1, 1)] {
                let row = Row { requests: 100 * scrape, errors: errors * scrape, ..Row::default() };
                store.push(SeriesId(series), at, at, row);
            }
        }
        store
    }

    #[test]
    fn the_counts_of_the_last_minute_say_whether_it_is_clear() {
        let known = Evidence::at(&store(20), Time::from_secs(100)).unwrap();
        assert_eq!((known.candidate.errors, known.baseline.errors), (60, 3));
        assert!(known.is_clear() && known.p < 1e-9, "{}", known.p);
        let known = Evidence::at(&store(2), Time::from_secs(100)).unwrap();
        assert!(!known.is_clear() && known.p > 0.05, "{}", known.p);
    }

    #[test]
    fn without_data_nothing_is_known() {
        assert_eq!(Evidence::at(&store(5), Time::ZERO), None);
    }
}
