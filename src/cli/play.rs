//! `rollout-lab play`: an exercise in the terminal, step by step, with what the dashboards show and what a person can do.
//!
//! It reads lines from a terminal or a pipe. In an Operate exercise what is done is kept as a duty, which is handed in; no case that
//! counts is played twice, each watch has cases of its own, and what a case was is told when all of them are done.

mod game;
mod recording;
mod words;

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::exercise::{Duty, ExerciseKind, WRONG_PREFIX, grade_duty};
use crate::library::folder::is_taken;
use crate::library::{Problem, duties, progress};
use crate::report::verdict::text;

use super::load::{self, Ready};
use super::output::{Output, Trouble};
use super::overwrite::Overwrite;
use super::{Ended, Outcome};
use game::{Game, Place};
use recording::SaveAs;

/// Arguments of `play`.
#[derive(Debug, Args)]
#[command(after_help = "\
In an Operate exercise the cases, their order and their worlds are drawn for the learner as they begin, and what is done is kept in a
file: play on whenever you like, and hand it in. Another file is another watch, with other worlds in another order. In any other
exercise, and with --practice, a case is played for practice: you may go back in time, nothing is kept unless you say so, and what was
wrong is told at the end.
Lines come from the terminal or from a pipe; `help` lists what can be written.
Exit code 0 when you stop before the last case or pass, 1 when all cases are done and it is not enough.

Examples:
  rollout-lab play incident-response
  rollout-lab play incident-response --learner ada --out ada.ron
  rollout-lab play canary --plan my-plan.ron --case errors
  printf 'run until alert\\nstatus\\nabort\\nrun until end\\n' | rollout-lab play canary")]
pub(super) struct Play {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// Who is on duty; default: your name on this computer. In Operate exercises only
    #[arg(long, value_name = "NAME")]
    learner: Option<String>,
    /// The file in which what you do is kept; default: one among the lab's own data. In practice: save the run as a session
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Save what is played into the exercise's folder, as `solution` or `wrong-NAME`: of a Plan exercise the plan, of an Operate
    /// exercise what is done by hand, as the rules of a playbook. For those who write exercises
    #[arg(long, value_name = "NAME", conflicts_with = "learner")]
    save_as: Option<String>,
    /// Play a case of an Operate exercise that does not count
    #[arg(long)]
    practice: bool,
    /// In practice, the plan; default: the exercise's starter
    #[arg(long)]
    plan: Option<String>,
    /// In practice, the case, by its name; default: one drawn by the seed
    #[arg(long)]
    case: Option<String>,
    /// In practice, the seed of the world
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    overwrite: Overwrite,
}

impl Play {
    pub fn run(self, output: Output) -> Outcome {
        let ready = load::exercise(&self.exercise)?;
        let brief = load::brief(&ready).unwrap_or_default();
        let counts = ready.exercise.kind == ExerciseKind::Operate && !self.practice && self.save_as.is_none();
        let place = if counts { self.duty(&ready, output)? } else { self.practice(&ready)? };
        let mut game = Game::new(&ready, &brief, output, place)?;
        game.greet();
        let input = std::io::stdin();
        let asks = input.is_terminal();
        for number in 1.. {
            if game.is_done() {
                break;
            }
            if asks {
                output.result("> ");
            }
            let mut line = String::new();
            let read = input.lock().read_line(&mut line);
            let read = read.map_err(|error| Trouble::Said(format!("the input cannot be read: {error}")))?;
            if read == 0 {
                break;
            }
            match words::parse(&line) {
                Ok(None) => {}
                Ok(Some(words::Line::Quit)) => break,
                Ok(Some(asked)) => {
                    if let Err(message) = game.take(asked)? {
                        output.remark(&format!("line {number}: {message}"));
                    }
                }
                Err(message) => output.remark(&format!("line {number}: {message}")),
            }
        }
        game.end()
    }

    /// A duty, begun or gone on with.
    fn duty(&self, ready: &Ready, output: Output) -> Result<Place, Trouble> {
        let for_practice =
            [("--plan", self.plan.is_some()), ("--case", self.case.is_some()), ("--seed", self.seed != 1)];
        if let Some((flag, _)) = for_practice.iter().find(|(_, given)| *given) {
            let message = format!("{flag} is for practice; add --practice, or leave it out");
            return Err(Trouble::Said(message));
        }
        let learner = self.learner.clone().unwrap_or_else(duties::learner);
        if learner.trim().is_empty() {
            return Err(Trouble::Said("--learner: the name is empty; write who is on duty".to_owned()));
        }
        let file = match &self.out {
            Some(file) => PathBuf::from(file),
            None => kept_in(&ready.exercise.id, &learner)?,
        };
        let data = progress::data_folder();
        let mut duty = if is_taken(&file) {
            let duty = load::duty(&file.display().to_string(), ready)?;
            if self.learner.is_some() && duty.learner != learner.trim() {
                let message = format!(
                    "{}: it is the duty of \"{}\", not of \"{}\"; name another file with --out",
                    file.display(),
                    duty.learner,
                    learner.trim()
                );
                return Err(Trouble::Said(message));
            }
            duty
        } else {
            let watch =
                data.as_ref().map_or(1, |data| duties::next_watch(data, &ready.exercise.id, &learner));
            Duty { watch, ..Duty::new(&ready.exercise, &learner) }
        };
        if let Some(data) = &data
            && duties::catch_up(data, &mut duty)
        {
            output.remark(&format!(
                "{} is older than what was played on this computer; it goes on where that was left",
                file.display()
            ));
        }
        Ok(Place::Duty { duty, file, data })
    }

    fn practice(self, ready: &Ready) -> Result<Place, Trouble> {
        if self.learner.is_some() {
            return Err(Trouble::Said(
                "--learner is for Operate exercises that count; leave it out".to_owned(),
            ));
        }
        if let Some(file) = &self.out {
            self.overwrite.check(file)?;
        }
        let save_as = self.save_as.as_deref().map(|name| save_as(ready, name)).transpose()?;
        if let Some(file) = &save_as {
            self.overwrite.check(file)?;
        }
        let plan = match &self.plan {
            Some(path) => load::plan(path, &ready.scenario)?,
            None => ready.starter.clone(),
        };
        Ok(Place::Practice {
            plan: Box::new(plan),
            case: self.case,
            seed: self.seed,
            out: self.out,
            save_as: save_as.map(|file| SaveAs { file, plan: self.plan }),
            overwrite: self.overwrite,
        })
    }
}

/// The file that a model solution or a wrong one is saved to.
fn save_as(ready: &Ready, name: &str) -> Result<String, Trouble> {
    let is_wrong = name.strip_prefix(WRONG_PREFIX).is_some_and(|rest| !rest.is_empty());
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if !(name == "solution" || is_wrong) || !name.chars().all(plain) {
        let message = format!(
            "--save-as {name}: write solution, or {WRONG_PREFIX}NAME with small letters, digits and dashes"
        );
        return Err(Trouble::Said(message));
    }
    match load::reached(ready, "") {
        Some(_) => Ok(format!("{}/{name}.ron", ready.folder)),
        None => {
            let message = "--save-as writes into the folder of an exercise of your own; name the folder, as ./my-lesson";
            Err(Trouble::Said(message.to_owned()))
        }
    }
}

/// The file among the lab's own data in which a learner's duty is kept.
fn kept_in(exercise: &str, learner: &str) -> Result<PathBuf, Trouble> {
    let Some(folder) = progress::data_folder() else {
        let message = "this computer has no folder for the lab's data; name a file with --out";
        return Err(Trouble::Said(message.to_owned()));
    };
    Ok(duties::file_of(&folder, exercise, learner))
}

/// Shows what a whole duty came to, and what its cases were.
fn tell_result(ready: &Ready, duty: &Duty, file: &Path, output: Output) -> Outcome {
    let name = file.display().to_string();
    let graded = grade_duty(&ready.exercise, &ready.scenario, &ready.starter, &name, duty);
    let verdict = graded.map_err(|issues| {
        let said =
            issues.iter().map(|issue| Problem::of_file(name.clone(), issue.code, issue.message.clone()));
        Trouble::Problems(said.collect())
    })?;
    output.result(&text::text(&verdict, &ready.exercise, output.style));
    output.result(&format!("\nThe hand-in is {name}\n"));
    super::grade::keep(output, &verdict.exercise, verdict.score);
    Ok(if verdict.passed { Ended::Passed } else { Ended::NotPassed })
}
