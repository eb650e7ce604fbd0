//! Results as Otter-Grader loads them from a grader in another language: the JSON of Ottr, which
//! `otter.test_files.GradingResults.from_ottr_json` reads. A test case there has all of its points or none, so a criterion is two: what
//! was earned, passed, and what was lost, failed.

use serde::Serialize;

use super::format::{Form, VerdictFormat};
use super::told::{below, measured, refused};
use crate::exercise::class::{Class, Mark, Row};
use crate::report::escape::harmless;
use crate::report::json::{finite, pretty};

/// The format `otter`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "otter",
    about: "Otter-Grader, as results of a grader in another language",
    ending: "json",
    omits: "whether it passed; the lesson's assessment criteria; that a file could not be graded (a test that failed says it)",
    needs: &[],
    form: Form::Each(|class, row, _| json(class, row)),
};

#[derive(Serialize)]
struct Results {
    test_file_results: Vec<TestFile>,
}

#[derive(Serialize)]
struct TestFile {
    filename: String,
    points: f64,
    test_case_results: Vec<Outcome>,
}

#[derive(Serialize)]
struct Outcome {
    test_case: TestCase,
    passed: bool,
    error: Option<String>,
}

#[derive(Serialize)]
struct TestCase {
    name: String,
    code: String,
    points: f64,
    hidden: bool,
    success_message: Option<String>,
    failure_message: Option<String>,
}

fn json(class: &Class, row: &Row) -> String {
    let test_file_results = match &row.outcome {
        Ok(marks) => marks.criteria.iter().map(test_file).collect(),
        Err(refusal) => {
            let problem = refused(&refusal.problems);
            let case = TestCase {
                name: "graded".to_owned(),
                code: String::new(),
                points: class.max_score,
                hidden: false,
                success_message: None,
                failure_message: Some("This could not be graded.".to_owned()),
            };
            let outcome = Outcome { test_case: case, passed: false, error: Some(problem) };
            vec![TestFile {
                filename: "hand-in".to_owned(),
                points: class.max_score,
                test_case_results: vec![outcome],
            }]
        }
    };
    pretty(&Results { test_file_results })
}

fn test_file(mark: &Mark) -> TestFile {
    let case = |name: &str, points: f64, failure: Option<String>| Outcome {
        passed: failure.is_none(),
        error: failure.clone(),
        test_case: TestCase {
            name: name.to_owned(),
            code: String::new(),
            points,
            hidden: false,
            success_message: failure.is_none().then(|| measured(mark)),
            failure_message: failure.is_some().then(|| measured(mark)),
        },
    };
    let lost = (mark.lost() > 0.0).then(|| case("lost", finite(mark.lost()), Some(below(mark))));
    let earned = (mark.points > 0.0 || lost.is_none()).then(|| case("earned", mark.points, None));
    TestFile {
        filename: harmless(&mark.id).into_owned(),
        points: mark.max_points,
        test_case_results: earned.into_iter().chain(lost).collect(),
    }
}
