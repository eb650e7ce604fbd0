//! Folders: what lies in them, in an order that does not depend on the disk, and new ones.

use std::fs;
use std::path::{Path, PathBuf};

use super::problem::Problem;

/// Entries of one folder that are looked at, at most.
const MAX_ENTRIES: usize = 10_000;

/// The folders in `folder` that hold an exercise, sorted; `folder` itself when it holds one.
///
/// # Errors
/// A folder that is not there or cannot be read, or holds too much.
pub fn exercises_in(folder: &Path) -> Result<Vec<String>, Problem> {
    let holds_one = |path: &Path| path.join("exercise.ron").is_file();
    if holds_one(folder) {
        return Ok(vec![folder.display().to_string()]);
    }
    let inside = entries(folder)?;
    Ok(inside.iter().filter(|path| holds_one(path)).map(|path| path.display().to_string()).collect())
}

/// What lies in `folder`, sorted by name, without what begins with a dot.
///
/// # Errors
/// A folder that is not there or cannot be read, or holds more than 10,000 entries.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let paths = all_entries(folder, MAX_ENTRIES)?;
    Ok(paths.into_iter().filter(|path| !name(path).starts_with('.')).collect())
}

/// What lies in `folder`, sorted by name.
///
/// # Errors
/// A folder that is not there or cannot be read, or holds more than `most` entries.
pub(super) fn all_entries(folder: &Path, most: usize) -> Result<Vec<PathBuf>, Problem> {
    let problem = |code, message: String| Problem::of_file(folder.display().to_string(), code, message);
    let listed = fs::read_dir(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => problem("not-found", "no such folder; check the name".to_owned()),
        std::io::ErrorKind::NotADirectory => {
            problem("not-a-folder", "this is not a folder; name the folder that holds the files".to_owned())
        }
        _ => problem("cannot-read", format!("the folder cannot be read: {error}")),
    })?;
    let mut paths = Vec::new();
    for entry in listed {
        let entry =
            entry.map_err(|error| problem("cannot-read", format!("the folder cannot be read: {error}")))?;
        if paths.len() == most {
            let message = format!("the folder holds more than {most} entries; split it");
            return Err(problem("too-large", message));
        }
        paths.push(entry.path());
    }
    paths.sort();
    Ok(paths)
}

/// The folder of the person at the computer; `None` when the system names none.
pub fn home() -> Option<PathBuf> {
    etcetera::home_dir().ok()
}

/// Whether a folder stands at `path`.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether `path`, which need not be there yet, is `folder` or lies in it, links followed.
pub fn lies_in(path: &Path, folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else { return false };
    let there = path.ancestors().find_map(|above| {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        above.canonicalize().ok()
    });
    there.is_some_and(|there| there.starts_with(folder))
}

/// Whether anything stands at `path`, be it a link that leads nowhere.
pub fn is_taken(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Makes `folder` and what is above it; nothing happens when it is there.
///
/// # Errors
/// A [`Problem`] with code `cannot-save`.
pub fn make(folder: &Path) -> Result<(), Problem> {
    fs::create_dir_all(folder).map_err(|error| {
        let message = format!("the folder cannot be made: {error}");
        Problem::of_file(folder.display().to_string(), "cannot-save", message)
    })
}

/// Makes `folder` and what is above it, and gives the folders that were not there before, the innermost first. When it cannot be made,
/// none of them is left.
///
/// # Errors
/// As [`make`].
pub fn make_new(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let is_new = |folder: &&Path| !folder.as_os_str().is_empty() && !is_taken(folder);
    let made: Vec<PathBuf> = folder.ancestors().take_while(is_new).map(Path::to_owned).collect();
    make(folder).inspect_err(|_| remove(&[], &made))?;
    Ok(made)
}

/// Removes these files, and then these folders as far as they are empty: for taking back what was just made.
pub fn remove(files: &[String], folders: &[PathBuf]) {
    // What cannot be removed stays; the error that led here is told.
    files.iter().for_each(|file| drop(fs::remove_file(file)));
    folders.iter().for_each(|folder| drop(fs::remove_dir(folder)));
}

/// The last part of a path.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_none_says_so() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(entries(&folder.path().join("no")).unwrap_err().code, "not-found");
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        assert_eq!(entries(&file).unwrap_err().code, "not-a-folder");
    }

    #[test]
    fn what_lies_in_a_folder_does_so_before_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let (inner, beside) = (folder.path().join("hand-ins"), folder.path().join("hand-ins-2"));
        fs::create_dir(&inner).unwrap();
        for path in [inner.clone(), inner.join("new/deep"), folder.path().join("./hand-ins/../hand-ins/x")] {
            assert!(lies_in(&path, &inner), "{}", path.display());
        }
        for path in [folder.path(), &beside, &beside.join("x"), &inner.join("../x")] {
            assert!(!lies_in(path, &inner), "{}", path.display());
        }
        assert!(lies_in(Path::new("new"), Path::new(".")));
    }
}
