//! The learner's own plans: one file for each exercise or scenario, in `plans/` of the data folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::disk::{load_text, save_atomic};
use super::problem::Problem;

const FOLDER: &str = "plans";

fn path(folder: &Path, id: &str) -> PathBuf {
    // Ids are plain names by the rules of exercises; a scenario of a class may be called otherwise.
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name: String = id.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    folder.join(FOLDER).join(format!("{name}.ron"))
}

/// The text of the learner's plan for the exercise or scenario `id`; `None` when none is kept.
///
/// # Errors
/// A file that is there and cannot be read; it is left as it is.
pub fn load(folder: &Path, id: &str) -> Result<Option<String>, Problem> {
    match load_text(&path(folder, id)) {
        Ok(text) => Ok(Some(text)),
        Err(problem) if problem.code == "not-found" => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Keeps the text of the learner's plan for the exercise or scenario `id`, atomically. Text that is not yet a plan is
/// kept as well.
///
/// # Errors
/// When the file cannot be saved; the old one is then as it was.
pub fn save(folder: &Path, id: &str, text: &str) -> Result<(), Problem> {
    let path = path(folder, id);
    let inside = folder.join(FOLDER);
    fs::create_dir_all(&inside).map_err(|error| {
        let message = format!("its folder cannot be made: {error}");
        Problem::of_file(path.display().to_string(), "cannot-save", message)
    })?;
    save_atomic(&path, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_kept_for_each_exercise_and_never_leaves_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path(), "canary").unwrap(), None);
        save(folder.path(), "canary", "(half of a").unwrap();
        save(folder.path(), "../flags", "b").unwrap();
        assert_eq!(load(folder.path(), "canary").unwrap().as_deref(), Some("(half of a"));
        assert_eq!(load(folder.path(), "../flags").unwrap().as_deref(), Some("b"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::create_dir(folder.path().join("plans/dir.ron")).unwrap();
        assert!(load(folder.path(), "dir").is_err());
    }
}
