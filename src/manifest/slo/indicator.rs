//! What a service level indicator measures.

use crate::manifest::cursor::At;
use crate::manifest::promql::{self, Names};
use crate::telemetry::Metric;

const LATENCY: &str =
    "its indicator is about latency; burn-rate alerts here are on failed requests, so it is left out";

/// What is said of an indicator that is no share of failed requests.
const OTHER: &str = "its indicator is no share of failed requests, as far as its queries tell, and burn-rate alerts here are on those alone, so \
     it is left out";

/// Why an indicator is not the share of failed requests; `None` where it is, or where nothing tells.
pub(super) fn unlike_failures(indicator: &At<'_>) -> Option<&'static str> {
    for (kind, of) in indicator.entries() {
        match kind {
            "latency" | "latencyNative" => return Some(LATENCY),
            "bool_gauge" | "boolGauge" => {
                return Some("its indicator is a probe of its own and not the requests, so it is left out");
            }
            "plugin" => return Some("its indicator is known to the plugin alone, so it is left out"),
            "thresholdMetric" => {
                return Some(
                    "its indicator compares a metric with a threshold; burn-rate alerts here are on failed requests, so it is left out",
                );
            }
            _ => {}
        }
        let share = match kind {
            "raw" => query(&of, &["error_ratio_query", "errorRatioQuery"]),
            "events" => {
                let (bad, all) =
                    (query(&of, &["error_query", "errorQuery"]), query(&of, &["total_query", "totalQuery"]));
                bad.zip(all).map(|(bad, all)| format!("({bad}) / ({all})"))
            }
            "ratio" => {
                let rate =
                    |key| of.dig(&[key])?.text("metric").map(|metric| format!("sum(rate({metric}[5m]))"));
                rate("errors").zip(rate("total")).map(|(bad, all)| format!("{bad} / {all}"))
            }
            "ratioMetric" => ratio_metric(&of),
            _ => None,
        };
        let Some(share) = share else { continue };
        if share.contains("_bucket") || share.contains("le=") {
            return Some(LATENCY);
        }
        return (!is_of_failures(&share)).then_some(OTHER);
    }
    None
}

/// The query of one of these keys, with a window in the place of Sloth's own.
fn query(at: &At<'_>, keys: &[&str]) -> Option<String> {
    let text = keys.iter().find_map(|key| at.text(key))?;
    let window = regex::Regex::new(r"\{\{\s*\.window\s*\}\}").expect("a pattern");
    Some(window.replace_all(&text, "5m").into_owned())
}

/// The share of failures of OpenSLO's `ratioMetric`: of `bad`, or what is not `good`, among `total`; or a ratio in one (`raw`). Only
/// Prometheus' language is read.
fn ratio_metric(at: &At<'_>) -> Option<String> {
    let of = |key: &str| at.dig(&[key, "metricSource", "spec"])?.text("query");
    match (of("bad"), of("good"), of("total"), of("raw")) {
        (Some(bad), _, Some(all), _) => Some(format!("({bad}) / ({all})")),
        (None, Some(good), Some(all), _) => Some(format!("1 - ({good}) / ({all})")),
        (_, _, _, raw) => raw,
    }
}

/// Whether a query measures the share of failed requests, as far as it can be read.
fn is_of_failures(share: &str) -> bool {
    promql::mapped(share, &Names::default()).is_ok_and(|found| found.query.metric == Metric::ErrorRatio)
}
