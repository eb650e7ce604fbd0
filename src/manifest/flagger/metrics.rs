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

/// What a metric is measured by.
#[derive(Clone, Debug)]
enum Source {
    /// Its name, which is one of Flagger's own.
    Name,
    /// Its `query`.
    Query(String),
    /// The MetricTemplate of this name and namespace.
    Template(String, Option<String>),
}

/// The metrics that Flagger knows by their names.
const OWN: [&str; 2] = ["request-success-rate", "request-duration"];

/// What a metric is measured by: all of it counts (Flagger, `runBuiltinMetricChecks`, `runMetricChecks`).
fn sources(at: &At<'_>, name: &str) -> Vec<Source> {
    let mut found: Vec<Source> = OWN.contains(&name).then_some(Source::Name).into_iter().collect();
    found.extend(at.text("query").filter(|query| !query.is_empty()).map(Source::Query));
    let reference = at.get("templateRef").and_then(|at| Some((at.text("name")?, at.text("namespace"))));
    found.extend(reference.map(|(name, namespace)| Source::Template(name, namespace)));
    if found.len() > 1 {
        at.note(format!("metric \"{name}\": Flagger measures all that it is given, its name, its query and its template, and each counts"));
    }
    // Such a metric has no source, which is said where it is asked for.
    if found.is_empty() { vec![Source::Name] } else { found }
}

/// The checks of one metric: one for each bound of its range, of each of its sources.
fn check(at: &At<'_>, templates: &Templates<'_>, table: &Table, values: &Values) -> Vec<Check> {
    let name = at.text("name").unwrap_or_else(|| "metric".to_owned());
    sources(at, &name).into_iter().flat_map(|of| of_source(at, &name, of, templates, table, values)).collect()
}

fn of_source(
    at: &At<'_>,
    name: &str,
    source: Source,
    templates: &Templates<'_>,
    table: &Table,
    values: &Values,
) -> Vec<Check> {
    let own = matches!(source, Source::Name);
    // Flagger: the default window of a metric is 1 m.
    let over = at.span("interval").unwrap_or(Span::from_secs(60));
    let mapped = match mapped(at, name, over, source, templates, table, values) {
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
    say_notes(at, name, &mapped.notes);
    if mapped.unguarded {
        at.note(format!("metric \"{name}\": {EMPTY_UPSTREAM}; Flagger counts an empty answer as a failed check, and here it is 0"));
    }
    let (least, most) = bounds(at, name, own);
    let mut found = Vec::new();
    let result = if mapped.vector == Some(false) { "result" } else { "result[0]" };
    for (compare, number) in [(">=", least), ("<=", most)] {
        let Some(number) = number else { continue };
        let good = Condition::read(&format!("{result} {compare} {number}"));
        match good.map_err(NoLimits::Unlike).and_then(|good| limits(&mapped, Some(&good), None)) {
            Ok(limits) => {
                let name = if found.is_empty() { name.to_owned() } else { format!("{name}-too-much") };
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
    found
}

/// The least and the greatest value of a metric that is no failure; `own` where it is measured by its name.
fn bounds(at: &At<'_>, name: &str, own: bool) -> (Option<f64>, Option<f64>) {
    let success = own && name == OWN[0];
    let Some(range) = at.get("thresholdRange") else {
        if at.get("threshold").is_none() {
            // `threshold` is 0 where it is left out.
            at.not_applied(match success {
                true => "upstream its `threshold` is 0 then: any share passes, and only a missing value counts as failed; here it is left out",
                false => {
                    "upstream its `threshold` is 0 then: every value above 0 counts as failed, and the release is sent back; give it a \
                     `thresholdRange`; here it is left out"
                }
            });
            return (None, None);
        }
        let threshold = at.number("threshold");
        return if success { (threshold, None) } else { (None, threshold) };
    };
    range.mark();
    // A duration is compared in whole milliseconds (`time.Duration(*tr.Max) * time.Millisecond`).
    let whole = own && name == OWN[1];
    let end = |key: &str| {
        let given = range.number(key)?;
        if whole && given.fract() != 0.0 {
            range.note(format!("`{key}`: Flagger takes whole milliseconds, which is {}", given.trunc()));
            return Some(given.trunc());
        }
        Some(given)
    };
    let found = (end("min"), end("max"));
    if found == (None, None) {
        at.not_applied("without `min` and `max` any value passes, and only a missing one counts as failed upstream; here it is left out");
    }
    found
}

fn mapped(
    at: &At<'_>,
    name: &str,
    over: Span,
    source: Source,
    templates: &Templates<'_>,
    table: &Table,
    values: &Values,
) -> Result<Mapped, String> {
    let query = match &source {
        Source::Template(template, namespace) => {
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
            // `runMetricChecks` takes `interval` as it stands, and only the other sources have a default.
            if at.get("interval").is_none() && query.as_deref().is_some_and(fills_in_the_interval) {
                at.not_applied(format!(
                    "metric \"{name}\": without `interval` its place in the MetricTemplate is empty upstream, Prometheus refuses the query, and \
                     every check fails; here it is 1m"
                ));
            }
            query
        }
        Source::Query(query) => Some(query.clone()),
        Source::Name => None,
    };
    if let Some(found) = table.find(name, query.as_deref().unwrap_or_default()) {
        return Ok(found);
    }
    let Some(query) = query else {
        let built_in = of_flagger(name, over).ok_or_else(|| {
            "Flagger has no built-in metric of this name, so that every check of it fails upstream; name the metric in a table (--metrics)".to_owned()
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

/// Whether a query has a place for the metric's `interval`.
fn fills_in_the_interval(query: &str) -> bool {
    query
        .split("{{")
        .skip(1)
        .any(|part| part.split("}}").next().is_some_and(|word| word.trim_matches(['-', ' ']) == "interval"))
}
