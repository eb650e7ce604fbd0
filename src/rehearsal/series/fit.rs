//! What the series of an export tell: requests a second over the time, the share of failures, and the latency.

use std::collections::BTreeMap;

use super::Series;
use crate::engine::{Share, Span};
use crate::manifest::promql::in_a_second;

/// What an export tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    pub(in crate::rehearsal) rate: Option<Measuring>,
    /// The share of requests that failed.
    pub(in crate::rehearsal) errors: Option<Share>,
    /// Half of the answers, and 99 of 100, come within these.
    pub(in crate::rehearsal) latency: Option<(Span, Span)>,
    /// Remarks on how it was read.
    pub(in crate::rehearsal) notes: Vec<String>,
}

/// Requests a second.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rehearsal) struct Measuring {
    /// On average.
    pub mean: f64,
    /// The least and the greatest of any part.
    pub ends: (f64, f64),
    /// Length of a part, in seconds.
    pub part: f64,
    /// Each part's rate, from the start of the export on; none in a gap.
    pub parts: Vec<Option<f64>>,
}

/// The shortest part, in seconds, and the most parts.
const PART: f64 = 60.0;
const PARTS: f64 = 2_000.0;

/// Fits all that can be fitted; `None` where that is nothing.
pub(super) fn measured(series: &[Series]) -> Option<Measured> {
    let mut notes = Vec::new();
    let requests = requests(series, &mut notes);
    let (rate, errors) = (rate(&requests), errors(&requests, series));
    let latency = latency(series, &mut notes);
    let found = rate.is_some() || errors.is_some() || latency.is_some();
    found.then_some(Measured { rate, errors, latency, notes })
}

/// How much a counter grew from one sample to the next; after a reset it counts from zero (Prometheus `increase`, without its
/// extrapolation).
fn step(pair: &[(f64, f64)]) -> f64 {
    if pair[1].1 >= pair[0].1 { pair[1].1 - pair[0].1 } else { pair[1].1 }
}

fn growth(samples: &[(f64, f64)]) -> f64 {
    samples.windows(2).map(step).sum()
}

/// The counter of requests: one family, so that no request counts twice. Of several, the one with a status, then the one that grew
/// most.
fn requests<'s>(series: &'s [Series], notes: &mut Vec<String>) -> Vec<&'s Series> {
    let mut families: BTreeMap<&str, Vec<&Series>> = BTreeMap::new();
    for of in series.iter().filter(|of| of.samples.len() > 1 && is_requests(&of.name)) {
        families.entry(&of.name).or_default().push(of);
    }
    let told = |family: &[&Series]| family.iter().any(|of| status(of).is_some());
    let grown = |family: &[&Series]| family.iter().map(|of| growth(&of.samples)).sum::<f64>();
    let rank = |family: &[&Series]| (told(family), grown(family));
    let best = families.iter().max_by(|(_, a), (_, b)| {
        let ((told_a, grown_a), (told_b, grown_b)) = (rank(a), rank(b));
        told_a.cmp(&told_b).then(grown_a.total_cmp(&grown_b))
    });
    let Some((name, family)) = best else { return Vec::new() };
    if families.len() > 1 {
        notes.push(format!("of {} counters of requests `{name}` is taken", families.len()));
    }
    // Istio reports each request at its source and at its destination.
    let reporter =
        |of: &&&Series, side: &str| of.labels.get("reporter").is_some_and(|reporter| reporter == side);
    if family.iter().any(|of| reporter(&of, "destination")) && family.iter().any(|of| reporter(&of, "source"))
    {
        return family.iter().filter(|of| reporter(of, "destination")).copied().collect();
    }
    family.clone()
}

/// Whether a counter of this name counts requests: not their sizes, their durations, their failures alone, or those in flight.
fn is_requests(name: &str) -> bool {
    let name = name.to_lowercase();
    let counts = name.ends_with("_total") || name.ends_with("_count") || name.ends_with("requests");
    let other = ["bytes", "_seconds_total", "in_flight", "inflight", "size", "error", "fail", "retr", "shed"];
    let is_about =
        ["request", "_rq_", "http_server", "grpc_server_handled"].iter().any(|word| name.contains(word));
    counts && is_about && !other.iter().any(|word| name.contains(word))
}

/// The rate in each part of the time. A pair of samples further apart than five usual ones is a gap.
fn rate(requests: &[&Series]) -> Option<Measuring> {
    let pairs = || requests.iter().flat_map(|of| of.samples.windows(2));
    let mut spacings: Vec<f64> = pairs().map(|pair| pair[1].0 - pair[0].0).collect();
    spacings.sort_by(f64::total_cmp);
    let usual = *spacings.get(spacings.len() / 2)?;
    let first = pairs().map(|pair| pair[0].0).fold(f64::INFINITY, f64::min);
    let last = pairs().map(|pair| pair[1].0).fold(f64::NEG_INFINITY, f64::max);
    let part = (2.0 * usual).max(PART).max((last - first) / PARTS);
    let count = (((last - first) / part).ceil() as usize).max(1);
    let (mut grown, mut covered) = (vec![0.0; count], vec![0.0_f64; count]);
    for of in requests {
        let mut own = vec![0.0; count];
        for pair in of.samples.windows(2) {
            let (from, until) = (pair[0].0, pair[1].0);
            if until - from > 5.0 * usual {
                continue;
            }
            let from_part = ((from - first) / part) as usize;
            let last_part = ((((until - first) / part).ceil() as usize).max(1) - 1).min(count - 1);
            let parts = grown.iter_mut().zip(&mut own).enumerate().take(last_part + 1).skip(from_part);
            for (at, (grown, own)) in parts {
                let start = first + part * at as f64;
                let inside = (until.min(start + part) - from.max(start)).max(0.0);
                *grown += step(pair) * inside / (until - from);
                *own += inside;
            }
        }
        for (all, own) in covered.iter_mut().zip(own) {
            *all = all.max(own);
        }
    }
    let (all, seconds) = (grown.iter().sum::<f64>(), covered.iter().sum::<f64>());
    let enough = part.min(last - first) / 2.0;
    let parts: Vec<Option<f64>> = grown
        .iter()
        .zip(&covered)
        .map(|(grown, covered)| (*covered >= enough).then(|| grown / covered))
        .collect();
    let known = parts.iter().flatten();
    let ends = known.fold((f64::INFINITY, 0.0_f64), |(least, most), of| (least.min(*of), most.max(*of)));
    (seconds > 0.0 && all > 0.0).then_some(Measuring { mean: all / seconds, ends, part, parts })
}

/// The label by which a request's outcome is told.
fn status(of: &Series) -> Option<&str> {
    const LABELS: [&str; 12] = [
        "code",
        "status",
        "status_code",
        "response_code",
        "http_status_code",
        "http_response_status_code",
        "envoy_response_code",
        "http_status",
        "grpc_code",
        "grpc_status",
        "outcome",
        "classification",
    ];
    LABELS.iter().find_map(|label| of.labels.get(*label)).map(String::as_str)
}

/// Whether an outcome is a failure of the service: a 5xx, or a word for one.
fn is_failure(outcome: &str) -> bool {
    const WORDS: [&str; 8] = [
        "server_error",
        "error",
        "failure",
        "internal",
        "unavailable",
        "unknown",
        "deadlineexceeded",
        "dataloss",
    ];
    let plain = outcome.to_lowercase();
    plain.starts_with('5') || WORDS.contains(&plain.as_str())
}

/// The share of failures: by the status of the requests, else by a counter of failures beside them.
fn errors(requests: &[&Series], series: &[Series]) -> Option<Share> {
    let all: f64 = requests.iter().map(|of| growth(&of.samples)).sum();
    let told = requests.iter().any(|of| status(of).is_some());
    let is_counter = |of: &&Series| {
        let name = of.name.to_lowercase();
        name.ends_with("_total")
            && ["error", "fail"].iter().any(|word| name.contains(word))
            && of.samples.len() > 1
    };
    let counted = series.iter().any(|of| is_counter(&of));
    let failed: f64 = if told {
        let failures = requests.iter().filter(|of| status(of).is_some_and(is_failure));
        failures.map(|of| growth(&of.samples)).sum()
    } else {
        series.iter().filter(is_counter).map(|of| growth(&of.samples)).sum()
    };
    let share = failed / all;
    ((told || counted) && all > 0.0 && share <= 1.0).then(|| Share::percent((share * 1e6).round() / 1e4))
}

/// Seconds to the nearest millisecond, or hundredth of one where that is too coarse: a histogram knows no more.
fn rounded(seconds: f64) -> f64 {
    let parts = if seconds >= 0.01 { 1e3 } else { 1e5 };
    (seconds * parts).round() / parts
}

/// Both quantiles, from the histogram of the most observations that is about requests.
fn latency(series: &[Series], notes: &mut Vec<String>) -> Option<(Span, Span)> {
    let mut families: BTreeMap<&str, BTreeMap<u64, f64>> = BTreeMap::new();
    for of in series.iter().filter(|of| of.name.ends_with("_bucket") && of.samples.len() > 1) {
        let Some(le) = of.labels.get("le") else { continue };
        let bound =
            if le == "+Inf" { Some(f64::INFINITY) } else { le.parse::<f64>().ok().filter(|le| *le >= 0.0) };
        // Bounds are not negative, and so in the order of their bits.
        let Some(bound) = bound else { continue };
        *families.entry(&of.name).or_default().entry(f64::to_bits(bound)).or_default() += growth(&of.samples);
    }
    let about =
        |name: &str| ["request", "http", "grpc", "_rq_", "latency"].iter().any(|word| name.contains(word));
    let (name, buckets) = families.iter().max_by(|(a, first), (b, second)| {
        let all = |buckets: &BTreeMap<u64, f64>| buckets.values().last().copied().unwrap_or(0.0);
        about(a).cmp(&about(b)).then(all(first).total_cmp(&all(second)))
    })?;
    let mut bounds: Vec<(f64, f64)> =
        buckets.iter().map(|(bits, count)| (f64::from_bits(*bits), *count)).collect();
    // Buckets are scraped together, but a reset or a gap may have struck one of them.
    let mut most = 0.0_f64;
    for (_, count) in &mut bounds {
        most = most.max(*count);
        *count = most;
    }
    let all = bounds.last().map(|(_, count)| *count).filter(|count| *count > 0.0)?;
    let greatest = bounds.iter().rev().map(|(bound, _)| *bound).find(|bound| bound.is_finite())?;
    let units = in_a_second(name).unwrap_or_else(|| {
        // No service answers within minutes only, and none has buckets for that.
        let units = if greatest > 100.0 { 1e3 } else { 1.0 };
        let unit = if units > 1.0 { "milliseconds" } else { "seconds" };
        notes.push(format!("the name `{name}` does not say its unit; it is taken for {unit}"));
        units
    });
    let quantile = |of: f64| {
        let at = bounds.iter().position(|(_, count)| *count >= of * all)?;
        let (above, below) = (bounds[at], if at > 0 { bounds[at - 1] } else { (0.0, 0.0) });
        // Prometheus `histogram_quantile`: linear within a bucket, and the last bound where it is in the last bucket.
        let value = if above.0.is_finite() {
            below.0 + (above.0 - below.0) * (of * all - below.1) / (above.1 - below.1).max(1e-9)
        } else {
            below.0
        };
        Some(rounded(value / units))
    };
    let (p50, p99) = quantile(0.5).zip(quantile(0.99))?;
    if p99 * units >= greatest {
        notes.push(format!(
            "more than one in a hundred lies above the last bucket of `{name}`; p99 is its bound"
        ));
    }
    let (p50, p99) = (Span::from_secs_f64(p50), Span::from_secs_f64(p99));
    (p50 < p99 && !p50.is_zero()).then_some((p50, p99))
}
