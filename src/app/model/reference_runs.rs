//! A run that the learner's is compared with: the plan with nobody watching, or the model solution.

use std::sync::Arc;

use crate::app::model::charts::Charts;

/// A run to its end, drawn behind the learner's.
#[derive(Clone, Debug)]
pub struct ReferenceRun {
    /// What it is called.
    pub name: String,
    /// Its series.
    pub charts: Arc<Charts>,
}
