//! The status of a rollout's checks and triggers, as its controller sees them.

use crate::engine::Time;

/// The status of everything that monitors a rollout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckStatus {
    /// The checks: those of the steps in their order, then those beside the steps.
    pub checks: Vec<CheckProgress>,
    /// The triggers, in the order of the plan.
    pub triggers: Vec<TriggerState>,
}

/// What a check has answered so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckProgress {
    /// Its state.
    pub state: CheckState,
    /// How often it was measured, with and without an answer.
    pub measured: u32,
    /// Bad answers.
    pub failed: u32,
    /// Answers neither good nor bad.
    pub inconclusive: u32,
    /// Measurements without data.
    pub silent: u32,
}

/// The state of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CheckState {
    /// It has not begun.
    #[default]
    Ahead,
    /// It is measured.
    Running,
    /// It ended well.
    Passed,
    /// It ended without a clear answer.
    Inconclusive,
    /// It ended since there was no data.
    Silent,
    /// It failed.
    Failed,
    /// The rollout left it before it ended.
    Left,
}

/// The state of a trigger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TriggerState {
    /// Its alert's condition does not hold.
    #[default]
    Armed,
    /// Its alert's condition holds since then, not yet long enough.
    Pending(Time),
    /// Its alert fired last at this time.
    Fired(Time),
}
