//! Staged waves stay in the zones they have reached, and lose no more of a zone than a rolling update may.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Span, Time};
use rollout_lab::library::read_ron;
use rollout_lab::scenario::Scenario;
use rollout_lab::sim::{Action, Case, Pool, RolloutCommand, RolloutPhase, Simulation};

use crate::world;

fn world(fleet: u32, zones: &[&str]) -> Scenario {
    let mut service = world::service("web", fleet, 4, Dist::Exponential(Span::from_millis(50)));
    service.boot.start = Dist::Lognormal { p50: Span::from_secs(8), p99: Span::from_secs(40) };
    let mut scenario = world::scenario(vec![service], Rate::per_second(20.0), Span::from_secs(1_800));
    scenario.zones = zones.iter().map(|zone| (*zone).to_owned()).collect();
    scenario
}

fn simulation(scenario: &Scenario, strategy: &str, seed: u64) -> Simulation {
    let plan: Plan = read_ron("plan", &format!("(format: 1, strategy: {strategy})")).expect("it is sound").0;
    assert_eq!(plan.problems(Some(scenario)), [], "{strategy}");
    let case = Case::default();
    let controllers = plan.controllers(scenario, &case);
    Simulation::new(scenario, &case, plan.setup(), controllers, seed).expect("it is sound")
}

/// How many of a pool stand in a zone without going.
fn count(simulation: &Simulation, pool: Pool, zone: usize) -> usize {
    let standing = simulation.instances("web");
    standing.iter().filter(|one| one.pool == pool && usize::from(one.zone) == zone && !one.going).count()
}

#[test]
fn a_wave_begins_when_the_one_before_is_through_and_has_baked() {
    // Three instances in a and in b, two in c.
    let strategy =
        "Waves(waves: [[\"b\"], [\"a\", \"c\"]], bake: \"2m\", deploy: (max_surge: 1, max_unavailable: 1))";
    for seed in 1..=5 {
        let mut simulation = simulation(&world(8, &["a", "b", "c"]), strategy, seed);
        let mut through = None;
        while simulation.step() {
            let ready = |zone: usize| {
                let standing = simulation.instances("web");
                standing.iter().filter(|one| usize::from(one.zone) == zone && one.ready && !one.going).count()
            };
            let told = format!("seed {seed}, at {}", simulation.now());
            for (zone, fleet) in [3, 3, 2].into_iter().enumerate() {
                let standing =
                    count(&simulation, Pool::Stable, zone) + count(&simulation, Pool::Candidate, zone);
                assert!(ready(zone) >= fleet - 1, "zone {zone}: {} ready, {told}", ready(zone));
                assert!(standing <= fleet + 1, "zone {zone}: {standing} stand, {told}");
            }
            if through.is_none() && count(&simulation, Pool::Stable, 1) == 0 {
                through = Some(simulation.now());
            }
            let begun = count(&simulation, Pool::Candidate, 0) + count(&simulation, Pool::Candidate, 2) > 0;
            let baked = through.is_some_and(|at| simulation.now() >= at + Span::from_secs(120));
            assert!(!begun || baked, "the second wave came early: {told}");
        }
        assert_eq!(simulation.record().observed.phase, RolloutPhase::Completed, "seed {seed}");
        let counts = [0, 1, 2].map(|zone| count(&simulation, Pool::Candidate, zone));
        assert_eq!(counts, [3, 3, 2], "seed {seed}");
    }
}

#[test]
fn a_wave_taken_back_leaves_every_zone_as_it_was() {
    let strategy = "Waves(bake: \"3m\")";
    for at in [5, 30, 120, 400] {
        let mut simulation = simulation(&world(9, &["a", "b", "c"]), strategy, at);
        simulation.run_until(Time::from_secs(at));
        simulation.act(Action::Command(RolloutCommand::Abort), "");
        simulation.run();
        assert_eq!(simulation.record().observed.phase, RolloutPhase::RolledBack, "aborted at {at} s");
        let counts = [0, 1, 2]
            .map(|zone| (count(&simulation, Pool::Stable, zone), count(&simulation, Pool::Candidate, zone)));
        assert_eq!(counts, [(3, 0); 3], "aborted at {at} s");
    }
}

#[test]
fn a_fleet_resized_between_waves_keeps_each_zone_to_its_version() {
    let strategy = "Waves(bake: \"5m\")";
    let mut simulation = simulation(&world(6, &["a", "b", "c"]), strategy, 4);
    simulation.run_until(Time::from_secs(240));
    simulation.act(Action::Resize { to: 10 }, "");
    simulation.run_until(Time::from_secs(300));
    let counts = |simulation: &Simulation| {
        [0, 1, 2]
            .map(|zone| (count(simulation, Pool::Stable, zone), count(simulation, Pool::Candidate, zone)))
    };
    assert_eq!(counts(&simulation), [(0, 4), (3, 0), (3, 0)]);
    simulation.run();
    assert_eq!(simulation.record().observed.phase, RolloutPhase::Completed);
    assert_eq!(counts(&simulation), [(0, 4), (0, 3), (0, 3)]);
}
