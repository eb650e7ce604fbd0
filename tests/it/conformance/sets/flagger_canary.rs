//! A whole Canary of Flagger, tick by tick, with what happens to it meanwhile.

use super::fields::count;
use super::{Case, whole_release};

/// Answers one case: `analysis` is a Canary's and `spec` what stands beside it, as YAML in flow style; `documents` stand beside both.
pub fn drive(case: &Case) -> Result<(), String> {
    if case.op() != "run" {
        return case.unknown();
    }
    let text = |key: &str| case.input[key].as_str().unwrap_or_default();
    whole_release::run(
        case,
        &format!(
            "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {{name: web}}\nspec:\n  provider: istio\n  targetRef: {{apiVersion: apps/v1, \
             kind: Deployment, name: web}}\n  service: {{port: 80}}\n  {}\n  analysis: {}\n---\napiVersion: apps/v1\nkind: Deployment\n\
             metadata: {{name: web}}\nspec: {{replicas: {}, selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: \
             web}}}}, spec: {{containers: [{{name: web, image: web}}]}}}}}}\n{}",
            text("spec"),
            text("analysis"),
            count(&case.input, "replicas")?,
            text("documents"),
        ),
    )
}
