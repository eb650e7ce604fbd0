//! What a format of verdicts is, and what it is given.

use crate::exercise::predict::{Came, Prediction};
use crate::exercise::{Exercise, Verdict};
use crate::report::style::TextStyle;

/// A format of verdicts.
#[derive(Clone, Copy, Debug)]
pub struct VerdictFormat {
    /// Its name, as the command line takes it.
    pub name: &'static str,
    /// Who or what reads it, as the help says.
    pub about: &'static str,
    /// Writes a verdict.
    pub write: fn(&Graded<'_>) -> String,
}

/// A verdict, and what a format may say besides.
pub struct Graded<'a> {
    /// The verdict.
    pub verdict: &'a Verdict,
    /// Its exercise.
    pub exercise: &'a Exercise,
    /// Colours and characters of text.
    pub style: TextStyle,
    /// What the learner predicted, and the outcome. It takes a run to find out, so only formats that tell it ask for it.
    pub prediction: &'a dyn Fn() -> Option<(Prediction, Came)>,
}
