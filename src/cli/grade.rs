//! `rollout-lab grade`: the verdict on one hand-in.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::exercise::predict::{Came, Forecast, Prediction};
use crate::exercise::{Exercise, ExerciseKind, Grading, Secret, Verdict, grade, grade_duty, replay};
use crate::library::Problem;
use crate::library::disk::save_atomic;
use crate::library::progress;
use crate::report::verdict::html::html;
use crate::report::verdict::{FORMATS, Graded, VerdictFormat};
use crate::scenario::Scenario;

use super::load::{Given, Ready};
use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::progress::bar;
use super::secret::SecretArguments;
use super::{Ended, Outcome, load};

/// Arguments of `grade`.
#[derive(Debug, Args)]
#[command(after_help = "\
A session is graded as its plan with the same manual actions, at the same simulated times, in every run.

Examples:
  rollout-lab grade canary my-plan.ron
  rollout-lab grade canary session.ron
  rollout-lab grade canary my-plan.ron --format junit > results.xml
  rollout-lab grade canary ada.ron --key course.key --course devops-2026 --student ada")]
pub(super) struct Grade {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// The hand-in: a plan or a session; of an Operate exercise what `play` keeps, or a folder of such files
    #[arg(value_name = "PLAN-OR-SESSION")]
    hand_in: String,
    /// Number of seeds for a case of weight 1; default: the exercise's own number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    #[command(flatten)]
    secret: SecretArguments,
    /// The student, for the seeds
    #[arg(long, value_name = "ID", requires = "key")]
    student: Option<String>,
    /// Also write the verdict to this file as a page of HTML that needs no other file; an earlier .html file is replaced
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The output format
    #[arg(long, value_parser = formats(), default_value = FORMATS[0].name)]
    format: VerdictFormat,
}

/// The formats as the command line offers them.
fn formats() -> impl TypedValueParser<Value = VerdictFormat> {
    let named = FORMATS.map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(named).map(|name| {
        let found = FORMATS.into_iter().find(|format| format.name == name);
        found.expect("only the names of formats are possible")
    })
}

impl Grade {
    pub fn run(self, output: Output) -> Outcome {
        if let Some(file) = &self.html {
            replaces_only("html", file)?;
        }
        let ready = load::exercise(&self.exercise)?;
        if ready.exercise.kind == ExerciseKind::Operate {
            return self.duty(&ready, output);
        }
        let mut given = load::given(&load::file(&self.hand_in)?)?;
        given.hand_in.name.clone_from(&self.hand_in);
        let secret = self.secret()?;
        let how = Grading { seeds: self.seeds, secret: secret.as_ref(), ..Grading::default() };
        let bar = bar(output, how.runs(&ready.exercise), "grading");
        let tick = || bar.inc(1);
        let how = Grading { on_run: Some(&tick), ..how };
        let graded = grade(&ready.exercise, &ready.scenario, &ready.starter, &given.hand_in, &how);
        bar.finish_and_clear();
        let verdict = graded.map_err(|issues| Trouble::Problems(given.place(&issues)))?;
        let verdict = Verdict { reached: load::reached(&ready, &self.hand_in), ..verdict };
        if self.seeds.is_none() && secret.is_none() {
            // The model solution's score is nobody's own.
            if !ready.solution.as_ref().is_some_and(|solution| given.hand_in.is_plan(solution)) {
                keep(output, &verdict.exercise, verdict.score);
            }
        }
        self.tell(&verdict, &ready.exercise, output, &|| prediction(&given, &ready.exercise, &ready.scenario))
    }

    /// Grades what was done on duty.
    fn duty(&self, ready: &Ready, output: Output) -> Outcome {
        if self.seeds.is_some() || self.secret.is_given() {
            let message = "an Operate exercise takes no --seeds and no --key: the learner's name draws the cases, and each is \
                           played once";
            return Err(Trouble::Said(message.to_owned()));
        }
        let duty = load::duty(&self.hand_in, ready)?;
        let graded = grade_duty(&ready.exercise, &ready.scenario, &ready.starter, &self.hand_in, &duty);
        let verdict = graded.map_err(|issues| {
            let said = issues
                .iter()
                .map(|issue| Problem::of_file(self.hand_in.as_str(), issue.code, &issue.message));
            Trouble::Problems(said.collect())
        })?;
        keep(output, &verdict.exercise, verdict.score);
        self.tell(&verdict, &ready.exercise, output, &|| None)
    }

    /// Writes the verdict, and ends by it.
    fn tell(
        &self,
        verdict: &Verdict,
        exercise: &Exercise,
        output: Output,
        prediction: &dyn Fn() -> Option<(Prediction, Came)>,
    ) -> Outcome {
        if let Some(file) = &self.html {
            let page = html(verdict, exercise);
            save_atomic(file, page.as_bytes()).map_err(|problem| Trouble::Problems(vec![problem]))?;
        }
        let graded = Graded { verdict, exercise, style: output.style, prediction };
        output.result(&(self.format.write)(&graded));
        Ok(if verdict.passed { Ended::Passed } else { Ended::NotPassed })
    }

    /// What makes the seeds secret; a key is nothing without the student.
    fn secret(&self) -> Result<Option<Secret>, Trouble> {
        match (self.secret.read()?, &self.student) {
            (None, _) => Ok(None),
            (Some(key), Some(student)) if !student.trim().is_empty() => Ok(Some(key.secret_of(student))),
            (Some(_), _) => {
                let message = "--key takes --student as well, so that each student has seeds of their own";
                Err(Trouble::Said(message.to_owned()))
            }
        }
    }
}

/// The prediction of a session and its outcome, which takes another run. `None` for a session that is not of this exercise's
/// scenario or cannot be run.
fn prediction(given: &Given, exercise: &Exercise, scenario: &Scenario) -> Option<(Prediction, Came)> {
    let session = given.hand_in.session.as_ref().filter(|session| session.scenario == exercise.scenario)?;
    let is_made = matches!(session.forecast, Forecast::Made(_));
    if !is_made || !session.problems(Some(scenario)).is_empty() {
        return None;
    }
    replay(session, scenario).ok()?.prediction
}

/// Saves the score if it is the best on this computer. A failure to save it is only a remark.
pub(super) fn keep(output: Output, exercise: &str, score: f64) {
    let Some(folder) = progress::data_folder() else { return };
    match progress::record(&folder, exercise, score) {
        Ok(progress) => {
            if let Some(notice) = progress.notice {
                output.remark(&notice);
            }
        }
        Err(problem) => output.remark(&format!("the best score could not be saved: {problem}")),
    }
}
