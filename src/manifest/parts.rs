//! The documents of a file, and the parts of a plan that they are read into.

use super::cursor::{At, Log};
use super::pod::Pod;
use super::tree::{Node, Value};
use crate::control::{Analysis, Autoscaler, Check, Strategy};
use crate::engine::Share;
use crate::scenario::{Balancer, DisruptionBudget, FlagRule, Retries, Upstream};
use crate::telemetry::BurnAlerts;

/// A document that others refer to by its kind and name.
pub struct Template<'a> {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace, where it says one.
    pub namespace: Option<String>,
    /// Its `spec`.
    pub spec: At<'a>,
}

/// The documents that others refer to.
pub struct Templates<'a>(Vec<Template<'a>>);

impl<'a> FromIterator<Template<'a>> for Templates<'a> {
    fn from_iter<I: IntoIterator<Item = Template<'a>>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

impl<'a> Templates<'a> {
    /// The `spec` of a template. A kind that belongs to a namespace is looked for in `namespace`; a document that says none is taken to
    /// be there.
    ///
    /// # Errors
    /// Why upstream does not find it.
    pub fn find(&self, kind: &str, name: &str, namespace: Option<&str>) -> Result<&At<'a>, String> {
        let of_name = || self.0.iter().filter(|of| of.name == name);
        let of_kind = || of_name().filter(|of| of.kind == kind);
        let is_there = |of: &&Template<'a>| {
            of.namespace.is_none() || namespace.is_none() || of.namespace.as_deref() == namespace
        };
        if let Some(found) = of_kind().rfind(is_there) {
            return Ok(&found.spec);
        }
        if let (Some(Template { namespace: Some(other), .. }), Some(namespace)) =
            (of_kind().next(), namespace)
        {
            return Err(format!(
                "the {kind} \"{name}\" of this file is in the namespace \"{other}\" and is looked for in \"{namespace}\": upstream it is not \
                 found, and nothing goes on"
            ));
        }
        let other =
            of_name().find(|of| of.kind.ends_with("AnalysisTemplate") && kind.ends_with("AnalysisTemplate"));
        Err(match other {
            Some(other) => format!(
                "\"{name}\" is of the kind {} and is looked for as {kind}: `clusterScope` says which; upstream it is not found, and nothing goes on",
                other.kind
            ),
            None => format!("there is no {kind} \"{name}\" in this file; put it in, after a line of `---`"),
        })
    }
}

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

    /// The version in its `apiVersion`; empty without one.
    pub fn version(&self) -> String {
        let version = self.at.get("apiVersion").and_then(|at| at.as_text()).unwrap_or_default();
        version.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// Its namespace, where it says one.
    pub fn namespace(&self) -> Option<String> {
        self.at.dig(&["metadata"])?.text("namespace")
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
    /// The names of the Services that lead to the released pods.
    pub services: Vec<String>,
    /// The labels of the pods, each with its value.
    pub labels: Vec<(String, String)>,
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

/// The labels in a pod template, each with its value.
pub(super) fn labels(document: &Document<'_>) -> Vec<(String, String)> {
    let mut node = Some(document.at.node);
    for key in ["spec", "template", "metadata", "labels"] {
        node = node.and_then(|node| entry(node, key));
    }
    let Some(Value::Map(entries)) = node.map(|node| &node.value) else { return Vec::new() };
    let text = |node: &Node| match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => None,
    };
    entries.iter().filter_map(|(key, node)| Some((key.clone(), text(node)?))).collect()
}

/// The names of the Services that a leading document refers to, or that are made for it.
pub(super) fn services(leader: &Document<'_>, workload: Option<&str>) -> Vec<String> {
    const NAMED: [(&str, &str); 7] = [
        ("canary", "stableService"),
        ("canary", "canaryService"),
        ("canary", "pingService"),
        ("canary", "pongService"),
        ("blueGreen", "activeService"),
        ("blueGreen", "previewService"),
        ("blueGreen", "service"),
    ];
    let text = |path: &[&str]| {
        let found = path.iter().try_fold(leader.at.node, |node, key| entry(node, key))?;
        match &found.value {
            Value::Text(text) => Some(text.clone()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => None,
        }
    };
    if leader.kind == "Canary" {
        // Flagger makes three Services of one name (`pkg/router/kubernetes_default.go`).
        let name = text(&["spec", "service", "name"]).or_else(|| workload.map(str::to_owned));
        return name
            .into_iter()
            .flat_map(|name| ["", "-primary", "-canary"].map(|end| name.clone() + end))
            .collect();
    }
    let of = |(side, key): (&str, &str)| {
        text(&["spec", "strategy", side, key]).or_else(|| text(&["spec", "strategy", side, "pingPong", key]))
    };
    NAMED.into_iter().filter_map(of).collect()
}

fn entry<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    match &node.value {
        Value::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => None,
    }
}

impl Roles {
    /// Whether the document of this kind and name is the workload.
    pub fn is_workload(&self, kind: &str, name: &str) -> bool {
        self.workload.as_ref().is_some_and(|(of, called)| of == kind && called == name)
    }

    /// Whether a host, such as `shop` or `shop.prod.svc.cluster.local`, is a Service that leads to the released pods.
    pub fn is_service(&self, host: &str) -> bool {
        let short = host.split('.').next().unwrap_or(host);
        self.services.iter().any(|service| service == short)
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
    /// How many instances must stay ready when the cluster evicts some.
    pub budget: Option<DisruptionBudget>,
    /// How the proxies treat the instances, where a document says it.
    pub upstream: Option<Upstream>,
    /// What the proxies in front try again, where a document says it.
    pub retries: Option<Retries>,
    /// The balancer, where a document says it.
    pub balancer: Option<Balancer>,
    /// The autoscaler.
    pub autoscaler: Option<Autoscaler>,
    /// The autoscaler of Flagger's canary alone.
    pub canarys_autoscaler: Option<Autoscaler>,
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

    /// Whether the canary's own autoscaler is still free; `at` is refused when it is taken.
    pub fn takes_canarys_autoscaler(&self, at: &At<'_>) -> bool {
        is_free(self.canarys_autoscaler.is_none(), at, "autoscaler of the canary")
    }

    /// Whether `budget` is still free; `at` is refused when it is taken: upstream no pod with two budgets can be evicted at all.
    pub fn takes_budget(&self, at: &At<'_>) -> bool {
        is_free(self.budget.is_none(), at, "PodDisruptionBudget for these pods")
    }

    /// Adds the settings of pods in a document; settings of earlier documents stay.
    pub fn add(&mut self, pod: Pod) {
        self.pod.probes = self.pod.probes.or(pod.probes);
        self.pod.drain = self.pod.drain.or(pod.drain);
        self.pod.zones = self.pod.zones.take().or(pod.zones);
    }
}

fn is_free(free: bool, at: &At<'_>, what: &str) -> bool {
    if !free {
        at.refuse(format!("there is another {what} before it in this file; a plan has one"));
    }
    free
}
