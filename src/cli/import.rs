//! `rollout-lab import`: a real manifest becomes a plan, with a list of what did not become part of it.

use clap::Args;
use serde::Serialize;

use crate::control::Plan;
use crate::library::write_ron;
use crate::manifest::{Finding, Imported, Kind, Table, import};
use crate::report::TextStyle;

use super::load::{errors, file, read};
use super::output::{Output, Trouble};
use super::overwrite::Overwrite;
use super::{Ended, Format, Outcome};

/// Arguments of `import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Read are Argo Rollouts (Rollout, AnalysisTemplate), Flagger (Canary, MetricTemplate), Kubernetes (Deployment,
HorizontalPodAutoscaler, PodDisruptionBudget) and feature flags of Unleash, several documents a file. Render templates first.
Every field that does not become part of the plan is listed with its line. A table (--metrics) says what your own metrics are:
the first entry whose pattern is found in a metric's name or query is taken, before what is built in.

Examples:
  rollout-lab import rollout.yaml --out plan.ron
  rollout-lab import rollout.yaml --metrics our-metrics.ron --format json")]
pub(super) struct Import {
    /// The manifest, YAML or JSON
    file: String,
    /// Write the plan to this file; default to standard output
    #[arg(long, value_name = "PLAN.ron")]
    out: Option<String>,
    #[command(flatten)]
    overwrite: Overwrite,
    /// What your metrics are: (metrics: [(pattern: "cart_errors", query: (metric: ErrorRatio))])
    #[arg(long, value_name = "TABLE.ron")]
    metrics: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Page<'a> {
    plan: &'a Plan,
    findings: &'a [Finding],
}

impl Import {
    pub fn run(self, output: Output) -> Outcome {
        let table = self.metrics.as_deref().map(table).transpose()?.unwrap_or_default();
        let loaded = file(&self.file)?;
        let Imported { plan, findings } = import(&loaded.file, &loaded.text, &table)?;
        let text = write_ron(&plan).map_err(Trouble::Said)?;
        if let Some(out) = &self.out {
            self.overwrite.save(out, &text)?;
        }
        let issues = plan.problems(None);
        match self.format {
            Format::Json => {
                let page = Page { plan: &plan, findings: &findings };
                let json = serde_json::to_string_pretty(&page)
                    .map_err(|error| Trouble::Said(format!("the plan cannot be written: {error}")))?;
                output.result(&format!("{json}\n"));
            }
            Format::Text => {
                let list = list(&self.file, &findings, output.style);
                match &self.out {
                    Some(out) => output.result(&format!("{list}{out}\n")),
                    None => {
                        output.result(&text);
                        output.remark(list.trim_end());
                    }
                }
            }
        }
        for issue in &issues {
            output.remark(&format!("the plan: {}: {}", issue.path, issue.message));
        }
        Ok(Ended::Passed)
    }
}

/// A table of metrics.
fn table(path: &str) -> Result<Table, Trouble> {
    let read = read::<Table>(&file(path)?)?;
    errors(read.place(&read.value.problems(), ""))?;
    Ok(read.value)
}

/// What is not simply part of the plan, one line each: what is not supported first.
fn list(file: &str, findings: &[Finding], style: TextStyle) -> String {
    let mut lines = String::new();
    for (kind, mark) in [
        (Kind::NotSupported, if style.unicode { "✕" } else { "x" }),
        (Kind::Noted, if style.unicode { "·" } else { "-" }),
        (Kind::Ignored, " "),
    ] {
        for finding in findings.iter().filter(|finding| finding.kind == kind) {
            let Finding { line, column, path, message, .. } = finding;
            lines += &format!("{mark} {file}:{line}:{column}: {path}: {message}\n");
        }
    }
    lines
}
