//! Hedged calls: what they gain, what they cost, and that nothing is lost or counted twice (laws 1, 25 and 26).

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{
    Cache, Fault, FaultKind, Hedge, Limits, Retries, RetryBudget, Scenario, Shape, When,
};
use rollout_lab::sim::{Record, RequestStage, Simulation};

use crate::laws::simulate;
use crate::world;

const PAIRS: u64 = 5;

fn ms(millis: u64) -> Span {
    Span::from_millis(millis)
}

fn hedge() -> Hedge {
    Hedge { delay: ms(60), attempts: 2, extra_load: None, rides_out_errors: false, non_idempotent: true }
}

/// A front that calls a store, of whose answers one in a hundred takes very long.
fn front(hedge: Option<Hedge>) -> Scenario {
    let tail = Dist::Lognormal { p50: ms(10), p99: ms(400) };
    let mut front = world::service("front", 4, 200, Dist::Fixed(ms(1)));
    front.calls =
        vec![rollout_lab::scenario::Call { timeout: Span::from_secs(5), hedge, ..world::call("store") }];
    let store = world::service("store", 10, 100, tail);
    world::scenario(vec![front, store], Rate::per_second(100.0), Span::from_secs(120))
}

fn run(scenario: &Scenario, seed: u64) -> Record {
    let mut simulation = simulate(scenario, seed);
    simulation.run();
    simulation.record()
}

fn conserved(record: &Record) {
    let all = record.truth.requests;
    let ended = all.succeeded + all.failed + all.rejected + all.timed_out;
    assert_eq!(all.arrived, ended + all.in_flight, "{all:?}");
}

/// Hops at the store now.
fn at_store(simulation: &Simulation) -> usize {
    simulation.in_flight().filter(|hop| hop.service == "store").count()
}

#[test]
fn a_copy_after_the_95th_percentile_cuts_the_tail_at_few_more_requests() {
    for seed in 0..PAIRS {
        let (plain, hedged) = (run(&front(None), seed), run(&front(Some(hedge())), seed));
        assert_eq!(plain.truth.requests.arrived, hedged.truth.requests.arrived);
        let p99 = |record: &Record| record.truth.latency.quantile(0.99).as_secs_f64();
        assert!(p99(&hedged) < 0.5 * p99(&plain), "{} and {}", p99(&hedged), p99(&plain));
        let extra = hedged.truth.hedges as f64 / hedged.truth.requests.arrived as f64;
        assert!((0.02..0.3).contains(&extra), "{extra}");
        assert_eq!(plain.truth.hedges, 0);
        conserved(&hedged);
    }
}

#[test]
fn copies_stay_within_their_extra_load() {
    for percent in [0.0, 1.0, 5.0] {
        let share = Share::percent(percent);
        let record = run(&front(Some(Hedge { delay: ms(5), extra_load: Some(share), ..hedge() })), 7);
        let calls = record.truth.requests.arrived as f64;
        let most = calls * share.fraction() + 1.0;
        let sent = record.truth.hedges as f64;
        assert!(sent <= most, "{sent} of {calls} with {share} more");
        assert!(percent == 0.0 || sent > 0.5 * most, "{sent} of {most} that it might send");
    }
}

#[test]
fn a_retry_budget_and_a_limit_on_retries_hold_for_copies_as_for_retries() {
    let eager = Some(Hedge { delay: ms(1), attempts: 5, ..hedge() });
    let mut limited = front(eager);
    limited.services[0].instances = 1;
    limited.services[0].calls[0].limits = Some(Limits { retries: 2, ..Limits::default() });
    let mut simulation = simulate(&limited, 1);
    for tenth in 0..600 {
        simulation.run_until(Time::ZERO + ms(100) * tenth);
        let (waiting, copies) = (caller_waits(&simulation), at_store(&simulation));
        // Copies that lost still work for nobody; those that are waited for are at most one a call and two more.
        let wanted = simulation.in_flight().filter(|hop| hop.service == "store" && hop.wanted).count();
        assert!(wanted <= waiting + 2, "{wanted} of {copies} for {waiting} calls");
    }
    let mut throttled = front(eager);
    throttled.services[1].errors = Share::ALL;
    throttled.services[0].calls[0].retries =
        Retries { budget: Some(RetryBudget::Throttle { tokens: 10, ratio: 0.1 }), ..Retries::default() };
    let record = run(&throttled, 2);
    assert!(record.truth.hedges < 200, "{} copies although everything fails", record.truth.hedges);
}

fn caller_waits(simulation: &Simulation) -> usize {
    simulation.in_flight().filter(|hop| hop.service == "front" && hop.stage == RequestStage::Calling).count()
}

#[test]
fn with_cancellation_the_copy_that_lost_is_stopped_at_once() {
    let mut cancelling = front(Some(hedge()));
    cancelling.services[0].calls[0].cancels = true;
    for (scenario, stops) in [(front(Some(hedge())), false), (cancelling, true)] {
        let mut simulation = simulate(&scenario, 3);
        let mut unwanted = 0;
        for tenth in 0..600 {
            simulation.run_until(Time::ZERO + ms(100) * tenth);
            unwanted += simulation.in_flight().filter(|hop| !hop.wanted).count();
        }
        assert_eq!(unwanted == 0, stops, "{unwanted} hops worked for nobody");
        assert!(simulation.record().truth.hedges > 50);
    }
}

#[test]
fn an_error_is_the_answer_unless_it_is_ridden_out() {
    let failing = |rides_out_errors| {
        let mut scenario = front(Some(Hedge { rides_out_errors, ..hedge() }));
        scenario.services[1].errors = Share::percent(10.0);
        let record = run(&scenario, 4);
        conserved(&record);
        record.truth.requests.failed as f64 / record.truth.requests.arrived as f64
    };
    let (fatal, ridden) = (failing(false), failing(true));
    assert!((0.08..0.12).contains(&fatal), "{fatal}");
    assert!((0.005..0.02).contains(&ridden), "{ridden}");
}

#[test]
fn writes_are_not_doubled_unless_asked_for() {
    let hedges = |non_idempotent| {
        let mut scenario = front(Some(Hedge { non_idempotent, ..hedge() }));
        scenario.clients.kinds = vec![world::order()];
        run(&scenario, 5).truth.hedges
    };
    assert_eq!(hedges(false), 0);
    assert!(hedges(true) > 0);
}

#[test]
fn no_copy_outlasts_the_calls_timeout_and_all_ends_well_in_stormy_worlds() {
    for seed in 0..12 {
        let mut scenario = front(Some(Hedge {
            delay: ms(seed * 10),
            attempts: 2 + (seed as u32) % 4,
            rides_out_errors: seed % 2 == 0,
            ..hedge()
        }));
        let call = &mut scenario.services[0].calls[0];
        call.timeout = ms(300);
        call.cancels = seed % 3 != 0;
        call.retries = Retries { limit: (seed % 3) as u8, ..Retries::default() };
        call.cache =
            (seed % 4 == 0).then_some(Cache { keys: 100, ttl: Span::from_secs(5), skew: 1.0, shared: false });
        scenario.services[1].workers = 1 + (seed as u32) % 3;
        scenario.services[1].queue = 20;
        scenario.services[1].errors = Share::percent(5.0);
        scenario.clients.timeout = Some(ms(700));
        scenario.clients.cancels = seed % 2 == 1;
        let nobody = Rate::per_second(0.0);
        scenario.traffic[0].shape = Shape::Spike {
            base: nobody,
            to: Rate::per_second(150.0),
            at: Span::from_secs(1),
            lasts: Span::from_secs(89),
        };
        let every = |name: &str, lasts: Option<Span>, what| Fault {
            name: name.to_owned(),
            when: When::Every(Dist::Exponential(Span::from_secs(20))),
            lasts,
            what,
        };
        let crash = |service: &str| FaultKind::Crash { service: service.to_owned(), instances: 1 };
        let bad =
            FaultKind::Network { service: "store".to_owned(), loss: Share::percent(20.0), delay: ms(50) };
        scenario.faults = vec![
            every("front crashes", None, crash("front")),
            every("store crashes", None, crash("store")),
            every("bad network", Some(Span::from_secs(5)), bad),
        ];
        let mut simulation = simulate(&scenario, seed);
        for second in 0..120 {
            simulation.run_until(Time::from_secs(second));
            conserved(&simulation.record());
            let late = simulation.now();
            for hop in simulation.in_flight() {
                let waits = late.since(hop.arrived);
                assert!(hop.service != "store" || !hop.wanted || waits <= ms(300), "seed {seed}: {waits}");
            }
        }
        let (busy, left) = (at_store(&simulation), simulation.in_flight().count());
        assert_eq!((busy, left), (0, 0), "seed {seed}: something is left after half a minute of quiet");
    }
}
