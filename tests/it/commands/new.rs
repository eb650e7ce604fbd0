//! `new`: templates that pass `check`.

use std::fs;

use super::{call, json};

#[test]
fn every_template_passes_check() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, name, file) in [
        ("plan", "mine", "mine.ron"),
        ("scenario", "my-world.ron", "my-world.ron"),
        ("exercise", "09-mine", "09-mine"),
    ] {
        let answer = call(folder.path(), &format!("new {kind} {name}"));
        assert_eq!(answer.code, 0, "{kind}: {}", answer.stderr);
        assert!(answer.stdout.starts_with(file), "{}", answer.stdout);
        let checked = json(folder.path(), &format!("check {file} --format json"), 0);
        // A new exercise has no proof yet.
        let mut problems = checked["problems"].as_array().unwrap().iter();
        assert!(problems.all(|problem| problem["code"] == "no-proof"), "{kind}: {checked}");
    }
}

#[test]
fn the_templates_work_together() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "new plan mine").code, 0);
    assert_eq!(call(folder.path(), "new scenario world").code, 0);
    let run = json(folder.path(), "run world.ron --plan mine.ron --release v2-errors --format json", 0);
    assert_eq!(run["rollout"]["phase"], "rolled_back", "{run}");
    let run = json(folder.path(), "run world.ron --plan mine.ron --release v2 --format json", 0);
    assert_eq!(run["rollout"]["phase"], "completed", "{run}");
}

#[test]
fn a_plan_for_an_exercise_is_its_starter_and_can_be_graded() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "new plan mine --exercise canary").code, 0);
    let graded = json(folder.path(), "grade canary mine.ron --seeds 1 --format json", 1);
    assert_eq!(graded["passed"], false);
    assert_eq!(call(folder.path(), "new plan other --exercise canari").code, 2);
    assert_eq!(call(folder.path(), "new scenario world --exercise canary").code, 2);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("lesson")).unwrap();
    let kept = folder.path().join("lesson/brief.md");
    fs::write(&kept, "mine").unwrap();
    fs::write(folder.path().join("plan.ron"), "mine").unwrap();
    for line in ["new exercise lesson", "new plan plan"] {
        let answer = call(folder.path(), line);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{line}");
        assert!(answer.stderr.contains("already"), "{}", answer.stderr);
    }
    assert_eq!(fs::read_to_string(kept).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path().join("lesson")).unwrap().count(), 1, "not even in part");
}

#[test]
fn a_name_that_can_be_no_id_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let answer = call(folder.path(), "new plan Änderung");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("a-z"), "{}", answer.stderr);
}

#[test]
fn an_exercise_of_ones_own_with_the_name_of_a_shipped_one_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "new exercise 03-canary").code, 0);
    let answer = call(folder.path(), "brief canary");
    assert_eq!(answer.code, 0);
    let told = "canary: the shipped exercise is meant; for your own one of that name write ./03-canary";
    assert!(answer.stderr.contains(told), "{}", answer.stderr);
    let inside = call(&folder.path().join("03-canary"), "hint canary");
    assert!(inside.stderr.contains("write ."), "{}", inside.stderr);
    assert_eq!(call(folder.path(), "brief ./03-canary").stderr, "");
    assert_eq!(call(folder.path(), "brief blue-green").stderr, "");
}

#[test]
fn a_folder_is_checked_though_a_shipped_exercise_is_called_like_it() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "new exercise canary").code, 0);
    fs::write(folder.path().join("canary/starter.ron"), "(format: 1, titel: \"x\")").unwrap();
    for path in ["canary", "./canary", "canary/exercise.ron", "."] {
        let answer = call(folder.path(), &format!("check {path}"));
        assert_eq!((answer.code, answer.stderr.as_str()), (1, ""), "{path}: {}", answer.stdout);
        assert!(answer.stdout.contains("canary/starter.ron:1:13"), "{path}: {}", answer.stdout);
    }
}
