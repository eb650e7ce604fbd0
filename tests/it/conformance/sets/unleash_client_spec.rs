//! Unleash's client specification: a state of flags, a context, and what every client must answer.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::upstream::unleash::{Chosen, Context, FlagSet};
use super::{Case, expect};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let text = |key: &str| case.input[key].as_str().unwrap_or_default();
    if !matches!(case.op(), "is_enabled" | "get_variant") {
        return case.unknown();
    }
    let flags = FlagSet::deserialize(&case.fixtures[text("state_ref")]).map_err(|error| error.to_string())?;
    let context = Context::deserialize(&case.input["context"]).map_err(|error| error.to_string())?;
    let got = match case.op() {
        "is_enabled" => json!(flags.is_enabled(text("toggle"), &context)),
        _ => chosen(&flags.variant_for(text("toggle"), &context)),
    };
    expect(case, "result", &got, 0.0)
}

fn chosen(chosen: &Chosen) -> Value {
    let mut said = json!({
        "name": chosen.name, "enabled": chosen.enabled, "feature_enabled": chosen.feature_enabled,
    });
    if let Some(payload) = &chosen.payload {
        said["payload"] = json!({"type": payload.kind, "value": payload.value});
    }
    said
}
