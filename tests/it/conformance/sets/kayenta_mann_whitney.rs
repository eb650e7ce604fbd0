//! The shift of one sample against another with its interval, by which Kayenta's judge decides.

use rollout_lab::engine::stats::{normal, shift};

use serde_json::Value;

use super::{Case, numbers};

/// How near the numbers have to be, as upstream's own tests; they let a case say more of its estimate.
const NEAR: f64 = 1e-6;

/// Answers one case. A sample is listed, or is a fixture by its name.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let number = |key: &str| input[key].as_f64().ok_or_else(|| format!("{key} is missing"));
    let [x, y] = ["experiment", "control"].map(|side| match &input[side] {
        Value::String(name) => numbers(&case.fixtures[name]),
        listed => numbers(listed),
    });
    match case.op() {
        "shift" => {
            let found = shift::shift(&x, &y, number("confidence")?).ok_or("no values on one side")?;
            let near = input["estimate_within"].as_f64().unwrap_or(NEAR);
            expect(case, "low", found.low, NEAR)?;
            expect(case, "high", found.high, NEAR)?;
            expect(case, "estimate", found.estimate, near)
        }
        "standardised" => {
            expect(case, "value", shift::standardised(&x, &y, number("shift")?) - number("quantile")?, NEAR)
        }
        "quantile" => expect(case, "value", normal::quantile_above(number("above")?), NEAR),
        _ => case.unknown(),
    }
}

fn expect(case: &Case, key: &str, got: f64, near: f64) -> Result<(), String> {
    let expected = case.expected[key].as_f64().ok_or("a number is missing")?;
    if (expected - got).abs() > near { Err(format!("{key}: expected {expected}, got {got}")) } else { Ok(()) }
}
