//! Law 48: a statistical test compares both sides over the same time, so it convicts a sound release no oftener than it says.

use rayon::prelude::*;

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Span};
use rollout_lab::library::read_ron;
use rollout_lab::scenario::{Fault, FaultKind, Scenario, When};
use rollout_lab::sim::{Case, RolloutPhase, Simulation};

use crate::world;

const RUNS: u64 = 120;

/// A shop with room to spare, whose two pools are alike as soon as half of the requests go to each.
fn shop(minutes: u64, per_second: f64) -> Scenario {
    let service = world::service("shop", 4, 32, Dist::Exponential(Span::from_millis(120)));
    let horizon = Span::from_secs(60 * minutes);
    let mut scenario = world::scenario(vec![service], Rate::per_second(per_second), horizon);
    // Many users, so that requests are as independent as the tests take them to be.
    scenario.clients.users = 1_000_000;
    // What a scrape saw of one side is often there ten seconds before what it saw of the other.
    scenario.monitoring.lag = Dist::Lognormal { p50: Span::from_secs(6), p99: Span::from_secs(20) };
    scenario
}

/// How many of the runs of a sound release a check sends back.
fn convicted(scenario: &Scenario, check: &str) -> u64 {
    let text = format!(
        "(format: 1, strategy: Canary(sticky: false, dynamic_stable_scale: true, steps: [Weight(\"50%\"), \
         Analyse(checks: [{check}])]))"
    );
    let plan: Plan = read_ron("plan.ron", &text).unwrap_or_else(|problems| panic!("{problems:?}")).0;
    let faults = scenario.faults.iter().map(|fault| fault.name.clone()).collect();
    let case = Case { faults, ..Case::default() };
    let one = |seed: u64| {
        let controllers = plan.controllers(scenario, &case);
        let mut simulation =
            Simulation::new(scenario, &case, plan.setup(), controllers, seed).expect("all is known");
        simulation.run();
        u64::from(simulation.record().observed.phase == RolloutPhase::RolledBack)
    };
    (1..=RUNS).into_par_iter().map(one).sum()
}

/// The share that is promised, with three standard errors for the number of runs.
fn at_most(alpha: f64) -> u64 {
    let runs = RUNS as f64;
    (runs * (alpha + 3.0 * (alpha * (1.0 - alpha) / runs).sqrt())) as u64
}

#[test]
fn the_requests_of_two_sides_are_counted_from_the_same_scrape_to_the_same_scrape() {
    let check = r#"(name: "split", query: (metric: ErrorRatio, of: Candidate, over: "2m"), initial_delay: "157s", count: 1,
        pass: NotWorse(SampleRatio(alpha: 0.01, candidate: "50%")))"#;
    let found = convicted(&shop(4, 24.0), check);
    assert!(found <= at_most(0.01), "{found} of {RUNS} sound releases");
}

/// Everything takes half as long again from the moment on at which the candidate gets its first requests. The window reaches back
/// to a time that only the baseline knows.
#[test]
fn what_happened_before_one_side_was_there_is_not_held_against_it() {
    let mut scenario = shop(10, 6.0);
    scenario.release_at = Span::from_secs(240);
    scenario.faults = vec![Fault {
        name: "slow".to_owned(),
        when: When::At(Span::from_secs(240)),
        lasts: Some(Span::from_secs(600)),
        what: FaultKind::Brownout {
            service: "shop".to_owned(),
            latency: 1.5,
            errors: rollout_lab::engine::Share::ZERO,
            instances: None,
        },
    }];
    for test in ["MannWhitney(alpha: 0.05, every: \"30s\")", "Welch(alpha: 0.05, every: \"30s\")"] {
        let check = format!(
            r#"(name: "slower", query: (metric: Latency(0.5), of: Candidate, over: "8m"), initial_delay: "4m", count: 1,
            pass: NotWorse({test}))"#
        );
        let found = convicted(&scenario, &check);
        assert!(found <= at_most(0.05), "{test}: {found} of {RUNS} sound releases");
    }
}

/// Kayenta's interval has a confidence of 98 % to both sides, so one metric is high by chance once in a hundred looks; looks at a
/// window that grows are not independent, so six of them convict in fewer than six in a hundred runs.
#[test]
fn a_careful_judge_who_looks_six_times_lets_a_sound_release_go() {
    let check = r#"(name: "judge", query: (metric: ErrorRatio, of: Candidate, over: "8m"), initial_delay: "3m", interval: "1m", count: 6,
        pass: NotWorse(Kayenta(every: "30s", metrics: [(metric: Latency(0.5), direction: Increase), (metric: Latency(0.9), direction: Increase)])))"#;
    let found = convicted(&shop(11, 6.0), check);
    assert!(found <= at_most(0.06), "{found} of {RUNS} sound releases");
}
