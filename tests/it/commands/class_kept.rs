//! `class`: what is finished is kept, whatever ends the class, and nothing is graded twice.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{call, json};
use crate::lab::lab;

/// A class of twelve that all differ, and one that is broken; beside it the small exercise that it is of.
pub fn class() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let exercise = folder.path().join("proof");
    fs::create_dir(&exercise).unwrap();
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), exercise.join(file.file_name())).unwrap();
    }
    let hand_ins = folder.path().join("hand-ins");
    fs::create_dir_all(&hand_ins).unwrap();
    for number in 10..22 {
        let plan = if number % 3 == 0 { "wrong-unwatched.ron" } else { "solution.ron" };
        let plan = fs::read_to_string(exercise.join(plan)).unwrap();
        fs::write(hand_ins.join(format!("s{number}.ron")), format!("// {number}\n{plan}")).unwrap();
    }
    fs::write(hand_ins.join("s99.ron"), "(format: 1, stratgy: Nothing)").unwrap();
    folder
}

/// The kept files in a folder, and when each was written, in seconds and nanoseconds.
pub fn kept(work: &Path) -> BTreeMap<PathBuf, (i64, i64)> {
    let folders = fs::read_dir(work).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|entry| entry.unwrap().path());
    let whole = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let written = |path: &Path| fs::metadata(path).map(|file| (file.mtime(), file.mtime_nsec())).unwrap();
    whole.map(|path| (path.clone(), written(&path))).collect()
}

/// Starts a class and kills it when `some` of the files that it keeps in `work` are there and not yet all. A machine may give
/// this process no turn until the class has ended; then it is begun anew.
#[expect(clippy::disallowed_methods, reason = "it waits for a class that another process grades")]
pub fn killed_midway(folder: &Path, line: &str, work: &Path, some: usize, all: usize) {
    let before = kept(work);
    for _ in 0..20 {
        let mut child = lab(folder).args(line.split(' ')).started();
        while kept(work).len() < before.len() + some && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let after = kept(work);
        if (some..all).contains(&(after.len() - before.len())) {
            return;
        }
        for path in after.keys().filter(|path| !before.contains_key(*path)) {
            fs::remove_file(path).unwrap();
        }
    }
    panic!("twenty times it ended before it could be killed");
}

const LINE: &str =
    "class proof hand-ins --format json --csv grades.csv --out reports --staff staff.html --work";

/// The page, the tables and the reports of a class that was graded with `work`.
pub fn results(folder: &Path, work: &str) -> Vec<String> {
    let page = call(folder, &format!("{LINE} {work}"));
    assert_eq!(page.code, 1, "{}", page.stderr);
    let mut reports: Vec<PathBuf> =
        fs::read_dir(folder.join("reports")).unwrap().map(|entry| entry.unwrap().path()).collect();
    reports.sort();
    let files = [folder.join("grades.csv"), folder.join("staff.html")].into_iter().chain(reports);
    std::iter::once(page.stdout).chain(files.map(|path| fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn a_class_that_is_killed_goes_on_where_it_stood_to_the_same_bytes() {
    let folder = class();
    let here = folder.path();
    let work = here.join("work");
    killed_midway(here, &format!("{LINE} work"), &work, 3, 13);
    let before = kept(&work);
    let table = fs::read_to_string(here.join("grades.csv")).unwrap();
    assert!((2..14).contains(&table.lines().count()), "the table is there as far as it goes: {table}");
    let after_kill = results(here, "work");
    let after = kept(&work);
    assert_eq!(after.len(), 14, "the class, and the wrong plan of the exercise");
    for (path, written) in before {
        assert_eq!(after[&path], written, "{} was graded twice", path.display());
    }
    fs::remove_dir_all(here.join("reports")).unwrap();
    fs::remove_file(here.join("grades.csv")).unwrap();
    assert_eq!(after_kill, results(here, "other"));
}

#[test]
fn a_hand_in_that_changed_is_graded_again_and_what_is_damaged_too() {
    let folder = class();
    let here = folder.path();
    let line = "class proof hand-ins --format json --work work";
    let first = call(here, line).stdout;
    let before = kept(&here.join("work"));
    for path in before.keys().take(2) {
        let text = fs::read_to_string(path).unwrap();
        fs::write(path, text.replace("true", "false").replace("stratgy", "strategy")).unwrap();
    }
    assert_eq!(call(here, line).stdout, first, "a damaged file does not count");
    fs::copy(here.join("proof/starter.ron"), here.join("hand-ins/s10.ron")).unwrap();
    let second = json(here, line, 1);
    assert_eq!(second["hand_ins"][0]["passed"], false);
    assert_ne!(first, call(here, line).stdout);
    assert_eq!(kept(&here.join("work")).len(), before.len() + 1);
}

/// The safety net ends what takes too long; that is no grade, and not kept.
#[cfg(unix)]
#[test]
fn what_takes_too_long_is_a_row_that_says_so_and_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let exercise = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/03-canary");
    fs::create_dir(folder.path().join("hand-ins")).unwrap();
    fs::copy(exercise.join("solution.ron"), folder.path().join("hand-ins/ada.ron")).unwrap();
    fs::write(folder.path().join("hand-ins/eve.ron"), "(format: 1, stratgy: Nothing)").unwrap();
    let class = json(
        folder.path(),
        "class canary hand-ins --seeds 100 --seconds 1 --work work --csv grades.csv --format json",
        1,
    );
    let row = &class["hand_ins"][0];
    assert_eq!(row["error_kind"], "stopped");
    assert!(row["error"].as_str().unwrap().contains("1 s of processor time"), "{row}");
    assert!(row["score"].is_null());
    assert_eq!(class["hand_ins"][1]["error_kind"], "hand_in");
    assert_eq!(kept(&folder.path().join("work")).len(), 1, "only the refusal is kept");
    assert_eq!(fs::read_to_string(folder.path().join("grades.csv")).unwrap().lines().count(), 3);
}

/// Links earn nothing, a name counts once, and what is ignored is listed.
#[cfg(unix)]
#[test]
fn nobody_earns_the_points_of_another_and_what_is_ignored_is_listed() {
    let folder = class();
    let here = folder.path();
    fs::remove_dir_all(here.join("hand-ins")).unwrap();
    fs::create_dir_all(here.join("hand-ins/bob")).unwrap();
    fs::copy(here.join("proof/solution.ron"), here.join("hand-ins/bob/plan.RON")).unwrap();
    fs::copy(here.join("proof/starter.ron"), here.join("hand-ins/bob.ron")).unwrap();
    fs::create_dir(here.join("hand-ins/empty")).unwrap();
    std::os::unix::fs::symlink("bob", here.join("hand-ins/eve")).unwrap();
    std::os::unix::fs::symlink("../hand-ins", here.join("hand-ins/loop")).unwrap();
    let class = json(here, "class proof hand-ins --out reports --format json", 1);
    let told: Vec<(&str, bool)> = class["hand_ins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["student"].as_str().unwrap(), row["score"].is_number()))
        .collect();
    assert_eq!(told, [("bob", true), ("eve", false), ("loop", false)]);
    assert_eq!(class["hand_ins"][0]["passed"], false, "bob.ron counts");
    let ignored: Vec<&str> =
        class["ignored"].as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap()).collect();
    assert_eq!(ignored.len(), 2, "{ignored:?}");
    assert!(ignored[0].contains("bob.ron counts for \"bob\""), "{ignored:?}");
    assert!(ignored[1].contains("the folder is empty"), "{ignored:?}");
}
