//! `grade`: the verdict, its reasons, its forms.

use std::path::Path;

use super::{ask, call, json, numbers};
use crate::lab::{lab, shell};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_solution_passes_and_explains_itself() {
    let answer = ask("grade canary exercises/03-canary/solution.ron");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    for part in ["passed", "Technical implementation", "Risk management", "How the cases went", "wanted"] {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
    // A command is one line, however long, so that it can be pasted.
    let mut page = answer.stdout.lines().filter(|line| !line.starts_with("  rollout-lab "));
    assert!(page.all(|line| line.chars().count() <= 100), "{}", answer.stdout);
}

#[test]
fn the_verdict_is_also_a_page_that_stands_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("verdict.html");
    let answer = ask(&format!("grade canary canary/solution --seeds 1 --html {}", file.display()));
    assert_eq!(answer.stderr, "");
    let page = std::fs::read_to_string(file).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("How the cases went"));
    assert!(!page.contains("<script") && !page.contains("http"));
}

#[test]
fn the_starter_fails_and_says_why_and_what_to_try() {
    let answer = ask("grade canary canary/starter --seeds 1");
    assert_eq!((answer.code, answer.stderr.as_str()), (1, ""));
    for part in
        ["not passed", "What to try next", "Hint 1 of", "rollout-lab run 'canary/", "--plan canary/starter"]
    {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
}

#[test]
fn the_command_under_a_verdict_shows_the_run_it_speaks_of() {
    let verdict = json(here(), "grade canary canary/starter --seeds 1 --format json", 1);
    let page = ask("grade canary canary/starter --seeds 1").stdout;
    let command = page.lines().find_map(|line| line.trim().strip_prefix("rollout-lab ")).unwrap();
    let run = json(here(), &format!("{command} --format json"), 0);
    let cases = verdict["cases"].as_array().unwrap();
    let graded = cases.iter().flat_map(|case| case["runs"].as_array().unwrap());
    let same = graded.filter(|graded| graded["digest"] == run["digest"]).count();
    assert!(same >= 1, "{command} is none of the graded runs");
}

#[test]
fn the_json_of_a_verdict_keeps_its_contract() {
    let verdict = json(here(), "grade blue-green blue-green/solution --seeds 2 --format json", 0);
    for field in [
        "exercise",
        "submission",
        "score",
        "max_score",
        "pass_score",
        "passed",
        "criteria",
        "cases",
        "engine_version",
    ] {
        assert!(verdict.get(field).is_some(), "{field}");
    }
    assert_eq!(verdict["exercise"], "blue-green");
    assert_eq!(verdict["submission"], "blue-green/solution");
    let criteria = verdict["criteria"].as_array().unwrap();
    for field in ["id", "category", "points", "max_points", "measured", "wanted", "say", "cases"] {
        assert!(criteria.iter().all(|line| line.get(field).is_some()), "{field}");
    }
    let points: f64 = criteria.iter().map(|line| line["points"].as_f64().unwrap()).sum();
    assert!(
        (points - verdict["score"].as_f64().unwrap()).abs() < 0.005,
        "the score is the sum of the points"
    );
    let runs = verdict["cases"][0]["runs"].as_array().unwrap();
    assert!(runs.iter().all(|run| run["seed"].is_u64() && run["digest"].is_string()));
    let mut found = Vec::new();
    numbers(&verdict, "", &mut found);
    assert!(found.iter().all(|(_, number)| number.is_finite()));
}

#[test]
fn a_verdict_is_the_same_at_any_number_of_threads() {
    let with = |threads: &str| {
        let call =
            crate::lab::lab(here()).args("grade canary canary/starter --seeds 1 --format json".split(' '));
        call.env("RAYON_NUM_THREADS", threads).answer().stdout
    };
    assert_eq!(with("1"), with("3"));
}

#[test]
fn junit_is_xml_without_times() {
    let answer = ask("grade canary canary/starter --seeds 1 --format junit");
    assert_eq!(answer.code, 1);
    assert!(answer.stdout.starts_with("<?xml"));
    assert!(
        answer.stdout.contains("<testcase name=\"delivered\" classname=\"canary.TechnicalImplementation\"")
    );
    assert!(!answer.stdout.contains("time="));
}

#[test]
fn what_may_not_be_changed_is_refused_field_by_field() {
    let folder = tempfile::tempdir().unwrap();
    let starter = std::fs::read_to_string(here().join("exercises/03-canary/starter.ron")).unwrap();
    let end = starter.rfind(')').unwrap();
    let changed = format!("{}    balancer: Random,\n    on_call: (runbook: []),\n)\n", &starter[..end]);
    std::fs::write(folder.path().join("mine.ron"), changed).unwrap();
    let answer = call(folder.path(), "grade canary mine.ron");
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    for field in ["balancer", "on_call"] {
        assert!(answer.stderr.contains(&format!("does not let you change \"{field}\"")), "{}", answer.stderr);
    }
    assert!(answer.stderr.contains("mine.ron:"), "{}", answer.stderr);
}

#[test]
fn a_session_is_graded_with_its_actions_in_every_run() {
    let folder = tempfile::tempdir().unwrap();
    let record = "run checkout --plan canary/starter --release v2-errors --record s.ron --hand";
    let answer = crate::lab::lab(folder.path()).args(record.split(' ')).arg("5m20s abort").answer();
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let verdict = json(folder.path(), "grade canary s.ron --seeds 1 --format json", 1);
    let cases = verdict["cases"].as_array().unwrap();
    let phases = cases.iter().flat_map(|case| case["runs"].as_array().unwrap()).map(|run| &run["phase"]);
    assert!(phases.into_iter().all(|phase| phase == "rolled_back"), "{verdict}");
}

#[test]
fn the_best_score_is_kept_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let own = |line: &str| {
        crate::lab::lab(folder.path()).args(line.split(' ')).env("ROLLOUT_LAB_DATA", "best").answer()
    };
    // A solution of the learner's own, who may not have the model's kept as theirs.
    let solution = std::fs::read_to_string(here().join("exercises/01-all-at-once/solution.ron")).unwrap();
    let (before, after) = solution.split_once("alerts: [").expect("it has alerts");
    let quiet = "(name: \"never\", when: Above((metric: ErrorRatio, of: Target, over: \"1m\"), \"99%\"))";
    std::fs::write(folder.path().join("mine.ron"), format!("{before}alerts: [{quiet}, {after}")).unwrap();
    assert_eq!(own("grade all-at-once mine.ron").code, 0);
    assert_eq!(own("grade all-at-once all-at-once/starter").code, 1);
    let list: serde_json::Value = serde_json::from_str(&own("list --format json").stdout).unwrap();
    let best = list["exercises"][0]["best_score"].as_f64().unwrap();
    assert!(best >= list["exercises"][0]["pass_score"].as_f64().unwrap());
    assert_eq!(list["exercises"][1]["best_score"], serde_json::Value::Null);
}

#[test]
fn every_format_of_verdicts_is_offered_with_what_it_is_for() {
    // That each is written as its reader wants it is tested in `staff::contracts`.
    let help = ask("grade --help").stdout;
    for format in rollout_lab::report::verdict::FORMATS {
        assert!(help.contains(&format!("- {}:", format.name)), "{}: {help}", format.name);
    }
}

/// A folder with a key of its own text.
fn with_key(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("course.key"), text).unwrap();
    folder
}

#[test]
fn with_a_key_each_student_meets_worlds_of_their_own_and_nothing_shows_them() {
    let folder = with_key("a long secret\n");
    let line = "grade canary canary/starter --seeds 1 --key course.key --course devops";
    let graded = |more: &str| json(folder.path(), &format!("{line} {more} --format json"), 1);
    let seeds = |more: &str| {
        let verdict = graded(&format!("{more} --show-seeds"));
        let runs =
            verdict["cases"].as_array().unwrap().iter().flat_map(|case| case["runs"].as_array().unwrap());
        runs.map(|run| run["seed"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let (ada, eve, again) =
        (seeds("--student ada"), seeds("--student eve"), seeds("--student ada --attempt 2"));
    assert!(ada.iter().all(|seed| !eve.contains(seed) && !again.contains(seed)), "{ada:?} {eve:?} {again:?}");
    assert_eq!(ada, seeds("--student ada"));
    let verdict = graded("--student ada");
    assert_eq!(verdict["secret"]["key"], "ce83fda5");
    let mut found = Vec::new();
    super::fields(&verdict, &mut found);
    assert!(found.contains(&"digest"), "the fields stay, and are null");
    for run in verdict["cases"].as_array().unwrap().iter().flat_map(|case| case["runs"].as_array().unwrap()) {
        assert!(run["seed"].is_null() && run["digest"].is_null() && run["variation"].is_null(), "{run}");
    }
    for format in ["text", "junit", "html"] {
        let page = call(folder.path(), &format!("{line} --student ada --format {format}")).stdout;
        assert!(page.contains("ce83fda5") && !page.contains("a long secret"), "{format}: {page}");
        assert!(ada.iter().all(|seed| !page.contains(&seed.to_string())), "{format}: {page}");
    }
}

#[test]
fn an_empty_key_or_a_key_without_a_student_is_refused() {
    let folder = with_key(" \n");
    let answer = call(folder.path(), "grade canary canary/starter --key course.key --student ada");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("course.key") && answer.stderr.contains("empty"), "{}", answer.stderr);
    let folder = with_key("a long secret");
    let answer = call(folder.path(), "grade canary canary/starter --key course.key");
    assert!(answer.code == 2 && answer.stderr.contains("--student"), "{}", answer.stderr);
}

#[test]
fn the_model_solution_is_not_kept_as_the_learners_best() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let grade = |plan: &str| {
        let line = ["grade", "few-requests", plan];
        lab(here()).args(line).env("ROLLOUT_LAB_DATA", data.to_str().unwrap()).answer()
    };
    assert_eq!(grade("few-requests/solution").code, 0);
    assert!(!data.join("progress.ron").exists());
    assert_eq!(grade("few-requests/starter").code, 1);
    assert!(std::fs::read_to_string(data.join("progress.ron")).unwrap().contains("few-requests"));
}

#[test]
fn the_command_for_the_worst_run_of_an_exercise_of_ones_own_works_from_any_folder() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir(folder.path().join("my lessons")).unwrap();
    let own = "my lessons/11-own";
    let exercise = lab(folder.path()).args(["new", "exercise", own]).answer();
    assert_eq!(exercise.code, 0, "{}", exercise.stderr);
    let starter = format!("{own}/starter.ron");
    let graded = lab(folder.path()).args(["grade", own, &starter, "--seeds", "1"]).answer();
    let command = graded.stdout.lines().find_map(|line| line.strip_prefix("  rollout-lab run "));
    let command = command.unwrap_or_else(|| panic!("{}{}", graded.stdout, graded.stderr));
    assert!(command.starts_with("'/") && command.contains("my lessons/11-own/"), "{command}");
    let again = shell(elsewhere.path(), &format!("rollout-lab run {command} --record s.ron")).answer();
    assert_eq!(again.code, 0, "{}", again.stderr);
    let replay = again.stderr.lines().find_map(|line| line.split_once("Replay it with: ")).unwrap().1;
    let replayed = shell(elsewhere.path(), replay).answer();
    assert_eq!(replayed.code, 0, "{replay}: {}", replayed.stderr);
}

#[test]
fn every_form_of_a_verdict_says_the_exercises_edition() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "new exercise 11-own").code, 0);
    let graded = |format: &str| {
        call(folder.path(), &format!("grade 11-own 11-own/starter.ron --seeds 1 --format {format}")).stdout
    };
    let verdict: serde_json::Value = serde_json::from_str(&graded("json")).unwrap();
    let hash = verdict["exercise_hash"].as_str().unwrap();
    assert_eq!((hash.len(), &verdict["revision"]), (64, &1.into()));
    for format in ["text", "html", "junit"] {
        let told = graded(format);
        assert!(told.contains(&hash[..12]) && told.contains("revision"), "{format}: {told}");
    }
    let file = folder.path().join("11-own/exercise.ron");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("seeds: 3,", "seeds: 3, revision: 2,")).unwrap();
    let later: serde_json::Value = serde_json::from_str(&graded("json")).unwrap();
    assert_eq!(later["revision"], 2);
    assert_ne!(later["exercise_hash"], verdict["exercise_hash"]);
}
