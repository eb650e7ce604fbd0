//! Gradescope's `results.json` (gradescope-autograders.readthedocs.io, "Autograder Specifications"): a test is a criterion.

use serde::Serialize;

use super::format::{Form, VerdictFormat};
use super::told::{above, below, refused};
use crate::exercise::class::{Class, Mark, Row};
use crate::report::escape::harmless;
use crate::report::json::pretty;

/// The format `gradescope`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "gradescope",
    about: "Gradescope's results.json",
    ending: "json",
    omits: "which points are needed to pass (only as text); the runs",
    needs: &[],
    form: Form::Each(|class, row, _| json(class, row)),
};

#[derive(Serialize)]
struct Results {
    score: f64,
    output: String,
    output_format: &'static str,
    stdout_visibility: &'static str,
    tests: Vec<Test>,
    extra_data: Extra,
}

#[derive(Serialize)]
struct Test {
    name: String,
    name_format: &'static str,
    number: String,
    score: f64,
    max_score: f64,
    status: &'static str,
    output: String,
    output_format: &'static str,
    tags: Vec<&'static str>,
    visibility: &'static str,
}

#[derive(Serialize)]
struct Extra {
    exercise: String,
    revision: u32,
    exercise_hash: String,
    engine_version: String,
    hand_in_hash: String,
    graded: bool,
    passed: bool,
}

fn json(class: &Class, row: &Row) -> String {
    let marks = row.outcome.as_ref();
    pretty(&Results {
        score: marks.map_or(0.0, |marks| marks.score),
        output: match marks {
            Ok(marks) => above(&class.exercise, marks),
            Err(refusal) => refused(&refusal.problems),
        },
        output_format: "text",
        stdout_visibility: "hidden",
        tests: marks.map_or_else(
            |_| Vec::new(),
            |marks| marks.criteria.iter().enumerate().map(|(index, mark)| test(index, mark)).collect(),
        ),
        extra_data: Extra {
            exercise: class.exercise.clone(),
            revision: class.revision,
            exercise_hash: class.exercise_hash.clone(),
            engine_version: class.engine_version.clone(),
            hand_in_hash: row.hand_in_hash.clone(),
            graded: marks.is_ok(),
            passed: marks.is_ok_and(|marks| marks.passed),
        },
    })
}

fn test(index: usize, mark: &Mark) -> Test {
    Test {
        name: harmless(&mark.id).into_owned(),
        name_format: "text",
        number: (index + 1).to_string(),
        score: mark.points,
        max_score: mark.max_points,
        status: if mark.lost() > 0.0 { "failed" } else { "passed" },
        output: below(mark),
        output_format: "text",
        tags: std::iter::once(mark.category.key()).chain(mark.standard.map(|it| it.key())).collect(),
        visibility: "visible",
    }
}
