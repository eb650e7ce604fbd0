//! The estimated cost of a run under a plan: what the plan sets up in the world, and what its judges look at.

use crate::control::compiled_plan::CompiledPlan;
use crate::control::{Check, Limit, Plan, Step};
use crate::scenario::{Counter, Notes, RunCost, Scenario};
use crate::telemetry::{Condition, Metric, Query};

/// Refuses a plan under which a run takes more than a run may. Expects a plan and a scenario without errors.
pub(super) fn check(notes: &mut Notes, plan: &Plan, scenario: &Scenario) {
    if scenario.run_cost().refused().is_some() {
        // The scenario is refused by itself.
        return;
    }
    if let Some(message) = estimate(plan, scenario).refused() {
        notes.error("", "too-costly", message);
    }
}

/// What a run of `plan` in `scenario` is estimated to take.
fn estimate(plan: &Plan, scenario: &Scenario) -> RunCost {
    let mut cost = set_up(plan, scenario).run_cost();
    let horizon_s = scenario.horizon.as_secs_f64();
    let judge = Judge::new(scenario);
    let rules = plan.alert_rules();
    let evaluations = horizon_s / scenario.monitoring.evaluation.as_secs_f64();
    let each: f64 = rules.iter().map(|rule| judge.condition(&rule.when)).sum();
    cost.work(evaluations * each, || {
        format!("{} alerts evaluated every {}", rules.len(), scenario.monitoring.evaluation)
    });
    let checks_s = |checks: &[Check]| -> f64 {
        checks.iter().map(|check| judge.check(check) / check.interval.as_secs_f64()).sum()
    };
    let background = plan.analysis.iter().map(|analysis| checks_s(&analysis.checks));
    cost.work(horizon_s * background.sum::<f64>(), || {
        "the checks of the analysis in the background".to_owned()
    });
    let compiled = CompiledPlan::over(plan, None, &scenario.zones);
    // One step runs at a time.
    let step = compiled.steps.iter().map(|step| checks_s(step.checks())).fold(0.0, f64::max);
    cost.work(horizon_s * step, || "the checks of a step".to_owned());
    let parts = compiled.steps.iter().flat_map(Step::checks).map(|check| &check.query);
    let parts =
        parts.chain(plan.analysis.iter().flat_map(|analysis| &analysis.checks).map(|check| &check.query));
    let mut parts: Vec<_> = parts.filter_map(Query::part).map(|part| format!("{part:?}")).collect();
    parts.sort();
    parts.dedup();
    let (parts, scrapes) = (parts.len() as f64, horizon_s / scenario.monitoring.scrape.as_secs_f64());
    cost.work(parts * scrapes * 3.0 * judge.counters / 2.0, || {
        format!("{parts} parts of the users counted apart")
    });
    for step in &compiled.steps {
        tests(&mut cost, step, scenario);
    }
    if let Some(autoscaler) = &plan.autoscaler {
        let fleet = scenario.service(&scenario.target).map_or(0.0, |target| f64::from(target.instances));
        cost.work(horizon_s / autoscaler.sync.as_secs_f64() * (4.0 + fleet / 16.0), || {
            format!("an autoscaler that looks every {}", autoscaler.sync)
        });
    }
    cost
}

/// Test requests of a step.
fn tests(cost: &mut RunCost, step: &Step, scenario: &Scenario) {
    let requests = match step {
        Step::Test(test) => f64::from(test.requests),
        Step::Progress(of) => of.load_test.hertz() * scenario.horizon.as_secs_f64(),
        Step::Scale(_)
        | Step::Weight(_)
        | Step::FollowWeight
        | Step::Mirror(_)
        | Step::Copy(_)
        | Step::Match(_)
        | Step::Flag(_)
        | Step::Pause(_)
        | Step::Analyse(_)
        | Step::Experiment(_)
        | Step::Roll(_)
        | Step::Wave(_)
        | Step::Approve
        | Step::Promote
        | Step::Retire(_) => return,
    };
    cost.work(requests * (1.0 + scenario.hops_of_a_request() * 2.0), || {
        format!("{requests:.0} test requests")
    });
}

/// The scenario with what the plan sets up at its target.
fn set_up(plan: &Plan, scenario: &Scenario) -> Scenario {
    let mut world = scenario.clone();
    let Some(target) = world.services.iter_mut().find(|service| service.name == scenario.target) else {
        return world;
    };
    target.probes = plan.probes.unwrap_or(target.probes);
    target.balancer = plan.balancer.unwrap_or(target.balancer);
    target.upstream = plan.upstream.unwrap_or(target.upstream);
    target.shedding = plan.shedding.or(target.shedding);
    for call in &mut target.calls {
        if let Some(changed) = plan.calls.iter().find(|changed| changed.to == call.to) {
            *call = changed.clone();
        }
    }
    world
}

/// What judges look at in a scenario.
struct Judge {
    /// Counters of a series.
    counters: f64,
    /// Series of a subject.
    series: f64,
    /// Scrapes in the whole run.
    scrapes: f64,
}

impl Judge {
    fn new(scenario: &Scenario) -> Self {
        let monitoring = &scenario.monitoring;
        let fleet = scenario.service(&scenario.target).map_or(1.0, |target| f64::from(target.instances));
        Self {
            counters: monitoring.buckets.len() as f64 + 4.0,
            series: if monitoring.counted_by == Counter::Instances { fleet } else { 3.0 },
            scrapes: scenario.horizon.as_secs_f64() / monitoring.scrape.as_secs_f64(),
        }
    }

    /// Steps of work of one answer.
    fn query(&self, query: &Query) -> f64 {
        let counters = if matches!(query.metric, Metric::Latency(_)) { self.counters } else { 2.0 };
        self.series * counters
    }

    fn condition(&self, when: &Condition) -> f64 {
        match when {
            Condition::Above(query, _) | Condition::Below(query, _) | Condition::Absent(query) => {
                self.query(query)
            }
            Condition::BurnRate { .. } => self.series * 4.0,
        }
    }

    /// Steps of work of one measurement.
    fn check(&self, check: &Check) -> f64 {
        let test =
            if matches!(check.pass, Limit::NotWorse(_)) { self.series * self.scrapes / 16.0 } else { 0.0 };
        2.0 * self.query(&check.query) + test
    }
}
