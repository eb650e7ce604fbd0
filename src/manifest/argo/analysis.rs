//! Reads the analyses of a Rollout: their templates and arguments.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};

use super::around::Around;
use super::check::{Fill, Made, check};
use crate::control::Analysis;
use crate::manifest::cursor::At;
use crate::manifest::promql::{LATEST_HASH, STABLE_HASH};
use crate::manifest::template::{filled, query};

/// The most checks that one analysis may have.
const MOST: usize = 50;

/// Arguments of an analysis, by name.
pub type Arguments = BTreeMap<String, String>;

/// The analysis that `at` describes: `templates` (an experiment's `analyses`) with `args`. `None` when nothing of it can be
/// measured.
pub(super) fn analysis(at: &At<'_>, around: &Around<'_, '_>, background: bool) -> Option<Analysis> {
    let given = arguments(at, around);
    let mut checks = Vec::new();
    let of_experiment = at.items("analyses");
    let mut named = if of_experiment.is_empty() { at.items("templates") } else { of_experiment };
    named.extend(at.get("templateName").map(|_| at.clone()));
    for reference in &named {
        reference.flag("clusterScope");
        reference.flag("requiredForCompletion");
        reference.text("name");
        let name = reference.text("templateName")?;
        let Some(template) = around.templates.get(&name) else {
            if let Some(at) = reference.get("templateName") {
                at.refuse(format!(
                    "there is no AnalysisTemplate \"{name}\" in this file; put it in, after a line of `---`"
                ));
            }
            continue;
        };
        template.mark();
        let mut arguments = self::arguments(template, around);
        arguments.extend(given.clone());
        arguments.extend(self::arguments(reference, around));
        let dry: Vec<Regex> =
            template.items("dryRun").iter().chain(&at.items("dryRun")).filter_map(dry).collect();
        for metric in template.items("metrics") {
            let value = |name: &str| arguments.get(name).cloned();
            let fill = Fill { text: &|text| filled(text, value), query: &|text| query(text, value) };
            if checks.len() == MOST {
                at.wrong("an analysis of at most 50 metrics");
                return None;
            }
            if let Some(Made { mut check, count_as_step }) = check(&metric, fill, around) {
                if !background {
                    check.count = count_as_step;
                }
                check.dry_run = dry.iter().any(|dry| dry.is_match(&check.name));
                while checks.iter().any(|other: &crate::control::Check| other.name == check.name) {
                    check.name = format!("{name}-{}", check.name);
                }
                checks.push(check);
            }
        }
    }
    if checks.is_empty() {
        at.refuse("none of its metrics could be read, so nothing can be judged");
        return None;
    }
    Some(Analysis { checks, lasts: None, from_step: 0, on_failure: Default::default() })
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
