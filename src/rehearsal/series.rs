//! The series of a range export of Prometheus: the JSON of `query_range`, one answer or a list of them, or OpenMetrics text with times,
//! as `promtool tsdb dump-openmetrics` writes it.

mod fit;

pub use fit::Measured;
pub(super) use fit::Measuring;

use std::collections::BTreeMap;

use serde::Deserialize;

/// One series: its labels and its samples, in time and finite.
struct Series {
    name: String,
    labels: BTreeMap<String, String>,
    samples: Vec<(f64, f64)>,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    /// The reason of an answer without data.
    error: Option<String>,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    /// Missing in the answer of an instant query.
    #[serde(default)]
    values: Vec<(f64, String)>,
}

/// Reads an export.
///
/// # Errors
/// Why nothing can be read from it.
pub fn measured(text: &str) -> Result<Measured, String> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let is_json =
        text.starts_with("{\"") || text.starts_with('[') || text.starts_with("{\n") || text.starts_with("{ ");
    let mut series = if is_json { json(text)? } else { open_metrics(text)? };
    for of in &mut series {
        // A stale marker is written as NaN.
        of.samples.retain(|(at, value)| at.is_finite() && value.is_finite());
        of.samples.sort_by(|a, b| a.0.total_cmp(&b.0));
        of.samples.dedup_by(|later, earlier| later.0 <= earlier.0);
    }
    if !series.is_empty() && series.iter().all(|of| of.name.is_empty()) {
        return Err("its series have no names, as those of an expression such as rate(..) have none; export the counters and \
                    histograms themselves, such as `http_requests_total` and `http_request_duration_seconds_bucket`"
            .to_owned());
    }
    fit::measured(&series).ok_or_else(|| {
        "no counter of requests and no histogram with two samples or more was found; export the raw counters over a range, \
         such as `http_requests_total` and `http_request_duration_seconds_bucket`, not a rate of them"
            .to_owned()
    })
}

fn json(text: &str) -> Result<Vec<Series>, String> {
    let wrong = |error: serde_json::Error| {
        format!("this is no answer of query_range (`data.result[].values`): {error}")
    };
    let answers: Vec<Answer> = if text.starts_with('[') {
        serde_json::from_str(text).map_err(wrong)?
    } else {
        vec![serde_json::from_str(text).map_err(wrong)?]
    };
    let mut found = Vec::new();
    for answer in answers {
        let Some(data) = answer.data else {
            let why = answer.error.unwrap_or_else(|| "it has no `data`".to_owned());
            return Err(format!("this is no answer of query_range (`data.result[].values`): {why}"));
        };
        found.extend(data.result.into_iter().map(|row| Series {
            name: row.metric.get("__name__").cloned().unwrap_or_default(),
            samples: row.values.iter().filter_map(|(at, value)| Some((*at, value.parse().ok()?))).collect(),
            labels: row.metric,
        }));
    }
    Ok(found)
}

/// Lines such as `http_requests_total{code="200"} 1027 1395066363.000`; without a time a sample says nothing about a rate. What
/// follows the time, an exemplar, is left aside.
fn open_metrics(text: &str) -> Result<Vec<Series>, String> {
    let compiled = |pattern: &str| regex::Regex::new(pattern).map_err(|error| error.to_string());
    let line = compiled(
        r#"^([A-Za-z_:][A-Za-z0-9_:]*)?(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)\s+([0-9.eE+]+)"#,
    )?;
    let label = compiled(r#"([A-Za-z_][A-Za-z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)""#)?;
    let mut found: BTreeMap<String, Series> = BTreeMap::new();
    for text in text.lines().filter(|text| !text.starts_with('#')) {
        let Some(parts) = line.captures(text) else { continue };
        let part = |index: usize| parts.get(index).map_or("", |part| part.as_str());
        let (Ok(value), Ok(at)) = (part(3).parse::<f64>(), part(4).parse::<f64>()) else { continue };
        // Prometheus writes milliseconds, OpenMetrics seconds.
        let at = if at > 1e11 { at / 1_000.0 } else { at };
        let labels: BTreeMap<String, String> =
            label.captures_iter(part(2)).map(|of| (of[1].to_owned(), of[2].to_owned())).collect();
        let name =
            if part(1).is_empty() { labels.get("__name__").cloned() } else { Some(part(1).to_owned()) };
        let key = format!("{}{{{}}}", part(1), part(2));
        let series = found.entry(key).or_insert_with(|| Series {
            name: name.unwrap_or_default(),
            labels,
            samples: Vec::new(),
        });
        series.samples.push((at, value));
    }
    Ok(found.into_values().collect())
}

#[cfg(test)]
mod tests;
