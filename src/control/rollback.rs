//! Settings of a rollback: its pace, how long an undo is fast, and what happens when data stand in its way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Share, Span};

/// Settings of a rollback.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rollback {
    /// Lowers the weight in steps, so that the baseline does not get all requests at once. Default at once, as Argo
    /// Rollouts aborts. It needs a router.
    pub gradual: Option<Gradual>,
    /// How long, and over how many revisions, an undo after completion is fast. An undo outside the window is a release
    /// like any other and runs the steps again with the baseline in the candidate's place (Argo Rollouts `rollbackWindow`;
    /// without one upstream never skips the
    /// steps, except that blue which still stands is switched back to at once). Default always fast. Strategies without
    /// steps always go back the way they came.
    pub window: Option<Window>,
    /// What happens when the baseline cannot read the data that the candidate has written.
    pub when_impossible: WhenImpossible,
}

/// A rollback in steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gradual {
    /// How much the candidate's weight falls at each step.
    pub step: Share,
    /// Time between two steps.
    #[schemars(extend("x-range" = "1s or more"))]
    pub every: Span,
}

impl Default for Gradual {
    /// By 20 % every minute (assumed).
    fn default() -> Self {
        Self { step: Share::percent(20.0), every: Span::from_secs(60) }
    }
}

/// How far back an undo is fast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "RollbackWindow")]
pub struct Window {
    /// Number of revisions (Argo Rollouts `rollbackWindow.revisions`); 0 is none. Default any number. The baseline is
    /// one revision back, so 1 is enough.
    pub revisions: Option<u32>,
    /// Time after completion. Default for ever.
    pub within: Option<Span>,
}

impl Window {
    /// Whether an undo this long after completion is fast.
    pub fn holds(&self, after: Span) -> bool {
        self.revisions.is_none_or(|revisions| revisions >= 1)
            && self.within.is_none_or(|within| after <= within)
    }
}

/// What happens when the baseline cannot read the data that the candidate has written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum WhenImpossible {
    /// The rollback goes on; deploy tools know nothing of data.
    #[default]
    Force,
    /// The rollback is refused, the candidate stays, and the rollout has failed.
    Refuse,
}
