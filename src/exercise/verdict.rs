//! A verdict: points per criterion, what was measured, what was wanted, why. Its JSON form is a contract.

use serde::Serialize;

use super::Category;
use crate::engine::Level;

/// What grading a hand-in came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Id of the exercise.
    pub exercise: String,
    /// Name of the hand-in.
    pub submission: String,
    /// Points earned.
    pub score: f64,
    /// Points there were.
    pub max_score: f64,
    /// Points needed.
    pub pass_score: f64,
    /// Whether the score reaches what is needed.
    pub passed: bool,
    /// The lines of the rubric.
    pub criteria: Vec<CriterionResult>,
    /// The runs.
    pub cases: Vec<CaseResult>,
    /// Version of the engine.
    pub engine_version: String,
}

/// One line of the rubric, scored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CriterionResult {
    /// Its id.
    pub id: String,
    /// Its category.
    pub category: Category,
    /// Points earned.
    pub points: f64,
    /// Points there were.
    pub max_points: f64,
    /// What was measured, with its unit; `never` for what did not happen.
    pub measured: String,
    /// What was wanted, with its unit.
    pub wanted: String,
    /// What the learner is told.
    pub say: String,
    /// The cases it looked at.
    pub cases: Vec<String>,
    /// Value that earns all points.
    #[serde(skip)]
    pub full: Level,
    /// Value that earns none.
    #[serde(skip)]
    pub zero: Level,
}

/// The runs of one case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseResult {
    /// Name of the case.
    pub name: String,
    /// Its runs, by seed.
    pub runs: Vec<RunResult>,
}

/// One run, as far as scoring needs it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunResult {
    /// Seed.
    pub seed: u64,
    /// Digest of the run.
    pub digest: String,
    /// How the rollout stood at the end.
    pub phase: String,
    /// Users harmed.
    pub users_harmed: u64,
    /// Requests that did not succeed.
    pub requests_failed: u64,
    /// Highest exposure in percent.
    pub max_exposure_percent: f64,
    /// From the start of the rollout until the candidate served everybody, in seconds.
    pub time_to_complete_s: Option<f64>,
    /// From the first harm to its detection, in seconds.
    pub time_to_detect_s: Option<f64>,
    /// From the decision to roll back until the baseline served everybody again, in seconds.
    pub time_to_recover_s: Option<f64>,
    /// Pages sent.
    pub pages: u32,
}
