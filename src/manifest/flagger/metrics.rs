//! Reads the metrics of a Flagger analysis: built-in ones, those of a MetricTemplate, and inline queries.

use super::Values;
use crate::control::{Check, NoData};
use crate::engine::Span;
use crate::manifest::argo::{EMPTY_UPSTREAM, NoLimits, limits, say_notes};
use crate::manifest::condition::Condition;
use crate::manifest::cursor::At;
use crate::manifest::parts::Templates;
use crate::manifest::promql::{self, Mapped, Names};
use crate::manifest::quantity::go_duration;
use crate::manifest::table::{Table, of_flagger};
use crate::telemetry::Metric;

/// The providers whose `request-duration` is a mean and not the 99th percentile (`pkg/metrics/observers`).
const MEANS: [&str; 2] = ["nginx", "skipper"];

/// The most checks that an analysis may have.
const MOST: usize = 50;

/// Reads `analysis.metrics`; `values` are filled into templates.
pub(super) fn checks(at: &At<'_>, templates: &Templates<'_>, table: &Table, values: &Values) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    for metric in at.items("metrics") {
        for mut check in check(&metric, templates, table, values) {
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
fn check(at: &At<'_>, templates: &Templates<'_>, table: &Table, values: &Values) -> Vec<Check> {
    let name = at.text("name").unwrap_or_else(|| "metric".to_owned());
    // Flagger: the default window of a metric is 1 m.
    let over = at.span("interval").unwrap_or(Span::from_secs(60));
    let mapped = match mapped(at, &name, over, templates, table, values) {
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
    say_notes(at, &name, &mapped.notes);
    if mapped.unguarded {
        at.note(format!("metric \"{name}\": {EMPTY_UPSTREAM}; Flagger counts an empty answer as a failed check, and here it is 0"));
    }
    let range = at.get("thresholdRange");
    let end = |key| range.as_ref().and_then(|at| at.number(key));
    let (mut least, mut most) = (end("min"), end("max"));
    if let Some(threshold) = at.number("threshold").filter(|_| range.is_none()) {
        *if name == "request-success-rate" { &mut least } else { &mut most } = Some(threshold);
    }
    let mut found = Vec::new();
    let result = if mapped.vector == Some(false) { "result" } else { "result[0]" };
    for (compare, number) in [(">=", least), ("<=", most)] {
        let Some(number) = number else { continue };
        let good = Condition::read(&format!("{result} {compare} {number}"));
        match good.map_err(NoLimits::Unlike).and_then(|good| limits(&mapped, Some(&good), None)) {
            Ok(limits) => {
                let name = if found.is_empty() { name.clone() } else { format!("{name}-too-much") };
                found.push(Check {
                    // Flagger: a missing value fails the check, as an error does here.
                    no_data: if limits.no_data == NoData::Pass { NoData::Pass } else { NoData::Error },
                    ..Check::new(name, mapped.query.clone(), limits.pass.0)
                });
            }
            Err(NoLimits::Unlike(why) | NoLimits::AlwaysError(_, why)) => {
                at.refuse(format!("metric \"{name}\": {why}"));
            }
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
    values: &Values,
) -> Result<Mapped, String> {
    let reference = at.get("templateRef").and_then(|at| Some((at.text("name")?, at.text("namespace"))));
    let query = match &reference {
        Some((template, namespace)) => {
            // Flagger (`scheduler_metrics.go`): without a namespace it is the Canary's.
            let namespace = namespace.as_deref().or(values.namespace.as_deref());
            let template = templates.find("MetricTemplate", template, namespace)?;
            template.mark();
            let provider = template.get("provider").and_then(|at| at.text("type"));
            let query = template.text("query");
            let known = table.find(name, query.as_deref().unwrap_or_default()).is_some();
            if let Some(other) = provider.filter(|of| of != "prometheus" && !known) {
                return Err(format!(
                    "its provider is {other}, and only Prometheus is read; say in a table (--metrics) what the metric measures"
                ));
            }
            query
        }
        None => at.text("query"),
    };
    if let Some(found) = table.find(name, query.as_deref().unwrap_or_default()) {
        return Ok(found);
    }
    let Some(query) = query else {
        let built_in = of_flagger(name, over).ok_or_else(|| {
            "Flagger has no built-in metric of this name; name the metric in a table (--metrics)".to_owned()
        })?;
        let is_mean = values.provider.as_deref().is_some_and(|provider| MEANS.contains(&provider));
        let is_latency = matches!(built_in.query.metric, Metric::Latency(_));
        return Ok(if is_mean && is_latency { promql::as_mean(built_in) } else { built_in });
    };
    let variables = at.get("templateVariables");
    let value = |word: &str| match word {
        "name" => Some(values.name.clone()),
        "namespace" => Some(values.space().to_owned()),
        "target" => Some(values.target.clone()),
        "service" => Some(values.service.clone()),
        "ingress" => Some(values.ingress.clone()),
        "route" => Some(values.route.clone()),
        "interval" => Some(go_duration(over)),
        other => variables.as_ref()?.text(other.strip_prefix("variables.")?),
    };
    // The target is the canary's workload; the baseline's is called TARGET-primary, and each has a service of its own.
    // A gateway's routes have the route's name before it.
    let (target, route) = (values.target.to_lowercase(), values.route.to_lowercase());
    let names = Names {
        candidate: vec![target.clone(), format!("{target}-canary")],
        baseline: vec![format!("{target}-primary")],
        // Gloo's upstreams have the namespace before them.
        routes: ["canary", "primary"].map(|side| {
            let upstream = format!("{}-{target}-{side}upstream", values.space().to_lowercase());
            vec![format!("{route}-{target}-{side}"), upstream]
        }),
        namespace: Some(values.space().to_lowercase()),
        ..Names::default()
    };
    promql::mapped(&crate::manifest::template::query(&query, value), &names)
}
