//! Each format for a school's system keeps that system's contract, whether the hand-in passed, failed, or could not be graded.

use std::path::Path;

use base64::Engine as _;
use rollout_lab::report::verdict::FORMATS;
use serde_json::Value;

use super::{hand_ins, here, keeps};
use crate::lab::{Answer, lab};

/// What Classroom 50's runner and the user set.
const ENVIRONMENT: [(&str, &str); 8] = [
    ("CLASSROOM", "devops-2026"),
    ("ASSIGNMENT", "all-at-once"),
    ("SUBMISSION_TAG", "submit/2026-06-01T14-32-05Z-a1b2c3d"),
    ("COMMIT_URL", "https://github.com/x/y/commit/a1b2c3d"),
    ("RELEASE_URL", "https://github.com/x/y/releases/tag/z"),
    ("SUBMITTED_AT", "2026-06-01T16:32:01+02:00"),
    ("CANVAS_ASSIGNMENT", "All at once (1234)"),
    ("XAPI_HOME_PAGE", "https://school.example"),
];

fn grade(format: &str, hand_in: &Path) -> Answer {
    let mut call = lab(here()).args(["grade", "all-at-once", "--seeds", "1", "--student", "=eva"]);
    call = call.args(["--format", format]).arg(&hand_in.display().to_string());
    ENVIRONMENT.iter().fold(call, |call, (name, value)| call.env(name, value)).answer()
}

/// The lines of a CSV file.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_format_keeps_the_contract_of_its_system() {
    let folder = tempfile::tempdir().unwrap();
    let hand_ins = hand_ins(folder.path());
    for format in FORMATS {
        for (hand_in, code) in hand_ins.iter().zip([1, 0, 2]) {
            let answer = grade(format.name, hand_in);
            let told = format!("{} {}: {}{}", format.name, hand_in.display(), answer.stdout, answer.stderr);
            assert_eq!(answer.code, code, "{told}");
            assert_eq!(answer.stderr.is_empty(), code < 2, "{told}");
            let json = || {
                serde_json::from_str::<Value>(&answer.stdout)
                    .unwrap_or_else(|error| panic!("{error}: {told}"))
            };
            match format.name {
                "text" => assert_eq!(answer.stdout.is_empty(), code == 2, "{told}"),
                "json" => assert_eq!(json()["score"].is_null(), code == 2, "{told}"),
                "html" => assert!(answer.stdout.starts_with("<!DOCTYPE html>"), "{told}"),
                "junit" => junit(&answer.stdout, code),
                "csv" => assert_eq!(rows(&answer.stdout).len(), 2, "{told}"),
                "gradescope" => gradescope(&json(), code),
                "prairielearn" => prairielearn(&json(), code),
                "classroom50" => classroom50(&json(), code),
                "otter" => keeps("otter", &json()),
                "github" => assert!(answer.stdout.starts_with("## "), "{told}"),
                "github-classroom" => {
                    let bytes =
                        base64::engine::general_purpose::STANDARD.decode(answer.stdout.trim()).unwrap();
                    let value: Value = serde_json::from_slice(&bytes).unwrap();
                    keeps("github-classroom", &value);
                    assert_eq!(value["status"], ["pass", "fail", "error"][code as usize], "{told}");
                }
                "canvas" => canvas(&rows(&answer.stdout), code),
                "moodle" => moodle(&rows(&answer.stdout), code),
                "nbgrader" => nbgrader(&rows(&answer.stdout), code),
                "xapi" => xapi(&json(), code),
                name => panic!("say here what the contract of {name} is"),
            }
        }
    }
}

fn gradescope(value: &Value, code: i32) {
    keeps("gradescope", value);
    let tests = value["tests"].as_array().unwrap();
    assert_eq!(tests.is_empty(), code == 2);
    let sum: f64 = tests.iter().map(|test| test["score"].as_f64().unwrap()).sum();
    assert!((sum - value["score"].as_f64().unwrap()).abs() < 0.01, "the score is the sum: {value}");
    assert_eq!(value["extra_data"]["graded"], code < 2);
}

fn prairielearn(value: &Value, code: i32) {
    keeps("prairielearn", value);
    assert_eq!(value["gradable"], code < 2);
    assert_eq!(value["score"].is_number(), code < 2);
}

fn classroom50(value: &Value, code: i32) {
    keeps("classroom50", value);
    assert_eq!(value["datetime"], "2026-06-01T14:32:01Z");
    let tests = value["tests"].as_array().unwrap();
    for (field, sum) in ["score", "max-score"]
        .map(|field| (field, tests.iter().map(|test| test[field].as_u64().unwrap()).sum::<u64>()))
    {
        assert_eq!(value[field], sum, "{field}");
    }
    assert!(value["score"].as_u64() <= value["max-score"].as_u64());
    assert_eq!(
        tests.iter().all(|test| test["passed"] == true),
        code == 0 && value["score"] == value["max-score"]
    );
}

fn xapi(value: &Value, code: i32) {
    keeps("xapi", value);
    let verb = ["passed", "failed", "attempted"][code as usize];
    assert_eq!(value["verb"]["id"], format!("http://adlnet.gov/expapi/verbs/{verb}"));
    assert_eq!(value["actor"]["account"]["homePage"], "https://school.example");
    assert_eq!(value["timestamp"], "2026-06-01T14:32:01Z");
}

/// As `lib/gradebook_importer.rb` of Canvas reads a file.
fn canvas(rows: &[Vec<String>], code: i32) {
    let [head, possible, eva] = rows else { panic!("a head, the points possible and a student: {rows:?}") };
    assert!(head.len() > 3 && head[0].contains("Student") && head[1].contains("ID"));
    assert_eq!(head[2..5], ["SIS User ID", "SIS Login ID", "Section"]);
    assert_eq!(head[5..], ["All at once (1234)"]);
    assert!(possible[0].contains("Points Possible") && possible[5].parse::<f64>().is_ok());
    assert_eq!((eva[0].as_str(), eva[3].as_str()), ("'=eva", "'=eva"));
    assert_eq!(eva[5].parse::<f64>().is_ok(), code < 2, "no score is an empty cell: {eva:?}");
}

/// As `grade/import/csv/classes/load_data.php` of Moodle reads a file: a grade is a number or nothing.
fn moodle(rows: &[Vec<String>], code: i32) {
    let [head, eva] = rows else { panic!("a head and a student: {rows:?}") };
    assert_eq!(head[0], "username");
    assert!(head[1].ends_with(" points") && head[2].ends_with(" feedback"), "{head:?}");
    assert_eq!(eva[1].parse::<f64>().is_ok(), code < 2, "{eva:?}");
    assert!(eva[1].is_empty() || code < 2);
    assert!(eva[2].starts_with("<p>") && !eva[2].contains("<script"), "{eva:?}");
}

/// The columns that `nbgrader/plugins/export.py` writes.
fn nbgrader(rows: &[Vec<String>], code: i32) {
    let head = "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score";
    assert_eq!(rows[0].join(","), head);
    assert_eq!(rows[1][9].parse::<f64>().is_ok(), code < 2);
    assert!(rows[1][10].parse::<f64>().is_ok());
}

/// The attributes of an element that `junit-10.xsd` of Jenkins' xUnit plugin knows.
fn known(element: &str) -> &'static [&'static str] {
    match element {
        "testsuites" => &["name", "tests", "failures", "errors", "time"],
        "testsuite" => &["name", "tests", "failures", "errors", "skipped"],
        "properties" | "system-out" => &[],
        "property" => &["name", "value"],
        "testcase" => &["name", "classname", "time", "group"],
        "failure" | "error" => &["message", "type"],
        other => panic!("the schema knows no {other}"),
    }
}

/// The elements and attributes that `junit-10.xsd` of Jenkins' xUnit plugin knows, in the places that it knows.
fn junit(text: &str, code: i32) {
    let parents = [
        ("testsuite", "testsuites"),
        ("properties", "testsuite"),
        ("property", "properties"),
        ("testcase", "testsuite"),
        ("failure", "testcase"),
        ("error", "testcase"),
        ("system-out", "testcase"),
    ];
    let mut open: Vec<&str> = Vec::new();
    for tag in text.split('<').skip(1).filter(|tag| !tag.starts_with('?')) {
        let (tag, _) = tag.split_once('>').unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{text}");
            continue;
        }
        let (inside, closed) = tag.strip_suffix('/').map_or((tag, false), |inside| (inside, true));
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        for attribute in attributes.split("\" ").filter(|part| !part.is_empty()) {
            let attribute = attribute.split('=').next().unwrap();
            assert!(known(name).contains(&attribute), "{name} has no {attribute}: {text}");
        }
        if let Some(parent) = open.last() {
            assert!(parents.contains(&(name, parent)), "{name} in {parent}: {text}");
        }
        if !closed {
            open.push(name);
        }
    }
    assert!(open.is_empty());
    assert_eq!(text.contains("<error "), code == 2, "{text}");
}

#[test]
fn a_format_that_needs_its_system_says_so_before_anything_is_graded() {
    let answer =
        lab(here()).args("grade all-at-once all-at-once/starter --format classroom50".split(' ')).answer();
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("needs the environment variables CLASSROOM, "), "{}", answer.stderr);
}

#[test]
fn the_same_result_is_the_same_statement_and_another_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let [starter, solution, _] = hand_ins(folder.path());
    let id =
        |hand_in: &Path| serde_json::from_str::<Value>(&grade("xapi", hand_in).stdout).unwrap()["id"].clone();
    assert_eq!(id(&starter), id(&starter));
    assert_ne!(id(&starter), id(&solution));
}

#[test]
fn a_result_goes_to_a_file_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let [starter, _, broken] = hand_ins(folder.path());
    let out = folder.path().join("results.json");
    for (hand_in, code) in [(&starter, 1), (&broken, 2)] {
        let line = ["grade", "all-at-once", "--seeds", "1", "--format", "gradescope", "--out"];
        let call = lab(here()).args(line).arg(&out.display().to_string()).arg(&hand_in.display().to_string());
        let answer = call.answer();
        assert_eq!((answer.code, answer.stdout.as_str()), (code, ""), "{}", answer.stderr);
        keeps("gradescope", &serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap());
    }
    let mine = folder.path().join("mine.txt");
    std::fs::write(&mine, "mine").unwrap();
    let line =
        format!("grade all-at-once {} --format gradescope --out {}", starter.display(), mine.display());
    let refused = lab(here()).args(line.split(' ')).answer();
    assert_eq!(refused.code, 2);
    assert_eq!(std::fs::read_to_string(mine).unwrap(), "mine");
}
