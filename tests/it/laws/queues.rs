//! Laws of queues that hold on every path, not only on average.

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{Discipline, Retries, Scenario, Service, Shape};
use rollout_lab::sim::Simulation;

use crate::laws::simulate;
use crate::world;

/// Nobody comes in the first second, nor after a minute, so that the world starts and ends empty.
fn from_empty_to_empty(services: Vec<Service>, per_second: f64) -> Scenario {
    let rate = Rate::per_second(per_second);
    let nobody = Rate::per_second(0.0);
    let mut scenario = world::scenario(services, rate, Span::from_secs(300));
    scenario.traffic[0].shape =
        Shape::Spike { base: nobody, to: rate, at: Span::from_secs(1), lasts: Span::from_secs(59) };
    scenario
}

/// Adds up `count` over time, in requests times nanoseconds, exactly.
fn integral(simulation: &mut Simulation, count: impl Fn(&Simulation) -> u64) -> u128 {
    let mut sum = 0;
    let mut before = (simulation.now(), count(simulation));
    while simulation.step() {
        let now = simulation.now();
        sum += u128::from(now.since(before.0).0) * u128::from(before.1);
        before = (now, count(simulation));
    }
    sum
}

#[test]
fn little_holds_exactly_from_empty_to_empty() {
    let work = Dist::Lognormal { p50: Span::from_millis(15), p99: Span::from_millis(120) };
    let one = |discipline: Discipline| Service { discipline, ..world::service("one", 2, 2, work.clone()) };
    let mut chain = vec![one(Discipline::Fifo), world::service("two", 1, 4, work.clone())];
    chain[0].calls = vec![world::call("two")];
    let mut retried = vec![one(Discipline::Fifo)];
    retried[0].errors = Share::percent(20.0);
    let worlds = [
        vec![one(Discipline::Fifo)],
        vec![one(Discipline::Priority)],
        vec![one(Discipline::ProcessorSharing)],
        chain,
    ];
    for (index, services) in worlds.into_iter().enumerate() {
        let mut simulation = simulate(&from_empty_to_empty(services, 60.0), index as u64);
        let held = integral(&mut simulation, |simulation| simulation.requests().in_flight);
        let record = simulation.record();
        assert!(record.truth.requests.succeeded > 3000);
        assert_eq!(record.truth.requests.succeeded, record.truth.requests.arrived, "nothing fails here");
        assert_eq!(held, record.truth.latency.sum_nanos(), "L = lambda W, world {index}");
    }
    let mut scenario = from_empty_to_empty(retried, 60.0);
    scenario.clients.retries = Retries { limit: 10, ..Retries::default() };
    let mut simulation = simulate(&scenario, 9);
    let held = integral(&mut simulation, |simulation| simulation.requests().in_flight);
    let truth = simulation.record().truth;
    assert_eq!(truth.requests.succeeded, truth.requests.arrived, "ten retries are enough");
    assert_eq!(held, truth.latency.sum_nanos(), "retries and waiting between them count");
}

#[test]
fn workers_are_busy_exactly_as_long_as_there_is_work() {
    let work = Span::from_millis(23);
    let scenario = from_empty_to_empty(vec![world::service("one", 1, 2, Dist::Fixed(work))], 80.0);
    let mut simulation = simulate(&scenario, 3);
    let busy = integral(&mut simulation, |simulation| {
        simulation.instances("one").iter().map(|instance| u64::from(instance.busy)).sum()
    });
    let truth = simulation.record().truth;
    assert_eq!(busy, u128::from(truth.requests.succeeded) * u128::from(work.0), "utilisation law");
    assert_eq!(truth.latency.least(), work, "no answer comes faster than its work");
    let waited = truth.waits.sum_nanos();
    assert_eq!(truth.latency.sum_nanos(), waited + busy, "time there is waiting and work");
}

#[test]
fn one_worker_serves_in_order_of_arrival() {
    let work = Dist::Uniform { min: Span::ZERO, max: Span::from_millis(30) };
    let scenario = from_empty_to_empty(vec![world::service("one", 1, 1, work)], 60.0);
    let mut simulation = simulate(&scenario, 5);
    let mut last = Time::ZERO;
    let mut longest = 0;
    while simulation.step() {
        let begun = simulation.in_flight().find(|hop| hop.stage == rollout_lab::sim::RequestStage::Working);
        if let Some(begun) = begun {
            assert!(begun.arrived >= last, "overtaken");
            last = begun.arrived;
        }
        longest = longest.max(world::loads(&simulation, "one")[0]);
    }
    assert!(longest > 5, "there was a queue to overtake in");
}

#[test]
fn a_closed_loop_turns_as_often_as_its_cycle_lasts() {
    let users = 40;
    let mut scenario = world::scenario(
        vec![world::service("one", 2, 4, Dist::Exponential(Span::from_millis(60)))],
        Rate::per_second(1.0),
        Span::from_secs(2000),
    );
    scenario.traffic[0].shape = Shape::Closed { users, think: Dist::Exponential(Span::from_millis(400)) };
    let mut simulation = simulate(&scenario, 11);
    simulation.run();
    let truth = simulation.record().truth;
    // X (R + Z) = N, the interactive response time law.
    let rate = truth.requests.succeeded as f64 / 2000.0;
    let inside = rate * (truth.latency.mean().as_secs_f64() + 0.4);
    assert!((inside / f64::from(users) - 1.0).abs() < 0.01, "{inside}");
}
