//! What the cases of an exercise are and how they ended, as a table for those who write exercises.

use super::style::{TextStyle, harmless, page};
use super::table::{Side, Table};

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseLine {
    /// Its name.
    pub case: String,
    /// The release that is to go out.
    pub release: String,
    /// How the rollout stood at the end.
    pub ended: &'static str,
    /// Users harmed.
    pub harmed: u64,
    /// What is wrong in it.
    pub wrong: String,
}

/// The cases as text, numbered from 1.
pub fn text(cases: &[CaseLine], style: TextStyle) -> String {
    let mut table = Table::new(&[
        ("", Side::Right),
        ("case", Side::Left),
        ("release", Side::Left),
        ("ended", Side::Left),
        ("harmed", Side::Right),
        ("what is wrong", Side::Left),
    ]);
    for (index, line) in cases.iter().enumerate() {
        table.row([
            (index + 1).to_string(),
            harmless(&line.case).into_owned(),
            harmless(&line.release).into_owned(),
            line.ended.replace('_', " "),
            line.harmed.to_string(),
            harmless(&line.wrong).into_owned(),
        ]);
    }
    page(&table.lines(style))
}
