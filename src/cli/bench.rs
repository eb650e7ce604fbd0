//! `rollout-lab bench`: how fast this machine simulates.

use clap::Args;

use crate::report::bench as report;

use super::output::{Output, Trouble};
use super::{Ended, Format, Outcome};

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub(super) struct Bench {
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Bench {
    pub fn run(self, output: Output) -> Outcome {
        let bench = measure()?;
        output.result(&match self.format {
            Format::Text => report::text(&bench, output.look),
            Format::Json => report::json(&bench),
        });
        Ok(Ended::Passed)
    }
}

/// Runs the two reference workloads through the simulation and through hand-written loops.
fn measure() -> Result<report::Bench, Trouble> {
    Err(Trouble::Said("this build holds no reference workloads".to_owned()))
}
