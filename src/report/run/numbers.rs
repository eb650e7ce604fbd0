//! The numbers of a run, why requests failed, and which cohorts were harmed.

use crate::exercise::Measure;
use crate::exercise::format::{counted, lasting, percent, with_unit};
use crate::exercise::harmed::{MEANING, splits};
use crate::report::style::{TextStyle, Tone, WIDTH, columns, harmless, padded, right, wrapped};
use crate::sim::Cause;

use super::Run;

/// The numbers of a run, one subject a row.
pub(super) fn numbers(run: &Run<'_>, style: TextStyle) -> Vec<String> {
    let (record, currency) = (run.record, &run.scenario.cost.currency);
    let (seen, truth) = (&record.observed, &record.truth);
    let measured = |measure: Measure| {
        measure
            .of(record, run.scenario)
            .map_or_else(|| "never".to_owned(), |value| with_unit(value, measure.unit(), currency))
    };
    let requests = &truth.requests;
    let mut rows: Vec<(&str, String)> = vec![
        (
            "requests",
            format!(
                "{} arrived: {} succeeded, {} failed, {} rejected, {} timed out, {} in flight",
                counted(requests.arrived),
                counted(requests.succeeded),
                counted(requests.failed),
                counted(requests.rejected),
                counted(requests.timed_out),
                counted(requests.in_flight)
            ),
        ),
        (
            "users",
            format!(
                "{} harmed, {} helped; {} met any failure. {MEANING}",
                counted(truth.users_harmed),
                counted(truth.users_helped),
                counted(truth.users_failed)
            ),
        ),
        (
            "latency",
            format!(
                "p50 {}, p95 {}, p99 {}; worst p99 over ten seconds {}",
                lasting(truth.latency.quantile(0.5).as_secs_f64()),
                lasting(truth.latency.quantile(0.95).as_secs_f64()),
                lasting(truth.latency.quantile(0.99).as_secs_f64()),
                measured(Measure::WorstP99)
            ),
        ),
        ("exposure", format!("at most {} of requests over ten seconds", measured(Measure::MaxExposure))),
    ];
    if let Some(harm) = truth.first_harm {
        let detected = match truth.detected {
            None => "never detected".to_owned(),
            Some(at) => format!("detected {at} (after {})", measured(Measure::TimeToDetect)),
        };
        let decided = match seen.aborted {
            None => "no decision to go back".to_owned(),
            Some(at) => format!("decided {at} (after {})", measured(Measure::TimeToDecide)),
        };
        let back = match (seen.aborted, seen.rolled_back) {
            (None, _) => String::new(),
            (Some(_), None) => ", never back".to_owned(),
            (Some(_), Some(at)) => format!(", back {at} (after {})", measured(Measure::TimeToRecover)),
        };
        rows.push((
            "harm",
            format!(
                "first at {harm}, over after {}, {detected}, {decided}{back}",
                measured(Measure::TimeInHarm)
            ),
        ));
    }
    for (name, count, what) in [
        ("answers", truth.wrong_answers, "wrong though their status was 200"),
        ("slow", truth.slow, "answered rightly, but later than users bear"),
        ("writes", truth.doubled_writes, "happened twice"),
        ("hedges", truth.hedges, "copies of slow calls were sent"),
        ("pages", u64::from(seen.pages), "sent to the on-call"),
        ("alarms", u64::from(truth.false_alarms), "false: nothing was wrong in the time that they judge"),
    ] {
        if count > 0 {
            rows.push((name, format!("{} {what}", counted(count))));
        }
    }
    if let Some((_, pages)) = rows.iter_mut().find(|(name, _)| *name == "pages") {
        let after = Measure::TimeToAcknowledge.of(record, run.scenario);
        let answered = after.map_or("none was answered".to_owned(), |seconds| {
            format!("the first was answered after {}", lasting(seconds))
        });
        pages.push_str(&format!("; {answered}"));
    }
    if !run.scenario.slos.is_empty() {
        rows.push(("budget", format!("{} of the error budget spent", measured(Measure::BudgetSpent))));
    }
    rows.push((
        "cost",
        format!(
            "{}; {} more than without a release",
            measured(Measure::Cost),
            measured(Measure::ExtraInstanceHours)
        ),
    ));
    let line = |(name, text): (&str, String)| {
        let mut lines = wrapped(&text, WIDTH - 12).into_iter();
        let first =
            format!("  {}{}", style.paint(Tone::Mute, &padded(name, 10)), lines.next().unwrap_or_default());
        std::iter::once(first)
            .chain(lines.map(|line| format!("{}{line}", " ".repeat(12))))
            .collect::<Vec<_>>()
    };
    rows.into_iter().flat_map(line).collect()
}

/// Why requests failed: the causes, the most frequent first, with their meanings; empty when no request failed.
pub(in crate::report) fn why(causes: impl Iterator<Item = (Cause, u64)>, style: TextStyle) -> Vec<String> {
    let mut causes: Vec<(Cause, u64)> = causes.filter(|(_, count)| *count > 0).collect();
    if causes.is_empty() {
        return Vec::new();
    }
    causes.sort_by_key(|(cause, count)| (std::cmp::Reverse(*count), *cause));
    let counts = causes.iter().map(|(_, count)| counted(*count).len()).max().unwrap_or(0);
    let names = causes.iter().map(|(cause, _)| cause.name().len()).max().unwrap_or(0);
    let mut lines = vec![String::new(), style.heading("Why requests failed")];
    lines.extend(causes.iter().map(|(cause, count)| {
        let tone = if cause.is_of_release() { Tone::Harm } else { Tone::Mute };
        format!(
            "  {} {}  {}  {}",
            style.mark(tone),
            right(&counted(*count), counts),
            padded(cause.name(), names),
            style.paint(Tone::Mute, cause.meaning())
        )
    }));
    if causes.iter().any(|(cause, _)| cause.is_of_release()) {
        let note = format!(
            "  {} marks what the release, or the way it was shipped, is to blame for",
            style.mark(Tone::Harm)
        );
        lines.push(note);
    }
    lines
}

/// The users harmed in each cohort, the cohort with the largest share first; empty without cohorts or harm.
pub(super) fn whom(run: &Run<'_>, style: TextStyle) -> Vec<String> {
    let splits = splits(&run.record.truth, run.scenario);
    let Some(cohorts) = splits.first() else { return Vec::new() };
    let names = cohorts.groups.iter().map(|hit| columns(&hit.name)).max().unwrap_or(0);
    let counts = cohorts.groups.iter().map(|hit| counted(hit.harmed).len()).max().unwrap_or(0);
    let mut lines = vec![String::new(), style.heading("Whom it harmed")];
    lines.extend(cohorts.groups.iter().map(|hit| {
        let of = format!("of {} users, {}", counted(hit.users), percent(hit.share()));
        format!(
            "  {}  {} {}",
            padded(&harmless(&hit.name), names),
            right(&counted(hit.harmed), counts),
            style.paint(Tone::Mute, &of)
        )
    }));
    lines
}
