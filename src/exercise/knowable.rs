//! What could be known of a release at a moment: what the monitoring had counted by then, and whether it was enough to
//! blame the release. The same test that a plan may use; no truth is looked at.

use crate::engine::stats::fisher::fisher;
use crate::engine::{Span, Time};
use crate::sim::Record;
use crate::telemetry::{Metric, Query, Seen, Store, Subject};

/// A chance of a difference so large by luck alone below which a careful judge acts (modelling choice: one in a hundred).
pub const CLEAR: f64 = 0.01;

/// What was counted within the last minute, of the new release and of the one beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knowable {
    /// When.
    pub at: Time,
    /// Requests and errors of the candidate.
    pub candidate: Seen,
    /// Requests and errors of the baseline.
    pub baseline: Seen,
    /// The chance that a release as good as the baseline fails so much more by luck alone (Fisher's exact test, one-sided).
    pub p: f64,
}

impl Knowable {
    /// What was to be seen at `at`; `None` while one of the two has no data.
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

    /// Whether a careful judge would have acted.
    pub fn is_clear(&self) -> bool {
        self.p < CLEAR
    }
}

/// The moments worth looking at, in order: the first harm, the first time it was clear after that, and the decision to go
/// back. Those without data are left out, and those of equal times are one.
pub fn moments(record: &Record) -> Vec<Knowable> {
    let metrics = &record.observed.metrics;
    let mut found: Vec<Knowable> = Vec::new();
    let harm = record.truth.first_harm;
    found.extend(harm.and_then(|at| Knowable::at(metrics, at)));
    let end = Time::ZERO + record.simulated;
    let looks = harm.into_iter().flat_map(|harm| (0..).map(move |index| harm + Span::from_secs(5) * index));
    let clear = looks.take_while(|at| *at <= end).filter_map(|at| Knowable::at(metrics, at));
    found.extend(clear.into_iter().find(Knowable::is_clear));
    found.extend(record.observed.aborted.and_then(|at| Knowable::at(metrics, at)));
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
        let known = Knowable::at(&store(20), Time::from_secs(100)).unwrap();
        assert_eq!((known.candidate.errors, known.baseline.errors), (60, 3));
        assert!(known.is_clear() && known.p < 1e-9, "{}", known.p);
        let known = Knowable::at(&store(2), Time::from_secs(100)).unwrap();
        assert!(!known.is_clear() && known.p > 0.05, "{}", known.p);
    }

    #[test]
    fn without_data_nothing_is_known() {
        assert_eq!(Knowable::at(&store(5), Time::ZERO), None);
    }
}
