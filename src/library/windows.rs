//! Several windows on one data folder. The first one locks the folder and works in it; each further one works in a copy of its own,
//! `window-2` and so on, which the next window that has the folder to itself takes in. So no window writes over another's work.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::disk::{load_text, save_atomic};
use super::folder::{entries, is_folder, is_taken, make};
use super::kept::save_new;
use super::problem::Problem;

/// The file that is locked, in the data folder and in each copy. The system frees the lock when the process ends, however it ends.
const LOCK: &str = "window.lock";

/// The most windows at once.
const MOST: u32 = 99;

/// What a copy begins with.
const COPIED: [&str; 5] = ["settings.ron", "course.ron", "progress.ron", "plans", "shelf"];

/// A place where a window may write, as long as this lives.
#[derive(Debug)]
pub struct Claim {
    /// The folder: the data folder itself, or the window's own copy.
    pub folder: PathBuf,
    /// Whether it is a copy, because another window has the data folder.
    pub is_copy: bool,
    /// Holds the lock.
    _lock: Option<File>,
}

/// Claims `data` for a window; the data folder itself, when no other window has it, or else a copy. A folder in which no lock can be
/// made (it may only be read) is claimed without one: nothing can be written over in it.
///
/// # Errors
/// When a copy is needed and cannot be made.
pub fn claim(data: &Path) -> Result<Claim, Problem> {
    let Some(first) = lock(data) else {
        return Ok(Claim { folder: data.to_owned(), is_copy: false, _lock: None });
    };
    if let Some(lock) = first {
        return Ok(Claim { folder: data.to_owned(), is_copy: false, _lock: Some(lock) });
    }
    for number in 2..=MOST {
        let folder = copy_of(data, number);
        let is_new = !is_taken(&folder);
        if let Some(Some(lock)) = lock(&folder) {
            if is_new {
                COPIED.into_iter().try_for_each(|name| copy(&data.join(name), &folder.join(name)))?;
            }
            return Ok(Claim { folder, is_copy: true, _lock: Some(lock) });
        }
    }
    let message = format!("{MOST} windows use it already, or no copy can be made for another; close some");
    Err(Problem::of_file(data.display().to_string(), "cannot-save", message))
}

/// The copies in `data` that no window uses any more.
pub fn left_copies(data: &Path) -> Vec<PathBuf> {
    let copies = (2..=MOST).map(|number| copy_of(data, number));
    copies.filter(|folder| is_folder(folder) && matches!(lock(folder), Some(Some(_)))).collect()
}

/// Moves what a copy holds beside what the lab takes in itself (plans as they were written, reports, pictures, saved sessions) to
/// `data`, under names that are free, and removes the copy.
///
/// # Errors
/// When something cannot be moved; what is left of the copy stays then.
pub fn take_in(copy: &Path, data: &Path) -> Result<(), Problem> {
    for name in ["plans", "reports", "sessions"] {
        let (from, to) = (copy.join(name), data.join(name));
        if !is_folder(&from) {
            continue;
        }
        for path in entries(&from)? {
            let (Some(stem), Some(ending)) = (path.file_stem(), path.extension()) else { continue };
            let text = load_text(&path)?;
            save_new(&to, &stem.to_string_lossy(), &ending.to_string_lossy(), &text)?;
        }
    }
    let pictures = copy.join("pictures");
    if is_folder(&pictures) {
        make(&data.join("pictures"))?;
        for path in entries(&pictures)? {
            let named = |number: u32| data.join("pictures").join(format!("rollout-lab-{number}.png"));
            if let Some(free) = (1..10_000).map(named).find(|path| !is_taken(path)) {
                fs::rename(&path, free).map_err(|error| failed(&path, "moved", &error))?;
            }
        }
    }
    fs::remove_dir_all(copy).map_err(|error| failed(copy, "removed", &error))
}

fn copy_of(data: &Path, number: u32) -> PathBuf {
    data.join(format!("window-{number}"))
}

/// The lock of a folder, which is made when it is not there: `Some(None)` when another window has it, `None` when none can be made.
fn lock(folder: &Path) -> Option<Option<File>> {
    make(folder).ok()?;
    let file = File::options().create(true).append(true).open(folder.join(LOCK)).ok()?;
    match file.try_lock() {
        Ok(()) => Some(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Some(None),
        Err(fs::TryLockError::Error(_)) => None,
    }
}

/// Copies a file, or the files in a folder; nothing happens when it is not there.
fn copy(from: &Path, to: &Path) -> Result<(), Problem> {
    if is_folder(from) {
        make(to)?;
        for path in entries(from)? {
            if let Some(name) = path.file_name() {
                copy(&path, &to.join(name))?;
            }
        }
        return Ok(());
    }
    match fs::read(from) {
        Ok(bytes) => save_atomic(to, &bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(from, "read", &error)),
    }
}

fn failed(path: &Path, what: &str, error: &std::io::Error) -> Problem {
    Problem::of_file(path.display().to_string(), "cannot-save", format!("cannot be {what}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_window_has_the_folder_and_each_other_a_copy_until_it_is_closed() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("settings.ron"), "()").unwrap();
        let first = claim(data.path()).unwrap();
        assert!(!first.is_copy);
        let (second, third) = (claim(data.path()).unwrap(), claim(data.path()).unwrap());
        assert_eq!(second.folder, data.path().join("window-2"));
        assert_eq!(third.folder, data.path().join("window-3"));
        assert_eq!(fs::read_to_string(third.folder.join("settings.ron")).unwrap(), "()");
        assert!(left_copies(data.path()).is_empty(), "both are in use");
        fs::create_dir(second.folder.join("reports")).unwrap();
        fs::create_dir(data.path().join("reports")).unwrap();
        fs::write(second.folder.join("reports/a.html"), "second").unwrap();
        fs::write(data.path().join("reports/a.html"), "first").unwrap();
        let folder = second.folder.clone();
        drop(second);
        assert_eq!(left_copies(data.path()), std::slice::from_ref(&folder));
        take_in(&folder, data.path()).unwrap();
        let report = |name: &str| fs::read_to_string(data.path().join("reports").join(name)).unwrap();
        assert_eq!((report("a.html").as_str(), report("a-2.html").as_str()), ("first", "second"));
        assert!(!folder.exists());
        drop(first);
        assert!(!claim(data.path()).unwrap().is_copy, "the next window has the folder");
    }

    #[test]
    fn a_folder_in_which_nothing_can_be_made_is_claimed_as_it_is() {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("taken");
        fs::write(&file, "").unwrap();
        assert!(!claim(&file).unwrap().is_copy);
    }
}
