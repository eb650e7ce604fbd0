//! One file of manifests becomes one plan.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::argo::{self, Templates};
use super::autoscaler::autoscaler;
use super::cursor::{At, Log, placed};
use super::deployment::deployment;
use super::finding::Finding;
use super::flagger;
use super::pod::Pod;
use super::table::Table;
use super::tree::{Node, Value, documents};
use super::unleash::{self, Flags};
use crate::control::{Analysis, Autoscaler, FORMAT, Plan, Strategy, Window};
use crate::library::{Problem, Source, parse_options};

/// A plan made of manifests, and what there is to say about it.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The plan.
    pub plan: Plan,
    /// Fields that did not simply become part of it, in the order of the file.
    pub findings: Vec<Finding>,
}

/// Reads `text`, the content of `file`.
///
/// # Errors
/// What keeps it from becoming a plan, each with its place.
pub fn import(file: &str, text: &str, table: &Table) -> Result<Imported, Vec<Problem>> {
    let source = Source::new(file, text);
    let nodes = documents(file, text)?;
    let log = Log::default();
    let documents = listed(&nodes, &log);
    let mut parts = Parts::default();
    let templates: Templates<'_> = documents.iter().filter_map(Document::template).collect();
    for document in &documents {
        parts.read(document, &templates, table);
    }
    let beside = documents.iter().find(|document| document.kind == "Deployment");
    if let (Some(document), true, true) = (beside, parts.strategy.is_some(), parts.deployment.is_some()) {
        document.at.note("its pods are read; how they are replaced is said by the other document");
    }
    documents.iter().filter(|document| document.whole).for_each(|document| document.at.list_unread());
    let problems = placed(&log.borrow(), &source);
    if !problems.is_empty() {
        return Err(problems);
    }
    let only_flags =
        (!parts.flags.shares.is_empty()).then(|| ("Feature flags".to_owned(), Strategy::Nothing));
    let Some((title, strategy)) = parts.strategy.or(parts.deployment).or(only_flags) else {
        let message = format!(
            "there is nothing here that goes out: {}; there should be a Rollout, a Canary, a Deployment or feature flags",
            found(&documents)
        );
        return Err(vec![Problem::of_file(file, "no-strategy", message)]);
    };
    drop((documents, templates));
    let mut findings = Rc::try_unwrap(log).map(|log| log.into_inner().findings).unwrap_or_default();
    findings.sort_by(|a, b| {
        (a.line, a.column, &a.path, &a.message).cmp(&(b.line, b.column, &b.path, &b.message))
    });
    findings.dedup();
    let mut plan = blank();
    (plan.title, plan.strategy) = (title, strategy);
    (plan.analysis, plan.probes, plan.drain) = (parts.analysis, parts.pod.probes, parts.pod.drain);
    (plan.flags, plan.flag_rules) = (parts.flags.shares, parts.flags.rules);
    plan.autoscaler = parts.autoscaler;
    plan.rollback.window = parts.window.map(|revisions| Window { revisions: Some(revisions), within: None });
    Ok(Imported { plan, findings })
}

/// The kinds of the documents, for messages.
fn found(documents: &[Document<'_>]) -> String {
    let kind = |document: &Document<'_>| match document.kind.as_str() {
        "" => "a document without `kind`".to_owned(),
        kind => format!("a {}", kind.chars().take(40).collect::<String>()),
    };
    let kinds: BTreeSet<String> = documents.iter().map(kind).collect();
    if kinds.is_empty() {
        return "the file is empty".to_owned();
    }
    format!("found {}", kinds.into_iter().take(5).collect::<Vec<_>>().join(", "))
}

/// A plan in which everything is left out, as a file may leave it out.
fn blank() -> Plan {
    parse_options()
        .from_str(&format!("(format: {FORMAT}, strategy: Nothing)"))
        .expect("a plan needs a format and a strategy only")
}

/// A document of the file.
struct Document<'a> {
    kind: String,
    name: String,
    at: At<'a>,
    /// Whether its unread fields are to be listed; not for the wrapper of a `List`.
    whole: bool,
}

impl<'a> Document<'a> {
    fn of(node: &'a Node, log: &Log) -> Self {
        let at = At::top(node, "", log);
        let kind = at.text("kind").unwrap_or_default();
        at.text("apiVersion");
        let name = at.get("metadata").and_then(|at| at.text("name")).unwrap_or_default();
        let path = if kind.is_empty() { "document".to_owned() } else { format!("{kind}/{name}") };
        Self { kind, name, at: At::top(node, path, log), whole: true }
    }

    fn template(&self) -> Option<(String, At<'a>)> {
        let is_template =
            ["AnalysisTemplate", "ClusterAnalysisTemplate", "MetricTemplate"].contains(&self.kind.as_str());
        is_template.then(|| self.at.get("spec").map(|spec| (self.name.clone(), spec)))?
    }

    fn title(&self) -> String {
        let own = self.at.dig(&["metadata", "annotations"]).and_then(|at| at.text("rollout-lab/title"));
        own.unwrap_or_else(|| format!("{} {}", self.kind, self.name))
    }
}

/// The documents, with those of a `List` one by one.
fn listed<'a>(nodes: &'a [Node], log: &Log) -> Vec<Document<'a>> {
    let mut found = Vec::new();
    for node in nodes {
        let document = Document::of(node, log);
        let items = match &node.value {
            Value::Map(entries) if document.kind == "List" => entries.iter().find(|(key, _)| key == "items"),
            _ => None,
        };
        match items.map(|(_, items)| &items.value) {
            Some(Value::List(items)) => found.extend(items.iter().map(|item| Document::of(item, log))),
            _ => found.push(document),
        }
    }
    found
}

/// What the documents say so far.
#[derive(Default)]
struct Parts {
    /// The strategy, under the title of the document that says it.
    strategy: Option<(String, Strategy)>,
    /// The strategy of a Deployment, which another document's goes before.
    deployment: Option<(String, Strategy)>,
    analysis: Option<Analysis>,
    pod: Pod,
    autoscaler: Option<Autoscaler>,
    window: Option<u32>,
    flags: Flags,
}

impl Parts {
    fn read(&mut self, document: &Document<'_>, templates: &Templates<'_>, table: &Table) {
        let at = &document.at;
        match (document.kind.as_str(), at.get("spec")) {
            ("Rollout", Some(spec)) => {
                if self.strategy.is_some() {
                    at.refuse("there is another strategy before it in this file; a plan has one");
                    return;
                }
                let rollout = argo::rollout(&spec, templates, table);
                self.strategy = rollout.strategy.map(|strategy| (document.title(), strategy));
                (self.analysis, self.window) = (rollout.analysis, rollout.window);
                self.add(rollout.pod);
            }
            ("Deployment", Some(spec)) => {
                if self.deployment.is_some() {
                    at.refuse("there is another Deployment before it in this file; a plan has one");
                    return;
                }
                let (strategy, pod) = deployment(&spec);
                self.deployment = Some((document.title(), strategy));
                self.add(pod);
            }
            ("Canary", Some(spec)) => {
                if self.strategy.is_some() {
                    at.refuse("there is another strategy before it in this file; a plan has one");
                    return;
                }
                let strategy = flagger::canary(&spec, templates, table);
                self.strategy = strategy.map(|strategy| (document.title(), strategy));
            }
            ("HorizontalPodAutoscaler", Some(spec)) => {
                if self.autoscaler.is_some() {
                    at.refuse("there is another autoscaler before it in this file; a plan has one");
                    return;
                }
                self.autoscaler = autoscaler(&spec);
            }
            ("", _) if at.get("features").is_some() => self.flags = unleash::flags(at),
            ("Service" | "ConfigMap" | "Secret" | "Namespace" | "ServiceAccount" | "Ingress", _) => {
                at.ignore("the lab routes by itself");
            }
            ("PodDisruptionBudget", Some(_)) => {
                at.ignore(
                    "it guards against evictions of pods by their cluster, of which the lab knows none",
                );
            }
            ("AnalysisTemplate" | "ClusterAnalysisTemplate" | "MetricTemplate", _) => {}
            ("", _) => at.refuse("a document without `kind`"),
            _ => at.refuse("a kind that is not read here"),
        }
    }

    /// What is said about pods first stays.
    fn add(&mut self, pod: Pod) {
        self.pod.probes = self.pod.probes.or(pod.probes);
        self.pod.drain = self.pod.drain.or(pod.drain);
    }
}
