//! The shift of one sample against another with its interval, by which Kayenta's judge decides.

use rollout_lab::engine::stats::shift;

use super::{Case, numbers};

/// How near the ends have to be: upstream searches for them numerically.
const NEAR: f64 = 1e-4;

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    if case.op() != "shift" {
        return case.unknown();
    }
    let confidence = input["confidence"].as_f64().ok_or("confidence is missing")?;
    let found = shift::shift(&numbers(&input["experiment"]), &numbers(&input["control"]), confidence)
        .ok_or("no values on one side")?;
    for (key, got) in [("low", found.low), ("high", found.high), ("estimate", found.estimate)] {
        let expected = case.expected[key].as_f64().ok_or("a number is missing")?;
        if (expected - got).abs() > NEAR {
            return Err(format!("{key}: expected {expected}, got {got}"));
        }
    }
    Ok(())
}
