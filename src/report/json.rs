//! How all JSON is written: indented by two, fields in the order of their declaration, a line end at the end, finite
//! numbers only, and no character that hides.

use serde::Serialize;

use super::escape::visible;

/// `value` as indented JSON with a line end.
pub(super) fn pretty<T: Serialize>(value: &T) -> String {
    let text = serde_json::to_string_pretty(value).expect("results have text keys and no failing parts");
    visible(text) + "\n"
}

/// `number` rounded to a millionth; 0 when it is not finite, which JSON cannot write.
pub(super) fn finite(number: f64) -> f64 {
    if number.is_finite() { (number * 1e6).round() / 1e6 } else { 0.0 }
}
