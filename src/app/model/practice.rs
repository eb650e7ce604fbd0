//! The practice run of the introduction: its world, its plan, and how far it is.

use crate::control::Plan;
use crate::engine::Time;
use crate::library::read_ron;

/// The scenario of the practice run, and its release.
pub const WORLD: (&str, &str) = ("checkout", "v2-errors");

/// The plan of the practice run: a canary that waits for ten minutes while nothing watches it.
pub const PLAN: &str = r#"(
    format: 1,
    title: "Practice",
    strategy: Canary(
        steps: [Weight("10%"), Pause("10m"), Weight("50%"), Pause("5m")],
    ),
)"#;

/// The practice run of the introduction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Practice {
    /// The moment at which it was opened.
    pub from: Time,
    /// Whether time was halted for the decision; that happens once.
    pub was_halted: bool,
}

/// The plan of the practice run, read.
pub fn plan() -> Plan {
    read_ron::<Plan>("plan.ron", PLAN).expect("a plan of ours is right; a test opens it").0
}
