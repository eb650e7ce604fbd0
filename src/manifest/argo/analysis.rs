//! Reads the analyses of a Rollout: their templates and arguments.

use std::collections::{BTreeMap, BTreeSet};

use regex::{Regex, RegexBuilder};

use super::around::Around;
use super::check::{self, Fill};
use crate::control::Analysis;
use crate::manifest::cursor::At;
use crate::manifest::finding::RUN_ERRS;
use crate::manifest::promql::{LATEST_HASH, STABLE_HASH};
use crate::manifest::template::{filled, query};

/// The most checks that one analysis may have.
const MOST: usize = 50;

/// What is said of an argument that nothing gives a value.
const NO_VALUE: &str = "this argument has no value, and the analysis gives it none";

/// Arguments of an analysis, by name.
pub type Arguments = BTreeMap<String, String>;

/// Where an analysis stands in a Rollout. An export names the template of an analysis that has no names after its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnalysisPlace {
    Background,
    Before,
    After,
    /// In a step, also as the judge of an experiment.
    Step,
}

impl AnalysisPlace {
    /// Whether a template of this name was written for one analysis, and is no name that its author gave.
    fn owns(self, template: &str) -> bool {
        match self {
            Self::Background => template.ends_with("-background"),
            Self::Before => template.ends_with("-before"),
            Self::After => template.ends_with("-after"),
            Self::Step => {
                let number = template.rsplit_once("-step-").map(|(_, number)| number);
                number.is_some_and(|number| number.parse::<u32>().is_ok())
            }
        }
    }
}

/// The analysis that `at` describes: `templates` (an experiment's `analyses`) with `args`. `None` when nothing of it can be
/// measured.
pub(super) fn analysis(at: &At<'_>, around: &Around<'_, '_>, place: AnalysisPlace) -> Option<Analysis> {
    let given = arguments(at, around);
    let names_here = if place == AnalysisPlace::After { &around.switched } else { &around.names };
    let (mut named_checks, mut checks, mut names) = (Vec::new(), Vec::new(), BTreeSet::new());
    let of_experiment = at.items("analyses");
    // Each of an experiment's analyses is a run of its own.
    let (of_one_run, mut metrics) = (of_experiment.is_empty(), BTreeSet::new());
    let mut named = if of_experiment.is_empty() { at.items("templates") } else { of_experiment };
    named.extend(at.get("templateName").map(|_| at.clone()));
    for Referred { reference, name, template, outer } in referred(&named, around) {
        template.mark();
        let mut own = self::arguments(template, around);
        own.extend(outer);
        let mut arguments = own.clone();
        arguments.extend(given.clone());
        arguments.extend(self::arguments(&reference, around));
        say_unresolved(template, &arguments, [at, &reference], of_one_run);
        let patterns = |at: &At<'_>| at.items("dryRun").iter().filter_map(dry).collect::<Vec<Regex>>();
        let (dry_always, dry_here) = (patterns(template), patterns(at));
        let is_dry = |patterns: &[Regex], name: &str| patterns.iter().any(|dry| dry.is_match(name));
        // With a value for each of its arguments, a template is a check by itself.
        let is_whole = template.items("args").len() <= own.len();
        for metric in template.items("metrics") {
            if names.len() >= MOST {
                at.wrong("an analysis of at most 50 metrics");
                return None;
            }
            // Argo Rollouts (`ValidateMetrics`, `mergeMetrics`).
            if let Some(same) = metric.text("name").filter(|name| of_one_run && !metrics.insert(name.clone()))
            {
                metric.not_applied(format!(
                    "metric \"{same}\": {RUN_ERRS}: another metric of the analysis has its name"
                ));
            }
            let read = |arguments: &Arguments| {
                let value = |name: &str| arguments.get(name).cloned();
                let fill = Fill {
                    text: &|text| filled(text, value),
                    query: &|text| query(text, value),
                    names: names_here,
                };
                let mut checks = check::checks(&metric, fill, around);
                for check in &mut checks {
                    check.dry_run = is_dry(&dry_always, &check.name);
                }
                checks
            };
            let usual = if is_whole && arguments != own { read(&own) } else { Vec::new() };
            for (index, mut wanted) in read(&arguments).into_iter().enumerate() {
                let usual = usual.get(index).unwrap_or(&wanted).clone();
                wanted.dry_run |= is_dry(&dry_here, &wanted.name);
                while !names.insert(wanted.name.clone()) {
                    wanted.name = format!("{name}-{}", wanted.name);
                }
                let used = if place.owns(&name) { None } else { around.named.used(&name, usual, &wanted) };
                match used {
                    Some(used) => named_checks.push(used),
                    None => checks.push(wanted),
                }
            }
        }
    }
    if names.is_empty() {
        at.refuse("none of its metrics could be read, so nothing can be judged");
        return None;
    }
    Some(Analysis { named: named_checks, checks, ..Analysis::default() })
}

/// Says which arguments of a template nothing gives a value (Argo Rollouts, `ResolveArgs` in `utils/analysis/helpers.go`): those in `arguments`
/// have one, and those that one of `givers` takes from elsewhere. The controller looks at the analyses of a Rollout before it takes the file, and at those
/// of an experiment when they run.
fn say_unresolved(template: &At<'_>, arguments: &Arguments, givers: [&At<'_>; 2], is_before: bool) {
    let is_settled = |at: &At<'_>| at.get("value").is_some() || at.get("valueFrom").is_some();
    let settled: Vec<String> = givers
        .iter()
        .flat_map(|at| at.items("args"))
        .filter(is_settled)
        .filter_map(|at| at.text("name"))
        .collect();
    for at in template.items("args").iter().filter(|at| !is_settled(at)) {
        let Some(name) = at.text("name") else { continue };
        if arguments.contains_key(&name) || settled.contains(&name) {
            continue;
        }
        match is_before {
            true => at.refused_upstream(NO_VALUE),
            false => at.not_applied(format!("{RUN_ERRS}: {NO_VALUE}")),
        }
    }
}

/// A template that an analysis measures, with its name and the reference to it.
struct Referred<'a, 't> {
    reference: At<'a>,
    name: String,
    template: &'t At<'a>,
    /// Arguments that the templates above it give.
    outer: Arguments,
}

/// The templates that these references lead to: each, and those that it refers to itself (Argo Rollouts, `FlattenTemplates`), every
/// one once.
fn referred<'a, 't>(references: &[At<'a>], around: &Around<'t, 'a>) -> Vec<Referred<'a, 't>> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let mut next: Vec<(At<'a>, Arguments)> =
        references.iter().rev().map(|of| (of.clone(), Arguments::new())).collect();
    while let Some((reference, outer)) = next.pop() {
        let of_cluster = reference.flag("clusterScope") == Some(true);
        reference.flag("requiredForCompletion");
        reference.text("name");
        let Some(name) = reference.text("templateName") else { continue };
        let kind = if of_cluster { "ClusterAnalysisTemplate" } else { "AnalysisTemplate" };
        let template = match around.templates.find(kind, &name, around.document.namespace().as_deref()) {
            Ok(template) => template,
            Err(why) => {
                if let Some(at) = reference.get("templateName") {
                    at.refuse(why);
                }
                continue;
            }
        };
        let inner = template.items("templates");
        if !inner.is_empty() && seen.insert(name.clone()) {
            let mut given = arguments(template, around);
            given.extend(outer.clone());
            next.extend(inner.into_iter().rev().map(|of| (of, given.clone())));
        }
        if template.get("metrics").is_some() {
            found.push(Referred { reference, name, template, outer });
        } else {
            template.mark();
        }
    }
    found
}

/// A pattern for the names of metrics in dry-run mode.
fn dry(at: &At<'_>) -> Option<Regex> {
    let pattern = at.text("metricName")?;
    let regex = RegexBuilder::new(&pattern).size_limit(1 << 20).build().ok();
    if regex.is_none() {
        at.refuse_at("metricName", &format!("`{pattern}` is no pattern that can be used"));
    }
    regex
}

/// The `args` that have a value before the rollout runs. The hashes of the two pod templates become words that stand for the two
/// sides, and a field of the Rollout's metadata its value.
fn arguments(at: &At<'_>, around: &Around<'_, '_>) -> Arguments {
    let mut found = Arguments::new();
    for argument in at.items("args") {
        let Some(name) = argument.text("name") else { continue };
        if let Some(value) = argument.text("value") {
            found.insert(name, value);
            continue;
        }
        let Some(from) = argument.get("valueFrom") else { continue };
        if let Some(hash) = from.text("podTemplateHashValue") {
            let role = if hash == "Stable" { STABLE_HASH } else { LATEST_HASH };
            found.insert(name, role.to_owned());
        } else if let Some(secret) = from.get("secretKeyRef") {
            secret.ignore("a secret opens the provider, and changes no query's meaning");
        } else if let Some(field) = from.get("fieldRef").and_then(|at| at.text("fieldPath")) {
            found.extend(of_metadata(around, &field).map(|value| (name, value)));
        }
    }
    found
}

/// The value of a field of the Rollout's metadata: `metadata.name`, `metadata.labels['env']`.
fn of_metadata(around: &Around<'_, '_>, field: &str) -> Option<String> {
    let metadata = around.document.at.get("metadata")?;
    let rest = field.strip_prefix("metadata.")?;
    match rest.split_once("['").and_then(|(map, key)| Some((map, key.strip_suffix("']")?))) {
        Some((map, key)) => metadata.get(map)?.text(key),
        None => rest.split('.').try_fold(metadata, |at, key| at.get(key))?.as_text(),
    }
}
