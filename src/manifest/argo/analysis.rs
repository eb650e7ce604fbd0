//! Reads the analyses of a Rollout: their templates and arguments.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};

use super::around::Around;
use super::check::{Made, check};
use crate::control::Analysis;
use crate::manifest::cursor::At;
use crate::manifest::template::filled;

/// The most checks that one analysis may have.
const MOST: usize = 50;

/// Arguments of an analysis, by name.
pub type Arguments = BTreeMap<String, String>;

/// The analysis that `at` describes: `templates` (an experiment's `analyses`) with `args`. `None` when nothing of it can be
/// measured.
pub(super) fn analysis(at: &At<'_>, around: &Around<'_, '_>, background: bool) -> Option<Analysis> {
    let given = arguments(at);
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
        let mut arguments = self::arguments(template);
        arguments.extend(given.clone());
        arguments.extend(self::arguments(reference));
        let dry: Vec<Regex> =
            template.items("dryRun").iter().chain(&at.items("dryRun")).filter_map(dry).collect();
        for metric in template.items("metrics") {
            let fill = |text: &str| filled(text, |name| arguments.get(name).cloned());
            if checks.len() == MOST {
                at.wrong("an analysis of at most 50 metrics");
                return None;
            }
            if let Some(Made { mut check, count_as_step }) = check(&metric, &fill, around) {
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

/// The `args` that have a value. The hashes of the two pod templates become the names of their roles.
fn arguments(at: &At<'_>) -> Arguments {
    let mut found = Arguments::new();
    for argument in at.items("args") {
        let Some(name) = argument.text("name") else { continue };
        if let Some(value) = argument.text("value") {
            found.insert(name, value);
        } else if let Some(hash) = argument.get("valueFrom").and_then(|at| at.text("podTemplateHashValue")) {
            let role = if hash == "Stable" { "stable" } else { "canary" };
            found.insert(name, role.to_owned());
        }
    }
    found
}
