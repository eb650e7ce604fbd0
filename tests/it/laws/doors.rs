//! Who is let in and what is found there: limits on what waits (law 25), controlled delay, what a breaker ignores, caches
//! that a release leaves cold.

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{
    Breaker, Cache, Call, Codel, Defect, Discipline, Effect, Ignored, Kind, Limits, Scenario, Shape,
    Shedding, Window,
};
use rollout_lab::sim::{Action, Cause, Pool, Record, RequestStage, Route, Simulation, What};
use rollout_lab::telemetry::Subject;

use crate::laws::simulate;
use crate::world;

fn ms(millis: u64) -> Span {
    Span::from_millis(millis)
}

/// A front of two instances that calls a store of two, each with `workers`.
fn front(call: Call, workers: u32, rate: f64) -> Scenario {
    let mut front = world::service("front", 2, 200, Dist::Fixed(ms(1)));
    front.calls = vec![call];
    let store = world::service("store", 2, workers, Dist::Exponential(ms(20)));
    world::scenario(vec![front, store], Rate::per_second(rate), Span::from_secs(120))
}

fn run(scenario: &Scenario, seed: u64) -> Record {
    let mut simulation = simulate(scenario, seed);
    simulation.run();
    simulation.record()
}

fn failed_for(record: &Record, cause: Cause) -> u64 {
    let place = Cause::ALL.iter().position(|known| *known == cause).expect("a cause");
    record.truth.causes[place]
}

/// Law 25: what waits at the callee, and what is under way, in a world.
#[test]
fn no_caller_has_more_waiting_or_under_way_than_its_limits() {
    for seed in 0..10 {
        let limits = Limits {
            connections: 1024,
            pending: 1 + seed as u32 % 4,
            requests: 6 + seed as u32 % 5,
            ..Limits::default()
        };
        let scenario = front(Call { limits: Some(limits), ..world::call("store") }, 1, 140.0);
        let mut simulation = simulate(&scenario, seed);
        let (mut most, mut turned_away) = (0, 0);
        for tenth in 0..1_200 {
            simulation.run_until(Time::ZERO + ms(100) * tenth);
            let at_store = || simulation.in_flight().filter(|hop| hop.service == "store");
            let waiting = at_store().filter(|hop| hop.stage == RequestStage::Queued).count() as u32;
            assert!(waiting <= 2 * limits.pending, "seed {seed}: {waiting} wait");
            assert!(at_store().count() as u32 <= 2 * limits.requests, "seed {seed}");
            most = most.max(waiting);
            turned_away = failed_for(&simulation.record(), Cause::Breaker);
        }
        assert_eq!(most, 2 * limits.pending, "seed {seed}: the limit is reached");
        assert!(turned_away > 100, "seed {seed}: {turned_away}");
    }
}

/// One server under a crowd of one and a half times what it can do, in two kinds of requests.
fn crowd(shedding: Option<Shedding>, discipline: Discipline) -> Scenario {
    let mut server = world::service("server", 1, 4, Dist::Exponential(ms(20)));
    (server.shedding, server.discipline) = (shedding, discipline);
    let rate = Rate::per_second(300.0);
    let mut scenario = world::scenario(vec![server], rate, Span::from_secs(120));
    let shape = Shape::Spike {
        base: Rate::per_second(20.0),
        to: rate,
        at: Span::from_secs(30),
        lasts: Span::from_secs(60),
    };
    scenario.traffic[0].shape = shape;
    let kind = |name: &str, weight, priority| Kind {
        name: name.to_owned(),
        weight,
        cost: 1.0,
        value: 1.0,
        priority,
        writes: false,
        idempotent: true,
        counts_as: None,
    };
    scenario.clients.kinds = vec![kind("batch", 1.0, 0), kind("checkout", 1.0, 9)];
    scenario
}

#[test]
fn controlled_delay_keeps_a_standing_queue_short_and_a_passing_one_whole() {
    let codel = Some(Shedding { codel: Some(Codel::default()), ..Shedding::default() });
    for seed in 0..4 {
        let (naive, kept) =
            (run(&crowd(None, Discipline::Fifo), seed), run(&crowd(codel, Discipline::Fifo), seed));
        let longest = |record: &Record| record.truth.waits.quantile(0.99);
        assert!(longest(&naive) > Span::from_secs(5), "{}", longest(&naive));
        assert!(longest(&kept) <= ms(110), "{}", longest(&kept));
        let shed = failed_for(&kept, Cause::Shed) as f64;
        // 100 of the 300 a second are too many, for a minute.
        assert!((4_500.0..9_000.0).contains(&shed), "{shed}");
        let mut calm = crowd(codel, Discipline::Fifo);
        calm.traffic[0].shape = Shape::Constant(Rate::per_second(100.0));
        assert!(
            failed_for(&run(&calm, seed), Cause::Shed) < 60,
            "at half load hardly anybody waits that long"
        );
    }
}

#[test]
fn with_priorities_controlled_delay_turns_the_unimportant_away() {
    let codel = Some(Shedding { codel: Some(Codel::default()), ..Shedding::default() });
    let value = |discipline| {
        let mut scenario = crowd(codel, discipline);
        scenario.clients.kinds[0].value = 0.0;
        run(&scenario, 5).truth.value
    };
    let (alike, ranked) = (value(Discipline::Fifo), value(Discipline::Priority));
    assert!(ranked > 1.15 * alike, "{ranked} checkouts were answered, {alike} without priorities");
}

/// When breakers opened.
fn opened(record: &Record) -> usize {
    let opens = |fact: &&rollout_lab::sim::Fact| matches!(fact.what, What::BreakerMoved { open: true, .. });
    record.facts.iter().filter(opens).count()
}

#[test]
fn a_breaker_takes_no_notice_of_what_it_ignores() {
    let breaker = |ignored_errors| Breaker {
        window: Window::Calls(20),
        minimum_calls: 20,
        failure_rate: Share::percent(50.0),
        ignored_errors,
        ..Breaker::default()
    };
    let none = Ignored::default();
    let worlds: [(&str, Ignored, fn(&mut Scenario)); 3] = [
        ("errors", Ignored { errors: true, ..none }, |s| s.services[1].errors = Share::percent(90.0)),
        ("rejections", Ignored { rejections: true, ..none }, |s| {
            (s.services[1].queue, s.services[1].demand) = (1, Dist::Fixed(Span::from_secs(1)));
        }),
        ("timeouts", Ignored { timeouts: true, ..none }, |s| {
            (s.services[1].workers, s.services[1].demand) = (100, Dist::Fixed(Span::from_secs(1)));
            s.services[0].calls[0].timeout = ms(500);
        }),
    ];
    for (what, ignored, trouble) in worlds {
        for (rules, opens) in [(none, true), (ignored, false)] {
            let call = Call { breaker: Some(breaker(rules)), ..world::call("store") };
            let mut scenario = front(call, 2, 60.0);
            trouble(&mut scenario);
            let record = run(&scenario, 6);
            assert!(
                record.truth.requests.succeeded < record.truth.requests.arrived / 2,
                "{what}: much fails"
            );
            assert_eq!(opened(&record) > 0, opens, "{what}, {rules:?}: opened {} times", opened(&record));
        }
    }
}

/// Calls that reach the store in the next minute, per request.
fn missed(simulation: &mut Simulation) -> f64 {
    let asked = |simulation: &Simulation| {
        let of = Subject::Service("store".to_owned());
        let samples = simulation.record().observed.metrics.samples(&of, simulation.now());
        samples[0].last().and_then(|(_, count)| *count).unwrap_or(0) as f64
    };
    let (arrived, before) = (simulation.requests().arrived, asked(simulation));
    simulation.run_until(simulation.now() + Span::from_secs(60));
    (asked(simulation) - before) / (simulation.requests().arrived - arrived) as f64
}

#[test]
fn a_release_with_new_keys_finds_the_shared_cache_cold_and_fills_it_again() {
    let cache = |shared| Cache { keys: 2_000, ttl: Span::from_secs(600), skew: 1.0, shared };
    let switch = |shared, cold: bool| {
        let mut scenario = front(Call { cache: Some(cache(shared)), ..world::call("store") }, 50, 100.0);
        scenario.horizon = Span::from_secs(300);
        (scenario.monitoring.scrape, scenario.monitoring.lag) = (Span::from_secs(1), Dist::Fixed(Span::ZERO));
        if cold {
            let defect = Defect { name: "new keys".to_owned(), when: Vec::new(), then: Effect::ColdCache };
            scenario.releases[1].defects.push(defect);
        }
        let mut simulation = simulate(&scenario, 7);
        simulation.act(Action::Scale { pool: Pool::Candidate, to: 2 }, "");
        let before = missed(&mut simulation);
        simulation.act(Action::Route(Route::all_to(Pool::Candidate)), "");
        let (first, later) = (missed(&mut simulation), missed(&mut simulation));
        assert!(before < 0.1, "{before}");
        (before, first, later)
    };
    let (before, first, _) = switch(true, false);
    assert!(first < before + 0.1, "what all share outlives the switch: {first} after {before}");
    let (_, first, later) = switch(true, true);
    assert!(first > 0.15 && later < first, "{first}, then {later}");
    let (_, local, _) = switch(false, false);
    assert!(local > 0.15, "each new instance's own cache is cold anyway: {local}");
}
