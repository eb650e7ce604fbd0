//! `rollout-lab import`: reads a real manifest into a plan, with a list of everything that did not become part of it.

use clap::Args;
use serde::Serialize;

use crate::control::Plan;
use crate::library::write_ron;
use crate::manifest::{FORMATS, Finding, Imported, Kind, Table, import};
use crate::report::{TextStyle, escape};
use crate::scenario::Severity;

use super::load::{errors, file, read};
use super::output::{Output, Trouble};
use super::overwrite::Overwrite;
use super::{Ended, Format, Outcome};

/// Arguments of `import`.
#[derive(Debug, Args)]
#[command(after_help = help())]
pub(super) struct Import {
    /// The manifest, YAML or JSON
    file: String,
    /// Write the plan to this file instead of standard output
    #[arg(long, value_name = "PLAN.ron")]
    out: Option<String>,
    #[command(flatten)]
    overwrite: Overwrite,
    /// A table of your metrics: (metrics: [(pattern: "cart_errors", query: (metric: ErrorRatio))])
    #[arg(long, value_name = "TABLE.ron")]
    metrics: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The help text: the formats that can be read, the table of metrics, and examples.
fn help() -> String {
    let formats = FORMATS.map(|format| format!("  {}: {}\n", format.title, format.reads)).concat();
    format!(
        "\
The file may hold several documents, of these formats. Render templates first.
{formats}
Every field that does not become part of the plan is listed with its line. A table (--metrics) names your own metrics: the
first entry whose pattern occurs in a metric's name or query counts, before the built-in ones.

Examples:
  rollout-lab import rollout.yaml --out plan.ron
  rollout-lab import rollout.yaml --metrics our-metrics.ron --format json"
    )
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
        let Imported { plan, findings, .. } = import(&loaded.file, &loaded.text, &table)?;
        let text = write_ron(&plan).map_err(Trouble::Said)?;
        let wrong: Vec<String> = plan
            .problems(None)
            .iter()
            .filter(|issue| issue.severity == Severity::Error)
            .map(|issue| format!("{}: the plan: {}: {}", self.file, issue.path, issue.message))
            .collect();
        if !wrong.is_empty() {
            output.remark(list(&self.file, &findings, output.style).trim_end());
            return Err(Trouble::Said(wrong.join("\n")));
        }
        if let Some(out) = &self.out {
            self.overwrite.save(out, &text)?;
        }
        match self.format {
            Format::Json => {
                let page = Page { plan: &plan, findings: &findings };
                let json = serde_json::to_string_pretty(&page)
                    .map_err(|error| Trouble::Said(format!("the plan cannot be written: {error}")))?;
                output.result(&(escape::visible(json) + "\n"));
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
        for issue in plan.problems(None) {
            output.remark(&format!("the plan: {}: {}", issue.path, issue.message));
        }
        Ok(Ended::Passed)
    }
}

/// A table of metrics.
pub(super) fn table(path: &str) -> Result<Table, Trouble> {
    let read = read::<Table>(&file(path)?)?;
    errors(read.place(&read.value.problems(), ""))?;
    Ok(read.value)
}

/// The findings as text, one line each: first the fields that are not supported.
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
