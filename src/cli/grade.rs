//! `rollout-lab grade`: the verdict on one hand-in.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::exercise::class::{Class, Marks, Refusal, RefusalKind, Row};
use crate::exercise::predict::{Came, Forecast, Prediction};
use crate::exercise::signature::sealed;
use crate::exercise::{ExerciseKind, Grading, Secret, Verdict, grade, grade_duty, replay};
use crate::library::Problem;
use crate::library::disk::save_atomic;
use crate::library::folder::is_folder;
use crate::library::progress;
use crate::library::received::student_in;
use crate::library::submission::only_hand_in;
use crate::report::verdict::html::html;
use crate::report::verdict::{FORMATS, Graded, VerdictFormat};

use super::class::hash_of;
use super::environment::{has_what_it_needs, variable};
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
A format for a school's system is written whether or not the hand-in can be graded, and says which.

Examples:
  rollout-lab grade canary my-plan.ron
  rollout-lab grade canary session.ron
  rollout-lab grade canary my-plan.ron --format junit > results.xml
  rollout-lab grade canary submission/ --format gradescope --out results.json
  rollout-lab grade canary ada.ron --key course.key --course devops-2026 --student ada")]
pub(super) struct Grade {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// The hand-in: a plan or a session, or a folder with one such file; of an Operate exercise what `play` keeps, or a folder of
    /// such files
    #[arg(value_name = "PLAN-OR-SESSION")]
    hand_in: String,
    /// Number of seeds for a case of weight 1; default: the exercise's own number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    #[command(flatten)]
    secret: SecretArguments,
    /// The student, for the seeds and for formats that name one; default there: the hand-in's name
    #[arg(long, value_name = "ID")]
    student: Option<String>,
    /// Take the student from this file: Gradescope's submission_metadata.json or PrairieLearn's data.json
    #[arg(long, value_name = "FILE", conflicts_with = "student")]
    student_file: Option<PathBuf>,
    /// Also write the verdict to this file as a page of HTML that needs no other file; an earlier .html file is replaced
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the result to this file and not to standard output; an earlier file with the ending of the format is replaced
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
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
        has_what_it_needs(&self.format)?;
        if let Some(file) = &self.html {
            replaces_only("html", file)?;
        }
        if let Some(file) = &self.out {
            replaces_only(self.format.ending, file)?;
        }
        let ready = load::exercise(&self.exercise)?;
        let student = self.student()?;
        let secret = self.secret(student.as_deref())?;
        let mut class = Class::new(&ready.exercise, &ready.scenario, secret.as_ref());
        let graded = match ready.exercise.kind {
            ExerciseKind::Operate if self.seeds.is_some() || self.secret.is_given() => {
                let message = "an Operate exercise takes no --seeds and no --key: each case is drawn when it begins, and is played once";
                return Err(Trouble::Said(message.to_owned()));
            }
            ExerciseKind::Operate => self.duty(&ready).map(|verdict| (verdict, None)),
            ExerciseKind::Plan => self.plan(&ready, secret.as_ref(), output),
        };
        let outcome = match &graded {
            Ok((verdict, _)) => Ok(Marks::of(verdict)),
            Err(problems) => {
                Err(Refusal::of(RefusalKind::HandIn, problems.iter().map(ToString::to_string).collect()))
            }
        };
        class.rows.push(Row {
            student: student.unwrap_or_else(|| name_of(&self.hand_in)),
            file: self.hand_in.clone(),
            hand_in_hash: self.hash(&ready),
            outcome,
            not_written: None,
            listed: None,
        });
        let (verdict, given) = match graded {
            Ok(graded) => graded,
            Err(problems) => {
                self.write(&self.format.of_one(&class, None, &variable), output)?;
                return Err(Trouble::Problems(problems));
            }
        };
        self.keep(&verdict, &ready, given.as_ref(), output);
        let prediction = || given.as_ref().and_then(|given| prediction(given, &ready));
        let (verdict, exercise) = (&verdict, &ready.exercise);
        let graded = Graded { verdict, exercise, style: output.style, prediction: &prediction };
        let text = self.format.of_one(&class, Some(&graded), &variable);
        // As the reports of `class` are, so that `verify` can check it.
        let text = match class.rows.first() {
            Some(row) if self.format.name == "json" => sealed(&text, &row.hand_in_hash, secret.as_ref()),
            _ => text,
        };
        let page = |file| save_atomic(file, html(verdict, exercise).as_bytes());
        // What cannot be written keeps nothing else from it.
        let written = [self.write(&text, output), self.html.as_deref().map_or(Ok(()), page)];
        let problems: Vec<Problem> = written.into_iter().filter_map(Result::err).collect();
        if !problems.is_empty() {
            return Err(problems.into());
        }
        Ok(if verdict.passed { Ended::Passed } else { Ended::NotPassed })
    }

    /// Whose the hand-in is, where that is said.
    fn student(&self) -> Result<Option<String>, Problem> {
        match &self.student_file {
            Some(file) => student_in(file).map(Some),
            None => Ok(self.student.clone().filter(|student| !student.trim().is_empty())),
        }
    }

    /// The hash of the hand-in; empty when it cannot be read.
    fn hash(&self, ready: &Ready) -> String {
        let files = match ready.exercise.kind {
            ExerciseKind::Operate => load::duty_files(Path::new(&self.hand_in)),
            ExerciseKind::Plan => self.path().and_then(|path| Ok(vec![load::file(&path)?])),
        };
        let files = files.unwrap_or_default().into_iter().map(|loaded| (loaded.file, loaded.text));
        let files: Vec<(String, String)> = files.collect();
        if files.is_empty() { String::new() } else { hash_of(&files) }
    }

    /// The file of the hand-in: of a folder the one that is in it.
    fn path(&self) -> Result<String, Problem> {
        let folder = Path::new(&self.hand_in);
        match is_folder(folder) {
            true => Ok(only_hand_in(folder)?.display().to_string()),
            false => Ok(self.hand_in.clone()),
        }
    }

    /// The verdict on a plan or a session, and what was read.
    fn plan(
        &self,
        ready: &Ready,
        secret: Option<&Secret>,
        output: Output,
    ) -> Result<(Verdict, Option<Given>), Vec<Problem>> {
        let path = self.path().map_err(|problem| vec![problem])?;
        let mut given = load::given(&load::file(&path).map_err(|problem| vec![problem])?)?;
        given.hand_in.name.clone_from(&path);
        let how = Grading { seeds: self.seeds, secret, ..Grading::default() };
        let bar = bar(output, how.runs(&ready.exercise), "grading");
        let tick = || bar.inc(1);
        let how = Grading { on_run: Some(&tick), ..how };
        let graded = grade(&ready.exercise, &ready.scenario, &ready.starter, &given.hand_in, &how);
        bar.finish_and_clear();
        let verdict = graded.map_err(|issues| given.place(&issues))?;
        Ok((Verdict { reached: load::reached(ready, &path), ..verdict }, Some(given)))
    }

    /// The verdict on what was done on duty.
    fn duty(&self, ready: &Ready) -> Result<Verdict, Vec<Problem>> {
        let duty = load::duty(&self.hand_in, ready)?;
        grade_duty(&ready.exercise, &ready.scenario, &ready.starter, &self.hand_in, &duty).map_err(|issues| {
            let said = issues
                .iter()
                .map(|issue| Problem::of_file(self.hand_in.as_str(), issue.code, &issue.message));
            said.collect()
        })
    }

    /// Saves the score if it is the best on this computer and the learner's own: not of other seeds, and not the model solution's.
    /// A failure to save it is only a remark.
    fn keep(&self, verdict: &Verdict, ready: &Ready, given: Option<&Given>, output: Output) {
        let is_model =
            given.zip(ready.solution.as_ref()).is_some_and(|(given, it)| given.hand_in.is_plan(it));
        if self.seeds.is_some() || self.secret.is_given() || is_model {
            return;
        }
        keep(output, &verdict.exercise, verdict.score);
    }

    /// Writes the result where it is to go.
    fn write(&self, text: &str, output: Output) -> Result<(), Problem> {
        match &self.out {
            Some(file) => save_atomic(file, text.as_bytes()),
            None => {
                output.result(text);
                Ok(())
            }
        }
    }

    /// What makes the seeds secret; a key is nothing without the student.
    fn secret(&self, student: Option<&str>) -> Result<Option<Secret>, Trouble> {
        match (self.secret.read()?, student) {
            (None, _) => Ok(None),
            (Some(key), Some(student)) => Ok(Some(key.secret_of(student))),
            (Some(_), None) => {
                let message = "--key takes --student or --student-file as well, so that each student has seeds of their own";
                Err(Trouble::Said(message.to_owned()))
            }
        }
    }
}

/// The name of a hand-in: of its file without the ending, or of its folder.
fn name_of(hand_in: &str) -> String {
    let name = Path::new(hand_in).file_stem().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| hand_in.to_owned())
}

/// The prediction of a session and its outcome, which takes another run. `None` for a session that is not of this exercise's
/// scenario or cannot be run.
fn prediction(given: &Given, ready: &Ready) -> Option<(Prediction, Came)> {
    let session = given.hand_in.session.as_ref()?;
    let session = (session.scenario == ready.exercise.scenario).then_some(session)?;
    let is_made = matches!(session.forecast, Forecast::Made(_));
    if !is_made || !session.problems(Some(&ready.scenario)).is_empty() {
        return None;
    }
    replay(session, &ready.scenario).ok()?.prediction
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
