//! The unit of a latency, by the name of its metric.

/// Names of metrics that are in milliseconds though they do not say so, by their documentation: Envoy (statistics of the HTTP
/// connection manager and of clusters), Kong (Prometheus plugin), APISIX (prometheus plugin), OpenTelemetry before HTTP
/// semantic conventions 1.20.
const MILLISECONDS: [&str; 9] = [
    "_rq_time",
    "kong_latency",
    "kong_request_latency",
    "kong_upstream_latency",
    "apisix_http_latency",
    "http_server_duration",
    "http_client_duration",
    "rpc_server_duration",
    "rpc_client_duration",
];

/// How many units of the metric `name` a second has; `None` when its name does not say.
pub fn in_a_second(name: &str) -> Option<f64> {
    let name = name.to_lowercase();
    let stem = name.trim_end_matches("_bucket");
    let says =
        |words: &[&str], end: &str| words.iter().any(|word| stem.contains(word)) || stem.ends_with(end);
    if says(&["nanosecond", "_ns_"], "_ns") {
        Some(1e9)
    } else if says(&["microsecond", "_us_", "_micros"], "_us") {
        Some(1e6)
    } else if says(&["millisecond", "_ms_", "_millis"], "_ms") {
        Some(1e3)
    } else if stem.contains("second") {
        Some(1.0)
    } else if MILLISECONDS.iter().any(|known| stem.contains(known)) {
        Some(1e3)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::in_a_second;

    #[test]
    fn the_name_says_the_unit_or_the_documentation_does() {
        for (name, units) in [
            ("http_request_duration_seconds_bucket", Some(1.0)),
            ("istio_request_duration_milliseconds_bucket", Some(1e3)),
            ("response_latency_ms_bucket", Some(1e3)),
            ("envoy_cluster_upstream_rq_time_bucket", Some(1e3)),
            ("kong_latency_bucket", Some(1e3)),
            ("apisix_http_latency_bucket", Some(1e3)),
            ("http_server_duration_bucket", Some(1e3)),
            ("latency_us_bucket", Some(1e6)),
            ("latency_bucket", None),
        ] {
            assert_eq!(in_a_second(name), units, "{name}");
        }
    }
}
