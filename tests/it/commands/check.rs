//! `check`: everything wrong at once, and whether lessons bear load.

use std::fs;
use std::path::Path;

use rollout_lab::library::shipped::exercise_files;

use super::{ask, call, json};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_shipped_lesson_bears_load() {
    let shipped = fs::read_dir(here().join("exercises")).unwrap();
    let mut names: Vec<String> =
        shipped.map(|entry| format!("exercises/{}", entry.unwrap().file_name().display())).collect();
    names.sort();
    assert!(names.len() >= 31, "{names:?}");
    // `.ci/run` checks all of them with the program that is shipped; here is every fourth, and one incident of the museum.
    names = names.into_iter().step_by(4).collect();
    names.push("scenarios/museum/gitlab-2017".to_owned());
    let checked = json(here(), &format!("check --format json {}", names.join(" ")), 0);
    assert!(checked["files"].as_u64().unwrap() > 20);
    let lessons = checked["lessons"].as_array().unwrap();
    assert_eq!(lessons.len(), names.len());
    for lesson in lessons {
        let trials = lesson["trials"].as_array().unwrap();
        // Another exercise's solution may pass where this one names it (`alike`).
        let files = exercise_files(lesson["exercise"].as_str().unwrap()).unwrap();
        let text = files.file("exercise.ron").unwrap().text.clone();
        let is_named = |trial: &serde_json::Value| {
            let other = trial["plan"].as_str().and_then(|plan| plan.strip_prefix("solution of "));
            other.is_some_and(|other| text.contains(&format!("(solution: \"{other}\"")))
        };
        let sound = |trial: &serde_json::Value| trial["sound"] == true || is_named(trial);
        assert!(trials.iter().all(sound), "{lesson}");
        let of = |role: &str| trials.iter().filter(|trial| trial["role"] == role).count();
        // On duty nobody starts from a plan; and where only alerts are written, no plan ships nothing.
        let (starters, null_policies) = match lesson["exercise"].as_str() {
            _ if text.contains("kind: Operate") => (0, 3),
            Some("alerts") => (1, 0),
            _ => (1, 3),
        };
        assert_eq!((of("solution"), of("starter")), (1, starters), "{lesson}");
        // One wrong answer is shared by all incidents of the museum.
        let wrong = if lesson["exercise"].as_str().unwrap().starts_with("museum-") { 1 } else { 2 };
        assert!(of("wrong") >= wrong && of("null_policy") >= null_policies, "{lesson}");
    }
}

#[test]
fn a_problem_in_json_has_its_place_and_code() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plan.ron"), "(\n    format: 1,\n    stratgy: Nothing,\n)\n").unwrap();
    let checked = json(folder.path(), "check plan.ron --format json", 1);
    let problem = &checked["problems"][0];
    assert_eq!(
        (&problem["file"], &problem["line"], &problem["column"]),
        (&"plan.ron".into(), &3.into(), &5.into())
    );
    assert_eq!((&problem["code"], &problem["severity"]), (&"unknown-field".into(), &"error".into()));
    assert!(problem["message"].as_str().unwrap().contains("\"strategy\""));
}

#[test]
fn a_folder_is_looked_into_and_files_are_taken_for_what_they_hold() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["scenario", "plan"] {
        assert_eq!(call(folder.path(), &format!("new {kind} inner-{kind}")).code, 0);
    }
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/broken.ron"), "(format: 1, services: 5)").unwrap();
    let checked = json(folder.path(), "check . --format json", 1);
    assert_eq!(checked["files"], 3);
    let files =
        checked["problems"].as_array().unwrap().iter().map(|problem| problem["file"].as_str().unwrap());
    assert!(files.into_iter().all(|file| file.ends_with("broken.ron")));
}

#[test]
fn a_lesson_that_can_be_passed_without_learning_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "new exercise easy").code, 0);
    let exercise = folder.path().join("easy/exercise.ron");
    let text = fs::read_to_string(&exercise).unwrap().replace("pass: 75", "pass: 1");
    fs::write(&exercise, text).unwrap();
    let checked = json(folder.path(), "check easy --seeds 1 --format json", 1);
    let codes: Vec<&str> = checked["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["code"].as_str().unwrap())
        .collect();
    for code in ["starter-passes", "wrong-passes", "null-policy-passes"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
}

#[test]
fn what_is_missing_from_an_exercise_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "new exercise bare").code, 0);
    fs::remove_file(folder.path().join("bare/solution.ron")).unwrap();
    fs::remove_file(folder.path().join("bare/brief.md")).unwrap();
    let answer = call(folder.path(), "check bare");
    assert_eq!(answer.code, 1);
    for name in ["solution.ron", "brief.md"] {
        assert!(answer.stdout.contains(&format!("has no {name}")), "{}", answer.stdout);
    }
}

#[test]
fn a_link_that_leads_nowhere_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "new exercise linked").code, 0);
    let brief = "# Title\n\nText.\n\n1. [`x`](<play:sound as a bell> \"Play it\") [`y`](explain:Breakr \"What it is\")\n";
    fs::write(folder.path().join("linked/brief.md"), brief).unwrap();
    let checked = json(folder.path(), "check linked --seeds 1 --format json", 1);
    let found: Vec<(i64, i64, &str)> = checked["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|problem| problem["code"] == "dead-link")
        .map(|problem| {
            let number = |field: &str| problem[field].as_i64().unwrap();
            (number("line"), number("column"), problem["message"].as_str().unwrap())
        })
        .collect();
    assert_eq!(found.len(), 2, "{checked}");
    assert_eq!((found[0].0, found[0].1), (5, 4));
    assert!(
        found[0].2.contains("\"sound as a bell\" is no case of this exercise; its cases are "),
        "{found:?}"
    );
    assert!(found[1].2.contains("did you mean \"breaker\"?"), "{found:?}");
}

#[test]
fn a_path_that_is_not_there_cannot_be_checked() {
    let answer = ask("check no/such.ron");
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("no/such.ron"));
}

#[test]
fn a_file_of_another_kind_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good/scenario.ron");
    std::fs::copy(scenario, folder.path().join("world.ron")).unwrap();
    for line in ["grade canary world.ron", "run checkout --plan world.ron", "export world.ron --to argo"] {
        let answer = call(folder.path(), line);
        assert_eq!(answer.code, 2, "{line}");
        let said = "world.ron: this is a scenario; a plan or a manifest is wanted here";
        assert!(answer.stderr.contains(said), "{line}: {}", answer.stderr);
    }
    // A manifest is checked as the plan that it becomes.
    let export = call(folder.path(), "export canary/solution --to argo --out rollout.yaml");
    assert_eq!(export.code, 0, "{}", export.stderr);
    assert_eq!(call(folder.path(), "check rollout.yaml").code, 0);
}
