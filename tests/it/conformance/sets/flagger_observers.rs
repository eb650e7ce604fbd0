//! What the queries of Flagger's built-in checks measure, read as a MetricTemplate's.

use rollout_lab::manifest::{Table, import};
use serde_json::json;

use super::{Case, same};

/// Answers one case: `query` is a template's, and `range` the threshold of its metric, as YAML in flow style.
pub fn drive(case: &Case) -> Result<(), String> {
    let text = |key: &str| case.input[key].as_str().ok_or_else(|| format!("{key} is missing"));
    if case.op() != "read" {
        return case.unknown();
    }
    let manifest = format!(
        "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {{name: shop, namespace: prod}}\nspec:\n  targetRef: {{apiVersion: \
         apps/v1, kind: Deployment, name: shop}}\n  analysis:\n    stepWeight: 10\n    metrics:\n    - {{name: asked, templateRef: \
         {{name: asked}}, thresholdRange: {}}}\n---\napiVersion: flagger.app/v1beta1\nkind: MetricTemplate\nmetadata: {{name: \
         asked}}\nspec:\n  provider: {{type: prometheus}}\n  query: |\n    {}\n",
        text("range")?,
        text("query")?
    );
    let found = import("canary.yaml", &manifest, &Table::default()).map_err(|wrong| format!("{wrong:?}"))?;
    let plan = serde_json::to_value(&found.plan).map_err(|wrong| wrong.to_string())?;
    let check = &plan["strategy"]["Flagger"]["checks"][0];
    let got =
        json!({ "metric": check["query"]["metric"], "of": check["query"]["of"], "pass": check["pass"] });
    same(&case.expected, &got, 1e-9)
}
