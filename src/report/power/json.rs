//! The power of a plan as JSON. Its fields are a contract: they are only ever added.
//!
//! ```text
//! scenario, plan, release, runs, seed, engine_version
//! confidence             of all intervals, 0 to 1
//! requests_per_s, error_ratio    of the target without a regression, as monitoring saw it
//! false_alarm_share      share of runs of a sound release that rolled back; null when that level was not run
//! smallest_caught: {added_error_share, latency_factor}   from which on 80 % of the runs roll back; null where there is none
//! levels: [{
//!   regression           "none", "errors" or "latency"
//!   added_error_share    0 unless "errors"
//!   latency_factor       1 unless "latency"
//!   runs, rolled_back    counts
//!   rolled_back_share, rolled_back_low, rolled_back_high    with Wilson's interval
//!   median_time_to_roll_back_s   from the rollout's start to the decision, over the runs that made one; null for none
//!   completed_share
//!   users_harmed_mean, users_harmed_p90
//! }]
//! checks: [{             those with a formula
//!   check, place, formula        "binomial", "ratio_to_baseline" or "two_proportions"
//!   candidate_requests_per_look, baseline_requests_per_look
//!   looks                null when it is not known beforehand
//!   levels: [{added_error_share, one_look_share,
//!     all_looks_share    null when the looks share requests or their number is not known
//!     needed_requests, needed_s}]   of the candidate, for a power of 0.8; null without a regression
//! }]
//! ```

use serde::Serialize;

use super::Power;
use crate::exercise::ENGINE_VERSION;
use crate::exercise::power::{CONFIDENCE, ExactCheck, ExactLevel, Level, Regression, Rule};
use crate::report::json::{finite, pretty};

#[derive(Serialize)]
struct PowerJson<'a> {
    scenario: &'a str,
    plan: &'a str,
    release: &'a str,
    runs: usize,
    seed: u64,
    engine_version: &'static str,
    confidence: f64,
    requests_per_s: f64,
    error_ratio: f64,
    false_alarm_share: Option<f64>,
    smallest_caught: CaughtJson,
    levels: Vec<LevelJson>,
    checks: Vec<CheckJson<'a>>,
}

#[derive(Serialize)]
struct CaughtJson {
    added_error_share: Option<f64>,
    latency_factor: Option<f64>,
}

#[derive(Serialize)]
struct LevelJson {
    regression: &'static str,
    added_error_share: f64,
    latency_factor: f64,
    runs: usize,
    rolled_back: usize,
    rolled_back_share: f64,
    rolled_back_low: f64,
    rolled_back_high: f64,
    median_time_to_roll_back_s: Option<f64>,
    completed_share: f64,
    users_harmed_mean: f64,
    users_harmed_p90: f64,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    check: &'a str,
    place: &'a str,
    formula: &'static str,
    candidate_requests_per_look: f64,
    baseline_requests_per_look: f64,
    looks: Option<u32>,
    levels: Vec<ChanceJson>,
}

#[derive(Serialize)]
struct ChanceJson {
    added_error_share: f64,
    one_look_share: f64,
    all_looks_share: Option<f64>,
    needed_requests: Option<f64>,
    needed_s: Option<f64>,
}

/// The power as JSON.
pub fn json(of: &Power<'_>) -> String {
    let power = of.power;
    let caught = |is_of| power.smallest_caught(is_of).map(|level| finite(level.regression.size()));
    pretty(&PowerJson {
        scenario: of.scenario,
        plan: of.plan,
        release: of.release,
        runs: power.runs,
        seed: power.seed,
        engine_version: ENGINE_VERSION,
        confidence: CONFIDENCE,
        requests_per_s: finite(power.volume.requests_per_s),
        error_ratio: finite(power.volume.error_ratio),
        false_alarm_share: power.false_alarms().map(|level| finite(level.share())),
        smallest_caught: CaughtJson {
            added_error_share: caught(|of| matches!(of, Regression::Errors(_))),
            latency_factor: caught(|of| matches!(of, Regression::Slower(_))),
        },
        levels: power.levels.iter().map(level).collect(),
        checks: power.exact.iter().map(check).collect(),
    })
}

fn level(of: &Level) -> LevelJson {
    let [low, high] = of.interval();
    let (regression, errors, factor) = match of.regression {
        Regression::None => ("none", 0.0, 1.0),
        Regression::Errors(share) => ("errors", share.fraction(), 1.0),
        Regression::Slower(factor) => ("latency", 0.0, factor),
        Regression::Crash(share) => ("crash", share.fraction(), 1.0),
        Regression::Leak(_) => ("leak", 0.0, 1.0),
        Regression::Group(share) => ("one_group", share.fraction(), 1.0),
        Regression::Wrong(share) => ("wrong_answers", share.fraction(), 1.0),
    };
    LevelJson {
        regression,
        added_error_share: finite(errors),
        latency_factor: finite(factor),
        runs: of.runs,
        rolled_back: of.rolled_back,
        rolled_back_share: finite(of.share()),
        rolled_back_low: finite(low),
        rolled_back_high: finite(high),
        median_time_to_roll_back_s: of.seconds_to_roll_back.map(finite),
        completed_share: finite(of.completed as f64 / of.runs.max(1) as f64),
        users_harmed_mean: finite(of.harmed),
        users_harmed_p90: finite(of.harmed_p90),
    }
}

fn check(of: &ExactCheck) -> CheckJson<'_> {
    let chance = |level: &ExactLevel| ChanceJson {
        added_error_share: finite(level.regression.size()),
        one_look_share: finite(level.one_look),
        all_looks_share: level.all_looks.map(finite),
        needed_requests: level.needed_requests.map(finite),
        needed_s: level.needed_s.map(finite),
    };
    CheckJson {
        check: &of.check,
        place: &of.place,
        formula: match of.rule {
            Rule::Binomial => "binomial",
            Rule::RatioToBaseline => "ratio_to_baseline",
            Rule::TwoProportions => "two_proportions",
        },
        candidate_requests_per_look: finite(of.candidate_requests),
        baseline_requests_per_look: finite(of.baseline_requests),
        looks: of.looks,
        levels: of.levels.iter().map(chance).collect(),
    }
}
