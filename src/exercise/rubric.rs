//! The rubric: which measures count over which cases, and how they turn into points.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Measure;
use crate::engine::Level;

/// One line of the rubric. Full marks at `full`, none at `zero`, a straight line between; either may be the larger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Short name, unique in the rubric.
    pub id: String,
    /// Points at most.
    pub points: f64,
    /// Which of the lesson's two categories it belongs to.
    pub category: Category,
    /// Names of the cases it looks at; empty means all.
    #[serde(default)]
    pub on: Vec<String>,
    /// What is measured in each run.
    pub measure: Measure,
    /// How the runs are taken together.
    pub over: Over,
    /// Value that earns all points.
    pub full: Level,
    /// Value that earns none.
    pub zero: Level,
    /// What the learner is told.
    pub say: String,
}

/// The categories of the lesson's assessment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Category {
    /// Technical Implementation.
    TechnicalImplementation,
    /// Risk Management.
    RiskManagement,
}

/// How the runs are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Over {
    /// Arithmetic mean.
    Mean,
    /// Middle value.
    Median,
    /// The value that nine in ten runs do not exceed.
    P90,
    /// The highest value.
    Max,
    /// The lowest value.
    Min,
    /// Share of the runs in which a yes-or-no measure is 1.
    Share,
}
