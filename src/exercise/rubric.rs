//! The rubric: what is measured, over which cases, and how it turns into points.

use serde::{Deserialize, Serialize};

use crate::engine::Level;

/// One line of the rubric. Full marks at `full`, none at `zero`, a straight line between; either may be the larger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Category {
    /// Technical Implementation.
    TechnicalImplementation,
    /// Risk Management.
    RiskManagement,
}

/// What is measured in a run. What never happened in a run (no completion, no detection) counts as infinitely late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// Users with a request that failed, or was wrongly answered, because of the release or how it was shipped.
    UsersHarmed,
    /// Requests of users that did not succeed, for any cause.
    RequestsFailed,
    /// Share of requests that did not succeed, for any cause.
    FailedShare,
    /// 1 when the candidate ended up serving everybody, else 0.
    Completed,
    /// 1 when a rollback was decided, else 0.
    RolledBack,
    /// 1 when the run ended neither completed nor rolled back, else 0.
    LeftHanging,
    /// From the start of the rollout until the candidate served everybody.
    TimeToComplete,
    /// From the first harm to the first alert, failed check or failed test after the rollout began; 0 without harm.
    TimeToDetect,
    /// From the detection to the decision to roll back.
    TimeToDecide,
    /// From the decision to roll back until the baseline served everybody again.
    TimeToRecover,
    /// Highest share of requests answered by the candidate over any ten seconds.
    MaxExposure,
    /// Pages sent.
    Pages,
    /// Share of the error budget spent, of the scenario's first SLO.
    BudgetSpent,
    /// What all instances cost, in the scenario's currency.
    Cost,
    /// Instance-hours of the target above what its fleet would have used without a release.
    ExtraInstanceHours,
    /// Highest p99 of latency over ten seconds.
    WorstP99,
    /// Fewest ready instances over the fleet's size, 0 to 1.
    LowestCapacity,
    /// Side effects that happened twice.
    DoubledWrites,
    /// Alerts that fired although nothing was wrong in the time that they judge.
    FalseAlarms,
    /// From the first harm to the last; 0 without harm.
    TimeInHarm,
    /// From the first page to the first acknowledgement; 0 when nobody was paged.
    TimeToAcknowledge,
}

/// How the runs are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
