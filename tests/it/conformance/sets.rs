//! Sets of cases that a pure function, or one scripted controller, answers at once: which driver answers which set, and
//! how what it answers is compared with what is expected.
//!
//! A driver is a file in `sets/`, named as its set: `drive` takes one case and answers with what is wrong. Cases come
//! from the shared JSON files and from the project's own share, `tests/conformance/SET.ron`, in the same shape.

mod argo_analysis_assessment;
mod argo_canary_replicas;
mod argo_evaluate;
mod argo_rollout;
mod circuit_breaker;
mod envoy_priority_panic;
mod fields;
mod flagger_canary;
mod flagger_observers;
mod flagger_primary_scaler;
mod flagger_progression;
mod k8s_deployment_conditions;
mod k8s_proportional_scaling;
mod k8s_rolling_controller;
mod k8s_rolling_trace;
mod k8s_rollout_arithmetic;
mod kayenta_judge_classifier;
mod kayenta_judge_scorer;
mod kayenta_judge_stats;
mod kayenta_judge_transform;
mod kayenta_mann_whitney;
mod lb_consistent_hashing;
mod lb_slow_start;
mod lb_weighted_round_robin;
mod outlier_detection;
mod prometheus_alert_states;
mod retry_backoff;
mod slo_burn_rate_alerts;
mod stats_mann_whitney;
mod stats_msprt;
mod stats_sample_ratio_mismatch;
mod stats_two_proportions;
mod stats_welch_t;
mod unleash_client_spec;
mod unleash_hash;
mod whole_release;

use std::path::Path;

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::upstream;

/// The sets and their drivers, in the order of the table in `docs/fidelity.md`.
const DRIVERS: &[(&str, Driver)] = &[
    ("kayenta_judge_classifier", kayenta_judge_classifier::drive),
    ("kayenta_judge_scorer", kayenta_judge_scorer::drive),
    ("kayenta_judge_stats", kayenta_judge_stats::drive),
    ("kayenta_judge_transform", kayenta_judge_transform::drive),
    ("kayenta_mann_whitney", kayenta_mann_whitney::drive),
    ("stats_mann_whitney", stats_mann_whitney::drive),
    ("stats_welch_t", stats_welch_t::drive),
    ("stats_two_proportions", stats_two_proportions::drive),
    ("stats_sample_ratio_mismatch", stats_sample_ratio_mismatch::drive),
    ("stats_msprt", stats_msprt::drive),
    ("k8s_rollout_arithmetic", k8s_rollout_arithmetic::drive),
    ("k8s_rolling_controller", k8s_rolling_controller::drive),
    ("k8s_proportional_scaling", k8s_proportional_scaling::drive),
    ("k8s_deployment_conditions", k8s_deployment_conditions::drive),
    ("k8s_rolling_trace", k8s_rolling_trace::drive),
    ("argo_canary_replicas", argo_canary_replicas::drive),
    ("argo_rollout", argo_rollout::drive),
    ("argo_analysis_assessment", argo_analysis_assessment::drive),
    ("argo_evaluate", argo_evaluate::drive),
    ("flagger_observers", flagger_observers::drive),
    ("flagger_primary_scaler", flagger_primary_scaler::drive),
    ("flagger_progression", flagger_progression::drive),
    ("flagger_canary", flagger_canary::drive),
    ("envoy_priority_panic", envoy_priority_panic::drive),
    ("lb_consistent_hashing", lb_consistent_hashing::drive),
    ("lb_slow_start", lb_slow_start::drive),
    ("lb_weighted_round_robin", lb_weighted_round_robin::drive),
    ("outlier_detection", outlier_detection::drive),
    ("slo_burn_rate_alerts", slo_burn_rate_alerts::drive),
    ("prometheus_alert_states", prometheus_alert_states::drive),
    ("circuit_breaker", circuit_breaker::drive),
    ("retry_backoff", retry_backoff::drive),
    ("unleash_client_spec", unleash_client_spec::drive),
    ("unleash_hash", unleash_hash::drive),
];

/// Answers one case; the error says what was expected and what was got.
type Driver = fn(&Case) -> Result<(), String>;

/// The cases of one file.
#[derive(Clone, Debug, Deserialize)]
pub struct Set {
    #[serde(rename = "set")]
    pub name: String,
    /// What several cases refer to, by name.
    #[serde(default)]
    pub fixtures: Value,
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    pub name: String,
    #[serde(default)]
    pub group: String,
    pub input: Value,
    pub expected: Value,
    /// The set's fixtures; filled in after reading.
    #[serde(skip)]
    pub fixtures: Value,
}

/// How a set went.
pub struct Score {
    pub name: String,
    pub passed: usize,
    pub total: usize,
    /// Cases that a rule answers by which no run goes.
    pub by_reference: usize,
    pub failures: Vec<String>,
}

impl Case {
    /// The operation that the case names.
    pub fn op(&self) -> &str {
        self.input["op"].as_str().unwrap_or_default()
    }

    /// The error for an operation that the driver does not know.
    pub fn unknown(&self) -> Result<(), String> {
        Err(format!("unknown operation \"{}\"", self.op()))
    }
}

/// Reads a set, from JSON or from the project's own RON.
pub fn read(path: &Path) -> Result<Set, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let wrong = |error: String| format!("{}: {error}", path.display());
    let is_ron = path.extension().is_some_and(|ending| ending == "ron");
    let mut set: Set = if is_ron {
        let options =
            ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        options.from_str(&text).map_err(|error| wrong(error.to_string()))?
    } else {
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?
    };
    let fixtures = std::mem::take(&mut set.fixtures);
    for case in &mut set.cases {
        case.fixtures = fixtures.clone();
    }
    Ok(set)
}

/// Answers all cases of a set.
pub fn prove(set: &Set) -> Score {
    let Some((_, drive)) = DRIVERS.iter().find(|(name, _)| *name == set.name) else {
        let failures = vec![format!("{}: unknown set: no driver answers it", set.name)];
        return Score {
            name: set.name.clone(),
            passed: 0,
            total: set.cases.len(),
            by_reference: 0,
            failures,
        };
    };
    let failures: Vec<String> = set
        .cases
        .par_iter()
        .filter_map(|case| {
            let wrong = drive(case).err()?;
            Some(format!("{}: {} ({}): {wrong}", set.name, case.name, case.group))
        })
        .collect();
    let total = set.cases.len();
    let by_reference = set.cases.iter().filter(|case| upstream::answers(&set.name, case)).count();
    Score { name: set.name.clone(), passed: total - failures.len(), total, by_reference, failures }
}

/// Fails unless `got` equals what the case expects under `key`. Numbers may differ by `tolerance`, relative to the
/// expected one (absolute where that is zero); the texts "NaN", "Infinity" and "-Infinity" stand for those numbers.
pub fn expect(case: &Case, key: &str, got: &Value, tolerance: f64) -> Result<(), String> {
    same(&case.expected[key], got, tolerance).map_err(|why| format!("{key}: {why}"))
}

/// The same for two values of any shape.
pub fn same(expected: &Value, got: &Value, tolerance: f64) -> Result<(), String> {
    let differs = || Err(format!("expected {expected}, got {got}"));
    match (expected, got) {
        (Value::Array(expected), Value::Array(items)) => {
            if expected.len() != items.len() {
                return differs();
            }
            expected.iter().zip(items).try_for_each(|(expected, got)| same(expected, got, tolerance))
        }
        (Value::Object(expected), Value::Object(_)) => expected.iter().try_for_each(|(key, value)| {
            same(value, &got[key], tolerance).map_err(|why| format!("{key}: {why}"))
        }),
        _ => match (number(expected), number(got)) {
            (Some(expected), Some(number)) if close(expected, number, tolerance) => Ok(()),
            (None, None) if expected == got => Ok(()),
            _ => differs(),
        },
    }
}

/// The numbers of a list; what is no list has none.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(number).collect()
}

/// A number, also one that JSON cannot say and that is written as text.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

fn close(expected: f64, got: f64, tolerance: f64) -> bool {
    if expected.is_nan() || got.is_nan() {
        return expected.is_nan() && got.is_nan();
    }
    if expected == got {
        return true;
    }
    let scale = if expected == 0.0 { 1.0 } else { expected.abs() };
    (expected - got).abs() <= tolerance * scale
}

#[test]
fn numbers_are_compared_relative_to_what_is_expected() {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert!(same(&json("[1000, \"NaN\"]"), &json("[1001, \"NaN\"]"), 0.01).is_ok());
    assert!(same(&json("1000"), &json("1020"), 0.01).is_err());
    assert!(same(&json("{\"a\": 1}"), &json("{\"a\": 1, \"b\": 2}"), 0.0).is_ok());
    assert!(same(&json("{\"a\": 1}"), &json("{\"b\": 2}"), 0.0).is_err());
    assert!(same(&json("\"on\""), &json("\"off\""), 1.0).is_err());
}

#[test]
fn an_unknown_set_or_operation_fails() {
    let case = Case {
        name: "n".to_owned(),
        group: String::new(),
        input: serde_json::json!({"op": "wibble"}),
        expected: Value::Null,
        fixtures: Value::Null,
    };
    let set = |name: &str| Set { name: name.to_owned(), fixtures: Value::Null, cases: vec![case.clone()] };
    assert!(prove(&set("wibble")).failures[0].contains("unknown set"));
    for (name, _) in DRIVERS {
        assert_eq!(prove(&set(name)).passed, 0, "{name} answers an operation that there is not");
    }
}
