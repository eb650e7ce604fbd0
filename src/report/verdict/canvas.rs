//! A gradebook of Canvas, to be imported (Instructure, `lib/gradebook_importer.rb`): students are found by their login.

use super::format::{Environment, Form, VerdictFormat};
use super::sheet::{Cell, sheet};
use crate::exercise::class::Class;
use crate::report::escape::cell;

/// The format `canvas`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "canvas",
    about: "A gradebook of Canvas, as CSV; CANVAS_ASSIGNMENT names the column",
    ending: "csv",
    omits: "everything but the score; that a file could not be graded (its cell is empty)",
    needs: &[],
    form: Form::Book(csv),
};

fn csv(class: &Class, environment: Environment<'_>) -> String {
    let column = environment("CANVAS_ASSIGNMENT").unwrap_or_else(|| class.title.clone());
    let head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", &cell(&column)];
    let possible = vec![
        // Canvas tells this row by these words, and writes them with four spaces before.
        Cell::text("    Points Possible"),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Points(class.max_score),
    ];
    let rows = class.rows.iter().map(|row| {
        let score = row.outcome.as_ref().ok().map(|marks| marks.score);
        // Canvas writes a student's name so, where the list of the class tells it.
        let listed = row.listed.as_ref().filter(|one| !one.last.is_empty());
        let name = listed.map_or_else(|| row.student.clone(), |one| format!("{}, {}", one.last, one.first));
        vec![
            Cell::Text(name),
            Cell::Empty,
            Cell::Empty,
            Cell::text(&row.student),
            Cell::Empty,
            Cell::points(score),
        ]
    });
    sheet(&head, std::iter::once(possible).chain(rows))
}
