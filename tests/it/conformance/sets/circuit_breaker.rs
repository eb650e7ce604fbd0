//! resilience4j's circuit breaker, step by step.

use rollout_lab::engine::{Share, Span, Time};
use rollout_lab::scenario::{Breaker, Ignored, Window};
use rollout_lab::sim::dataplane::breaker::{BreakerRun, BreakerState, CallCounts, CallEnd, CallWindow};
use serde_json::{Value, json};

use super::{Case, same};

pub fn drive(case: &Case) -> Result<(), String> {
    match case.op() {
        "" if case.input["steps"].is_array() => trace(case),
        "defaults" => same(&case.expected, &defaults(), 1e-9),
        "window_metrics" => count_window(case),
        "time_window_metrics" => time_window(case),
        _ => case.unknown(),
    }
}

fn span(value: &Value) -> Span {
    Span::from_secs_f64(value.as_f64().unwrap_or(0.0))
}

fn whole(value: &Value, otherwise: u32) -> u32 {
    value.as_u64().map_or(otherwise, |number| number as u32)
}

fn window(value: &Value) -> Window {
    let size = whole(&value["size"], whole(&value["size_s"], 100));
    if value["type"] == "time" { Window::Seconds(size) } else { Window::Calls(size) }
}

fn rules(config: &Value) -> Breaker {
    let plain = Breaker::default();
    let share = |key: &str, otherwise: Share| config[key].as_f64().map_or(otherwise, Share::percent);
    let time =
        |key: &str, otherwise: Span| if config[key].is_null() { otherwise } else { span(&config[key]) };
    let sliding = &config["sliding_window"];
    Breaker {
        failure_rate: share("failure_rate_threshold", plain.failure_rate),
        slow_rate: share("slow_call_rate_threshold", plain.slow_rate),
        slow_after: time("slow_call_duration_threshold_s", plain.slow_after),
        window: if sliding.is_null() { plain.window } else { window(sliding) },
        minimum_calls: whole(&sliding["minimum_calls"], plain.minimum_calls),
        open_for: time("wait_in_open_s", plain.open_for),
        half_open_calls: whole(&config["permitted_calls_in_half_open"], plain.half_open_calls),
        half_open_for: time("max_wait_in_half_open_s", plain.half_open_for),
        half_open_early: config["as_upstream_half_open"] == true,
        half_open_closes: config["state_after_half_open"] == "CLOSED",
        open_growth: config["wait_multiplier"].as_f64().unwrap_or(plain.open_growth),
        open_most: time("max_wait_in_open_s", plain.open_most),
        ignored_errors: Ignored::default(),
    }
}

const STATES: [(BreakerState, &str); 6] = [
    (BreakerState::Closed, "CLOSED"),
    (BreakerState::Open, "OPEN"),
    (BreakerState::HalfOpen, "HALF_OPEN"),
    (BreakerState::Disabled, "DISABLED"),
    (BreakerState::ForcedOpen, "FORCED_OPEN"),
    (BreakerState::MetricsOnly, "METRICS_ONLY"),
];

fn trace(case: &Case) -> Result<(), String> {
    let mut breaker = BreakerRun::new(rules(&case.input["config"]));
    let mut now = Time::from_secs(1_000);
    let none = Vec::new();
    let steps = case.input["steps"].as_array().unwrap_or(&none);
    for (index, step) in steps.iter().enumerate() {
        let took = span(&step["duration_s"]);
        let mut permitted = Value::Null;
        match step["do"].as_str().unwrap_or_default() {
            "acquire" => permitted = json!(breaker.acquire(now)),
            "success" => {
                breaker.ended(now, false, took);
            }
            "error" => {
                breaker.ended(now, true, took);
            }
            // A permission that is given back is as if the call had not been asked for.
            "ignored_error" | "release" | "release_permission" => breaker.ignored(now),
            "advance" => now += span(&step["s"]),
            "reset" => breaker.reset(now),
            "transition" => {
                let Some((state, _)) = STATES.iter().find(|(_, name)| step["to"] == *name) else {
                    return Err(format!("unknown state {}", step["to"]));
                };
                breaker.move_to(*state, now);
            }
            other => return Err(format!("unknown step \"{other}\"")),
        }
        let counts = breaker.counts(now);
        let state = STATES.iter().find(|(state, _)| *state == breaker.state()).map(|(_, name)| *name);
        let mut got = seen(counts, breaker.enough());
        got["permitted"] = permitted;
        got["state"] = json!(state);
        got["not_permitted"] = json!(breaker.turned_away());
        same(&case.expected["after_step"][index], &got, 1e-6)
            .map_err(|why| format!("step {index}: {why}"))?;
    }
    Ok(())
}

fn defaults() -> Value {
    let plain = Breaker::default();
    let (kind, size) = match plain.window {
        Window::Calls(size) => ("count", size),
        Window::Seconds(size) => ("time", size),
    };
    json!({
        "failure_rate_threshold": plain.failure_rate.fraction() * 100.0,
        "slow_call_rate_threshold": plain.slow_rate.fraction() * 100.0,
        "slow_call_duration_threshold_s": plain.slow_after.as_secs_f64(),
        "permitted_calls_in_half_open": plain.half_open_calls,
        "max_wait_in_half_open_s": plain.half_open_for.as_secs_f64(),
        "sliding_window_type": kind,
        "sliding_window_size": size,
        "minimum_calls": plain.minimum_calls,
        "wait_in_open_s": plain.open_for.as_secs_f64(),
    })
}

/// A call: its outcome alone, or an outcome and a duration.
fn end(call: &Value) -> Result<CallEnd, String> {
    let took = Span::from_millis(call["duration_ms"].as_u64().unwrap_or(0));
    let outcome = if call.is_object() { &call["outcome"] } else { call };
    let (slow, failed) = match outcome.as_str().unwrap_or_default() {
        "ok" => (false, false),
        "err" => (false, true),
        "slow_ok" | "slow" => (true, false),
        "slow_err" => (true, true),
        other => return Err(format!("unknown outcome \"{other}\"")),
    };
    Ok(CallEnd { failed, slow, took })
}

/// A part of all calls in percent; 0 with no calls.
fn percent(counts: CallCounts, part: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(counts.calls.max(1))
}

fn seen(counts: CallCounts, least: u32) -> Value {
    // Upstream says -1 while there are too few calls to tell.
    let rate = |part| if counts.calls >= least { percent(counts, part) } else { -1.0 };
    json!({
        "buffered": counts.calls,
        "failed": counts.failed,
        "successful": counts.calls - counts.failed,
        "slow": counts.slow,
        "slow_failed": counts.slow_failed,
        "slow_successful": counts.slow - counts.slow_failed,
        "failure_rate": rate(counts.failed),
        "slow_call_rate": rate(counts.slow),
        "total_duration_ms": counts.took.as_millis_f64(),
        "average_duration_ms": counts.mean().as_millis_f64(),
    })
}

/// Compares the results in a window; rates take `least` calls.
fn check(expected: &Value, counts: CallCounts, least: u32) -> Result<(), String> {
    let mut expected = expected.clone();
    if let Some(fields) = expected.as_object_mut() {
        fields.retain(|key, _| key != "after" && key != "at_ms");
    }
    same(&expected, &seen(counts, least), 1e-6)
}

fn count_window(case: &Case) -> Result<(), String> {
    let mut calls = CallWindow::new(window(&case.input["window"]));
    let none = Vec::new();
    let outcomes = case.input["outcomes"].as_array().unwrap_or(&none);
    let points = case.expected["checkpoints"].as_array().unwrap_or(&none);
    for (index, outcome) in outcomes.iter().enumerate() {
        let counts = calls.add(Time::ZERO, end(outcome)?);
        for point in points.iter().filter(|point| point["after"] == index + 1) {
            check(point, counts, whole(&case.input["window"]["minimum_calls"], 0))
                .map_err(|why| format!("after {}: {why}", index + 1))?;
        }
    }
    Ok(())
}

fn time_window(case: &Case) -> Result<(), String> {
    let mut calls = CallWindow::new(Window::Seconds(whole(&case.input["window_s"], 100)));
    let start = Time::from_secs(1_000);
    let at = |value: &Value| value["at_ms"].as_u64().unwrap_or(0);
    let none = Vec::new();
    let mut events = case.input["events"].as_array().unwrap_or(&none).iter().peekable();
    for snapshot in case.expected["snapshots"].as_array().unwrap_or(&none) {
        while let Some(event) = events.next_if(|event| at(event) <= at(snapshot)) {
            calls.add(start + Span::from_millis(at(event)), end(event)?);
        }
        let counts = calls.counts(start + Span::from_millis(at(snapshot)));
        check(snapshot, counts, whole(&case.input["minimum_calls"], 0))
            .map_err(|why| format!("at {} ms: {why}", at(snapshot)))?;
    }
    Ok(())
}
