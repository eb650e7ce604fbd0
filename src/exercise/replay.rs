//! Replaying a session: the same plan, case, seed and actions by hand give the same facts, or else something changed.

use super::verdict::ENGINE_VERSION;
use super::{Session, play};
use crate::scenario::{Issue, Scenario};
use crate::sim::Record;

/// What replaying came to.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The run, again.
    pub record: Record,
    /// The digest that was recorded; without, nothing is claimed.
    pub claimed: Option<String>,
    /// The version that recorded it; without, nothing is claimed.
    pub recorded_by: Option<String>,
}

impl Replay {
    /// Whether the run is the recorded one; `None` when the session claims no digest.
    pub fn is_same(&self) -> Option<bool> {
        self.claimed.as_ref().map(|claimed| *claimed == self.record.digest)
    }

    /// Whether this engine is of the version that recorded it; digests of different versions may differ.
    pub fn is_same_engine(&self) -> bool {
        self.recorded_by.as_deref().is_none_or(|version| version == ENGINE_VERSION)
    }
}

/// Runs a session again in `scenario`, the one it names.
///
/// # Errors
/// What is wrong with the scenario or the session, when they cannot be simulated.
pub fn replay(session: &Session, scenario: &Scenario) -> Result<Replay, Vec<Issue>> {
    let record = play(scenario, &session.case, &session.plan, &session.actions, session.seed)?;
    Ok(Replay { record, claimed: session.digest.clone(), recorded_by: session.engine_version.clone() })
}
