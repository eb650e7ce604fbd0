//! `rollout-lab export`: writes a plan as a real manifest, with a list of everything that the format cannot say.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::control::Plan;
use crate::manifest::{FORMATS, Format, export};

use super::load::{errors, file, read_plan};
use super::output::{Output, Trouble};
use super::overwrite::Overwrite;
use super::{Ended, Outcome};

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Everything that the format cannot say is listed on standard error.

Examples:
  rollout-lab export canary/solution --to argo --out rollout.yaml
  rollout-lab export my-plan.ron --to kubernetes")]
pub(super) struct Export {
    /// The plan: a path, or an exercise's file such as canary/solution
    plan: String,
    /// The format to write
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    to: &'static Format,
    /// Write the manifest to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    #[command(flatten)]
    overwrite: Overwrite,
}

/// The formats as the command line offers them.
fn formats() -> impl TypedValueParser<Value = &'static Format> {
    let named = FORMATS.map(|format| PossibleValue::new(format.name).help(format.writes));
    PossibleValuesParser::new(named).map(|name| {
        let found = FORMATS.into_iter().find(|format| format.name == name);
        found.expect("only the names of formats are possible")
    })
}

impl Export {
    pub fn run(self, output: Output) -> Outcome {
        let read = read_plan(&file(&self.plan)?)?;
        errors(read.place(&read.value.problems(None), ""))?;
        let plan: Plan = read.value;
        let exported = export(&plan, self.to).map_err(Trouble::Said)?;
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
        for line in &exported.fill_in {
            output.remark(&format!("to fill in: {line}"));
        }
        Ok(Ended::Passed)
    }
}
