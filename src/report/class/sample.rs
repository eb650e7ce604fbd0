//! A fixed class for the tests of this room.

use crate::exercise::class::{Class, Ignored, Marks, Refusal, RefusalKind, Row};
use crate::exercise::sample;
use crate::report::verdict::sample::{gated, verdict};

/// A class of three: one that passes, one that does not, and one that cannot be graded, whose name is a formula.
pub(crate) fn class() -> Class {
    let mut good = verdict();
    (good.score, good.passed) = (91.0, true);
    let row = |student: &str, outcome| Row {
        student: student.to_owned(),
        file: format!("{student}.ron"),
        hand_in_hash: "ab".repeat(32),
        outcome,
        not_written: None,
        listed: None,
    };
    let broken = "eve.ron:4:9: unknown field \"stepz\"; did you mean \"steps\"?";
    Class {
        exercise: "canary".to_owned(),
        max_score: 100.0,
        pass_score: 70.0,
        rows: vec![
            row("ada", Ok(Marks::of(&good))),
            row("eva", Ok(Marks::of(&gated()))),
            row("=cmd()", Err(Refusal::new(RefusalKind::HandIn, broken))),
        ],
        ignored: vec![Ignored { path: "notes.txt".to_owned(), why: "it is no hand-in".to_owned() }],
        ..Class::new(&sample::exercise(), &sample::scenario(), None)
    }
}
