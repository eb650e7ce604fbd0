//! A plan, as a learner writes it: the strategy, the analyses and alerts that watch it, and the reactions to trouble.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Autoscaler, Gates, Rollback, Strategy, Test};
use crate::engine::{Amount, Level, Share, Span};
use crate::scenario::{Balancer, Call, Drain, FlagRule, Probes, Shedding, Upstream};
use crate::sim::RolloutCommand;
use crate::telemetry::{AlertRule, BurnAlerts, Notifications, Query, Subject};

/// The newest format version of plan files that this build reads.
pub const FORMAT: u32 = 1;

/// What a learner hands in.
// It has more than twenty fields since the file is flat: each is one line of what a learner writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Version of the file format; 1 is the newest.
    pub format: u32,
    /// Title of the plan, one line.
    #[serde(default)]
    pub title: String,
    /// Checks that are written once; an analysis uses them by their names, in `named` (Argo Rollouts `AnalysisTemplate`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// How the release goes out.
    pub strategy: Strategy,
    /// Analysis in the background while the rollout runs; when it fails, the rollout aborts.
    #[serde(default)]
    pub analysis: Option<Analysis>,
    /// Alert rules.
    #[serde(default)]
    pub alerts: Vec<AlertRule>,
    /// Whole sets of burn-rate alerts, each from one SLO (Google SRE workbook); they follow `alerts`.
    #[serde(default)]
    pub burn_alerts: Vec<BurnAlerts>,
    /// How firing alerts become pages: groups, waits, repeats, inhibition.
    #[serde(default)]
    pub notifications: Notifications,
    /// Automatic responses to alerts that fire while the rollout runs.
    #[serde(default)]
    pub triggers: Vec<AlertTrigger>,
    /// The on-call and the runbook for pages. Default nobody is on call.
    #[serde(default)]
    pub on_call: Option<OnCall>,
    /// Probes of the target, in place of the scenario's.
    #[serde(default)]
    pub probes: Option<Probes>,
    /// Draining of the target, in place of the scenario's.
    #[serde(default)]
    pub drain: Option<Drain>,
    /// Balancer of the target, in place of the scenario's.
    #[serde(default)]
    pub balancer: Option<Balancer>,
    /// How the proxies in front of the target treat its instances, in place of the scenario's settings.
    #[serde(default)]
    pub upstream: Option<Upstream>,
    /// When an instance of the target rejects requests before they queue, in place of the scenario's rules. Default those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shedding: Option<Shedding>,
    /// The target's calls with their timeouts and retries, in place of the scenario's for the same callee.
    #[serde(default)]
    pub calls: Vec<Call>,
    /// Flags and the share of users they start with.
    #[serde(default)]
    pub flags: Vec<(String, Share)>,
    /// Rules by which flags are evaluated; a flag without a rule is evaluated by user, in a group of its own.
    #[serde(default)]
    pub flag_rules: Vec<FlagRule>,
    /// Autoscaler that lets the size of the fleet follow its load. Default none.
    #[serde(default)]
    pub autoscaler: Option<Autoscaler>,
    /// Freezes and approvals. Default no freeze, and the learner approves.
    #[serde(default)]
    pub gates: Gates,
    /// Settings of the rollback.
    #[serde(default)]
    pub rollback: Rollback,
}

impl Plan {
    /// All alert rules of the plan: those written out, then those of each SLO.
    pub fn alert_rules(&self) -> Vec<AlertRule> {
        self.alerts.iter().cloned().chain(self.burn_alerts.iter().flat_map(BurnAlerts::rules)).collect()
    }
}

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

/// An immediate, automatic response to an alert that fires while the rollout runs. Plan files call it `Trigger`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename = "Trigger")]
pub struct AlertTrigger {
    /// Name of the alert rule.
    pub alert: String,
    /// The response.
    pub then: Response,
}

/// What a trigger, the on-call, or a failed analysis does (the response).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Response {
    /// Abort: stop and roll back.
    #[default]
    Abort,
    /// Pause the rollout at its step.
    Pause,
    /// Turn the release's flag off for everybody.
    KillFlag,
    /// Page the on-call.
    Page,
    /// Scale the target to this number of instances, or to this share of its desired size, such as "150%".
    Scale(Amount),
    /// Force the circuit breaker of the target's calls to this service open. It stays open until a person closes it.
    OpenBreaker(String),
    /// Let the target's proxies reject this share of its requests, the kinds of the lowest priority first, until another
    /// share is set; "0%" ends it.
    Shed(Share),
}

impl Response {
    /// The command to the rollout, if the response is one.
    pub const fn command(&self) -> Option<RolloutCommand> {
        match self {
            Self::Abort => Some(RolloutCommand::Abort),
            Self::Pause => Some(RolloutCommand::Pause),
            Self::KillFlag => Some(RolloutCommand::KillFlag),
            Self::Page | Self::Scale(_) | Self::OpenBreaker(_) | Self::Shed(_) => None,
        }
    }
}

/// The on-call, who answers pages by a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnCall {
    /// The entries of the runbook, one for each alert.
    pub runbook: Vec<Runbook>,
}

/// One entry of a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Runbook {
    /// Name of the alert rule.
    pub alert: String,
    /// The response, once the cause of the page is found.
    pub then: Response,
}
