//! A session: a plan, and what a learner did by hand while it ran. Replaying it gives the same facts.

use serde::{Deserialize, Serialize};

use crate::control::Plan;
use crate::engine::Time;
use crate::sim::{Action, Case};

/// The newest format version of session files that this build reads.
pub const FORMAT: u32 = 1;

/// A recorded run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Version of the file format; [`FORMAT`] is the newest.
    pub format: u32,
    /// Name of the scenario.
    pub scenario: String,
    /// The case that was met.
    pub case: Case,
    /// Seed of the run.
    pub seed: u64,
    /// The plan.
    pub plan: Plan,
    /// What was done by hand, in order.
    #[serde(default)]
    pub actions: Vec<HandAction>,
    /// Version of the engine that recorded it; without, nothing is claimed.
    #[serde(default)]
    pub engine_version: Option<String>,
    /// Digest of the recorded run; without, nothing is claimed.
    #[serde(default)]
    pub digest: Option<String>,
}

/// Something asked for by hand, when it was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandAction {
    /// When it was asked; it takes effect after the scenario's `people.act`.
    pub at: Time,
    /// What.
    pub action: Action,
}
