//! `rollout-lab check`: all problems in files, and the check that each exercise tests its lesson.

mod files;
mod incident;
mod lesson;
mod operate;
mod proofs;

pub(super) use proofs::{other_solutions, tell};

use std::path::Path;

use clap::{Args, ValueEnum};

use crate::exercise::prove::Effort;
use crate::library::folder::{entries, is_folder, is_taken};
use crate::library::shipped::{
    as_path, exercise_ids, find_scenario_text, find_text, incident_ids, scenario_ids,
};
use crate::library::watch::{DEPTH, State};
use crate::library::{Problem, Severity};
use crate::report::check::{self as report, Checked};
use crate::report::sarif::sarif;

use super::output::Output;
use super::{Ended, Outcome};
use proofs::Wanted;

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
An exercise tests its lesson when its solution passes, and its starter, each wrong-*.ron and every null policy (doing nothing,
always rolling back, everything at once) fail.
With --prove that is shown over many sets of secret seeds, and more: no null policy, no other exercise's solution and no random
plan passes without what the solution adds, and every part of the solution is needed. The proof is kept beside the exercise as
proof.ron. Without --prove, an exercise's proof must be of the exercise as it is, and a sample of it is repeated.
Exit code 0 without errors (warnings are allowed), 1 with errors.

Examples:
  rollout-lab check                          all shipped files
  rollout-lab check exercises/05-canary      one exercise
  rollout-lab check --prove exercises/05-canary
  rollout-lab check --prove --own-plans --sets 50 canary    does luck decide anybody's grade?
  rollout-lab check --watch 11-my-lesson --seeds 1
  rollout-lab check exercises --format sarif > check.sarif")]
pub(super) struct Check {
    /// Files and folders; without any, all shipped files
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Grade each exercise's plans with this many seeds instead of its own number, for a quick check
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    /// Prove each exercise, which takes minutes, and keep the proof beside it; an earlier proof is replaced
    #[arg(long)]
    prove: bool,
    /// With --prove: number of sets of secret seeds at most
    #[arg(long, requires = "prove", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    sets: u32,
    /// With --prove: number of random plans, and five times the steps of the climb from the starter
    #[arg(long, requires = "prove", default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    random: u32,
    /// With --prove: write the random plans that pass into this folder; earlier ones of the same names are replaced
    #[arg(long, requires = "prove", value_name = "DIR")]
    keep: Option<String>,
    /// With --prove: only the solution, the starter and the wrong solutions, each in every set; no proof is kept
    #[arg(long, requires = "prove", conflicts_with_all = ["random", "keep"])]
    own_plans: bool,
    /// Check again whenever a file changes, until it is interrupted
    #[arg(long, requires = "paths")]
    watch: bool,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: CheckFormat,
}

/// The format of a check's result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// The problems for forges and editors, SARIF 2.1.0
    Sarif,
}

/// A check in progress.
struct Checking {
    checked: Checked,
    seeds: Option<u32>,
    /// What is to be proved, if anything is.
    prove: Option<Wanted>,
    output: Output,
}

impl Check {
    pub fn run(self, output: Output) -> Outcome {
        if !self.watch {
            return self.once(output);
        }
        loop {
            let state = State::of(&self.paths);
            match self.once(output) {
                Ok(_) => {}
                Err(trouble) => output.trouble(&trouble),
            }
            output.remark("waiting for a file to change; interrupt to end");
            state.wait(&self.paths);
        }
    }

    /// Checks everything once.
    fn once(&self, output: Output) -> Outcome {
        let climb = self.random / 5;
        let effort = Effort { sets: self.sets, seeds: self.seeds, random: self.random, climb };
        let prove = self.prove.then(|| Wanted { effort, keep: self.keep.clone(), own_plans: self.own_plans });
        let mut checking = Checking { checked: Checked::default(), seeds: self.seeds, prove, output };
        for path in &self.paths {
            checking.path(path, 0)?;
        }
        if self.paths.is_empty() {
            for id in scenario_ids() {
                checking.scenario(&find_scenario_text(id)?);
            }
            for id in incident_ids() {
                checking.incident(id)?;
            }
            for id in exercise_ids() {
                checking.lesson(id)?;
            }
        }
        let mut checked = checking.checked;
        // The errors of a scenario that several exercises share are listed once.
        let mut said: Vec<Problem> = Vec::new();
        for problem in checked.problems {
            if !said.contains(&problem) {
                said.push(problem);
            }
        }
        checked.problems = said;
        output.result(&match self.format {
            CheckFormat::Json => report::json(&checked),
            CheckFormat::Sarif => sarif(&checked.problems),
            CheckFormat::Text => {
                let problems = report::problems_text(&checked.problems, output.style);
                let gap = if problems.is_empty() { "" } else { "\n" };
                format!("{problems}{gap}{}", report::text(&checked, output.style))
            }
        });
        Ok(if checked.errors() == 0 { Ended::Passed } else { Ended::NotPassed })
    }
}

/// Everything wrong with the exercise in a folder, each case of its plans run once.
#[cfg(all(feature = "panels", any(feature = "app", test)))]
pub(super) fn problems_of(folder: &str, output: Output) -> Vec<Problem> {
    problems_by(Checking { checked: Checked::default(), seeds: Some(1), prove: None, output }, folder)
}

/// Makes the proof of the exercise in a folder with the usual effort, keeps it there, and says what is wrong by it.
#[cfg(all(feature = "panels", any(feature = "app", test)))]
pub(super) fn proof_problems_of(folder: &str, output: Output) -> Vec<Problem> {
    let wanted = Wanted { effort: Effort::default(), keep: None, own_plans: false };
    problems_by(Checking { checked: Checked::default(), seeds: None, prove: Some(wanted), output }, folder)
}

#[cfg(all(feature = "panels", any(feature = "app", test)))]
fn problems_by(mut checking: Checking, folder: &str) -> Vec<Problem> {
    match checking.lesson(folder) {
        Ok(()) => checking.checked.problems,
        Err(problem) => vec![problem],
    }
}

impl Checking {
    /// Checks a file or a folder, or the shipped exercise or scenario of this name.
    fn path(&mut self, path: &str, depth: usize) -> Result<(), Problem> {
        let on_disk = Path::new(path);
        if is_folder(on_disk) {
            return match () {
                () if is_taken(&on_disk.join("exercise.ron")) => self.lesson(&as_path(path)),
                () if is_taken(&on_disk.join("incident.ron")) => self.incident(&as_path(path)),
                () => self.folder(on_disk, depth),
            };
        }
        if on_disk.file_name().is_some_and(|name| name == "exercise.ron") {
            return self.lesson(path);
        }
        if on_disk.file_name().is_some_and(|name| name == "incident.ron") {
            return self.incident(path);
        }
        if !is_taken(on_disk) && exercise_ids().contains(&path) {
            return self.lesson(path);
        }
        if !is_taken(on_disk) && incident_ids().contains(&path) {
            return self.incident(path);
        }
        if !is_taken(on_disk) && scenario_ids().contains(&path) {
            self.scenario(&find_scenario_text(path)?);
            return Ok(());
        }
        self.file(&find_text(path)?);
        Ok(())
    }

    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), Problem> {
        if depth >= DEPTH {
            let message =
                format!("folders nested more than {DEPTH} deep are not read; name the inner folder");
            return Err(Problem::of_file(folder.display().to_string(), "too-deep", message));
        }
        for path in entries(folder)? {
            let is_ron = path.extension().is_some_and(|ending| ending == "ron");
            if is_folder(&path) || is_ron {
                self.path(&path.display().to_string(), depth + 1)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, problems: Vec<Problem>) {
        self.checked.problems.extend(problems);
    }

    fn has_errors_since(&self, start: usize) -> bool {
        self.checked.problems[start..].iter().any(|problem| problem.severity == Severity::Error)
    }
}
