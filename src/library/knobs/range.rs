//! The values that a field allows, in words.

use serde_json::Value;

/// The range that `schema` states; none when it states none.
pub(super) fn of(schema: &Value) -> Option<String> {
    if let Some(text) = schema["x-range"].as_str() {
        return Some(text.to_owned());
    }
    match (schema["minimum"].as_number(), schema["maximum"].as_number()) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (Some(least), None) => Some(format!("{least} or more")),
        (None, Some(most)) => Some(format!("at most {most}")),
        (None, None) => None,
    }
}
