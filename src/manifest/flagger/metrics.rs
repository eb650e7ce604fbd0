//! Reads the metrics of a Flagger analysis: built-in ones, those of a MetricTemplate, and inline queries.

use crate::control::{Check, NoData};
use crate::engine::Span;
use crate::manifest::argo::limits;
use crate::manifest::condition::{Compare, Condition};
use crate::manifest::cursor::At;
use crate::manifest::parts::Templates;
use crate::manifest::promql::{self, Mapped, Names};
use crate::manifest::quantity::go_duration;
use crate::manifest::table::{Table, of_flagger};
use crate::manifest::template::filled;

/// The most checks that an analysis may have.
const MOST: usize = 50;

/// Reads `analysis.metrics`, of the workload `target`.
pub(super) fn checks(at: &At<'_>, templates: &Templates<'_>, table: &Table, target: &str) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    for metric in at.items("metrics") {
        for mut check in check(&metric, templates, table, target) {
            if checks.len() == MOST {
                metric.wrong("at most 50 checks");
                return checks;
            }
            while checks.iter().any(|other| other.name == check.name) {
                check.name.push_str("-again");
            }
            checks.push(check);
        }
    }
    checks
}

/// The checks of one metric: one for each bound of its range.
fn check(at: &At<'_>, templates: &Templates<'_>, table: &Table, target: &str) -> Vec<Check> {
    let name = at.text("name").unwrap_or_else(|| "metric".to_owned());
    // Flagger: the default window of a metric is 1 m.
    let over = at.span("interval").unwrap_or(Span::from_secs(60));
    let mapped = match mapped(at, &name, over, templates, table, target) {
        Ok(mapped) => mapped,
        Err(why) => {
            at.refuse(format!("metric \"{name}\": {why}"));
            return Vec::new();
        }
    };
    if mapped.unsaid {
        at.note(format!(
            "metric \"{name}\" does not tell the candidate from the baseline: it measures both together"
        ));
    }
    let range = at.get("thresholdRange");
    let end = |key| range.as_ref().and_then(|at| at.number(key));
    let (mut least, mut most) = (end("min"), end("max"));
    if let Some(threshold) = at.number("threshold").filter(|_| range.is_none()) {
        *if name == "request-success-rate" { &mut least } else { &mut most } = Some(threshold);
    }
    let mut found = Vec::new();
    for (compare, number) in [(Compare::AtLeast, least), (Compare::AtMost, most)] {
        let Some(number) = number else { continue };
        let good = Condition { compare, number, without_data: None };
        match limits(&mapped, Some(good), None) {
            Ok(limits) => {
                let name = if found.is_empty() { name.clone() } else { format!("{name}-too-much") };
                found.push(Check {
                    // Flagger: a missing value fails the check, as an error does here.
                    no_data: if limits.no_data == NoData::Pass { NoData::Pass } else { NoData::Error },
                    ..Check::new(name, mapped.query.clone(), limits.pass)
                });
            }
            Err(why) => at.refuse(format!("metric \"{name}\": {why}")),
        }
    }
    if found.is_empty() {
        at.refuse(format!("metric \"{name}\" has no `thresholdRange` that could be read"));
    }
    found
}

fn mapped(
    at: &At<'_>,
    name: &str,
    over: Span,
    templates: &Templates<'_>,
    table: &Table,
    target: &str,
) -> Result<Mapped, String> {
    let reference = at.get("templateRef").and_then(|at| {
        at.text("namespace");
        at.text("name")
    });
    let query = match &reference {
        Some(template) => {
            let template = templates.get(template).ok_or_else(|| {
                format!(
                    "there is no MetricTemplate \"{template}\" in this file; put it in, after a line of `---`"
                )
            })?;
            template.mark();
            if let Some(provider) = template.get("provider") {
                provider.text("type");
            }
            template.text("query")
        }
        None => at.text("query"),
    };
    if let Some(found) = table.find(name, query.as_deref().unwrap_or_default()) {
        return Ok(found);
    }
    let Some(query) = query else {
        return of_flagger(name, over).ok_or_else(|| {
            "Flagger has no built-in metric of this name; name the metric in a table (--metrics)".to_owned()
        });
    };
    // In Flagger the target is the canary's workload, and the baseline's is called TARGET-primary.
    let target = format!("{target}-canary");
    let value = |name: &str| match name {
        "target" | "service" | "ingress" => Some(target.clone()),
        "interval" => Some(go_duration(over)),
        "namespace" => Some("default".to_owned()),
        _ => None,
    };
    promql::mapped(&filled(&query, value).replace("-canary-primary", "-primary"), &Names::default())
}
