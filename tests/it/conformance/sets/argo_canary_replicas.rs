//! How many instances a canary gets.

use rollout_lab::control::sizing::replicas::{Sets, Weight, approximate_split, step_by_instances};
use rollout_lab::control::sizing::routed::{CanaryScale, Routed, Threshold, far_enough};
use serde_json::{Value, json};

use super::super::upstream::argo::{current_weight, step_down};
use super::fields::{bounds, count, counts, flag, maybe, or_zero, set};
use super::{Case, same};

/// The field with `abortScaleDownDelaySeconds`.
const DELAY: &str = "abort_scale_down_delay_s";

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let whole = maybe(input, "max_weight")?.unwrap_or(100);
    let weight = |part: u32| Weight { part, whole };
    let got = match case.op() {
        "approximate_split" => {
            let replicas = count(input, "replicas")?;
            let surge = bounds(input, replicas)?.surge;
            let (canary, stable) = approximate_split(replicas, weight(count(input, "weight")?), surge);
            json!({"canary": canary, "stable": stable})
        }
        "basic_canary" => {
            let replicas = count(input, "replicas")?;
            let sets = Sets {
                candidate: set(input, "canary")?.unwrap_or_default(),
                stable: set(input, "stable")?,
                older: set(input, "older")?.unwrap_or_default(),
            };
            let weight = weight(wanted(input, whole)?);
            let (canary, stable) = step_by_instances(replicas, weight, bounds(input, replicas)?, sets);
            json!({"canary": canary, "stable": stable})
        }
        "traffic_routed_canary" => routed(input, whole)?,
        "traffic_weight_to_replicas" => {
            json!({"replicas": weight(count(input, "weight")?).replicas(count(input, "replicas")?)})
        }
        "desired_canary_weight_on_abort" => {
            let weights = counts(input, "step_weights")?;
            json!({"canary_weight": on_abort(input, &weights, whole)?})
        }
        "current_set_weight" => {
            let weights: Vec<Option<u32>> =
                serde_json::from_value(input["step_weights"].clone()).map_err(|error| error.to_string())?;
            let at = maybe(input, "current_step_index")?.map_or(0, |at| at as usize);
            json!({"weight": current_weight(&weights, at, whole, flag(input, "aborted"))})
        }
        "replica_progress_threshold" => {
            let (desired, available) = (count(input, "desired")?, count(input, "available")?);
            let met = far_enough(threshold(input)?, maybe(input, "spec_replicas")?, available, desired);
            json!({"met": met})
        }
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 0.0)
}

/// The weight that a rollout is to have.
fn wanted(input: &Value, whole: u32) -> Result<u32, String> {
    if flag(input, "promote_full") {
        return Ok(whole);
    }
    if flag(input, "aborted") {
        return Ok(0);
    }
    match maybe(input, "set_weight")? {
        Some(weight) => Ok(weight),
        None => {
            let at = maybe(input, "current_step_index")?.map_or(0, |at| at as usize);
            Ok(current_weight(&step_weights(input)?, at, whole, false))
        }
    }
}

fn step_weights(input: &Value) -> Result<Vec<Option<u32>>, String> {
    let mut weights = vec![maybe(input, "first_step_weight")?];
    if input["further_step_weights"].is_array() {
        weights.extend(counts(input, "further_step_weights")?.into_iter().map(Some));
    }
    Ok(weights)
}

fn on_abort(input: &Value, weights: &[u32], whole: u32) -> Result<u32, String> {
    if !flag(input, "dynamic_stable_scale") {
        return Ok(0);
    }
    let (canary, stable) = (set(input, "canary")?, set(input, "stable")?);
    // An explicit delay keeps the canary at full size, which therefore does not hold the weight up.
    let holds = maybe(input, DELAY)?.is_none_or(|delay| delay == 0);
    let held = |available: u32| if holds { available } else { 0 };
    let available = canary.zip(stable).map(|(canary, stable)| (held(canary.available), stable.available));
    Ok(step_down(weights, count(input, "replicas")?, whole, available))
}

fn routed(input: &Value, whole: u32) -> Result<Value, String> {
    let weight = |part: u32| Weight { part, whole };
    let scale = &input["set_canary_scale"];
    let scale = if flag(scale, "match_traffic_weight") {
        // As large as its weight needs: what a candidate without a size of its own is.
        None
    } else if let Some(replicas) = maybe(scale, "replicas")? {
        Some(CanaryScale::Replicas(replicas))
    } else {
        maybe(scale, "weight")?.map(|weight| CanaryScale::Weight(Weight { part: weight, whole: 100 }))
    };
    let dynamic_stable = flag(input, "dynamic_stable_scale");
    let aborted = flag(input, "aborted");
    let promoted = flag(input, "promote_full");
    let wanted = if aborted && !promoted {
        let weights: Vec<u32> = step_weights(input)?.into_iter().flatten().collect();
        on_abort(input, &weights, whole)?
    } else {
        wanted(input, whole)?
    };
    let actual = match &input["actual_weights"] {
        Value::Null => None,
        actual => Some((weight(count(actual, "canary")?), weight(count(actual, "stable")?))),
    };
    let stays = maybe(input, DELAY)? == Some(0);
    let routed = Routed {
        replicas: count(input, "replicas")?,
        weight: weight(wanted),
        // Upstream (`UseSetCanaryScale`): after an abort the size that was set holds only where the canary stays for good.
        scale: scale.filter(|_| !promoted && (!aborted || stays)),
        least: or_zero(input, "min_pods_per_replica_set")?,
        dynamic_stable,
        aborted,
        actual,
    };
    let (canary, stable) = routed.counts();
    Ok(json!({"canary": canary, "stable": stable}))
}

fn threshold(input: &Value) -> Result<Option<Threshold>, String> {
    let value = || input["value"].as_i64().ok_or_else(|| "value is missing".to_owned());
    match input["type"].as_str() {
        None => Ok(None),
        Some("Percentage") => Ok(Some(Threshold::Percentage(value()?))),
        Some("Pods" | "Pod") => Ok(Some(Threshold::Pods(value()?))),
        Some(other) => Err(format!("type: unknown \"{other}\"")),
    }
}
