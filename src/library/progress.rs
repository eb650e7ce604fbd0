//! The best scores on this computer: a small file in the platform's data folder.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::disk::load_text;
use super::formats::{Versioned, read_file};
use super::kept;
use super::problem::Problem;

/// Names another folder for what is kept on this computer.
pub const DATA_VARIABLE: &str = "ROLLOUT_LAB_DATA";

const FILE: &str = "progress.ron";
const FORMAT: u32 = 1;

/// The best scores that are kept on this computer.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Progress")]
pub(super) struct Kept {
    /// Version of the file format; 1 is the newest.
    format: u32,
    /// The best score in points of each exercise that was tried, by its id.
    #[serde(default)]
    best: BTreeMap<String, f64>,
}

impl Versioned for Kept {
    const NEWEST: u32 = FORMAT;
}

/// Best scores by exercise id, in points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// The best score of each exercise tried.
    pub best: BTreeMap<String, f64>,
    /// What the learner should be told: that a damaged file was set aside.
    pub notice: Option<String>,
}

/// Where things are kept: the folder named by `ROLLOUT_LAB_DATA`, else the platform's own; `None` when there is neither.
pub fn data_folder() -> Option<PathBuf> {
    folder_named(std::env::var_os(DATA_VARIABLE))
}

fn folder_named(variable: Option<OsString>) -> Option<PathBuf> {
    match variable {
        Some(folder) if !folder.is_empty() => Some(PathBuf::from(folder)),
        _ => {
            let app = AppStrategyArgs {
                top_level_domain: "io".into(),
                author: "Rollout Lab".into(),
                app_name: "Rollout Lab".into(),
            };
            choose_app_strategy(app).ok().map(|place| place.data_dir())
        }
    }
}

/// The best scores kept in `folder`; none when nothing was kept yet. A damaged file is renamed to `progress.ron.damaged`
/// and the notice says so.
///
/// # Errors
/// A file that is there and cannot be read, set aside, or is of a newer format; it is left as it is.
pub fn load(folder: &Path) -> Result<Progress, Problem> {
    let path = folder.join(FILE);
    let text = match load_text(&path) {
        Ok(text) => text,
        Err(problem) if problem.code == "not-found" => return Ok(Progress::default()),
        Err(problem) if matches!(problem.code, "too-large" | "not-text") => {
            return set_aside(&path, &problem);
        }
        Err(problem) => return Err(problem),
    };
    match read_file::<Kept>(&path.display().to_string(), &text) {
        Ok((kept, _)) => Ok(Progress { best: kept.best, notice: None }),
        Err(problems) => match problems.into_iter().next() {
            Some(first) if first.code == "newer-format" => Err(first),
            Some(first) => set_aside(&path, &first),
            None => Ok(Progress::default()),
        },
    }
}

/// The best scores in the text of somebody's progress file; they are claims, for the file is the learner's.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn best_in(file: &str, text: &str) -> Result<BTreeMap<String, f64>, Vec<Problem>> {
    read_file::<Kept>(file, text).map(|(kept, _)| kept.best)
}

/// Notes that `exercise` was solved with `score` points, if that is better than before. Gives the progress as it now is. Of several
/// processes one does so after the other, so that none undoes what another noted.
///
/// # Errors
/// As for [`load`], and when the file cannot be saved.
pub fn record(folder: &Path, exercise: &str, score: f64) -> Result<Progress, Problem> {
    let _lock = kept::lock(folder, FILE)?;
    let mut progress = load(folder)?;
    let better = progress.best.get(exercise).is_none_or(|best| score > *best);
    if score.is_finite() && better {
        progress.best.insert(exercise.to_owned(), score);
        save(folder, &progress.best)?;
    }
    Ok(progress)
}

fn save(folder: &Path, best: &BTreeMap<String, f64>) -> Result<(), Problem> {
    kept::save(folder, FILE, &Kept { format: FORMAT, best: best.clone() })
}

fn set_aside(path: &Path, why: &Problem) -> Result<Progress, Problem> {
    let notice = kept::set_aside(path, why)?;
    Ok(Progress { best: BTreeMap::new(), notice: Some(notice) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_a_better_score_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("data");
        assert_eq!(load(&inside).unwrap(), Progress::default());
        record(&inside, "canary", 83.5).unwrap();
        record(&inside, "canary", 70.0).unwrap();
        record(&inside, "blue-green", 1.0).unwrap();
        record(&inside, "canary", f64::NAN).unwrap();
        let best = load(&inside).unwrap().best;
        assert_eq!(best, BTreeMap::from([("blue-green".into(), 1.0), ("canary".into(), 83.5)]));
    }

    #[test]
    fn of_several_at_once_each_score_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let writers = (0..4).map(|writer| {
            let folder = folder.path().to_owned();
            std::thread::spawn(move || {
                for number in 0..25 {
                    record(&folder, &format!("exercise-{writer}-{number}"), 70.0).unwrap();
                }
            })
        });
        writers.collect::<Vec<_>>().into_iter().for_each(|writer| writer.join().unwrap());
        assert_eq!(load(folder.path()).unwrap().best.len(), 100);
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        for (count, damaged) in
            ["(format: 1, best: {", "(format: 1, best: {\"a\": NaN})", ""].iter().enumerate()
        {
            fs::write(&path, damaged).unwrap();
            let progress = record(folder.path(), "canary", 5.0).unwrap();
            assert!(progress.notice.unwrap().contains("was damaged"));
            assert_eq!(load(folder.path()).unwrap().best["canary"], 5.0);
            // And the file of the lock.
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), count + 3);
        }
        assert_eq!(
            fs::read_to_string(folder.path().join("progress.ron.damaged")).unwrap(),
            "(format: 1, best: {"
        );
    }

    #[test]
    fn a_newer_format_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "(format: 2, best: {})").unwrap();
        assert_eq!(record(folder.path(), "canary", 5.0).unwrap_err().code, "newer-format");
        assert_eq!(fs::read_to_string(&path).unwrap(), "(format: 2, best: {})");
    }

    #[test]
    fn the_variable_names_the_folder() {
        assert_eq!(folder_named(Some("/some/where".into())), Some(PathBuf::from("/some/where")));
        assert_ne!(folder_named(Some("".into())), Some(PathBuf::new()));
    }
}
