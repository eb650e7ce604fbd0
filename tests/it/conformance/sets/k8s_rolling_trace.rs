//! Whole rolling updates, one reconciliation a tick.

use rollout_lab::control::sizing::deployment::{Tick, forecast};
use serde_json::json;

use super::fields::{bounds, count};
use super::{Case, same};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let desired = count(&case.input, "replicas")?;
    let bounds = bounds(&case.input, desired)?;
    let ticks = forecast(desired, bounds, count(&case.input, "ready_after_ticks")?);
    let of = |tick: &Tick| [tick.old, tick.new, tick.available];
    let got = json!({
        "surge": bounds.surge,
        "unavailable": bounds.unavailable,
        "max_total_pods_allowed": desired + bounds.surge,
        "min_available_allowed": bounds.min_available(desired),
        "peak_total_pods": ticks.iter().map(|tick| tick.old + tick.new).max(),
        "lowest_available": ticks.iter().map(|tick| tick.old + tick.available).min(),
        "ticks_to_complete": ticks.len() - 1,
        "steps_old_new_available": ticks.iter().map(of).collect::<Vec<_>>(),
    });
    same(&case.expected, &got, 0.0)
}
