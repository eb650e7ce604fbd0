//! `rollout-lab soak`: random worlds with random plans; the laws that each must keep, and the rare states that some must reach.

mod digests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use crate::exercise::format::counted;
use crate::library::disk::save_atomic;
use crate::library::folder::make;
use crate::library::kept::text_of;
use crate::report::style::page;
use crate::scenario::Scenario;
use crate::soak::{
    Both, Broken, Came, Compared, GOALS, LAWS, Measure, SEEDS, Soaked, compare, worlds, written,
};

use super::output::{Output, Trouble};
use super::progress::bar;
use super::{Ended, Outcome};

/// Of so many worlds one is run again for the laws that take further runs.
const AGAIN_EVERY: u64 = 8;

/// Worlds of one batch, after which progress is told.
const BATCH: u64 = 64;

/// The most worlds that are run in both modes: each takes some seconds.
const MOST_IN_BOTH: usize = 1_000;

/// Failures that are made smaller and told; what comes after is counted.
const TOLD: usize = 10;

/// Arguments of `soak`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each run is a random world with a random plan and random actions by hand. It must keep every law; over all runs each rare state must be
reached. A run that breaks a law is made smaller, and named in a line that runs it again.
Exit code 0 when every law held and every rare state was reached, 1 otherwise.

Examples:
  rollout-lab soak --worlds 1000
  rollout-lab soak --worlds 300 --laws-only
  rollout-lab soak --both --worlds 30
  rollout-lab soak --run 12-1-0-Canary-1 --keep failing
  rollout-lab soak --digests tests/digests.txt")]
pub(super) struct Soak {
    /// How many worlds
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    worlds: u64,
    /// Seed; the same seed gives the same worlds
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Run worlds that the fluid mode can say in both modes, and say how far it is from the request mode
    #[arg(long, conflicts_with_all = ["run", "laws_only"])]
    both: bool,
    /// Do not ask that each rare state is reached
    #[arg(long)]
    laws_only: bool,
    /// Only this run, as a failure names it
    #[arg(long, value_name = "RUN", conflicts_with = "worlds")]
    run: Option<Soaked>,
    /// Run the runs that this file names, and write it as this build has it: the version of the model, then a run, a hash of its texts and its
    /// digest in each line. Exit code 0 when the file says the same, but for exercises that changed since
    #[arg(long, value_name = "FILE", conflicts_with_all = ["run", "worlds", "seed", "keep", "laws_only", "both"])]
    digests: Option<PathBuf>,
    /// With --digests, every N-th of these runs only
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..), requires = "digests")]
    every: u32,
    /// Write scenario.ron and plan.ron of each failing run, of the run that --run names, or of each world with --both, into a folder of its
    /// name in this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// What came of all runs.
#[derive(Default)]
struct Tally {
    /// How many plans were refused, by what was wrong.
    refused: BTreeMap<String, u64>,
    costly: u64,
    reached: Vec<u64>,
    broken: Vec<(Soaked, Broken)>,
}

impl Soak {
    pub fn run(self, output: Output) -> Outcome {
        match (&self.digests, &self.run) {
            (Some(file), _) => digests::run(file, self.every as usize, output),
            (None, Some(run)) => self.one(run, output),
            (None, None) if self.both => self.in_both(output),
            (None, None) => self.many(output),
        }
    }

    fn one(&self, run: &Soaked, output: Output) -> Outcome {
        self.keep(run)?;
        let came = run.run(true);
        let mut lines = vec![match &came.refused {
            Some(why) => format!("refused: {why}"),
            None if came.is_costly => "ended by its budget".to_owned(),
            None => format!("{} laws held, {} broken", LAWS.len() - came.broken.len(), came.broken.len()),
        }];
        lines.extend(came.broken.iter().map(told));
        lines.extend(came.reached.iter().map(|goal| format!("reached: {}", GOALS[*goal].name)));
        output.result(&page(&lines));
        Ok(if came.broken.is_empty() { Ended::Passed } else { Ended::NotPassed })
    }

    fn many(&self, output: Output) -> Outcome {
        let mut tally = Tally { reached: vec![0; GOALS.len()], ..Tally::default() };
        let progress = bar(output, self.worlds, "worlds");
        for begin in (0..self.worlds).step_by(BATCH as usize) {
            let end = (begin + BATCH).min(self.worlds);
            let batch = (begin..end).into_par_iter().map(|number| {
                let run = Soaked::drawn(self.seed, number);
                let came = run.run(number.is_multiple_of(AGAIN_EVERY));
                (run, came)
            });
            for (run, came) in batch.collect::<Vec<_>>() {
                tally.add(run, came);
            }
            progress.set_position(end);
        }
        progress.finish_and_clear();
        let failures = tally.broken.len();
        let smallest: Vec<(Soaked, &Broken)> =
            tally.broken.iter().take(TOLD).map(|(run, broken)| (run.shrunk(broken.law), broken)).collect();
        let mut lines = vec![format!(
            "{} worlds: {} laws, {} broken; {} plans refused, {} runs ended by their budget",
            counted(self.worlds),
            LAWS.len(),
            counted(failures as u64),
            counted(tally.refused.values().sum()),
            counted(tally.costly)
        )];
        for (run, broken) in &smallest {
            self.keep(run)?;
            lines.push(format!("{}: rollout-lab soak --run {run}", told(broken)));
        }
        let mut refused: Vec<(&String, &u64)> = tally.refused.iter().collect();
        refused.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        lines.extend(
            refused.iter().take(TOLD).map(|(why, count)| format!("{:>7}  refused: {why}", counted(**count))),
        );
        let mut missed = 0;
        for (goal, reached) in GOALS.iter().zip(&tally.reached) {
            missed += usize::from(*reached == 0);
            lines.push(format!("{:>7}  {}", counted(*reached), goal.name));
        }
        lines.push(format!("{} rare states, {missed} never reached", GOALS.len()));
        output.result(&page(&lines));
        let passed = failures == 0 && (self.laws_only || missed == 0);
        Ok(if passed { Ended::Passed } else { Ended::NotPassed })
    }

    /// Runs worlds in both modes. It passes when all of them together are within the bound of each measure, the decision is the same in 95 %
    /// of the seeds, and 95 % of what is measured of single worlds is no further apart than the bound and luck allow.
    fn in_both(&self, output: Output) -> Outcome {
        let count = usize::try_from(self.worlds).unwrap_or(usize::MAX).min(MOST_IN_BOTH);
        let progress = bar(output, count as u64, "worlds");
        let all: Vec<Both> = worlds(self.seed, count)
            .into_par_iter()
            .filter_map(|world| {
                let both = compare(world);
                progress.inc(1);
                both
            })
            .collect();
        progress.finish_and_clear();
        if let Some(folder) = &self.keep {
            for both in &all {
                let Some((scenario, plan)) = written(both.seed) else { continue };
                keep_in(&folder.join(both.seed.to_string()), &scenario, &plan)?;
            }
        }
        let (agreed, seeds) = (all.iter().map(|both| both.agreed).sum::<u64>(), all.len() as u64 * SEEDS);
        let mut lines = vec![format!(
            "{} worlds, each with {SEEDS} seeds: the rollout ended alike in both modes in {agreed} of {seeds} pairs of runs",
            all.len()
        )];
        let mut passed = agreed as f64 >= 0.95 * seeds as f64 && !all.is_empty();
        let (mut measured, mut beyond) = (0_usize, 0_usize);
        for (place, measure) in Measure::ALL.into_iter().enumerate() {
            let compared = || all.iter().filter_map(|both| Some((both, both.measures.get(place)?)));
            let sum = |of: fn(&Compared) -> f64| compared().map(|(_, compared)| of(compared)).sum::<f64>();
            let (requests, difference) =
                (sum(|compared| compared.requests), sum(|compared| compared.difference));
            let whole = if requests > 0.0 { difference / requests } else { 0.0 };
            lines.push(format!(
                "{:>7}  {}, all worlds together; the bound is {:.0} %",
                format!("{:+.2} %", whole * 100.0),
                measure.name(),
                measure.bound() * 100.0
            ));
            passed &= whole.abs() <= measure.bound();
            measured += compared().count();
            for (both, compared) in compared().filter(|(_, compared)| compared.beyond(measure) > 0.0) {
                beyond += 1;
                lines.push(format!(
                    "         beyond it in world {} ({}): {:.2} by {:+.2} (standard error {:.2})",
                    both.seed, both.strategy, compared.requests, compared.difference, compared.error
                ));
            }
        }
        lines.push(format!(
            "{beyond} of {measured} measures of single worlds beyond their bound; at most 5 % may be"
        ));
        passed &= beyond as f64 <= 0.05 * measured as f64;
        output.result(&page(&lines));
        Ok(if passed { Ended::Passed } else { Ended::NotPassed })
    }

    fn keep(&self, run: &Soaked) -> Result<(), Trouble> {
        let Some(folder) = &self.keep else { return Ok(()) };
        let folder = folder.join(run.to_string().replace(':', "."));
        let scenario = run.scenario();
        keep_in(&folder, &scenario, &run.plan_text(&scenario))
    }
}

/// Writes a scenario and a plan into a folder.
fn keep_in(folder: &Path, scenario: &Scenario, plan: &str) -> Result<(), Trouble> {
    make(folder)?;
    save_atomic(&folder.join("scenario.ron"), text_of(scenario).map_err(Trouble::Said)?.as_bytes())?;
    Ok(save_atomic(&folder.join("plan.ron"), plan.as_bytes())?)
}

impl Tally {
    fn add(&mut self, run: Soaked, came: Came) {
        if let Some(why) = came.refused {
            *self.refused.entry(why).or_default() += 1;
        }
        self.costly += u64::from(came.is_costly);
        for goal in came.reached {
            self.reached[goal] += 1;
        }
        self.broken.extend(came.broken.into_iter().map(|broken| (run.clone(), broken)));
    }
}

/// A broken law in a sentence.
fn told(broken: &Broken) -> String {
    let says = LAWS.iter().find(|law| law.name == broken.law).map_or("", |law| law.says);
    format!("{} ({says}): {}", broken.law, broken.found)
}
