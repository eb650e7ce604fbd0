//! The arguments that `class` and `merge` share, and what is known before the first hand-in is graded.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::job::{Done, Job};
use super::limits::Limits;
use super::names::report_names;
use crate::cli::load;
use crate::cli::output::{Output, Trouble};
use crate::cli::overwrite::replaces_only;
use crate::cli::secret::{Key, SecretArguments};
use crate::exercise::ExerciseKind;
use crate::exercise::class::{Class, Refusal, RefusalKind, Row};
use crate::library::Problem;
use crate::library::disk::{load_text, save_atomic};
use crate::library::folder::make;
use crate::library::hand_ins::{HandInFile, HandIns, duties, hand_ins};
use crate::library::items::Items;
use crate::library::load::Ready;
use crate::library::progress::data_folder;
use crate::library::shipped::{FolderFiles, exercise_files};
use crate::report::class::{ClassFormat, FORMATS, csv};

/// Which hand-ins to which exercise, and where the results go.
#[derive(Debug, Args)]
pub struct Asked {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// The folder with the hand-ins
    folder: PathBuf,
    /// Write the grades to this file as CSV, again and again while hand-ins are graded; an earlier .csv file is replaced
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write a report for each hand-in into this folder, as text, as JSON and as HTML; earlier reports are replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Number of seeds for a case of weight 1; default: the exercise's own number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    #[command(flatten)]
    secret: SecretArguments,
    /// Keep finished hand-ins in this folder, from which a class that was broken off goes on; default: a folder in the lab's own
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
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

/// What is known of a class before a hand-in is graded.
pub struct Sheet<'a> {
    asked: &'a Asked,
    ready: Ready,
    files_of_exercise: FolderFiles,
    /// The hand-ins.
    pub found: HandIns,
    reports: Vec<String>,
    key: Option<Key>,
    /// The finished hand-ins; none where there is no folder for them.
    pub items: Option<Items>,
}

impl Asked {
    /// Reads the exercise and the list of hand-ins, and looks whether results can be written.
    pub fn sheet(&self) -> Result<Sheet<'_>, Trouble> {
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
        let found = if on_duty { duties(&self.folder)? } else { hand_ins(&self.folder)? };
        if found.files.is_empty() {
            let folder = self.folder.display();
            return Err(Trouble::Said(format!(
                "{folder}: no hand-in; put files such as NAME.ron into the folder"
            )));
        }
        if let Some(folder) = &self.out {
            make(folder)?;
        }
        let work = self.work.clone().or_else(|| data_folder().map(|data| data.join("class")));
        Ok(Sheet {
            asked: self,
            files_of_exercise: exercise_files(&self.exercise)?,
            ready,
            reports: report_names(&found.files),
            found,
            key: self.secret.read()?,
            items: work.map(Items::new),
        })
    }
}

impl Sheet<'_> {
    /// What is to be done for a hand-in, and its digest; or its row, when it cannot even be read.
    pub fn job(&self, file: &HandInFile, limits: Limits) -> Result<(Job, String), Box<Done>> {
        let files = self.files(file).map_err(|problem| Box::new(unread(file, &problem)))?;
        let job = Job {
            exercise: self.asked.exercise.clone(),
            student: file.student.clone(),
            name: file.path.display().to_string(),
            files,
            seeds: self.asked.seeds,
            key: self.key.clone(),
            limits,
        };
        let edition = self.class(Vec::new()).exercise_hash;
        let digest = job.digest(&self.files_of_exercise, &edition);
        Ok((job, digest))
    }

    fn files(&self, file: &HandInFile) -> Result<Vec<(String, String)>, Problem> {
        if let Some(problem) = &file.problem {
            return Err(problem.clone());
        }
        if self.ready.exercise.kind == ExerciseKind::Operate {
            let files = load::duty_files(&file.path)?;
            return Ok(files.into_iter().map(|loaded| (loaded.file, loaded.text)).collect());
        }
        Ok(vec![(file.path.display().to_string(), load_text(&file.path)?)])
    }

    /// Writes the reports on hand-in number `index`, and gives its row.
    pub fn row(&self, index: usize, done: Done) -> Row {
        let written = self.asked.out.as_ref().map_or(Ok(()), |folder| {
            let save = |ending: &str, text: &str| {
                save_atomic(&folder.join(format!("{}.{ending}", self.reports[index])), text.as_bytes())
            };
            save("txt", &done.text)?;
            done.json.as_ref().map_or(Ok(()), |json| save("json", json))?;
            done.html.as_ref().map_or(Ok(()), |html| save("html", html))
        });
        Row { not_written: written.err().map(|problem| problem.to_string()), ..done.row }
    }

    /// The class with these rows.
    pub fn class(&self, rows: Vec<Row>) -> Class {
        let secret = self.key.as_ref().map(|key| key.secret_of(""));
        let ignored = self.found.ignored.clone();
        Class { rows, ignored, ..Class::new(&self.ready.exercise, &self.ready.scenario, secret.as_ref()) }
    }

    /// Whether a table is written while hand-ins are graded.
    pub const fn has_table(&self) -> bool {
        self.asked.csv.is_some()
    }

    /// Writes the table of a class, or of the part of it that is there already.
    pub fn save_table(&self, class: &Class) -> Result<(), Problem> {
        self.asked.csv.as_ref().map_or(Ok(()), |file| save_atomic(file, csv(class).as_bytes()))
    }

    /// Writes everything that was asked for about a class.
    pub fn tell(&self, class: &Class, output: Output) -> Result<(), Problem> {
        output.result(&(self.asked.format.write)(class, output.style));
        self.save_table(class)
    }
}

/// The answer for a hand-in that cannot be read.
fn unread(file: &HandInFile, problem: &Problem) -> Done {
    let row = Row {
        student: file.student.clone(),
        file: file.path.display().to_string(),
        hand_in_hash: String::new(),
        outcome: Err(Refusal::new(RefusalKind::HandIn, problem.to_string())),
        not_written: None,
    };
    Done { row, text: format!("{problem}\n"), json: None, html: None }
}
