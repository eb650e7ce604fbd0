//! `rollout-lab course`: the results of all exercises of a course, summed for each learner.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::exercise::course::{LatePolicy, course};
use crate::library::archive::own_program;
use crate::library::course_files::course_files;
use crate::library::disk::save_atomic;
use crate::library::folder::is_folder;
use crate::report::course::{CourseFormat, FORMATS};

use super::class::shard::INDEXES;
use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::{Ended, Outcome};

/// Arguments of `course`.
#[derive(Debug, Args)]
#[command(after_help = "\
In the folder lie:
  NAME.json        what `class EXERCISE ... --format json` wrote; results of one exercise are attempts at it
  EXERCISE/        hand-ins to the exercise of that name, which are graded now
  late.csv         who was how late: columns student, exercise, days, and attempt (a NAME) if there are several; where it says nothing,
                   the list of the class that `class --roster` had decides
  claims/NAME.ron  a learner's progress file from the window; it is shown beside what was graded, and counts nothing

Of several attempts at an exercise the one with the most points after lateness counts. Free days go where they save the most points.
The points by assessment criterion are not reduced by lateness.

Examples:
  rollout-lab course results/
  rollout-lab course results/ --free-days 3 --late-penalty 20 --format csv --out course.csv")]
pub(super) struct Course {
    /// The folder of the course
    folder: PathBuf,
    /// Days that each learner may be late in the whole course without a loss
    #[arg(long, value_name = "DAYS", default_value_t = LatePolicy::default().free_days, value_parser = clap::value_parser!(u32).range(0..=366))]
    free_days: u32,
    /// Percent of a hand-in's points that each further day costs, 0 to 100
    #[arg(long, value_name = "PERCENT", default_value_t = LatePolicy::default().percent_each_day)]
    late_penalty: f64,
    /// Days after which a hand-in counts nothing
    #[arg(long, value_name = "DAYS", default_value_t = LatePolicy::default().last_day)]
    last_day: u32,
    /// Where your own exercises lie, for folders of hand-ins: DIR/EXERCISE is used before a shipped one
    #[arg(long, value_name = "DIR")]
    exercises: Option<PathBuf>,
    /// Write the result to this file and not to standard output; an earlier file with the ending of the format is replaced
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The output format
    #[arg(long, value_parser = formats(), default_value = FORMATS[0].name)]
    format: CourseFormat,
}

/// The formats as the command line offers them.
fn formats() -> impl TypedValueParser<Value = CourseFormat> {
    let named = FORMATS.map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(named).map(|name| {
        let found = FORMATS.into_iter().find(|format| format.name == name);
        found.expect("only the names of formats are possible")
    })
}

impl Course {
    pub fn run(self, output: Output) -> Outcome {
        if !(0.0..=100.0).contains(&self.late_penalty) {
            let message =
                format!("--late-penalty {}: a share of the points is 0 to 100 percent", self.late_penalty);
            return Err(Trouble::Said(message));
        }
        if let Some(file) = &self.out {
            replaces_only(if self.format.name == "text" { "txt" } else { self.format.name }, file)?;
        }
        let mut files = course_files(&self.folder)?;
        for (exercise, folder) in files.hand_ins.clone() {
            let text = self.graded(&exercise, &folder, output)?;
            files.add(&folder.display().to_string(), &exercise, &text)?;
        }
        if files.attempts.is_empty() && files.claims.is_empty() {
            let folder = self.folder.display();
            let message = format!(
                "{folder}: no result of a class and no hand-in; put what `rollout-lab class --format json` writes into the folder"
            );
            return Err(Trouble::Said(message));
        }
        for path in &files.ignored {
            let message =
                "ignored; in a course lie NAME.json, folders EXERCISE/, late.csv and claims/NAME.ron";
            output.remark(&format!("{}: {message}", path.display()));
        }
        files.late_of_nobody().iter().for_each(|line| output.remark(line));
        let late = LatePolicy {
            free_days: self.free_days,
            percent_each_day: self.late_penalty,
            last_day: self.last_day,
        };
        let course = course(&files.most, &files.attempts, &files.claims, late);
        let text = (self.format.write)(&course, output.style);
        match &self.out {
            Some(file) => save_atomic(file, text.as_bytes())?,
            None => output.result(&text),
        }
        Ok(Ended::Passed)
    }

    /// The result of a folder of hand-ins as JSON: `class` grades it, in a process of its own.
    fn graded(&self, exercise: &str, folder: &Path, output: Output) -> Result<String, Trouble> {
        let own = self.exercises.as_ref().map(|all| all.join(exercise)).filter(|own| is_folder(own));
        let name = own.map_or_else(|| exercise.to_owned(), |own| own.display().to_string());
        output.remark(&format!("grading {}", folder.display()));
        let program = own_program().map_err(Trouble::Said)?;
        let mut command = Command::new(program);
        command.arg("class").arg(&name).arg(folder).args(["--format", "json"]);
        // The course needs the whole class, also where an engine has started this as one of several parts.
        for index in INDEXES {
            command.env_remove(index);
        }
        let done = command.stderr(Stdio::inherit()).output();
        let done = done.map_err(|error| Trouble::Said(format!("`class` could not be started: {error}")))?;
        // 1 says that some hand-in could not be graded, which the result tells.
        match done.status.code() {
            Some(0 | 1) => Ok(String::from_utf8_lossy(&done.stdout).into_owned()),
            _ => Err(Trouble::Said(format!("{}: the hand-ins could not be graded", folder.display()))),
        }
    }
}
