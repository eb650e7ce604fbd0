//! The arithmetic of a Deployment's rolling update.

use serde_json::json;

use super::super::upstream::kubernetes::Update;
use super::fields::{amount, bounds, count};
use super::{Case, same};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let update = |desired| -> Result<Update, String> {
        match input["strategy"].as_str() {
            Some("Recreate") => Ok(Update::Recreate),
            _ => Ok(Update::Rolling(bounds(input, desired)?)),
        }
    };
    let got = match case.op() {
        "resolve_fenceposts" => {
            let desired = count(input, "desired")?;
            match amount(input, "max_surge").and(amount(input, "max_unavailable")) {
                Err(_) => json!({"error": true, "surge": 0, "unavailable": 0}),
                Ok(_) => {
                    let bounds = bounds(input, desired)?;
                    json!({"error": false, "surge": bounds.surge, "unavailable": bounds.unavailable})
                }
            }
        }
        "max_unavailable" => {
            let desired = count(input, "replicas")?;
            json!({"max_unavailable": update(desired)?.max_unavailable(desired)})
        }
        "min_available" => {
            let desired = count(input, "replicas")?;
            json!({"min_available": update(desired)?.min_available(desired)})
        }
        "new_rs_new_replicas" => {
            let desired = count(input, "deployment_replicas")?;
            let (new, total) = (count(input, "new_rs_replicas")?, count(input, "total_current_replicas")?);
            json!({"new_rs_replicas": update(desired)?.new_replicas(desired, new, total)})
        }
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 0.0)
}
