//! A whole Rollout of Argo Rollouts with the commands of its plugin.

use serde_json::Value;

use super::fields::count;
use super::{Case, whole_release};

/// Answers one case: `strategy` is a Rollout's and `spec` what stands beside it, as YAML in flow style; `documents` are fixtures that stand
/// in the same file.
pub fn drive(case: &Case) -> Result<(), String> {
    if case.op() != "run" {
        return case.unknown();
    }
    let strategy = case.input["strategy"].as_str().ok_or("strategy is missing")?;
    let beside = case.input["spec"].as_str().unwrap_or_default();
    let mut manifest = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: web}}\nspec:\n  replicas: {}\n  {beside}\n  strategy: {strategy}\n",
        count(&case.input, "replicas")?
    );
    for name in case.input["documents"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let document = case.fixtures[name].as_str().ok_or_else(|| format!("no fixture \"{name}\""))?;
        manifest.push_str("---\n");
        manifest.push_str(document);
    }
    whole_release::run(case, &manifest)
}
