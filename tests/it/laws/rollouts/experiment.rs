//! Experiments: candidate and control on equal terms.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rollout_lab::engine::Span;
use rollout_lab::sim::{Pool, RolloutPhase, Simulation};

use super::any_world;
use crate::laws::chaos::in_random;

/// The requests that came to a pool in this run until now, by their numbers.
fn seen(simulation: &Simulation, known: &mut BTreeMap<u64, Pool>) {
    known.extend(simulation.in_flight().map(|hop| (hop.id, hop.pool)));
}

/// While an experiment runs both sides have the same number of instances, and the same share of the requests within what
/// chance can make of it (5 sigma); under a mirror exactly the same copies. Afterwards nothing is left of the control.
#[test]
fn both_sides_of_an_experiment_are_as_large_and_get_as_much() {
    let any = (any_world(), 1..30_u32, 1..4_u32, prop::bool::ANY);
    in_random(15, &any, |(world, share, size, mirrored)| {
        let how = if *mirrored { "mirror" } else { "share" };
        let plan = format!(
            "strategy: Canary(sticky: false, steps: [Experiment(size: {size}, {how}: \"{share}%\", for: \"5m\"), Approve])"
        );
        let mut simulation = world.simulate(&world.scenario(Span::from_secs(900)), &plan);
        let told = format!("{world:?} {plan}");
        let mut known = BTreeMap::new();
        let mut compared = false;
        while simulation.step() {
            seen(&simulation, &mut known);
            let standing = simulation.instances("web");
            let ready = |pool| standing.iter().filter(|one| one.pool == pool && one.ready).count() as u32;
            let both = (ready(Pool::Candidate), ready(Pool::Control));
            compared |= both == (*size, *size);
            assert!(both.0 <= *size && both.1 <= *size, "{both:?}: {told}");
        }
        assert!(compared, "the two sides never stood: {told}");
        let count = |pool| known.values().filter(|of| **of == pool).count() as f64;
        let (candidate, control) = (count(Pool::Candidate), count(Pool::Control));
        if *mirrored {
            assert!((candidate - control).abs() < 0.5, "{candidate} and {control}: {told}");
        } else {
            let sigma = (candidate + control).sqrt().max(1.0);
            assert!((candidate - control).abs() <= 5.0 * sigma, "{candidate} and {control}: {told}");
        }
        assert!(candidate > 0.0, "{told}");
        assert_eq!(simulation.record().observed.phase, RolloutPhase::Paused, "{told}");
        assert!(simulation.instances("web").iter().all(|one| one.pool == Pool::Stable), "{told}");
    });
}
