//! Samples of a query's window, for tests of samples.

use crate::engine::{Span, Time};
use crate::telemetry::{Metric, Query, Store, Subject};

/// The most samples taken of a window.
const MOST_SAMPLES: u64 = 1_000;

/// The values of `metric` of `of` at every step of the query's window that ends now, oldest first; NaN where there are no
/// data. Business counters and failures are per request, since the sides get different shares of them.
pub(in crate::control) fn samples(
    query: &Query,
    metric: &Metric,
    of: &Subject,
    every: Span,
    metrics: &Store,
    now: Time,
) -> Vec<f64> {
    let steps = (query.over.0 / every.0.max(1)).min(MOST_SAMPLES);
    let ask = |metric: Metric, at| {
        metrics
            .recall(&Query { metric, of: of.clone(), over: every, ..query.clone() }, at, now)
            .unwrap_or(f64::NAN)
    };
    let moments = (0..steps).rev().map(|step| Time(now.0.saturating_sub(step * every.0)));
    let answer = |at| match metric {
        Metric::Business(_) | Metric::Failures => ask(metric.clone(), at) / ask(Metric::RequestRate, at),
        _ => ask(metric.clone(), at),
    };
    moments.map(answer).collect()
}

/// The samples of the moments at which both sides have one. A side that has been there for longer, or was seen sooner, would
/// otherwise speak of times that the other knows nothing of, such as those before a fault that both met.
pub(in crate::control) fn paired(first: &[f64], second: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let pairs = first.iter().copied().zip(second.iter().copied());
    pairs.filter(|(first, second)| first.is_finite() && second.is_finite()).unzip()
}
