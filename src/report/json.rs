//! JSON as it is written everywhere: indented by two, fields in the order of their contract, one line end at the end,
//! and only finite numbers.

use serde::Serialize;

/// `value` as indented JSON with a line end.
pub(super) fn pretty<T: Serialize>(value: &T) -> String {
    let text = serde_json::to_string_pretty(value).expect("results have text keys and no failing parts");
    text + "\n"
}

/// `number` to the nearest millionth, or zero for what is none: JSON has no word for it.
pub(super) fn finite(number: f64) -> f64 {
    if number.is_finite() { (number * 1e6).round() / 1e6 } else { 0.0 }
}
