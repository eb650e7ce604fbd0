//! `rollout-lab power`: how large a regression a plan would catch, how surely, how soon, and how many users it would harm.

use std::path::Path;

use clap::Args;

use crate::engine::Share;
use crate::exercise::power::{Regression, power};
use crate::library::disk::save_atomic;
use crate::report::power as report;

use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::progress::bar;
use super::run::CaseArguments;
use super::{Ended, Format, Outcome, load};

/// Arguments of `power`.
#[derive(Debug, Args)]
#[command(after_help = "\
The release's own defects are replaced by errors or slowness, level by level; every level runs in the same worlds. A rollback
without a regression is a false alarm.

Examples:
  rollout-lab power canary/solution --scenario checkout
  rollout-lab power rollout.yaml --scenario checkout --errors 1%,3% --slower 2 --seeds 50
  rollout-lab power mine.ron --scenario checkout --fault payments-brownout --svg power.svg --json")]
pub(super) struct Power {
    /// The plan: a path, a real manifest, or an exercise's file such as canary/solution
    plan: String,
    /// The scenario: a shipped one's id, or a path
    #[arg(long)]
    scenario: String,
    #[command(flatten)]
    case: CaseArguments,
    /// Levels of errors: shares of requests that fail in addition, above 0% and up to 100%
    #[arg(long, value_delimiter = ',', default_value = "0.5%,1%,2%,5%,10%", num_args = 1.., value_parser = errors)]
    errors: Vec<Share>,
    /// Levels of slowness: factors of latency
    #[arg(long, value_delimiter = ',', default_value = "1.1,1.25,1.5,2,3", num_args = 1.., value_parser = slower)]
    slower: Vec<f64>,
    /// Number of runs of each level
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1000))]
    seeds: u32,
    /// The number from which all seeds are derived
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also write a chart to this file, as SVG; an earlier .svg file is replaced
    #[arg(long, value_name = "FILE")]
    svg: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// The most levels of a kind, so that the table and the chart have room.
const MOST_LEVELS: usize = 10;

fn errors(text: &str) -> Result<Share, String> {
    let share: Share =
        text.parse().map_err(|_| format!("\"{text}\" is not a share; write one such as 2%"))?;
    let sound = share > Share::ZERO && share <= Share::ALL;
    sound.then_some(share).ok_or_else(|| "write a share above 0% and at most 100%, such as 2%".to_owned())
}

fn slower(text: &str) -> Result<f64, String> {
    let factor = text.parse().ok().filter(|factor| *factor > 1.0 && *factor <= 100.0);
    factor.ok_or_else(|| "write a factor of latency, above 1 and at most 100, such as 1.5".to_owned())
}

impl Power {
    pub fn run(self, output: Output) -> Outcome {
        for (name, levels) in [("--errors", self.errors.len()), ("--slower", self.slower.len())] {
            if levels > MOST_LEVELS {
                return Err(Trouble::Said(format!("{name}: {levels} levels; write {MOST_LEVELS} at most")));
            }
        }
        if let Some(file) = &self.svg {
            replaces_only("svg", Path::new(file))?;
        }
        let scenario = load::scenario(&self.scenario)?;
        let plan = load::plan(&self.plan, &scenario.value)?;
        let case = self.case.case(&scenario.value)?;
        let release =
            case.release.clone().or_else(|| scenario.value.releases.get(1).map(|second| second.name.clone()));
        let mut levels = vec![Regression::None];
        levels.extend(self.errors.iter().map(|share| Regression::Errors(*share)));
        levels.extend(self.slower.iter().map(|factor| Regression::Slower(*factor)));
        let bar = bar(output, u64::from(self.seeds) * levels.len() as u64, "measuring");
        let tick = || bar.inc(1);
        let runs = (self.seeds as usize, self.seed);
        let found = power(&scenario.value, &case, &plan, &levels, runs, &tick);
        bar.finish_and_clear();
        let found = found.map_err(|issues| Trouble::Problems(scenario.place(&issues, "")))?;
        let page = report::Power {
            scenario: &scenario.value.id,
            plan: &self.plan,
            release: release.as_deref().unwrap_or_default(),
            power: &found,
        };
        output.result(&match self.format {
            Format::Text if !self.json => report::text(&page, output.style),
            _ => report::json(&page),
        });
        if let Some(file) = &self.svg {
            let svg = report::chart(&page).map_err(|error| Trouble::Said(format!("{file}: {error}")))?;
            save_atomic(Path::new(file), svg.as_bytes())?;
        }
        Ok(Ended::Passed)
    }
}
