//! PrairieLearn's `results.json` of an external grader (prairielearn.readthedocs.io, "External grading"). A hand-in that cannot
//! be graded is not gradable there either and uses up no attempt.

use serde::Serialize;

use super::format::{Form, VerdictFormat};
use super::told::{above, below, measured, score};
use crate::exercise::class::{Class, Row};
use crate::report::escape::{harmless, lines};
use crate::report::json::{finite, pretty};

/// The format `prairielearn`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "prairielearn",
    about: "PrairieLearn's results.json of an external grader",
    ending: "json",
    omits: "the lesson's assessment criteria; which points are needed to pass (only as text); the runs",
    needs: &[],
    form: Form::Each(|class, row, _| json(class, row)),
};

#[derive(Serialize)]
struct Results {
    gradable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    message: String,
    output: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    format_errors: Vec<String>,
    tests: Vec<Test>,
}

#[derive(Serialize)]
struct Test {
    name: String,
    description: String,
    points: f64,
    max_points: f64,
    output: String,
}

/// The longest list of mistakes; the file may have 1 MB in all.
const MOST_PROBLEMS: usize = 20;
/// The most characters of one mistake.
const MOST_CHARACTERS: usize = 2_000;

fn json(class: &Class, row: &Row) -> String {
    let results = match &row.outcome {
        Ok(marks) => Results {
            gradable: true,
            score: Some(finite(marks.score / marks.max_score).clamp(0.0, 1.0)),
            message: score(marks),
            output: above(&class.exercise, marks),
            format_errors: Vec::new(),
            tests: marks
                .criteria
                .iter()
                .map(|mark| Test {
                    name: harmless(&mark.id).into_owned(),
                    description: measured(mark),
                    points: mark.points,
                    max_points: mark.max_points,
                    output: below(mark),
                })
                .collect(),
        },
        Err(refusal) => Results {
            gradable: false,
            score: None,
            message: "This could not be graded, and no attempt was used up.".to_owned(),
            output: String::new(),
            format_errors: refusal
                .problems
                .iter()
                .take(MOST_PROBLEMS)
                .map(|problem| lines(problem).chars().take(MOST_CHARACTERS).collect())
                .collect(),
            tests: Vec::new(),
        },
    };
    pretty(&results)
}
