//! Reads one metric of an analysis template: its query, its interval, and its conditions.

use super::around::Around;
use crate::control::analysis::assess::effective_count;
use crate::control::{Check, Limit, NoData};
use crate::engine::{Level, Share, Span};
use crate::manifest::condition::{Compare, Condition, condition};
use crate::manifest::cursor::At;
use crate::manifest::promql::{self, Mapped, Names};
use crate::manifest::quantity::{level, span};
use crate::telemetry::Metric;

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

/// Reads one of `spec.metrics`. What cannot be read is reported through `at`.
pub(super) fn check(at: &At<'_>, fill: Fill<'_>, around: &Around<'_, '_>) -> Option<Check> {
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
    let condition_of = |key| {
        let at: At<'_> = at.get(key)?;
        let text = fill(&at.as_text()?);
        Some((at, condition(&text)))
    };
    let (mut conditions, mut refused) = ([None, None], false);
    for (slot, key) in conditions.iter_mut().zip(["successCondition", "failureCondition"]) {
        match condition_of(key) {
            Some((at, Err(why))) => {
                at.refuse(format!("{why}; the metric \"{name}\" is left out"));
                refused = true;
            }
            Some((_, Ok(condition))) => *slot = Some(condition),
            None => {}
        }
    }
    if refused {
        at.node.read_all();
        return None;
    }
    let limits = match limits(&mapped, conditions[0], conditions[1]) {
        Ok(limits) => limits,
        Err(why) => {
            at.refuse(format!("metric \"{name}\": {why}"));
            return None;
        }
    };
    for (condition, key) in conditions.iter().zip(["successCondition", "failureCondition"]) {
        let Some(condition) = condition else { continue };
        // Argo Rollouts (`utils/evaluate`): a list cannot be compared with a number, nor a number indexed; each measurement
        // is an error, and the fifth in a row ends the analysis, whatever the release.
        let wrong = match (mapped.vector, condition.of_list) {
            (Some(true), false) => "the query answers with a list, so compare `result[0]`",
            (Some(false), true) => "the query answers with one number, so compare `result`",
            _ => continue,
        };
        if let Some(at) = at.get(key) {
            at.problem(format!("{}: {wrong}; as it is, each measurement is an error upstream", at.path));
        }
        return None;
    }
    let answered = |condition: &Condition| condition.without_data.is_some();
    if mapped.unguarded && !conditions.iter().flatten().any(answered) {
        at.note(format!("metric \"{name}\": {EMPTY_UPSTREAM}; here it is 0 from the start"));
    }
    if let Some(note) = &limits.note {
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
    let plain = Check::new(name, mapped.query, limits.pass);
    Some(Check {
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
    })
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

/// The limits of a check in the lab's terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// The limit to pass.
    pub pass: Limit,
    /// The limit to fail, when it is not the opposite of the limit to pass.
    pub fail: Option<Limit>,
    /// The result without data.
    pub no_data: NoData,
    /// A note about how the conditions were read.
    pub note: Option<String>,
}

/// Limits on the lab's metric that are equivalent to conditions on the query's result.
///
/// # Errors
/// Why there are none.
pub fn limits(
    mapped: &Mapped,
    success: Option<Condition>,
    failure: Option<Condition>,
) -> Result<Limits, String> {
    if mapped.baseline.is_some() && failure.is_some() {
        return Err("a comparison with the baseline needs a `successCondition` alone".to_owned());
    }
    let drops = |condition: &Condition| condition.needs_no_sign;
    if mapped.baseline.is_some() && success.iter().chain(&failure).any(drops) {
        return Err(
            "a difference to the baseline may be below 0, so its two comparisons cannot be one limit"
                .to_owned(),
        );
    }
    let on_metric = |condition: Condition| limit(mapped, condition);
    let (pass, fail) = match (success, failure) {
        (None, None) => return Err("without a condition it always passes".to_owned()),
        (Some(success), None) => (on_metric(success)?, None),
        (None, Some(failure)) => (opposite(&on_metric(failure)?), None),
        (Some(success), Some(failure)) => {
            let (pass, fail) = (on_metric(success)?, on_metric(failure)?);
            let rest = opposite(&pass) == fail;
            (pass, (!rest).then_some(fail))
        }
    };
    let answer = mapped.without_data;
    let good = success.and_then(|c| answer.map(|value| c.compare.holds(value, c.number)).or(c.without_data));
    let bad = failure.and_then(|c| answer.map(|value| c.compare.holds(value, c.number)).or(c.without_data));
    let no_data = match (good, bad) {
        (_, Some(true)) | (Some(false), None) => NoData::Fail,
        (Some(true), _) | (None, Some(false)) => NoData::Pass,
        (Some(false), Some(false)) => NoData::Inconclusive,
        (None, None) => NoData::Error,
    };
    let shared = [success, failure].into_iter().flatten().find(|c| !is_exact(mapped, *c));
    let note = shared.map(|c| format!("at exactly {} the lab takes the stricter side", c.number));
    Ok(Limits { pass, fail, no_data, note })
}

fn is_count(metric: &Metric) -> bool {
    matches!(metric, Metric::Restarts | Metric::QueueDepth | Metric::ReadyInstances)
}

/// Whether the limit equals the condition exactly, or differs by one value.
fn is_exact(mapped: &Mapped, condition: Condition) -> bool {
    if mapped.baseline.is_some() {
        return true;
    }
    let strict = matches!(condition.compare, Compare::Less | Compare::Greater);
    let bound = (condition.number - mapped.b) / mapped.a;
    strict || is_count(&mapped.query.metric) || bound.abs() < 1e-9
}

fn limit(mapped: &Mapped, condition: Condition) -> Result<Limit, String> {
    let metric = &mapped.query.metric;
    let bound = (condition.number - mapped.b) / mapped.a;
    let compare = if mapped.a < 0.0 { condition.compare.mirrored() } else { condition.compare };
    if !bound.is_finite() || bound < -1e-9 {
        return Err(format!("the limit {} is outside of the possible values", condition.number));
    }
    let bound = bound.max(0.0);
    if let Some(factor) = mapped.baseline {
        let nothing = bound < 1e-9;
        let plus = if nothing { Level::Number(0.0) } else { level(metric, bound) };
        return match compare {
            Compare::Less | Compare::AtMost => Ok(Limit::AtMostBaseline { factor, plus }),
            Compare::Greater | Compare::AtLeast if nothing => Ok(Limit::AtLeastBaseline { factor }),
            Compare::Greater | Compare::AtLeast | Compare::Equal => {
                Err("a limit cannot say that the candidate has to lie above the baseline".to_owned())
            }
        };
    }
    // Limits are strict: a count of at most 2 is a count below 3, and at most 0 is below the smallest value above 0.
    Ok(match compare {
        Compare::Less => Limit::Below(level(metric, bound)),
        Compare::Greater => Limit::Above(level(metric, bound)),
        Compare::AtMost | Compare::Equal
            if is_count(metric) && (bound == 0.0 || compare == Compare::AtMost) =>
        {
            Limit::Below(Level::Number(bound.floor() + 1.0))
        }
        Compare::AtLeast if is_count(metric) && bound >= 1.0 => {
            Limit::Above(Level::Number(bound.ceil() - 1.0))
        }
        Compare::AtMost | Compare::Equal if bound < 1e-9 => Limit::Below(least(metric)),
        Compare::AtMost => Limit::Below(level(metric, bound)),
        Compare::AtLeast => Limit::Above(level(metric, bound)),
        Compare::Equal => {
            return Err("an exact number cannot be a limit".to_owned());
        }
    })
}

/// The smallest value above 0 that can be written.
fn least(metric: &Metric) -> Level {
    match level(metric, 0.0) {
        Level::Share(_) => Level::Share(Share::percent(0.000_001)),
        Level::Span(_) => Level::Span(Span(1)),
        Level::Rate(_) => Level::Rate(crate::engine::Rate::per_second(1e-9)),
        Level::Number(_) => Level::Number(1e-9),
    }
}

fn opposite(limit: &Limit) -> Limit {
    match limit {
        Limit::Below(level) => Limit::Above(*level),
        Limit::Above(level) => Limit::Below(*level),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, success: &str, failure: &str) -> Result<Limits, String> {
        let parsed = |text: &str| (!text.is_empty()).then(|| condition(text).unwrap());
        limits(&promql::mapped(query, &Names::default()).unwrap(), parsed(success), parsed(failure))
    }

    const GOOD: &str = "sum(rate(r_requests{code!~\"5..\"}[1m])) / sum(rate(r_requests[1m]))";
    const SLOW: &str = "histogram_quantile(0.99, sum(rate(d_milliseconds_bucket[1m])) by (le))";

    fn share(percent: f64) -> Level {
        Level::Share(Share::percent(percent))
    }

    #[test]
    fn a_success_ratio_of_95_percent_is_an_error_ratio_below_5() {
        let limits = read(GOOD, "result[0] >= 0.95", "").unwrap();
        assert_eq!(
            (limits.pass, limits.fail, limits.no_data),
            (Limit::Below(share(5.0)), None, NoData::Error)
        );
        let only_failure = read(GOOD, "", "result[0] < 0.95").unwrap();
        assert_eq!(only_failure.pass, Limit::Below(share(5.0)));
        let both = read(GOOD, "result[0] >= 0.95", "result[0] < 0.9").unwrap();
        assert_eq!(both.fail, Some(Limit::Above(share(10.0))));
        let complements = read(GOOD, "result[0] >= 0.95", "result[0] < 0.95").unwrap();
        assert_eq!(complements.fail, None);
        let nothing = read(GOOD, "result[0] >= 1", "").unwrap();
        assert_eq!(nothing.pass, Limit::Below(share(0.000_001)));
    }

    #[test]
    fn a_difference_to_the_baseline_is_a_limit_by_it() {
        let of = |role: &str| {
            format!(
                "sum(rate(r_requests{{role=\"{role}\",code=~\"5..\"}}[1m])) / sum(rate(r_requests{{role=\"{role}\"}}[1m]))"
            )
        };
        let query = format!("({}) - 1.5 * ({})", of("candidate"), of("baseline"));
        let limits = read(&query, "result[0] <= 0.01", "").unwrap();
        assert_eq!(limits.pass, Limit::AtMostBaseline { factor: 1.5, plus: share(1.0) });
        assert_eq!(read(&query, "result[0] >= 0", "").unwrap().pass, Limit::AtLeastBaseline { factor: 1.5 });
        assert!(read(&query, "", "result[0] > 0.01").is_err());
        assert!(read(&query, "result[0] > 0.01", "").is_err());
        let other_way = format!("({}) - ({})", of("baseline"), of("candidate"));
        assert!(promql::mapped(&other_way, &Names::default()).is_err());
    }

    #[test]
    fn milliseconds_become_spans() {
        let limits = read(SLOW, "result[0] < 500", "").unwrap();
        assert_eq!(limits.pass, Limit::Below(Level::Span(Span::from_millis(500))));
    }

    #[test]
    fn what_no_data_counts_as_follows_from_the_conditions() {
        for (success, failure, no_data) in [
            ("len(result) == 0 || result[0] > 0.9", "", NoData::Pass),
            ("len(result) > 0 && result[0] > 0.9", "", NoData::Fail),
            ("result[0] > 0.9", "isNaN(result[0]) || result[0] < 0.5", NoData::Fail),
        ] {
            assert_eq!(read(GOOD, success, failure).unwrap().no_data, no_data, "{success} {failure}");
        }
        assert_eq!(
            read(&format!("{GOOD} or vector(1)"), "result[0] > 0.9", "").unwrap().no_data,
            NoData::Pass
        );
    }

    #[test]
    fn a_limit_that_is_none_is_refused() {
        assert!(read(GOOD, "", "").is_err());
        assert!(read(GOOD, "result[0] >= 95", "").is_err());
        assert!(read(SLOW, "result[0] == 5", "").is_err());
    }
}
