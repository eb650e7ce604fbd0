//! The world of a rehearsal as a scenario's text, so that it can be kept and edited.

use std::collections::BTreeSet;

use super::numbers::{BUSY, Known, MOST_WORKERS, mean_work_s};
use crate::control::{Analysis, Plan, Step, Strategy};
use crate::engine::Span;
use crate::scenario::{Retries, RetryOn};
use crate::sim::{MatchRule, TextMatch};
use crate::telemetry::{BurnAlerts, Metric};

const SCENARIO: &str = include_str!("scenario.ron");

/// What a world has beside its numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Made {
    /// What the users' proxies try again.
    pub retries: Option<Retries>,
    /// A new revision comes so long after the release begins.
    pub revision: Option<Span>,
    /// The flag that guards the new code.
    pub flag: Option<String>,
    /// Its zones, or the hosts that take their place; none for a world of one.
    pub zones: Vec<String>,
}

/// The scenario of these numbers for `plan`.
pub(super) fn text(known: &Known, plan: &Plan, made: Made) -> String {
    let Made { retries: retried, revision, flag, zones } = made;
    let (p50, p99) = known.latency;
    let mean = mean_work_s(known.latency);
    let workers = (known.rps * mean / (f64::from(known.instances) * BUSY)).ceil().clamp(2.0, MOST_WORKERS);
    let horizon = Span::from_secs(4 * 60) + lasts(plan) * 2 + Span::from_secs(15 * 60);
    let horizon = horizon + revision.unwrap_or_default();
    let horizon = horizon.min(Span::from_secs(6 * 3_600));
    let business: BTreeSet<String> = checks(plan);
    let counters: Vec<String> =
        if business.is_empty() { vec!["orders".to_owned()] } else { business.into_iter().collect() };
    let share = 2.0 / counters.len() as f64;
    let is_there = |name: &str| name == "GET /" || counters.iter().any(|of| name == format!("POST /{of}"));
    let named = named_kinds(plan).into_iter().filter(|name| !is_there(name));
    let named = named.map(|name| format!("(name: {name:?}, weight: 1.0),"));
    let kinds: Vec<String> = counters
        .iter()
        .map(|name| {
            format!(
                "(name: {:?}, weight: {share:.3}, writes: true, counts_as: {name:?}),",
                format!("POST /{name}")
            )
        })
        .chain(named)
        .collect();
    let cohorts: String =
        named_cohorts(plan).iter().map(|name| format!("(name: {name:?}, weight: 0.5), ")).collect();
    let carriers: String = carriers(plan)
        .iter()
        .map(|headers| {
            let name: Vec<String> =
                headers.iter().map(|(header, value)| format!("{header}: {value}")).collect();
            format!("(name: {:?}, weight: 0.5, headers: {headers:?}), ", name.join("; "))
        })
        .collect();
    let cohorts = cohorts + &carriers;
    // Flags that the guarding one requires are on beside it; a flag is known by the release that has it.
    let parents = plan.flags.iter().filter(|(name, _)| Some(name) != flag.as_ref());
    let others: String = parents
        .map(|(name, _)| {
            format!(
                ", (name: {:?}, flag: {name:?}, notes: \"code that is out already\")",
                format!("behind {name}")
            )
        })
        .collect();
    let slo = |of: &BurnAlerts| {
        let objective = of.objective.map_or_else(|| "99.5%".to_owned(), |share| share.to_string());
        format!("(name: {:?}, objective: {objective:?}), ", of.slo)
    };
    let slos: String = plan.burn_alerts.iter().map(slo).collect();
    let timeout = (p99 * 5).max(Span::from_secs(1));
    let fidelity =
        if known.is_fluid() { "    fidelity: Fluid, // so many requests are drawn as counts\n" } else { "" };
    [
        ("    // FIDELITY\n", fidelity.to_owned()),
        ("NAME", known.name.clone()),
        ("HORIZON", horizon.to_string()),
        ("INSTANCES", known.instances.to_string()),
        ("WORKERS", format!("{workers:.0}")),
        ("P50", p50.to_string()),
        ("P99", p99.to_string()),
        ("ERRORS", known.errors.to_string()),
        ("BOOT99", (known.boot * 2).to_string()),
        ("BOOT", known.boot.to_string()),
        ("USERS", known.users.to_string()),
        ("TIMEOUT", timeout.to_string()),
        ("RETRIES", retried.map(retries).unwrap_or_default()),
        ("COHORTS", cohorts),
        ("SLOS", slos),
        ("KINDS", kinds.join("\n            ")),
        ("TRAFFIC", traffic(known, horizon)),
        ("SCRAPE", known.scrape.to_string()),
        ("    // ZONES\n", if zones.is_empty() { String::new() } else { format!("    zones: {zones:?},\n") }),
        ("GUARD", flag.as_ref().map_or_else(String::new, |name| format!(", flag: {name:?}"))),
        ("OTHERS", others),
    ]
    .into_iter()
    .fold(SCENARIO.to_owned(), |text, (word, value)| text.replace(word, &value))
}

/// The traffic: a constant rate, or the rates as they were measured, from where they are nearest to their average for a whole run.
fn traffic(known: &Known, horizon: Span) -> String {
    let constant = format!("(name: \"steady\", shape: Constant(\"{}/s\"))", known.rps);
    let Some(of) = known.measured.as_ref().filter(|of| of.parts.len() > 2) else { return constant };
    let rates: Vec<f64> = of.parts.iter().map(|part| part.unwrap_or(of.mean).max(0.01)).collect();
    let needed = (horizon.as_secs_f64() / of.part).ceil().max(1.0) as usize;
    let at = |index: usize| rates[index % rates.len()];
    let away = |start: &usize| {
        let mean = (0..needed).map(|index| at(start + index)).sum::<f64>() / needed as f64;
        (mean - of.mean).abs()
    };
    let start = (0..rates.len()).min_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or(0);
    let points: Vec<String> = (0..=needed)
        .map(|index| {
            let when = Span::from_secs_f64((of.part * index as f64).round());
            format!("(\"{when}\", \"{:.3}/s\")", at(start + index))
        })
        .collect();
    format!("(name: \"as measured\", shape: Trace(points: [{}]))", points.join(", "))
}

/// The retries of the users' proxies, as a field.
fn retries(of: Retries) -> String {
    let deadline = of.deadline.map_or_else(String::new, |span| format!(", deadline: \"{span}\""));
    let on = if of.on.is_any() {
        String::new()
    } else {
        let RetryOn { errors, unavailable, refused, reset, no_instance } = of.on;
        format!(
            ", on: (errors: {errors}, unavailable: {unavailable}, refused: {refused}, reset: {reset}, no_instance: {no_instance})"
        )
    };
    format!(
        "\n        retries: (limit: {}, base: \"{}\", cap: \"{}\", jitter: {:?}, on_timeout: {}{on}{deadline}),",
        of.limit, of.base, of.cap, of.jitter, of.on_timeout
    )
}

/// The match rules of a plan.
fn rules(plan: &Plan) -> Vec<&MatchRule> {
    match &plan.strategy {
        Strategy::Canary(canary) => canary
            .steps
            .iter()
            .filter_map(|step| if let Step::Match(rules) = step { Some(rules) } else { None })
            .flatten()
            .collect(),
        Strategy::Flagger(flagger) => flagger.matches.iter().collect(),
        _ => Vec::new(),
    }
}

/// The kinds of requests that the plan's match rules name.
fn named_kinds(plan: &Plan) -> BTreeSet<String> {
    rules(plan).into_iter().flat_map(|rule| rule.kinds.clone()).collect()
}

/// What requests carry that the plan's match rules lead: for each rule all of its headers, with values that are right. Where nobody can tell one,
/// the rule leads nobody.
fn carriers(plan: &Plan) -> BTreeSet<Vec<(String, String)>> {
    let of_rule = |rule: &MatchRule| {
        let headers = rule.headers.iter().filter(|header| !header.is_about_kind());
        headers.map(|header| Some((header.name.clone(), example(&header.value)?))).collect::<Option<Vec<_>>>()
    };
    rules(plan).into_iter().filter_map(of_rule).filter(|headers| !headers.is_empty()).collect()
}

/// A text for which a rule holds.
fn example(of: &TextMatch) -> Option<String> {
    match of {
        TextMatch::Exact(text) | TextMatch::Prefix(text) => Some(text.clone()),
        TextMatch::Regex(pattern) => {
            let without = |text: String, what: &str| {
                regex::Regex::new(what).map_or(text.clone(), |what| what.replace_all(&text, "").into_owned())
            };
            // Without its optional groups, its `.*` and its brackets a pattern is often a text that it matches.
            let text = without(pattern.clone(), r"\([^()]*\)\?");
            let text = without(without(text, r"\.\*\??"), r"[()^$\\]");
            let first = text.split('|').next().unwrap_or_default().to_owned();
            of.holds(&first).then_some(first)
        }
    }
}

/// How long the plan holds, at least.
fn lasts(plan: &Plan) -> Span {
    let step = |step: &Step| match step {
        Step::Pause(span) => *span,
        Step::Analyse(analysis) => analysis.expected(),
        Step::Experiment(of) => of.lasts,
        _ => Span::ZERO,
    };
    let of = |analysis: &Option<Analysis>| analysis.as_ref().map_or(Span::ZERO, Analysis::expected);
    match &plan.strategy {
        Strategy::Canary(canary) => canary.steps.iter().fold(Span::ZERO, |sum, of| sum + step(of)),
        Strategy::BlueGreen(green) => {
            green.auto_promote_after + of(&green.before) + of(&green.after) + green.scale_down_delay
        }
        Strategy::Flagger(flagger) => flagger.lasts(),
        _ => Span::from_secs(600),
    }
}

/// The business counters that the plan's checks count.
fn checks(plan: &Plan) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut add = |metric: &Metric| {
        if let Metric::Business(name) = metric {
            found.insert(name.clone());
        }
    };
    let steps: &[Step] = match &plan.strategy {
        Strategy::Canary(canary) => &canary.steps,
        Strategy::Flagger(flagger) => {
            flagger.checks.iter().for_each(|check| add(&check.query.metric));
            &[]
        }
        Strategy::BlueGreen(green) => {
            let both = [&green.before, &green.after];
            both.into_iter().flatten().flat_map(|of| &of.checks).for_each(|check| add(&check.query.metric));
            &[]
        }
        _ => &[],
    };
    let of_step = |step: &Step| match step {
        Step::Analyse(analysis) => analysis.checks.clone(),
        Step::Experiment(of) => of.analysis.iter().flat_map(|of| of.checks.clone()).collect(),
        _ => Vec::new(),
    };
    steps.iter().flat_map(of_step).for_each(|check| add(&check.query.metric));
    plan.analysis.iter().flat_map(|of| &of.checks).for_each(|check| add(&check.query.metric));
    found
}

/// The cohorts that the plan's match rules and flags name.
fn named_cohorts(plan: &Plan) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = plan.flag_rules.iter().flat_map(|rule| rule.cohorts.clone()).collect();
    found.extend(rules(plan).into_iter().flat_map(|rule| rule.cohorts.clone()));
    found
}
