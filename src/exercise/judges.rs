//! The judge lab: one canary that is held at one weight, and every judge looking at the same run. None of them stops it, so that
//! each can be seen to fire or not; over many worlds, sound and worse, that gives false alarms and misses.

use rayon::prelude::*;
use serde_json::{Value, json};

use super::power::Regression;
use super::seeds::paired_seeds;
use crate::control::Plan;
use crate::engine::{Share, Span, Time};
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, Record, Simulation, What};

/// How often each judge looks.
const INTERVAL: Span = Span::from_secs(30);

/// A judge: its name, and the rule by which an answer is good.
struct Judge {
    name: &'static str,
    /// The window of its query; `None` reaches back to the start.
    over: Option<&'static str>,
    pass: fn() -> Value,
}

/// The burn rate is no check of an analysis but an alert.
const BURN_RATE: &str = "burn rate";

/// The checks, in the order of the table: from a number that somebody chose to tests that weigh the evidence. Their settings are the
/// defaults that plans have, with windows of five minutes.
const CHECKS: [Judge; 8] = [
    Judge { name: "fixed limit", over: Some("5m"), pass: || json!({ "Below": "2%" }) },
    Judge {
        name: "baseline",
        over: Some("5m"),
        pass: || json!({ "AtMostBaseline": { "factor": 1.5, "plus": "1%" } }),
    },
    Judge {
        name: "two proportions",
        over: Some("5m"),
        pass: || json!({ "NotWorse": { "TwoProportions": {} } }),
    },
    Judge { name: "Fisher", over: Some("5m"), pass: || json!({ "NotWorse": { "Fisher": {} } }) },
    Judge {
        name: "Welch",
        over: Some("5m"),
        pass: || json!({ "NotWorse": { "Welch": { "every": "30s" } } }),
    },
    Judge {
        name: "Mann-Whitney",
        over: Some("5m"),
        pass: || json!({ "NotWorse": { "MannWhitney": { "every": "30s" } } }),
    },
    Judge {
        name: "Kayenta",
        over: Some("5m"),
        pass: || {
            let metric = json!({ "metric": "ErrorRatio", "direction": "Increase" });
            json!({ "NotWorse": { "Kayenta": { "metrics": [metric], "every": "30s" } } })
        },
    },
    Judge { name: "sequential", over: None, pass: || json!({ "NotWorse": { "Sequential": {} } }) },
];

/// The names of all judges, in the order of the table.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|judge| judge.name).chain([BURN_RATE])
}

/// What the judges are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Bench {
    /// Share of the requests that the release answers.
    pub weight: Share,
    /// For how long.
    pub hold: Span,
    /// How much worse the release is.
    pub regression: Regression,
    /// In how many worlds, each once with a sound release and once with the worse one.
    pub runs: usize,
    /// The first world, which is the trace, and what the others are drawn from.
    pub seed: u64,
}

/// What came of one judge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JudgeLine {
    /// Its name.
    pub judge: &'static str,
    /// In the trace with the worse release: seconds from the rollout's start until it fired.
    pub fired: Option<f64>,
    /// The same with a sound release: a false alarm.
    pub fired_falsely: Option<f64>,
    /// Worlds in which it blamed a sound release.
    pub false_alarms: usize,
    /// Worlds in which it did not blame the worse one.
    pub misses: usize,
    /// Median seconds until it fired on the worse one, over the worlds in which it did.
    pub median_s: Option<f64>,
}

/// What came of all judges.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// A line for each, in the order of [`names`].
    pub lines: Vec<JudgeLine>,
    /// What they were shown.
    pub bench: Bench,
}

/// The plan of the trace: the canary waits at its weight, and everything looks and nothing acts.
fn plan(bench: &Bench, scenario: &Scenario) -> Plan {
    let since_start = (bench.hold + Span::from_secs(600)).to_string();
    let check = |judge: &Judge| {
        json!({
            "name": judge.name,
            "query": { "metric": "ErrorRatio", "over": judge.over.unwrap_or(&since_start) },
            "pass": (judge.pass)(),
            "interval": INTERVAL.to_string(),
            "initial_delay": "1m",
            "failure_limit": -1,
            "inconclusive_limit": 1_000_000,
            "consecutive_error_limit": 1_000_000,
            "min_requests": 50,
        })
    };
    let checks: Vec<Value> = CHECKS.iter().map(check).collect();
    // Of the month's budget at the objective: 14.4 in the long window is the workbook's page.
    let burn = |slo: &str| {
        let when = json!({ "BurnRate": { "slo": slo, "of": "Candidate", "long": "5m", "short": "1m" } });
        json!({ "name": BURN_RATE, "when": when })
    };
    let alerts: Vec<Value> = scenario.slos.first().map(|slo| burn(&slo.name)).into_iter().collect();
    let steps = json!([{ "Weight": bench.weight.to_string() }, { "Pause": since_start }]);
    let plan = json!({
        "format": 1,
        "title": "One trace for every judge",
        "strategy": { "Canary": { "steps": steps } },
        "analysis": { "checks": checks },
        "alerts": alerts,
    });
    serde_json::from_value(plan).expect("the plan of the judges is written right; a test reads it")
}

/// Seconds from the rollout's start until each judge fired.
fn fired(record: &Record) -> Vec<Option<f64>> {
    let start = record.observed.started.unwrap_or(Time::ZERO);
    let of = |name: &str| {
        let first = record.facts.iter().find(|fact| match &fact.what {
            What::Troubled(text) => text
                .strip_prefix("check ")
                .and_then(|rest| rest.strip_prefix(name))
                .is_some_and(|rest| rest.starts_with(": ")),
            What::AlertFiring(alert) => name == BURN_RATE && alert == name,
            _ => false,
        });
        first.map(|fact| fact.at.since(start).as_secs_f64())
    };
    names().map(of).collect()
}

/// Shows `bench` to every judge: the release of `case` in `scenario`, whose own defects give way to the regression. `on_run` is called
/// after each run; as soon as `is_cancelled` says so, no run is begun any more, and there is no result. The answer depends
/// on the arguments alone, and on no number of threads.
///
/// # Errors
/// What is wrong with the scenario or the case.
pub fn judges(
    scenario: &Scenario,
    case: &Case,
    bench: &Bench,
    on_run: &(dyn Fn() + Sync),
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Judged>, Vec<Issue>> {
    let plan = plan(bench, scenario);
    let release = case.release.clone().or_else(|| scenario.releases.get(1).map(|second| second.name.clone()));
    let release = release.unwrap_or_default();
    // Nothing that happens after the last look is of use.
    let short =
        Scenario { horizon: scenario.release_at + bench.hold + Span::from_secs(60), ..scenario.clone() };
    let worlds = [Regression::None, bench.regression].map(|level| level.of(&short, &release));
    let seeds = paired_seeds(bench.seed, bench.runs.max(1));
    let jobs: Vec<(usize, u64)> = seeds.iter().flat_map(|seed| [(0, *seed), (1, *seed)]).collect();
    let runs: Vec<Option<Vec<Option<f64>>>> = jobs
        .par_iter()
        .map(|(level, seed)| {
            if is_cancelled() {
                return Ok(None);
            }
            let world = &worlds[*level];
            let controllers = plan.controllers(world, case);
            let mut simulation = Simulation::new(world, case, plan.setup(), controllers, *seed)?;
            simulation.run();
            on_run();
            Ok(Some(fired(&simulation.record().within_budget()?)))
        })
        .collect::<Result<_, Vec<Issue>>>()?;
    let Some(runs) = runs.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
    let line = |(index, judge): (usize, &'static str)| {
        let of = |level: usize| runs.iter().skip(level).step_by(2).map(move |run| run[index]);
        let mut times: Vec<f64> = of(1).flatten().collect();
        times.sort_by(f64::total_cmp);
        JudgeLine {
            judge,
            fired: runs[1][index],
            fired_falsely: runs[0][index],
            false_alarms: of(0).flatten().count(),
            misses: of(1).filter(Option::is_none).count(),
            median_s: times.get(times.len().saturating_sub(1) / 2).copied(),
        }
    };
    let has_burn = !scenario.slos.is_empty();
    let lines = names().enumerate().filter(|(_, name)| has_burn || *name != BURN_RATE).map(line).collect();
    Ok(Some(Judged { lines, bench: bench.clone() }))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn bench(percent: f64, runs: usize) -> Bench {
        Bench {
            weight: Share::percent(20.0),
            hold: Span::from_secs(600),
            regression: Regression::Errors(Share::percent(percent)),
            runs,
            seed: 3,
        }
    }

    fn shown(bench: &Bench) -> Judged {
        judges(&sample::scenario(), &Case::default(), bench, &|| (), &|| false).unwrap().unwrap()
    }

    #[test]
    fn the_plan_has_every_judge_and_nothing_wrong() {
        let scenario = sample::scenario();
        let plan = plan(&bench(5.0, 1), &scenario);
        let errors: Vec<_> = plan
            .problems(Some(&scenario))
            .into_iter()
            .filter(|issue| issue.severity == crate::scenario::Severity::Error)
            .collect();
        assert_eq!(errors, []);
        assert_eq!(plan.analysis.unwrap().checks.len() + 1, names().count());
    }

    #[test]
    fn a_loud_defect_is_seen_by_all_and_a_run_gives_the_same_again() {
        let loud = shown(&bench(60.0, 2));
        for line in &loud.lines {
            assert!(line.fired.is_some() && line.misses == 0, "{line:?}");
        }
        assert_eq!(shown(&bench(60.0, 2)), loud);
        let quiet = shown(&bench(0.01, 2));
        assert!(quiet.lines.iter().any(|line| line.misses == 2), "{quiet:?}");
    }

    #[test]
    fn what_is_cancelled_has_no_result() {
        let found = judges(&sample::scenario(), &Case::default(), &bench(5.0, 2), &|| (), &|| true);
        assert_eq!(found, Ok(None));
    }
}
