//! Scaling a Deployment in the middle of a rollout.

use rollout_lab::control::sizing::deployment::Bounds;
use rollout_lab::control::sizing::proportional::{Part, fraction, rescale, saturated};
use rollout_lab::engine::Amount;
use serde_json::json;

use super::fields::{amount, count, counts, maybe, or_zero};
use super::{Case, same};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let surge = |key: &str, desired: u32| -> Result<u32, String> {
        Ok(Bounds::of(amount(input, key)?, Amount::Count(0), desired).surge)
    };
    let got = match case.op() {
        "replica_set_fraction" => {
            let desired = count(input, "deployment_replicas")?;
            let part = Part {
                replicas: count(input, "rs_replicas")?,
                most_before: maybe(input, "max_replicas_annotation")?,
            };
            let reported = or_zero(input, "deployment_status_replicas")?;
            json!({"fraction": fraction(desired, surge("max_surge", desired)?, part, reported)})
        }
        "proportional_scale" => {
            let desired = count(input, "new_deployment_replicas")?;
            let before = count(input, "old_deployment_replicas")?;
            let most_before = Some(before + surge("old_max_surge", before)?);
            let new = maybe(input, "new_rs")?;
            let old = counts(input, "old_rs_newest_first")?;
            let sizes = new.iter().chain(&old);
            // What a set was to have when it was last updated; one whose update failed has not heard of the size before.
            let own = |at: usize| -> Result<Option<u32>, String> {
                let of = &input["desired_replicas_annotations"][at];
                of.as_u64().map(|desired| Ok(desired as u32 + surge("old_max_surge", before)?)).transpose()
            };
            let parts = sizes
                .enumerate()
                .map(|(at, &replicas)| Ok(Part { replicas, most_before: own(at)?.or(most_before) }));
            let parts: Vec<Part> = parts.collect::<Result<_, String>>()?;
            let available = or_zero(input, "new_rs_available")?;
            let full = new.is_some_and(|new| saturated(desired, before, new, available));
            let sizes = rescale(desired, surge("max_surge", desired)?, &parts, full);
            let (new, old) = match new {
                Some(_) => (sizes.first().copied(), sizes.get(1..).unwrap_or_default()),
                None => (None, &sizes[..]),
            };
            json!({"new_rs": new, "old_rs_newest_first": old})
        }
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 0.0)
}
