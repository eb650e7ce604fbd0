//! `rollout-lab class`: grades a folder of hand-ins in parallel.

mod names;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use rayon::prelude::*;

use crate::exercise::class::{Class as Graded, Marks, Refusal, RefusalKind, Row};
use crate::exercise::{ExerciseKind, Grading, Secret, Verdict, grade, grade_duty};
use crate::library::Problem;
use crate::library::disk::{load_text, save_atomic};
use crate::library::folder::{HandInFile, duties, hand_ins, make};
use crate::library::shipped::Loaded;
use crate::report::TextStyle;
use crate::report::check::problems_text;
use crate::report::class::{ClassFormat, FORMATS, csv};
use crate::report::verdict::{json, text};

use super::load::{self, Ready};
use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::progress::bar;
use super::secret::{Key, SecretArguments};
use super::{Ended, Outcome};
use names::report_names;

/// Arguments of `class`.
#[derive(Debug, Args)]
#[command(after_help = "\
A hand-in is NAME.ron, or a .ron file in a folder NAME; with --key, NAME is the student for whom seeds are drawn. A file that cannot be graded gets a row with the reason.
Exit code 0 when every hand-in was graded and its report written, 1 otherwise.

Examples:
  rollout-lab class canary hand-ins/
  rollout-lab class canary hand-ins/ --csv grades.csv --out reports/
  rollout-lab class canary hand-ins/ --key course.key --course devops-2026")]
pub(super) struct Class {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// The folder with the hand-ins
    folder: PathBuf,
    /// Write the grades to this file as CSV; an earlier .csv file is replaced
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write a report for each hand-in into this folder, as text and as JSON; earlier reports are replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Number of seeds for a case of weight 1; default: the exercise's own number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    #[command(flatten)]
    secret: SecretArguments,
    /// The output format
    #[arg(long, value_parser = formats(), default_value = FORMATS[0].name)]
    format: ClassFormat,
}

/// The formats as the command line offers them.
fn formats() -> impl TypedValueParser<Value = ClassFormat> {
    let named = FORMATS.map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(named).map(|name| {
        let found = FORMATS.into_iter().find(|format| format.name == name);
        found.expect("only the names of formats are possible")
    })
}

impl Class {
    pub fn run(self, output: Output) -> Outcome {
        if let Some(file) = &self.csv {
            replaces_only("csv", file)?;
        }
        let ready = load::exercise(&self.exercise)?;
        let on_duty = ready.exercise.kind == ExerciseKind::Operate;
        if on_duty && (self.seeds.is_some() || self.secret.is_given()) {
            let message = "an Operate exercise takes no --seeds and no --key: the learner's name draws the cases, and each is \
                           played once";
            return Err(Trouble::Said(message.to_owned()));
        }
        let files = if on_duty { duties(&self.folder)? } else { hand_ins(&self.folder)? };
        if files.is_empty() {
            let folder = self.folder.display();
            return Err(Trouble::Said(format!(
                "{folder}: no hand-in; put files such as NAME.ron into the folder"
            )));
        }
        if let Some(folder) = &self.out {
            make(folder)?;
        }
        let key = self.secret.read()?;
        let bar = bar(output, files.len() as u64, "grading");
        let rows: Vec<Row> = files
            .par_iter()
            .zip(report_names(&files))
            .map(|(file, report)| {
                let row = self.row(&ready, file, &report, key.as_ref());
                bar.inc(1);
                row
            })
            .collect();
        bar.finish_and_clear();
        let secret = key.as_ref().map(|key| key.secret_of(""));
        let class = Graded { rows, ..Graded::new(&ready.exercise, &ready.scenario, secret.as_ref()) };
        output.result(&(self.format.write)(&class, output.style));
        if let Some(file) = &self.csv {
            save_atomic(file, csv(&class).as_bytes())?;
        }
        Ok(if class.is_complete() { Ended::Passed } else { Ended::NotPassed })
    }

    /// The row of one hand-in, its reports written under the name `report`. Whatever fails is said in the row.
    fn row(&self, ready: &Ready, file: &HandInFile, report: &str, key: Option<&Key<'_>>) -> Row {
        let graded = catch_unwind(AssertUnwindSafe(|| self.graded(ready, file, report, key)));
        let (outcome, not_written) = match graded {
            Ok((Ok(verdict), not_written)) => (Ok(Marks::of(&verdict)), not_written),
            Ok((Err(problems), not_written)) => {
                let problems = problems.iter().map(Problem::to_string).collect();
                (Err(Refusal::of(RefusalKind::HandIn, problems)), not_written)
            }
            Err(_) => {
                let message = "the simulation broke on this hand-in; please report it with the file";
                let file = file.path.display();
                (Err(Refusal::new(RefusalKind::Broke, format!("{file}: {message}"))), None)
            }
        };
        Row {
            student: file.student.clone(),
            file: file.path.display().to_string(),
            hand_in_hash: String::new(),
            outcome,
            not_written: not_written.map(|problem| problem.to_string()),
        }
    }

    /// The verdict on one hand-in, and what kept its reports from being written.
    fn graded(
        &self,
        ready: &Ready,
        file: &HandInFile,
        report: &str,
        key: Option<&Key<'_>>,
    ) -> (Judged, Option<Problem>) {
        let secret = key.map(|key| key.secret_of(&file.student));
        let graded = verdict(ready, file, self.seeds, secret.as_ref());
        let written =
            self.out.as_ref().map_or(Ok(()), |folder| write_reports(folder, report, &graded, ready));
        (graded, written.err())
    }
}

type Judged = Result<Verdict, Vec<Problem>>;

fn write_reports(folder: &Path, name: &str, graded: &Judged, ready: &Ready) -> Result<(), Problem> {
    let path = |ending: &str| folder.join(format!("{name}.{ending}"));
    let report = match graded {
        Ok(verdict) => text::text(verdict, &ready.exercise, TextStyle::PLAIN),
        Err(problems) => problems_text(problems, TextStyle::PLAIN),
    };
    save_atomic(&path("txt"), report.as_bytes())?;
    match graded {
        Ok(verdict) => save_atomic(&path("json"), json::json(verdict).as_bytes()),
        Err(_) => Ok(()),
    }
}

fn verdict(ready: &Ready, file: &HandInFile, seeds: Option<u32>, secret: Option<&Secret>) -> Judged {
    if let Some(problem) = &file.problem {
        return Err(vec![problem.clone()]);
    }
    if ready.exercise.kind == ExerciseKind::Operate {
        return of_duty(ready, file);
    }
    let text = load_text(Path::new(&file.path)).map_err(|problem| vec![problem])?;
    let mut given = load::given(&Loaded { file: file.path.display().to_string(), text })?;
    given.hand_in.name.clone_from(&file.path.display().to_string());
    let how = Grading { seeds, secret, ..Grading::default() };
    grade(&ready.exercise, &ready.scenario, &ready.starter, &given.hand_in, &how)
        .map_err(|issues| given.place(&issues))
}

/// The verdict on what a student did on duty. One that was played under another name is graded, and the remarks say so.
fn of_duty(ready: &Ready, file: &HandInFile) -> Judged {
    let name = file.path.display().to_string();
    let duty = load::duty(&name, ready)?;
    let graded = grade_duty(&ready.exercise, &ready.scenario, &ready.starter, &name, &duty);
    let mut verdict = graded.map_err(|issues| {
        issues
            .iter()
            .map(|issue| Problem::of_file(name.as_str(), issue.code, &issue.message))
            .collect::<Vec<_>>()
    })?;
    if duty.learner != file.student {
        verdict
            .remarks
            .push(format!("It was played by \"{}\" and is handed in by \"{}\".", duty.learner, file.student));
    }
    Ok(verdict)
}
