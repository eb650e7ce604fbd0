//! A reference run: the plan with nobody watching, or the model solution, drawn behind the learner's run.

use std::sync::Arc;

use crate::app::model::charts::Charts;

/// A run played to its end, drawn behind the learner's.
#[derive(Clone, Debug)]
pub struct ReferenceRun {
    /// Its name.
    pub name: String,
    /// Its series.
    pub charts: Arc<Charts>,
}
