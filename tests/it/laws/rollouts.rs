//! Laws of every way a release goes out, in random small worlds: fleets, bounds, boot times and seeds of any kind.

mod apart;
mod blue_green;
mod canary;
mod ends;
mod experiment;
mod rolling;

use proptest::prelude::*;
use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::library::read_ron;
use rollout_lab::scenario::{Checks, Defect, Effect, Probe, Scenario, Severity};
use rollout_lab::sim::{Case, Fact, Simulation, What};

use crate::world;

/// A random small world.
#[derive(Clone, Copy, Debug)]
struct World {
    seed: u64,
    fleet: u32,
    /// Median of the time an instance takes to start; now and then it takes five times as long.
    boot: Span,
    /// How long a proxy may take to learn of a change.
    lag: Span,
}

fn any_world() -> impl Strategy<Value = World> {
    (0..1_000_u64, 1..13_u32, 0..20_u64, 0..3_u64).prop_map(|(seed, fleet, boot, lag)| World {
        seed,
        fleet,
        boot: Span::from_secs(boot),
        lag: Span::from_secs(lag),
    })
}

impl World {
    /// Twenty requests a second, of which each takes 20 ms, for so long.
    fn scenario(&self, horizon: Span) -> Scenario {
        let mut service = world::service("web", self.fleet, 4, Dist::Exponential(Span::from_millis(20)));
        if !self.boot.is_zero() {
            service.boot.start = Dist::Lognormal { p50: self.boot, p99: self.boot * 5 };
        }
        service.endpoints.proxies = 3;
        if !self.lag.is_zero() {
            service.endpoints.lag = Dist::Uniform { min: Span::ZERO, max: self.lag };
            service.endpoints.route_lag = Dist::Uniform { min: Span::ZERO, max: self.lag };
        }
        service.drain.pre_stop = self.lag;
        world::scenario(vec![service], Rate::per_second(20.0), horizon)
    }

    fn simulate(&self, scenario: &Scenario, plan: &str) -> Simulation {
        let plan: Plan = match read_ron("plan", &format!("(format: 1, {plan})")) {
            Ok((plan, _)) => plan,
            Err(problems) => panic!("{plan}: {problems:?}"),
        };
        let wrong =
            plan.problems(Some(scenario)).into_iter().filter(|issue| issue.severity == Severity::Error);
        assert_eq!(wrong.collect::<Vec<_>>(), [], "{plan:?}");
        let case = Case::default();
        let controllers = plan.controllers(scenario, &case);
        Simulation::new(scenario, &case, plan.setup(), controllers, self.seed).expect("it is sound")
    }
}

/// The second release fails half of its requests.
fn with_errors(scenario: &mut Scenario) {
    let when = vec![rollout_lab::scenario::DefectTrigger::Chance(Share::percent(50.0))];
    scenario.releases[1].defects = vec![Defect { name: "errors".to_owned(), when, then: Effect::Errors }];
}

/// Instances of the second release never pass their readiness probe.
fn never_ready(scenario: &mut Scenario) {
    scenario.services[0].probes.readiness = Some(Probe {
        initial_delay: Span::ZERO,
        period: Span::from_secs(2),
        timeout: Span::from_secs(1),
        success_threshold: 1,
        failure_threshold: 3,
        checks: Checks::Process,
    });
    scenario.releases[1].defects =
        vec![Defect { name: "unready".to_owned(), when: Vec::new(), then: Effect::FailReadiness }];
}

fn count(facts: &[Fact], text: &str) -> usize {
    facts.iter().filter(|fact| fact.what.to_string().contains(text)).count()
}

/// The weights of the last route, and when it was asked for.
fn last_route(facts: &[Fact]) -> Option<(Time, Option<[u32; 3]>)> {
    facts.iter().rev().find_map(|fact| match &fact.what {
        What::Routed { weights, .. } => Some((fact.at, *weights)),
        _ => None,
    })
}
