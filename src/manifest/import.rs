//! Reads one file of manifests into one plan.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::FORMATS;
use super::argo::check_references;
use super::cursor::{At, Log, placed};
use super::fields;
use super::finding::{Finding, Kind};
use super::format::{Effect, Reader};
use super::parts::{Document, NOBODY_REFERS, Parts, Roles, Scaler, Template, Templates, labels, services};
use super::places::Places;
use super::table::Table;
use super::tree::{Node, Value, documents};
use super::zones::Zones;
use crate::control::{FORMAT, Plan, Strategy, Window};
use crate::engine::Amount;
use crate::library::{Problem, Source, parse_options};
use crate::scenario::Retries;

/// A plan made of manifests, and the findings about them.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The plan.
    pub plan: Plan,
    /// Fields that did not become part of it as they are, in the order of the file.
    pub findings: Vec<Finding>,
    /// Where the values of the file stand.
    pub places: Places,
    /// What the proxies in front try again for the service's callers, which is no part of a plan.
    pub retries: Option<Retries>,
    /// The zones that the pods ask for, which are no part of a plan either.
    pub zones: Option<Zones>,
}

/// Reads `text`, the content of `file`.
///
/// # Errors
/// The problems that keep it from becoming a plan, each with its place.
pub fn import(file: &str, text: &str, table: &Table) -> Result<Imported, Vec<Problem>> {
    let source = Source::new(file, text);
    let nodes = documents(file, text)?;
    let log = Log::default();
    let documents = listed(&nodes, &log);
    let mut parts = Parts { roles: with_labels(roles(&documents), &documents), ..Parts::default() };
    let templates: Templates<'_> = documents.iter().filter_map(template).collect();
    for document in &documents {
        read(&mut parts, document, &templates, table);
    }
    say_the_workload(&parts, &documents);
    keep_the_budget(&mut parts, &documents);
    size_the_canary(&mut parts, &documents);
    documents.iter().for_each(say_an_idle_template);
    let rollouts = documents.iter().filter(|document| document.kind == "Rollout");
    rollouts.for_each(|rollout| check_references(rollout, &documents));
    documents.iter().for_each(fields::check);
    documents.iter().for_each(|document| document.at.list_unread());
    let problems = placed(&log.borrow(), &source);
    if !problems.is_empty() {
        return Err(problems);
    }
    let only_flags = (!parts.flags.is_empty()).then(|| ("Feature flags".to_owned(), Strategy::Nothing));
    let only_alerts =
        (!parts.burn_alerts.is_empty()).then(|| ("Burn-rate alerts".to_owned(), Strategy::Nothing));
    let release = parts.strategy.or(parts.deployment).or(only_flags).or(only_alerts);
    let Some((title, strategy)) = release else {
        let message = format!("this file has no release: {}; it needs {}", found(&documents), wanted());
        let mut problems = vec![Problem::of_file(file, "no-strategy", message)];
        problems.extend(left_out(&log.borrow().findings, file));
        return Err(problems);
    };
    let places = Places::of(&documents);
    drop((documents, templates));
    let mut findings = Rc::try_unwrap(log).map(|log| log.into_inner().findings).unwrap_or_default();
    findings.sort_by(|a, b| {
        (a.line, a.column, &a.path, &a.message).cmp(&(b.line, b.column, &b.path, &b.message))
    });
    findings.dedup();
    let mut plan = blank();
    (plan.title, plan.strategy) = (title, strategy);
    plan.checks = parts.checks;
    (plan.analysis, plan.probes, plan.drain) = (parts.analysis, parts.pod.probes, parts.pod.drain);
    (plan.upstream, plan.balancer) = (parts.upstream, parts.balancer);
    (plan.flags, plan.flag_rules) = (parts.flags, parts.flag_rules);
    (plan.autoscaler, plan.burn_alerts) = (parts.autoscaler, parts.burn_alerts);
    plan.rollback.window = parts.window.map(|revisions| Window { revisions: Some(revisions), within: None });
    Ok(Imported { plan, findings, places, retries: parts.retries, zones: parts.pod.zones })
}

/// Why what could have been a release is none: the first of what could not be read.
fn left_out(findings: &[Finding], file: &str) -> Vec<Problem> {
    const FEW: usize = 3;
    let of = |finding: &Finding| Problem {
        line: finding.line,
        column: finding.column,
        field: finding.path.clone(),
        ..Problem::of_file(file, "not-read", finding.message.clone())
    };
    findings.iter().filter(|finding| finding.kind == Kind::NotSupported).take(FEW).map(of).collect()
}

/// The kinds of the documents, for messages.
fn found(documents: &[Document<'_>]) -> String {
    let short = |text: &str| text.chars().take(40).collect::<String>();
    let kind = |document: &Document<'_>| match (document.kind.as_str(), document.group.as_deref()) {
        ("", _) => "a document without `kind`".to_owned(),
        (kind, Some(group)) if reader(document).is_none() && !group.is_empty() => {
            format!("{} of {}", short(kind), short(group))
        }
        (kind, _) => short(kind),
    };
    let kinds: BTreeSet<String> = documents.iter().map(kind).collect();
    if kinds.is_empty() {
        return "the file is empty".to_owned();
    }
    format!("found {}", kinds.into_iter().take(5).collect::<Vec<_>>().join(", "))
}

/// A plan whose optional fields are all left out.
fn blank() -> Plan {
    parse_options()
        .from_str(&format!("(format: {FORMAT}, strategy: Nothing)"))
        .expect("a plan needs a format and a strategy only")
}

/// The documents; a `List` is replaced by its items.
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

/// Reads a document into `parts`.
fn read(parts: &mut Parts, document: &Document<'_>, templates: &Templates<'_>, table: &Table) {
    let at = &document.at;
    let Some(reader) = reader(document) else {
        let group =
            document.group.as_deref().filter(|group| !group.is_empty()).unwrap_or("Kubernetes itself");
        at.refuse(match (document.kind.as_str(), others(document)) {
            ("", _) => "a document without `kind`".to_owned(),
            (kind, Some(groups)) => format!(
                "the {kind} of {group} is not the {kind} that is read here, which is that of {}",
                if groups[0].is_empty() { "Kubernetes itself" } else { groups[0] }
            ),
            (_, None) => "a kind that is not read here".to_owned(),
        });
        return;
    };
    match (reader.effect, reader.reads(document)) {
        (Effect::Read(read), Some(spec)) => read(parts, document, &spec, templates, table),
        (Effect::Read(_), None) => {
            let needed = reader.leads.map_or_else(String::new, |leads| format!(".{}", leads.needs));
            at.problem(format!("{}/{} has no spec{needed}", document.kind, document.name));
        }
        (Effect::Ignored(why), _) => at.ignore(why),
        (Effect::NotApplied(why), _) => at.refuse(why),
        (Effect::Template, _) => {}
    }
}

/// The reader of a document; `None` when no format knows its kind.
fn reader(document: &Document<'_>) -> Option<&'static Reader> {
    FORMATS.iter().flat_map(|format| format.readers).find(|reader| reader.is_for(document))
}

/// The API groups whose document of this kind is read, when the document is of another group.
fn others(document: &Document<'_>) -> Option<&'static [&'static str]> {
    FORMATS.iter().flat_map(|format| format.readers).find_map(|reader| reader.groups(document))
}

/// The documents that take part, by the references between them.
fn roles(documents: &[Document<'_>]) -> Roles {
    let leads = |document: &&Document<'_>| reader(document).is_some_and(|reader| reader.leads.is_some());
    if let Some(leader) = documents.iter().find(leads) {
        let field = reader(leader).and_then(|reader| reader.leads).map(|leads| leads.workload);
        let reference = field.and_then(|field| leader.at.dig(&["spec", field]));
        let named = |at: &At<'_>| {
            Some((at.text("kind").unwrap_or_else(|| "Deployment".to_owned()), at.text("name")?))
        };
        return Roles {
            leader: Some((leader.kind.clone(), leader.name.clone())),
            workload: reference.as_ref().and_then(named),
            scaler: leader.at.dig(&["spec", "autoscalerRef"]).and_then(|at| Scaler::read(&at)),
            ..Roles::default()
        };
    }
    let first = documents.iter().find(|document| document.kind == "Deployment");
    Roles {
        workload: first.map(|document| (document.kind.clone(), document.name.clone())),
        ..Roles::default()
    }
}

/// The roles with the Services in front, and the labels of the pods: those of the workload, or of a leading document that has a pod template itself.
fn with_labels(roles: Roles, documents: &[Document<'_>]) -> Roles {
    let of = |role: &Option<(String, String)>| {
        let (kind, name) = role.as_ref()?;
        let found = documents.iter().find(|document| document.kind == *kind && document.name == *name)?;
        Some(labels(found)).filter(|labels| !labels.is_empty())
    };
    let leader = roles.leader.as_ref().and_then(|(kind, name)| {
        documents.iter().find(|document| document.kind == *kind && document.name == *name)
    });
    let workload = roles.workload.as_ref().map(|(_, name)| name.as_str());
    let services = match leader {
        Some(leader) => services(leader, workload),
        None => workload.into_iter().map(str::to_owned).collect(),
    };
    let labels = of(&roles.workload).or_else(|| of(&roles.leader)).unwrap_or_default();
    Roles { labels, services, ..roles }
}

/// Puts a disruption budget beside the draining of the pods; without that it is said that it is not applied.
fn keep_the_budget(parts: &mut Parts, documents: &[Document<'_>]) {
    let Some(budget) = parts.budget else { return };
    if let Some(drain) = &mut parts.pod.drain {
        drain.budget = Some(budget);
    } else if let Some(document) = documents.iter().find(|document| document.kind == "PodDisruptionBudget") {
        document.at.not_applied("draining is left to the scenario, and so is its `budget`");
    }
}

/// Gives Flagger's canary its own autoscaler, and the size that it begins with (`ScaleFromZero` in `pkg/canary/deployment_controller.go`):
/// the workload's `replicas`; else with an `autoscalerRef` that autoscaler's least, and without as many as the primary has.
fn size_the_canary(parts: &mut Parts, documents: &[Document<'_>]) {
    let Some((_, Strategy::Flagger(of))) = &mut parts.strategy else { return };
    of.candidate_scaler = parts.canarys_autoscaler.take();
    let Some((scaler, _)) = of.candidate_scaler.as_ref().zip(parts.roles.scaler.as_ref()) else { return };
    let workload = parts.roles.workload.as_ref();
    let is = |document: &&Document<'_>| {
        workload.is_some_and(|(kind, name)| document.kind == *kind && document.name == *name)
    };
    let replicas = documents.iter().find(is).and_then(|of| of.at.dig(&["spec"])?.whole("replicas"));
    of.candidate_size = Amount::Count(replicas.filter(|count| *count > 0).unwrap_or(scaler.min.max(1)));
}

/// Says of the workload that the leading document names what is read of it.
fn say_the_workload(parts: &Parts, documents: &[Document<'_>]) {
    let (Some((kind, name)), Some((of, called))) = (&parts.roles.workload, &parts.roles.leader) else {
        return;
    };
    let is =
        |document: &&Document<'_>, kind: &str, name: &str| document.kind == kind && document.name == name;
    let workload = documents.iter().find(|document| is(document, kind, name));
    match (workload, documents.iter().find(|document| is(document, of, called))) {
        (Some(document), _) if parts.deployment.is_some() => {
            document.at.note("its pods are read; the other document says how they are replaced");
        }
        (None, Some(leader)) => leader.at.note(format!(
            "{kind}/{name} is not in this file, so probes and draining are the scenario's; put it in, after a line of `---`"
        )),
        _ => {}
    }
}

/// Says of a template that nothing refers to that it takes no part.
fn say_an_idle_template(document: &Document<'_>) {
    let is_template = reader(document).is_some_and(|reader| matches!(reader.effect, Effect::Template));
    if is_template && document.at.get("spec").is_some_and(|spec| !spec.node.any_read()) {
        document.at.ignore(NOBODY_REFERS);
    }
}

/// A document as one that others refer to, if it is one.
fn template<'a>(document: &Document<'a>) -> Option<Template<'a>> {
    if !matches!(reader(document)?.effect, Effect::Template) {
        return None;
    }
    let namespace = if document.kind.starts_with("Cluster") { None } else { document.namespace() };
    let (kind, name) = (document.kind.clone(), document.name.clone());
    Some(Template { kind, name, namespace, spec: document.at.get("spec")? })
}

/// The documents of which a file should have one, for messages.
fn wanted() -> String {
    let [first @ .., last] = FORMATS.map(|format| format.main);
    format!("{} or {last}", first.join(", "))
}
