//! Laws of an experiment's split: users come to each side as meant, a test of that cries wolf as seldom as it says, and where
//! they do not come as meant, the experiment says nothing.

use rollout_lab::control::Plan;
use rollout_lab::engine::stats::chi_square::goodness_of_fit;
use rollout_lab::engine::{Chance, Share};
use rollout_lab::library::read_ron;
use rollout_lab::scenario::Scenario;
use rollout_lab::sim::{Case, Record, RolloutPhase, Simulation, What};

use crate::timelines::{checkout, record};

/// A third of the users for five minutes, with a goal that nothing fails.
const AB: &str = r#"(format: 1, strategy: Ab(share: "30%", for: "5m", goal: (checks: [
    (name: "orders", query: (metric: ErrorRatio, over: "3m"), pass: Below("100%")),
])))"#;

fn plan(text: &str) -> Plan {
    match read_ron("plan.ron", text) {
        Ok((plan, _)) => plan,
        Err(problems) => panic!("{problems:?}"),
    }
}

fn reasons(record: &Record) -> Vec<&str> {
    let phases = record.facts.iter().filter(|fact| matches!(fact.what, What::Phase(_)));
    phases.map(|fact| fact.because.as_str()).collect()
}

#[test]
fn an_experiment_whose_users_were_not_logged_is_not_valid_and_a_whole_one_is() {
    let scenario = checkout();
    assert_eq!(record(&scenario, &plan(AB), "v2").observed.phase, RolloutPhase::Completed);
    let silent = record(&scenario, &plan(AB), "v2-unlabelled");
    assert_eq!(silent.observed.phase, RolloutPhase::Paused);
    let why = reasons(&silent).last().copied().unwrap_or_default().to_owned();
    assert!(why.contains("0 of ") && why.contains("the result is not valid"), "{why}");
    let blind = plan(&AB.replace(r#"for: "5m","#, r#"for: "5m", sample_ratio: None,"#));
    assert_ne!(record(&scenario, &blind, "v2-unlabelled").observed.phase, RolloutPhase::Paused);
}

#[test]
fn counting_users_changes_nothing_that_happens_to_a_request() {
    let scenario = checkout();
    let with = record(&scenario, &plan(AB), "v2").truth;
    let without = plan(&AB.replace(r#"for: "5m","#, r#"for: "5m", sample_ratio: None,"#));
    let without = record(&scenario, &without, "v2").truth;
    assert_eq!(with.requests, without.requests);
    assert!(with.latency == without.latency);
}

/// How the users of a sound release came in a small world.
fn users_of(scenario: &Scenario, plan: &Plan, seed: u64) -> [u64; 3] {
    let case = Case::default();
    let controllers = plan.controllers(scenario, &case);
    let mut simulation =
        Simulation::new(scenario, &case, plan.setup(), controllers, seed).expect("all is known");
    simulation.run();
    let record = simulation.record();
    let end = rollout_lab::engine::Time::ZERO + record.simulated;
    record.observed.metrics.exposures(end).expect("users are counted")
}

#[test]
fn the_split_of_simulated_users_is_the_one_meant_as_often_as_chance_makes_it() {
    let text = r#"(
        format: 1, id: "small", title: "A small shop", horizon: "5m", release_at: "30s", entry: "shop", target: "shop",
        services: [(name: "shop", instances: 4, workers: 4, demand: Exponential("10ms"))],
        clients: (users: 2000), traffic: [(name: "steady", shape: Constant("20/s"))],
        releases: [(name: "v1"), (name: "v2")],
    )"#;
    let scenario: Scenario = read_ron("small.ron", text).expect("a scenario").0;
    // Longer than the world, so that the split still stands at its end.
    let plan = plan(&AB.replace("5m", "1h"));
    let mut alarms = 0;
    for seed in 0..60 {
        let [stable, candidate, control] = users_of(&scenario, &plan, seed);
        // Users who changed sides would be counted on both, and make it nearly three thousand.
        assert!((1_000..=2_000).contains(&(stable + candidate)) && control == 0, "{stable} and {candidate}");
        let fit = goodness_of_fit(&[candidate as f64, stable as f64], &[0.3, 0.7]).expect("two parts");
        alarms += u32::from(fit.p <= 0.1);
    }
    // Six are expected; 15 or more have a chance of one in a thousand.
    assert!((1..=14).contains(&alarms), "{alarms} of 60");
}

/// A part of one side's users that is lost on the way to the numbers makes an experiment invalid; with none it is sound.
#[test]
fn an_experiment_that_loses_some_of_one_sides_users_is_not_valid() {
    let lossy = r#"defects: [(name: "lost", then: LoseUsers("15%"))]"#;
    let world = |defects: &str| {
        let text = format!(
            r#"(
            format: 1, id: "small", title: "A small shop", horizon: "8m", release_at: "30s", entry: "shop", target: "shop",
            services: [(name: "shop", instances: 4, workers: 4, demand: Exponential("10ms"))],
            clients: (users: 6000), traffic: [(name: "steady", shape: Constant("60/s"))],
            releases: [(name: "v1"), (name: "v2", {defects})],
        )"#
        );
        read_ron::<Scenario>("small.ron", &text).expect("a scenario").0
    };
    let plan = plan(AB);
    for seed in 0..5 {
        for (defects, phase) in [(lossy, RolloutPhase::Paused), ("", RolloutPhase::Completed)] {
            let scenario = world(defects);
            let case = Case::default();
            let controllers = plan.controllers(&scenario, &case);
            let mut simulation =
                Simulation::new(&scenario, &case, plan.setup(), controllers, seed).expect("all is known");
            simulation.run();
            let record = simulation.record();
            assert_eq!(record.observed.phase, phase, "seed {seed} {defects}: {:?}", reasons(&record));
            let is_invalid = reasons(&record).iter().any(|why| why.contains("the result is not valid"));
            assert_eq!(is_invalid, phase == RolloutPhase::Paused, "seed {seed} {defects}");
        }
    }
}

#[test]
fn a_sound_split_is_called_a_mismatch_once_in_a_thousand() {
    let share = Share::percent(30.0);
    let chance = Chance::new(37);
    let mut alarms = 0_u32;
    for trial in 0..20_000 {
        let draws = chance.stream("users", trial);
        let candidate = (0..1_000).filter(|user| draws.bits(*user) < share.threshold()).count() as f64;
        let fit = goodness_of_fit(&[candidate, 1_000.0 - candidate], &[0.3, 0.7]).expect("two parts");
        alarms += u32::from(fit.p <= 0.001);
    }
    // Twenty are expected, give or take 4.5.
    assert!((6..=36).contains(&alarms), "{alarms} of 20,000");
}
