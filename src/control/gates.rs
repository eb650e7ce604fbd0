//! Gates: when a release may not move, and who has to agree before it does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Span, Time};
use crate::scenario::Freeze;
use crate::sim::Who;

/// Freezes and approvals, which hold a release back on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Gates {
    /// Times in which the release may not go forward. A rollback is always allowed, and so is an exception: a promotion by hand.
    pub freeze: Vec<Freeze>,
    /// Who approves when a step, or a blue-green switch, waits for approval.
    pub approvals: Approvals,
    /// Whether a release of a train begins only when the one before it was delivered: a step that rests on the step before. When that
    /// one went back, it does not begin, and neither do those behind it. Default false.
    #[serde(skip_serializing_if = "is_false")]
    pub needs_previous: bool,
}

const fn is_false(value: &bool) -> bool {
    !*value
}

/// How the log says that a person approves, after their name.
pub const APPROVES: &str = "approves the next step";

/// Who approves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Approvals {
    /// How many different people have to approve: 1 or 2. Default 1.
    #[schemars(range(min = 1, max = 2))]
    pub people: u32,
    /// How many simulated people are asked when the rollout begins to wait; each approves after the scenario's
    /// `people.act`: 0, 1 (the on-call) or 2 (the on-call and a second person). They refuse while an alert fires or a page is
    /// open, and are asked again after it. Default 0: the learner approves.
    #[schemars(range(min = 0, max = 2))]
    pub simulated: u32,
    /// The longest wait before the release is rolled back. Default for ever (Argo Rollouts: an indefinite pause).
    pub approve_by: Option<Span>,
}

impl Default for Approvals {
    fn default() -> Self {
        Self { people: 1, simulated: 0, approve_by: None }
    }
}

impl Approvals {
    /// The simulated people who are asked.
    pub fn asked(&self) -> &'static [Who] {
        match self.simulated {
            0 => &[],
            1 => &[Who::OnCall],
            _ => &[Who::OnCall, Who::Approver],
        }
    }
}

/// An approval that the rollout waits for, and who has given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Start of the wait.
    pub since: Time,
    /// Who has approved.
    pub given: Vec<Who>,
    /// Who has refused, and is asked again once nothing is wrong any more.
    pub refused: Vec<Who>,
}

impl Waiting {
    /// Nobody has approved yet.
    pub fn new(since: Time) -> Self {
        Self { since, given: Vec::new(), refused: Vec::new() }
    }

    /// Notes that `who` approves. True when as many different people as needed have approved.
    pub fn approve(&mut self, who: Who, people: u32) -> bool {
        if !self.given.contains(&who) {
            self.given.push(who);
        }
        self.given.len() as u32 >= people.max(1)
    }
}
