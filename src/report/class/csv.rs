//! A class as CSV, for a gradebook or a spreadsheet.

use super::format::ClassFormat;
use crate::exercise::class::{Class, Marks, Row};
use crate::exercise::{Category, Standard, Total};
use crate::report::style::harmless;

/// The format `csv`.
pub(super) const FORMAT: ClassFormat = ClassFormat {
    name: "csv",
    about: "For a gradebook or a spreadsheet: a row for each hand-in, a column for each criterion",
    write: |class, _| csv(class),
};

/// The columns of nbgrader's export, then our own, which are followed by the points by category and by assessment criterion,
/// each with the most points, by the exercise's edition, by the hash of the hand-in, and by the points by criterion of the rubric.
/// Dates and names stay empty because they are not known here.
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
    write(head);
    class.rows.iter().for_each(|row| write(cells(class, row, &keys)));
    let bytes = writer.into_inner().expect("CSV is written to memory");
    String::from_utf8(bytes).expect("all cells are text")
}

/// The cells of a row; `keys` are the names of the totals that have columns.
fn cells(class: &Class, row: &Row, keys: &[&str]) -> Vec<String> {
    let marks = row.outcome.as_ref().ok();
    let of = |text: fn(&Marks) -> String| marks.map_or_else(String::new, text);
    let why = row.outcome.as_ref().err().map(|refusal| &refusal.why).or(row.not_written.as_ref());
    let score = of(|marks| marks.score.to_string());
    let first: [String; COLUMNS.len()] = [
        tame(&class.exercise),
        String::new(),
        String::new(),
        tame(&row.student),
        String::new(),
        String::new(),
        String::new(),
        score.clone(),
        of(|_| "0".to_owned()),
        score,
        class.max_score.to_string(),
        of(|marks| marks.passed.to_string()),
        tame(&row.file),
        of(|marks| tame(&marks.engine_version)),
        why.map_or_else(String::new, |why| tame(why)),
        of(|marks| marks.key.as_ref().map_or_else(String::new, |used| tame(&used.key))),
        of(|marks| tame(&marks.remarks.join(" "))),
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
    cells
}

/// The points and the most points as two cells, empty without.
fn two(points: Option<(f64, f64)>) -> [String; 2] {
    points.map_or_else(Default::default, |(points, most)| [points.to_string(), most.to_string()])
}

/// Text that a spreadsheet does not take for a formula, on one line. A semicolon begins a new cell where it separates the columns,
/// so what follows one is looked at as well.
pub(super) fn tame(text: &str) -> String {
    let text = harmless(text);
    let is_formula = |part: &str| {
        part.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c)).starts_with(STARTS)
    };
    let mut parts =
        text.split(';').map(|part| if is_formula(part) { format!("'{part}") } else { part.to_owned() });
    let first = parts.next().unwrap_or_default();
    parts.fold(first, |all, part| format!("{all};{part}"))
}

/// What a formula begins with in spreadsheets, the full-width forms of East Asian keyboards included.
const STARTS: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Characters without width that a spreadsheet skips at the beginning of a cell.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
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
    fn no_cell_is_a_formula() {
        let starts = STARTS.iter().flat_map(|start| {
            ["", " ", "\t", "\r\n", "\u{feff}", "\u{200b} "].map(|before| format!("{before}{start}1+1"))
        });
        for text in starts {
            assert!(tame(&text).starts_with('\''), "{text:?}");
            assert!(tame(&format!("a;{text}")).starts_with("a;'"), "{text:?}");
        }
        assert_eq!(tame("eva-marie; and 1 more"), "eva-marie; and 1 more");
        assert!(csv(&class()).contains("'=cmd()"));
    }
}
