//! The form of files: `rollout-lab schema`, and the reference in `docs/files.md` that is made of it.

mod extremes;
mod ranges;

use std::fs;
use std::path::Path;

use rollout_lab::control::Plan;
use rollout_lab::exercise::incident::{Incident, IncidentTexts};
use rollout_lab::exercise::prove::Proof;
use rollout_lab::exercise::{Exercise, ExerciseTexts, Playbook, Session};
use rollout_lab::library::schema::FileForm;
use rollout_lab::library::{FileKind, read_ron, shipped};
use rollout_lab::scenario::Scenario;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::lab::lab;

/// The line of `docs/files.md` that the reference follows.
const MARK: &str = "<!-- What follows is written by";

fn schema(form: FileForm) -> Value {
    let answer = lab(Path::new(".")).args(["schema", form.name()]).answer();
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    serde_json::from_str(&answer.stdout).unwrap()
}

#[test]
fn the_file_reference_holds_all_fields_of_all_files() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/files.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, after) = text.split_at(text.find(MARK).unwrap());
    let mark = after.lines().next().unwrap();
    let answer = lab(Path::new(".")).args(["schema", "--format", "markdown"]).answer();
    let made = format!("{before}{mark}\n\n{}", answer.stdout);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, made).unwrap();
    } else {
        assert!(text == made, "docs/files.md is not what the types say; write it anew with UPDATE=1");
    }
}

fn as_json<T: Serialize + DeserializeOwned + Send>(file: &str, text: &str) -> Value {
    let (value, _) = read_ron::<T>(file, text).unwrap_or_else(|problems| panic!("{file}: {problems:?}"));
    serde_json::to_value(value).unwrap()
}

#[test]
fn every_shipped_file_keeps_to_the_schema_of_its_kind() {
    let checker = |form| jsonschema::validator_for(&schema(form)).unwrap();
    let (plan, scenario) = (checker(FileForm::Plan), checker(FileForm::Scenario));
    let (exercise, proof) = (checker(FileForm::Exercise), checker(FileForm::Proof));
    let playbook = checker(FileForm::Playbook);
    let (incident, translation) = (checker(FileForm::Incident), checker(FileForm::Translation));
    let incident_texts = checker(FileForm::IncidentTranslation);
    for (path, text) in shipped::files().iter().filter(|(path, _)| path.ends_with(".ron")) {
        let (value, checker) = match FileKind::of(path, text) {
            FileKind::Plan => (as_json::<Plan>(path, text), &plan),
            FileKind::Scenario => (as_json::<Scenario>(path, text), &scenario),
            FileKind::Exercise => (as_json::<Exercise>(path, text), &exercise),
            FileKind::Proof => (as_json::<Proof>(path, text), &proof),
            FileKind::Playbook => (as_json::<Playbook>(path, text), &playbook),
            FileKind::Translation => (as_json::<ExerciseTexts>(path, text), &translation),
            FileKind::Incident => (as_json::<Incident>(path, text), &incident),
            FileKind::IncidentTranslation => (as_json::<IncidentTexts>(path, text), &incident_texts),
            other => panic!("{path} is {}", other.name()),
        };
        let wrong: Vec<String> = checker.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{path}");
    }
}

#[test]
fn a_recorded_session_keeps_to_its_schema_and_a_wrong_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let record = ["run", "checkout", "--plan", "canary/solution", "--record", "s.ron", "--seed", "3"];
    let answer = lab(folder.path()).args(record).args(["--hand", "6m abort"]).answer();
    assert_ne!(answer.code, 2, "{}", answer.stderr);
    let text = fs::read_to_string(folder.path().join("s.ron")).unwrap();
    let checker = jsonschema::validator_for(&schema(FileForm::Session)).unwrap();
    let session = as_json::<Session>("s.ron", &text);
    let wrong: Vec<String> = checker.iter_errors(&session).map(|error| error.to_string()).collect();
    assert_eq!(wrong, Vec::<String>::new());
    for (field, value) in
        [("seed", Value::from("one")), ("wibble", Value::from(1)), ("actions", Value::from(0))]
    {
        let mut broken = session.clone();
        broken[field] = value;
        assert!(!checker.is_valid(&broken), "{field}");
    }
}

#[test]
fn a_kind_that_is_not_known_gets_the_list_of_those_that_are() {
    let answer = lab(Path::new(".")).args(["schema", "plans"]).answer();
    assert_eq!(answer.code, 2);
    for form in FileForm::ALL {
        assert!(answer.stderr.contains(form.name()), "{}", answer.stderr);
    }
}
