//! A plan, as a learner writes it: the strategy, the analyses and alerts that watch it, and the reactions to trouble.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AlertTrigger, Analysis, Autoscaler, Check, Gates, OnCall, Rollback, Strategy};
use crate::engine::Share;
use crate::scenario::{Balancer, Call, Drain, FlagRule, Probes, Shedding, Upstream};
use crate::telemetry::{AlertRule, BurnAlerts, Notifications};

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
