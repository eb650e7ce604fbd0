//! A whole Rollout of Argo Rollouts with the commands of its plugin.

use super::fields::count;
use super::{Case, whole_release};

/// Answers one case: `strategy` is a Rollout's and `spec` what stands beside it, as YAML in flow style.
pub fn drive(case: &Case) -> Result<(), String> {
    if case.op() != "run" {
        return case.unknown();
    }
    let strategy = case.input["strategy"].as_str().ok_or("strategy is missing")?;
    let beside = case.input["spec"].as_str().unwrap_or_default();
    whole_release::run(
        case,
        &format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: web}}\nspec:\n  replicas: {}\n  {beside}\n  strategy: {strategy}\n",
            count(&case.input, "replicas")?
        ),
    )
}
