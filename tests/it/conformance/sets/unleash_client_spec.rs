//! Unleash's client specification: a state of flags, a context, and what every client must answer. The rules beside the tests answer as
//! a client does; the state is also read as a file of a user, and what is read may not give a flag to more users than upstream, nor take
//! it from somebody without a word.

use rollout_lab::engine::Share;
use rollout_lab::manifest::{Imported, Table, import};
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
    let state = &case.fixtures[text("state_ref")];
    let flags = FlagSet::deserialize(state).map_err(|error| error.to_string())?;
    let context = Context::deserialize(&case.input["context"]).map_err(|error| error.to_string())?;
    let (toggle, is_on) = (text("toggle"), flags.is_enabled(text("toggle"), &context));
    let got = match case.op() {
        "is_enabled" => json!(is_on),
        _ => chosen(&flags.variant_for(toggle, &context)),
    };
    expect(case, "result", &got, 0.0)?;
    // Each request has a user and a session here; what clients answer about nobody has no counterpart.
    if context.user_id.is_none() && context.session_id.is_none() && !is_on {
        return Ok(());
    }
    is_read(state, toggle, is_on)
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

/// Whether the state, read as a file, gives `toggle` to whom upstream gives it, or says that it does not.
fn is_read(state: &Value, toggle: &str, is_on: bool) -> Result<(), String> {
    let file = serde_json::to_string_pretty(state).map_err(|error| error.to_string())?;
    let read = import("flags.json", &file, &Table::default());
    let read = read.map_err(|problems| format!("read as a file: {problems:?}"))?;
    let names: Vec<&str> =
        state["features"].as_array().into_iter().flatten().filter_map(|at| at["name"].as_str()).collect();
    let Some(position) = names.iter().position(|name| *name == toggle) else { return Ok(()) };
    let place = format!("features[{position}]");
    let is_said = read.findings.iter().any(|finding| finding.path.contains(&place));
    match has(&read, toggle, names.len()) {
        Some(true) if !is_on => Err(format!("read as a file it is wider than upstream: {toggle} is on")),
        Some(false) if is_on && !is_said => Err(format!("read as a file {toggle} is off without a word")),
        _ => Ok(()),
    }
}

/// Whether everybody has a flag of a file, or nobody; `None` where some do: shares are in ten thousandths here, and so the buckets are not
/// those of Unleash's hundredths. `depth` ends circles of flags that require each other.
fn has(read: &Imported, flag: &str, depth: usize) -> Option<bool> {
    let Some((_, share)) = read.plan.flags.iter().find(|(name, _)| name == flag) else { return Some(false) };
    let rule = read.plan.flag_rules.iter().find(|rule| rule.name == flag);
    if *share == Share::ZERO || depth == 0 {
        return Some(false);
    }
    let all = *share == Share::ALL && rule.is_none_or(|rule| rule.cohorts.is_empty());
    let own = all.then_some(true);
    let parents = rule.map_or(&[][..], |rule| &rule.requires);
    parents.iter().fold(own, |on, parent| match (on, has(read, parent, depth - 1)) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    })
}
