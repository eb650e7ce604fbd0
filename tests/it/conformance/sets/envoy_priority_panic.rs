//! Priorities, panic and localities of Envoy.

use rollout_lab::sim::dataplane::priority::{PriorityHosts, priority_load};
use serde_json::{Value, json};

use super::super::upstream::localities::locality_load;
use super::lb_weighted_round_robin::{count, floats};
use super::{Case, number, same};

pub fn drive(case: &Case) -> Result<(), String> {
    let overprovisioning = count(&case.input["overprovisioning_percent"]) as u32;
    let mut expected = case.expected.clone();
    match case.op() {
        "priority_load" => {
            let levels: Vec<PriorityHosts> =
                case.input["levels"].as_array().into_iter().flatten().map(level).collect();
            let threshold = count(&case.input["panic_threshold_percent"]) as u32;
            let load = priority_load(&levels, overprovisioning, threshold);
            let points = number(&take(&mut expected, "tolerance_points")).unwrap_or(0.0);
            let rounded = take(&mut expected, "healthy_load_percent");
            near(&floats(&rounded), &load.healthy, points)?;
            let got = json!({
                "degraded_load_percent": load.degraded,
                "in_panic": load.in_panic,
                "normalized_total_health": load.total_health,
            });
            same(&expected, &got, 0.0)
        }
        "locality_weight" => {
            let localities: Vec<(f64, f64)> = case.input["localities"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|locality| (number(&locality["weight"]), number(&locality["available_percent"])))
                .map(|(weight, available)| (weight.unwrap_or_default(), available.unwrap_or_default()))
                .collect();
            let load = locality_load(&localities, overprovisioning);
            let rounded = floats(&take(&mut expected, "docs_percent"));
            if rounded.iter().zip(&load).any(|(docs, load)| (docs - load).abs() >= 1.0) {
                return Err(format!("the documents say {rounded:?}, got {load:?}"));
            }
            same(&expected, &json!({ "load_percent": load }), 1e-9)
        }
        _ => case.unknown(),
    }
}

fn level(level: &Value) -> PriorityHosts {
    let of = |name: &str| count(&level[name]) as u32;
    PriorityHosts {
        hosts: of("hosts"),
        healthy: of("healthy"),
        degraded: of("degraded"),
        excluded: of("excluded"),
    }
}

fn near(expected: &[f64], got: &[u32], points: f64) -> Result<(), String> {
    let close = |(expected, got): (&f64, &u32)| (expected - f64::from(*got)).abs() <= points;
    if !expected.is_empty() && (expected.len() != got.len() || !expected.iter().zip(got).all(close)) {
        return Err(format!("healthy_load_percent: expected {expected:?}, got {got:?}"));
    }
    Ok(())
}

fn take(expected: &mut Value, key: &str) -> Value {
    expected.as_object_mut().and_then(|object| object.remove(key)).unwrap_or_default()
}
