//! Fields of a case's input, read with a message when one is not what it should be.

use rollout_lab::control::sizing::deployment::{Bounds, Set};
use rollout_lab::engine::Amount;
use serde_json::Value;

/// A count under `key`.
pub fn count(of: &Value, key: &str) -> Result<u32, String> {
    maybe(of, key)?.ok_or_else(|| format!("{key} is missing"))
}

/// A count under `key`, if there is one.
pub fn maybe(of: &Value, key: &str) -> Result<Option<u32>, String> {
    match &of[key] {
        Value::Null => Ok(None),
        value => value
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .map(Some)
            .ok_or_else(|| format!("{key}: {value} is not a count")),
    }
}

/// A count under `key`, or nothing.
pub fn or_zero(of: &Value, key: &str) -> Result<u32, String> {
    Ok(maybe(of, key)?.unwrap_or(0))
}

/// Counts under `key`, one or a list.
pub fn counts(of: &Value, key: &str) -> Result<Vec<u32>, String> {
    match &of[key] {
        Value::Array(items) => {
            let one = |item: &Value| item.as_u64().and_then(|count| u32::try_from(count).ok());
            items.iter().map(one).collect::<Option<_>>().ok_or_else(|| format!("{key}: not all are counts"))
        }
        _ => Ok(vec![count(of, key)?]),
    }
}

/// An amount such as `3` or `"25%"`; without one, 0.
pub fn amount(of: &Value, key: &str) -> Result<Amount, String> {
    match &of[key] {
        Value::Null => Ok(Amount::Count(0)),
        value => serde_json::from_value(value.clone()).map_err(|error| format!("{key}: {error}")),
    }
}

/// The bounds of a fleet of `desired`, of `max_surge` and `max_unavailable`.
pub fn bounds(of: &Value, desired: u32) -> Result<Bounds, String> {
    Ok(Bounds::of(amount(of, "max_surge")?, amount(of, "max_unavailable")?, desired))
}

/// Instances under `key`: replicas, and available ones.
pub fn set(of: &Value, key: &str) -> Result<Option<Set>, String> {
    match &of[key] {
        Value::Null => Ok(None),
        set => Ok(Some(Set { replicas: count(set, "replicas")?, available: count(set, "available")? })),
    }
}

/// Whether the flag under `key` is set.
pub fn flag(of: &Value, key: &str) -> bool {
    of[key].as_bool().unwrap_or(false)
}
