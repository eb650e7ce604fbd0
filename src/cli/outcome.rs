//! How a command ends, and the format of its result.

use clap::ValueEnum;

use super::output::Trouble;

/// The outcome of a command that could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Passed,
    NotPassed,
}

/// How a command ended, or why it could not run.
pub(super) type Outcome = Result<Ended, Trouble>;

/// The format of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}
