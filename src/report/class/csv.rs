//! A class as CSV, for a gradebook or a spreadsheet.

use super::format::ClassFormat;
use crate::exercise::class::{Class, Listed, Marks, Row};
use crate::exercise::{Category, Standard, Total};
use crate::report::escape::cell;

/// The format `csv`.
pub(super) const FORMAT: ClassFormat = ClassFormat {
    name: "csv",
    about: "For a gradebook or a spreadsheet: a row for each hand-in, a column for each criterion",
    write: |class, _| csv(class),
};

/// The columns of nbgrader's export, then our own, which are followed by the points by category and by assessment criterion,
/// each with the most points, by the exercise's edition, by the hash of the hand-in, by the points by criterion of the rubric, and by the group
/// and the seconds of delay.
/// Dates, names and
/// the group are those of the list of the class, and empty without one.
const COLUMNS: [&str; 17] = [
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
    "passed",
    "file",
    "engine_version",
    "error",
    "key",
    "remarks",
];

/// The class as CSV. A text cell that a spreadsheet would take for a formula gets an apostrophe before it.
pub fn csv(class: &Class) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut write = |cells: Vec<String>| writer.write_record(cells).expect("CSV is written to memory");
    let keys = Category::ALL.iter().map(|category| category.key());
    let keys: Vec<&str> = keys.chain(Standard::ALL.iter().map(|standard| standard.key())).collect();
    let two = |name: &str| [format!("{name}_points"), format!("{name}_max_points")];
    let mut head = COLUMNS.map(str::to_owned).to_vec();
    head.extend(keys.iter().flat_map(|key| two(key)));
    head.extend(["revision", "exercise_hash", "hand_in_hash"].map(str::to_owned));
    head.extend(class.rubric.iter().flat_map(|line| two(&format!("criterion_{}", line.id))));
    head.extend(["group", "late_s"].map(str::to_owned));
    write(head);
    class.rows.iter().for_each(|row| write(cells(class, row, &keys)));
    let bytes = writer.into_inner().expect("CSV is written to memory");
    String::from_utf8(bytes).expect("all cells are text")
}

/// The cells of a row; `keys` are the names of the totals that have columns.
fn cells(class: &Class, row: &Row, keys: &[&str]) -> Vec<String> {
    let marks = row.outcome.as_ref().ok();
    let of = |text: fn(&Marks) -> String| marks.map_or_else(String::new, text);
    let listed = |text: fn(&Listed) -> String| row.listed.as_ref().map_or_else(String::new, text);
    let why = row.outcome.as_ref().err().map(|refusal| &refusal.why).or(row.not_written.as_ref());
    let score = of(|marks| marks.score.to_string());
    let first: [String; COLUMNS.len()] = [
        cell(&class.exercise),
        listed(|one| one.due.as_ref().map_or_else(String::new, |due| cell(&due.text))),
        listed(|one| one.handed_in.as_ref().map_or_else(String::new, |at| cell(&at.text))),
        cell(&row.student),
        listed(|one| cell(&one.last)),
        listed(|one| cell(&one.first)),
        listed(|one| cell(&one.email)),
        score.clone(),
        of(|_| "0".to_owned()),
        score,
        class.max_score.to_string(),
        of(|marks| marks.passed.to_string()),
        cell(&row.file),
        of(|marks| cell(&marks.engine_version)),
        why.map_or_else(String::new, |why| cell(why)),
        of(|marks| marks.key.as_ref().map_or_else(String::new, |used| cell(&used.key))),
        of(|marks| cell(&marks.remarks.join(" "))),
    ];
    let totals: Vec<Total> = marks
        .into_iter()
        .flat_map(|marks| marks.by_category().into_iter().chain(marks.by_standard()))
        .collect();
    let total = |key: &&str| {
        let found = totals.iter().find(|total| total.key == *key);
        two(found.map(|total| (total.points, total.max_points)))
    };
    let criterion = |line: &crate::exercise::class::RubricLine| {
        let found = marks.and_then(|marks| marks.criteria.iter().find(|mark| mark.id == line.id));
        two(found.map(|mark| (mark.points, mark.max_points)))
    };
    let mut cells = first.to_vec();
    cells.extend(keys.iter().flat_map(total));
    cells.extend([of(|marks| marks.revision.to_string()), of(|marks| marks.exercise_hash.clone())]);
    cells.push(row.hand_in_hash.clone());
    cells.extend(class.rubric.iter().flat_map(criterion));
    cells.push(listed(|one| cell(&one.group)));
    cells.push(listed(|one| one.late_s().map_or_else(String::new, |late| late.to_string())));
    cells
}

/// The points and the most points as two cells, empty without.
fn two(points: Option<(f64, f64)>) -> [String; 2] {
    points.map_or_else(Default::default, |(points, most)| [points.to_string(), most.to_string()])
}

#[cfg(test)]
mod tests {
    use super::super::sample::class;
    use super::*;
    use crate::report::golden;

    #[test]
    fn a_class_is_a_table_for_a_gradebook() {
        golden("class.csv", &csv(&class()));
    }

    #[test]
    fn a_student_whose_name_is_a_formula_is_a_text() {
        assert!(csv(&class()).contains("'=cmd()"));
    }
}
