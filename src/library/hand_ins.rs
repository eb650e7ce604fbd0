//! The hand-ins in a folder: which files count, whose they are, and what is ignored and why. Links are never followed, so that nobody's
//! work counts for another and no folder is looked into twice.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::folder::{all_entries, name};
use super::problem::Problem;
use crate::exercise::class::Ignored;

/// Hand-ins in one folder, at most.
const MOST_HAND_INS: usize = 100_000;
/// Entries of one student's folder that are looked at, at most.
const MOST_OF_ONE: usize = 10_000;
/// The endings of hand-ins, in the order in which they count.
const ENDINGS: [&str; 4] = ["ron", "yaml", "yml", "json"];

/// A file that somebody handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandInFile {
    /// Who: the file's name without its ending, or the name of the folder it lies in; with several files in that folder,
    /// both.
    pub student: String,
    /// The file; the folder when that cannot be looked into.
    pub path: PathBuf,
    /// Why there is nothing to be graded, when that is known already.
    pub problem: Option<Problem>,
}

/// What lies in a folder of hand-ins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandIns {
    /// The hand-ins, sorted by student; each student has one, or several with names of their own in a folder.
    pub files: Vec<HandInFile>,
    /// Everything else, sorted by path.
    pub ignored: Vec<Ignored>,
}

/// What a folder of hand-ins may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Plans, sessions and manifests: each file in a student's folder is a hand-in.
    Files,
    /// What was done on duty: the files in a student's folder are one hand-in together.
    Duties,
}

/// The hand-ins in `folder`: each `NAME.ron`, and the hand-ins in each folder `NAME`; a manifest ends in `.yaml`, `.yml` or `.json`.
/// Endings are taken in any case. Of several with one name, a file counts before a folder, `.ron` before
/// the others, and a link last.
/// A link, and a folder that cannot be looked into, are there with the reason.
///
/// # Errors
/// When `folder` itself is not there, cannot be read, or holds more than 100,000 entries.
pub fn hand_ins(folder: &Path) -> Result<HandIns, Problem> {
    found(folder, Content::Files)
}

/// The hand-ins of an Operate exercise in `folder`: each `NAME.ron`, and each folder `NAME`, whose files are one hand-in together.
///
/// # Errors
/// As [`hand_ins`].
pub fn duties(folder: &Path) -> Result<HandIns, Problem> {
    found(folder, Content::Duties)
}

fn found(folder: &Path, content: Content) -> Result<HandIns, Problem> {
    let mut all = HandIns::default();
    let mut of_name: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut paths = all_entries(folder, MOST_HAND_INS)?;
    paths.sort_by_key(|path| (is_link(path), is_folder(path), rank(path, content), path.clone()));
    for path in paths {
        let student = if is_folder(&path) { name(&path) } else { stem(&path) };
        if let Some(why) = no_hand_in(&path, content) {
            all.ignored.push(ignored(&path, why));
            continue;
        }
        if let Some(other) = of_name.get(&student) {
            let why = format!("{} counts for \"{student}\"", other.display());
            all.ignored.push(ignored(&path, why));
            continue;
        }
        if add(&path, &student, content, &mut all) {
            of_name.insert(student, path);
        }
    }
    all.files.sort_by(|a, b| (&a.student, &a.path).cmp(&(&b.student, &b.path)));
    all.ignored.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(all)
}

/// Adds the hand-in at `path`; false when a folder holds none.
fn add(path: &Path, student: &str, content: Content, all: &mut HandIns) -> bool {
    let mut one = |student: String, path: &Path, problem| {
        all.files.push(HandInFile { student, path: path.to_owned(), problem });
    };
    if is_link(path) {
        let message = "this is a symbolic link, which is not followed; hand in the file or folder itself";
        let problem = Problem::of_file(path.display().to_string(), "not-a-file", message);
        one(student.to_owned(), path, Some(problem));
        return true;
    }
    if !is_folder(path) {
        one(student.to_owned(), path, None);
        return true;
    }
    let inside = match all_entries(path, MOST_OF_ONE) {
        Ok(inside) => inside,
        Err(problem) => {
            one(student.to_owned(), path, Some(problem));
            return true;
        }
    };
    let inner = |path: &Path| {
        let folder = "a folder in a student's folder is not looked into; put the hand-in beside it";
        no_hand_in(path, content).or_else(|| is_folder(path).then(|| folder.to_owned()))
    };
    let (others, hand_ins): (Vec<_>, Vec<_>) = inside.into_iter().partition(|path| inner(path).is_some());
    match (content, hand_ins.as_slice()) {
        (_, []) => {
            let many = if others.is_empty() { "the folder is empty" } else { "the folder holds no hand-in" };
            all.ignored.push(ignored(path, format!("{many}; a hand-in ends in {}", endings(content))));
        }
        (Content::Duties, _) => one(student.to_owned(), path, None),
        (Content::Files, [alone]) => {
            let message = "this is a symbolic link, which is not followed; hand in the file itself";
            let link = || Problem::of_file(alone.display().to_string(), "not-a-file", message);
            one(student.to_owned(), alone, is_link(alone).then(link));
        }
        (Content::Files, several) => {
            for path in several {
                one(format!("{student}/{}", stem(path)), path, None);
            }
        }
    }
    all.ignored.extend(others.iter().filter_map(|path| Some(ignored(path, inner(path)?))));
    !hand_ins.is_empty()
}

fn ignored(path: &Path, why: String) -> Ignored {
    Ignored { path: path.display().to_string(), why }
}

/// Why the entry at `path` is no hand-in, nor a folder of some.
fn no_hand_in(path: &Path, content: Content) -> Option<String> {
    if name(path).starts_with('.') {
        return Some("its name begins with a dot".to_owned());
    }
    let about = fs::symlink_metadata(path).ok()?;
    if about.is_dir() || (about.is_symlink() && path.is_dir()) {
        return None;
    }
    if rank(path, content).is_none() {
        return Some(format!("a hand-in ends in {}", endings(content)));
    }
    None
}

fn endings(content: Content) -> &'static str {
    match content {
        Content::Files => ".ron, .yaml, .yml or .json",
        Content::Duties => ".ron",
    }
}

/// The position of the file's ending among those of hand-ins; `None` for other files.
fn rank(path: &Path, content: Content) -> Option<usize> {
    let found = path.extension()?;
    let rank = ENDINGS.iter().position(|ending| found.eq_ignore_ascii_case(ending))?;
    (content == Content::Files || rank == 0).then_some(rank)
}

/// Whether a folder stands at `path` itself: a link to one is none.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_dir())
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink())
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(paths: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for path in paths {
            let full = folder.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            if path.ends_with('/') {
                fs::create_dir_all(full).unwrap();
            } else {
                fs::write(full, "x").unwrap();
            }
        }
        folder
    }

    fn told(folder: &tempfile::TempDir) -> (Vec<String>, Vec<String>) {
        let all = hand_ins(folder.path()).unwrap();
        let here = format!("{}/", folder.path().display());
        let files = all.files.iter().map(|file| {
            let why = file.problem.as_ref().map_or(String::new(), |problem| format!(" ({})", problem.code));
            format!("{}: {}{why}", file.student, file.path.display()).replace(&here, "")
        });
        let ignored = all.ignored.iter().map(|one| format!("{}: {}", one.path, one.why).replace(&here, ""));
        (files.collect(), ignored.collect())
    }

    #[test]
    fn hand_ins_are_files_or_folders_named_after_students() {
        let folder =
            folder(&["eva.ron", "bob/plan.RON", "kim/a.ron", "kim/b.ron", "max.Yaml", "lea.yml", "ida.json"]);
        let (files, ignored) = told(&folder);
        let wanted = [
            "bob: bob/plan.RON",
            "eva: eva.ron",
            "ida: ida.json",
            "kim/a: kim/a.ron",
            "kim/b: kim/b.ron",
            "lea: lea.yml",
            "max: max.Yaml",
        ];
        assert_eq!(files, wanted);
        assert!(ignored.is_empty());
    }

    #[test]
    fn what_is_no_hand_in_is_listed_with_the_reason() {
        let folder = folder(&[
            "notes.txt",
            ".DS_Store",
            "none/",
            "ann/readme.md",
            "bob/plan.ron",
            "bob/old/plan.ron",
            "bob.ron",
            "bob.yaml",
        ]);
        let (files, ignored) = told(&folder);
        assert_eq!(files, ["bob: bob.ron"]);
        let ending = "a hand-in ends in .ron, .yaml, .yml or .json";
        let wanted = [
            ".DS_Store: its name begins with a dot".to_owned(),
            format!("ann: the folder holds no hand-in; {ending}"),
            format!("ann/readme.md: {ending}"),
            "bob: bob.ron counts for \"bob\"".to_owned(),
            "bob.yaml: bob.ron counts for \"bob\"".to_owned(),
            format!("none: the folder is empty; {ending}"),
            format!("notes.txt: {ending}"),
        ];
        assert_eq!(ignored, wanted);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let folder = folder(&["bob/plan.ron", "kim/"]);
        let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, folder.path().join(at)).unwrap();
        link("bob", "eve");
        link(".", "loop");
        link("bob/plan.ron", "max.ron");
        link("../bob/plan.ron", "kim/plan.ron");
        let (files, _) = told(&folder);
        let wanted = [
            "bob: bob/plan.ron",
            "eve: eve (not-a-file)",
            "kim: kim/plan.ron (not-a-file)",
            "loop: loop (not-a-file)",
            "max: max.ron (not-a-file)",
        ];
        assert_eq!(files, wanted);
    }

    #[test]
    fn a_folder_that_holds_too_much_is_one_row() {
        let folder = folder(&["ann.ron", "bob/"]);
        for number in 0..=MOST_OF_ONE {
            fs::write(folder.path().join(format!("bob/{number}.ron")), "").unwrap();
        }
        assert_eq!(told(&folder).0, ["ann: ann.ron", "bob: bob (too-large)"]);
    }
}
