//! `rollout-lab bench`: the speed of the simulator on this machine, compared with hand-written loops for the same workloads.

pub mod hand_written;
mod measure;
mod workload;

#[cfg(test)]
mod tests;

use clap::{Args, ValueEnum, value_parser};

use crate::report::bench as report;

use super::output::Output;
use super::{Ended, Format, Outcome};

use measure::SEED;
pub use measure::by_hand;
pub use workload::Workload;

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub(super) struct Bench {
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Only run one workload, once and untimed, and print how many requests it had: for a tool that counts instructions
    #[arg(long, value_enum)]
    run: Option<Name>,
    /// With --run: about how many requests, at most 40 million
    #[arg(
        long,
        value_name = "N",
        requires = "run",
        default_value_t = 1_000_000,
        value_parser = value_parser!(u64).range(1..=40_000_000)
    )]
    requests: u64,
    /// With --run: how many servers w2 and w3 have, 10 to 10,000
    #[arg(
        long,
        value_name = "N",
        requires = "run",
        default_value_t = 100,
        value_parser = value_parser!(u32).range(10..=10_000)
    )]
    servers: u32,
    /// With --run: the hand-written loop of w1 or w2 in place of the simulator
    #[arg(long, requires = "run")]
    by_hand: bool,
}

/// The name of a workload.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// One server
    W1,
    /// A fleet
    W2,
    /// A fleet with timeouts, probes, scrapes and a comparison
    W3,
}

impl Name {
    const fn workload(self, servers: u32) -> Workload {
        match self {
            Self::W1 => Workload::Single,
            Self::W2 => Workload::Fleet { servers },
            Self::W3 => Workload::Operated { servers },
        }
    }
}

impl Bench {
    pub fn run(self, output: Output) -> Outcome {
        if let Some(name) = self.run {
            let workload = name.workload(self.servers);
            let requests = match self.by_hand {
                true => by_hand(workload, self.requests, SEED),
                false => workload.run(self.requests, SEED).0.arrived,
            };
            output.result(&format!("{requests} requests\n"));
            return Ok(Ended::Passed);
        }
        let bench = measure::everything();
        output.result(&match self.format {
            Format::Text => report::text(&bench, output.style),
            Format::Json => report::json(&bench),
        });
        Ok(Ended::Passed)
    }
}
