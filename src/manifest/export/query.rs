//! Writes the lab's queries in PromQL and its limits as conditions of Argo Rollouts.

use crate::control::{Check, Limit, NoData};
use crate::engine::Span;
use crate::manifest::quantity::clean;
use crate::telemetry::{Metric, Query, Subject};

/// The query of a check in PromQL, or the candidate's result minus a factor times the baseline's. `None` for a comparison of
/// counts, which the lab makes per request.
pub(in crate::manifest) fn asked(check: &Check) -> Option<String> {
    let (Limit::AtMostBaseline { factor, .. } | Limit::AtLeastBaseline { factor }) = &check.pass else {
        return Some(promql(&check.query));
    };
    let counts = matches!(check.query.metric, Metric::RequestRate | Metric::Failures | Metric::Business(_));
    if counts || check.query.of != Subject::Candidate || check.fail.is_some() {
        return None;
    }
    let baseline = Query { of: check.against(), ..check.query.clone() };
    Some(format!("({}) - {factor} * ({})", promql(&check.query), promql(&baseline)))
}

/// A query in PromQL. The label `role` selects the release.
fn promql(query: &Query) -> String {
    let of = match &query.of {
        Subject::Candidate => "role=\"candidate\"".to_owned(),
        Subject::Baseline => "role=\"baseline\"".to_owned(),
        Subject::Control => "role=\"control\"".to_owned(),
        Subject::Target => "role=\"target\"".to_owned(),
        Subject::Service(name) => format!("role=\"service\",service=\"{}\"", name.replace(['"', '\\'], "")),
    };
    let part = [("zone", &query.zone), ("cohort", &query.cohort), ("kind", &query.kind)];
    let of = part
        .into_iter()
        .filter_map(|(label, name)| Some((label, name.as_deref()?)))
        .fold(of, |of, (label, name)| format!("{of},{label}=\"{}\"", name.replace(['"', '\\'], "")));
    let over = window(query.over);
    let last = |name: &str| format!("max(max_over_time(rollout_lab_{name}{{{of}}}[{over}]))");
    match &query.metric {
        Metric::RequestRate => format!("sum(rate(http_requests_total{{{of}}}[{over}]))"),
        // The share of failures of all requests: without its guard there is no answer before the first failure.
        Metric::Failures => {
            let all = promql(&Query { metric: Metric::RequestRate, ..query.clone() });
            let share = promql(&Query { metric: Metric::ErrorRatio, ..query.clone() });
            format!("{share} * {all}")
        }
        Metric::ErrorRatio => format!(
            // Without the guard the share has no answer before the first failure.
            "(sum(rate(http_requests_total{{{of},code=~\"5..\"}}[{over}])) or vector(0)) / sum(rate(http_requests_total{{{of}}}[{over}]))"
        ),
        Metric::Latency(quantile) => format!(
            "histogram_quantile({quantile}, sum(rate(http_request_duration_seconds_bucket{{{of}}}[{over}])) by (le))"
        ),
        Metric::Saturation => last("saturation"),
        Metric::QueueDepth => last("queue_depth"),
        Metric::Memory => last("memory"),
        Metric::ReadyInstances => last("ready_instances"),
        Metric::Restarts => format!("sum(increase(rollout_lab_restarts_total{{{of}}}[{over}]))"),
        Metric::Business(name) => {
            let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
            let name: String = name.chars().map(plain).collect();
            format!("sum(rate({name}_total{{{of}}}[{over}]))")
        }
    }
}

/// A window as PromQL writes it, in whole milliseconds.
fn window(over: Span) -> String {
    let millis = over.0 / 1_000_000;
    if millis.is_multiple_of(1_000) { format!("{}s", millis / 1_000) } else { format!("{millis}ms") }
}

/// The success condition and, if there is one, the failure condition; `None` for a statistical test, which a condition cannot
/// express.
pub(in crate::manifest) fn conditions(check: &Check) -> Option<(String, Option<String>)> {
    let pass = condition(&check.pass)?;
    let fail = match &check.fail {
        Some(fail) => Some(condition(fail)?),
        None => None,
    };
    // Both conditions are evaluated, and an element of nothing is an error in either (Argo Rollouts, `EvaluateResult`).
    let with_data = |condition: String| format!("len(result) > 0 && {condition}");
    let or_without = |condition: String| format!("len(result) == 0 || {condition}");
    let (pass, fail) = match check.no_data {
        NoData::Pass => (or_without(pass), fail.map(with_data)),
        NoData::Fail => (with_data(pass), fail.map(or_without)),
        NoData::Inconclusive if fail.is_some() => (with_data(pass), fail.map(with_data)),
        NoData::Error | NoData::Inconclusive => (pass, fail),
    };
    Some((pass, fail))
}

fn condition(limit: &Limit) -> Option<String> {
    match limit {
        Limit::Below(level) => Some(format!("result[0] < {}", clean(level.value()))),
        Limit::Above(level) => Some(format!("result[0] > {}", clean(level.value()))),
        Limit::AtMostBaseline { plus, .. } => Some(format!("result[0] <= {}", clean(plus.value()))),
        Limit::AtLeastBaseline { .. } => Some("result[0] >= 0".to_owned()),
        Limit::NotWorse(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Level, Share};
    use crate::manifest::argo::limits;
    use crate::manifest::condition::Condition;
    use crate::manifest::promql::{Names, mapped};

    #[test]
    fn what_no_data_counts_as_is_written_into_both_conditions() {
        let share = |percent| Level::Share(Share::percent(percent));
        let query = Query::new(Metric::ErrorRatio, Subject::Candidate);
        for no_data in [NoData::Pass, NoData::Fail, NoData::Inconclusive, NoData::Error] {
            for fail in [None, Some(Limit::Above(share(5.0)))] {
                let plain = Check::new("errors".to_owned(), query.clone(), Limit::Below(share(1.0)));
                let check = Check { fail, no_data, ..plain };
                let (pass, fail) = conditions(&check).unwrap();
                let [pass, fail] =
                    [Some(pass), fail].map(|text| text.map(|text| Condition::read(&text).unwrap()));
                let asked = mapped(&asked(&check).unwrap(), &Names::default()).unwrap();
                let found = limits(&asked, pass.as_ref(), fail.as_ref()).unwrap();
                // One condition alone cannot be inconclusive.
                let wanted = match (no_data, &check.fail) {
                    (NoData::Inconclusive, None) => NoData::Error,
                    (no_data, _) => no_data,
                };
                assert_eq!((found.pass.0, found.fail, found.no_data), (check.pass, check.fail, wanted));
            }
        }
    }
}
