//! Formulas for a check: the probability that one measurement over a full window fails, the probability that the whole
//! check fails, and the number of requests that a test needs to see the regression.
//!
//! A check has a formula when it judges the candidate's error ratio by a limit, by a multiple of the baseline's, or by the test of
//! two proportions, and when the split of the requests is the same all along.

use super::{CAUGHT, Regression, Volume};
use crate::control::{CheckPlacement, Limit, Plan, Test};
use crate::engine::Share;
use crate::engine::stats::power::{of_proportions, of_ratio_limit, sample_size};
use crate::engine::stats::{binomial, settled};
use crate::telemetry::{Metric, Subject};

/// False alarms allowed in the number of requests needed, where the check names none: 5 %, as is usual.
const ALPHA: f64 = 0.05;

/// One check with a formula.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactCheck {
    /// Its name.
    pub check: String,
    /// Its path in the plan.
    pub place: String,
    /// Which formula.
    pub rule: Rule,
    /// Requests of the candidate in one window, on average.
    pub candidate_requests: f64,
    /// Requests of whom it compares with in one window, on average: the baseline, or an experiment's control.
    pub baseline_requests: f64,
    /// How many answers it takes, where that is known.
    pub looks: Option<u32>,
    /// Its results without a regression and for each level of errors.
    pub levels: Vec<ExactLevel>,
}

/// The formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A fixed limit: the exact binomial tail.
    Binomial,
    /// A multiple of the baseline's ratio: normal approximation.
    RatioToBaseline,
    /// The test of two proportions: normal approximation (Fleiss).
    TwoProportions,
}

/// The formula's result for one level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactLevel {
    /// Which.
    pub regression: Regression,
    /// The chance that one look fails.
    pub one_look: f64,
    /// The chance that more looks fail than are allowed; `None` where the looks share requests, since they are then not
    /// independent, or where their number is not known.
    pub all_looks: Option<f64>,
    /// Requests of the candidate that a test needs to see it in [`CAUGHT`] of the runs; none without a regression.
    pub needed_requests: Option<f64>,
    /// How long these take to arrive.
    pub needed_s: Option<f64>,
}

/// The checks of `plan` that have a formula, at each of `levels` that is not of speed.
pub(super) fn checks(plan: &Plan, volume: Volume, levels: &[Regression]) -> Vec<ExactCheck> {
    if volume.requests_per_s <= 0.0 {
        return Vec::new();
    }
    plan.check_placements().iter().filter_map(|placed| exact(placed, volume, levels)).collect()
}

fn exact(placed: &CheckPlacement, volume: Volume, levels: &[Regression]) -> Option<ExactCheck> {
    let check = &placed.check;
    let query = &check.query;
    let plain =
        query.metric == Metric::ErrorRatio && query.of == Subject::Candidate && query.part().is_none();
    let rule = rule(&check.pass)?;
    let (candidate, baseline) = (placed.candidate?, placed.against?);
    let window = volume.requests_per_s * query.over.as_secs_f64();
    let (n1, n0) = (window * candidate.fraction(), window * baseline.fraction());
    let needs_baseline = rule != Rule::Binomial;
    let known = plain && check.fail.is_none() && n1 >= 1.0 && (n0 >= 1.0 || !needs_baseline);
    if !known || n1 < check.min_requests as f64 {
        return None;
    }
    let errors = |level: &Regression| match level {
        Regression::None => Some(Share::ZERO),
        Regression::Errors(share) => Some(*share),
        Regression::Slower(_)
        | Regression::Crash(_)
        | Regression::Leak(_)
        | Regression::Group(_)
        | Regression::Wrong(_) => None,
    };
    let allowed = u32::try_from(check.failure_limit).ok().filter(|_| !check.dry_run)?;
    let p0 = volume.error_ratio;
    let levels = levels.iter().filter_map(|level| {
        let p1 = p0 + (1.0 - p0) * errors(level)?.fraction();
        let one_look = settled(one_look(&check.pass, (p0, n0), (p1, n1)));
        let apart = check.interval >= query.over && check.consecutive_success_limit == 0;
        let looks = placed.looks.filter(|looks| apart || *looks == 1);
        let all_looks =
            looks.map(|looks| binomial::at_least(u64::from(allowed) + 1, u64::from(looks), one_look));
        let needed_requests = needed(&check.pass, p0, p1, n0 / n1);
        let per_s = volume.requests_per_s * candidate.fraction();
        let needed_s = needed_requests.map(|needed| needed / per_s);
        Some(ExactLevel { regression: *level, one_look, all_looks, needed_requests, needed_s })
    });
    Some(ExactCheck {
        check: check.name.clone(),
        place: placed.place.clone(),
        rule,
        candidate_requests: n1,
        baseline_requests: n0,
        looks: placed.looks,
        levels: levels.collect(),
    })
}

fn rule(pass: &Limit) -> Option<Rule> {
    match pass {
        Limit::Below(_) => Some(Rule::Binomial),
        Limit::AtMostBaseline { .. } => Some(Rule::RatioToBaseline),
        Limit::NotWorse(Test::TwoProportions { .. }) => Some(Rule::TwoProportions),
        Limit::NotWorse(
            Test::Fisher { .. }
            | Test::Sequential { .. }
            | Test::SampleRatio { .. }
            | Test::Welch { .. }
            | Test::MannWhitney { .. }
            | Test::Kayenta(_),
        )
        | Limit::Above(_)
        | Limit::AtLeastBaseline { .. } => None,
    }
}

/// The chance that one look at `n1` requests of the candidate, of which `p1` truly fail, and `n0` of the baseline fails.
fn one_look(pass: &Limit, (p0, n0): (f64, f64), (p1, n1): (f64, f64)) -> f64 {
    match pass {
        Limit::Below(level) => {
            let n = n1.round();
            binomial::at_least((level.value() * n).ceil() as u64, n as u64, p1)
        }
        Limit::AtMostBaseline { factor, plus } => of_ratio_limit(p0, n0, p1, n1, *factor, plus.value()),
        Limit::NotWorse(test) => of_proportions(p0, n0, p1, n1, test.alpha().unwrap_or(ALPHA)),
        Limit::Above(_) | Limit::AtLeastBaseline { .. } => 0.0,
    }
}

/// Requests of the candidate that a test needs to see the rise from `p0` to `p1`, the baseline having `k` times as many.
fn needed(pass: &Limit, p0: f64, p1: f64, k: f64) -> Option<f64> {
    let alpha = match pass {
        Limit::NotWorse(test) => test.alpha().unwrap_or(ALPHA),
        Limit::Below(_) | Limit::Above(_) | Limit::AtMostBaseline { .. } | Limit::AtLeastBaseline { .. } => {
            ALPHA
        }
    };
    (p1 > p0 && k > 0.0).then(|| settled(sample_size(p0, p1, k, alpha, CAUGHT)).ceil())
}
