//! Queries as people write them.

use super::*;
use crate::telemetry::Subject;

fn read(text: &str) -> Result<(Metric, f64, f64), String> {
    mapped(text, &Names::default()).map(|mapped| (mapped.query.metric, mapped.a, mapped.b))
}

#[test]
fn the_common_shapes_are_known() {
    for (text, expected) in [
        (
            "sum(rate(http_requests_total{code=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m]))",
            (Metric::ErrorRatio, 1.0, 0.0),
        ),
        (
            "sum(irate(istio_requests_total{reporter=\"source\",response_code!~\"5.*\"}[2m])) / \
             sum(irate(istio_requests_total{reporter=\"source\"}[2m]))",
            (Metric::ErrorRatio, -1.0, 1.0),
        ),
        (
            "100 - sum(rate(http_requests_total{status=~\"5..\"}[1m])) / sum(rate(http_requests_total[1m])) * 100",
            (Metric::ErrorRatio, -100.0, 100.0),
        ),
        (
            "100 * sum(rate(http_requests_total{status=~\"5..\"}[1m])) / sum(rate(http_requests_total[1m]))",
            (Metric::ErrorRatio, 100.0, 0.0),
        ),
        (
            "1 - (sum(increase(errors_total[1m])) / sum(increase(requests_total[1m])))",
            (Metric::ErrorRatio, -1.0, 1.0),
        ),
        (
            "(sum(rate(x_requests{status=\"500\"}[1m])) or vector(0)) / sum(rate(x_requests[1m]))",
            (Metric::ErrorRatio, 1.0, 0.0),
        ),
        (
            "histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket[1m])) by (le))",
            (Metric::Latency(0.95), 1.0, 0.0),
        ),
        (
            "histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket[1m])))",
            (Metric::Latency(0.99), 1000.0, 0.0),
        ),
        ("histogram_quantile(0.5, rate(d_seconds_bucket[1m])) * 1000", (Metric::Latency(0.5), 1000.0, 0.0)),
        (
            "sum(rate(http_request_duration_seconds_sum[1m])) / sum(rate(http_request_duration_seconds_count[1m])) * 1000",
            (Metric::Latency(0.64), 1000.0, 0.0),
        ),
        (
            "sum(rate(traefik_service_request_duration_seconds_bucket{code!~\"5..\",le=\"+Inf\"}[1m])) / \
             sum(rate(traefik_service_request_duration_seconds_bucket{le=\"+Inf\"}[1m])) * 100",
            (Metric::ErrorRatio, -100.0, 100.0),
        ),
        ("sum(rate(http_requests_total[1m]))", (Metric::RequestRate, 1.0, 0.0)),
        ("sum(increase(http_requests_total[2m]))", (Metric::RequestRate, 120.0, 0.0)),
        ("sum(rate(orders_total[1m])) * 60", (Metric::Business("orders".to_owned()), 60.0, 0.0)),
        ("max(max_over_time(rollout_lab_memory[1m]))", (Metric::Memory, 1.0, 0.0)),
        ("sum(rate(http_requests_total{code=~\"5..\"}[1m]))", (Metric::Failures, 1.0, 0.0)),
        (
            "sum(increase(istio_requests_total{response_code!~\"[123]..\"}[2m]))",
            (Metric::Failures, 120.0, 0.0),
        ),
        ("sum(rate(http_request_errors_total[1m])) * 60", (Metric::Failures, 60.0, 0.0)),
        ("sum(rate(grpc_server_handled_total{grpc_code!=\"OK\"}[1m]))", (Metric::Failures, 1.0, 0.0)),
        ("sum(rate(http_requests_total{code=~\"2..|5..\"}[1m]))", (Metric::RequestRate, 1.0, 0.0)),
        ("clamp_min(sum(rate(http_requests_total[1m])), 0)", (Metric::RequestRate, 1.0, 0.0)),
    ] {
        assert_eq!(read(text), Ok(expected), "{text}");
    }
}

#[test]
fn other_shapes_are_refused_and_nothing_panics() {
    let deep = "(".repeat(3_000);
    for text in [
        "",
        "up",
        "1",
        "sum(rate(a[1m])) / sum(rate(b[1m]))",
        "1 / sum(rate(http_requests_total[1m]))",
        "sum(rate(http_requests_total[1m] offset 1d))",
        "rate(http_requests_total[$__rate_interval])",
        "topk(3, rate(http_requests_total[1m]))",
        deep.as_str(),
    ] {
        assert!(read(text).is_err(), "{text}: {:?}", read(text));
    }
}

#[test]
fn labels_say_of_whom() {
    let names =
        Names { candidate: vec!["web-new".to_owned()], baseline: vec!["web".to_owned()], ..Names::default() };
    for (label, of, unsaid) in [
        ("service=\"web-new.shop.svc.cluster.local\"", Subject::Candidate, false),
        ("track=\"canary\"", Subject::Candidate, false),
        ("service=\"web\"", Subject::Baseline, false),
        ("pod=~\"web-new-[0-9a-z]+-[0-9a-z]+\"", Subject::Candidate, false),
        ("service=~\"web|web-new\"", Subject::Target, true),
        ("envoy_cluster_name=~\"prod_web-new_.*\"", Subject::Candidate, false),
        ("service=\"web-canary-old\"", Subject::Target, true),
        ("service=\"known_at_run_time_service\"", Subject::Target, true),
        ("canary!=\"\"", Subject::Candidate, false),
        ("role=\"target\"", Subject::Target, false),
        ("role=\"service\",service=\"db\"", Subject::Service("db".to_owned()), false),
        ("job=\"shop\"", Subject::Target, true),
    ] {
        let text = format!("sum(rate(http_requests_total{{{label}}}[2m]))");
        let mapped = mapped(&text, &names).unwrap();
        assert_eq!((mapped.query.of, mapped.unsaid), (of, unsaid), "{label}");
        assert_eq!(mapped.query.over, Span::from_secs(120));
    }
}

#[test]
fn what_is_not_read_is_named_by_what_it_asks_for() {
    for (text, part) in [
        ("sum(rate(http_requests_total[1m] offset 1w))", "`offset 7d`"),
        ("sum(rate(http_requests_total{code=\"200\"}[1m]))", "the requests that succeed"),
        ("sum(rate(http_requests_total{code=~\"4..\"}[1m]))", "neither a success nor a failure"),
        ("count(rate(http_requests_total[1m]))", "`count` is about series"),
        ("topk(1, rate(http_requests_total[1m]))", "`topk` picks"),
        ("absent(up{job=\"web\"})", "`absent`"),
        ("max_over_time(sum(rate(http_requests_total[1m]))[5m:])", "subquery"),
        (
            "sum(rate(http_request_duration_seconds_bucket{le=\"0.5\"}[1m])) / sum(rate(http_request_duration_seconds_count[1m]))",
            "share of requests within a duration",
        ),
        ("sum(rate(http_requests_total[1m])) > 1 and sum(rate(x_total[1m])) > 2", "`and` makes"),
        ("predict_linear(x[1h], 3600)", "how an answer moves"),
        ("clamp_min(sum(rate(http_requests_total[1m])), 10)", "none of the shapes"),
    ] {
        let why = read(text).unwrap_err();
        assert!(why.contains(part), "{text}: {why}");
    }
}

#[test]
fn what_is_not_added_up_is_said() {
    let notes = |text: &str| mapped(text, &Names::default()).unwrap().notes.join(" ");
    assert!(notes("rate(http_requests_total[1m])").contains("without `sum`"));
    assert!(notes("max(rate(http_requests_total[1m]))").contains("not applied: `max`"));
    assert!(notes("histogram_quantile(0.9, avg by (le) (rate(d_seconds_bucket[1m])))").contains("`avg`"));
    assert_eq!(notes("sum(rate(http_requests_total[1m]))"), "");
    let floor = "sum(rate(r_requests{code=~\"5..\"}[1m])) / clamp_min(sum(rate(r_requests[1m])), 1)";
    assert!(notes(floor).contains("fewer than 1 requests a second"));
}
