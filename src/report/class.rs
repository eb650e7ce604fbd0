//! The grades of a class as a table, as CSV for a gradebook and as JSON.

use serde::Serialize;

use crate::exercise::format::{counted, decimal};
use crate::exercise::{Category, CriterionResult, KeyUse, Standard, Total, Verdict};

use super::escape;
use super::json::pretty;
use super::style::{TextStyle, Tone, harmless, page};
use super::table::{Cell, Side, Table};
use super::totals;

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Id of the exercise.
    pub exercise: String,
    /// The most points.
    pub max_score: f64,
    /// Points needed to pass.
    pub pass_score: f64,
    /// The hand-ins, in the order of the students' names.
    pub rows: Vec<Row>,
}

/// One hand-in.
#[derive(Clone, Debug)]
pub struct Row {
    /// The student: the name of the file without its ending, or the name of the folder.
    pub student: String,
    /// The file.
    pub file: String,
    /// Its verdict, or in one line why it could not be graded.
    pub outcome: Result<Verdict, String>,
    /// Why its report could not be written, in one line; the grade stands.
    pub not_written: Option<String>,
}

impl Class {
    /// Number of hand-ins that could not be graded.
    pub fn ungraded(&self) -> usize {
        self.rows.iter().filter(|row| row.outcome.is_err()).count()
    }

    /// The key that the seeds were drawn with; its student is the first that could be graded.
    fn key(&self) -> Option<&KeyUse> {
        self.verdicts().find_map(|verdict| verdict.secret.as_ref())
    }

    /// The verdicts there are.
    fn verdicts(&self) -> impl Iterator<Item = &Verdict> {
        self.rows.iter().filter_map(|row| row.outcome.as_ref().ok())
    }

    /// The mean of the class in each of the totals that `of` gives for a verdict.
    fn means(&self, of: fn(&Verdict) -> Vec<Total>) -> Vec<Total> {
        Total::means(&self.verdicts().map(of).collect::<Vec<_>>())
    }

    /// Whether every hand-in was graded and every report that was asked for was written.
    pub fn is_complete(&self) -> bool {
        self.rows.iter().all(|row| row.outcome.is_ok() && row.not_written.is_none())
    }
}

/// The class as text.
pub fn text(class: &Class, style: TextStyle) -> String {
    let mut table = Table::new(&[
        ("", Side::Left),
        ("student", Side::Left),
        ("score", Side::Right),
        ("technical", Side::Right),
        ("risk", Side::Right),
        ("", Side::Left),
        ("lost most on", Side::Left),
    ]);
    for row in &class.rows {
        let student = harmless(&row.student).into_owned();
        match &row.outcome {
            Ok(verdict) => {
                let (tone, word) =
                    if verdict.passed { (Tone::Good, "passed") } else { (Tone::Harm, "not passed") };
                let mut cells = vec![
                    Cell::toned(tone, style.symbol(tone)),
                    student.into(),
                    decimal(verdict.score, 2).into(),
                ];
                cells.extend(verdict.by_category().iter().map(|total| decimal(total.points, 2).into()));
                cells.extend([Cell::toned(tone, word), lost(verdict).into()]);
                table.row(cells);
            }
            Err(why) => table.row([
                Cell::toned(Tone::Caution, style.symbol(Tone::Caution)),
                student.into(),
                "-".into(),
                "-".into(),
                "-".into(),
                Cell::toned(Tone::Caution, "not graded"),
                in_short(why, &row.file).into(),
            ]),
        }
    }
    let mut lines = vec![format!(
        "{}: {} hand-ins, {} of {} points needed",
        style.heading(&harmless(&class.exercise)),
        counted(class.rows.len() as u64),
        decimal(class.pass_score, 2),
        decimal(class.max_score, 2)
    )];
    if let Some(used) = class.key() {
        let course = if used.course.is_empty() { "" } else { " of course " };
        let text =
            format!("secret seeds by the key {}{course}{}, attempt {}", used.key, used.course, used.attempt);
        lines.push(format!("  {}", style.paint(Tone::Mute, &harmless(&text))));
    }
    lines.extend(table.lines(style));
    for row in &class.rows {
        for remark in row.outcome.iter().flat_map(|verdict| &verdict.remarks) {
            let (student, remark) = (harmless(&row.student), harmless(remark));
            lines.push(format!("{} {student}: {remark}", style.mark(Tone::Caution)));
        }
        if let Some(why) = &row.not_written {
            let (student, why) = (harmless(&row.student), harmless(why));
            lines.push(format!("{} {student}: the report was not written: {why}", style.mark(Tone::Caution)));
        }
    }
    let means = class.means(Verdict::by_category).into_iter().chain(class.means(Verdict::by_standard));
    let heading = "Mean points of the class, by the lesson's assessment criteria";
    lines.extend(totals::section(heading, &means.collect::<Vec<Total>>(), style));
    lines.push(String::new());
    lines.push(summary(class));
    page(&lines)
}

/// The criterion that lost the most points, and how many; a required one that was missed comes first. Among equals the first:
/// `max_by` takes the last, so the list is reversed.
fn lost(verdict: &Verdict) -> String {
    let by_lost = |a: &&CriterionResult, b: &&CriterionResult| {
        let lost = |line: &CriterionResult| line.max_points - line.points;
        a.missed.cmp(&b.missed).then(lost(a).total_cmp(&lost(b)))
    };
    match verdict.criteria.iter().rev().max_by(by_lost) {
        Some(line) if line.points < line.max_points => {
            let lost = decimal(line.max_points - line.points, 2);
            let required = if line.missed { ", required" } else { "" };
            let (id, title) = (harmless(&line.id), line.measure.title());
            format!("{id} (-{lost}{required}): {title} {}", line.measured)
        }
        _ => String::new(),
    }
}

/// Why a hand-in could not be graded, in about a line: without the file's name, which the row shows, and without the list of
/// allowed names, which the hand-in's own report shows.
fn in_short(why: &str, file: &str) -> String {
    let why = harmless(why);
    let why = why
        .strip_prefix(&format!("{file}:"))
        .map_or(why.to_string(), |rest| format!("line {}", rest.trim_start()));
    match why.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}...", why[..end].trim_end()),
        None => why,
    }
}

/// The most characters of a reason that the table shows.
const SHORT: usize = 140;

fn summary(class: &Class) -> String {
    let mut scores: Vec<f64> = class.verdicts().map(|verdict| verdict.score).collect();
    scores.sort_by(f64::total_cmp);
    let passed = class.verdicts().filter(|verdict| verdict.passed).count();
    if scores.is_empty() {
        return format!("none of {} could be graded", class.rows.len());
    }
    format!(
        "{passed} of {} passed; median {}, lowest {}, highest {}; {} not graded",
        class.rows.len(),
        decimal(crate::exercise::Over::Median.together(&scores), 2),
        decimal(scores[0], 2),
        decimal(scores[scores.len() - 1], 2),
        class.ungraded()
    )
}

/// The columns of nbgrader's export, then our own, which are followed by the points by category and by assessment criterion,
/// each with the most points, and by the exercise's edition. Dates and names stay empty because they are not known here.
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
    let mut write = |cells: [String; COLUMNS.len()], totals: Vec<String>| {
        writer.write_record(cells.into_iter().chain(totals)).expect("CSV is written to memory");
    };
    let keys = Category::ALL.iter().map(|category| category.key());
    let keys: Vec<&str> = keys.chain(Standard::ALL.iter().map(|standard| standard.key())).collect();
    let names = keys.iter().flat_map(|key| [format!("{key}_points"), format!("{key}_max_points")]);
    let edition = ["revision", "exercise_hash"].map(str::to_owned);
    write(COLUMNS.map(str::to_owned), names.chain(edition).collect());
    for row in &class.rows {
        let verdict = row.outcome.as_ref().ok();
        let empty = String::new;
        let score = verdict.map_or_else(empty, |verdict| verdict.score.to_string());
        let totals = verdict.map_or_else(Vec::new, |verdict| {
            verdict.by_category().into_iter().chain(verdict.by_standard()).collect()
        });
        let total = |key: &str| totals.iter().find(|total: &&Total| total.key == key);
        let points = keys.iter().flat_map(|key| match total(key) {
            Some(total) => [total.points.to_string(), total.max_points.to_string()],
            None => [empty(), empty()],
        });
        let cells = [
            escape::csv(&class.exercise),
            empty(),
            empty(),
            escape::csv(&row.student),
            empty(),
            empty(),
            empty(),
            score.clone(),
            verdict.map_or_else(empty, |_| "0".to_owned()),
            score,
            class.max_score.to_string(),
            verdict.map_or_else(empty, |verdict| verdict.passed.to_string()),
            escape::csv(&row.file),
            verdict.map_or_else(empty, |verdict| escape::csv(&verdict.engine_version)),
            row.outcome
                .as_ref()
                .err()
                .or(row.not_written.as_ref())
                .map_or_else(empty, |why| escape::csv(why)),
            verdict
                .and_then(|verdict| verdict.secret.as_ref())
                .map_or_else(empty, |used| escape::csv(&used.key)),
            verdict.map_or_else(empty, |verdict| escape::csv(&verdict.remarks.join(" "))),
        ];
        let edition = match verdict {
            Some(verdict) => [verdict.revision.to_string(), verdict.exercise_hash.clone()],
            None => [empty(), empty()],
        };
        write(cells, points.chain(edition).collect());
    }
    let bytes = writer.into_inner().expect("CSV is written to memory");
    String::from_utf8(bytes).expect("all cells are text")
}

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
}

#[derive(Serialize)]
struct RowJson<'a> {
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
}

#[derive(Serialize)]
struct LineJson<'a> {
    id: &'a str,
    points: f64,
    max_points: f64,
    missed: bool,
}

/// The class as JSON.
pub fn json(class: &Class) -> String {
    let rows = class.rows.iter().map(|row| {
        let verdict = row.outcome.as_ref().ok();
        let lines = verdict.into_iter().flat_map(|verdict| &verdict.criteria);
        RowJson {
            student: &row.student,
            file: &row.file,
            score: verdict.map(|verdict| verdict.score),
            passed: verdict.map(|verdict| verdict.passed),
            criteria: lines
                .map(|line| LineJson {
                    id: &line.id,
                    points: line.points,
                    max_points: line.max_points,
                    missed: line.missed,
                })
                .collect(),
            categories: verdict.map(Verdict::by_category).unwrap_or_default(),
            standards: verdict.map(Verdict::by_standard).unwrap_or_default(),
            remarks: verdict.map_or(&[], |verdict| verdict.remarks.as_slice()),
            error: row.outcome.as_ref().err().map(String::as_str),
            report_not_written: row.not_written.as_deref(),
        }
    });
    pretty(&ClassJson {
        exercise: &class.exercise,
        max_score: class.max_score,
        pass_score: class.pass_score,
        hand_ins: rows.collect(),
        key: class.key().map(|used| used.key.as_str()),
        course: class.key().map(|used| used.course.as_str()),
        attempt: class.key().map(|used| used.attempt),
        mean_by_category: class.means(Verdict::by_category),
        mean_by_standard: class.means(Verdict::by_standard),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::golden;
    use crate::report::verdict::sample::{gated, verdict};

    fn class() -> Class {
        let mut good = verdict();
        (good.score, good.passed) = (91.0, true);
        let row = |student: &str, outcome| Row {
            student: student.to_owned(),
            file: format!("{student}.ron"),
            outcome,
            not_written: None,
        };
        Class {
            exercise: "canary".to_owned(),
            max_score: 100.0,
            pass_score: 70.0,
            rows: vec![
                row("ada", Ok(good)),
                row("eva", Ok(gated())),
                row(
                    "=cmd()",
                    Err("eve.ron:4:9: unknown field \"stepz\"; did you mean \"steps\"?".to_owned()),
                ),
            ],
        }
    }

    #[test]
    fn a_class_reads_as_written_down() {
        golden("class.txt", &text(&class(), TextStyle::PLAIN));
        golden("class.csv", &csv(&class()));
    }

    #[test]
    fn a_student_whose_name_is_a_formula_is_a_text() {
        assert!(csv(&class()).contains("'=cmd()"));
    }

    #[test]
    fn a_hand_in_that_cannot_be_graded_has_an_error_and_no_score() {
        let json: serde_json::Value = serde_json::from_str(&json(&class())).unwrap();
        assert_eq!(json["hand_ins"][2]["score"], serde_json::Value::Null);
        assert!(json["hand_ins"][2]["error"].as_str().unwrap().contains("stepz"));
        assert_eq!(json["hand_ins"][0]["passed"], true);
        assert_eq!(json["hand_ins"][1]["standards"][0]["key"], "implement_strategies");
        assert_eq!(json["mean_by_category"][1]["points"], 13.34);
    }
}
