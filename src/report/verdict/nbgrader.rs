//! The CSV that `nbgrader export` writes (`nbgrader/plugins/export.py`), for what reads such files.

use super::format::{Form, VerdictFormat};
use super::sheet::{Cell, sheet};
use crate::exercise::class::{Class, Listed};

/// The format `nbgrader`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "nbgrader",
    about: "The CSV of nbgrader's export",
    ending: "csv",
    omits: "everything but the score; that a file could not be graded (its scores are empty)",
    needs: &[],
    form: Form::Book(|class, _| csv(class)),
};

/// The columns, as nbgrader writes them.
const COLUMNS: [&str; 11] = [
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
];

fn csv(class: &Class) -> String {
    let rows = class.rows.iter().map(|row| {
        let score = row.outcome.as_ref().ok().map(|marks| marks.score);
        let listed =
            |of: fn(&Listed) -> &str| row.listed.as_ref().map_or(Cell::Empty, |one| Cell::text(of(one)));
        vec![
            Cell::text(&class.exercise),
            listed(|one| one.due.as_ref().map_or("", |due| &due.text)),
            listed(|one| one.handed_in.as_ref().map_or("", |at| &at.text)),
            Cell::text(&row.student),
            listed(|one| &one.last),
            listed(|one| &one.first),
            listed(|one| &one.email),
            Cell::points(score),
            Cell::points(score.map(|_| 0.0)),
            Cell::points(score),
            Cell::Points(class.max_score),
        ]
    });
    sheet(&COLUMNS, rows)
}
