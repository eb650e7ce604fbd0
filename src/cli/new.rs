//! `rollout-lab new`: writes commented templates that pass `check`.

use std::path::Path;

use clap::{Args, ValueEnum};

use crate::library::Problem;
use crate::library::disk::save_atomic;
use crate::library::folder::{is_taken, make_new, remove};
use crate::library::shipped::exercise_files;
use crate::library::templates::{PLACE, PLANS};
use crate::report::shell::quoted;

use super::check::without_number;
use super::load::needed;
use super::output::{Output, Trouble};
use super::{Ended, Outcome};

/// Arguments of `new`.
#[derive(Debug, Args)]
#[command(after_help = "\
An exercise is a folder; a scenario and a plan are files. Existing files are never overwritten.

Examples:
  rollout-lab new plan my-plan.ron
  rollout-lab new plan my-plan.ron --exercise canary
  rollout-lab new exercise exercises/09-my-lesson
  rollout-lab new exercise exercises/10-my-watch --operate
  rollout-lab new scenario my-world")]
pub(super) struct New {
    /// The kind of file
    #[arg(value_enum)]
    kind: Kind,
    /// Its name or path
    name: String,
    /// Start the plan from this exercise's starter
    #[arg(long, value_name = "EXERCISE")]
    exercise: Option<String>,
    /// Make an Operate exercise, in which the learner acts by hand, instead of one in which a plan is written
    #[arg(long)]
    operate: bool,
}

/// The kinds of templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A folder with an exercise: its brief, starter, solution and a wrong solution
    Exercise,
    /// A scenario
    Scenario,
    /// A plan
    Plan,
}

const SCENARIO: &str = include_str!("new/scenario.ron");
const EXERCISE: [(&str, &str); 6] = [
    ("exercise.ron", include_str!("new/exercise/exercise.ron")),
    ("brief.md", include_str!("new/exercise/brief.md")),
    ("starter.ron", include_str!("new/exercise/starter.ron")),
    ("solution.ron", include_str!("new/exercise/solution.ron")),
    ("wrong-no-eyes.ron", include_str!("new/exercise/wrong-no-eyes.ron")),
    ("wrong-too-fast.ron", include_str!("new/exercise/wrong-too-fast.ron")),
];

const OPERATE: [(&str, &str); 6] = [
    ("exercise.ron", include_str!("new/operate/exercise.ron")),
    ("brief.md", include_str!("new/operate/brief.md")),
    ("starter.ron", include_str!("new/operate/starter.ron")),
    ("solution.ron", include_str!("new/operate/solution.ron")),
    ("wrong-blame-the-release.ron", include_str!("new/operate/wrong-blame-the-release.ron")),
    ("wrong-wait-and-see.ron", include_str!("new/operate/wrong-wait-and-see.ron")),
];

impl New {
    pub fn run(self, output: Output) -> Outcome {
        let name = self.name.trim_end_matches(['/', '\\']);
        let id = id_of(name)?;
        if self.exercise.is_some() && self.kind != Kind::Plan {
            return Err(Trouble::Said("--exercise is for plans only; leave it out".to_owned()));
        }
        if self.operate && self.kind != Kind::Exercise {
            return Err(Trouble::Said("--operate is for exercises only; leave it out".to_owned()));
        }
        let written = match self.kind {
            Kind::Plan => vec![write(&with_ending(name), &self.plan()?, &id)?],
            Kind::Scenario => vec![write(&with_ending(name), SCENARIO, &id)?],
            Kind::Exercise => exercise(name, &id, if self.operate { OPERATE } else { EXERCISE })?,
        };
        for path in &written {
            output.result(&format!("{path}\n"));
        }
        let next = match (self.kind, &self.exercise) {
            (Kind::Plan, Some(exercise)) => {
                format!("rollout-lab grade {} {}", quoted(exercise), quoted(&written[0]))
            }
            (Kind::Plan, None) => format!("rollout-lab run checkout --plan {}", quoted(&written[0])),
            (Kind::Scenario | Kind::Exercise, _) => {
                format!("rollout-lab check {}", quoted(if written.len() > 1 { name } else { &written[0] }))
            }
        };
        output.remark(&format!("Next: {next}"));
        Ok(Ended::Passed)
    }

    /// The text of a new plan: a commented template, or an exercise's starter.
    fn plan(&self) -> Result<String, Trouble> {
        let Some(exercise) = &self.exercise else { return Ok(PLANS[0].text.to_owned()) };
        Ok(needed(&exercise_files(exercise)?, "starter.ron")?.text.clone())
    }
}

/// The id in a name: the last part of the path without its ending and number.
fn id_of(name: &str) -> Result<String, Trouble> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let id = without_number(base.strip_suffix(".ron").unwrap_or(base));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
        let message =
            format!("\"{id}\" cannot be a name; use 1 to 64 of the characters a-z, 0-9, \"-\" and \"_\"");
        return Err(Trouble::Said(message));
    }
    Ok(id.to_owned())
}

fn with_ending(name: &str) -> String {
    if name.ends_with(".ron") { name.to_owned() } else { format!("{name}.ron") }
}

fn exercise(folder: &str, id: &str, files: [(&str, &str); 6]) -> Result<Vec<String>, Trouble> {
    let path = |name: &str| format!("{folder}/{name}");
    for (name, _) in files {
        refuse_to_overwrite(&path(name))?;
    }
    let made = make_new(Path::new(folder))?;
    let mut written = Vec::new();
    for (name, template) in files {
        match write(&path(name), template, id) {
            Ok(path) => written.push(path),
            Err(trouble) => {
                // Half an exercise helps nobody and would stand in the way of the next attempt.
                remove(&written, &made);
                return Err(trouble);
            }
        }
    }
    Ok(written)
}

fn write(path: &str, template: &str, id: &str) -> Result<String, Trouble> {
    refuse_to_overwrite(path)?;
    save_atomic(Path::new(path), template.replace(PLACE, id).as_bytes())?;
    Ok(path.to_owned())
}

fn refuse_to_overwrite(path: &str) -> Result<(), Problem> {
    if is_taken(Path::new(path)) {
        let message = "the file exists already and is not overwritten; choose another name";
        return Err(Problem::of_file(path, "exists", message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_name_without_folder_number_and_ending() {
        for (name, id) in
            [("my-plan", "my-plan"), ("a/b/05-canary", "canary"), ("x.ron", "x"), ("7-up", "up")]
        {
            assert_eq!(id_of(name).unwrap(), id);
        }
        assert!(id_of("My Plan").is_err());
        assert!(id_of("a/").is_err());
    }
}
