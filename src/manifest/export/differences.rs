//! The differences of two plans, field by field.

use serde_json::Value;

use crate::control::Plan;

/// The fields of `plan` that differ in `other`, one line each.
pub fn differences(plan: &Plan, other: &Plan) -> Vec<String> {
    let mut found = Vec::new();
    // Checks are compared where they are used; then their names.
    match (serde_json::to_value(plan.written_out()), serde_json::to_value(other.written_out())) {
        (Ok(plan), Ok(other)) => compare("", &plan, &other, &mut found),
        _ => found.push("the plan cannot be compared with what was written".to_owned()),
    }
    for (index, check) in plan.checks.iter().enumerate() {
        if other.checks.iter().all(|other| other.name != check.name) {
            found.push(format!("checks[{index}]: the name \"{}\" cannot be written", check.name));
        }
    }
    found
}

fn compare(path: &str, plan: &Value, other: &Value, found: &mut Vec<String>) {
    match (plan, other) {
        (Value::Object(fields), Value::Object(others)) if fields.keys().eq(others.keys()) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                compare(&path, value, &others[name], found);
            }
        }
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => {
            for (index, (item, other)) in items.iter().zip(others).enumerate() {
                compare(&format!("{path}[{index}]"), item, other, found);
            }
        }
        (Value::Array(items), Value::Array(others)) => {
            found.push(format!(
                "{path}: {} of {} can be written",
                others.len().min(items.len()),
                items.len()
            ));
        }
        _ if plan == other => {}
        _ => found.push(format!("{path}: {} cannot be written; it reads {}", shown(plan), shown(other))),
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > 60 { text.chars().take(57).collect::<String>() + "..." } else { text }
}
