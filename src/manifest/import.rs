//! Reads one file of manifests into one plan.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::FORMATS;
use super::cursor::{At, Log, placed};
use super::finding::Finding;
use super::format::{Effect, Reader};
use super::parts::{Document, Parts, Templates};
use super::table::Table;
use super::tree::{Node, Value, documents};
use crate::control::{FORMAT, Plan, Strategy, Window};
use crate::library::{Problem, Source, parse_options};

/// A plan made of manifests, and the findings about them.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The plan.
    pub plan: Plan,
    /// Fields that did not become part of it as they are, in the order of the file.
    pub findings: Vec<Finding>,
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
    let mut parts = Parts::default();
    let templates: Templates<'_> = documents.iter().filter_map(template).collect();
    for document in &documents {
        read(&mut parts, document, &templates, table);
    }
    let beside = documents.iter().find(|document| document.kind == "Deployment");
    if let (Some(document), true, true) = (beside, parts.strategy.is_some(), parts.deployment.is_some()) {
        document.at.note("its pods are read; the other document says how they are replaced");
    }
    documents.iter().for_each(|document| document.at.list_unread());
    let problems = placed(&log.borrow(), &source);
    if !problems.is_empty() {
        return Err(problems);
    }
    let only_flags = (!parts.flags.is_empty()).then(|| ("Feature flags".to_owned(), Strategy::Nothing));
    let Some((title, strategy)) = parts.strategy.or(parts.deployment).or(only_flags) else {
        let message = format!("this file has no release: {}; it needs {}", found(&documents), wanted());
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
    plan.checks = parts.checks;
    (plan.analysis, plan.probes, plan.drain) = (parts.analysis, parts.pod.probes, parts.pod.drain);
    (plan.flags, plan.flag_rules) = (parts.flags, parts.flag_rules);
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
        let is_known = !document.kind.is_empty();
        at.refuse(if is_known { "a kind that is not read here" } else { "a document without `kind`" });
        return;
    };
    match (reader.effect, reader.reads(document)) {
        (Effect::Read(read), Some(spec)) => read(parts, document, &spec, templates, table),
        (Effect::Read(_), None) => at.refuse("a kind that is not read here"),
        (Effect::Ignored(why), _) => at.ignore(why),
        (Effect::Template, _) => {}
    }
}

/// The reader of a document; `None` when no format knows its kind.
fn reader(document: &Document<'_>) -> Option<&'static Reader> {
    FORMATS.iter().flat_map(|format| format.readers).find(|reader| reader.is_for(document))
}

/// The name and the `spec` of a document that others refer to.
fn template<'a>(document: &Document<'a>) -> Option<(String, At<'a>)> {
    let is_template = matches!(reader(document)?.effect, Effect::Template);
    is_template.then(|| document.at.get("spec").map(|spec| (document.name.clone(), spec)))?
}

/// The documents of which a file should have one, for messages.
fn wanted() -> String {
    let [first @ .., last] = FORMATS.map(|format| format.main);
    format!("{} or {last}", first.join(", "))
}
