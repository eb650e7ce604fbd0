//! What Kayenta's judge does to the values of a metric before it compares them.

use rollout_lab::control::analysis::judge::{NanStrategy, prepare};
use serde_json::json;

use super::{Case, number, same};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    if case.op() != "prepare" {
        return case.unknown();
    }
    let nan = match input["nan"].as_str() {
        Some("replace") => NanStrategy::Replace,
        Some("remove") => NanStrategy::Remove,
        other => return Err(format!("nan: unknown {other:?}")),
    };
    let data: Vec<f64> = input["data"].as_array().into_iter().flatten().filter_map(number).collect();
    let got = prepare(&data, nan, input["outlier_factor"].as_f64());
    same(&case.expected, &json!({"data": got}), 1e-12)
}
