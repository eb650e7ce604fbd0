//! `rollout-lab calibrate`: how the value of each criterion is spread over plans of all kinds.

use std::path::Path;

use clap::Args;

use crate::control::Plan;
use crate::exercise::prove::{Calibration, Effort, Proving, Told, calibrate};
use crate::exercise::{Lesson, WRONG_PREFIX};
use crate::library::Problem;
use crate::library::disk::save_atomic;
use crate::library::shipped::exercise_files;
use crate::report::calibrate as report;

use super::check::{other_solutions, tell};
use super::load::{exercise, needed, read};
use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::progress::bar;
use super::{Ended, Outcome};

/// Arguments of `calibrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
The plans are the model solution, the starter, the wrong solutions, null policies, other exercises' solutions, and random plans
made of the parts of all these. Set full marks where solutions are, and none where the others begin.

Examples:
  rollout-lab calibrate canary
  rollout-lab calibrate exercises/11-my-lesson --sets 10 --random 200 --svg spread.svg")]
pub(super) struct Calibrate {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// Number of sets of secret seeds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    sets: u32,
    /// Number of random plans
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=1000))]
    random: u32,
    /// Number of seeds for a case of weight 1; default: the exercise's own number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    /// Also write a chart to this file, as SVG; an earlier .svg file is replaced
    #[arg(long, value_name = "FILE")]
    svg: Option<String>,
}

impl Calibrate {
    pub fn run(self, output: Output) -> Outcome {
        if let Some(file) = &self.svg {
            replaces_only("svg", Path::new(file))?;
        }
        let (found, currency) = self.found(output)?;
        output.result(&report::text(&found, &currency, output.style));
        if let Some(file) = &self.svg {
            let svg = report::chart(&found, &currency)
                .map_err(|error| Trouble::Said(format!("{file}: {error}")))?;
            save_atomic(Path::new(file), svg.as_bytes())?;
        }
        Ok(Ended::Passed)
    }

    /// The spread of each criterion's value, and the currency of costs.
    fn found(&self, output: Output) -> Result<(Calibration, String), Trouble> {
        let files = exercise_files(&self.exercise)?;
        let ready = exercise(&self.exercise)?;
        let solution = read::<Plan>(needed(&files, "solution.ron")?)?.value;
        let wrong = files.starting(WRONG_PREFIX).map(|file| {
            let name = file.file.rsplit(['/', '\\']).next().unwrap_or_default();
            Ok((name.to_owned(), read::<Plan>(file)?.value))
        });
        let wrong: Vec<(String, Plan)> = wrong.collect::<Result<_, Vec<Problem>>>()?;
        let others = other_solutions(&ready.exercise.id);
        let bar = bar(output, 0, "calibrating");
        let told = |what: Told| tell(&bar, &ready.exercise.id, what);
        let lesson = Lesson {
            exercise: &ready.exercise,
            scenario: &ready.scenario,
            starter: &ready.starter,
            solution: &solution,
            wrong: &wrong,
        };
        let effort = Effort { sets: self.sets, seeds: self.seeds, random: self.random, climb: 0 };
        let found = calibrate(&Proving { lesson, others: &others, told: &told }, effort);
        bar.finish_and_clear();
        Ok((found, ready.scenario.cost.currency))
    }

    /// The page about an exercise, with few plans and one run of each case: a first look.
    #[cfg(all(feature = "panels", any(feature = "app", test)))]
    pub fn first_look(exercise: &str, output: Output) -> Result<String, Trouble> {
        let quick = Self { exercise: exercise.to_owned(), sets: 1, random: 10, seeds: Some(1), svg: None };
        let (found, currency) = quick.found(output)?;
        Ok(report::text(&found, &currency, output.style))
    }
}
