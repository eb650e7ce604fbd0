//! The learner's own plans: one file for each exercise or scenario, in `plans/` of the data folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::disk::{load_text, save_atomic};
use super::kept::{self, set_aside};
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
/// A file that is there and cannot be read. One that holds no text is set aside, under a name that the error gives, so that
/// it is not written over; any other is left as it is.
pub fn load(folder: &Path, id: &str) -> Result<Option<String>, Problem> {
    let path = path(folder, id);
    match load_text(&path) {
        Ok(text) => Ok(Some(text)),
        Err(problem) if problem.code == "not-found" => Ok(None),
        Err(problem) if matches!(problem.code, "too-large" | "not-text") => {
            let notice = set_aside(&path, &problem)?;
            Err(Problem::of_file(path.display().to_string(), "damaged", notice))
        }
        Err(problem) => Err(problem),
    }
}

/// Throws the text of the learner's plan for the exercise or scenario `id` away; nothing happens when none is kept.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove(folder: &Path, id: &str) -> Result<(), Problem> {
    let path = path(folder, id);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    kept::remove(&folder.join(FOLDER), &name)
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

    #[test]
    fn what_is_no_text_is_set_aside_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), "canary", "a").unwrap();
        let file = folder.path().join("plans/canary.ron");
        fs::write(&file, [0xFF, 0xFE]).unwrap();
        let told = load(folder.path(), "canary").unwrap_err();
        assert!(told.message.contains("set aside as"), "{told}");
        save(folder.path(), "canary", "b").unwrap();
        assert_eq!(fs::read(folder.path().join("plans/canary.ron.damaged")).unwrap(), [0xFF, 0xFE]);
        remove(folder.path(), "canary").unwrap();
        remove(folder.path(), "canary").unwrap();
        assert_eq!(load(folder.path(), "canary").unwrap(), None);
    }
}
