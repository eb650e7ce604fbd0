//! `rollout-lab sweep`: a plan in a scenario with some of their values varied.

use std::path::PathBuf;

use clap::Args;
use rayon::prelude::*;

use super::class::shard::Shard;
use super::load::{self, errors, file, read};
use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::progress::bar;
use super::{Ended, Outcome};
use crate::control::Plan;
use crate::exercise::sweep::{Axis, Sweep};
use crate::exercise::{RunResult, play};
use crate::library::disk::save_atomic;
use crate::library::items::digest_of;
use crate::library::patch::set;
use crate::library::shipped::{Loaded, find_scenario_text};
use crate::library::{Problem, read_ron};
use crate::report::sweep::{SweepRow, csv};
use crate::scenario::Scenario;
use crate::sim::Case;

/// Arguments of `sweep`.
#[derive(Debug, Args)]
#[command(after_help = "\
The file names a scenario, a plan and what is varied:
  (format: 1, scenario: \"checkout\", plan: \"canary/starter\", release: \"v2-errors\", runs: 5, vary: [
    (name: \"first step\", plan: \"strategy.steps[0]\", values: List([\"5\", \"10\", \"25\"]), write: \"Weight(\\\"{}%\\\")\"),
    (name: \"pause\", plan: \"strategy.steps[1]\", values: Between(30, 600, 5), write: \"Pause(\\\"{}s\\\")\"),
  ])
With design: LatinHypercube(50) there are fifty points, one in each fiftieth part of every range. All points are run with the same seeds. A point whose plan or scenario is refused has a row with the reason.

Examples:
  rollout-lab sweep weights.ron > weights.csv
  rollout-lab sweep weights.ron --shard 2/7 --csv part-2.csv")]
pub(super) struct SweepArguments {
    /// The file that says what is varied
    spec: String,
    /// Write the rows to this file instead of standard output; an earlier .csv file is replaced
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Run one of several parts of the points only, the K-th of N; default: the part that Slurm, Kubernetes or HyperQueue names, else all
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
}

impl SweepArguments {
    pub fn run(self, output: Output) -> Outcome {
        if let Some(file) = &self.csv {
            replaces_only("csv", file)?;
        }
        let shard = Shard::asked(self.shard).map_err(Trouble::Said)?;
        let sweep = read::<Sweep>(&file(&self.spec)?)?.value;
        if let Some(problem) = sweep.problem() {
            return Err(Problem::of_file(&self.spec, "sweep", problem).into());
        }
        let texts =
            Texts { scenario: find_scenario_text(&sweep.scenario)?, plan: file(&sweep.plan)?, sweep: &sweep };
        let points: Vec<(usize, Vec<String>)> = sweep.points().into_iter().enumerate().collect();
        let is_mine =
            |point: usize| shard.is_none_or(|shard| shard.holds(&digest_of([point.to_string().as_bytes()])));
        let mine: Vec<&(usize, Vec<String>)> = points.iter().filter(|(point, _)| is_mine(*point)).collect();
        let bar = bar(output, mine.len() as u64, "running");
        let rows: Vec<Vec<SweepRow>> = mine
            .into_par_iter()
            .map(|(point, values)| {
                let row = |run| SweepRow { point: *point, values: values.clone(), run };
                let rows = match texts.runs(values) {
                    Ok(runs) => runs.into_iter().map(|run| row(Ok(run))).collect(),
                    Err(why) => vec![row(Err(why))],
                };
                bar.inc(1);
                rows
            })
            .collect();
        bar.finish_and_clear();
        let axes: Vec<String> = sweep.vary.iter().map(|axis| axis.name.clone()).collect();
        let table = csv(&axes, &rows.concat());
        match &self.csv {
            Some(file) => save_atomic(file, table.as_bytes())?,
            None => output.result(&table),
        }
        Ok(Ended::Passed)
    }
}

/// The files of a sweep.
struct Texts<'a> {
    scenario: Loaded,
    plan: Loaded,
    sweep: &'a Sweep,
}

impl Texts<'_> {
    /// The runs of a point, or what is wrong with it.
    fn runs(&self, values: &[String]) -> Result<Vec<RunResult>, String> {
        let first = |problems: Vec<Problem>| problems.first().map_or_else(String::new, Problem::to_string);
        let text = self.with(&self.scenario, values, |axis| axis.scenario.as_deref())?;
        let read = load::read_scenario(&Loaded { text, ..self.scenario.clone() }).map_err(first)?;
        errors(read.place(&read.value.problems(), "")).map_err(first)?;
        let scenario: Scenario = read.value;
        let text = self.with(&self.plan, values, |axis| axis.plan.as_deref())?;
        let (plan, outline) = read_ron::<Plan>(&self.plan.file, &text).map_err(first)?;
        let placed = load::Read { value: (), outline }.place(&plan.problems(Some(&scenario)), "");
        errors(placed).map_err(first)?;
        let Sweep { release, faults, .. } = self.sweep;
        let case = Case { release: release.clone(), faults: faults.clone(), ..Case::default() };
        let run = |seed: u64| {
            let record = play(&scenario, &case, &plan, &[], seed);
            record.map(|record| RunResult::of(&record, &scenario))
        };
        let runs: Result<Vec<RunResult>, _> = self.sweep.seeds().into_iter().map(run).collect();
        runs.map_err(|issues| issues.first().map_or_else(String::new, |issue| issue.message.clone()))
    }

    /// A file with the values of those axes that vary one of its fields.
    fn with(
        &self,
        loaded: &Loaded,
        values: &[String],
        field: fn(&Axis) -> Option<&str>,
    ) -> Result<String, String> {
        let mut text = loaded.text.clone();
        for (axis, value) in self.sweep.vary.iter().zip(values) {
            if let Some(path) = field(axis) {
                text = set(&text, path, &axis.write.replace("{}", value))
                    .map_err(|problem| format!("{}: {}", axis.name, problem.message))?;
            }
        }
        Ok(text)
    }
}
