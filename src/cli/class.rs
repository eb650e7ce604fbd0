//! `rollout-lab class`: a folder of hand-ins, graded in parallel.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use crate::exercise::{Grading, Verdict, grade};
use crate::library::Problem;
use crate::library::disk::{load_text, save_atomic};
use crate::library::folder::{HandInFile, hand_ins, make};
use crate::library::shipped::Loaded;
use crate::report::check::problems_text;
use crate::report::{TextStyle, class as report, grade as grade_report};

use super::load::{self, Ready};
use super::output::{Output, Trouble};
use super::progress::bar;
use super::{Ended, Format, Outcome};

/// Arguments of `class`.
#[derive(Debug, Args)]
#[command(after_help = "\
A hand-in is NAME.ron, or a .ron file in a folder NAME. A file that cannot be graded is a row with the reason.
Exit code 0 when every hand-in was graded, 1 when one was not.

Examples:
  rollout-lab class canary hand-ins/
  rollout-lab class canary hand-ins/ --csv grades.csv --out reports/")]
pub(super) struct Class {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// The folder with the hand-ins
    folder: PathBuf,
    /// Write the grades to this file as CSV
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write each hand-in's report into this folder, as text and as JSON
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How many seeds a case of weight 1 is run with; default the exercise's own number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Class {
    pub fn run(self, output: Output) -> Outcome {
        let ready = load::exercise(&self.exercise)?;
        let files = hand_ins(&self.folder)?;
        if files.is_empty() {
            let folder = self.folder.display();
            return Err(Trouble::Said(format!("{folder}: no hand-in; put files such as NAME.ron there")));
        }
        if let Some(folder) = &self.out {
            make(folder)?;
        }
        let bar = bar(output, files.len() as u64, "grading");
        let rows: Vec<report::Row> = files
            .par_iter()
            .map(|file| {
                let graded = self.graded(&ready, file);
                bar.inc(1);
                graded
            })
            .collect::<Result<_, Problem>>()?;
        bar.finish_and_clear();
        let class = report::Class {
            max_score: ready.exercise.max_score(),
            pass_score: ready.exercise.pass,
            exercise: ready.exercise.id,
            rows,
        };
        if let Some(file) = &self.csv {
            save_atomic(file, report::csv(&class).as_bytes())?;
        }
        output.result(&match self.format {
            Format::Text => report::text(&class, output.style),
            Format::Json => report::json(&class),
        });
        Ok(if class.ungraded() == 0 { Ended::Passed } else { Ended::NotPassed })
    }

    /// The row of one hand-in, its reports written.
    fn graded(&self, ready: &Ready, file: &HandInFile) -> Result<report::Row, Problem> {
        let graded = catch_unwind(AssertUnwindSafe(|| verdict(ready, file, self.seeds)));
        let graded = graded.unwrap_or_else(|_| {
            let message = "the simulation broke on this hand-in; please report it with the file";
            Err(vec![Problem::of_file(file.path.display().to_string(), "internal", message)])
        });
        if let Some(folder) = &self.out {
            let report = match &graded {
                Ok(verdict) => grade_report::text(verdict, &ready.exercise, TextStyle::PLAIN),
                Err(problems) => problems_text(problems, TextStyle::PLAIN),
            };
            let path =
                |ending: &str| folder.join(format!("{}.{ending}", file.student.replace(['/', '\\'], "-")));
            save_atomic(&path("txt"), report.as_bytes())?;
            if let Ok(verdict) = &graded {
                save_atomic(&path("json"), grade_report::json(verdict).as_bytes())?;
            }
        }
        let outcome = graded.map_err(|problems| in_one_line(&problems));
        Ok(report::Row { student: file.student.clone(), file: file.path.display().to_string(), outcome })
    }
}

fn verdict(ready: &Ready, file: &HandInFile, seeds: Option<u32>) -> Result<Verdict, Vec<Problem>> {
    let text = load_text(Path::new(&file.path)).map_err(|problem| vec![problem])?;
    let mut given = load::given(&Loaded { file: file.path.display().to_string(), text })?;
    given.hand_in.name.clone_from(&file.path.display().to_string());
    let how = Grading { seeds, ..Grading::default() };
    grade(&ready.exercise, &ready.scenario, &ready.starter, &given.hand_in, &how)
        .map_err(|issues| given.place(&issues))
}

/// The first problem, and how many more there are.
fn in_one_line(problems: &[Problem]) -> String {
    match problems {
        [] => "it could not be graded".to_owned(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}
