//! Hand-ins that somebody made to break the grader end in a row, a grade or reasons, and soon.

use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde_json::Value;

use super::corpus::{Fate, Hostile, corpus};
use super::{here, keeps};
use crate::lab::lab;

/// The longest that one may take: what is shipped may take 5 s, and a build for tests is some ten times slower and shares the processors.
const LONGEST: Duration = Duration::from_mins(1);

#[expect(clippy::disallowed_methods, reason = "the test is about time")]
fn now() -> Instant {
    Instant::now()
}

/// What became of one, or what is wrong with that.
fn graded(one: &Hostile) -> Result<(), String> {
    let started = now();
    let line = ["grade", "all-at-once", "--seeds", "1", "--format", "gradescope", "--"];
    let answer = lab(here()).args(line).arg(&one.path.display().to_string()).answer();
    let told = |what: String| Err(format!("{} {:?}: {what}", one.kind, one.path.file_name().unwrap()));
    if started.elapsed() > LONGEST {
        return told(format!("it took {:?}", started.elapsed()));
    }
    let fate = match answer.code {
        0 | 1 => Fate::Graded,
        2 => Fate::Refused,
        code => return told(format!("exit code {code}: {}", answer.stderr)),
    };
    if fate != one.fate {
        return told(format!("{fate:?}: {}{}", answer.stdout, answer.stderr));
    }
    let value: Value = match serde_json::from_str(&answer.stdout) {
        Ok(value) => value,
        Err(error) => return told(format!("{error}: {}", answer.stdout)),
    };
    keeps("gradescope", &value);
    let has_reason = answer.stderr.lines().any(|line| !line.trim().is_empty());
    let is_safe = |text: &str| !text.chars().any(|c| c.is_control() && c != '\n');
    match has_reason == (fate == Fate::Refused) && is_safe(&answer.stdout) && is_safe(&answer.stderr) {
        true => Ok(()),
        false => told(format!("{:?} {:?}", answer.stdout, answer.stderr)),
    }
}

#[test]
fn whatever_is_handed_in_is_graded_or_refused_with_a_reason_and_soon() {
    let folder = tempfile::tempdir().unwrap();
    let all = corpus(folder.path());
    assert!(all.len() >= 200, "{}", all.len());
    let wrong: Vec<String> = all.par_iter().filter_map(|one| graded(one).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

#[test]
fn a_class_of_them_has_the_right_row_for_each_and_lists_what_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let hand_ins = folder.path().join("hand-ins");
    std::fs::create_dir(&hand_ins).unwrap();
    let all = corpus(&hand_ins);
    let links = links(&hand_ins);
    let work = folder.path().join("work").display().to_string();
    let csv = folder.path().join("grades.csv").display().to_string();
    let staff = folder.path().join("staff.html").display().to_string();
    let line = ["class", "all-at-once", "--seeds", "1", "--format", "json", "--work", &work];
    let line = line.into_iter().chain(["--csv", &csv, "--staff", &staff]);
    let answer = lab(here()).args(line).arg(&hand_ins.display().to_string()).answer();
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    let value: Value = serde_json::from_str(&answer.stdout).unwrap();
    let rows = value["hand_ins"].as_array().unwrap();
    let row = |path: &std::path::Path| rows.iter().find(|row| row["file"] == path.display().to_string());
    let mut wrong = Vec::new();
    for one in &all {
        let is_hidden = one.path.file_name().unwrap().to_string_lossy().starts_with('.');
        let row = row(&one.path);
        let found = row.map(|row| if row["error"].is_null() { Fate::Graded } else { Fate::Refused });
        let is_said =
            |said: &str| said.len() > 20 && !said.chars().any(|c| c.is_control() || c == '\u{202e}');
        let has_reason = row.is_none_or(|row| row["error"].as_str().is_none_or(is_said));
        if found != (!is_hidden).then_some(one.fate) || !has_reason {
            wrong.push(format!("{} {:?}: {found:?}", one.kind, one.path.file_name().unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for link in links {
        let name = link.file_name().unwrap().to_string_lossy().into_owned();
        let is_told = value["ignored"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["path"].as_str().unwrap().contains(&name));
        let has_points = row(&link).is_some_and(|row| row["error"].is_null());
        assert!(!has_points && (is_told || row(&link).is_some()), "{name} is neither told nor refused");
    }
    let table = std::fs::read_to_string(csv).unwrap();
    let lines: Vec<_> =
        csv::Reader::from_reader(table.as_bytes()).into_records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), rows.len(), "the table has the same rows");
    assert!(lines.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '@'])), "a cell is a formula");
    let page = std::fs::read_to_string(staff).unwrap();
    assert!(!page.contains("<b>") && !page.contains("<img src=x"), "the page has no tag of a hand-in");
}

/// Things of other kinds than files: links, folders, a pipe.
fn links(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    use std::os::unix::fs::symlink;
    let elsewhere = tempfile::tempdir_in(folder.parent().unwrap()).unwrap().keep();
    std::fs::copy(here().join("exercises/01-all-at-once/solution.ron"), elsewhere.join("plan.ron")).unwrap();
    let links =
        ["link.ron", "dangling.ron", "loop.ron", "zero.ron", "folder.ron", "linked", "again", "pipe.ron"];
    let links = links.map(|name| folder.join(name));
    symlink(elsewhere.join("plan.ron"), &links[0]).unwrap();
    symlink(elsewhere.join("none"), &links[1]).unwrap();
    symlink(&links[2], &links[2]).unwrap();
    symlink("/dev/zero", &links[3]).unwrap();
    std::fs::create_dir(&links[4]).unwrap();
    symlink(&elsewhere, &links[5]).unwrap();
    symlink(folder, &links[6]).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&links[7]).status().unwrap().success());
    links.to_vec()
}
