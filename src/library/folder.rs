//! Folders: what lies in them, in an order that does not depend on the disk, and new ones.

use std::fs;
use std::path::{Path, PathBuf};

use super::problem::Problem;

/// Entries of one folder that are looked at, at most.
const MAX_ENTRIES: usize = 10_000;

/// A file that somebody handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandInFile {
    /// Who: the file's name without `.ron`, or the name of the folder it lies in; with several files in that folder,
    /// both.
    pub student: String,
    /// The file; the folder when that cannot be looked into.
    pub path: PathBuf,
    /// Why the student's folder cannot be looked into.
    pub problem: Option<Problem>,
}

/// The hand-ins in `folder`, sorted by student: each `NAME.ron`, and the `.ron` files in each folder `NAME`. What begins with a dot
/// is left out. A folder `NAME` that cannot be looked into is there with the reason.
///
/// # Errors
/// When `folder` itself is not there, cannot be read, or holds too much.
pub fn hand_ins(folder: &Path) -> Result<Vec<HandInFile>, Problem> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            let inside: Vec<PathBuf> = match entries(&path) {
                Ok(inside) => inside.into_iter().filter(|path| is_ron(path)).collect(),
                Err(problem) => {
                    found.push(HandInFile { student: name(&path), path, problem: Some(problem) });
                    continue;
                }
            };
            let alone = inside.len() == 1;
            let student =
                |inner: &Path| if alone { name(&path) } else { format!("{}/{}", name(&path), stem(inner)) };
            found.extend(inside.iter().map(|inner| HandInFile {
                student: student(inner),
                path: inner.clone(),
                problem: None,
            }));
        } else if is_ron(&path) {
            found.push(HandInFile { student: stem(&path), path, problem: None });
        }
    }
    found.sort_by(|a, b| (&a.student, &a.path).cmp(&(&b.student, &b.path)));
    Ok(found)
}

/// The hand-ins of an Operate exercise in `folder`, sorted by student: each `NAME.ron`, and each folder `NAME`, whose files are one hand-in
/// together. What begins with a dot is left out.
///
/// # Errors
/// When `folder` itself is not there, cannot be read, or holds too much.
pub fn duties(folder: &Path) -> Result<Vec<HandInFile>, Problem> {
    let mut found: Vec<HandInFile> = Vec::new();
    for path in entries(folder)? {
        let student = if path.is_dir() { name(&path) } else { stem(&path) };
        if path.is_dir() || is_ron(&path) {
            found.push(HandInFile { student, path, problem: None });
        }
    }
    found.sort_by(|a, b| (&a.student, &a.path).cmp(&(&b.student, &b.path)));
    Ok(found)
}

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
/// A folder that is not there or cannot be read, or holds too much.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let problem = |code, message: String| Problem::of_file(folder.display().to_string(), code, message);
    let listed = fs::read_dir(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => problem("not-found", "no such folder; check the name".to_owned()),
        std::io::ErrorKind::NotADirectory => {
            problem("not-a-folder", "this is not a folder; name the folder that holds the files".to_owned())
        }
        _ => problem("cannot-read", format!("the folder cannot be read: {error}")),
    })?;
    let mut paths: Vec<PathBuf> = listed
        .take(MAX_ENTRIES + 1)
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| !name(path).starts_with('.'))
        .collect();
    if paths.len() > MAX_ENTRIES {
        let message = format!("the folder holds more than {MAX_ENTRIES} entries; split it");
        return Err(problem("too-large", message));
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

fn is_ron(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "ron")
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_ins_are_files_or_folders_named_after_students() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        };
        for path in ["eva.ron", "bob/plan.ron", "kim/a.ron", "kim/b.ron", "notes.txt", ".hidden.ron"] {
            write(path);
        }
        let found = hand_ins(folder.path()).unwrap();
        let students: Vec<&str> = found.iter().map(|file| file.student.as_str()).collect();
        assert_eq!(students, ["bob", "eva", "kim/a", "kim/b"]);
    }

    #[test]
    fn a_folder_that_is_none_says_so() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(hand_ins(&folder.path().join("no")).unwrap_err().code, "not-found");
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        assert_eq!(entries(&file).unwrap_err().code, "not-a-folder");
    }
}
