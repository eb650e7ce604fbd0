//! Gates: when a release may not move, and who has to agree before it does.

use serde::{Deserialize, Serialize};

use crate::engine::{Span, Time};
use crate::scenario::Freeze;
use crate::sim::Who;

/// What stands in a release's way on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gates {
    /// When nothing may go forward. Going back is always allowed, and so is an exception: a promotion by hand.
    pub freeze: Vec<Freeze>,
    /// Who approves where a step, or a blue-green switch, waits for approval.
    pub approvals: Approvals,
}

/// Who approves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Approvals {
    /// How many different people have to approve: 1 or 2. Default 1.
    pub people: u32,
    /// How many of them, besides the learner, are asked when the rollout comes to wait and approve after the scenario's
    /// `people.act`: 0, 1 (the on-call) or 2 (the on-call and a second person). They refuse while an alert fires or a page is
    /// open, and are asked again after it. Default nobody: the learner promotes.
    pub simulated: u32,
    /// How long the wait may last before the release goes back. Default for ever (Argo Rollouts: an indefinite pause).
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

/// An approval that is waited for: who has given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Since when.
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

    /// `who` approves. True when that is enough: as many different people as there have to be.
    pub fn approve(&mut self, who: Who, people: u32) -> bool {
        if !self.given.contains(&who) {
            self.given.push(who);
        }
        self.given.len() as u32 >= people.max(1)
    }
}
