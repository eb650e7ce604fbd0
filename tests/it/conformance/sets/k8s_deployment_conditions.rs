//! When a rollout is complete, progressing or timed out, and which revisions are forgotten.

use rollout_lab::control::conditions::{Counts, complete, progressing, timed_out};
use rollout_lab::engine::Span;
use serde_json::{Value, json};

use super::super::upstream::kubernetes::forgotten;
use super::fields::{count, maybe, or_zero};
use super::{Case, same};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let got = match case.op() {
        "deployment_complete" => json!({"complete": complete(count(input, "desired")?, counts(input)?)}),
        "deployment_progressing" => {
            json!({"progressing": progressing(counts(&input["before"])?, counts(&input["after"])?)})
        }
        "deployment_timed_out" => {
            let seconds = |count: u32| Span::from_secs(u64::from(count));
            // Kubernetes: the greatest number stands for no deadline.
            let deadline = maybe(input, "progress_deadline_s")?.filter(|seconds| *seconds < i32::MAX as u32);
            // A deployment that was complete before has no start to count from.
            let idle = seconds(or_zero(input, "seconds_since_last_update")?);
            let timed_out = match input["progressing_reason"].as_str() {
                Some("NewReplicaSetAvailable") => false,
                Some("ProgressDeadlineExceeded") => deadline.is_some(),
                _ => deadline.is_some_and(|deadline| timed_out(seconds(deadline), idle)),
            };
            json!({"timed_out": timed_out})
        }
        "cleanup_old_revisions" => {
            let sets = &input["old_rs_spec_and_status_replicas"];
            let sets: Vec<(u32, u32)> =
                serde_json::from_value(sets.clone()).map_err(|error| error.to_string())?;
            json!({"deletions": forgotten(&sets, count(input, "revision_history_limit")? as usize)})
        }
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 0.0)
}

fn counts(of: &Value) -> Result<Counts, String> {
    Ok(Counts {
        current: count(of, "current")?,
        updated: count(of, "updated")?,
        ready: or_zero(of, "ready")?,
        available: count(of, "available")?,
    })
}
