//! The words of an experiment: what can be concluded from it, and what happens in it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// What becomes of a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray, JsonSchema)]
pub enum Conclusion {
    /// It is kept: the experiment did not break it.
    Keep,
    /// It is dropped: the experiment broke it.
    Drop,
    /// Nothing is tried today: there is no steady state to begin with.
    Postpone,
}

impl Conclusion {
    /// All conclusions.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The word for it in commands and in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Drop => "drop",
            Self::Postpone => "postpone",
        }
    }
}

/// `keep the hypothesis`, `postpone the experiment`.
impl fmt::Display for Conclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = if *self == Self::Postpone { "the experiment" } else { "the hypothesis" };
        write!(f, "{} {of}", self.name())
    }
}

/// Something that happened in an experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExperimentFact {
    /// The monitoring shows that the hypothesis holds, or that it does not: when it is written down, and whenever that changes.
    Holds(bool),
    /// The fault of this name was let loose.
    Began(String),
    /// It is over: ended by its condition, or by its time.
    Ended {
        /// Name of the fault.
        fault: String,
        /// Whether the condition ended it.
        stopped: bool,
    },
}

impl fmt::Display for ExperimentFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds(true) => f.write_str("the hypothesis holds"),
            Self::Holds(false) => f.write_str("the hypothesis does not hold"),
            Self::Began(fault) => write!(f, "the experiment {fault} begins"),
            Self::Ended { fault, stopped: true } => {
                write!(f, "the experiment {fault} is ended by its condition")
            }
            Self::Ended { fault, stopped: false } => write!(f, "the experiment {fault} is over"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_conclusion_has_a_word_of_its_own() {
        let mut words: Vec<&str> = Conclusion::ALL.iter().map(|conclusion| conclusion.name()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Conclusion::ALL.len());
    }
}
