//! `rollout-lab grade`: the verdict on one hand-in.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::exercise::predict::{Came, Forecast, Prediction};
use crate::exercise::{Exercise, Grading, grade, replay};
use crate::library::disk::{load_text, save_atomic};
use crate::library::progress;
use crate::report::prediction::section;
use crate::report::{grade as report, html, junit};
use crate::scenario::Scenario;

use super::load::Given;
use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::progress::bar;
use super::{Ended, Outcome, load};

/// Arguments of `grade`.
#[derive(Debug, Args)]
#[command(after_help = "\
A session is graded as its plan with the same actions by hand, at the same simulated times, in every run.

Examples:
  rollout-lab grade canary my-plan.ron
  rollout-lab grade canary session.ron
  rollout-lab grade canary my-plan.ron --format junit > results.xml
  rollout-lab grade canary ada.ron --key course.key --student ada")]
pub(super) struct Grade {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// What is handed in: a plan or a session
    #[arg(value_name = "PLAN-OR-SESSION")]
    hand_in: String,
    /// How many seeds a case of weight 1 is run with; default the exercise's own number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    /// A file with the course's secret: seeds are then those of the secret and the student, which nobody else can know
    #[arg(long, value_name = "FILE", requires = "student")]
    key: Option<PathBuf>,
    /// Who hands it in, for the seeds
    #[arg(long, value_name = "ID", requires = "key")]
    student: Option<String>,
    /// Also write the verdict into this file as a page of HTML that stands alone; an earlier .html file is replaced
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    format: GradeFormat,
}

/// How a verdict is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum GradeFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// JUnit XML, for continuous integration
    Junit,
}

impl Grade {
    pub fn run(self, output: Output) -> Outcome {
        if let Some(file) = &self.html {
            replaces_only("html", file)?;
        }
        let ready = load::exercise(&self.exercise)?;
        let mut given = load::given(&load::file(&self.hand_in)?)?;
        given.hand_in.name.clone_from(&self.hand_in);
        let secret = self.secret()?;
        let how = Grading { seeds: self.seeds, secret: secret.as_deref(), ..Grading::default() };
        let bar = bar(output, how.runs(&ready.exercise), "grading");
        let tick = || bar.inc(1);
        let how = Grading { on_run: Some(&tick), ..how };
        let graded = grade(&ready.exercise, &ready.scenario, &ready.starter, &given.hand_in, &how);
        bar.finish_and_clear();
        let verdict = graded.map_err(|issues| Trouble::Problems(given.place(&issues)))?;
        if self.seeds.is_none() && secret.is_none() {
            keep(output, &verdict.exercise, verdict.score);
        }
        if let Some(file) = &self.html {
            let page = html::verdict(&verdict, &ready.exercise);
            save_atomic(file, page.as_bytes()).map_err(|problem| Trouble::Problems(vec![problem]))?;
        }
        output.result(&match self.format {
            GradeFormat::Text => {
                let prediction = prediction(&given, &ready.exercise, &ready.scenario);
                let prediction =
                    prediction.map(|prediction| section(prediction, output.style)).unwrap_or_default();
                report::text(&verdict, &ready.exercise, output.style) + &prediction
            }
            GradeFormat::Json => report::json(&verdict),
            GradeFormat::Junit => junit::xml(&verdict),
        });
        Ok(if verdict.passed { Ended::Passed } else { Ended::NotPassed })
    }

    /// What the seeds are derived from besides the exercise: the course's secret and the student.
    fn secret(&self) -> Result<Option<String>, Trouble> {
        let (Some(key), Some(student)) = (&self.key, &self.student) else { return Ok(None) };
        let key = load_text(key).map_err(|problem| Trouble::Problems(vec![problem]))?;
        Ok(Some(format!("{}\n{student}", key.trim())))
    }
}

/// What a session predicted of the run it is of, and what came there: played once more. A session that cannot be played here is
/// none of this exercise, and says nothing.
fn prediction(given: &Given, exercise: &Exercise, scenario: &Scenario) -> Option<(Prediction, Came)> {
    let session = given.session.as_ref().filter(|session| session.scenario == exercise.scenario)?;
    let is_made = matches!(session.forecast, Forecast::Made(_));
    if !is_made || !session.problems(Some(scenario)).is_empty() {
        return None;
    }
    replay(session, scenario).ok()?.prediction
}

/// Notes the score if it is the best on this computer. A score that cannot be kept is no reason not to show it.
fn keep(output: Output, exercise: &str, score: f64) {
    let Some(folder) = progress::data_folder() else { return };
    match progress::record(&folder, exercise, score) {
        Ok(progress) => {
            if let Some(notice) = progress.notice {
                output.remark(&notice);
            }
        }
        Err(problem) => output.remark(&format!("the best score is not kept: {problem}")),
    }
}
