//! Small files that the lab keeps in the data folder. A damaged one is set aside, never overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::disk::{load_text, save_atomic};
use super::folder::is_taken;
use super::formats::{Versioned, newer, read_file};
use super::outline::Outline;
use super::problem::Problem;
use super::read::parse_options;
use crate::engine::is_hidden;

/// What is kept in the file `name` of `folder`, `None` when nothing is; and what the learner should be told, when a damaged
/// file was renamed to `NAME.damaged`.
///
/// # Errors
/// A file that is there and cannot be read or set aside, or is of a newer format; it is left as it is.
pub fn load<T: Versioned + DeserializeOwned + Send>(
    folder: &Path,
    name: &str,
) -> Result<(Option<T>, Option<String>), Problem> {
    let path = folder.join(name);
    let damaged = |why: &Problem| set_aside(&path, why).map(|notice| (None, Some(notice)));
    let text = match load_text(&path) {
        Ok(text) => text,
        Err(problem) if problem.code == "not-found" => return Ok((None, None)),
        Err(problem) if matches!(problem.code, "too-large" | "not-text") => return damaged(&problem),
        Err(problem) => return Err(problem),
    };
    match read_file::<T>(&path.display().to_string(), &text) {
        Ok((value, _)) => Ok((Some(value), None)),
        Err(problems) => match problems.into_iter().next() {
            Some(first) if first.code == "newer-format" => Err(first),
            Some(first) => damaged(&first),
            None => Ok((None, None)),
        },
    }
}

/// Keeps `value` in the file `name` of `folder`, atomically; the folder is made when it is not there. What a newer Rollout Lab kept there,
/// and what may not be read, is not written over.
///
/// # Errors
/// When the file cannot be saved; the old one is then as it was.
pub fn save<T: Versioned + Serialize>(folder: &Path, name: &str, value: &T) -> Result<(), Problem> {
    let path = folder.join(name);
    let problem = |message: String| Problem::of_file(path.display().to_string(), "cannot-save", message);
    let there = match load_text(&path) {
        Ok(text) => newer::<T>(&Outline::read(&path.display().to_string(), &text).0),
        Err(unread) => (unread.code == "cannot-read").then_some(unread),
    };
    if let Some(there) = there {
        return Err(problem(format!("not saved, since what is there is left as it is: {}", there.message)));
    }
    save_text(folder, name, &text_of(value).map_err(problem)?)
}

/// Keeps `text` in the file `name` of `folder`, atomically; the folder is made when it is not there.
///
/// # Errors
/// When the file cannot be saved; the old one is then as it was.
pub fn save_text(folder: &Path, name: &str, text: &str) -> Result<(), Problem> {
    let path = folder.join(name);
    fs::create_dir_all(folder).map_err(|error| {
        let message = format!("its folder cannot be made: {error}");
        Problem::of_file(path.display().to_string(), "cannot-save", message)
    })?;
    save_atomic(&path, text.as_bytes())
}

/// Keeps `text` in `folder` as `STEM.ENDING`, or under the next free name, such as `STEM-2.ENDING`, and gives the path. A file that
/// holds the same text already is that path; no file is ever written over.
///
/// # Errors
/// When the file cannot be saved.
pub fn save_new(folder: &Path, stem: &str, ending: &str, text: &str) -> Result<PathBuf, Problem> {
    let numbered = |number: u32| match number {
        1 => format!("{stem}.{ending}"),
        _ => format!("{stem}-{number}.{ending}"),
    };
    let is_ours = |name: &String| {
        let path = folder.join(name);
        !is_taken(&path) || load_text(&path).is_ok_and(|there| there == text)
    };
    let Some(name) = (1..10_000).map(numbered).find(is_ours) else {
        let message =
            format!("all names from {stem}-2 to {stem}-9999 are taken; move some of these files away");
        return Err(Problem::of_file(folder.display().to_string(), "cannot-save", message));
    };
    save_text(folder, &name, text)?;
    Ok(folder.join(name))
}

/// Keeps `text` in `folder` as `STEM.ENDING`. What stood there and differs is first moved to `.earlier/STEM-N.ENDING`, where nothing that
/// reads the folder meets it. Gives the path, and where the earlier file is now.
///
/// # Errors
/// When the file cannot be saved, or the earlier one cannot be moved; that is then as it was.
pub fn replace(
    folder: &Path,
    stem: &str,
    ending: &str,
    text: &str,
) -> Result<(PathBuf, Option<PathBuf>), Problem> {
    let path = folder.join(format!("{stem}.{ending}"));
    let earlier = match load_text(&path) {
        Err(problem) if problem.code == "not-found" => None,
        Err(problem) => return Err(problem),
        Ok(there) if there == text => None,
        Ok(there) => Some(save_new(&folder.join(".earlier"), stem, ending, &there)?),
    };
    save_text(folder, &format!("{stem}.{ending}"), text)?;
    Ok((path, earlier))
}

/// Waits until no other process holds the lock of the file `name` of `folder`, and holds it until the value is dropped. The lock is a
/// file beside it, which stays.
///
/// # Errors
/// When the file of the lock cannot be made. A system without locks goes on without one.
pub fn lock(folder: &Path, name: &str) -> Result<fs::File, Problem> {
    let path = folder.join(format!(".{name}.lock"));
    let problem = |error: std::io::Error| {
        Problem::of_file(path.display().to_string(), "cannot-save", format!("cannot be locked: {error}"))
    };
    fs::create_dir_all(folder).map_err(problem)?;
    let file =
        fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(problem)?;
    match file.lock() {
        Err(error) if error.kind() != std::io::ErrorKind::Unsupported => Err(problem(error)),
        Err(_) | Ok(()) => Ok(file),
    }
}

/// `value` as the text that [`save`] keeps.
///
/// # Errors
/// Why it cannot be written.
pub fn text_of<T: Serialize>(value: &T) -> Result<String, String> {
    let layout = ron::ser::PrettyConfig::default().new_line("\n");
    let text = parse_options().to_string_pretty(value, layout);
    text.map(|text| format!("{}\n", readable(&text))).map_err(|error| format!("cannot be written: {error}"))
}

/// RON without the characters in its texts that would keep it from being read again: a learner may have typed or pasted one, and what is
/// kept must not be lost for it.
fn readable(text: &str) -> String {
    let is_refused = |c: char| is_hidden(c) && !matches!(c, '\n' | '\t' | '\r');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '\\' || is_refused(c)) {
        kept.push_str(&rest[..at]);
        let code = rest[at..].strip_prefix("\\u{").and_then(|tail| tail.split_once('}'));
        let hidden = code.and_then(|(digits, tail)| {
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            is_refused(c).then_some(tail)
        });
        rest = match hidden {
            Some(tail) => tail,
            None if rest[at..].starts_with('\\') => {
                // A backslash and what it is before belong together.
                let length = rest[at..].chars().take(2).map(char::len_utf8).sum::<usize>();
                kept.push_str(&rest[at..at + length]);
                &rest[at + length..]
            }
            None => &rest[at + rest[at..].chars().next().map_or(0, char::len_utf8)..],
        };
    }
    kept.push_str(rest);
    kept
}

/// Removes the file `name` of `folder`; nothing happens when it is not there.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove(folder: &Path, name: &str) -> Result<(), Problem> {
    let path = folder.join(name);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            let message = format!("the file cannot be removed: {error}");
            Err(Problem::of_file(path.display().to_string(), "cannot-save", message))
        }
        _ => Ok(()),
    }
}

/// Renames a damaged file, to a name that is free, and says so.
pub(super) fn set_aside(path: &Path, why: &Problem) -> Result<String, Problem> {
    let numbered = |number: u32| match number {
        1 => path.with_extension("ron.damaged"),
        _ => path.with_extension(format!("ron.damaged{number}")),
    };
    let free = (1..1000).map(numbered).find(|candidate| fs::symlink_metadata(candidate).is_err());
    let Some(aside) = free.filter(|aside| fs::rename(path, aside).is_ok()) else {
        let message = format!("the file is damaged ({}) and cannot be set aside; move it away", why.message);
        return Err(Problem::of_file(path.display().to_string(), "damaged", message));
    };
    Ok(format!(
        "{} was damaged ({}); it was set aside as {}, and a new one begins",
        path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default(),
        why.message,
        aside.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Versioned for Vec<u32> {
        const NEWEST: u32 = 1;
    }

    impl Versioned for Vec<String> {
        const NEWEST: u32 = 1;
    }

    #[test]
    fn what_is_kept_comes_back_and_what_is_damaged_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("data");
        assert_eq!(load::<Vec<u32>>(&inside, "a.ron").unwrap(), (None, None));
        save(&inside, "a.ron", &vec![1, 2]).unwrap();
        assert_eq!(load::<Vec<u32>>(&inside, "a.ron").unwrap(), (Some(vec![1, 2]), None));
        fs::write(inside.join("a.ron"), "[1, 2").unwrap();
        let (value, notice) = load::<Vec<u32>>(&inside, "a.ron").unwrap();
        assert!(value.is_none() && notice.unwrap().contains("a.ron was damaged"));
        save(&inside, "a.ron", &vec![3]).unwrap();
        assert_eq!(fs::read_to_string(inside.join("a.ron.damaged")).unwrap(), "[1, 2");
    }

    #[test]
    fn what_was_typed_does_not_keep_a_file_from_being_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let typed = [
            "a\u{202e}b",
            "\u{1b}[31m",
            "tab\tand\nline",
            "back\\slash \\u{202e} \"quoted\"",
            "ünicode \u{feff}",
        ];
        let read = ["ab", "[31m", "tab\tand\nline", "back\\slash \\u{202e} \"quoted\"", "ünicode "];
        save(folder.path(), "a.ron", &typed.map(str::to_owned).to_vec()).unwrap();
        let (value, notice) = load::<Vec<String>>(folder.path(), "a.ron").unwrap();
        assert_eq!((value.unwrap(), notice), (read.map(str::to_owned).to_vec(), None));
    }
}
