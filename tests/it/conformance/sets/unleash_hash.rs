//! The hash behind Unleash's rollouts and variants.

use rollout_lab::flags::hash::murmur3;
use serde_json::json;

use super::super::upstream::unleash::hash::normalized_value;
use super::{Case, expect};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let text = |key: &str| case.input[key].as_str().unwrap_or_default();
    let number = |key: &str| case.input[key].as_u64().unwrap_or_default() as u32;
    let seed = number("seed");
    match case.op() {
        "murmur3_x86_32" => expect(case, "hash", &json!(murmur3(text("text").as_bytes(), seed)), 0.0),
        "normalized_value" => {
            let (group, identifier) = (text("group_id"), text("identifier"));
            let value = normalized_value(group, identifier, number("normalizer"), seed);
            expect(case, "value", &json!(value), 0.0)?;
            if case.expected["murmur3_x86_32"].is_null() {
                return Ok(());
            }
            let hash = murmur3(format!("{group}:{identifier}").as_bytes(), seed);
            expect(case, "murmur3_x86_32", &json!(hash), 0.0)
        }
        _ => case.unknown(),
    }
}
