//! What a query's labels, groups and names say beside its shape.

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{Expr, LabelModifier, VectorSelector};

use super::side_of;
use crate::telemetry::Metric;

/// Codes of failures, by which a pattern is tried out.
const FAILURES: [&str; 6] = ["500", "501", "502", "503", "504", "520"];
/// Codes of requests that were refused for their sender's fault.
const REFUSALS: [&str; 6] = ["400", "401", "403", "404", "422", "429"];

/// What is said of a matcher of a status that keeps some failures only, or also what is no failure here.
pub(super) fn of_status(matcher: &Matcher) -> Option<String> {
    side_of(matcher)?;
    if !matcher.value.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let pattern = regex::Regex::new(&format!("^(?:{})$", matcher.value)).ok();
    let keeps = |code: &&str| match matcher.op {
        MatchOp::Equal => matcher.value == **code,
        MatchOp::NotEqual => matcher.value != **code,
        MatchOp::Re(_) => pattern.as_ref().is_some_and(|pattern| pattern.is_match(code)),
        MatchOp::NotRe(_) => pattern.as_ref().is_some_and(|pattern| !pattern.is_match(code)),
    };
    let kept = FAILURES.iter().filter(|code| keeps(code)).count();
    let shown = super::subject::shown(matcher);
    if kept > 0 && kept < FAILURES.len() {
        return Some(format!(
            "not applied: `{shown}` is about some failures; here all failures are counted alike"
        ));
    }
    let refused = REFUSALS.iter().any(&keeps);
    (refused && kept > 0 && !keeps(&"200")).then(|| {
        format!(
            "`{shown}` counts refusals (4xx) as well; here requests succeed or fail, and nobody is refused so"
        )
    })
}

/// What is said of a query that answers with one value for each group, where the groups are not fixed by its labels.
pub(super) fn grouped(expr: &Expr, labels: &[Matcher]) -> Option<String> {
    let mut groups = Vec::new();
    groups_of(expr, &mut groups);
    let is_fixed = |label: &str| {
        label == "le"
            || labels.iter().any(|matcher| matcher.name == label && matches!(matcher.op, MatchOp::Equal))
    };
    groups.retain(|label| !is_fixed(label));
    let first = groups.first()?;
    Some(format!(
        "not applied: it answers with one value for each `{first}`; here it is one value for all of them together, in which a single bad \
         one is thinned out"
    ))
}

/// The labels by which the aggregations of an expression group.
fn groups_of(expr: &Expr, found: &mut Vec<String>) {
    match expr {
        Expr::Paren(inside) => groups_of(&inside.expr, found),
        Expr::Aggregate(of) => {
            if let Some(LabelModifier::Include(labels)) = &of.modifier {
                found.extend(labels.labels.iter().cloned());
            }
            groups_of(&of.expr, found);
        }
        Expr::Binary(of) => {
            groups_of(&of.lhs, found);
            groups_of(&of.rhs, found);
        }
        Expr::Call(of) => of.args.args.iter().for_each(|argument| groups_of(argument, found)),
        Expr::Unary(of) => groups_of(&of.expr, found),
        _ => {}
    }
}

/// The quantile of a summary's series of latencies: `http_request_duration_seconds{quantile="0.99"}`.
pub(super) fn quantile(selector: &VectorSelector) -> Option<f64> {
    let name = selector.name.as_deref()?.to_lowercase();
    let matcher = selector.matchers.matchers.iter().find(|matcher| matcher.name == "quantile")?;
    let is_latency = ["duration", "latency", "time", "seconds"].iter().any(|word| name.contains(word));
    let number = matcher.value.parse::<f64>().ok().filter(|q| (0.0..=1.0).contains(q))?;
    (is_latency && matches!(matcher.op, MatchOp::Equal)).then_some(number)
}

/// The metric that a name stands for; `plain` where no label of the series is a status.
pub(super) fn of_name(name: &str, plain: bool) -> Option<Metric> {
    match name {
        "rollout_lab_saturation" => return Some(Metric::Saturation),
        "rollout_lab_queue_depth" => return Some(Metric::QueueDepth),
        "rollout_lab_memory" => return Some(Metric::Memory),
        "rollout_lab_ready_instances" | "kube_deployment_status_replicas_ready" => {
            return Some(Metric::ReadyInstances);
        }
        "rollout_lab_restarts_total" | "kube_pod_container_status_restarts_total" => {
            return Some(Metric::Restarts);
        }
        _ if !plain => return None,
        _ => {}
    }
    // A counter of requests, or the count of a histogram of them; not a sum of their durations, their sizes, or those in flight.
    let of_requests = name.contains("request") || name.ends_with("_rq_total");
    let counts = ["_sum", "_bucket", "_bytes_total", "_bytes", "_in_flight", "_seconds_total"];
    if of_requests && !counts.iter().any(|end| name.ends_with(end)) && !name.contains("in_flight") {
        return Some(Metric::RequestRate);
    }
    if of_requests {
        return None;
    }
    name.strip_suffix("_total").map(|business| Metric::Business(business.to_owned()))
}
