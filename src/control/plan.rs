//! A plan, as a learner writes it: the strategy, the analyses and alerts that watch it, and the reactions to trouble.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Autoscaler, Gates, Rollback, Strategy, Test};
use crate::engine::{Amount, Level, Share, Span};
use crate::scenario::{Balancer, Call, Drain, FlagRule, Probes, Upstream};
use crate::sim::RolloutCommand;
use crate::telemetry::{AlertRule, BurnAlerts, Notifications, Query, Subject};

/// The newest format version of plan files that this build reads.
pub const FORMAT: u32 = 1;

/// What a learner hands in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Version of the file format; [`FORMAT`] is the newest.
    pub format: u32,
    /// One line for people.
    #[serde(default)]
    pub title: String,
    /// How the release goes out.
    pub strategy: Strategy,
    /// What judges the release by the side while the rollout runs (background analysis); it aborts when it fails.
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
    /// What follows when an alert fires while the rollout runs.
    #[serde(default)]
    pub triggers: Vec<AlertTrigger>,
    /// What the on-call does about pages. Default nobody is on call.
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
    /// What the proxies in front of the target make of its instances, in place of the scenario's.
    #[serde(default)]
    pub upstream: Option<Upstream>,
    /// The target's calls with their timeouts and retries, in place of the scenario's for the same callee.
    #[serde(default)]
    pub calls: Vec<Call>,
    /// Flags and the share of users they start with.
    #[serde(default)]
    pub flags: Vec<(String, Share)>,
    /// How flags are evaluated; one without a rule goes by user, in a group of its own.
    #[serde(default)]
    pub flag_rules: Vec<FlagRule>,
    /// Lets the fleet's size follow its load. Default it does not.
    #[serde(default)]
    pub autoscaler: Option<Autoscaler>,
    /// When nothing may move, and who has to approve. Default never, and the learner.
    #[serde(default)]
    pub gates: Gates,
    /// How it goes back.
    #[serde(default)]
    pub rollback: Rollback,
}

impl Plan {
    /// All its alert rules: those written out, then those of each SLO.
    pub fn alert_rules(&self) -> Vec<AlertRule> {
        self.alerts.iter().cloned().chain(self.burn_alerts.iter().flat_map(BurnAlerts::rules)).collect()
    }
}

/// Checks that run together, each at its own interval (an Argo Rollouts `AnalysisRun`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// What is checked.
    pub checks: Vec<Check>,
    /// How long it runs as a step; checks with a `count` may end it sooner. As background it runs till the rollout ends.
    #[serde(default, rename = "for")]
    pub lasts: Option<Span>,
    /// What follows when it fails. Default it aborts; anything else also holds the rollout, for a person to decide.
    #[serde(default)]
    pub on_failure: Response,
    /// From which step on it runs as background. Default from the first (Argo Rollouts `startingStep`).
    #[serde(default)]
    pub from_step: u32,
}

/// One check: a query measured again and again, and how many bad answers are too many (an Argo Rollouts `Metric`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Name, unique in its analysis.
    pub name: String,
    /// What is measured.
    pub query: Query,
    /// What a good answer is.
    pub pass: Limit,
    /// Whom limits that speak of the baseline compare with. Default the baseline; in an experiment its control.
    #[serde(default)]
    pub against: Option<Subject>,
    /// What a bad answer is; an answer neither good nor bad is inconclusive. Default whatever is not good.
    #[serde(default)]
    pub fail: Option<Limit>,
    /// Between measurements; after one without data the next follows after 10 s, whatever the interval (Argo Rollouts
    /// `DefaultErrorRetryInterval`). Default 30 s (assumed; Argo Rollouts measures once without one).
    #[serde(default = "thirty_seconds")]
    pub interval: Span,
    /// From the start to the first measurement. Default none.
    #[serde(default)]
    pub initial_delay: Span,
    /// How many measurements. Default as many as fit.
    #[serde(default)]
    pub count: Option<u32>,
    /// How many bad answers are allowed; -1 allows any number. Argo Rollouts `failureLimit`, 0.
    #[serde(default)]
    pub failure_limit: i32,
    /// How many inconclusive answers are allowed. Argo Rollouts `inconclusiveLimit`, 0.
    #[serde(default)]
    pub inconclusive_limit: u32,
    /// How many times in a row there may be no answer. Argo Rollouts `consecutiveErrorLimit`, 4.
    #[serde(default = "four")]
    pub consecutive_error_limit: u32,
    /// How many good answers in a row are enough; 0 is off. Argo Rollouts `consecutiveSuccessLimit`, 0.
    #[serde(default)]
    pub consecutive_success_limit: u32,
    /// What an answer that is no data counts as.
    #[serde(default)]
    pub no_data: NoData,
    /// Fewest requests in the window for an answer to count; below, it is no data. Default none.
    #[serde(default)]
    pub min_requests: u64,
    /// Whether it is only looked at: it is measured and told of, and whatever it says neither fails nor holds anything. Argo
    /// Rollouts `dryRun`, none.
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
    /// A check with the defaults of a file.
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

/// What a good (or bad) answer is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Limit {
    /// Below this level.
    Below(Level),
    /// Above this level.
    Above(Level),
    /// At most the baseline's answer to the same query times `factor` plus `plus`. Counts per second (requests, business
    /// counters) are compared per request, since the two get different shares of them.
    AtMostBaseline {
        /// Times the baseline's answer. Default 1.
        #[serde(default = "one")]
        factor: f64,
        /// Plus this. Default nothing.
        #[serde(default = "nothing")]
        plus: Level,
    },
    /// At least the baseline's answer to the same query times `factor`, compared likewise.
    AtLeastBaseline {
        /// Times the baseline's answer. Default 1.
        #[serde(default = "one")]
        factor: f64,
    },
    /// Not worse than the baseline's by more than chance would make it, by this test over the query's window. Only as
    /// `pass`.
    NotWorse(Test),
}

fn one() -> f64 {
    1.0
}

fn nothing() -> Level {
    Level::Number(0.0)
}

/// What an answer that is no data counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum NoData {
    /// As an error of the measurement: too many in a row fail the check (Argo Rollouts).
    #[default]
    Error,
    /// As inconclusive: too many pause the rollout.
    Inconclusive,
    /// As bad.
    Fail,
    /// As good; an outage of the monitoring then passes.
    Pass,
}

/// What follows, at once, when an alert fires while the rollout runs. Plan files call it `Trigger`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename = "Trigger")]
pub struct AlertTrigger {
    /// Name of the alert rule.
    pub alert: String,
    /// What follows.
    pub then: Response,
}

/// What a trigger, the on-call, or a failed analysis does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Response {
    /// Stop and roll back.
    #[default]
    Abort,
    /// Hold where it is.
    Pause,
    /// Turn the release's flag off for everybody.
    KillFlag,
    /// Wake the on-call.
    Page,
    /// Bring the target to this many instances, or to this share of what it is meant to have, such as "150%" (Amount).
    Scale(Amount),
    /// Force the circuit breaker of the target's calls to this service open. It stays open until somebody closes it by hand.
    OpenBreaker(String),
    /// Let the target's proxies turn this share of its requests away, kinds of the lowest priority first, until somebody
    /// asks for another share; "0%" ends it.
    Shed(Share),
}

impl Response {
    /// The command that it gives to the rollout, if it gives one.
    pub const fn command(&self) -> Option<RolloutCommand> {
        match self {
            Self::Abort => Some(RolloutCommand::Abort),
            Self::Pause => Some(RolloutCommand::Pause),
            Self::KillFlag => Some(RolloutCommand::KillFlag),
            Self::Page | Self::Scale(_) | Self::OpenBreaker(_) | Self::Shed(_) => None,
        }
    }
}

/// Somebody who answers pages by a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnCall {
    /// What is done about which alert.
    pub runbook: Vec<Runbook>,
}

/// One entry of a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Runbook {
    /// Name of the alert rule.
    pub alert: String,
    /// What is done once the page is acknowledged.
    pub then: Response,
}
