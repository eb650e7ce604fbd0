//! A run is a function of what it is given: cut into pieces, cloned, stepped or watched, it stays the same run.

use rollout_lab::engine::{Span, Time};

use super::chaos::{self, HORIZON_S};

const END: Time = Time::from_secs(HORIZON_S);

#[test]
fn a_run_in_pieces_is_the_run_in_one_go() {
    chaos::in_random_worlds(24, |chaos| {
        let mut whole = chaos.simulate();
        chaos.play(&mut whole, END, Span::from_secs(1_000));
        let odd = Span(chaos.seed % 7_000_000_000 + 100_000_000);
        let mut pieces = chaos.simulate();
        chaos.play(&mut pieces, END, odd);
        assert_eq!(whole.digest(), pieces.digest(), "pieces of {odd}");
        assert_eq!(whole.facts(), pieces.facts());
        assert_eq!(whole.requests(), pieces.requests());
        assert_eq!(whole.events(), pieces.events());
    });
}

#[test]
fn a_clone_run_on_gives_the_same_facts_and_digest() {
    chaos::in_random_worlds(24, |chaos| {
        let mut original = chaos.simulate();
        let cut = Time(chaos.seed % END.0);
        chaos.play(&mut original, cut, Span::from_secs(1_000));
        let mut clone = original.clone();
        let at_the_cut = original.digest();
        chaos.play(&mut clone, END, Span::from_secs(3));
        assert_eq!(original.digest(), at_the_cut, "the clone's future is its own");
        chaos.play(&mut original, END, Span::from_secs(1_000));
        assert_eq!(original.facts(), clone.facts());
        let (original, clone) = (original.record(), clone.record());
        assert_eq!(original.digest, clone.digest);
        assert_eq!(original.truth.latency, clone.truth.latency);
        assert_eq!(original.truth.instance_time, clone.truth.instance_time);
        assert_eq!(original.truth.points, clone.truth.points);
    });
}

#[test]
fn stepping_and_looking_change_nothing() {
    chaos::in_random_worlds(12, |chaos| {
        let quiet = chaos::Chaos { actions: Vec::new(), ..chaos.clone() };
        let mut whole = quiet.simulate();
        whole.run();
        let watched = quiet.run(|simulation| {
            let _ = (simulation.requests(), simulation.known("s0"), simulation.instances("s0"));
        });
        assert_eq!(whole.digest(), watched.digest());
        assert_eq!(whole.events(), watched.events());
        assert_eq!(whole.now(), watched.now());
    });
}

#[test]
fn another_seed_is_another_run() {
    let digest = |seed| {
        let chaos = chaos::Chaos { seed: 1, services: 2, features: chaos::on::CALLS, actions: Vec::new() };
        let mut simulation = super::simulate(&chaos.scenario(), seed);
        simulation.run();
        simulation.digest()
    };
    assert_eq!(digest(1), digest(1));
    assert_ne!(digest(1), digest(2));
}
