//! A class as JSON Lines: one object for each hand-in, so that a long class can be read row by row.

use super::format::ClassFormat;
use super::json::rows;
use crate::exercise::class::Class;
use crate::report::escape::visible;

/// The format `jsonl`.
pub(super) const FORMAT: ClassFormat = ClassFormat {
    name: "jsonl",
    about: "For programs: a line of JSON for each hand-in",
    write: |class, _| jsonl(class),
};

/// The hand-ins as JSON, one in a line.
fn jsonl(class: &Class) -> String {
    let text = |row| serde_json::to_string(&row).expect("results have text keys and no failing parts");
    rows(class).map(|row| visible(text(row)) + "\n").collect()
}
