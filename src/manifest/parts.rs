//! The documents of a file, and the parts of a plan that they are read into.

use std::collections::BTreeMap;

use super::cursor::{At, Log};
use super::pod::Pod;
use super::tree::Node;
use crate::control::{Analysis, Autoscaler, Check, Strategy};
use crate::engine::Share;
use crate::scenario::{Balancer, FlagRule, Upstream};
use crate::telemetry::BurnAlerts;

/// The documents that others refer to, by name: their `spec`.
pub type Templates<'a> = BTreeMap<String, At<'a>>;

/// A document of the file.
pub(super) struct Document<'a> {
    /// Its `kind`; empty when it has none.
    pub kind: String,
    /// The API group in its `apiVersion`, empty for Kubernetes' core; `None` without one.
    pub group: Option<String>,
    /// Its name.
    pub name: String,
    /// Its top.
    pub at: At<'a>,
}

impl<'a> Document<'a> {
    /// The document at the top of `node`.
    pub fn of(node: &'a Node, log: &Log) -> Self {
        let at = At::top(node, "", log);
        let kind = at.text("kind").unwrap_or_default();
        let version = at.text("apiVersion");
        let group = version.map(|of| of.split_once('/').map_or("", |(group, _)| group).to_owned());
        let name = at.get("metadata").and_then(|at| at.text("name")).unwrap_or_default();
        let path = if kind.is_empty() { "document".to_owned() } else { format!("{kind}/{name}") };
        Self { kind, group, name, at: At::top(node, path, log) }
    }

    /// The title for a plan made of it: its annotation, or its kind and name.
    pub fn title(&self) -> String {
        let own = self.at.dig(&["metadata", "annotations"]).and_then(|at| at.text("rollout-lab/title"));
        own.unwrap_or_else(|| format!("{} {}", self.kind, self.name))
    }
}

/// The documents that take part in the release: the one that leads it, and the workload that it names. In a file without a
/// leading document it is the first Deployment.
#[derive(Default)]
pub(super) struct Roles {
    /// Kind and name of the leading document.
    pub leader: Option<(String, String)>,
    /// Kind and name of the workload.
    pub workload: Option<(String, String)>,
    /// The autoscaler that the leading document names.
    pub scaler: Option<Scaler>,
}

/// Flagger's `autoscalerRef`: the autoscaler of the canary, of which Flagger makes one for the primary.
pub(super) struct Scaler {
    /// Its kind and name.
    pub of: (String, String),
    /// The primary's own least and most instances (`primaryScalerReplicas`).
    pub primary: (Option<u32>, Option<u32>),
}

impl Scaler {
    /// Reads an `autoscalerRef`.
    pub fn read(at: &At<'_>) -> Option<Self> {
        let replicas = at.get("primaryScalerReplicas");
        let count = |key| replicas.as_ref().and_then(|at| at.whole(key));
        let primary = (count("minReplicas"), count("maxReplicas"));
        Some(Self { of: (at.text("kind").unwrap_or_default(), at.text("name")?), primary })
    }
}

impl Roles {
    /// Whether the document of this kind and name is the workload.
    pub fn is_workload(&self, kind: &str, name: &str) -> bool {
        self.workload.as_ref().is_some_and(|(of, called)| of == kind && called == name)
    }

    /// Whether the document of this kind and name is the leading one or the workload.
    pub fn takes_part(&self, kind: &str, name: &str) -> bool {
        self.is_workload(kind, name)
            || self.leader.as_ref().is_some_and(|(of, called)| of == kind && called == name)
    }
}

/// Why a document takes no part.
pub(super) const NOBODY_REFERS: &str = "nothing that is released here refers to it, so it takes no part";

/// The parts of a plan that the documents read so far have given.
#[derive(Default)]
pub(super) struct Parts {
    /// The documents that take part.
    pub roles: Roles,
    /// The strategy, with the title of its document.
    pub strategy: Option<(String, Strategy)>,
    /// The strategy of a Deployment. It counts only when no other document has a strategy.
    pub deployment: Option<(String, Strategy)>,
    /// Checks that analyses use by their names.
    pub checks: Vec<Check>,
    /// The background analysis.
    pub analysis: Option<Analysis>,
    /// Probes and draining.
    pub pod: Pod,
    /// How the proxies treat the instances, where a document says it.
    pub upstream: Option<Upstream>,
    /// The balancer, where a document says it.
    pub balancer: Option<Balancer>,
    /// The autoscaler.
    pub autoscaler: Option<Autoscaler>,
    /// Burn-rate alerts.
    pub burn_alerts: Vec<BurnAlerts>,
    /// How many revisions back an undo is fast.
    pub window: Option<u32>,
    /// Feature flags, and the share of users that each begins with.
    pub flags: Vec<(String, Share)>,
    /// How flags are evaluated, where that is not the default.
    pub flag_rules: Vec<FlagRule>,
}

impl Parts {
    /// Whether `strategy` is still free; `at` is refused when it is taken.
    pub fn takes_strategy(&self, at: &At<'_>) -> bool {
        is_free(self.strategy.is_none(), at, "strategy")
    }

    /// Whether `deployment` is still free; `at` is refused when it is taken.
    pub fn takes_deployment(&self, at: &At<'_>) -> bool {
        is_free(self.deployment.is_none(), at, "Deployment")
    }

    /// Whether `autoscaler` is still free; `at` is refused when it is taken.
    pub fn takes_autoscaler(&self, at: &At<'_>) -> bool {
        is_free(self.autoscaler.is_none(), at, "autoscaler")
    }

    /// Adds the settings of pods in a document; settings of earlier documents stay.
    pub fn add(&mut self, pod: Pod) {
        self.pod.probes = self.pod.probes.or(pod.probes);
        self.pod.drain = self.pod.drain.or(pod.drain);
    }
}

fn is_free(free: bool, at: &At<'_>, what: &str) -> bool {
    if !free {
        at.refuse(format!("there is another {what} before it in this file; a plan has one"));
    }
    free
}
