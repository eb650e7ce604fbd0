//! What a query's labels, groups and names say beside its shape.

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{Expr, LabelModifier, VectorSelector};

use super::expr::{bare, number};
use super::unlike::parts;
use crate::telemetry::Metric;

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

/// What is said of a query whose series are not added up, or not by a sum.
pub(super) fn each_series(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Aggregate(of) => match of.op.to_string().as_str() {
            "sum" => None,
            name => Some(format!(
                "not applied: `{name}` is about each series by itself; here it is one value for all of them together"
            )),
        },
        Expr::VectorSelector(_) | Expr::MatrixSelector(_) => Some(
            "without `sum` it answers with one value for each series, of which `result[0]` is the first; here it is one value for all \
             of them together"
                .to_owned(),
        ),
        _ => parts(expr).into_iter().find_map(each_series),
    }
}

/// What is said of a denominator that is never below a number.
pub(super) fn least(whole: &Expr) -> Option<String> {
    let Expr::Call(call) = bare(whole) else { return None };
    let least = call.args.args.get(1).and_then(|at| number(at)).filter(|_| call.func.name == "clamp_min")?;
    Some(format!(
        "not applied: with fewer than {least} requests a second `clamp_min` makes the share smaller; here it is of the requests that came"
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

/// Whether a name is that of a counter of requests, or of the count of a histogram of them; not of a sum of their durations, of their
/// sizes, or of those in flight.
pub(super) fn is_of_requests(name: &str) -> bool {
    const OTHERS: [&str; 6] = ["_sum", "_bucket", "_bytes_total", "_bytes", "_in_flight", "_seconds_total"];
    let named = ["request", "_handled_", "_responses", "_calls"].iter().any(|word| name.contains(word));
    (named || name.ends_with("_rq_total") || name.ends_with("_rq") || name.ends_with("_rq_xx"))
        && !OTHERS.iter().any(|end| name.ends_with(end))
        && !name.contains("in_flight")
}

/// The name of the durations whose sum is divided by their number: `x_seconds_sum` by `x_seconds_count`, of the same requests.
pub(super) fn mean(part: &VectorSelector, whole: &VectorSelector) -> Option<String> {
    let stem = part.name.as_deref()?.strip_suffix("_sum")?;
    let is_time = ["duration", "latency", "time", "second", "_ms"].iter().any(|word| stem.contains(word));
    let same = whole.name.as_deref()?.strip_suffix("_count")? == stem
        && part.matchers.matchers == whole.matchers.matchers;
    (same && is_time).then(|| stem.to_owned())
}

/// The metric that a name stands for, where no label of its series is a status.
pub(super) fn of_name(name: &str) -> Option<Metric> {
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
        _ => {}
    }
    if is_of_requests(name) {
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        return match (has(&["error", "fail", "_5xx"]), has(&["success", "_2xx", "_ok"])) {
            (true, _) => Some(Metric::Failures),
            (false, true) => None,
            (false, false) => Some(Metric::RequestRate),
        };
    }
    if name.contains("request") {
        return None;
    }
    name.strip_suffix("_total").map(|business| Metric::Business(business.to_owned()))
}
