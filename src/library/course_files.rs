//! The files of a course: results of classes as JSON, late days as CSV, and what learners' computers claim.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::csv_table::csv_table;
use super::disk::{load_text, load_text_of};
use super::folder::entries;
use super::items::MOST_BYTES;
use super::problem::Problem;
use super::progress::best_in;
use crate::exercise::Standard;
use crate::exercise::course::{Attempt, Claim};

/// The largest file of results that is read, in bytes: 64 MiB, some 10,000 hand-ins.
const LARGEST: u64 = 64 * 1024 * 1024;
/// The file with late days.
const LATE: &str = "late.csv";
/// The folder with claims.
const CLAIMS: &str = "claims";

/// What lies in the folder of a course.
#[derive(Clone, Debug, Default)]
pub struct CourseFiles {
    /// The exercises, each with its most points.
    pub most: BTreeMap<String, f64>,
    /// All attempts.
    pub attempts: Vec<Attempt>,
    /// What learners' computers claim, by the learner.
    pub claims: Vec<(String, Claim)>,
    /// Folders of hand-ins: the exercise that each is named after, and the folder.
    pub hand_ins: Vec<(String, PathBuf)>,
    /// What lies there and is none of these, but what begins with a dot.
    pub ignored: Vec<PathBuf>,
    late: BTreeMap<(String, String, String), u32>,
}

/// What `class --format json` writes, as far as a course needs it.
#[derive(Deserialize)]
struct ClassResult {
    exercise: String,
    max_score: f64,
    hand_ins: Vec<HandIn>,
}

#[derive(Deserialize)]
struct HandIn {
    student: String,
    score: Option<f64>,
    passed: Option<bool>,
    #[serde(default)]
    standards: Vec<Points>,
    listed: Option<OnList>,
}

#[derive(Deserialize)]
struct OnList {
    late_s: Option<u64>,
}

#[derive(Deserialize)]
struct Points {
    key: String,
    points: f64,
    max_points: f64,
}

/// A line of `late.csv`.
#[derive(Deserialize)]
struct Late {
    student: String,
    exercise: String,
    days: u32,
    /// The name of the results, without its ending; empty for all of that exercise.
    #[serde(default)]
    attempt: String,
}

/// Reads the folder of a course: each `NAME.json` is the result of a class, and results of one exercise are attempts at it in the order
/// of their names; `late.csv` says who was how late; `claims/NAME.ron` is the progress file of a learner; every other folder holds
/// hand-ins to the exercise that it is named after. Endings, and the name of `late.csv`, are taken in any case. Other files are listed, and what
/// begins with a dot is left out.
///
/// # Errors
/// What is wrong with the files, all of it.
pub fn course_files(folder: &Path) -> Result<CourseFiles, Vec<Problem>> {
    let mut files = CourseFiles::default();
    let mut problems = Vec::new();
    let paths = entries(folder).map_err(|problem| vec![problem])?;
    let ends =
        |path: &Path, ending: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    let is_late = |path: &&PathBuf| path.file_name().is_some_and(|name| name.eq_ignore_ascii_case(LATE));
    let late = paths.iter().find(is_late);
    if let Some(late) = late {
        late_days(late, &mut files.late).unwrap_or_else(|found| problems.extend(found));
    }
    for path in &paths {
        let name = stem(path);
        let done = if path.is_dir() && name == CLAIMS {
            claims(path, &mut files)
        } else if path.is_dir() {
            files.hand_ins.push((name, path.clone()));
            Ok(())
        } else if ends(path, "json") {
            result_text(path)
                .map_err(|problem| vec![problem])
                .and_then(|text| files.add(&path.display().to_string(), &name, &text))
        } else {
            files.ignored.extend((late != Some(path)).then(|| path.clone()));
            Ok(())
        };
        done.unwrap_or_else(|found| problems.extend(found));
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

impl CourseFiles {
    /// Adds the result of a class, which stands in `file` and is called `name`.
    ///
    /// # Errors
    /// Text that is no such result, or one whose exercise has other points than in a result before.
    pub fn add(&mut self, file: &str, name: &str, text: &str) -> Result<(), Vec<Problem>> {
        let problem = |code, message: String| vec![Problem::of_file(file, code, message)];
        let result: ClassResult = serde_json::from_str(text).map_err(|error| {
            problem(
                "syntax",
                format!(
                    "this is no result of a class ({error}); write one with `rollout-lab class --format json`"
                ),
            )
        })?;
        let most = *self.most.entry(result.exercise.clone()).or_insert(result.max_score);
        if most != result.max_score {
            let message = format!(
                "exercise \"{}\" has {} points here and {most} in another result; grade all of it with one edition",
                result.exercise, result.max_score
            );
            return Err(problem("other-edition", message));
        }
        for hand_in in result.hand_ins {
            // Of a folder with several files each is a hand-in, `NAME/FILE`: these are attempts of one learner.
            let (learner, file) = match hand_in.student.split_once('/') {
                Some((learner, file)) => (learner.to_owned(), format!("/{file}")),
                None => (hand_in.student, String::new()),
            };
            let late = |attempt: &str| {
                let key = (learner.clone(), result.exercise.clone(), attempt.to_owned());
                self.late.get(&key).copied()
            };
            // What `late.csv` says goes before what the list of the class says.
            let by_list = hand_in.listed.as_ref().and_then(|one| one.late_s);
            let by_list = by_list.map(|seconds| u32::try_from(seconds.div_ceil(86_400)).unwrap_or(u32::MAX));
            let days_late = late(name).or_else(|| late("")).or(by_list).unwrap_or(0);
            let standard = |of: &Points| {
                let found = Standard::ALL.iter().find(|standard| standard.key() == of.key)?;
                Some((*found, of.points, of.max_points))
            };
            self.attempts.push(Attempt {
                standards: hand_in.standards.iter().filter_map(standard).collect(),
                exercise: result.exercise.clone(),
                name: format!("{name}{file}"),
                points: hand_in.score,
                passed: hand_in.passed.unwrap_or(false),
                days_late,
                learner,
            });
        }
        Ok(())
    }

    /// What the lines of `late.csv` say that are of no result, as sentences: they change nothing.
    pub fn late_of_nobody(&self) -> Vec<String> {
        let of = |attempt: &Attempt| (attempt.learner.clone(), attempt.exercise.clone());
        let all: BTreeSet<(String, String)> = self.attempts.iter().map(of).collect();
        let named: BTreeSet<((String, String), &str)> =
            self.attempts.iter().map(|attempt| (of(attempt), attempt.results())).collect();
        let is_of_nobody = |(student, exercise, attempt): &&(String, String, String)| {
            let key = (student.clone(), exercise.clone());
            if attempt.is_empty() { !all.contains(&key) } else { !named.contains(&(key, attempt.as_str())) }
        };
        let told = |(student, exercise, attempt): &(String, String, String)| {
            let attempt = if attempt.is_empty() { String::new() } else { format!(" called \"{attempt}\"") };
            format!(
                "{LATE}: there is no result{attempt} of \"{student}\" in exercise \"{exercise}\", so what it says of that changes nothing"
            )
        };
        self.late.keys().filter(is_of_nobody).map(told).collect()
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The text of a result, which may be larger than what people write.
fn result_text(path: &Path) -> Result<String, Problem> {
    let problem = |code, message: String| Problem::of_file(path.display().to_string(), code, message);
    let about = fs::symlink_metadata(path)
        .map_err(|error| problem("cannot-read", format!("cannot be read: {error}")))?;
    if !about.is_file() {
        return Err(problem("not-a-file", "this is not an ordinary file; name one that is".to_owned()));
    }
    if about.len() > LARGEST {
        let message =
            format!("the file has {} bytes; at most {LARGEST} are read; divide the class", about.len());
        return Err(problem("too-large", message));
    }
    fs::read_to_string(path).map_err(|error| problem("cannot-read", format!("cannot be read: {error}")))
}

fn late_days(path: &Path, late: &mut BTreeMap<(String, String, String), u32>) -> Result<(), Vec<Problem>> {
    let file = path.display().to_string();
    let text = load_text_of(path, MOST_BYTES).map_err(|problem| vec![problem])?;
    let (mut table, text) = csv_table(&text);
    let mut reader = table.trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut problems = Vec::new();
    for (index, line) in reader.deserialize::<Late>().enumerate() {
        match line {
            Ok(line) => {
                let message = format!(
                    "row {}: \"{}\" is there twice for exercise \"{}\"; leave one out, or name the attempt",
                    index + 1,
                    line.student,
                    line.exercise
                );
                if late.insert((line.student, line.exercise, line.attempt), line.days).is_some() {
                    problems.push(Problem::of_file(file.as_str(), "twice", message));
                }
            }
            Err(error) => {
                let message = format!(
                    "row {}: {error}; the columns are student, exercise, days (a whole number) and, if there are several, attempt",
                    index + 1
                );
                problems.push(Problem::of_file(file.as_str(), "syntax", message));
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn claims(folder: &Path, files: &mut CourseFiles) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for path in entries(folder).map_err(|problem| vec![problem])? {
        if path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("ron")) {
            files.ignored.push(path);
            continue;
        }
        let file = path.display().to_string();
        let read = load_text(&path).map_err(|problem| vec![problem]).and_then(|text| best_in(&file, &text));
        match read {
            Ok(best) => files
                .claims
                .extend(best.into_iter().map(|(exercise, points)| (stem(&path), Claim { exercise, points }))),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
