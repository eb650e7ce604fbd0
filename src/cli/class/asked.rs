//! The arguments that `class` and `merge` share, and what is known before the first hand-in is graded.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::job::{Done, Job};
use super::limits::Limits;
use super::names::report_names;
use super::wanted::{Wanted, formats};
use crate::cli::load;
use crate::cli::output::{Output, Trouble};
use crate::cli::overwrite::replaces_only;
use crate::cli::secret::{Key, SecretArguments};
use crate::exercise::class::{Class, Listed, Refusal, RefusalKind, Row, with_list};
use crate::exercise::{ExerciseKind, WRONG_PREFIX};
use crate::library::Problem;
use crate::library::disk::{load_text, remove, save_atomic};
use crate::library::folder::{lies_in, make};
use crate::library::hand_ins::{HandInFile, HandIns, duties, hand_ins};
use crate::library::items::Items;
use crate::library::load::Ready;
use crate::library::progress::data_folder;
use crate::library::roster::roster;
use crate::library::shipped::{FolderFiles, Loaded, exercise_files};
use crate::report::class::{FORMATS, csv, staff};

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
    /// Write a page of HTML for staff to this file: scores, criteria, common mistakes, who needs a look; an earlier .html file is
    /// replaced
    #[arg(long, value_name = "FILE")]
    staff: Option<PathBuf>,
    /// The list of the class, CSV with a column id and others such as name, email, group, due and submitted: everybody on it has a row
    #[arg(long, visible_alias = "expect", value_name = "CSV")]
    roster: Option<PathBuf>,
    /// Keep finished hand-ins in this folder, from which a class that was broken off goes on; default: a folder in the lab's own. It can
    /// be given several times: all are read, the first is written
    #[arg(long, value_name = "DIR")]
    work: Vec<PathBuf>,
    /// The output format; one that is a file for each hand-in is written into the folder of --out
    #[arg(long, value_parser = formats(), default_value = FORMATS[0].name)]
    format: Wanted,
}

/// What is known of a class before a hand-in is graded. Pieces of work are numbered: first the hand-ins, then the exercise's wrong plans,
/// with which a page for staff compares them.
pub struct Sheet<'a> {
    asked: &'a Asked,
    ready: Ready,
    files_of_exercise: FolderFiles,
    edition: String,
    found: HandIns,
    reports: Vec<String>,
    wrong: Vec<Loaded>,
    list: Option<Vec<Listed>>,
    key: Option<Key>,
    /// The finished work: where it is kept first, then where it is looked for as well; none where there is no folder for it.
    items: Vec<Items>,
}

impl Asked {
    /// Reads the exercise and the list of hand-ins, and looks whether results can be written.
    pub fn sheet(&self) -> Result<Sheet<'_>, Trouble> {
        if let Some(file) = &self.csv {
            replaces_only("csv", file)?;
        }
        if let Some(file) = &self.staff {
            replaces_only("html", file)?;
        }
        self.format.check(self.out.as_deref())?;
        let ready = load::exercise(&self.exercise)?;
        let on_duty = ready.exercise.kind == ExerciseKind::Operate;
        if on_duty && (self.seeds.is_some() || self.secret.is_given()) {
            let message = "an Operate exercise takes no --seeds and no --key: each case is drawn when it begins, and is played once";
            return Err(Trouble::Said(message.to_owned()));
        }
        let found = if on_duty { duties(&self.folder)? } else { hand_ins(&self.folder)? };
        if found.files.is_empty() {
            let folder = self.folder.display();
            return Err(Trouble::Said(format!(
                "{folder}: no hand-in; put files such as NAME.ron into the folder"
            )));
        }
        for own in self.out.iter().chain(&self.work) {
            if lies_in(own, &self.folder) {
                let message = format!(
                    "it lies in {}, where what is written would be taken for hand-ins; name a folder outside",
                    self.folder.display()
                );
                return Err(Problem::of_file(own.display().to_string(), "inside", message).into());
            }
        }
        let list = self.roster.as_deref().map(roster).transpose()?;
        if let Some(folder) = &self.out {
            make(folder)?;
        }
        let work = || data_folder().map(|data| vec![data.join("class")]).unwrap_or_default();
        let work = if self.work.is_empty() { work() } else { self.work.clone() };
        let files_of_exercise = exercise_files(&self.exercise)?;
        // What was done on duty is another kind of file than the wrong plans.
        let wrong =
            if on_duty { Vec::new() } else { files_of_exercise.starting(WRONG_PREFIX).cloned().collect() };
        Ok(Sheet {
            asked: self,
            edition: Class::new(&ready.exercise, &ready.scenario, None).exercise_hash,
            files_of_exercise,
            ready,
            reports: report_names(&found.files),
            found,
            wrong,
            list,
            key: self.secret.read()?,
            items: work.into_iter().map(Items::new).collect(),
        })
    }

    /// Whether something is asked for that takes the whole class.
    pub const fn takes_whole(&self) -> bool {
        self.csv.is_some() || self.staff.is_some() || self.roster.is_some()
    }
}

impl Sheet<'_> {
    /// Number of hand-ins.
    pub const fn hand_ins(&self) -> usize {
        self.found.files.len()
    }

    /// Number of pieces of work for what was asked; `of_part` when a part of the class is graded, of which the rest of the results is
    /// unknown.
    pub const fn count(&self, of_part: bool) -> usize {
        let compares = of_part || self.asked.staff.is_some();
        self.hand_ins() + if compares { self.wrong.len() } else { 0 }
    }

    /// What is to be done for piece number `index`, and its digest; or its row, when it cannot even be read.
    pub fn job(&self, index: usize, limits: Limits) -> Result<(Job, String), Box<Done>> {
        let job = Job {
            exercise: self.asked.exercise.clone(),
            student: String::new(),
            name: String::new(),
            files: Vec::new(),
            seeds: self.asked.seeds,
            key: None,
            limits,
        };
        let job = match self.found.files.get(index) {
            Some(file) => Job {
                student: file.student.clone(),
                name: file.path.display().to_string(),
                files: self.files(file).map_err(|problem| Box::new(unread(file, &problem)))?,
                key: self.key.clone(),
                ..job
            },
            None => {
                let wrong = &self.wrong[index - self.hand_ins()];
                let name = wrong.file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
                Job { name: name.clone(), files: vec![(name, wrong.text.clone())], ..job }
            }
        };
        let digest = job.digest(&self.files_of_exercise, &self.edition);
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

    /// The answer that is kept under `digest`, if it is.
    pub fn kept(&self, digest: &str) -> Option<Done> {
        let text = self.items.iter().find_map(|items| items.load(digest))?;
        serde_json::from_str(&text).ok()
    }

    /// Keeps an answer under `digest`.
    pub fn keep(&self, digest: &str, done: &Done) -> Result<(), Problem> {
        let text = serde_json::to_string(done).expect("rows and reports become JSON");
        self.items.first().map_or(Ok(()), |items| items.save(digest, &text))
    }

    /// Writes the reports on piece number `index`, and gives its row. A wrong plan has no report.
    pub fn row(&self, index: usize, done: Done) -> Row {
        let written =
            self.asked.out.as_ref().zip(self.reports.get(index)).map_or(Ok(()), |(folder, name)| {
                let save = |ending: &str, text: Option<&String>| {
                    let path = folder.join(format!("{name}.{ending}"));
                    // What is not graded now may have been graded before, and has that score no longer.
                    text.map_or_else(|| remove(&path), |text| save_atomic(&path, text.as_bytes()))
                };
                save("txt", Some(&done.text))?;
                save("json", done.json.as_ref())?;
                save("html", done.html.as_ref())
            });
        Row { not_written: written.err().map(|problem| problem.to_string()), ..done.row }
    }

    /// Writes the table of the part of a class that is there already. The whole table is written at the end, and what fails there is told.
    pub fn save_part(&self, rows: &BTreeMap<usize, Row>) {
        let mut class = self.class(rows.clone());
        // A hand-in without a row may still get one.
        class.rows.retain(|row| {
            row.outcome.as_ref().err().is_none_or(|refusal| refusal.kind != RefusalKind::Missing)
        });
        drop(self.save_table(&class));
    }

    /// The class with the rows of these pieces.
    pub fn class(&self, mut rows: BTreeMap<usize, Row>) -> Class {
        let secret = self.key.as_ref().map(|key| key.secret_of(""));
        let wrong = rows.split_off(&self.hand_ins());
        let rows = rows.into_values().collect();
        Class {
            rows: match &self.list {
                Some(list) => with_list(rows, list),
                None => rows,
            },
            ignored: self.found.ignored.clone(),
            has_list: self.list.is_some(),
            wrong: wrong.into_values().filter_map(|row| Some((row.file, row.outcome.ok()?))).collect(),
            ..Class::new(&self.ready.exercise, &self.ready.scenario, secret.as_ref())
        }
    }

    /// Whether a table is written while hand-ins are graded.
    pub const fn has_table(&self) -> bool {
        self.asked.csv.is_some()
    }

    /// Writes the table of a class.
    fn save_table(&self, class: &Class) -> Result<(), Problem> {
        self.asked.csv.as_ref().map_or(Ok(()), |file| save_atomic(file, csv(class).as_bytes()))
    }

    /// Writes everything that was asked for about a class: what cannot be written keeps nothing else from it.
    ///
    /// # Errors
    /// All that could not be written.
    pub fn tell(&self, class: &Class, output: Output) -> Result<(), Vec<Problem>> {
        let report = |(file, name): (&HandInFile, &String)| (file.path.display().to_string(), name.clone());
        let reports: BTreeMap<String, String> =
            self.found.files.iter().zip(&self.reports).map(report).collect();
        let page = |file| save_atomic(file, staff::html(class).as_bytes());
        let written = [
            self.asked.format.tell(class, &reports, self.asked.out.as_deref(), output),
            self.save_table(class),
            self.asked.staff.as_deref().map_or(Ok(()), page),
        ];
        let problems: Vec<Problem> = written.into_iter().filter_map(Result::err).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// The answer for a hand-in that cannot be read.
fn unread(file: &HandInFile, problem: &Problem) -> Done {
    let why = Refusal::new(RefusalKind::HandIn, problem.to_string());
    let row = Row::refused(&file.student, &file.path.display().to_string(), why);
    Done { row, text: format!("{problem}\n"), json: None, html: None }
}
