//! `rollout-lab bench`: the speed of the simulator on this machine, compared with hand-written loops for the same workloads.

pub mod hand;
mod measure;
mod workload;

#[cfg(test)]
mod tests;

use clap::Args;

use crate::report::bench as report;

use super::output::Output;
use super::{Ended, Format, Outcome};

pub use measure::by_hand;
pub use workload::Workload;

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub(super) struct Bench {
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Bench {
    pub fn run(self, output: Output) -> Outcome {
        let bench = measure::everything();
        output.result(&match self.format {
            Format::Text => report::text(&bench, output.style),
            Format::Json => report::json(&bench),
        });
        Ok(Ended::Passed)
    }
}
