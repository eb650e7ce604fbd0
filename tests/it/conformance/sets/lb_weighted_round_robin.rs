//! Weighted round robin: the picks of nginx, Envoy and LVS.

use rollout_lab::sim::dataplane::weighted::{Edf, Smooth};
use serde_json::{Value, json};

use super::super::upstream::lvs::Lvs;
use super::{Case, number, same};

pub fn drive(case: &Case) -> Result<(), String> {
    let weights = floats(&case.input["weights"]);
    let whole: Vec<u32> = weights.iter().map(|weight| *weight as u32).collect();
    let n = count(&case.input["n"]);
    let mut credits = Vec::new();
    let picks: Vec<Option<usize>> = match case.op() {
        "smooth_wrr" => {
            let mut smooth = Smooth::new(whole.len());
            (0..n)
                .map(|_| {
                    smooth.earn(&whole);
                    let before = smooth.credits().to_vec();
                    let pick = smooth.pay(&whole);
                    credits.push([before, smooth.credits().to_vec()]);
                    pick
                })
                .collect()
        }
        "edf_wrr" => {
            let mut edf = Edf::new(&weights);
            (0..n).map(|_| edf.pick(&weights)).collect()
        }
        "lvs_wrr" => {
            let mut lvs = Lvs::default();
            (0..n).map(|_| lvs.pick(&whole)).collect()
        }
        _ => return case.unknown(),
    };
    let picked = |host| picks.iter().filter(|pick| **pick == Some(host)).count();
    let counts: Vec<usize> = (0..weights.len()).map(picked).collect();
    let got = json!({ "picks": picks, "counts": counts, "current_weight_before_after": credits });
    same(&case.expected, &got, 0.0)
}

/// A list of numbers.
pub fn floats(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(number).collect()
}

/// A whole number.
pub fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}
