//! Laws of breakers, limits, retry budgets and deadlines, on many random runs.

use rollout_lab::engine::{Chance, Dist, Rate, Share, Span, Stream, Time};
use rollout_lab::scenario::{Breaker, Limits, Retries, RetryBudget, Scenario, Shape, Window};
use rollout_lab::sim::dataplane::breaker::{BreakerRun, BreakerState};
use rollout_lab::sim::dataplane::budget::{TokenBudget, concurrent_retries};
use rollout_lab::sim::dataplane::limits::{Outstanding, admits};

use crate::laws::simulate;
use crate::world;

fn dice(law: &str, seed: u64) -> Stream {
    Chance::new(seed).stream(law, 0)
}

/// Law 25: the times of a breaker.
#[test]
fn an_open_breaker_lets_nothing_through_before_its_time_and_half_open_only_its_trials() {
    for seed in 0..200 {
        let dice = dice("breaker", seed);
        let rules = Breaker {
            failure_rate: Share::percent(10.0 + 80.0 * dice.unit(0)),
            window: if seed % 2 == 0 { Window::Calls(20) } else { Window::Seconds(5) },
            minimum_calls: 1 + dice.below(1, 20) as u32,
            open_for: Span::from_millis(1 + dice.below(2, 5_000)),
            half_open_calls: 1 + dice.below(3, 5) as u32,
            ..Breaker::default()
        };
        let mut breaker = BreakerRun::new(rules);
        let (mut now, mut opened, mut trials, mut out) = (Time::ZERO, None, 0, 0u32);
        for step in 0..2_000 {
            let draw = |purpose: u64| dice.child(100 + step).unit(purpose);
            now += Span::from_secs_f64(draw(0) * 0.2);
            let before = breaker.state();
            if draw(1) < 0.5 {
                let goes = breaker.acquire(now);
                out += u32::from(goes);
                match breaker.state() {
                    BreakerState::HalfOpen => {
                        if before == BreakerState::Open {
                            assert!(now >= opened.unwrap() + rules.open_for, "seed {seed}");
                            trials = 0;
                        }
                        trials += u32::from(goes);
                        assert!(trials <= rules.half_open_calls, "seed {seed}");
                    }
                    BreakerState::Open => assert!(!goes, "seed {seed}"),
                    _ => assert!(goes, "seed {seed}"),
                }
            } else if out > 0 {
                out -= 1;
                breaker.ended(now, draw(2) < 0.4, Span::ZERO);
                if breaker.state() == BreakerState::Open && before != BreakerState::Open {
                    opened = Some(now);
                    let counts = breaker.counts(now);
                    let share = f64::from(counts.failed) / f64::from(counts.calls);
                    assert!(share >= rules.failure_rate.fraction() - 1e-9);
                }
            }
        }
    }
}

/// Law 25: requests and retries under way.
#[test]
fn what_is_outstanding_never_exceeds_its_limits() {
    for seed in 0..100 {
        let dice = dice("limits", seed);
        let limits = Limits { requests: 1 + dice.below(0, 30) as u32, ..Limits::default() };
        let mut now = Outstanding::default();
        for step in 0..2_000 {
            let draw = |purpose: u64| dice.child(100 + step).unit(purpose);
            let retry = draw(1) < 0.5;
            let most = concurrent_retries(0.2, 3, now.active, now.pending);
            if draw(0) < 0.6 {
                if admits(&limits, now, retry, Some(most)) {
                    now.active += 1;
                    now.retries += u32::from(retry);
                    assert!(!retry || now.retries <= most);
                }
            } else if now.active > 0 {
                let was_retry = now.retries > 0 && (retry || now.retries == now.active);
                now.active -= 1;
                now.retries -= u32::from(was_retry);
            }
            assert!(now.active <= limits.requests);
        }
    }
}

/// Law 26: retries are at most a share of the requests of the time to live, and the reserve.
#[test]
fn retries_of_any_time_to_live_stay_within_their_share_of_its_requests_and_the_reserve() {
    let ttl = Span::from_secs(10);
    for seed in 0..50 {
        let dice = dice("budget", seed);
        let mut budget = TokenBudget::new(0.2, 10.0, ttl);
        let (mut now, mut requests, mut retries) = (Time::ZERO, Vec::new(), Vec::new());
        for step in 0..3_000 {
            now += Span::from_secs_f64(0.05 * dice.unit(2 * step));
            budget.deposit(now);
            requests.push(now);
            while dice.unit(2 * step + 1) < 0.9 && budget.withdraw(now) {
                retries.push(now);
            }
            // A slice of a ninth of the time to live may count for that much longer.
            let lately = |times: &[Time]| {
                times.iter().rev().take_while(|at| now.since(**at) <= ttl + ttl / 9).count() as f64
            };
            let within =
                |times: &[Time]| times.iter().rev().take_while(|at| now.since(**at) <= ttl).count() as f64;
            assert!(within(&retries) <= 0.2 * 2.0 * lately(&requests) + 100.0, "seed {seed} step {step}");
        }
        let all = retries.len() as f64;
        let reserves = now.since(Time::ZERO).as_secs_f64() * 10.0 + 100.0;
        assert!(all <= 0.2 * requests.len() as f64 + reserves, "seed {seed}: {all}");
    }
}

/// One slow service, and clients that write and try again.
fn slow_world(retries: Retries) -> Scenario {
    let work = Dist::Lognormal { p50: Span::from_millis(300), p99: Span::from_millis(2_000) };
    let rate = Rate::per_second(20.0);
    let mut scenario = world::scenario(vec![world::service("slow", 1, 20, work)], rate, Span::from_secs(300));
    let nobody = Rate::per_second(0.0);
    scenario.traffic[0].shape =
        Shape::Spike { base: nobody, to: rate, at: Span::from_secs(1), lasts: Span::from_secs(59) };
    scenario.clients.timeout = Some(Span::from_millis(500));
    scenario.clients.retries = retries;
    scenario.clients.kinds = vec![world::order()];
    scenario
}

/// Law 26: the deadline of all tries.
#[test]
fn no_try_lasts_beyond_the_deadline_of_all_tries() {
    let deadline = Span::from_secs(2);
    let retries = Retries { limit: 10, deadline: Some(deadline), ..Retries::default() };
    for seed in 0..5 {
        let mut simulation = simulate(&slow_world(retries), seed);
        simulation.run_until(Time::from_secs(60));
        assert!(simulation.requests().in_flight > 0);
        simulation.run_until(Time::from_secs(60) + deadline);
        assert_eq!(simulation.requests().in_flight, 0, "seed {seed}");
    }
}

/// Law 26: what is not idempotent.
#[test]
fn what_is_not_idempotent_is_never_done_twice_without_the_flag() {
    let retries = Retries { limit: 3, ..Retries::default() };
    let doubled = |retries| {
        let mut simulation = simulate(&slow_world(retries), 3);
        simulation.run();
        simulation.record().truth.doubled_writes
    };
    assert!(doubled(retries) > 0);
    assert_eq!(doubled(Retries { non_idempotent: false, ..retries }), 0);
}

#[test]
fn a_client_that_cancels_leaves_no_work_behind_and_a_budget_keeps_the_load_down() {
    let held = |scenario: &Scenario| {
        let mut simulation = simulate(scenario, 5);
        let mut busy = 0u64;
        for tenth in 0..700 {
            simulation.run_until(Time::ZERO + Span::from_millis(100) * tenth);
            busy += simulation.instances("slow").iter().map(|instance| u64::from(instance.busy)).sum::<u64>();
        }
        simulation.run();
        let record = simulation.record();
        let requests = record.truth.requests;
        assert_eq!(
            requests.arrived,
            requests.succeeded
                + requests.failed
                + requests.rejected
                + requests.timed_out
                + requests.in_flight
        );
        busy
    };
    let naive = slow_world(Retries { limit: 3, ..Retries::default() });
    let mut cancelling = naive.clone();
    cancelling.clients.cancels = true;
    let budget = RetryBudget::Ratio {
        share: Share::percent(20.0),
        reserve: Rate::per_second(0.0),
        ttl: Span::from_secs(10),
    };
    let budgeted = slow_world(Retries { limit: 3, budget: Some(budget), ..Retries::default() });
    let (naive, cancelling, budgeted) = (held(&naive), held(&cancelling), held(&budgeted));
    assert!(cancelling < naive * 9 / 10, "{cancelling} of {naive}");
    assert!(budgeted < naive * 95 / 100, "{budgeted} of {naive}");
}

/// The proxies give a try up at their own timeout as a client does at its own, for clients and for calls; of two the shorter holds.
#[test]
fn the_timeout_of_the_proxies_cuts_a_try_as_the_callers_own_does() {
    let retries = Retries { limit: 2, ..Retries::default() };
    let truth = |own: u64, proxies: Option<u64>, seed: u64| {
        let mut scenario = slow_world(retries);
        scenario.clients.timeout = Some(Span::from_millis(own));
        scenario.services[0].upstream.timeout = proxies.map(Span::from_millis);
        let mut simulation = simulate(&scenario, seed);
        simulation.run();
        let truth = simulation.record().truth;
        (truth.requests, truth.doubled_writes)
    };
    let called = |own: u64, proxies: Option<u64>| {
        let mut scenario = slow_world(Retries::default());
        scenario.clients.timeout = None;
        let (front, mut call) =
            (world::service("front", 1, 1_000, Dist::Fixed(Span::ZERO)), world::call("slow"));
        call.timeout = Span::from_millis(own);
        scenario.services[0].upstream.timeout = proxies.map(Span::from_millis);
        scenario.services.push(rollout_lab::scenario::Service { calls: vec![call], ..front });
        scenario.entry = "front".to_owned();
        let mut simulation = simulate(&scenario, 9);
        simulation.run();
        simulation.record().truth.requests
    };
    for seed in 0..3 {
        let cut = truth(500, None, seed);
        assert_eq!(truth(10_000, Some(500), seed), cut, "seed {seed}");
        assert_eq!(truth(500, Some(10_000), seed), cut, "seed {seed}");
        assert_ne!(truth(10_000, None, seed), cut, "seed {seed}");
    }
    let cut = called(500, None);
    assert_eq!(called(60_000, Some(500)), cut);
    assert_ne!(called(60_000, None), cut);
}
