//! A class in the forms of schools' systems.

use std::fs;

use serde_json::Value;

use super::{hand_ins, here, keeps};
use crate::lab::{Answer, lab};

/// A class of three: starter, solution, broken.
fn class(folder: &std::path::Path, more: &[&str]) -> Answer {
    let work = folder.join("work").display().to_string();
    let hand_ins = folder.join("hand-ins").display().to_string();
    let call = lab(here()).args(["class", "all-at-once", &hand_ins, "--seeds", "1", "--work", &work]);
    call.args(more.iter().copied()).answer()
}

#[test]
fn a_class_is_one_gradebook_or_a_file_for_each_whichever_the_system_takes() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("hand-ins")).unwrap();
    hand_ins(&folder.path().join("hand-ins"));
    for (format, lines) in [("moodle", 4), ("nbgrader", 4), ("canvas", 5)] {
        let answer = class(folder.path(), &["--format", format]);
        let rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(answer.stdout.as_bytes())
            .into_records()
            .count();
        assert_eq!((answer.code, rows), (1, lines), "{format}: {}{}", answer.stdout, answer.stderr);
    }
    let statements = class(folder.path(), &["--format", "xapi"]).stdout;
    let statements: Vec<Value> = statements.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(statements.len(), 3);
    statements.iter().for_each(|statement| keeps("xapi", statement));
    let junit = class(folder.path(), &["--format", "junit"]).stdout;
    assert_eq!((junit.matches("<testsuite ").count(), junit.matches("<error ").count()), (3, 1), "{junit}");

    let refused = class(folder.path(), &["--format", "gradescope"]);
    assert!(refused.code == 2 && refused.stderr.contains("--out"), "{}", refused.stderr);
    let out = folder.path().join("out");
    for format in ["gradescope", "prairielearn", "otter", "github-classroom", "github"] {
        let answer = class(folder.path(), &["--format", format, "--out", &out.display().to_string()]);
        assert!(answer.code == 1 && answer.stdout.contains("starter"), "{}{}", answer.stdout, answer.stderr);
    }
    for student in ["starter", "solution", "broken"] {
        for format in ["gradescope", "prairielearn", "otter"] {
            let text = fs::read_to_string(out.join(format!("{student}.{format}.json"))).unwrap();
            keeps(format, &serde_json::from_str(&text).unwrap());
        }
        assert!(out.join(format!("{student}.github.md")).is_file());
    }
}

#[test]
fn grade_and_class_give_one_result_for_one_hand_in() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("hand-ins")).unwrap();
    let files = hand_ins(&folder.path().join("hand-ins"));
    let all = class(folder.path(), &["--format", "xapi"]).stdout;
    for file in files {
        let student = file.file_stem().unwrap().to_string_lossy().into_owned();
        let line = ["grade", "all-at-once", "--seeds", "1", "--format", "xapi", "--student", &student];
        let one = lab(here()).args(line).arg(&file.display().to_string()).answer().stdout;
        assert!(all.contains(&one), "{one} in {all}");
    }
}
