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

    let roster = folder.path().join("roster.csv");
    fs::write(&roster, "id,email\nstarter,eva@school.example\nsolution,\n").unwrap();
    let listed = class(folder.path(), &["--format", "moodle", "--roster", roster.to_str().unwrap()]).stdout;
    assert!(listed.starts_with("username,email,All at once points,All at once feedback\n"), "{listed}");
    assert!(listed.contains("\nstarter,eva@school.example,"), "{listed}");

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
fn a_class_for_classroom_50_names_each_students_own_addresses() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("hand-ins")).unwrap();
    let [starter, ..] = hand_ins(&folder.path().join("hand-ins"));
    fs::rename(starter, folder.path().join("hand-ins/eva x.ron")).unwrap();
    let out = folder.path().join("out").display().to_string();
    let refused = class(folder.path(), &["--format", "classroom50", "--out", &out]);
    assert!(refused.code == 2 && refused.stderr.contains("variables CLASSROOM, "), "{}", refused.stderr);
    let work = folder.path().join("work").display().to_string();
    let files = folder.path().join("hand-ins").display().to_string();
    let mut call = lab(here()).args(["class", "all-at-once", &files, "--seeds", "1", "--work", &work]);
    for (name, value) in [
        ("CLASSROOM", "devops"),
        ("ASSIGNMENT", "all-at-once"),
        ("SUBMISSION_TAG", "submit/regraded"),
        ("COMMIT_URL", "https://github.com/x/devops-{student}/commit/z"),
        ("RELEASE_URL", "https://github.com/x/devops-{student}/releases/z"),
        ("SUBMITTED_AT", "2026-06-01T14:32:01Z"),
        ("OWNER", "staff"),
    ] {
        call = call.env(name, value);
    }
    let answer = call.args(["--format", "classroom50", "--out", &out]).answer();
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    for (student, address) in [("eva x", "eva%20x"), ("solution", "solution"), ("broken", "broken")] {
        let file = folder.path().join(format!("out/{student}.classroom50.json"));
        let value: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        keeps("classroom50", &value);
        assert_eq!((&value["owner"], &value["submission"]), (&student.into(), &"submit/regraded".into()));
        assert_eq!(value["commit"], format!("https://github.com/x/devops-{address}/commit/z"));
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
