//! The world that the judges look at.

use std::sync::Arc;

use crate::app::model::Lab;
use crate::scenario::Scenario;

/// The scenario of the judges where none is open.
const SCENARIO: &str = "checkout";

impl Lab {
    /// The scenario that the judges work in, and the seed of the world that is seen: those of the open run.
    pub fn judged_world(&self) -> Option<(Arc<Scenario>, u64)> {
        match &self.run {
            Some(run) => Some((Arc::clone(&run.scenario), run.seed)),
            None => Some((Arc::clone(&self.catalog.world(SCENARIO)?.scenario), 1)),
        }
    }
}
