//! The autoscaler that Flagger makes for the primary, read from a Canary and the HorizontalPodAutoscaler of its workload.

use rollout_lab::manifest::{Table, import};
use serde_json::json;

use super::{Case, same};

pub fn drive(case: &Case) -> Result<(), String> {
    if case.op() != "primary" {
        return case.unknown();
    }
    let text = |key: &str| case.input[key].as_str().unwrap_or_default();
    let manifests = format!(
        "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {{name: podinfo}}\nspec:\n  targetRef: {{kind: Deployment, name: podinfo}}\n  \
         {}\n  service: {{port: 80}}\n  analysis: {{interval: 1m, threshold: 5, maxWeight: 50, stepWeight: 10}}\n---\n\
         apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: podinfo}}\nspec: {}\n",
        text("reference"),
        text("spec")
    );
    let read =
        import("set.yaml", &manifests, &Table::default()).map_err(|problems| format!("{problems:?}"))?;
    let got = read.plan.autoscaler.map_or(
        json!({"scaled": false}),
        |of| json!({"scaled": true, "min": of.min, "max": of.max, "target": of.target.to_string()}),
    );
    same(&case.expected, &got, 0.0)
}
