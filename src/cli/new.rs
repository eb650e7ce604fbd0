//! `rollout-lab new`: writes commented templates that pass `check`.

use clap::{Args, ValueEnum};

use crate::library::Problem;
use crate::library::new_exercise::{PLAN, WATCH, make, named, write};
use crate::library::shipped::{exercise_files, without_number};
use crate::library::templates::{PLACE, PLANS};
use crate::report::shell::quoted;

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
            Kind::Plan => vec![file(name, &self.plan()?, &id)?],
            Kind::Scenario => vec![file(name, SCENARIO, &id)?],
            Kind::Exercise => {
                let files = named(if self.operate { WATCH } else { PLAN }, &id);
                make(name, files)?.files.into_iter().map(|(path, _)| path).collect()
            }
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

/// Writes a file of this name from a template, and returns its path.
fn file(name: &str, template: &str, id: &str) -> Result<String, Problem> {
    let path = if name.ends_with(".ron") { name.to_owned() } else { format!("{name}.ron") };
    write(&path, &template.replace(PLACE, id))?;
    Ok(path)
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
