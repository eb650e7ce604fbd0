//! Validation of an analysis and its checks.

use super::responses::response;
use crate::control::analysis::schedule::ERROR_RETRY;
use crate::control::{Analysis, Check, Limit, NoData};
use crate::engine::Span;
use crate::scenario::{Notes, Scenario};
use crate::telemetry::Subject;

/// The most checks in an analysis.
pub(super) const MOST_CHECKS: usize = 50;
/// The shortest and the longest time between measurements.
const INTERVALS: (Span, Span) = (Span::from_secs(1), Span::from_secs(86_400));

/// Checks an analysis that is a step, and has to end.
pub(in crate::control) fn step(
    notes: &mut Notes,
    at: &str,
    analysis: &Analysis,
    scenario: Option<&Scenario>,
) {
    checks(notes, at, analysis, scenario);
    match analysis.lasts {
        None => {
            for (index, check) in analysis.checks.iter().enumerate().filter(|(_, c)| c.count.is_none()) {
                let message = format!(
                    "check \"{}\" has no `count` and the analysis no `for`: it would never end; give one of them",
                    check.name
                );
                notes.error(format!("{at}.checks[{index}]"), "never-ends", message);
            }
        }
        Some(lasts) => {
            if lasts.is_zero() {
                notes.error(format!("{at}.for"), "out-of-range", "found 0s; allowed is more");
            }
            for (index, check) in analysis.checks.iter().enumerate() {
                in_time(notes, &format!("{at}.checks[{index}]"), check, lasts);
            }
        }
    }
    if analysis.from_step != 0 {
        let message = "only analysis in the background begins at a step of its own";
        notes.warning(format!("{at}.from_step"), "no-effect", message);
    }
}

/// Notes the results that a check cannot reach within the time of its analysis.
pub(in crate::control) fn in_time(notes: &mut Notes, at: &str, check: &Check, lasts: Span) {
    if lasts.is_zero() || check.interval.is_zero() {
        return;
    }
    if check.initial_delay > lasts {
        let message =
            format!("the analysis is over after {lasts}, before the first measurement: it would pass");
        notes.error(format!("{at}.initial_delay"), "never", message);
        return;
    }
    let fits = (lasts - check.initial_delay).0 / check.interval.0 + 1;
    if check.count.is_some_and(|count| u64::from(count) > fits) {
        let message = format!("only {fits} measurements fit into {lasts}");
        notes.warning(format!("{at}.count"), "never", message);
    }
    let errors = (lasts - check.initial_delay).0 / ERROR_RETRY.0 + 1;
    if check.no_data == NoData::Error && errors <= u64::from(check.consecutive_error_limit) {
        let message = format!(
            "{errors} measurements without data, one every {ERROR_RETRY}, fit into {lasts}, and {} in a row are allowed: with no data at all it would pass",
            check.consecutive_error_limit
        );
        notes.warning(format!("{at}.consecutive_error_limit"), "no-data-passes", message);
    }
}

/// Checks the settings that every analysis has.
pub(in crate::control) fn checks(
    notes: &mut Notes,
    at: &str,
    analysis: &Analysis,
    scenario: Option<&Scenario>,
) {
    let list = format!("{at}.checks");
    response(notes, &format!("{at}.on_failure"), &analysis.on_failure, scenario);
    notes.length(&list, "check", analysis.checks.len(), 1..=MOST_CHECKS);
    notes.names(&list, ".name", "check", analysis.checks.iter().map(|check| check.name.as_str()));
    for (index, check) in analysis.checks.iter().enumerate().take(MOST_CHECKS) {
        self::check(notes, &format!("{list}[{index}]"), check, scenario);
    }
}

/// Notes what is wrong with a check that stands at `at`, whatever analysis it is in.
pub(super) fn check(notes: &mut Notes, at: &str, check: &Check, scenario: Option<&Scenario>) {
    if let Some(scenario) = scenario {
        notes.extend(check.query.problems(&format!("{at}.query"), scenario));
    }
    limit(notes, &format!("{at}.pass"), check, &check.pass, scenario);
    if let Some(fail) = &check.fail {
        limit(notes, &format!("{at}.fail"), check, fail, scenario);
        if *fail == check.pass {
            notes.error(format!("{at}.fail"), "contradiction", "what is good cannot be bad as well");
        }
    } else if check.inconclusive_limit > 0 && check.no_data != NoData::Inconclusive {
        let message = "without `fail`, no answer is inconclusive";
        notes.warning(format!("{at}.inconclusive_limit"), "no-effect", message);
    }
    if check.failure_limit < -1 {
        let message = format!("found {}; allowed is 0 or more, or -1 for any number", check.failure_limit);
        notes.error(format!("{at}.failure_limit"), "out-of-range", message);
    }
    notes.within(format!("{at}.interval"), check.interval, INTERVALS.0..=INTERVALS.1);
    if let Some(count) = check.count {
        notes.within(format!("{at}.count"), count, 1..=1_000_000);
        // Argo Rollouts `ValidateMetrics`: count must be >= failureLimit, and >= inconclusiveLimit.
        let failures = u32::try_from(check.failure_limit).unwrap_or_default();
        for (field, limit) in [("failure_limit", failures), ("inconclusive_limit", check.inconclusive_limit)]
        {
            if count > 0 && limit >= count {
                let message =
                    format!("{limit} of {count} measurements are allowed: it could never be reached");
                notes.warning(format!("{at}.{field}"), "never", message);
            }
        }
        if check.consecutive_success_limit > count {
            let message = format!("there are only {count} measurements");
            notes.warning(format!("{at}.consecutive_success_limit"), "never", message);
        }
    }
}

fn limit(notes: &mut Notes, at: &str, check: &Check, limit: &Limit, scenario: Option<&Scenario>) {
    match limit {
        Limit::Below(level) | Limit::Above(level) => {
            notes.extend(check.query.metric.level_problems(at, *level));
        }
        Limit::AtMostBaseline { factor, plus } => {
            notes.positive(format!("{at}.factor"), *factor, 10_000.0);
            if plus.value() != 0.0 {
                notes.extend(check.query.metric.level_problems(&format!("{at}.plus"), *plus));
            }
        }
        Limit::AtLeastBaseline { factor } => notes.positive(format!("{at}.factor"), *factor, 10_000.0),
        Limit::NotWorse(test) => test.problems(notes, at, check, scenario),
    }
    let relative = !matches!(limit, Limit::Below(_) | Limit::Above(_));
    if relative && check.query.of == check.against() {
        let message = format!("the {} would be compared with itself; ask of the candidate", check.query.of);
        notes.error(at, "contradiction", message);
    }
    if let (true, Subject::Service(name)) = (relative, &check.query.of) {
        let message =
            format!("service \"{name}\" would be compared with the target's baseline; ask of the candidate");
        notes.error(at, "contradiction", message);
    }
}
