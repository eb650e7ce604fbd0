//! One reconciliation of a Deployment's rolling update.

use rollout_lab::control::sizing::deployment::{Set, clean_up, grown, shrink, spare};
use serde_json::{Value, json};

use super::fields::{bounds, count, counts};
use super::{Case, same};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let got = match case.op() {
        "reconcile_new_replica_set" => {
            let desired = count(input, "deployment_replicas")?;
            let new = count(input, "new_replicas")?;
            let old: u32 = counts(input, "old_replicas")?.iter().sum();
            let to = grown(desired, bounds(input, desired)?, new, old + new);
            json!({"scaled": to != new, "new_replicas": to})
        }
        "reconcile_old_replica_sets" => {
            let desired = count(input, "deployment_replicas")?;
            let mut old = sets(input)?;
            let new =
                Set { replicas: count(input, "new_replicas")?, available: count(input, "new_available")? };
            let taken = shrink(desired, bounds(input, desired)?, &mut old, new);
            json!({
                "scaled": taken.cleaned + taken.spared > 0,
                "old_replicas": left(input, &old),
                "cleaned_up": taken.cleaned,
                "scaled_down": taken.spared,
            })
        }
        "cleanup_unhealthy_replicas" => {
            let mut old = sets(input)?;
            let cleaned = clean_up(&mut old, count(input, "max_cleanup")?);
            json!({"cleaned_up": cleaned, "old_replicas": left(input, &old)})
        }
        "scale_down_old_for_rolling_update" => {
            let desired = count(input, "deployment_replicas")?;
            let replicas = counts(input, "old_replicas")?;
            let mut old: Vec<Set> =
                replicas.into_iter().map(|replicas| Set { replicas, available: replicas }).collect();
            let available = count(input, "available_pods")?;
            let taken = spare(desired, bounds(input, desired)?, &mut old, available);
            json!({"scaled": taken > 0, "old_replicas": left(input, &old)})
        }
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 0.0)
}

fn sets(input: &Value) -> Result<Vec<Set>, String> {
    let replicas = counts(input, "old_replicas")?;
    let available = counts(input, "old_available")?;
    if replicas.len() != available.len() {
        return Err("old_available: one for each of old_replicas".to_owned());
    }
    Ok(replicas.into_iter().zip(available).map(|(replicas, available)| Set { replicas, available }).collect())
}

/// What is left, in the shape that the input has.
fn left(input: &Value, old: &[Set]) -> Value {
    let replicas: Vec<u32> = old.iter().map(|set| set.replicas).collect();
    if input["old_replicas"].is_array() { json!(replicas) } else { json!(replicas.first()) }
}
