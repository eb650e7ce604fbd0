//! `check --prove`, the proof that it keeps, `check --watch`, SARIF, and `calibrate`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{call, json};

/// What the proof of the small exercise has against it: a step that is not needed, and that any good canary passes.
const AGAINST: [&str; 2] = ["decoration", "other-solution-passes"];

/// A folder that holds a copy of the small exercise in `tests/proof`.
fn exercise() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("proof");
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    folder
}

fn codes(checked: &Value) -> Vec<&str> {
    let problems = checked["problems"].as_array().unwrap();
    problems.iter().map(|problem| problem["code"].as_str().unwrap()).collect()
}

fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_proof_is_kept_repeated_and_told_when_it_is_of_something_else() {
    let folder = exercise();
    let own = folder.path().join("proof");
    let check = |code| json(folder.path(), "check proof --format json", code);
    assert_eq!(codes(&check(0)), ["no-proof"]);

    // The solution has a step that costs nothing, and the proof says so.
    let proved = json(folder.path(), "check --prove proof --sets 3 --random 10 --format json", 1);
    assert_eq!(
        codes(&proved).iter().filter(|code| !AGAINST.contains(code)).count(),
        0,
        "{}",
        proved["problems"]
    );
    let proof = &proved["proofs"][0];
    let plans = proof["plans"].as_array().unwrap();
    let of = |role: &str| plans.iter().filter(|row| row["role"] == role).count();
    assert_eq!((of("Solution"), of("Starter"), of("Wrong")), (1, 1, 1), "{proof}");
    assert!(of("OtherSolution") >= 8, "{proof}");
    for name in [
        "do nothing",
        "always back",
        "at once",
        "wait longest",
        "last minute",
        "flash",
        "one step",
        "1 % then back",
        "abort and retry",
        "approve everything",
        "a second fleet by a trigger",
        "a second fleet by hand",
        "forged reports",
    ] {
        let found = plans.iter().any(|row| row["plan"].as_str().unwrap().starts_with(name));
        assert!(found, "no null policy \"{name}\" among {plans:?}");
    }
    let refused = plans.iter().find(|row| row["plan"] == "forged reports").unwrap();
    assert!(refused["refused"].as_str().unwrap().contains("cannot report"), "{refused}");
    let parts = proof["parts"].as_array().unwrap();
    let costs = |what: &str| {
        let part = parts.iter().find(|part| part["what"] == what);
        part.unwrap_or_else(|| panic!("{what} is not among {parts:?}"))["costs"].as_f64().unwrap()
    };
    assert!(costs("strategy.steps[1] only its time is waited") > 40.0);
    assert!(costs("strategy.steps[2] removed") < 3.0);

    // The proof is kept with its findings, and some of it is graded again.
    assert_eq!(call(folder.path(), "check proof/proof.ron").code, 0);
    let checked = check(1);
    assert!(
        codes(&checked).iter().all(|code| *code == "small-proof" || AGAINST.contains(code)),
        "{}",
        checked["problems"]
    );
    let repeated = &checked["repeated"][0];
    assert!(repeated["gradings"].as_u64().unwrap() >= 3, "{repeated}");
    assert_eq!(repeated["gradings"], repeated["same"]);

    // Points that nobody earned are found out.
    let text = fs::read_to_string(own.join("proof.ron")).unwrap();
    assert!(text.contains("scores: ["), "{text}");
    fs::write(own.join("proof.ron"), text.replace("scores: [", "scores: [1.0, ")).unwrap();
    assert!(codes(&check(1)).contains(&"proof-differs"));
    fs::write(own.join("proof.ron"), &text).unwrap();

    // Listed decoration is none of the proof's business, a remark changes nothing, and another case does.
    change(
        &own.join("exercise.ron"),
        "    wrong:",
        "    decoration: [(what: \"strategy\", why: \"for the test\")],\n    wrong:",
    );
    change(&own.join("solution.ron"), "(\n", "( // a remark\n");
    let checked = check(1);
    let listed = codes(&checked);
    assert!(listed.contains(&"small-proof") && !listed.contains(&"decoration"), "{listed:?}");
    change(&own.join("exercise.ron"), "seeds: 2", "seeds: 3");
    assert_eq!(codes(&check(0)), ["stale-proof"]);
}

#[test]
fn a_shipped_exercise_without_its_proof_is_an_error_and_ones_own_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/14-alerts");
    for place in ["exercises", "mine"] {
        let copy = folder.path().join(place).join("14-alerts");
        fs::create_dir_all(&copy).unwrap();
        for entry in fs::read_dir(&shipped).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
        }
        change(&copy.join("exercise.ron"), "pass: 70", "pass: 71");
    }
    let found = |line: &str, code: i32, of: &str| {
        let checked = json(folder.path(), &format!("check {line} --seeds 1 --format json"), code);
        let problem = &checked["problems"][0];
        assert_eq!(codes(&checked), [of], "{}", checked["problems"]);
        problem["severity"].as_str().unwrap().to_owned()
    };
    assert_eq!(found("exercises/14-alerts", 1, "stale-proof"), "error");
    assert_eq!(found("mine/14-alerts", 0, "stale-proof"), "warning");
    for place in ["exercises", "mine"] {
        fs::remove_file(folder.path().join(place).join("14-alerts/proof.ron")).unwrap();
    }
    assert_eq!(found("exercises/14-alerts", 1, "no-proof"), "error");
    assert_eq!(found("mine/14-alerts", 0, "no-proof"), "warning");
}

#[test]
fn an_exercises_own_plans_are_graded_in_every_set_and_nothing_is_kept() {
    let folder = exercise();
    let graded = json(folder.path(), "check --prove --own-plans --sets 4 proof --format json", 0);
    let proof = &graded["proofs"][0];
    let plans = proof["plans"].as_array().unwrap();
    let told =
        |row: &Value| (row["role"].as_str().unwrap().to_owned(), row["scores"].as_array().unwrap().len());
    assert_eq!(
        plans.iter().map(told).collect::<Vec<_>>(),
        [("Solution".to_owned(), 4), ("Starter".to_owned(), 4), ("Wrong".to_owned(), 4)],
        "also where two sets decide"
    );
    assert_eq!(plans[0]["passes"], 4);
    assert!(!folder.path().join("proof/proof.ron").exists());
    // The starter is called the solution: that is found in each set.
    fs::copy(folder.path().join("proof/starter.ron"), folder.path().join("proof/solution.ron")).unwrap();
    let graded = json(folder.path(), "check --prove --own-plans --sets 2 proof --format json", 1);
    assert!(codes(&graded).contains(&"solution-fails"), "{}", graded["problems"]);
    assert_eq!(call(folder.path(), "check --own-plans proof").code, 2, "it is a way to prove");
}

#[test]
fn problems_are_written_as_sarif() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plan.ron"), "(\n    format: 1,\n    stratgy: Nothing,\n)\n").unwrap();
    let log = json(folder.path(), "check plan.ron --format sarif", 1);
    let result = &log["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"unknown-field".into(), &"error".into()));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "plan.ron");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&3.into(), &5.into()));
}

#[test]
fn a_watch_checks_again_when_a_file_changes() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.ron");
    fs::write(&plan, "(format: 1, stratgy: Nothing)").unwrap();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_rollout-lab"))
        .args(["check", "--watch", "plan.ron"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(lab.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut sum = || lines.find(|line| line.contains("1 file checked")).unwrap();
    assert!(sum().contains("1 error,"));
    fs::write(&plan, "(format: 1, strategy: Nothing)").unwrap();
    // On a machine that is very busy the file may be looked at twice between its emptying and its writing.
    assert!(sum().contains("0 errors,") || sum().contains("0 errors,"));
    lab.kill().unwrap();
    lab.wait().unwrap();
}

#[test]
fn a_watch_needs_something_to_watch() {
    let answer = call(Path::new(env!("CARGO_MANIFEST_DIR")), "check --watch");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("PATH"), "{}", answer.stderr);
}

#[test]
fn a_calibration_shows_every_criterion_over_all_kinds_of_plans() {
    let folder = exercise();
    let answer = call(folder.path(), "calibrate proof --sets 1 --random 4 --svg spread.svg");
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    for kind in [
        "delivered",
        "few-harmed",
        "goes-back",
        "solution",
        "starter",
        "wrong solutions",
        "null policies",
        "random plans",
    ] {
        assert!(answer.stdout.contains(kind), "{kind}: {}", answer.stdout);
    }
    let svg = fs::read_to_string(folder.path().join("spread.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("<circle"));
}
