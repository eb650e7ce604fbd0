//! Text in and bytes out, carefully: what is read is an ordinary file of an ordinary size, and what is written is either
//! the whole new file or the old one untouched.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use atomic_write_file::AtomicWriteFile;

use super::MAX_FILE_BYTES;
use super::excerpt::shortened;
use super::problem::Problem;
use crate::engine::nearest;

/// The text of the file at `path`.
///
/// # Errors
/// A [`Problem`] of the whole file: `not-found` (with the nearest name in its folder), `not-a-file`, `too-large`
/// (over 256 KiB), `not-text` (no UTF-8), `cannot-read`.
pub fn load_text(path: &Path) -> Result<String, Problem> {
    load_text_of(path, MAX_FILE_BYTES)
}

/// The text of an export of measurements at `path`, which may have up to 64 MiB: a day of a service with many instances.
///
/// # Errors
/// As [`load_text`], with that bound.
pub fn load_export(path: &Path) -> Result<String, Problem> {
    load_text_of(path, 64 << 20)
}

/// As [`load_text`], for a file of at most `most` bytes: for what the lab wrote itself.
///
/// # Errors
/// As [`load_text`].
pub fn load_text_of(path: &Path, most: usize) -> Result<String, Problem> {
    let name = path.display().to_string();
    let problem = |code, message: String| Problem::of_file(name.clone(), code, message);
    let about = fs::symlink_metadata(path).map_err(|error| cannot_find(path, &name, &error))?;
    if about.is_dir() {
        return Err(problem("not-a-file", "this is a folder; name a file in it".into()));
    }
    if about.is_symlink() {
        let message = "this is a symbolic link, which is not followed; name the file that it points to";
        return Err(problem("not-a-file", message.into()));
    }
    if !about.is_file() {
        return Err(problem("not-a-file", "this is not an ordinary file; name one that is".into()));
    }
    let mut bytes = Vec::new();
    let limit = most as u64 + 1;
    let read = fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.map_err(|error| problem("cannot-read", format!("cannot be read: {}", plain(&error))))?;
    if bytes.len() > most {
        let size = about.len().max(limit);
        let message = format!(
            "the file has {size} bytes; at most {most} ({} KiB) are read; make it smaller",
            most / 1024
        );
        return Err(problem("too-large", message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        let message =
            format!("the file is not UTF-8 text (first at byte {at}, line {line}); save it as UTF-8");
        problem("not-text", message)
    })
}

/// Writes `bytes` to `path`, all or nothing: a temporary file beside it is written, forced to the disk, and renamed.
///
/// # Errors
/// A [`Problem`] with code `cannot-save`; what stood at `path` is then still there, whole.
pub fn save_atomic(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    save_with(path, |file| file.write_all(bytes))
}

/// Removes the file at `path`, if one is there: a result that no longer holds.
///
/// # Errors
/// A [`Problem`] with code `cannot-save`, also where something stands that is no ordinary file.
pub fn remove(path: &Path) -> Result<(), Problem> {
    let problem = |message: String| Problem::of_file(path.display().to_string(), "cannot-save", message);
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_file() => fs::remove_file(path)
            .map_err(|error| problem(format!("an earlier result cannot be removed: {}", plain(&error)))),
        Ok(_) => Err(problem("an earlier result is not removed: it is not an ordinary file".to_owned())),
        Err(_) => Ok(()),
    }
}

fn save_with(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Problem> {
    let problem = |message: String| Problem::of_file(path.display().to_string(), "cannot-save", message);
    if let Ok(about) = fs::symlink_metadata(path)
        && !about.is_file()
    {
        return Err(problem(
            "cannot be saved here: something stands there that is not an ordinary file".into(),
        ));
    }
    let saved = AtomicWriteFile::open(path).and_then(|mut file| {
        // A sweep leaves a file alone that is held.
        let _ = file.as_file().try_lock();
        write(&mut file)?;
        file.commit()
    });
    sweep(path);
    saved.map_err(|error| problem(format!("cannot be saved: {}; what was there is unchanged", plain(&error))))
}

/// Removes temporary files of earlier saves of `path` whose process ended before it could rename them: `.NAME.` and six letters or
/// digits, as `atomic-write-file` names them. A file that a process still holds is left alone.
fn sweep(path: &Path) {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return };
    let prefix = format!(".{name}.");
    let is_temporary = |entry: &fs::DirEntry| {
        let entry = entry.file_name();
        let rest = entry.to_str().and_then(|entry| entry.strip_prefix(&prefix));
        rest.is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    for entry in fs::read_dir(folder_of(path)).into_iter().flatten().flatten().filter(is_temporary) {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let is_left = || fs::File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_file && is_left() {
            // A file that cannot be removed is swept at a later save.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The folder in which a file stands.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn cannot_find(path: &Path, name: &str, error: &io::Error) -> Problem {
    if error.kind() != io::ErrorKind::NotFound {
        return Problem::of_file(name, "cannot-read", format!("cannot be read: {}", plain(error)));
    }
    let folder = folder_of(path);
    let wanted = path.file_name().map(|file| file.to_string_lossy().into_owned()).unwrap_or_default();
    let message = match fs::read_dir(folder) {
        Err(_) => format!("no such file, and no folder {}", folder.display()),
        Ok(entries) => {
            let mut there: Vec<String> =
                entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            there.sort();
            match nearest(&wanted, there.iter().map(String::as_str)) {
                Some(near) => format!("no such file; did you mean \"{}\"?", shortened(near)),
                None => "no such file; check the name, and the folder you are in".into(),
            }
        }
    };
    Problem::of_file(name, "not-found", message)
}

/// What the system says, without its error number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text).to_owned();
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| format!("{}{}", first.to_lowercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(path: &Path, folder: &Path) -> String {
        load_text(path).unwrap_err().to_string().replace(&folder.display().to_string(), "DIR")
    }

    #[test]
    fn what_cannot_be_read_says_why_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let file = |name: &str, bytes: &[u8]| {
            let path = here.join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        assert_eq!(load_text(&file("plan.ron", b"(a: 1)")).unwrap(), "(a: 1)");
        let m = |path: &Path| message(path, here);
        assert_eq!(m(&here.join("plam.ron")), "DIR/plam.ron: no such file; did you mean \"plan.ron\"?");
        assert_eq!(m(&here.join("zzz")), "DIR/zzz: no such file; check the name, and the folder you are in");
        assert_eq!(m(&here.join("x/y")), "DIR/x/y: no such file, and no folder DIR/x");
        assert_eq!(m(here), "DIR: this is a folder; name a file in it");
        assert_eq!(
            m(&file("latin", b"(\n\xe9)")),
            "DIR/latin: the file is not UTF-8 text (first at byte 2, line 2); save it as UTF-8"
        );
        assert_eq!(
            m(&file("large", &[b' '; 300_000])),
            "DIR/large: the file has 300000 bytes; at most 262144 (256 KiB) are read; make it smaller"
        );
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_links_are_refused_for_reading_and_writing() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "x").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(load_text(&link).unwrap_err().code, "not-a-file");
        assert_eq!(save_atomic(&link, b"y").unwrap_err().code, "cannot-save");
        assert_eq!(load_text(&file).unwrap(), "x");
    }

    #[test]
    fn what_a_killed_save_left_is_swept_by_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("best.ron");
        let beside = |name: &str| folder.path().join(name);
        for name in [
            ".best.ron.a1B2c3",
            ".best.ron.zzzzzz",
            ".best.ron.held00",
            ".best.ron.backup",
            ".other.ron.a1B2c3",
        ] {
            fs::write(beside(name), "left").unwrap();
        }
        let held = fs::File::open(beside(".best.ron.held00")).unwrap();
        held.lock().unwrap();
        save_atomic(&path, b"new").unwrap();
        let mut there: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        assert_eq!(there, [".best.ron.held00", ".other.ron.a1B2c3", "best.ron"]);
        drop(held);
        save_atomic(&path, b"newer").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    /// What a disk says that takes no more, one that is broken, and one that is taken away.
    const SAID: [&str; 3] = [
        "No space left on device (os error 28)",
        "Input/output error (os error 5)",
        "Stale file handle (os error 116)",
    ];

    #[test]
    fn a_save_that_ends_after_any_number_of_bytes_leaves_the_old_file_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("best.ron");
        save_atomic(&path, b"old").unwrap();
        let new: Vec<u8> = (0..2_000_u32).map(|at| b'a' + (at % 26) as u8).collect();
        for short in 0..new.len() {
            let failed = save_with(&path, |file| {
                file.write_all(&new[..short])?;
                Err(io::Error::other(SAID[short % SAID.len()]))
            });
            assert!(failed.is_err(), "after {short} bytes");
            assert_eq!(load_text(&path).unwrap(), "old", "after {short} bytes");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "after {short} bytes");
        }
        save_atomic(&path, &new).unwrap();
        assert_eq!(fs::read(&path).unwrap(), new);
    }

    #[test]
    fn a_save_that_fails_half_way_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("best.ron");
        save_atomic(&path, b"old").unwrap();
        let failed = save_with(&path, |file| {
            file.write_all(b"half of the n")?;
            Err(io::Error::other("Disk full (os error 28)"))
        });
        assert!(failed.unwrap_err().message.starts_with("cannot be saved: disk full; what was there"));
        assert_eq!(load_text(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        save_atomic(&path, b"new").unwrap();
        assert_eq!(load_text(&path).unwrap(), "new");
        assert_eq!(save_atomic(folder.path(), b"x").unwrap_err().code, "cannot-save");
    }
}
