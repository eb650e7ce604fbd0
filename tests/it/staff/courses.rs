//! A course: results of classes, late days and claims, summed for each learner.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{hand_ins, here};
use crate::lab::{Answer, lab};

fn course(folder: &Path, more: &[&str]) -> Answer {
    lab(here()).args(["course", &folder.display().to_string()]).args(more.iter().copied()).answer()
}

/// A learner in the JSON of a course.
fn learner<'v>(value: &'v Value, name: &str) -> &'v Value {
    let found = value["learners"].as_array().unwrap().iter().find(|learner| learner["learner"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {value:#}"))
}

#[test]
fn a_course_sums_the_best_attempts_and_grades_what_lies_there_ungraded() {
    let folder = tempfile::tempdir().unwrap();
    let (work, results) = (folder.path().join("work"), folder.path().join("results"));
    fs::create_dir_all(&work).unwrap();
    fs::create_dir_all(results.join("claims")).unwrap();
    let [starter, solution, broken] = hand_ins(&work);
    // The first attempts were graded in time; the second ones lie there as they were handed in.
    let class = folder.path().join("first");
    fs::create_dir(&class).unwrap();
    fs::copy(&starter, class.join("eva.ron")).unwrap();
    fs::copy(&broken, class.join("bob.ron")).unwrap();
    let line = ["class", "all-at-once", &class.display().to_string(), "--seeds", "1", "--format", "json"]
        .map(str::to_owned);
    let first = lab(here()).args(line.iter().map(String::as_str)).answer();
    assert_eq!(first.code, 1, "{}", first.stderr);
    fs::write(results.join("first.json"), &first.stdout).unwrap();
    fs::create_dir(results.join("all-at-once")).unwrap();
    fs::copy(&solution, results.join("all-at-once/eva.ron")).unwrap();
    fs::write(results.join("late.csv"), "student,exercise,days,attempt\neva, all-at-once, 2, all-at-once\n")
        .unwrap();
    fs::write(results.join("claims/bob.ron"), "(format: 1, best: {\"all-at-once\": 100.0})").unwrap();

    let answer = course(&results, &["--format", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let value: Value = serde_json::from_str(&answer.stdout).unwrap();
    let eva = &learner(&value, "eva")["exercises"][0]["counted"];
    let earned = eva["earned"].as_f64().unwrap();
    assert_eq!(eva["attempt"], "all-at-once", "{eva}");
    assert_eq!(eva["attempts"], 2, "{eva}");
    assert_eq!(eva["passed"], true, "{eva}");
    assert!((eva["points"].as_f64().unwrap() - earned * 0.8).abs() < 0.01, "two days cost a fifth: {eva}");
    let bob = learner(&value, "bob");
    assert_eq!(
        (bob["points"].as_f64(), &bob["exercises"][0]["counted"]),
        (Some(0.0), &Value::Null),
        "a claim counts nothing"
    );
    assert_eq!(bob["claims"][0]["points"], 100.0);
    let free = course(&results, &["--format", "json", "--free-days", "2"]);
    let value: Value = serde_json::from_str(&free.stdout).unwrap();
    assert_eq!(learner(&value, "eva")["points"].as_f64(), Some(earned));

    let text = course(&results, &[]).stdout;
    assert!(text.contains("bob: all-at-once: 100 points claimed, no hand-in that could be graded"), "{text}");
    let out = folder.path().join("course.csv");
    let answer = course(&results, &["--format", "csv", "--out", &out.display().to_string()]);
    assert_eq!((answer.code, answer.stdout.as_str()), (0, ""), "{}", answer.stderr);
    let table = fs::read_to_string(out).unwrap();
    assert!(
        table.starts_with("learner,points,max_points,percent,passed,late_days,free_days,all-at-once_points,"),
        "{table}"
    );
    assert!(course(&results, &["--format", "html"]).stdout.starts_with("<!DOCTYPE html>"));
}

#[test]
fn several_files_of_a_learner_are_attempts_and_late_days_of_nobody_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let row = |student: &str, score: f64| {
        format!(r#"{{"student": "{student}", "score": {score}, "passed": false, "standards": []}}"#)
    };
    let rows = [row("kim/a", 40.0), row("kim/b", 60.0), row("eva", 50.0)].join(", ");
    let result = format!(r#"{{"exercise": "canary", "max_score": 100, "hand_ins": [{rows}]}}"#);
    fs::write(folder.path().join("first.json"), result).unwrap();
    let late = "\u{feff}student,exercise,days,attempt\nkim,canary,1,first\nEva,canary,3,\neva,canary,1,second\neva,canry,1,\n";
    fs::write(folder.path().join("late.csv"), late).unwrap();
    let answer = course(folder.path(), &["--format", "json"]);
    let value: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(value["learners"].as_array().unwrap().len(), 2, "{value:#}");
    let kim = &learner(&value, "kim")["exercises"][0]["counted"];
    assert_eq!((&kim["attempt"], &kim["attempts"]), (&"first/b".into(), &2.into()), "{kim}");
    assert_eq!(kim["points"].as_f64(), Some(54.0), "both came a day late: {kim}");
    assert_eq!(learner(&value, "eva")["points"].as_f64(), Some(50.0));
    for told in [
        r#"no result of "Eva" in exercise "canary""#,
        r#"no result called "second" of "eva" in exercise "canary""#,
        r#"no result of "eva" in exercise "canry""#,
    ] {
        assert!(answer.stderr.contains(told), "{told} in {}", answer.stderr);
    }
    assert_eq!(answer.stderr.lines().count(), 3, "{}", answer.stderr);
    fs::write(folder.path().join("late.csv"), "student,exercise,days\nkim,canary,1\nkim,canary,2\n").unwrap();
    let answer = course(folder.path(), &[]);
    assert!(answer.code == 2 && answer.stderr.contains("row 2: \"kim\" is there twice"), "{}", answer.stderr);
}

#[test]
fn what_is_wrong_with_the_files_of_a_course_is_said_together() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("claims")).unwrap();
    for (name, text) in [
        ("broken.json", "{"),
        ("one.json", r#"{"exercise": "a", "max_score": 100, "hand_ins": []}"#),
        ("two.json", r#"{"exercise": "a", "max_score": 90, "hand_ins": []}"#),
        ("late.csv", "student,exercise,days\neva,a,-1\n"),
        ("claims/eva.ron", "(format: 9)"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let answer = course(folder.path(), &[]);
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    for told in [
        "broken.json: this is no result of a class",
        "two.json: exercise \"a\" has 90 points here and 100 in another result",
        "late.csv: row 1: ",
        "claims/eva.ron:1:10: format 9 is from a newer",
    ] {
        assert!(answer.stderr.contains(told), "{told} in {}", answer.stderr);
    }
    let empty = tempfile::tempdir().unwrap();
    let answer = course(empty.path(), &[]);
    assert!(answer.code == 2 && answer.stderr.contains("no result of a class"), "{}", answer.stderr);
    let answer = course(empty.path(), &["--late-penalty", "101"]);
    assert!(answer.code == 2 && answer.stderr.contains("0 to 100"), "{}", answer.stderr);
}

/// As one of several parts that an engine starts, where `class` by itself would take a part of the hand-ins.
#[test]
fn a_course_grades_whole_classes_also_where_an_engine_starts_parts() {
    let folder = tempfile::tempdir().unwrap();
    let hand_ins = folder.path().join("all-at-once");
    fs::create_dir(&hand_ins).unwrap();
    for number in 0..8 {
        fs::write(hand_ins.join(format!("s{number}.ron")), format!("// {number}")).unwrap();
    }
    let folder = folder.path().display().to_string();
    for (index, count) in [
        ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT"),
        ("JOB_COMPLETION_INDEX", "ROLLOUT_LAB_SHARD_COUNT"),
        ("HQ_TASK_ID", "ROLLOUT_LAB_SHARD_COUNT"),
    ] {
        let call = lab(here()).args(["course", &folder, "--format", "json"]).env(index, "1").env(count, "3");
        let answer = call.answer();
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let value: Value = serde_json::from_str(&answer.stdout).unwrap();
        assert_eq!(value["learners"].as_array().unwrap().len(), 8, "{index}: {value:#}");
    }
}

#[test]
fn late_days_are_read_as_spreadsheets_write_them_and_what_is_ignored_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let row = r#"{"student": "eva", "score": 50, "passed": false, "standards": []}"#;
    let result = format!(r#"{{"exercise": "canary", "max_score": 100, "hand_ins": [{row}]}}"#);
    fs::create_dir(folder.path().join("claims")).unwrap();
    for (name, text) in [
        ("first.JSON", result.as_str()),
        ("Late.csv", "\u{feff}student;exercise;days\neva;canary;1\n"),
        ("grades.txt", "x"),
        ("claims/eva.json", "{}"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let answer = course(folder.path(), &["--format", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let value: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(learner(&value, "eva")["points"].as_f64(), Some(45.0), "{value:#}");
    let lines: Vec<&str> = answer.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{}", answer.stderr);
    for name in ["grades.txt: ignored", "claims/eva.json: ignored"] {
        assert!(answer.stderr.contains(name), "{name} in {}", answer.stderr);
    }
}
