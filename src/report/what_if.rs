//! Other decisions in the same world, as a table and as JSON.

use serde::Serialize;

use crate::engine::Span;
use crate::exercise::format::{counted, lasting, percent};
use crate::exercise::{Choice, RunResult, WhatIf};

use super::style::{TextStyle, Tone};
use super::table::{Cell, Side, Table};

/// The other decisions and their outcomes, below a heading.
pub fn lines(found: &WhatIf, style: TextStyle) -> Vec<String> {
    let mut lines = vec![style.heading("What if, in the same world")];
    let mut table = Table::new(&[
        ("decision", Side::Left),
        ("outcome", Side::Left),
        ("users harmed", Side::Right),
        ("", Side::Right),
        ("failed", Side::Right),
        ("exposure", Side::Right),
        ("out after", Side::Right),
    ]);
    let actual = found.actual.users_harmed;
    table.row(row("as it was", outcome(None, &found.actual), &found.actual, "".into()));
    for other in &found.others {
        let change = other.run.users_harmed as i64 - actual as i64;
        let change = match change {
            0 => Cell::from(""),
            more if more > 0 => Cell::toned(Tone::Harm, format!("+{}", counted(more.unsigned_abs()))),
            fewer => Cell::toned(Tone::Good, format!("-{}", counted(fewer.unsigned_abs()))),
        };
        let how = outcome(Some(other.choice), &other.run);
        table.row(row(&words(other.choice), how, &other.run, change));
    }
    lines.extend(table.lines(style));
    lines.push(String::new());
    lines.push(verdict(found));
    lines
}

/// The decision that would have mattered most, or what the one that was taken has spared, in a sentence.
fn verdict(found: &WhatIf) -> String {
    let was = counted(found.actual.users_harmed);
    let of = |index: usize| {
        let other = &found.others[index];
        (words(other.choice), counted(other.run.users_harmed))
    };
    if let Some((name, would)) = found.matters_most().map(of) {
        format!("What would have spared most: {name}. {would} users harmed, and not {was}.")
    } else if let Some((name, would)) = found.spared_most().map(of) {
        format!(
            "What was decided spared the most against: {name}. {would} users would have been harmed, and not {was}."
        )
    } else {
        "None of these would surely have harmed more users, or fewer.".to_owned()
    }
}

/// How a run with this choice ended, in words; without one it is the run as it was.
pub fn outcome(choice: Option<Choice>, run: &RunResult) -> String {
    match choice {
        // Its rollout never begins, so it is not in progress either.
        Some(Choice::NotShipped) => "not shipped".to_owned(),
        _ => run.phase.replace('_', " "),
    }
}

fn row(name: &str, how: String, run: &RunResult, change: Cell) -> [Cell; 7] {
    [
        name.into(),
        how.into(),
        counted(run.users_harmed).into(),
        change,
        percent(run.failed_share).into(),
        percent(run.max_exposure_percent / 100.0).into(),
        run.time_to_complete_s.map_or_else(|| "never".to_owned(), lasting).into(),
    ]
}

/// A decision as text.
pub fn words(choice: Choice) -> String {
    let long = |span: Span| lasting(span.as_secs_f64());
    match choice {
        Choice::NotShipped => "not shipped at all".to_owned(),
        Choice::Unwatched => "no monitoring".to_owned(),
        Choice::HalfTheWeight => "half the weight".to_owned(),
        Choice::Sooner(span) => format!("rolled back {} sooner", long(span)),
        Choice::Later(span) => format!("rolled back {} later", long(span)),
        Choice::WhenSeen => "rolled back when trouble was first seen".to_owned(),
        Choice::AfterHarm(span) => format!("rolled back {} after the first harm", long(span)),
    }
}

/// One decision in JSON.
#[derive(Serialize)]
pub(super) struct AlternativeJson<'a> {
    decision: String,
    matters_most: bool,
    #[serde(flatten)]
    run: &'a RunResult,
}

/// The other decisions for JSON, in the order of the table.
pub(super) fn json(found: &WhatIf) -> Vec<AlternativeJson<'_>> {
    let most = found.matters_most();
    found
        .others
        .iter()
        .enumerate()
        .map(|(index, other)| AlternativeJson {
            decision: words(other.choice),
            matters_most: most == Some(index),
            run: &other.run,
        })
        .collect()
}
