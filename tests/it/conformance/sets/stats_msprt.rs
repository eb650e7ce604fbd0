//! The mixture sequential probability ratio test against its closed forms.

use serde_json::{Value, json};

use super::super::upstream::statistics::{Sequential, Spread, mixing_variance};
use super::{Case, expect, numbers, same};

pub fn drive(case: &Case) -> Result<(), String> {
    let number = |key: &str| case.input[key].as_f64().unwrap_or_default();
    match case.op() {
        "msprt_tau2" => {
            let got = mixing_variance(number("alpha"), number("sigma"), number("truncation"));
            expect(case, "tau2", &json!(got), 1e-8)
        }
        "msprt" => {
            let spread = match case.input["distribution"].as_str() {
                Some("normal") => Spread::Normal(number("sigma")),
                Some("bernoulli") => Spread::Bernoulli,
                other => return Err(format!("unknown distribution {other:?}")),
            };
            let mut test = Sequential::new(spread, number("tau2"), number("theta0"));
            let (mut looks, mut first) = (Vec::new(), Value::Null);
            for (x, y) in numbers(&case.input["x"]).into_iter().zip(numbers(&case.input["y"])) {
                test.add(x, y);
                looks.push(json!({"n": test.pairs(), "lambda": test.ratio(), "always_valid_p": test.p()}));
                if first.is_null() && test.p() <= number("alpha") {
                    first = json!(test.pairs());
                }
            }
            for wanted in case.expected["at"].as_array().into_iter().flatten() {
                let n = wanted["n"].as_u64().unwrap_or(1).max(1) as usize;
                same(wanted, looks.get(n - 1).unwrap_or(&Value::Null), 1e-8)?;
            }
            expect(case, "first_n_rejecting", &first, 0.0)
        }
        _ => case.unknown(),
    }
}
