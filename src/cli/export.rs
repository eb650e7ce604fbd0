//! `rollout-lab export`: a plan becomes a real manifest, with a list of what that cannot say.

use clap::{Args, ValueEnum};

use crate::control::Plan;
use crate::manifest::{Target, export};

use super::load::{errors, file, read_plan};
use super::output::{Output, Trouble};
use super::overwrite::Overwrite;
use super::{Ended, Outcome};

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(after_help = "\
What the format cannot say is listed on standard error.

Examples:
  rollout-lab export canary/solution --to argo --out rollout.yaml
  rollout-lab export my-plan.ron --to kubernetes")]
pub(super) struct Export {
    /// The plan: a path, or an exercise's file such as canary/solution
    plan: String,
    /// Whose manifest is written
    #[arg(long, value_enum)]
    to: To,
    /// Write it to this file; default to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    #[command(flatten)]
    overwrite: Overwrite,
}

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    /// A Rollout and its AnalysisTemplates
    Argo,
    /// A Canary and its metrics
    Flagger,
    /// A Deployment
    Kubernetes,
    /// Feature flags, as JSON
    Unleash,
}

impl Export {
    pub fn run(self, output: Output) -> Outcome {
        let read = read_plan(&file(&self.plan)?)?;
        errors(read.place(&read.value.problems(None), ""))?;
        let plan: Plan = read.value;
        let target = match self.to {
            To::Argo => Target::Argo,
            To::Flagger => Target::Flagger,
            To::Kubernetes => Target::Kubernetes,
            To::Unleash => Target::Unleash,
        };
        let exported = export(&plan, target).map_err(Trouble::Said)?;
        match &self.out {
            Some(out) => {
                self.overwrite.save(out, &exported.text)?;
                output.result(&format!("{out}\n"));
            }
            None => output.result(&exported.text),
        }
        for line in &exported.unsaid {
            output.remark(&format!("{}: {line}", self.plan));
        }
        Ok(Ended::Passed)
    }
}
