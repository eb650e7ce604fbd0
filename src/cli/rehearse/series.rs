//! The numbers of a world from a range export of Prometheus: the JSON of `query_range`, or OpenMetrics text with times. Counters of
//! requests give rate and share of errors, buckets of a histogram give latency.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::engine::{Share, Span};

/// What an export tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Measured {
    /// Requests a second: on average, and the least and the greatest of any interval.
    pub rps: Option<(f64, f64, f64)>,
    pub errors: Option<Share>,
    pub latency: Option<(Span, Span)>,
}

/// One series: its labels and its samples, in time.
struct Series {
    name: String,
    labels: BTreeMap<String, String>,
    samples: Vec<(f64, f64)>,
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    metric: BTreeMap<String, String>,
    values: Vec<(f64, String)>,
}

/// Reads an export.
///
/// # Errors
/// Why nothing can be read from it.
pub(super) fn measured(text: &str) -> Result<Measured, String> {
    let series = if text.trim_start().starts_with('{') { json(text)? } else { open_metrics(text)? };
    let found = Measured { rps: rate(&series), errors: errors(&series), latency: latency(&series) };
    if found == Measured::default() {
        return Err("no counter of requests and no histogram with two samples or more was found; export the raw counters over a range, \
                    such as `http_requests_total` and `http_request_duration_seconds_bucket`, not a rate of them"
            .to_owned());
    }
    Ok(found)
}

fn json(text: &str) -> Result<Vec<Series>, String> {
    let answer: Answer = serde_json::from_str(text)
        .map_err(|error| format!("this is no answer of query_range (`data.result[].values`): {error}"))?;
    let series = |row: Row| Series {
        name: row.metric.get("__name__").cloned().unwrap_or_default(),
        samples: row.values.iter().filter_map(|(at, value)| Some((*at, value.parse().ok()?))).collect(),
        labels: row.metric,
    };
    Ok(answer.data.result.into_iter().map(series).collect())
}

/// Lines such as `http_requests_total{code="200"} 1027 1395066363.000`; without a time a sample says nothing about a rate.
fn open_metrics(text: &str) -> Result<Vec<Series>, String> {
    let line = regex::Regex::new(r"^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+(\S+))?")
        .map_err(|e| e.to_string())?;
    let label =
        regex::Regex::new(r#"([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)""#).map_err(|e| e.to_string())?;
    let mut found: BTreeMap<String, Series> = BTreeMap::new();
    for text in text.lines().filter(|text| !text.starts_with('#')) {
        let Some(parts) = line.captures(text) else { continue };
        let part = |index: usize| parts.get(index).map_or("", |part| part.as_str());
        let (Ok(value), Ok(at)) = (part(3).parse::<f64>(), part(4).parse::<f64>()) else { continue };
        // Prometheus writes milliseconds, OpenMetrics seconds.
        let at = if at > 1e11 { at / 1_000.0 } else { at };
        let labels = label.captures_iter(part(2)).map(|of| (of[1].to_owned(), of[2].to_owned())).collect();
        let key = format!("{}{{{}}}", part(1), part(2));
        let series = found.entry(key).or_insert_with(|| Series {
            name: part(1).to_owned(),
            labels,
            samples: Vec::new(),
        });
        series.samples.push((at, value));
    }
    let mut all: Vec<Series> = found.into_values().collect();
    all.iter_mut().for_each(|series| series.samples.sort_by(|a, b| a.0.total_cmp(&b.0)));
    Ok(all)
}

/// How much a counter grew; after a reset it counts from zero (Prometheus `increase`, without its extrapolation).
fn growth(samples: &[(f64, f64)]) -> f64 {
    samples
        .windows(2)
        .map(|pair| if pair[1].1 >= pair[0].1 { pair[1].1 - pair[0].1 } else { pair[1].1 })
        .sum()
}

fn requests(series: &[Series]) -> impl Iterator<Item = &Series> {
    let counts = |series: &&Series| {
        let name = series.name.to_lowercase();
        series.samples.len() > 1
            && !name.ends_with("_bucket")
            && !name.ends_with("_sum")
            && name.contains("request")
    };
    series.iter().filter(counts)
}

fn rate(series: &[Series]) -> Option<(f64, f64, f64)> {
    let mut per_interval: BTreeMap<u64, f64> = BTreeMap::new();
    let (mut all, mut first, mut last) = (0.0, f64::INFINITY, f64::NEG_INFINITY);
    for of in requests(series) {
        all += growth(&of.samples);
        first = first.min(of.samples[0].0);
        last = last.max(of.samples[of.samples.len() - 1].0);
        for pair in of.samples.windows(2) {
            let seconds = (pair[1].0 - pair[0].0).max(1e-3);
            *per_interval.entry((pair[1].0 * 1_000.0) as u64).or_default() += growth(pair) / seconds;
        }
    }
    let seconds = last - first;
    let ends = per_interval.values().fold((f64::INFINITY, 0.0_f64), |(a, b), of| (a.min(*of), b.max(*of)));
    (seconds > 0.0 && all > 0.0).then(|| (all / seconds, ends.0, ends.1))
}

fn errors(series: &[Series]) -> Option<Share> {
    let (mut all, mut failed, mut told) = (0.0, 0.0, false);
    for of in requests(series) {
        let grown = growth(&of.samples);
        all += grown;
        let code = ["code", "status", "response_code", "status_code", "http_status_code"]
            .iter()
            .find_map(|label| of.labels.get(*label));
        told |= code.is_some();
        failed += if code.is_some_and(|code| code.starts_with('5')) { grown } else { 0.0 };
    }
    (told && all > 0.0).then(|| Share::percent((failed / all * 1e6).round() / 1e4))
}

fn latency(series: &[Series]) -> Option<(Span, Span)> {
    let mut buckets: BTreeMap<u64, f64> = BTreeMap::new();
    let mut name = String::new();
    for of in series.iter().filter(|of| of.name.ends_with("_bucket") && of.samples.len() > 1) {
        let le = of.labels.get("le")?;
        let bound = if le == "+Inf" { f64::INFINITY } else { le.parse().ok()? };
        *buckets.entry(f64::to_bits(bound)).or_default() += growth(&of.samples);
        name.clone_from(&of.name);
    }
    // Bounds are not negative, and so in the order of their bits.
    let bounds: Vec<(f64, f64)> =
        buckets.into_iter().map(|(bits, count)| (f64::from_bits(bits), count)).collect();
    let all = bounds.last().map(|(_, count)| *count).filter(|count| *count > 0.0)?;
    let millis = name.contains("milli") || name.contains("_ms_");
    let quantile = |of: f64| {
        let at = bounds.iter().position(|(_, count)| *count >= of * all)?;
        let (above, below) = (bounds[at], if at > 0 { bounds[at - 1] } else { (0.0, 0.0) });
        // Prometheus `histogram_quantile`: linear within a bucket, and the last bound where it is in the last bucket.
        let value = if above.0.is_finite() {
            below.0 + (above.0 - below.0) * (of * all - below.1) / (above.1 - below.1).max(1e-9)
        } else {
            below.0
        };
        Some(Span::from_secs_f64(if millis { value / 1_000.0 } else { value }))
    };
    quantile(0.5).zip(quantile(0.99)).filter(|(p50, p99)| p50 < p99 && !p50.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundred seconds of ten requests a second, one in a hundred failed, half within 0.1 s.
    #[test]
    fn an_export_of_counters_gives_rate_errors_and_latency() {
        let series = |labels: &str, value: u32| {
            format!("{{\"metric\": {{{labels}}}, \"values\": [[1000, \"5\"], [1100, \"{value}\"]]}}")
        };
        let rows = [
            series("\"__name__\": \"http_requests_total\", \"code\": \"200\"", 995),
            series("\"__name__\": \"http_requests_total\", \"code\": \"503\"", 15),
            series("\"__name__\": \"d_seconds_bucket\", \"le\": \"0.1\"", 505),
            series("\"__name__\": \"d_seconds_bucket\", \"le\": \"0.5\"", 1005),
            series("\"__name__\": \"d_seconds_bucket\", \"le\": \"+Inf\"", 1005),
        ];
        let text = format!("{{\"data\": {{\"result\": [{}]}}}}", rows.join(","));
        let found = measured(&text).unwrap();
        assert_eq!(found.rps, Some((10.0, 10.0, 10.0)));
        assert_eq!(found.errors, Some(Share::percent(1.0)));
        let (p50, p99) = found.latency.unwrap();
        assert_eq!((p50.as_millis_f64(), p99.as_millis_f64().round()), (100.0, 492.0));
    }

    #[test]
    fn open_metrics_text_with_times_is_read_and_a_reset_counts_from_zero() {
        let text = "# TYPE http_requests counter\nhttp_requests_total{code=\"200\"} 100 10\nhttp_requests_total{code=\"200\"} 40 20\n# EOF\n";
        let found = measured(text).unwrap();
        assert_eq!(found.rps, Some((4.0, 4.0, 4.0)));
        assert_eq!(found.errors, Some(Share::ZERO));
        assert!(measured("{\"data\": {\"result\": []}}").is_err());
        assert!(measured("{").unwrap_err().contains("query_range"));
    }
}
