//! `rollout-lab compare`: runs several plans on the same worlds.

use clap::Args;

use crate::exercise::{Entrant, compare};
use crate::report::compare as report;

use super::fidelity::FidelityName;
use super::output::{Output, Trouble};
use super::progress::bar;
use super::run::CaseArguments;
use super::{Ended, Format, Outcome, load};

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every plan runs in the same worlds, so that luck cancels out of the differences.

Examples:
  rollout-lab compare checkout canary/solution canary/starter --release v2-errors
  rollout-lab compare checkout mine.ron theirs.ron --runs 50 --format json")]
pub(super) struct Compare {
    /// The scenario: a shipped one's id, or a path
    scenario: String,
    /// The plans; differences are from the first plan
    #[arg(required = true, num_args = 2..=20, value_name = "PLAN")]
    plans: Vec<String>,
    #[command(flatten)]
    case: CaseArguments,
    /// How finely requests are simulated; default: as the scenario says
    #[arg(long, value_enum)]
    fidelity: Option<FidelityName>,
    /// Number of runs of each plan
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1000))]
    runs: u32,
    /// The number from which all seeds are derived
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Compare {
    pub fn run(self, output: Output) -> Outcome {
        let scenario = load::scenario_at(&self.scenario, self.fidelity.map(Into::into))?;
        let mut plans = Vec::new();
        for path in &self.plans {
            plans.push(Entrant::of_plan(path, load::plan(path, &scenario.value)?));
        }
        let case = self.case.case(&scenario.value)?;
        let release =
            case.release.clone().or_else(|| scenario.value.releases.get(1).map(|second| second.name.clone()));
        let bar = bar(output, u64::from(self.runs) * plans.len() as u64, "comparing");
        let tick = || bar.inc(1);
        let compared =
            compare(&scenario.value, &|_| case.clone(), &plans, self.runs as usize, self.seed, &tick);
        bar.finish_and_clear();
        let comparison = compared.map_err(|(_, issues)| Trouble::Problems(scenario.place(&issues, "")))?;
        let page = report::Compare {
            scenario: &scenario.value.id,
            release: release.as_deref().unwrap_or_default(),
            currency: &scenario.value.cost.currency,
            comparison: &comparison,
        };
        output.result(&match self.format {
            Format::Text => report::text(&page, output.style),
            Format::Json => report::json(&page),
        });
        Ok(Ended::Passed)
    }
}
