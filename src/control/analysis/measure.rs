//! One measurement of a check: the query, the answer, its verdict, and the sentence that reports it.

use std::fmt;

use super::assess::Verdict;
use super::test_result::TestResult;
use crate::control::{Check, Limit, NoData};
use crate::engine::{Level, Share, Span, Time};
use crate::telemetry::{Metric, Query, Store, Subject};

/// One measurement.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::control) struct Measurement {
    /// Its verdict.
    pub verdict: Verdict,
    /// The answer; `None` is no data.
    pub value: Option<f64>,
    /// The baseline's answer, when it was asked for.
    pub baseline: Option<f64>,
    /// Requests in the window, when they were too few.
    pub too_few: Option<u64>,
    /// The result of a statistical test.
    pub found: Option<TestResult>,
}

/// Measures `check` at `now`.
pub(in crate::control) fn measure(check: &Check, metrics: &Store, now: Time) -> Measurement {
    let query = &check.query;
    let mut seen =
        Measurement { verdict: Verdict::Error, value: answer(check, query, metrics, now), ..SILENT };
    if check.min_requests > 0 && (seen.value.is_some() || matches!(check.pass, Limit::NotWorse(_))) {
        let requests = metrics.requests_of(query, now).unwrap_or(0);
        if requests < check.min_requests {
            seen.too_few = Some(requests);
        }
    }
    if let Limit::NotWorse(test) = &check.pass {
        seen.found = test.look(query, &check.against(), metrics, now);
    }
    if against_baseline(check) {
        let same = Query { of: check.against(), ..query.clone() };
        seen.baseline = answer(check, &same, metrics, now);
    }
    seen.verdict = judged(check, &seen);
    seen
}

const SILENT: Measurement =
    Measurement { verdict: Verdict::Error, value: None, baseline: None, too_few: None, found: None };

fn answer(check: &Check, query: &Query, metrics: &Store, now: Time) -> Option<f64> {
    let value = metrics.ask(query, now).filter(|value| value.is_finite())?;
    let per_request =
        against_baseline(check) && matches!(query.metric, Metric::Business(_) | Metric::Failures);
    if !per_request {
        return Some(value);
    }
    let rate = Query { metric: Metric::RequestRate, ..query.clone() };
    let requests = metrics.ask(&rate, now).filter(|rate| *rate > 0.0)?;
    Some(value / requests)
}

impl Check {
    /// The side that limits relative to the baseline compare with.
    pub fn against(&self) -> Subject {
        self.against.clone().unwrap_or(Subject::Baseline)
    }
}

fn against_baseline(check: &Check) -> bool {
    [Some(&check.pass), check.fail.as_ref()]
        .into_iter()
        .flatten()
        .any(|limit| matches!(limit, Limit::AtMostBaseline { .. } | Limit::AtLeastBaseline { .. }))
}

fn judged(check: &Check, seen: &Measurement) -> Verdict {
    let holds = |limit: &Limit| limit.holds(seen.value?, seen.baseline);
    if seen.too_few.is_some() {
        return check.no_data.verdict();
    }
    if matches!(check.pass, Limit::NotWorse(_)) {
        return seen.found.as_ref().map_or(check.no_data.verdict(), |found| found.verdict);
    }
    match (holds(&check.pass), check.fail.as_ref().map(holds)) {
        (None, _) | (_, Some(None)) => check.no_data.verdict(),
        (_, Some(Some(true))) | (Some(false), None) => Verdict::Failed,
        (Some(true), _) => Verdict::Successful,
        (Some(false), Some(Some(false))) => Verdict::Inconclusive,
    }
}

impl NoData {
    /// The verdict on a measurement without data.
    pub(in crate::control) const fn verdict(self) -> Verdict {
        match self {
            Self::Error => Verdict::Error,
            Self::Inconclusive => Verdict::Inconclusive,
            Self::Fail => Verdict::Failed,
            Self::Pass => Verdict::Successful,
        }
    }
}

impl Limit {
    /// Whether `value` is within the limit; `None` when the limit needs the baseline and there is none.
    fn holds(&self, value: f64, baseline: Option<f64>) -> Option<bool> {
        Some(match self {
            Self::Below(level) => value < level.value(),
            Self::Above(level) => value > level.value(),
            Self::AtMostBaseline { factor, plus } => value <= baseline? * factor + plus.value(),
            Self::AtLeastBaseline { factor } => value >= baseline? * factor,
            Self::NotWorse(_) => return None,
        })
    }
}

/// `below 1%`, `at most 1.2 times the baseline's plus 50ms`.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Below(level) => write!(f, "below {level}"),
            Self::Above(level) => write!(f, "above {level}"),
            Self::AtMostBaseline { factor, plus } => {
                write!(f, "at most {factor} times the baseline's")?;
                if plus.value() > 0.0 { write!(f, " plus {plus}") } else { Ok(()) }
            }
            Self::AtLeastBaseline { factor } => write!(f, "at least {factor} times the baseline's"),
            Self::NotWorse(test) => write!(f, "not worse than the baseline's by {test}"),
        }
    }
}

/// The evidence: `error ratio of candidate over 1m is 3.1% (limit below 1%)`.
pub(in crate::control) fn evidence(check: &Check, seen: &Measurement) -> String {
    let query = &check.query;
    if let Some(requests) = seen.too_few {
        return format!("{query} rests on {requests} requests only, {} are needed", check.min_requests);
    }
    if let Limit::NotWorse(test) = &check.pass {
        return match &seen.found {
            Some(found) => found.sentence.clone(),
            None => format!("{query} has too few data for {test}"),
        };
    }
    let Some(value) = seen.value else { return format!("{query} has no data") };
    let shown = shown(&query.metric, value);
    let against = match seen.baseline {
        Some(baseline) => {
            format!(", the {}'s is {}", check.against(), self::shown(&query.metric, baseline))
        }
        None if against_baseline(check) => format!(", the {} has no data", check.against()),
        None => String::new(),
    };
    format!("{query} is {shown} (limit {}{against})", check.pass)
}

/// A value in the unit of its metric, with three significant digits.
fn shown(metric: &Metric, value: f64) -> String {
    match metric {
        Metric::ErrorRatio | Metric::Saturation | Metric::Memory => {
            Level::Share(Share::percent(rounded(value * 100.0))).to_string()
        }
        Metric::Latency(_) => Span::from_millis((value * 1_000.0 + 0.5) as u64).to_string(),
        Metric::RequestRate
        | Metric::Failures
        | Metric::QueueDepth
        | Metric::Restarts
        | Metric::ReadyInstances
        | Metric::Business(_) => rounded(value).to_string(),
    }
}

/// Rounded to three significant digits, at least to a whole number.
fn rounded(value: f64) -> f64 {
    let mut scale = 1.0;
    while (value * scale).abs() < 100.0 && scale < 1e6 {
        scale *= 10.0;
    }
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::fake_cluster::{check, store};

    const NOW: Time = Time::from_secs(120);

    #[test]
    fn the_evidence_says_what_was_asked_what_came_and_what_is_allowed() {
        let check = check(Limit::Below(Level::Share(Share::percent(1.0))));
        let seen = measure(&check, &store(120, 0.031, 0.001), NOW);
        assert_eq!(seen.verdict, Verdict::Failed);
        assert_eq!(evidence(&check, &seen), "error ratio of candidate over 1m is 3.1% (limit below 1%)");
    }

    #[test]
    fn an_answer_between_pass_and_fail_is_inconclusive() {
        let mut check = check(Limit::Below(Level::Share(Share::percent(1.0))));
        check.fail = Some(Limit::Above(Level::Share(Share::percent(5.0))));
        for (errors, verdict) in
            [(0.002, Verdict::Successful), (0.03, Verdict::Inconclusive), (0.08, Verdict::Failed)]
        {
            assert_eq!(measure(&check, &store(120, errors, 0.0), NOW).verdict, verdict);
        }
    }

    #[test]
    fn no_data_counts_as_the_plan_says() {
        let mut check = check(Limit::Below(Level::Share(Share::percent(1.0))));
        let empty = store(0, 0.0, 0.0);
        for (policy, verdict) in [
            (NoData::Error, Verdict::Error),
            (NoData::Inconclusive, Verdict::Inconclusive),
            (NoData::Fail, Verdict::Failed),
            (NoData::Pass, Verdict::Successful),
        ] {
            check.no_data = policy;
            assert_eq!(measure(&check, &empty, NOW).verdict, verdict);
        }
    }

    #[test]
    fn too_few_requests_are_no_data() {
        let mut check = check(Limit::Below(Level::Share(Share::percent(1.0))));
        check.min_requests = 1_000_000;
        let seen = measure(&check, &store(120, 0.031, 0.0), NOW);
        assert_eq!(seen.verdict, Verdict::Error);
        assert!(evidence(&check, &seen).ends_with("requests only, 1000000 are needed"));
    }

    #[test]
    fn a_limit_can_follow_the_baseline() {
        let check = check(Limit::AtMostBaseline { factor: 1.5, plus: Level::Number(0.0) });
        let with = |candidate, baseline| measure(&check, &store(120, candidate, baseline), NOW).verdict;
        assert_eq!(with(0.02, 0.02), Verdict::Successful);
        assert_eq!(with(0.04, 0.02), Verdict::Failed);
    }

    #[test]
    fn a_value_is_shown_in_the_unit_of_its_metric_with_three_digits() {
        for (metric, value, text) in [
            (Metric::ErrorRatio, 0.012_345, "1.23%"),
            (Metric::ErrorRatio, 1.0, "100%"),
            (Metric::Latency(0.99), 0.012_4, "12ms"),
            (Metric::Latency(0.99), 0.012_6, "13ms"),
            (Metric::QueueDepth, 1_234.6, "1235"),
            (Metric::QueueDepth, 100.4, "100"),
            (Metric::QueueDepth, 99.96, "100"),
            (Metric::RequestRate, 12.346, "12.3"),
            (Metric::RequestRate, 0.000_004, "0.000004"),
            (Metric::RequestRate, 0.0, "0"),
        ] {
            assert_eq!(shown(&metric, value), text, "{value}");
        }
    }
}
