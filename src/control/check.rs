//! Analyses and their checks, as a learner writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Response, Test};
use crate::engine::{Level, Span};
use crate::telemetry::{Query, Subject};

/// Checks that run together, each at its own interval (an Argo Rollouts `AnalysisRun`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// Checks of the plan's `checks`, by their names; they run before those that are written here. Default none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<NamedCheck>,
    /// The checks that are written here. Default none; an analysis needs one, here or by its name.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Length of the analysis as a step; checks with a `count` may end it sooner. In the background it runs until the rollout
    /// ends.
    #[serde(default, rename = "for")]
    pub lasts: Option<Span>,
    /// Response to a failure. Default abort; any other response also pauses the rollout until a person decides.
    #[serde(default)]
    pub on_failure: Response,
    /// The first step during which it runs in the background. Default the first step (Argo Rollouts `startingStep`).
    #[serde(default)]
    pub from_step: u32,
}

/// One check: a query that is measured repeatedly, and the number of bad answers that fails it (an Argo Rollouts `Metric`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Name, unique in its analysis.
    pub name: String,
    /// The query that is measured.
    pub query: Query,
    /// The limit that a good answer keeps.
    pub pass: Limit,
    /// The side that limits relative to the baseline compare with. Default the baseline; in an experiment the control.
    #[serde(default)]
    pub against: Option<Subject>,
    /// The limit that makes an answer bad; an answer neither good nor bad is inconclusive. Default every answer that is not
    /// good.
    #[serde(default)]
    pub fail: Option<Limit>,
    /// Time between measurements; after one without data the next follows after 10 s, whatever the interval (Argo Rollouts
    /// `DefaultErrorRetryInterval`). Default 30 s (assumed; Argo Rollouts measures once without one).
    #[serde(default = "thirty_seconds")]
    pub interval: Span,
    /// Time from the start to the first measurement. Default none.
    #[serde(default)]
    pub initial_delay: Span,
    /// Number of measurements. Default as many as fit.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000000))]
    pub count: Option<u32>,
    /// How many bad answers are allowed; -1 allows any number. Argo Rollouts `failureLimit`, 0.
    #[serde(default)]
    pub failure_limit: i32,
    /// How many inconclusive answers are allowed. Argo Rollouts `inconclusiveLimit`, 0.
    #[serde(default)]
    pub inconclusive_limit: u32,
    /// How many measurements in a row may be without data. Argo Rollouts `consecutiveErrorLimit`, 4.
    #[serde(default = "four")]
    pub consecutive_error_limit: u32,
    /// How many good answers in a row are enough; 0 is off. Argo Rollouts `consecutiveSuccessLimit`, 0.
    #[serde(default)]
    pub consecutive_success_limit: u32,
    /// How a measurement without data counts.
    #[serde(default)]
    pub no_data: NoData,
    /// Fewest requests in the window; a measurement with fewer counts as without data. Default none.
    #[serde(default)]
    pub min_requests: u64,
    /// Whether the check is a dry run: it is measured and reported, and its result neither fails nor pauses the rollout.
    /// Argo Rollouts `dryRun`, none.
    #[serde(default)]
    pub dry_run: bool,
}

fn thirty_seconds() -> Span {
    Span::from_secs(30)
}

fn four() -> u32 {
    4
}

impl Check {
    /// A check with the default settings.
    pub fn new(name: impl Into<String>, query: Query, pass: Limit) -> Self {
        Self {
            name: name.into(),
            query,
            pass,
            against: None,
            fail: None,
            interval: thirty_seconds(),
            initial_delay: Span::ZERO,
            count: None,
            failure_limit: 0,
            inconclusive_limit: 0,
            consecutive_error_limit: four(),
            consecutive_success_limit: 0,
            no_data: NoData::default(),
            min_requests: 0,
            dry_run: false,
        }
    }
}

/// The use of one of the plan's `checks`. What is given here takes the place of what the check says itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedCheck {
    /// Name of one of the plan's `checks`.
    pub check: String,
    /// Name in this analysis. Default the check's own name.
    #[serde(default)]
    pub name: Option<String>,
    /// The query that is measured. Default the check's own.
    #[serde(default)]
    pub query: Option<Query>,
    /// The limit that a good answer keeps. Default the check's own.
    #[serde(default)]
    pub pass: Option<Limit>,
    /// The side that limits relative to the baseline compare with. Default the check's own.
    #[serde(default)]
    pub against: Option<Subject>,
    /// The limit that makes an answer bad. Default the check's own.
    #[serde(default)]
    pub fail: Option<Limit>,
    /// Time between measurements. Default the check's own.
    #[serde(default)]
    pub interval: Option<Span>,
    /// Time from the start to the first measurement. Default the check's own.
    #[serde(default)]
    pub initial_delay: Option<Span>,
    /// Number of measurements. Default the check's own.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000000))]
    pub count: Option<u32>,
    /// How many bad answers are allowed; -1 allows any number. Default the check's own.
    #[serde(default)]
    pub failure_limit: Option<i32>,
    /// How many inconclusive answers are allowed. Default the check's own.
    #[serde(default)]
    pub inconclusive_limit: Option<u32>,
    /// How many measurements in a row may be without data. Default the check's own.
    #[serde(default)]
    pub consecutive_error_limit: Option<u32>,
    /// How many good answers in a row are enough; 0 is off. Default the check's own.
    #[serde(default)]
    pub consecutive_success_limit: Option<u32>,
    /// How a measurement without data counts. Default the check's own.
    #[serde(default)]
    pub no_data: Option<NoData>,
    /// Fewest requests in the window. Default the check's own.
    #[serde(default)]
    pub min_requests: Option<u64>,
    /// Whether the check is a dry run. Default the check's own.
    #[serde(default)]
    pub dry_run: Option<bool>,
}

/// A limit that makes an answer good, or bad.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Limit {
    /// Below this level.
    Below(Level),
    /// Above this level.
    Above(Level),
    /// At most the baseline's answer to the same query times `factor` plus `plus`. Counts per second (requests, business
    /// counters) are compared per request, since the two get different shares of them. Pools of unequal size are no fair comparison of latency
    /// and saturation while the load rises: the smaller pool queues first, whatever release it runs. An `Experiment` compares with a fresh group
    /// of the candidate's size.
    AtMostBaseline {
        /// Factor on the baseline's answer. Default 1.
        #[serde(default = "one")]
        factor: f64,
        /// Added to it. Default nothing.
        #[serde(default = "nothing")]
        plus: Level,
    },
    /// At least the baseline's answer to the same query times `factor`, compared in the same way.
    AtLeastBaseline {
        /// Factor on the baseline's answer. Default 1.
        #[serde(default = "one")]
        factor: f64,
    },
    /// Not significantly worse than the baseline's answer, by this test over the query's window. Only as `pass`.
    NotWorse(Test),
}

fn one() -> f64 {
    1.0
}

fn nothing() -> Level {
    Level::Number(0.0)
}

/// How a measurement without data counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum NoData {
    /// It is an error of the measurement: too many in a row fail the check (Argo Rollouts).
    #[default]
    Error,
    /// It is inconclusive: too many pause the rollout.
    Inconclusive,
    /// It is bad.
    Fail,
    /// It is good; an outage of the monitoring then passes the check.
    Pass,
}
