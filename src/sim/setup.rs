//! What a run is built from besides the scenario: the case, and what the plan sets up before the start.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Variation;
use crate::engine::{Share, Span};
use crate::scenario::{Balancer, Call, Drain, FlagRule, Probes, Shedding, Upstream};
use crate::telemetry::{AlertRule, Notifications, Part};

/// One draw of the world: which release comes, which faults strike, which traffic flows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Case {
    /// Name of the case, for results.
    pub name: String,
    /// Release that is to go out; without, the scenario's second release.
    pub release: Option<String>,
    /// Faults that strike.
    pub faults: Vec<String>,
    /// Traffic shape; without, the scenario's first.
    pub traffic: Option<String>,
    /// Releases that follow it in the same world, one after another: a train. Default none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Following>,
    /// How long the run lasts, and by when the release must be out.
    pub term: Term,
    /// What differs from the scenario in this run. Default nothing.
    pub variation: Box<Variation>,
}

/// A release that follows others in the same world.
///
/// It begins from what the release before it left: what serves then is its baseline, and the stored data, their schema and the state
/// of the services are as they are. It begins no earlier than `at`, and waits until the rollout before it is complete, back or given
/// up, and one version serves alone; instances of the other are drained for that. With `supersedes` it takes the place of a release
/// that is still going out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Following {
    /// Name of the release.
    pub release: String,
    /// From when on it may begin.
    pub at: Span,
    /// Whether it takes the place of the release before it, if that is still going out: a new revision during the analysis. Default
    /// false.
    #[serde(default, skip_serializing_if = "is_false")]
    pub supersedes: bool,
}

const fn is_false(value: &bool) -> bool {
    !*value
}

/// How long a run lasts beyond its scenario's horizon, and by when its release must be out.
///
/// Traffic goes on beyond the horizon as its shape says: days follow days, a crowd goes on leaving, and what has come to its end
/// keeps its last rate. Faults that strike again and again go on as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Term {
    /// For how long a rollout that has settled is still watched, if need be beyond the horizon; what never settles is watched for
    /// twice as long beyond it. Without, the run ends at the horizon, whatever is under way.
    pub bake: Option<Span>,
    /// By when, counted from when the release may begin, the candidate must serve everybody; without, by the horizon.
    pub deadline: Option<Span>,
}

/// How instances of the baseline and of the candidate keep away from each other (Argo Rollouts `antiAffinity`; its places
/// are hosts, the lab's are zones).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AntiAffinity {
    /// A zone with fewer of the other version comes first (`preferredDuringSchedulingIgnoredDuringExecution`; its weight
    /// has nothing to compete with here).
    Preferred,
    /// A zone with any of the other version is out of the question: an instance that finds no zone waits until one is free
    /// (`requiredDuringSchedulingIgnoredDuringExecution`).
    Required,
}

/// What a plan sets up in the world before the run. All of it concerns the target service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setup {
    /// Probes, in place of the scenario's.
    pub probes: Option<Probes>,
    /// Draining, in place of the scenario's.
    pub drain: Option<Drain>,
    /// Balancer, in place of the scenario's.
    pub balancer: Option<Balancer>,
    /// How proxies treat their hosts, in place of the scenario's rules.
    pub upstream: Option<Upstream>,
    /// When an instance rejects requests, in place of the scenario's rules.
    pub shedding: Option<Shedding>,
    /// Calls with their timeouts and retries, in place of the scenario's for the same callee.
    pub calls: Vec<Call>,
    /// Alert rules.
    pub alerts: Vec<AlertRule>,
    /// Parts of the target's requests that queries of the plan ask about; only these are counted apart.
    pub parts: Vec<Part>,
    /// Whether the plan asks how many users each pool has reached; only then are they counted.
    pub counts_users: bool,
    /// How firing alerts become pages.
    pub notifications: Notifications,
    /// Alerts that the runbook has an entry for; `None` when nobody is on call.
    pub runbook: Option<Vec<String>>,
    /// Flags and the share of users they start with; a flag not named starts off.
    pub flags: Vec<(String, Share)>,
    /// How flags are evaluated; one not named goes by user, in a group of its own.
    pub flag_rules: Vec<FlagRule>,
    /// Whether the controllers look from the start on, and not only from when the release may begin.
    pub decides_early: bool,
    /// How instances of the baseline and of the candidate keep away from each other.
    pub anti_affinity: Option<AntiAffinity>,
}
