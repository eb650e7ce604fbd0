//! `rollout-lab check`: everything wrong with files, and whether lessons bear load.

mod files;
mod lesson;

pub(super) use lesson::without_number;

use std::path::Path;

use clap::Args;

use crate::library::folder::{entries, is_folder, is_taken};
use crate::library::shipped::{exercise_ids, find_scenario_text, find_text, scenario_ids};
use crate::library::{Problem, Severity};
use crate::report::check::{self as report, Checked};

use super::output::Output;
use super::{Ended, Format, Outcome};

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
A lesson bears load when its solution passes, and its starter, each wrong-*.ron and every null policy (doing nothing,
always rolling back, everything at once) fail.
Exit code 0 when there is no error (there may be warnings), 1 when there is one.

Examples:
  rollout-lab check                          everything that is shipped
  rollout-lab check exercises/05-canary      one exercise
  rollout-lab check my-scenario.ron my-plan.ron --format json")]
pub(super) struct Check {
    /// Files and folders; without any, everything that is shipped
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Prove lessons with this many seeds instead of their own number, for a quick look
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Folders in folders are looked into so deep.
const DEPTH: usize = 8;

/// What has been found so far.
struct Checking {
    checked: Checked,
    seeds: Option<u32>,
    output: Output,
}

impl Check {
    pub fn run(self, output: Output) -> Outcome {
        let mut checking = Checking { checked: Checked::default(), seeds: self.seeds, output };
        for path in &self.paths {
            checking.path(path, 0)?;
        }
        if self.paths.is_empty() {
            for id in scenario_ids() {
                checking.scenario(&find_scenario_text(id)?);
            }
            for id in exercise_ids() {
                checking.lesson(id)?;
            }
        }
        let mut checked = checking.checked;
        // Errors of a scenario that several exercises share are said once.
        let mut said: Vec<Problem> = Vec::new();
        for problem in checked.problems {
            if !said.contains(&problem) {
                said.push(problem);
            }
        }
        checked.problems = said;
        output.result(&match self.format {
            Format::Json => report::json(&checked),
            Format::Text => {
                let problems = report::problems_text(&checked.problems, output.style);
                let gap = if problems.is_empty() { "" } else { "\n" };
                format!("{problems}{gap}{}", report::text(&checked, output.style))
            }
        });
        Ok(if checked.errors() == 0 { Ended::Passed } else { Ended::NotPassed })
    }
}

impl Checking {
    /// A file by what it holds, a folder by what is in it; a name that is neither is one of an exercise.
    fn path(&mut self, path: &str, depth: usize) -> Result<(), Problem> {
        let on_disk = Path::new(path);
        if is_folder(on_disk) {
            let holds_exercise = is_taken(&on_disk.join("exercise.ron"));
            return if holds_exercise { self.lesson(path) } else { self.folder(on_disk, depth) };
        }
        if on_disk.file_name().is_some_and(|name| name == "exercise.ron") {
            return self.lesson(path);
        }
        if !is_taken(on_disk) && exercise_ids().contains(&path) {
            return self.lesson(path);
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
            let message = format!("folders more than {DEPTH} deep are not looked into; name the inner one");
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
