//! A class as JSON, for programs. Its fields are a contract: they are only ever added.

use serde::Serialize;

use super::format::ClassFormat;
use crate::exercise::Total;
use crate::exercise::class::{Class, Ignored, Marks, Row};
use crate::report::json::pretty;

/// The format `json`.
pub(super) const FORMAT: ClassFormat =
    ClassFormat { name: "json", about: "For programs", write: |class, _| json(class) };

#[derive(Serialize)]
struct ClassJson<'a> {
    exercise: &'a str,
    max_score: f64,
    pass_score: f64,
    hand_ins: Vec<RowJson<'a>>,
    key: Option<&'a str>,
    course: Option<&'a str>,
    attempt: Option<u32>,
    mean_by_category: Vec<Total>,
    mean_by_standard: Vec<Total>,
    revision: u32,
    exercise_hash: &'a str,
    engine_version: &'a str,
    ignored: &'a [Ignored],
}

/// A row as JSON.
#[derive(Serialize)]
pub(super) struct RowJson<'a> {
    student: &'a str,
    file: &'a str,
    score: Option<f64>,
    passed: Option<bool>,
    criteria: Vec<LineJson<'a>>,
    categories: Vec<Total>,
    standards: Vec<Total>,
    remarks: &'a [String],
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_not_written: Option<&'a str>,
    error_kind: Option<&'static str>,
    problems: &'a [String],
    hand_in_hash: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed: Option<ListedJson<'a>>,
}

/// What the list of the class says about a student.
#[derive(Serialize)]
struct ListedJson<'a> {
    first_name: &'a str,
    last_name: &'a str,
    email: &'a str,
    group: &'a str,
    due: Option<&'a str>,
    handed_in: Option<&'a str>,
    late_s: Option<u64>,
}

#[derive(Serialize)]
struct LineJson<'a> {
    id: &'a str,
    points: f64,
    max_points: f64,
    missed: bool,
    measured: &'a str,
    wanted: &'a str,
}

/// The rows of a class as JSON.
pub(super) fn rows(class: &Class) -> impl Iterator<Item = RowJson<'_>> {
    class.rows.iter().map(row)
}

fn row(row: &Row) -> RowJson<'_> {
    let marks = row.outcome.as_ref().ok();
    let refusal = row.outcome.as_ref().err();
    let lines = marks.into_iter().flat_map(|marks| &marks.criteria);
    RowJson {
        student: &row.student,
        file: &row.file,
        score: marks.map(|marks| marks.score),
        passed: marks.map(|marks| marks.passed),
        criteria: lines
            .map(|line| LineJson {
                id: &line.id,
                points: line.points,
                max_points: line.max_points,
                missed: line.missed,
                measured: &line.measured,
                wanted: &line.wanted,
            })
            .collect(),
        categories: marks.map(Marks::by_category).unwrap_or_default(),
        standards: marks.map(Marks::by_standard).unwrap_or_default(),
        remarks: marks.map_or(&[], |marks| marks.remarks.as_slice()),
        error: refusal.map(|refusal| refusal.why.as_str()),
        report_not_written: row.not_written.as_deref(),
        error_kind: refusal.map(|refusal| refusal.kind.key()),
        problems: refusal.map_or(&[], |refusal| refusal.problems.as_slice()),
        hand_in_hash: &row.hand_in_hash,
        listed: row.listed.as_ref().map(|one| ListedJson {
            first_name: &one.first,
            last_name: &one.last,
            email: &one.email,
            group: &one.group,
            due: one.due.as_ref().map(|due| due.text.as_str()),
            handed_in: one.handed_in.as_ref().map(|at| at.text.as_str()),
            late_s: one.late_s(),
        }),
    }
}

/// The class as JSON.
fn json(class: &Class) -> String {
    pretty(&ClassJson {
        exercise: &class.exercise,
        max_score: class.max_score,
        pass_score: class.pass_score,
        hand_ins: rows(class).collect(),
        key: class.key.as_ref().map(|used| used.key.as_str()),
        course: class.key.as_ref().map(|used| used.course.as_str()),
        attempt: class.key.as_ref().map(|used| used.attempt),
        mean_by_category: class.means(Marks::by_category),
        mean_by_standard: class.means(Marks::by_standard),
        revision: class.revision,
        exercise_hash: &class.exercise_hash,
        engine_version: &class.engine_version,
        ignored: &class.ignored,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::class;
    use super::*;

    #[test]
    fn a_hand_in_that_cannot_be_graded_has_an_error_and_no_score() {
        let json: serde_json::Value = serde_json::from_str(&json(&class())).unwrap();
        assert_eq!(json["hand_ins"][2]["score"], serde_json::Value::Null);
        assert!(json["hand_ins"][2]["error"].as_str().unwrap().contains("stepz"));
        assert_eq!(json["hand_ins"][2]["error_kind"], "hand_in");
        assert_eq!(json["hand_ins"][0]["passed"], true);
        assert_eq!(json["hand_ins"][1]["standards"][0]["key"], "implement_strategies");
        assert_eq!(json["mean_by_category"][1]["points"], 13.34);
        assert_eq!(json["ignored"][0]["path"], "notes.txt");
    }
}
