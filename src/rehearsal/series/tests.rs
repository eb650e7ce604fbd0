//! Exports as they are taken: with noise, gaps, resets, several series and several families.

use super::*;
use crate::engine::Share;

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
    assert!((found.rate.unwrap().mean - 10.0).abs() < 1e-9);
    assert_eq!(found.errors, Some(Share::percent(1.0)));
    let (p50, p99) = found.latency.unwrap();
    assert_eq!((p50.as_millis_f64(), p99.as_millis_f64().round()), (100.0, 492.0));
}

#[test]
fn a_reset_counts_from_zero_and_what_is_no_export_says_so() {
    let text = "# TYPE http_requests counter\nhttp_requests_total{code=\"200\"} 100 10\nhttp_requests_total{code=\"200\"} 40 20\n# EOF\n";
    let found = measured(text).unwrap();
    assert!((found.rate.unwrap().mean - 4.0).abs() < 1e-9);
    assert_eq!(found.errors, Some(Share::ZERO));
    assert!(measured("{\"data\": {\"result\": []}}").is_err());
    assert!(measured("{\"x\"").unwrap_err().contains("query_range"));
    let refused = "{\"status\": \"error\", \"error\": \"query timed out\"}";
    assert!(measured(refused).unwrap_err().contains("query timed out"));
    let rates = "{\"data\": {\"result\": [{\"metric\": {}, \"values\": [[1, \"5\"], [2, \"6\"]]}]}}";
    assert!(measured(rates).unwrap_err().contains("have no names"));
}

/// A day of three pods, one of which restarts, with a gap of an hour, exemplars, stale markers, a gauge, the histogram's own count and
/// both of Istio's reporters.
#[test]
fn a_day_of_a_real_service_is_read_through_its_marks() {
    let mut text = String::from("# TYPE istio_requests counter\n");
    let mut counts = [0.0_f64; 3];
    for scrape in 0..2_880_u32 {
        let at = 1_700_000_000.0 + 30.0 * f64::from(scrape);
        if (1_000..1_120).contains(&scrape) {
            continue;
        }
        let day = 30.0 + 20.0 * libm::sin(f64::from(scrape) / 2_880.0 * std::f64::consts::TAU);
        for (pod, count) in counts.iter_mut().enumerate() {
            *count += 30.0 * day / 3.0 * (1.0 + 0.1 * f64::from((scrape * 7 + pod as u32) % 5) - 0.2);
            if pod == 1 && scrape == 500 {
                *count = 0.0;
            }
            for reporter in ["source", "destination"] {
                for (code, share) in [("200", 0.98), ("404", 0.01), ("503", 0.01)] {
                    text += &format!(
                        "istio_requests_total{{pod=\"p-{pod}\",reporter=\"{reporter}\",response_code=\"{code}\"}} {} {at}\n",
                        *count * share
                    );
                }
            }
            for (le, share) in [("25", 0.3), ("100", 0.9), ("500", 0.995), ("+Inf", 1.0)] {
                text += &format!(
                    "istio_request_duration_milliseconds_bucket{{pod=\"p-{pod}\",le=\"{le}\"}} {} {at} # {{trace_id=\"a}}b\"}} 0.67\n",
                    *count * share
                );
            }
            text += &format!("istio_request_duration_milliseconds_count{{pod=\"p-{pod}\"}} {count} {at}\n");
            text += &format!("http_requests_in_flight{{pod=\"p-{pod}\"}} {} {at}\n", scrape % 9);
        }
    }
    text += "istio_requests_total{pod=\"p-9\",reporter=\"destination\",response_code=\"200\"} NaN 1700000000\n# EOF\n";
    let found = measured(&text).unwrap();
    let rate = found.rate.unwrap();
    assert!((28.0..32.0).contains(&rate.mean), "{}", rate.mean);
    assert!((9.0..13.0).contains(&rate.ends.0) && (47.0..53.0).contains(&rate.ends.1), "{:?}", rate.ends);
    let gap = rate.parts.iter().filter(|part| part.is_none()).count();
    assert!((50..65).contains(&gap), "{gap} parts of {} are unknown", rate.parts.len());
    assert_eq!(found.errors, Some(Share::percent(1.0)));
    let (p50, p99) = found.latency.unwrap();
    assert!((45.0..55.0).contains(&p50.as_millis_f64()), "{p50}");
    assert!((400.0..500.0).contains(&p99.as_millis_f64()), "{p99}");
    assert!(found.notes.iter().any(|note| note.contains("of 2 counters")), "{:?}", found.notes);
}

#[test]
fn two_answers_in_one_list_are_read_together() {
    let one = |name: &str, le: &str, values: (u32, u32)| {
        format!(
            "{{\"status\": \"success\", \"data\": {{\"resultType\": \"matrix\", \"result\": [{{\"metric\": {{\"__name__\": \"{name}\"{le}}}, \
             \"values\": [[10, \"{}\"], [25, \"{}\"]]}}]}}}}",
            values.0, values.1
        )
    };
    let text =
        format!("[{}, {}]", one("http_requests_total", "", (0, 300)), one("http_errors_total", "", (0, 3)));
    let found = measured(&text).unwrap();
    assert!((found.rate.unwrap().mean - 20.0).abs() < 1e-9);
    assert_eq!(found.errors, Some(Share::percent(1.0)));
}
