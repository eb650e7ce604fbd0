//! When an outage began and ended, told by the minutes in which at least some share of the users' requests failed.

use crate::engine::{Share, Span, Time};
use crate::sim::{Record, TruthPoint};

/// The share of failed requests from which a minute belongs to an outage (modelling choice).
pub(in crate::exercise) const USUAL: Share = Share::percent(5.0);

/// A minute of a run.
pub(in crate::exercise) struct Minute<'a> {
    points: &'a [TruthPoint],
    /// Share of its requests that failed; 0 when none ended.
    pub share: f64,
}

/// The minutes of a run, in order.
pub(in crate::exercise) fn minutes(record: &Record) -> impl DoubleEndedIterator<Item = Minute<'_>> {
    record.truth.points.chunks(6).map(|points| Minute { points, share: failed_share(points) })
}

/// Share of the requests of some points that failed; 0 when none ended.
pub(in crate::exercise) fn failed_share(points: &[TruthPoint]) -> f64 {
    let sum = |count: fn(&TruthPoint) -> u32| points.iter().map(|point| u64::from(count(point))).sum::<u64>();
    sum(|point| point.failed) as f64 / sum(|point| point.ended).max(1) as f64
}

/// When the outage began and ended, told by the minutes in which `above` of the requests failed.
pub(in crate::exercise) fn outage(record: &Record, above: Share) -> Option<(Time, Time)> {
    const POINT: Span = Span::from_secs(10);
    let is_bad = |minute: &Minute<'_>| minute.share >= above.fraction();
    let has_failed = |point: &&TruthPoint| point.failed > 0;
    let first = minutes(record).find(is_bad)?.points.iter().find(has_failed)?.at;
    let last = minutes(record).rfind(is_bad)?.points.iter().rfind(has_failed)?.at;
    Some((Time(first.0.saturating_sub(POINT.0)), last))
}
