//! The result of an autograding step of GitHub Classroom, which ended in August 2026: base64 of JSON, as
//! `classroom-resources/autograding-grading-reporter` reads it. The reporter still runs in plain Actions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::format::{Form, VerdictFormat};
use super::told::{below, refused};
use crate::exercise::class::{Class, Row};
use crate::report::escape::harmless;

/// The format `github-classroom`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "github-classroom",
    about: "The result of an autograding step of GitHub Classroom, which ended in 2026",
    ending: "txt",
    omits: "whether it passed, where no criterion lost points; the lesson's assessment criteria; the runs",
    needs: &[],
    form: Form::Each(|class, row, _| base64(class, row)),
};

#[derive(Serialize)]
struct Outcome {
    version: u32,
    status: &'static str,
    max_score: f64,
    tests: Vec<Test>,
}

#[derive(Serialize)]
struct Test {
    name: String,
    status: &'static str,
    score: f64,
    message: String,
    test_code: String,
    filename: String,
    line_no: u32,
    duration: u32,
}

fn base64(class: &Class, row: &Row) -> String {
    let test = |name: &str, status, score, message| Test {
        name: harmless(name).into_owned(),
        status,
        score,
        message,
        test_code: String::new(),
        filename: harmless(&row.file).into_owned(),
        line_no: 0,
        duration: 0,
    };
    let result = match &row.outcome {
        Ok(marks) => Outcome {
            version: 1,
            status: if marks.passed { "pass" } else { "fail" },
            max_score: marks.max_score,
            tests: marks
                .criteria
                .iter()
                .map(|mark| {
                    test(&mark.id, if mark.lost() > 0.0 { "fail" } else { "pass" }, mark.points, below(mark))
                })
                .collect(),
        },
        Err(refusal) => Outcome {
            version: 1,
            status: "error",
            max_score: class.max_score,
            tests: vec![test("graded", "error", 0.0, refused(&refusal.problems))],
        },
    };
    let json = serde_json::to_string(&result).expect("results have text keys and no failing parts");
    STANDARD.encode(json) + "\n"
}
