//! Grades for Moodle's import of CSV (`grade/import/csv/classes/load_data.php`): students are found by their user name, and the
//! teacher says on import which column is which.

use super::format::{Form, VerdictFormat};
use super::sheet::{Cell, sheet};
use super::told::{above, below};
use crate::exercise::class::{Class, Row};
use crate::report::escape::{cell, markup};

/// The format `moodle`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "moodle",
    about: "Grades and feedback for Moodle's import of CSV",
    ending: "csv",
    omits: "the points of a criterion as numbers (only in the feedback); the runs",
    needs: &[],
    form: Form::Book(|class, _| csv(class)),
};

fn csv(class: &Class) -> String {
    let title = cell(&class.title);
    let (points, feedback_of) = (format!("{title} points"), format!("{title} feedback"));
    // Where the list of the class tells addresses, a teacher may map students by these.
    let address: &[&str] = if class.has_list { &["email"] } else { &[] };
    let head: Vec<&str> =
        ["username"].iter().chain(address).copied().chain([&*points, &*feedback_of]).collect();
    let rows = class.rows.iter().map(|row| {
        let score = row.outcome.as_ref().ok().map(|marks| marks.score);
        let email = || Cell::Text(row.listed.as_ref().map_or_else(String::new, |one| one.email.clone()));
        let mut cells = vec![Cell::text(&row.student)];
        cells.extend(class.has_list.then(email));
        cells.extend([Cell::points(score), Cell::Text(feedback(class, row))]);
        cells
    });
    sheet(&head, rows)
}

/// What the student reads. Moodle shows it as HTML, where a line end is nothing, so paragraphs are marked.
fn feedback(class: &Class, row: &Row) -> String {
    let lines: Vec<String> = match &row.outcome {
        Ok(marks) => {
            let criterion = |mark: &crate::exercise::class::Mark| {
                format!("{}: {} of {}. {}", mark.id, mark.points, mark.max_points, below(mark))
            };
            std::iter::once(above(&class.exercise, marks))
                .chain(marks.criteria.iter().map(criterion))
                .collect()
        }
        Err(refusal) => {
            std::iter::once("This could not be graded.".to_owned()).chain(refusal.problems.clone()).collect()
        }
    };
    lines.iter().map(|line| format!("<p>{}</p>", markup(line).replace('\n', "<br>"))).collect()
}
