//! A class as a table for people.

use super::format::ClassFormat;
use crate::exercise::class::{Class, Mark, Marks, Row};
use crate::exercise::format::{counted, decimal, lasting};
use crate::exercise::{Over, Total};
use crate::report::style::{TextStyle, Tone, harmless, page, wrapped};
use crate::report::table::{Cell, Side, Table};
use crate::report::totals;

/// The most letters of a name in the table, so that one long name does not push the other columns of everybody off the screen.
const LONGEST_NAME: usize = 40;

/// The format `text`.
pub(super) const FORMAT: ClassFormat = ClassFormat { name: "text", about: "For people", write: text };

/// The class as text.
pub fn text(class: &Class, style: TextStyle) -> String {
    let mut lines = vec![format!(
        "{}: {} hand-ins, {} of {} points needed",
        style.heading(&harmless(&class.exercise)),
        counted(class.rows.len() as u64),
        decimal(class.pass_score, 2),
        decimal(class.max_score, 2)
    )];
    if let Some(used) = &class.key {
        let course = if used.course.is_empty() { "" } else { " of course " };
        let text =
            format!("secret seeds by the key {}{course}{}, attempt {}", used.key, used.course, used.attempt);
        lines.push(format!("  {}", style.paint(Tone::Mute, &harmless(&text))));
    }
    lines.extend(table(class, style));
    lines.extend(remarks(class, style));
    lines.extend(reasons(class, style));
    lines.extend(ignored(class, style));
    let means = class.means(Marks::by_category).into_iter().chain(class.means(Marks::by_standard));
    let heading = "Mean points of the class, by the lesson's assessment criteria";
    lines.extend(totals::section(heading, &means.collect::<Vec<Total>>(), style));
    lines.push(String::new());
    lines.push(summary(class));
    page(&lines)
}

fn table(class: &Class, style: TextStyle) -> Vec<String> {
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
        let student = in_table(&harmless(&row.student), style);
        match &row.outcome {
            Ok(marks) => {
                let (tone, word) =
                    if marks.passed { (Tone::Good, "passed") } else { (Tone::Harm, "not passed") };
                let mut cells = vec![
                    Cell::toned(tone, style.symbol(tone)),
                    student.into(),
                    decimal(marks.score, 2).into(),
                ];
                cells.extend(marks.by_category().iter().map(|total| decimal(total.points, 2).into()));
                cells.extend([Cell::toned(tone, word), lost(marks).into()]);
                table.row(cells);
            }
            Err(refusal) => table.row([
                Cell::toned(Tone::Caution, style.symbol(Tone::Caution)),
                student.into(),
                "-".into(),
                "-".into(),
                "-".into(),
                Cell::toned(Tone::Caution, "not graded"),
                in_short(&refusal.why, row).unwrap_or_else(|| "see below".to_owned()).into(),
            ]),
        }
    }
    table.lines(style)
}

/// A name as far as it fits the table.
fn in_table(name: &str, style: TextStyle) -> String {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}{}", &name[..end], if style.unicode { "…" } else { "..." }),
        None => name.to_owned(),
    }
}

/// What was found out about graded hand-ins, and whose report was not written.
fn remarks(class: &Class, style: TextStyle) -> Vec<String> {
    let mut lines = Vec::new();
    for row in &class.rows {
        let student = harmless(&row.student);
        for remark in row.outcome.iter().flat_map(|marks| &marks.remarks) {
            lines.push(format!("{} {student}: {}", style.mark(Tone::Caution), harmless(remark)));
        }
        if let Some(late) = row.listed.as_ref().and_then(|one| one.late_s()).filter(|late| *late > 0) {
            lines.push(format!("{} {student}: late by {}", style.mark(Tone::Caution), lasting(late as f64)));
        }
        if class.has_list && row.listed.is_none() {
            lines.push(format!("{} {student}: not on the list of the class", style.mark(Tone::Caution)));
        }
        if let Some(why) = &row.not_written {
            let why = harmless(why);
            lines.push(format!("{} {student}: the report was not written: {why}", style.mark(Tone::Caution)));
        }
    }
    lines
}

/// The reasons that are too long for the table, whole.
fn reasons(class: &Class, style: TextStyle) -> Vec<String> {
    let mut lines = Vec::new();
    for row in &class.rows {
        let Err(refusal) = &row.outcome else { continue };
        if in_short(&refusal.why, row).is_none() {
            let said = format!("{}: {}", harmless(&row.student), harmless(&refusal.why));
            lines.extend(indented(&said, 2));
        }
    }
    under("Not graded", lines, style)
}

fn ignored(class: &Class, style: TextStyle) -> Vec<String> {
    let said = |path: &str, why: &str| format!("{}: {}", harmless(path), harmless(why));
    let lines = class.ignored.iter().flat_map(|one| indented(&said(&one.path, &one.why), 2));
    under("Ignored", lines.collect(), style)
}

/// `lines` under a heading, after an empty line; nothing without lines.
fn under(heading: &str, lines: Vec<String>, style: TextStyle) -> Vec<String> {
    if lines.is_empty() {
        return lines;
    }
    [String::new(), style.heading(heading)].into_iter().chain(lines).collect()
}

/// `text` in lines of the page's width; those after the first are indented further.
fn indented(text: &str, by: usize) -> Vec<String> {
    let lines = wrapped(text, crate::report::style::WIDTH - 2 * by);
    lines
        .iter()
        .enumerate()
        .map(|(number, line)| format!("{}{line}", " ".repeat(if number == 0 { by } else { 2 * by })))
        .collect()
}

/// The criterion that lost the most points, and how many; a required one that was missed comes first. Among equals the first:
/// `max_by` takes the last, so the list is reversed.
fn lost(marks: &Marks) -> String {
    let by_lost = |a: &&Mark, b: &&Mark| a.missed.cmp(&b.missed).then(a.lost().total_cmp(&b.lost()));
    match marks.criteria.iter().rev().max_by(by_lost) {
        Some(line) if line.lost() > 0.0 => {
            let lost = decimal(line.lost(), 2);
            let required = if line.missed { ", required" } else { "" };
            format!("{} (-{lost}{required}): {} {}", harmless(&line.id), line.title, harmless(&line.measured))
        }
        _ => String::new(),
    }
}

/// Why a hand-in could not be graded, without the file's name, which the row shows; `None` when it is too long for the table.
fn in_short(why: &str, row: &Row) -> Option<String> {
    let why = harmless(why);
    let why = why
        .strip_prefix(&format!("{}:", harmless(&row.file)))
        .map_or(why.to_string(), |rest| placed(rest.trim_start()));
    (why.chars().count() <= SHORT).then_some(why)
}

/// What is wrong, with its line where it has one: a file as a whole has none.
fn placed(rest: &str) -> String {
    if rest.starts_with(|c: char| c.is_ascii_digit()) { format!("line {rest}") } else { rest.to_owned() }
}

/// The most characters of a reason that the table shows; a longer one stands below it, whole.
const SHORT: usize = 140;

fn summary(class: &Class) -> String {
    let mut scores: Vec<f64> = class.marks().map(|marks| marks.score).collect();
    scores.sort_by(f64::total_cmp);
    let passed = class.marks().filter(|marks| marks.passed).count();
    if scores.is_empty() {
        return format!("none of {} could be graded", class.rows.len());
    }
    format!(
        "{passed} of {} passed; median {}, lowest {}, highest {}; {} not graded",
        class.rows.len(),
        decimal(Over::Median.together(&scores), 2),
        decimal(scores[0], 2),
        decimal(scores[scores.len() - 1], 2),
        class.ungraded()
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::class;
    use super::*;
    use crate::exercise::class::{Refusal, RefusalKind};
    use crate::report::golden;

    #[test]
    fn a_class_reads_as_written_down() {
        golden("class.txt", &text(&class(), TextStyle::PLAIN));
    }

    #[test]
    fn a_long_reason_is_told_whole() {
        let words: Vec<String> = (0..90).map(|number| format!("word{number}")).collect();
        let mut class = class();
        class.rows[2].outcome = Err(Refusal::new(RefusalKind::HandIn, words.join(" ")));
        let page = text(&class, TextStyle::PLAIN);
        for word in &words {
            assert!(page.split_whitespace().any(|found| found == word), "{word}: {page}");
        }
        assert!(page.lines().all(|line| line.chars().count() <= 100), "{page}");
    }
}
