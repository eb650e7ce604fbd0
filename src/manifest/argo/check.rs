//! Reads one metric of an analysis template: its query, its interval, and its conditions.

use super::around::Around;
use super::limits::{NoLimits, limits};
use crate::control::analysis::assess::effective_count;
use crate::control::{Check, Limit, NoData};
use crate::manifest::condition::Condition;
use crate::manifest::cursor::At;
use crate::manifest::finding::RUN_ERRS;
use crate::manifest::promql::{self, Names};
use crate::manifest::quantity::span;

/// Fills in the arguments of a template.
#[derive(Clone, Copy)]
pub(super) struct Fill<'f> {
    /// In a text; names without a value stay.
    pub text: &'f dyn Fn(&str) -> String,
    /// In a query; names without a value become words that the parser takes.
    pub query: &'f dyn Fn(&str) -> String,
    /// The names of the two sides where the analysis stands.
    pub names: &'f Names,
}

/// Reads one of `spec.metrics`: one check, or two where it keeps its result between two limits. What cannot be read is reported
/// through `at`.
pub(super) fn checks(at: &At<'_>, fill: Fill<'_>, around: &Around<'_, '_>) -> Vec<Check> {
    let Some((check, second)) = read(at, fill, around) else { return Vec::new() };
    let too_much =
        second.map(|pass| Check { name: format!("{}-too-much", check.name), pass, ..check.clone() });
    [Some(check), too_much].into_iter().flatten().collect()
}

/// The check of a metric, and the second limit where it has two.
fn read(at: &At<'_>, fill: Fill<'_>, around: &Around<'_, '_>) -> Option<(Check, Option<Limit>)> {
    let name = at.text("name").unwrap_or_else(|| "metric".to_owned());
    let prometheus = at.dig(&["provider", "prometheus"]);
    let query = prometheus.as_ref().and_then(|at| at.text("query"));
    if let Some(at) = prometheus.as_ref().and_then(|at| at.get("rangeQuery")) {
        at.refuse("upstream the condition sees every point of that time at once; here the newest alone");
    }
    let query = query.map(|query| (fill.query)(&query));
    let (fill, names) = (fill.text, fill.names);
    let provider = at.get("provider").and_then(|at| at.entries().first().map(|(name, _)| (*name).to_owned()));
    let mapped = match around.table.find(&name, query.as_deref().unwrap_or_default()) {
        Some(mapped) => Ok(mapped),
        None => match &query {
            Some(query) => promql::mapped(query, names),
            None => Err(format!(
                "its provider is {}, and only Prometheus is read; say in a table (--metrics) what the metric measures",
                provider.as_deref().unwrap_or("not given")
            )),
        },
    };
    let mapped = match mapped {
        Ok(mapped) => mapped,
        Err(why) => {
            at.refuse(format!("metric \"{name}\": {why}"));
            return None;
        }
    };
    if mapped.unsaid {
        at.note(format!(
            "metric \"{name}\" does not tell the candidate from the baseline: it measures both together"
        ));
    }
    say_notes(at, &name, &mapped.notes);
    let mut conditions: [Option<Condition>; 2] = [None, None];
    for (slot, key) in conditions.iter_mut().zip(["successCondition", "failureCondition"]) {
        let Some(at_condition) = at.get(key) else { continue };
        match Condition::read(&fill(&at_condition.as_text()?)) {
            Ok(condition) => *slot = Some(condition),
            Err(why) => {
                at_condition.refuse(format!("{why}; the metric \"{name}\" is left out"));
                at.node.read_all();
                return None;
            }
        }
    }
    let providers: Vec<&str> =
        at.get("provider").map(|at| at.entries().iter().map(|(name, _)| *name).collect()).unwrap_or_default();
    if providers.len() > 1 {
        at.not_applied(format!(
            "metric \"{name}\": {RUN_ERRS}: it has the providers {}",
            providers.join(" and ")
        ));
    }
    let [success, failure] = &conditions;
    let limits = match limits(&mapped, success.as_ref(), failure.as_ref()) {
        Ok(limits) => limits,
        Err(NoLimits::Unlike(why)) => {
            at.refuse(format!("metric \"{name}\": {why}"));
            return None;
        }
        // Argo Rollouts (`utils/evaluate`): each measurement is an error, and the fifth in a row ends the analysis, whatever the
        // release.
        Err(NoLimits::AlwaysError(key, why)) => {
            if let Some(at) = at.get(key) {
                at.problem(format!("{}: {why}; as it is, each measurement is an error upstream", at.path));
            }
            return None;
        }
    };
    if mapped.unguarded && limits.no_data == NoData::Error {
        at.note(format!("metric \"{name}\": {EMPTY_UPSTREAM}; here it is 0 from the start"));
    }
    for note in &limits.notes {
        at.note(format!("metric \"{name}\": {note}"));
    }
    let whole = |key, least: i64| {
        let at: At<'_> = at.get(key)?;
        let text = fill(&at.as_text()?);
        let number = text.parse().ok().filter(|number| (least..=i64::from(i32::MAX)).contains(number));
        if number.is_none() {
            at.refuse(format!("`{text}` is no whole number, {least} or more"));
        }
        number
    };
    let lasting = |key| {
        let at: At<'_> = at.get(key)?;
        let text = fill(&at.as_text()?);
        let found = span(&text);
        if found.is_none() {
            at.refuse(format!("`{text}` is no duration"));
        }
        found
    };
    let interval = lasting("interval");
    let count = whole("count", 0).filter(|count| *count > 0).map(|count| count as u32);
    let (pass, second) = limits.pass;
    let plain = Check::new(name, mapped.query, pass);
    let check = Check {
        fail: limits.fail,
        interval: interval.unwrap_or(plain.interval),
        initial_delay: lasting("initialDelay").unwrap_or(plain.initial_delay),
        // Argo Rollouts (`EffectiveCount`): without an interval and a count it is measured once.
        count: effective_count(count, interval.is_some()),
        failure_limit: whole("failureLimit", -1).unwrap_or(0) as i32,
        inconclusive_limit: whole("inconclusiveLimit", 0).unwrap_or(0) as u32,
        consecutive_error_limit: whole("consecutiveErrorLimit", 0).unwrap_or(4) as u32,
        consecutive_success_limit: whole("consecutiveSuccessLimit", 0).unwrap_or(0) as u32,
        no_data: limits.no_data,
        ..plain
    };
    if let Some(why) = invalid(&check, interval.is_some(), count) {
        at.not_applied(format!("metric \"{}\": {RUN_ERRS}: {why}", check.name));
    }
    Some((check, second))
}

/// What is wrong with the numbers of a metric (`ValidateMetric` in `utils/analysis/factory.go`).
fn invalid(check: &Check, has_interval: bool, count: Option<u32>) -> Option<String> {
    let (failures, successes) = (check.failure_limit, i64::from(check.consecutive_success_limit));
    if failures < 0 && successes == 0 {
        return Some("`failureLimit: -1` needs a `consecutiveSuccessLimit`".to_owned());
    }
    let count = i64::from(count?);
    if count > 1 && !has_interval {
        return Some(format!("`count: {count}` needs an `interval`"));
    }
    let least = successes + i64::from(failures.max(0));
    if count < least {
        return Some(format!(
            "found `count: {count}`; allowed is failureLimit + consecutiveSuccessLimit, {least}, or more"
        ));
    }
    let inconclusive = i64::from(check.inconclusive_limit);
    (count < inconclusive)
        .then(|| format!("found `count: {count}`; allowed is inconclusiveLimit, {inconclusive}, or more"))
}

/// What a share of failures is before the first failure, where a series is made at the first response with its code (Istio,
/// Envoy, NGINX): PromQL divides nothing by something and gets nothing; Argo Rollouts, docs/features/analysis.md ("empty array").
pub(in crate::manifest) const EMPTY_UPSTREAM: &str = "before the first failure its numerator has no series where monitoring makes \
    one at the first response with a code, so that the answer is empty: an error, and five in a row end the analysis; write \
    `(.. or vector(0))` around the numerator, or `len(result) == 0 || ..`";

/// Says the remarks on how a metric's query was read.
pub(in crate::manifest) fn say_notes(at: &At<'_>, name: &str, notes: &[String]) {
    for note in notes {
        match note.strip_prefix("not applied: ") {
            Some(rest) => at.not_applied(format!("metric \"{name}\": {rest}")),
            None => at.note(format!("metric \"{name}\": {note}")),
        }
    }
}
