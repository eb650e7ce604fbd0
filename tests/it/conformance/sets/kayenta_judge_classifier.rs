//! Classification of one metric against Kayenta's own test cases.

use rollout_lab::control::analysis::judge::{
    Classifier, Direction, Effect, Label, NanStrategy, Thresholds, classify, prepare,
};
use serde_json::json;

use super::super::upstream::statistics::mean_inequality;
use super::{Case, numbers, same};

pub fn drive(case: &Case) -> Result<(), String> {
    let text = |key: &str| case.input[key].as_str().unwrap_or_default();
    let plain = Classifier::default();
    let effect = match text("effect_size_measure") {
        "cles" => Effect::Cles,
        _ => Effect::MeanRatio,
    };
    let pair = |key: &str, default: Thresholds| match numbers(&case.input[key])[..] {
        [low, high] => Thresholds { low, high },
        _ => default,
    };
    let flag = |key: &str| case.input[key].as_bool().unwrap_or_default();
    let how = Classifier {
        tolerance: case.input["tolerance"].as_f64().unwrap_or(plain.tolerance),
        confidence: case.input["confidence"].as_f64().unwrap_or(plain.confidence),
        direction: match text("direction") {
            "Increase" => Direction::Increase,
            "Decrease" => Direction::Decrease,
            _ => Direction::Either,
        },
        nan: match text("nan_strategy") {
            "Replace" => NanStrategy::Replace,
            _ => NanStrategy::Remove,
        },
        critical: flag("critical_metric"),
        must_have_data: flag("data_required") || flag("must_have_data") || flag("is_data_required"),
        effect,
        allowed: pair("effect_size_thresholds", effect.any_change()),
        critical_at: pair("critical_thresholds", effect.any_change()),
    };
    let data = |key: &str| prepare(&numbers(&case.input[key]), how.nan, None);
    let (experiment, control) = (data("experiment"), data("control"));
    let found = match text("classifier") {
        "MannWhitney" => classify(&how, &experiment, &control),
        "MeanInequality" if experiment.is_empty() || control.is_empty() => {
            classify(&how, &experiment, &control)
        }
        "MeanInequality" => {
            let (label, deviation) = mean_inequality(&how, &experiment, &control);
            let got = json!({
                "classification": label.name(),
                "critical": label != Label::Pass && how.critical,
                "deviation": if deviation.is_nan() { json!("NaN") } else { json!(deviation) },
                "reason_nonempty": label != Label::Pass,
            });
            return same(&case.expected, &got, 1e-9);
        }
        _ => return case.unknown(),
    };
    let got = json!({
        "classification": found.label.name(),
        "critical": found.critical,
        "deviation": if found.deviation.is_nan() { json!("NaN") } else { json!(found.deviation) },
        "reason_nonempty": !found.reason.is_empty(),
    });
    same(&case.expected, &got, 1e-9)
}
