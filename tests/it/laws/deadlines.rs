//! Laws of deadlines that travel with requests (law 26).

use rollout_lab::engine::{Dist, Rate, Span, Time};
use rollout_lab::scenario::{Hedge, Retries, Scenario, Service, Shape};
use rollout_lab::sim::Simulation;

use crate::laws::simulate;
use crate::world;

/// How long clients wait.
const PATIENCE: Span = Span::from_millis(500);
/// When they stop coming.
const LAST: Time = Time::from_secs(60);

/// Clients ask `front`, which asks `middle`, which asks `slow`; none but the last has work of its own, and it has too few workers. Requests
/// carry their deadlines if `carried`.
fn chain(carried: bool, retries: Retries, hedge: Option<Hedge>) -> Scenario {
    let work = Dist::Lognormal { p50: Span::from_millis(300), p99: Span::from_millis(2_000) };
    let call = |to: &str| {
        let mut call = world::call(to);
        (call.carries_deadline, call.retries, call.hedge) = (carried, retries, hedge);
        call
    };
    let front = world::service("front", 1, 1_000, Dist::Fixed(Span::ZERO));
    let middle = world::service("middle", 2, 500, Dist::Fixed(Span::ZERO));
    let services = vec![
        Service { calls: vec![call("middle")], ..front },
        Service { calls: vec![call("slow")], ..middle },
        world::service("slow", 2, 2, work),
    ];
    let rate = Rate::per_second(20.0);
    let mut scenario = world::scenario(services, rate, Span::from_secs(300));
    let nobody = Rate::per_second(0.0);
    scenario.traffic[0].shape =
        Shape::Spike { base: nobody, to: rate, at: Span::from_secs(1), lasts: Span::from_secs(59) };
    scenario.clients.timeout = Some(PATIENCE);
    scenario.clients.carries_deadline = carried;
    scenario
}

/// Requests that the instances of `service` have, waiting or worked on.
fn held(simulation: &Simulation, service: &str) -> u32 {
    world::loads(simulation, service).iter().sum()
}

#[test]
fn nobody_on_the_way_waits_for_an_answer_longer_than_who_asked_first() {
    let again = Retries { limit: 3, ..Retries::default() };
    let hedge = Hedge {
        delay: Span::from_millis(100),
        attempts: 3,
        extra_load: None,
        rides_out_errors: true,
        non_idempotent: true,
    };
    for (retries, hedge) in [(Retries::default(), None), (again, None), (again, Some(hedge))] {
        for seed in 0..5 {
            let mut without = simulate(&chain(false, retries, hedge), seed);
            without.run_until(LAST + PATIENCE);
            assert!(held(&without, "front") > 20, "seed {seed}: the world is overloaded");
            let mut simulation = simulate(&chain(true, retries, hedge), seed);
            simulation.run_until(LAST);
            assert!(held(&simulation, "front") > 0, "seed {seed}");
            simulation.run_until(LAST + PATIENCE);
            assert_eq!((held(&simulation, "front"), held(&simulation, "middle")), (0, 0), "seed {seed}");
        }
    }
}

#[test]
fn what_nobody_waits_for_is_not_begun() {
    for seed in 0..5 {
        let busy_after = |carried: bool| {
            let mut simulation = simulate(&chain(carried, Retries::default(), None), seed);
            simulation.run_until(LAST + PATIENCE);
            let mut busy = 0;
            for second in 0..120 {
                simulation.run_until(LAST + PATIENCE + Span::from_secs(second));
                busy += u32::from(held(&simulation, "slow") > 0);
            }
            busy
        };
        // What was begun is finished; work that 99 in 100 times takes two seconds ends within six.
        assert!(busy_after(true) <= 6, "seed {seed}: {}", busy_after(true));
        assert!(busy_after(false) > 60, "seed {seed}: {}", busy_after(false));
    }
}

#[test]
fn a_deadline_that_is_never_reached_changes_nothing() {
    for seed in 0..5 {
        let digest = |carried: bool| {
            let mut scenario = chain(carried, Retries { limit: 2, ..Retries::default() }, None);
            scenario.clients.timeout = Some(Span::from_secs(100_000));
            let mut simulation = simulate(&scenario, seed);
            simulation.run();
            simulation.digest()
        };
        assert_eq!(digest(true), digest(false), "seed {seed}");
    }
}

#[test]
fn more_is_served_when_the_time_that_is_left_is_known() {
    for seed in 0..5 {
        let served = |carried: bool| {
            let mut simulation = simulate(&chain(carried, Retries::default(), None), seed);
            simulation.run();
            let requests = simulation.record().truth.requests;
            assert_eq!(
                requests.arrived,
                requests.succeeded + requests.failed + requests.timed_out + requests.rejected
            );
            requests.succeeded
        };
        let (with, without) = (served(true), served(false));
        assert!(with > 3 * without, "seed {seed}: {with} against {without}");
    }
}
