//! What is seen of a world, and that looking changes nothing.

use super::lab;
use crate::app::stage::World;
use crate::engine::Time;
use crate::exercise::Playback;
use crate::sim::{Life, Pool};

/// The model solution of an exercise, with its second case.
fn solution(id: &str) -> (std::sync::Arc<crate::scenario::Scenario>, Playback) {
    let lab = lab();
    let entry = lab.catalog.exercise(id).unwrap();
    let (_, plan) = entry.solution.as_ref().unwrap();
    let playback = Playback::new(&entry.scenario, &entry.exercise.cases[1].draw(), plan, &[], 7).unwrap();
    (entry.scenario.clone(), playback)
}

#[test]
fn with_the_lens_a_run_is_the_same() {
    for id in ["canary", "blue-green", "retry-storm", "production-testing"] {
        let (_, mut plain) = solution(id);
        let (_, seen) = solution(id);
        let mut seen = seen.seen_closely();
        plain.seek(Time::from_secs(900));
        seen.seek(Time::from_secs(900));
        assert_eq!(plain.simulation().digest(), seen.simulation().digest(), "{id}");
        let now = seen.now();
        assert!(plain.simulation().glimpses(Time::ZERO).1.is_empty(), "{id}");
        assert!(!seen.simulation().glimpses(now - crate::engine::Span::from_secs(60)).1.is_empty(), "{id}");
    }
}

#[test]
fn a_run_that_is_rewound_shows_the_same_requests() {
    let (scenario, playback) = solution("canary");
    let mut playback = playback.rewindable().seen_closely();
    let look = |playback: &Playback| {
        let record = playback.record();
        World::look(playback.simulation(), &scenario, &record.observed.metrics, 60.0, None)
    };
    playback.seek(Time::from_secs(600));
    let before = look(&playback);
    playback.seek(Time::from_secs(700));
    playback.seek(Time::from_secs(600));
    assert_eq!(before, look(&playback));
    assert!(before.glimpses.len() > 50, "{}", before.glimpses.len());
}

#[test]
fn the_world_shows_who_answers_whom() {
    let (scenario, playback) = solution("canary");
    let mut playback = playback.seen_closely();
    playback.seek(Time::from_secs(420));
    let record = playback.record();
    let world = World::look(playback.simulation(), &scenario, &record.observed.metrics, 60.0, None);
    let shares: f64 = world.pools.iter().map(|pool| pool.share).sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    assert!(world.pools.iter().any(|pool| pool.pool == Pool::Candidate && !pool.figures.is_empty()));
    // The rates of the pools are those that users bring: about 100 a second.
    assert!((60.0..200.0).contains(&world.rate), "{}", world.rate);
    let names: Vec<&str> = world.pools.iter().map(|pool| pool.release.as_str()).collect();
    assert!(names.iter().all(|name| !name.contains('-')), "a name gives nothing away: {names:?}");
    assert!(world.step.is_some_and(|(at, of)| at >= 1 && at <= of), "{:?}", world.step);
    assert!(world.dependencies.iter().all(|one| one.is_called && one.p99_s.is_some()));
    assert!(world.pools.iter().all(|pool| pool.ready() >= pool.count(Life::Ready)));
}
