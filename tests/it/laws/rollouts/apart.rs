//! Instances of the two versions that keep to zones of their own.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rollout_lab::engine::Span;
use rollout_lab::scenario::Scenario;
use rollout_lab::sim::{Pool, RolloutPhase, Simulation};

use super::{World, any_world, count};
use crate::laws::chaos::in_random;

/// The world with so many zones.
fn with_zones(world: &World, zones: usize) -> Scenario {
    let mut scenario = world.scenario(Span::from_secs(1_200));
    scenario.zones = (0..zones).map(|zone| format!("z{zone}")).collect();
    scenario
}

fn zones_of(simulation: &Simulation, pool: Pool) -> BTreeSet<usize> {
    let standing = simulation.instances("web");
    standing.iter().filter(|one| one.pool == pool && one.ready).map(|one| usize::from(one.zone)).collect()
}

/// Where the two versions must keep apart no zone ever has ready instances of both, however the canary goes out; and it
/// does get out, since zones become free.
#[test]
fn versions_that_must_keep_apart_never_share_a_zone() {
    in_random(20, &(any_world(), 1..5_usize, prop::bool::ANY), |(world, free, router)| {
        let zones = world.fleet as usize + free;
        if zones > 16 {
            return;
        }
        let plan = format!(
            "strategy: Canary(steps: [Weight(\"40%\"), Pause(\"60s\")], router: {router}, anti_affinity: Required, \
             dynamic_stable_scale: {router})"
        );
        let scenario = with_zones(world, zones);
        let mut simulation = world.simulate(&scenario, &plan);
        while simulation.step() {
            let (stable, candidate) =
                (zones_of(&simulation, Pool::Stable), zones_of(&simulation, Pool::Candidate));
            let told = format!("{world:?} {plan} at {}", simulation.now());
            assert!(stable.is_disjoint(&candidate), "{stable:?} and {candidate:?}: {told}");
        }
        let standing = simulation.instances("web");
        let placed = standing.iter().filter(|one| one.pool == Pool::Candidate && one.ready).count();
        assert!(placed > 0, "{world:?} {plan}");
    });
}

#[test]
fn an_instance_that_finds_no_zone_waits_until_one_is_free() {
    let world = World { seed: 3, fleet: 2, boot: Span::from_secs(5), lag: Span::ZERO };
    let plan = "strategy: Canary(steps: [Weight(\"50%\")], router: false, max_surge: 1, max_unavailable: 1, \
                anti_affinity: Required)";
    let mut simulation = world.simulate(&with_zones(&world, 2), plan);
    simulation.run();
    let record = simulation.record();
    assert!(count(&record.facts, "a candidate instance waits") > 0);
    assert_eq!(record.observed.phase, RolloutPhase::Completed);
}

/// The zone with the fewest instances of the other version comes first where keeping apart is only preferred.
#[test]
fn versions_that_would_rather_keep_apart_share_a_zone_only_when_they_must() {
    let world = World { seed: 5, fleet: 4, boot: Span::from_secs(5), lag: Span::ZERO };
    let plan = "strategy: BlueGreen(preview: 3, auto_promote: false, anti_affinity: Preferred)";
    let mut simulation = world.simulate(&with_zones(&world, 6), plan);
    simulation.run();
    assert_eq!(zones_of(&simulation, Pool::Stable), BTreeSet::from([0, 1, 2, 3]));
    let green = zones_of(&simulation, Pool::Candidate);
    assert!(green.is_superset(&BTreeSet::from([4, 5])), "{green:?}");
}
