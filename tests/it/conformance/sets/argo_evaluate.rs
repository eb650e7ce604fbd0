//! What the conditions of a metric give for an answer, by the code that a manifest's conditions are read with.

use rollout_lab::manifest::condition::{Condition, Phase, Value, phase};
use serde_json::json;

use super::{Case, same};

/// Answers one case: `result` is the provider's answer, left out where it has none, and `success` and `failure` are the conditions.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let result = value(&input["result"]);
    let condition = |key: &str| input[key].as_str().map(Condition::read).transpose();
    let got = match case.op() {
        "holds" => {
            let holds = condition("condition").and_then(|of| of.ok_or_else(String::new)?.holds(&result));
            json!({ "holds": holds.ok() })
        }
        "phase" => {
            let found = match (condition("success"), condition("failure")) {
                (Ok(success), Ok(failure)) => phase(&result, success.as_ref(), failure.as_ref()),
                _ => Phase::Error,
            };
            json!({ "phase": format!("{found:?}") })
        }
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 0.0)
}

/// An answer. The text "NaN" and "Infinity" are those numbers.
fn value(of: &serde_json::Value) -> Value {
    match of {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(text) => match text.as_str() {
            "NaN" => Value::Number(f64::NAN),
            "Infinity" => Value::Number(f64::INFINITY),
            text => Value::Text(text.to_owned()),
        },
        serde_json::Value::Array(items) => Value::List(items.iter().map(value).collect()),
        serde_json::Value::Object(entries) => {
            Value::Map(entries.iter().map(|(key, of)| (key.clone(), value(of))).collect())
        }
    }
}
