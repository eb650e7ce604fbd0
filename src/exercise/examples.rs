//! The small examples on the concept cards: one knob each, and what comes of it, computed by the functions that the simulation, the
//! checks and the fleet's sizes are computed by.

mod knob;
#[cfg(test)]
mod tests;

pub use knob::Knob;
use knob::knob;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::format::{decimal, lasting, percent};
use super::power::{ALPHA, POWER, Rise};
use crate::control::sizing::deployment::{Bounds, Set, grown, shrink};
use crate::control::sizing::replicas::{Weight, approximate_split, for_share};
use crate::engine::stats::fisher::fisher;
use crate::engine::stats::mann_whitney::MannWhitney;
use crate::engine::stats::power::{of_proportions, of_ratio_limit, sample_size};
use crate::engine::stats::proportions::wilson;
use crate::engine::stats::sequential::log_ratio;
use crate::engine::stats::{Alternative, binomial, chi_square};
use crate::engine::{Amount, Chance, Share, Span, Tally, Time};
use crate::flags::hash::user_bucket;
use crate::scenario::{Breaker, Window};
use crate::sim::dataplane::breaker::BreakerRun;
use crate::sim::dataplane::priority::{OVERPROVISIONING_PERCENT, PriorityHosts, priority_load};
use crate::sim::dataplane::{backoff, budget, outlier, shed, slow_start};
use crate::telemetry::{budget_spent, burn_factor};

/// The fleet of the examples: twelve instances that take 120 requests a second, as in the exercises' shop.
const FLEET: u32 = 12;
const REQUESTS_PER_S: f64 = 120.0;
/// The period of the examples' error budgets.
const PERIOD: Span = Span::from_secs(30 * 86_400);
/// Between two scrapes (Prometheus' usual interval in this lab).
const SCRAPE_S: f64 = 15.0;

/// An example: what its knob changes is computed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
pub enum Example {
    /// Slow requests in a mixture, their p99 and their mean.
    Quantile,
    /// A ratio of few requests, and where the true one may lie.
    Ratio,
    /// A fixed limit and a comparison on a bad day of a dependency.
    BadDay,
    /// The share of requests at a weight, in requests and instances.
    Share,
    /// Instances at a weight where no router splits.
    SplitByInstances,
    /// The most instances of a rolling update.
    Surge,
    /// The fewest available instances of a rolling update.
    Unavailable,
    /// The rounds of a rolling update.
    Rounds,
    /// How long a probe takes to take an instance out.
    Readiness,
    /// How long a container waits between restarts.
    Restarts,
    /// Failures that a startup probe has to allow.
    Startup,
    /// A host that answers worse than its neighbours.
    Outlier,
    /// How long a host stays ejected.
    Ejected,
    /// A breaker that sees failures.
    CircuitBreaker,
    /// Retries that a budget allows.
    RetryBudget,
    /// The waits of a client that tries again.
    BackOff,
    /// What a level of hosts does when few are healthy.
    Panic,
    /// The share of requests that is turned away.
    Shedding,
    /// The budget that a spell of errors spends.
    Spent,
    /// The time in a month that an objective allows.
    Allowed,
    /// The burn rate that spends a share of the budget in an hour.
    BurnRate,
    /// How surely a sample meets a small group.
    Cohort,
    /// A split that lost users on one side.
    SampleRatio,
    /// The load that copies add.
    Mirrored,
    /// Users that meet a defect until it is noticed.
    Exposed,
    /// How long a step has to last to show a rise.
    Bake,
    /// Requests that a stopping instance loses.
    Drain,
    /// The weight of an instance that is warming up.
    SlowStart,
    /// Users whom a flag is on for.
    Flag,
    /// How long a kill switch takes to be heard.
    KillSwitch,
    /// How much of the week a freeze leaves.
    Freeze,
    /// How often a sound release is blamed when somebody looks often.
    Looks,
    /// The chance that a test sees a defect.
    Power,
    /// The requests that a test needs.
    Needed,
    /// A test that may be read at any time.
    Sequential,
    /// Failures on two sides, by Fisher's test.
    TwoSides,
    /// Two samples of latencies, by Mann and Whitney's test.
    Ranks,
    /// How long an alert takes.
    Alarm,
    /// What two environments cost.
    TwoFleets,
    /// How busy the fleet is.
    Busy,
}

fn chance(p: f64) -> String {
    percent(p.clamp(0.0, 1.0))
}

fn share(of: f64) -> Share {
    Share::percent(of)
}

impl Example {
    /// All examples.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Its knob.
    pub fn knob(self) -> Knob {
        match self {
            Self::Quantile => knob(0.0..=5.0, 0.25, 1.0, "%"),
            Self::Ratio => knob(0.0..=20.0, 1.0, 3.0, ""),
            Self::BadDay => knob(0.25..=3.0, 0.25, 0.25, "%"),
            Self::Share | Self::SplitByInstances => knob(1.0..=100.0, 1.0, 10.0, "%"),
            Self::Surge | Self::Unavailable => knob(0.0..=100.0, 5.0, 25.0, "%"),
            Self::Rounds => knob(1.0..=12.0, 1.0, 3.0, ""),
            Self::Readiness => knob(1.0..=30.0, 1.0, 10.0, "s"),
            Self::Restarts => knob(1.0..=10.0, 1.0, 3.0, ""),
            Self::Startup => knob(5.0..=300.0, 5.0, 60.0, "s"),
            Self::Outlier => knob(0.0..=100.0, 5.0, 60.0, "%"),
            Self::Ejected => knob(1.0..=12.0, 1.0, 1.0, ""),
            Self::CircuitBreaker => knob(0.0..=100.0, 5.0, 20.0, "%"),
            Self::RetryBudget => knob(0.0..=200.0, 5.0, 50.0, ""),
            Self::BackOff => knob(1.0..=10.0, 1.0, 3.0, ""),
            Self::Panic => knob(0.0..=10.0, 1.0, 7.0, ""),
            Self::Shedding => knob(50.0..=100.0, 2.5, 85.0, "%"),
            Self::Spent => knob(1.0..=60.0, 1.0, 10.0, "min"),
            Self::Allowed => knob(99.0..=99.99, 0.01, 99.9, "%"),
            Self::BurnRate => knob(1.0..=50.0, 1.0, 2.0, "%"),
            Self::Cohort => knob(0.5..=20.0, 0.5, 2.0, "%"),
            Self::SampleRatio => knob(0.0..=500.0, 25.0, 150.0, ""),
            Self::Mirrored => knob(0.0..=100.0, 5.0, 50.0, "%"),
            Self::Exposed => knob(1.0..=100.0, 1.0, 10.0, "%"),
            Self::Bake => knob(0.5..=5.0, 0.25, 1.0, "%"),
            Self::Drain => knob(0.0..=15.0, 1.0, 5.0, "s"),
            Self::SlowStart => knob(0.0..=60.0, 5.0, 15.0, "s"),
            Self::Flag => knob(0.0..=100.0, 5.0, 10.0, "%"),
            Self::KillSwitch => knob(1.0..=120.0, 1.0, 15.0, "s"),
            Self::Freeze => knob(0.0..=7.0, 1.0, 2.0, "d"),
            Self::Looks => knob(1.0..=60.0, 1.0, 10.0, ""),
            Self::Power => knob(50.0..=2_000.0, 50.0, 500.0, ""),
            Self::Needed => knob(0.5..=10.0, 0.25, 2.0, "%"),
            Self::Sequential => knob(100.0..=5_000.0, 100.0, 1_000.0, ""),
            Self::TwoSides => knob(0.0..=20.0, 1.0, 6.0, ""),
            Self::Ranks => knob(0.0..=100.0, 5.0, 20.0, "%"),
            Self::Alarm => knob(0.0..=300.0, 15.0, 60.0, "s"),
            Self::TwoFleets => knob(0.0..=60.0, 1.0, 10.0, "min"),
            Self::Busy => knob(20.0..=200.0, 5.0, 120.0, "/s"),
        }
    }

    /// What comes of its knob at `value`, in the order of the gaps of the card's answer after the first, which is the knob itself.
    pub fn outcome(self, value: f64) -> Vec<String> {
        let count = value.round().max(0.0) as u32;
        match self {
            Self::Quantile => {
                let mut tally = Tally::default();
                let slow = (value * 100.0).round() as u32;
                (0..10_000 - slow).for_each(|_| tally.record(Span::from_millis(100)));
                (0..slow).for_each(|_| tally.record(Span::from_millis(2_000)));
                vec![lasting(tally.quantile(0.99).as_secs_f64()), lasting(tally.mean().as_secs_f64())]
            }
            Self::Ratio => {
                let [low, high] = wilson(u64::from(count), 200, 0.95);
                vec![percent(f64::from(count) / 200.0), percent(low), percent(high)]
            }
            Self::BadDay => {
                let ratio = value / 100.0;
                let limit = binomial::at_least(11, 500, ratio);
                let compared = of_ratio_limit(ratio, 4_500.0, ratio, 500.0, 1.5, 0.01);
                vec![chance(limit), chance(compared)]
            }
            Self::Share => {
                let part = share(value);
                vec![decimal(part.fraction() * REQUESTS_PER_S, 1), for_share(part, FLEET).to_string()]
            }
            Self::SplitByInstances => {
                let (candidate, stable) = approximate_split(FLEET, Weight { part: count, whole: 100 }, 0);
                vec![
                    candidate.to_string(),
                    stable.to_string(),
                    percent(f64::from(candidate) / f64::from(candidate + stable)),
                ]
            }
            Self::Surge => {
                let bounds = Bounds::of(Amount::Share(share(value)), Amount::Count(0), FLEET);
                vec![bounds.surge.to_string(), (FLEET + bounds.surge).to_string()]
            }
            Self::Unavailable => {
                let bounds = Bounds::of(Amount::Count(1), Amount::Share(share(value)), FLEET);
                vec![bounds.unavailable.to_string(), bounds.min_available(FLEET).to_string()]
            }
            Self::Rounds => {
                let rounds = rounds(Bounds { surge: count, unavailable: 0 });
                vec![rounds.to_string(), lasting(f64::from(rounds) * 75.0)]
            }
            Self::Readiness => {
                vec![lasting(3.0 * value), decimal(REQUESTS_PER_S / f64::from(FLEET) * 3.0 * value, 0)]
            }
            Self::Restarts => {
                let wait = backoff::exponential(Span::from_secs(10), 2.0, Span::from_secs(300), count - 1);
                vec![lasting(wait.as_secs_f64())]
            }
            Self::Startup => vec![((value / 5.0).ceil() as u32).to_string()],
            Self::Outlier => {
                let rates = [99.0, 99.5, 98.5, 99.0, 99.5, value];
                let threshold = outlier::success_rate_threshold(&rates, 1.9).threshold;
                let out = outlier::below_threshold(&rates, 1.9);
                vec![decimal(threshold, 1), out.len().to_string()]
            }
            Self::Ejected => {
                let lasts = outlier::ejection_time(count, Span::from_secs(30), Span::from_secs(300));
                vec![lasting(lasts.as_secs_f64())]
            }
            Self::CircuitBreaker => {
                let (let_through, turned_away) = broken_calls(share(value));
                vec![let_through.to_string(), turned_away.to_string()]
            }
            Self::RetryBudget => vec![budget::concurrent_retries(0.2, 3, count, 0).to_string()],
            Self::BackOff => {
                let longest =
                    backoff::exponential(Span::from_millis(100), 2.0, Span::from_secs(10), count - 1);
                let range = backoff::full(longest);
                vec![lasting(range.at(0.0).as_secs_f64()), lasting(range.at(1.0).as_secs_f64())]
            }
            Self::Panic => {
                let level = PriorityHosts { hosts: 10, healthy: count, degraded: 0, excluded: 0 };
                let load = priority_load(&[level], OVERPROVISIONING_PERCENT, 50);
                let serving = if load.in_panic[0] { 10 } else { count };
                vec![serving.to_string()]
            }
            Self::Shedding => vec![percent(shed::scaled_trigger(value / 100.0, 0.8, 1.0))],
            Self::Spent => vec![percent(budget_spent(0.05, value * 60.0, 0.001, PERIOD))],
            Self::Allowed => {
                let budget = 1.0 - value / 100.0;
                let minute = budget_spent(1.0, 60.0, budget, PERIOD);
                vec![lasting(60.0 / minute), percent(minute)]
            }
            Self::BurnRate => {
                let factor = burn_factor(share(value), PERIOD, Span::from_secs(3_600));
                vec![decimal(factor, 1), percent(factor * 0.001)]
            }
            Self::Cohort => {
                let group = value / 100.0;
                vec![chance(binomial::at_least(1, 100, group)), chance(binomial::at_least(10, 100, group))]
            }
            Self::SampleRatio => {
                let counted = [5_000.0, 5_000.0 - value];
                let p = chi_square::goodness_of_fit(&counted, &[1.0, 1.0]).map_or(1.0, |fit| fit.p);
                vec![decimal(counted[1], 0), p_value(p)]
            }
            Self::Mirrored => vec![decimal(share(value).fraction() * REQUESTS_PER_S, 1)],
            Self::Exposed => {
                let met = share(value).fraction() * REQUESTS_PER_S * 90.0;
                vec![decimal(met, 0), decimal(met * 0.3, 0)]
            }
            Self::Bake => {
                let rise = Rise {
                    requests_per_s: REQUESTS_PER_S,
                    candidate: share(10.0),
                    from: 0.002,
                    to: value / 100.0,
                };
                vec![
                    rise.detected_by_comparing(POWER)
                        .map_or_else(|| "–".to_owned(), |span| lasting(span.as_secs_f64())),
                ]
            }
            Self::Drain => {
                let left = (10.0 - value).max(0.0);
                vec![decimal(left * REQUESTS_PER_S / f64::from(FLEET) / 2.0, 0)]
            }
            Self::SlowStart => vec![percent(slow_start::slow_start_factor(value, 60.0, 1.0, 0.1))],
            Self::Flag => {
                let on =
                    (0..100).filter(|user| user_bucket("new-page", *user) <= share(value).basis_points());
                vec![on.count().to_string()]
            }
            Self::KillSwitch => vec![lasting(value), lasting(value / 2.0)],
            Self::Freeze => vec![decimal(7.0 - value, 0), percent((7.0 - value) / 7.0)],
            Self::Looks => vec![chance(binomial::at_least(1, u64::from(count), ALPHA))],
            Self::Power => vec![chance(of_proportions(0.002, 9.0 * value, 0.02, value, ALPHA))],
            Self::Needed => {
                let needed = sample_size(0.002, value / 100.0, 9.0, ALPHA, POWER).ceil();
                vec![decimal(needed, 0), lasting(needed / 12.0)]
            }
            Self::Sequential => {
                // Errors of 2 % beside 1 %, equally many on both sides.
                let variance = (0.02 * 0.98 + 0.01 * 0.99) / value;
                let p = libm::exp(-log_ratio(0.01, variance, 0.0001)).min(1.0);
                vec![p_value(p)]
            }
            Self::TwoSides => vec![p_value(fisher(u64::from(count), 200, 2, 200).first_greater)],
            Self::Ranks => {
                let (slow, usual) = (latencies(1, 1.0 + value / 100.0), latencies(2, 1.0));
                vec![p_value(MannWhitney::new(&slow, &usual).p(Alternative::Greater, 0.5))]
            }
            Self::Alarm => vec![lasting(2.0 * SCRAPE_S + 60.0 + value)],
            Self::TwoFleets => vec![decimal(f64::from(FLEET) * value / 60.0, 1)],
            // Each request keeps a worker busy for 0.4 s; an instance has six.
            Self::Busy => vec![percent((value * 0.4 / (f64::from(FLEET) * 6.0)).min(1.0))],
        }
    }
}

fn p_value(p: f64) -> String {
    if p < 0.0001 { "< 0.0001".to_owned() } else { decimal(p, 4) }
}

/// In how many rounds a rolling update replaces the fleet, each ready instance letting one old one go.
fn rounds(bounds: Bounds) -> u32 {
    let (mut new, mut old, mut rounds) = (0, FLEET, 0);
    while (new < FLEET || old > 0) && rounds < 100 {
        new = grown(FLEET, bounds, new, new + old);
        let set = Set { replicas: new, available: new };
        let mut sets = [Set { replicas: old, available: old }];
        shrink(FLEET, bounds, &mut sets, set);
        old = sets[0].replicas;
        rounds += 1;
    }
    rounds
}

/// Of a hundred calls in ten seconds, of which `failing` fail, those that a breaker lets through and those it turns away.
fn broken_calls(failing: Share) -> (u32, u32) {
    let rules = Breaker { minimum_calls: 10, window: Window::Calls(20), ..Breaker::default() };
    let mut breaker = BreakerRun::new(rules);
    let (mut through, luck) = (0, Chance::new(1).stream("example", 0));
    for call in 0..100_u64 {
        let now = Time::ZERO + Span::from_millis(100 * call);
        if breaker.acquire(now) {
            through += 1;
            breaker.ended(now, luck.happens(call, failing), Span::from_millis(20));
        }
    }
    (through, 100 - through)
}

/// Forty latencies in seconds around 0.1 s, `factor` times as long.
fn latencies(seed: u64, factor: f64) -> Vec<f64> {
    let luck = Chance::new(seed).stream("example", 0);
    (0..40).map(|at| factor * (0.05 + 0.1 * luck.unit(at))).collect()
}
