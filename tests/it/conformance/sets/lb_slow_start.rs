//! Slow start: weights by the formula, and what the earliest-deadline scheduler picks with them.

use rollout_lab::sim::dataplane::slow_start::slow_start_factor;
use rollout_lab::sim::dataplane::weighted::Edf;
use serde_json::json;

use super::lb_weighted_round_robin::{count, floats};
use super::{Case, number, same};

pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let field = |name: &str| number(&input[name]).unwrap_or_default();
    let weight = |weight: f64, age_s: Option<f64>| {
        let (window_s, aggression) = (field("slow_start_window_s"), field("aggression"));
        let age_s = age_s.unwrap_or(f64::INFINITY);
        weight * slow_start_factor(age_s, window_s, aggression, field("min_weight_fraction"))
    };
    let got = match case.op() {
        "slow_start_weight" => json!({ "weight": weight(field("weight"), number(&input["age_s"])) }),
        "slow_start_edf_picks" => {
            let ages = input["host_age_s"].as_array().ok_or("no host_age_s")?;
            let weights: Vec<f64> = floats(&input["weights"])
                .into_iter()
                .zip(ages)
                .map(|(own, age)| weight(own, number(age)))
                .collect();
            let mut edf = Edf::new(&weights);
            let picks: Vec<Option<usize>> = (0..count(&input["n"])).map(|_| edf.pick(&weights)).collect();
            let newest = (0..ages.len()).rev().find(|host| !ages[*host].is_null());
            json!({ "picks": picks, "new_host_weight": newest.map(|host| weights[host]) })
        }
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 1e-9)
}
