//! What laws see of a run.

use super::soaked::Soaked;
use crate::control::Plan;
use crate::exercise::HandAction;
use crate::scenario::Scenario;
use crate::sim::Record;

/// What a law sees of a run.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// How the run was drawn, for laws that run it again.
    pub of: &'a Soaked,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The plan.
    pub plan: &'a Plan,
    /// What was done by hand.
    pub actions: &'a [HandAction],
    /// What the run left behind.
    pub record: &'a Record,
}
