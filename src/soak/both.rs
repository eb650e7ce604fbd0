//! Random worlds that both fidelities can say, run in both: how far the fluid mode is from the request mode.

use super::dice::Dice;
use super::soaked::first_error;
use super::world::{RandomWorld, feature as on};
use crate::control::Plan;
use crate::engine::{Chance, Rate, Share, Span};
use crate::exercise::play;
use crate::library::load::read;
use crate::library::shipped::Loaded;
use crate::scenario::{Balancer, DefectTrigger, Endpoints, FaultKind, Fidelity, Scenario, Shape};
use crate::sim::{Case, Record, RolloutPhase};

/// What a world may have that the fluid mode can say.
const SAYABLE: [u64; 18] = [
    on::CALLS,
    on::RETRIES,
    on::CALL_RETRIES,
    on::TIMEOUT,
    on::ERRORS,
    on::PROBES,
    on::SLOW_BOOT,
    on::SHORT_GRACE,
    on::LAGS,
    on::COHORTS,
    on::SPIKE,
    on::ERROR_DEFECT,
    on::CRASHES,
    on::BROWNOUT,
    on::LOSS,
    on::DELAY,
    on::METRICS,
    on::BALANCERS,
];

/// Seeds of one world: the means of a world are over them.
pub const SEEDS: u64 = 4;

/// How much larger than the smallest worlds these are: requests are many enough to be counted, and few enough to be simulated.
const TIMES: u32 = 12;

/// How much more room than the smallest worlds these have: the bound is for queues that keep up.
const ROOM: u32 = 2;

/// What is measured of a run in both modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Mean latency of the answers, in milliseconds.
    Mean,
    /// Median latency.
    Median,
    /// 99th percentile of latency.
    P99,
    /// Failed requests, of a million.
    Failed,
    /// Requests that the candidate worked on, of a million.
    Exposed,
    /// Users harmed less users helped: where luck in a queue decides who is late or given up, the request mode counts some as harmed and as
    /// many as helped, whom the fluid mode counts as neither.
    Harmed,
}

impl Measure {
    /// All measures.
    pub const ALL: [Self; 6] =
        [Self::Mean, Self::Median, Self::P99, Self::Failed, Self::Exposed, Self::Harmed];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean latency",
            Self::Median => "median latency",
            Self::P99 => "p99 latency",
            Self::Failed => "failed requests",
            Self::Exposed => "exposed requests",
            Self::Harmed => "users harmed less helped",
        }
    }

    /// By how much the fluid mode may miss it, as a share of the request mode's: means 2 %, quantiles and harm 5 %.
    pub const fn bound(self) -> f64 {
        match self {
            Self::Mean | Self::Failed | Self::Exposed => 0.02,
            Self::Median | Self::P99 | Self::Harmed => 0.05,
        }
    }

    /// Differences up to this are nothing: a tenth of a millisecond, a hundred of a million requests, ten users.
    const fn least(self) -> f64 {
        match self {
            Self::Mean | Self::Median | Self::P99 => 0.1,
            Self::Failed | Self::Exposed => 100.0,
            Self::Harmed => 10.0,
        }
    }

    fn of(self, record: &Record) -> f64 {
        let truth = &record.truth;
        let of_million = |count: u64| count as f64 * 1e6 / truth.requests.arrived.max(1) as f64;
        match self {
            Self::Mean => truth.latency.mean().as_millis_f64(),
            Self::Median => truth.latency.quantile(0.5).as_millis_f64(),
            Self::P99 => truth.latency.quantile(0.99).as_millis_f64(),
            Self::Failed => {
                let requests = truth.requests;
                of_million(requests.failed + requests.rejected + requests.timed_out)
            }
            Self::Exposed => of_million(truth.points.iter().map(|point| u64::from(point.exposed)).sum()),
            Self::Harmed => truth.users_harmed as f64 - truth.users_helped as f64,
        }
    }
}

/// A measure of one world in both modes.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// Mean in the request mode.
    pub requests: f64,
    /// Mean of the differences, fluid mode less request mode.
    pub difference: f64,
    /// The standard error of that mean.
    pub error: f64,
}

impl Compared {
    /// By how much more than its bound, and than luck can explain (three standard errors), the fluid mode misses it; 0 when it does not.
    pub fn beyond(&self, measure: Measure) -> f64 {
        let allowed = measure.bound() * self.requests.abs() + measure.least() + 3.0 * self.error;
        (self.difference.abs() - allowed).max(0.0)
    }
}

/// What came of one world in both modes.
#[derive(Clone, Debug)]
pub struct Both {
    /// The world.
    pub seed: u64,
    /// The strategy of its plan.
    pub strategy: &'static str,
    /// In how many of the seeds both modes ended with the same decision.
    pub agreed: u64,
    /// Each measure, over those seeds; none where no seed agreed.
    pub measures: Vec<Compared>,
}

/// The first `count` worlds after `seed` that the fluid mode can say, as numbers for [`compare`].
pub fn worlds(seed: u64, count: usize) -> Vec<u64> {
    (0..)
        .map(|number| Chance::new(seed).stream("both", number).bits(0))
        .filter(|world| made(*world).is_some())
        .take(count)
        .collect()
}

/// Runs a world in both modes.
pub fn compare(world: u64) -> Option<Both> {
    let (scenario, plan, strategy, _) = made(world)?;
    let faults = scenario.faults.iter().map(|fault| fault.name.clone()).collect();
    let case = Case { release: Some(scenario.releases[1].name.clone()), faults, ..Case::default() };
    let fluid = Scenario { fidelity: Fidelity::Fluid, ..scenario.clone() };
    let mut pairs = Vec::new();
    for seed in 1..=SEEDS {
        let [requests, fluid] =
            [&scenario, &fluid].map(|scenario| play(scenario, &case, &plan, &[], seed).ok());
        pairs.push((requests?, fluid?));
    }
    let decision = |record: &Record| match record.standing() {
        RolloutPhase::Completed => RolloutPhase::Completed,
        _ if record.observed.aborted.is_some() => RolloutPhase::RolledBack,
        other => other,
    };
    pairs.retain(|(requests, fluid)| decision(requests) == decision(fluid));
    let measures = Measure::ALL.map(|measure| compared(measure, &pairs));
    let measures = if pairs.is_empty() { Vec::new() } else { measures.to_vec() };
    Some(Both { seed: world, strategy, agreed: pairs.len() as u64, measures })
}

fn compared(measure: Measure, pairs: &[(Record, Record)]) -> Compared {
    let count = pairs.len().max(1) as f64;
    let of = |pair: &(Record, Record)| (measure.of(&pair.0), measure.of(&pair.1));
    let values: Vec<(f64, f64)> = pairs.iter().map(of).collect();
    let requests = values.iter().map(|(requests, _)| requests).sum::<f64>() / count;
    let difference = values.iter().map(|(requests, fluid)| fluid - requests).sum::<f64>() / count;
    let square =
        |(requests, fluid): &(f64, f64)| (fluid - requests - difference) * (fluid - requests - difference);
    let variance = values.iter().map(square).sum::<f64>() / (count - 1.0).max(1.0);
    Compared { requests, difference, error: libm::sqrt(variance / count) }
}

/// The scenario of a world, and its plan as it is written.
pub fn written(world: u64) -> Option<(Scenario, String)> {
    made(world).map(|(scenario, .., text)| (scenario, text))
}

/// The world of a number, a plan for it with its strategy and as it is written; `None` when the fluid mode cannot say it.
fn made(seed: u64) -> Option<(Scenario, Plan, &'static str, String)> {
    let mut dice = Dice::new(Chance::new(seed).stream("both", 0));
    let features = SAYABLE.iter().filter(|_| dice.below(100) < 25).fold(0, |all, bit| all | bit);
    let services = if features & on::CALLS == 0 { 1 } else { dice.between(2, 3) as usize };
    let mut scenario = RandomWorld { seed, services, features }.scenario();
    scenario.target = scenario.entry.clone();
    scenario.horizon = Span::from_secs(300);
    scenario.release_at = Span::from_secs(30);
    scenario.clients.users = 20_000;
    if dice.below(100) < 40 {
        scenario.clients.slow_after = Some(dice.millis(200, 1_500));
    }
    scenario.releases.truncate(2);
    scenario.releases[1].defects.iter_mut().for_each(|defect| {
        defect.when.retain(|trigger| !matches!(trigger, DefectTrigger::FlagOn(_)));
    });
    for service in &mut scenario.services {
        service.instances *= TIMES * ROOM;
        service.queue = 1_000;
        if service.balancer == (Balancer::LeastRequest { choices: 0, with_replacement: false }) {
            service.balancer = Balancer::Random;
        }
        service.endpoints = Endpoints { proxies: dice.between(1, 4) as u32, ..service.endpoints.clone() };
        for call in &mut service.calls {
            // A call that is lost holds a worker until its timeout: the bound is for services that keep up.
            call.timeout = call.timeout.min(Span::from_secs(1));
        }
    }
    for fault in &mut scenario.faults {
        if let FaultKind::Brownout { latency, .. } = &mut fault.what {
            *latency = 1.5;
        }
    }
    if let Shape::Constant(rate) = &mut scenario.traffic[0].shape {
        *rate = Rate::per_second(rate.hertz() * f64::from(TIMES));
    }
    if let Shape::Spike { base, to, .. } = &mut scenario.traffic[0].shape {
        *base = Rate::per_second(base.hertz() * f64::from(TIMES));
        *to = Rate::per_second(base.hertz() * 1.3);
    }
    let (strategy, text) = PLANS[dice.below(PLANS.len() as u64) as usize];
    let fluid = Scenario { fidelity: Fidelity::Fluid, ..scenario.clone() };
    first_error(&fluid.problems()).and_then(|()| first_error(&scenario.problems())).ok()?;
    let bound = Share::percent(dice.between(2, 30) as f64);
    let text = text.replace("BOUND", &format!("\"{bound}\""));
    let loaded = Loaded { file: "plan.ron".to_owned(), text: text.clone() };
    let plan: Plan = read(&loaded).ok()?.value;
    first_error(&plan.problems(Some(&fluid))).ok()?;
    Some((scenario, plan, strategy, text))
}

/// Plans of several strategies, each with a check of the candidate's errors.
const PLANS: [(&str, &str); 4] = [
    (
        "canary",
        r#"(format: 1, title: "t", strategy: Canary(steps: [Weight("10%"), Analyse(checks: [(name: "errors",
            query: (metric: ErrorRatio, of: Candidate, over: "40s"), pass: Below(BOUND), interval: "10s",
            initial_delay: "40s", count: 5, failure_limit: 1, min_requests: 100)]), Weight("50%"), Pause("40s")]))"#,
    ),
    (
        "sticky canary",
        r#"(format: 1, title: "t", strategy: Canary(sticky: true, steps: [Weight("5%"), Pause("30s"), Weight("20%"),
            Analyse(checks: [(name: "errors", query: (metric: ErrorRatio, of: Candidate, over: "40s"),
            pass: Below(BOUND), interval: "10s", initial_delay: "40s", count: 4, min_requests: 100)])]))"#,
    ),
    (
        "rolling",
        r#"(format: 1, title: "t", strategy: Rolling(max_surge: 4, max_unavailable: 0, min_ready: "10s"), alerts: [(name: "errors",
            when: Above((metric: ErrorRatio, of: Candidate, over: "40s"), BOUND), for: "15s")],
            triggers: [(alert: "errors", then: Abort)], drain: (pre_stop: "5s", grace: "30s"))"#,
    ),
    (
        "blue-green",
        r#"(format: 1, title: "t", strategy: BlueGreen(auto_promote: true, after: (for: "90s", checks: [(name: "errors",
            query: (metric: ErrorRatio, of: Candidate, over: "40s"), pass: Below(BOUND), interval: "10s",
            initial_delay: "40s", min_requests: 100)]), scale_down_delay: "20s"))"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_worlds_of_every_plan_and_every_measure_has_a_name() {
        let strategies: std::collections::BTreeSet<&str> =
            worlds(1, 40).into_iter().filter_map(|world| Some(made(world)?.2)).collect();
        assert_eq!(strategies.len(), PLANS.len(), "{strategies:?}");
        let names: std::collections::BTreeSet<&str> =
            Measure::ALL.iter().map(|measure| measure.name()).collect();
        assert_eq!(names.len(), Measure::ALL.len());
    }
}
