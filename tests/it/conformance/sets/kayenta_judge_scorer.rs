//! Scores of groups and releases against Kayenta's own test cases.

use std::collections::BTreeMap;

use rollout_lab::control::analysis::judge::{Graded, Label, score};
use serde_json::{Value, json};

use super::{Case, same};

pub fn drive(case: &Case) -> Result<(), String> {
    let Some(metrics) = case.input["metrics"].as_array() else { return case.unknown() };
    let graded: Vec<Graded> = metrics.iter().map(graded).collect::<Result<_, _>>()?;
    let weights = case.input["group_weights"].as_object().into_iter().flatten();
    let weights: BTreeMap<String, f64> =
        weights.map(|(name, weight)| (name.clone(), weight.as_f64().unwrap_or_default())).collect();
    let found = score(&graded, &weights);
    let mut scores: Vec<f64> = found.groups.iter().map(|group| group.score).collect();
    scores.sort_by(f64::total_cmp);
    let by_name: BTreeMap<&String, f64> =
        found.groups.iter().map(|group| (&group.name, group.score)).collect();
    let got = json!({
        "summary_score": found.summary,
        "group_scores_sorted": scores,
        "group_scores": by_name,
    });
    same(&case.expected, &got, 1e-9)
}

fn graded(metric: &Value) -> Result<Graded, String> {
    let labels = [Label::Pass, Label::High, Label::Low, Label::Nodata, Label::NodataFail];
    let wanted = metric["classification"].as_str().unwrap_or_default();
    let label = labels.into_iter().find(|label| label.name() == wanted);
    let groups = metric["groups"].as_array().into_iter().flatten();
    Ok(Graded {
        label: label.ok_or_else(|| format!("unknown classification {wanted}"))?,
        critical: metric["critical"].as_bool().unwrap_or_default(),
        groups: groups.filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}
