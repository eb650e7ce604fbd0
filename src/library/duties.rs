//! Where the duties of learners are kept on this computer: one file for each exercise and learner, which is what is handed in. The
//! window and the terminal go on with the same one.

use std::fs;
use std::path::{Path, PathBuf};

use super::disk::{load_text, save_atomic};
use super::problem::Problem;
use super::read::{read_ron, write_ron};
use crate::exercise::Duty;

/// The name of this computer's user, or `learner` where it has none.
pub fn learner() -> String {
    let set =
        |name: &str| std::env::var_os(name)?.into_string().ok().filter(|value| !value.trim().is_empty());
    set("USER").or_else(|| set("USERNAME")).unwrap_or_else(|| "learner".to_owned())
}

/// The file in the data folder in which a learner's duty in an exercise is kept.
pub fn file_of(data: &Path, exercise: &str, learner: &str) -> PathBuf {
    let plain = |letter: char| if letter.is_alphanumeric() || "-_".contains(letter) { letter } else { '-' };
    let learner: String = learner.trim().chars().map(plain).collect();
    data.join("duties").join(format!("{exercise}-{learner}.ron"))
}

/// The duty in a file; `None` when there is no such file.
///
/// # Errors
/// A file that cannot be read, or holds something else.
pub fn load(file: &Path) -> Result<Option<Duty>, Vec<Problem>> {
    let text = match load_text(file) {
        Ok(text) => text,
        Err(problem) if problem.code == "not-found" => return Ok(None),
        Err(problem) => return Err(vec![problem]),
    };
    read_ron::<Duty>(&file.display().to_string(), &text).map(|(duty, _)| Some(duty))
}

/// Keeps a duty in its file; the folder is made when it is not there.
///
/// # Errors
/// When the file cannot be saved; the old one is then as it was.
pub fn save(file: &Path, duty: &Duty) -> Result<(), Problem> {
    let problem = |message: String| Problem::of_file(file.display().to_string(), "cannot-save", message);
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| problem(format!("its folder cannot be made: {error}")))?;
    }
    save_atomic(file, write_ron(duty).map_err(problem)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample;

    #[test]
    fn a_duty_is_kept_under_its_exercise_and_its_learner() {
        let folder = tempfile::tempdir().unwrap();
        let file = file_of(folder.path(), "first", " Ada L/ove ");
        assert!(file.ends_with("duties/first-Ada-L-ove.ron"), "{}", file.display());
        assert_eq!(load(&file).unwrap(), None);
        let duty = Duty::new(&sample::exercise(), "ada");
        save(&file, &duty).unwrap();
        assert_eq!(load(&file).unwrap(), Some(duty));
        fs::write(&file, "(strategy: Nothing)").unwrap();
        assert!(load(&file).is_err());
    }
}
