//! What became of each release of a train, as a table.

use super::super::style::{TextStyle, Tone, harmless};
use super::super::table::{Cell, Side, Table};
use crate::engine::{Span, Time};
use crate::exercise::train_of;
use crate::sim::Record;

/// A table of the releases with a heading; nothing where one release goes out.
pub(super) fn lines(record: &Record, style: TextStyle) -> Vec<String> {
    let train = train_of(record);
    if train.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new(&[
        ("", Side::Right),
        ("release", Side::Left),
        ("from", Side::Right),
        ("outcome", Side::Left),
        ("harmed", Side::Right),
    ]);
    for (number, leg) in (1..).zip(&train) {
        let number: u32 = number;
        let tone = match (leg.is_sound, leg.outcome) {
            (true, "delivered") | (false, "rolled_back") => Tone::Good,
            (true, "rolled_back") => Tone::Caution,
            _ => Tone::Harm,
        };
        table.row(vec![
            number.to_string().into(),
            harmless(&leg.release).into(),
            (Time::ZERO + Span::from_secs(leg.at_s)).to_string().into(),
            Cell::toned(tone, leg.outcome.replace('_', " ")),
            leg.users_harmed.to_string().into(),
        ]);
    }
    let mut lines = vec![style.heading("Releases")];
    lines.extend(table.lines(style));
    let [sound, bad] = record.truth.never_came;
    if sound + bad > 0 {
        lines.push(format!("  {} more never came: the ones before had not settled", sound + bad));
    }
    lines.push(String::new());
    lines
}
