//! Proxies that look after their hosts: who is left out, for how long, how much a newcomer gets, and who never moves.

use std::collections::{BTreeMap, BTreeSet};

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{
    Balancer, Checks, Defect, DefectTrigger, Effect, HealthCheck, Locality, OutlierDetection, Scenario,
    SlowStart, SuccessRate, Upstream,
};
use rollout_lab::sim::dataplane::outlier::{ejection_time, may_eject};
use rollout_lab::sim::dataplane::slow_start::slow_start_factor;
use rollout_lab::sim::dataplane::weighted::{Edf, Smooth};
use rollout_lab::sim::{Action, Fact, Pool, Route, Simulation, What};

use crate::laws::routing::{arrivals, homes};
use crate::laws::simulate;
use crate::world;

fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

/// So many instances behind one proxy, with room for all; the candidate's code fails from 20 s to 40 s.
fn shop(instances: u32, upstream: Upstream) -> Scenario {
    let mut service = world::service("shop", instances, 1_000, Dist::Fixed(Span::from_millis(20)));
    service.upstream = upstream;
    let mut scenario = world::scenario(vec![service], Rate::per_second(200.0), secs(200));
    scenario.releases[1].defects.push(Defect {
        name: "bad".to_owned(),
        when: vec![DefectTrigger::Clock { from: secs(20), until: secs(40) }],
        then: Effect::Errors,
    });
    scenario
}

/// One candidate among the stable ones, all of them equal to the route.
fn with_one_bad(scenario: &Scenario, seed: u64) -> Simulation {
    let mut simulation = simulate(scenario, seed);
    simulation.act(Action::Scale { pool: Pool::Candidate, to: 1 }, "");
    simulation.act(Action::Route(Route::by_instances()), "");
    simulation
}

fn ejections(facts: &[Fact]) -> Vec<(Time, bool, Pool)> {
    let of = |fact: &Fact| match fact.what {
        What::Ejected { pool, .. } => Some((fact.at, true, pool)),
        What::Restored { pool, .. } => Some((fact.at, false, pool)),
        _ => None,
    };
    facts.iter().filter_map(of).collect()
}

/// Law 24: the fifth error in a row, and the time out.
#[test]
fn one_bad_instance_of_ten_is_ejected_at_its_fifth_error_in_a_row_and_is_back_after_its_time() {
    let rule = OutlierDetection { success_rate: None, ..OutlierDetection::default() };
    let scenario = shop(9, Upstream { outlier_detection: Some(rule), ..Upstream::default() });
    let mut simulation = with_one_bad(&scenario, 1);
    simulation.run();
    let seen = ejections(simulation.facts());
    let (out, back) = (seen[0], seen[1]);
    assert!(out.1 && !back.1 && out.2 == Pool::Candidate, "{seen:?}");
    // Round robin over ten at 200 a second: it answers 20 a second, so that five take a quarter of one.
    let after = out.0.since(Time::from_secs(20)).as_secs_f64();
    assert!((0.1..0.6).contains(&after), "{after} s");
    assert_eq!(simulation.record().truth.requests.failed, 5, "nobody but the five is harmed");
    let away = back.0.since(out.0).as_secs_f64();
    assert!((30.0..=40.0).contains(&away), "{away} s: its time, and up to an interval more");
    assert_eq!(seen.len(), 2, "by then it is well again");
    assert!(simulation.facts().iter().any(|fact| fact.because.contains("5 answers in a row failed")));
}

/// Law 24: the least number of hosts.
#[test]
fn with_fewer_than_five_hosts_a_bad_success_rate_ejects_nobody() {
    let rule =
        OutlierDetection { consecutive_5xx: 0, always_eject_one_host: true, ..OutlierDetection::default() };
    for (stable, ejects) in [(3, false), (4, true)] {
        let upstream = Upstream { outlier_detection: Some(rule), ..Upstream::default() };
        let mut simulation = with_one_bad(&shop(stable, upstream), 2);
        simulation.run();
        let seen = ejections(simulation.facts());
        assert_eq!(seen.iter().any(|(_, out, _)| *out), ejects, "{stable} stable and one bad: {seen:?}");
    }
}

/// Law 24: the least volume.
#[test]
fn too_little_traffic_is_not_judged() {
    let by_rate = SuccessRate { request_volume: 1_000_000, ..SuccessRate::default() };
    let rule =
        OutlierDetection { consecutive_5xx: 0, success_rate: Some(by_rate), ..OutlierDetection::default() };
    let upstream = Upstream { outlier_detection: Some(rule), ..Upstream::default() };
    let mut simulation = with_one_bad(&shop(9, upstream), 3);
    simulation.run();
    assert_eq!(ejections(simulation.facts()), []);
}

/// Law 24: at most a tenth; one of few only where that is asked for.
#[test]
fn never_more_than_a_tenth_is_out_but_one_may_be() {
    for (stable, bad, one) in [(2, 3, true), (2, 3, false), (15, 5, false), (14, 16, true)] {
        let rule = OutlierDetection { always_eject_one_host: one, ..OutlierDetection::default() };
        let upstream = Upstream { outlier_detection: Some(rule), ..Upstream::default() };
        let mut simulation = simulate(&shop(stable, upstream), 4);
        simulation.act(Action::Scale { pool: Pool::Candidate, to: bad }, "");
        simulation.act(Action::Route(Route::by_instances()), "");
        let most = ((stable + bad) / 10).max(u32::from(one)) as usize;
        let mut reached = 0;
        while simulation.now() < Time::from_secs(60) && simulation.step() {
            for out in simulation.left_out("shop") {
                assert!(out.len() <= most, "{} of {} are out", out.len(), stable + bad);
                reached = reached.max(out.len());
            }
        }
        assert_eq!(reached, most);
    }
}

/// Law 24: the length of the time out.
#[test]
fn time_out_is_thirty_seconds_times_the_count_up_to_five_minutes() {
    for count in 1..40 {
        let time = ejection_time(count, secs(30), secs(300));
        assert_eq!(time, secs((30 * u64::from(count)).min(300)));
    }
    assert!(may_eject(0, 1, Share::ZERO, true) && !may_eject(1, 19, Share::percent(10.0), true));
    assert!(!may_eject(0, 9, Share::percent(10.0), false) && may_eject(0, 10, Share::percent(10.0), false));
}

/// Laws 20 and 24: whom a proxy leaves out gets nothing unless it panics, and then the log says so.
#[test]
fn nothing_is_sent_to_whom_a_proxy_leaves_out_unless_it_panics() {
    let check = HealthCheck {
        interval: secs(2),
        timeout: secs(1),
        unhealthy_threshold: 2,
        healthy_threshold: 2,
        checks: Checks::Process,
    };
    let rule = OutlierDetection { max_ejection_percent: Share::ALL, ..OutlierDetection::default() };
    let upstream =
        Upstream { health_check: Some(check), outlier_detection: Some(rule), ..Upstream::default() };
    let (mut panicked, mut spared) = (0, 0);
    for bad in [2, 12] {
        let mut scenario = shop(8, upstream);
        scenario.services[0].endpoints.proxies = 2;
        let mut simulation = simulate(&scenario, 5);
        simulation.act(Action::Scale { pool: Pool::Candidate, to: bad }, "");
        simulation.act(Action::Route(Route::by_instances()), "");
        let mut flying: BTreeSet<u64> = BTreeSet::new();
        while simulation.now() < Time::from_secs(60) {
            let (known, out) = (simulation.known("shop"), simulation.left_out("shop"));
            let before = simulation.panics("shop");
            if !simulation.step() {
                break;
            }
            let after = simulation.panics("shop");
            for hop in simulation.in_flight().filter(|hop| !flying.contains(&hop.id)) {
                let Some(instance) = hop.instance else { continue };
                assert!(known[hop.proxy].contains(&instance) || before != after);
                let left_out = out[hop.proxy].contains(&instance);
                assert!(!left_out || before[hop.proxy] || after[hop.proxy], "{instance} is left out");
                panicked += usize::from(left_out);
                spared += usize::from(!left_out && !out[hop.proxy].is_empty());
            }
            flying = simulation.in_flight().map(|hop| hop.id).collect();
        }
        let told =
            simulation.facts().iter().filter(|fact| matches!(fact.what, What::Panic { begins: true, .. }));
        // Two of ten are too few for the cluster to panic, and nobody is led to their pool by itself.
        assert_eq!(told.count() > 0, bad > 8, "the log says so");
    }
    assert!(panicked > 0 && spared > 0, "{panicked} sent in panic, {spared} spared");
}

/// Law 22: equal weights.
#[test]
fn round_robin_over_equals_differs_by_at_most_one_at_every_moment() {
    for hosts in 1..12 {
        let (weights, parts) = (vec![1.0; hosts], vec![7; hosts]);
        let (mut edf, mut smooth) = (Edf::new(&weights), Smooth::new(hosts));
        let (mut by_edf, mut by_smooth) = (vec![0; hosts], vec![0; hosts]);
        for _ in 0..100 {
            by_edf[edf.pick(&weights).unwrap()] += 1;
            by_smooth[smooth.pick(&parts).unwrap()] += 1;
            assert!(is_fair(&by_edf) && is_fair(&by_smooth));
        }
    }
}

/// Law 23, in a world.
#[test]
fn a_maglev_table_moves_few_but_the_users_of_the_instance_that_left() {
    let mut scenario = shop(10, Upstream::default());
    scenario.services[0].balancer = Balancer::Maglev { table_size: 65_537 };
    scenario.clients.users = 2_000;
    let mut simulation = simulate(&scenario, 6);
    let before = homes(&mut simulation, 50);
    simulation.act(Action::Scale { pool: Pool::Stable, to: 9 }, "");
    simulation.run_until(simulation.now() + Span::from_millis(1));
    let left = simulation.known("shop")[0].clone();
    let after = homes(&mut simulation, 100);
    let both: Vec<(u32, u32)> =
        after.iter().filter_map(|(user, home)| before.get(user).map(|old| (*old, *home))).collect();
    let moved = both.iter().filter(|(old, home)| old != home).count();
    let without_need = both.iter().filter(|(old, home)| old != home && left.contains(old)).count();
    assert!(moved > both.len() / 20 && moved < both.len() / 5, "{moved} of {}", both.len());
    assert!(without_need < both.len() / 50, "{without_need} of {}", both.len());
}

/// Law 27, in a world.
#[test]
fn a_newcomer_gets_a_share_that_grows_to_an_equal_one() {
    for balancer in [Balancer::RoundRobin, Balancer::LeastRequest { choices: 2, with_replacement: false }] {
        let slow = SlowStart { window: secs(60), aggression: 1.0, min_weight: Share::percent(10.0) };
        let mut scenario = shop(3, Upstream { slow_start: Some(slow), ..Upstream::default() });
        scenario.services[0].balancer = balancer;
        scenario.services[0].demand = Dist::Fixed(Span::from_millis(1));
        let mut simulation = simulate(&scenario, 7);
        simulation.act(Action::Scale { pool: Pool::Stable, to: 4 }, "");
        let mut last = 0.0;
        for ten in 0..8 {
            let seen = arrivals(&mut simulation, Time::from_secs(10 * (ten + 1)));
            let newcomer = seen.iter().filter(|request| request.instance == 4).count() as f64;
            let share = newcomer / seen.len() as f64;
            let weight = slow_start_factor(10.0 * ten as f64 + 5.0, 60.0, 1.0, 0.1);
            let expected = weight / (3.0 + weight);
            assert!((share - expected).abs() < 0.03, "{balancer:?} after {ten}0 s: {share}, {expected}");
            assert!(share > last - 0.02);
            last = share;
        }
    }
}

/// Law 27.
#[test]
fn slow_start_weights_rise_from_their_least_to_one_at_the_window() {
    for aggression in [0.5, 1.0, 2.0, 5.0] {
        let weights: Vec<f64> =
            (0..=90).map(|age| slow_start_factor(f64::from(age), 60.0, aggression, 0.1)).collect();
        assert!(weights.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(weights.iter().all(|weight| (0.1..=1.0).contains(weight)));
        assert!(weights[60..].iter().all(|weight| *weight == 1.0));
    }
}

#[test]
fn a_proxy_stays_in_its_zone_while_that_can_carry_it() {
    let upstream = Upstream { locality: Some(Locality::default()), ..Upstream::default() };
    let mut scenario = shop(6, upstream);
    scenario.zones = vec!["a".to_owned(), "b".to_owned()];
    scenario.services[0].endpoints.proxies = 2;
    let mut simulation = simulate(&scenario, 8);
    let zone_of: BTreeMap<u32, usize> = simulation
        .instances("shop")
        .iter()
        .map(|instance| (instance.number, usize::from(instance.zone)))
        .collect();
    let mut seen = 0;
    while simulation.now() < Time::from_secs(15) && simulation.step() {
        for hop in simulation.in_flight() {
            if let Some(instance) = hop.instance {
                assert_eq!(zone_of[&instance], hop.proxy);
                seen += 1;
            }
        }
    }
    assert!(seen > 1_000);
}

#[test]
fn costs_by_peak_ewma_shun_what_answers_slowly() {
    let mut scenario = shop(9, Upstream::default());
    scenario.services[0].balancer = Balancer::PeakEwma { decay: secs(10) };
    scenario.releases[1].defects = vec![Defect {
        name: "slow".to_owned(),
        when: vec![DefectTrigger::Chance(Share::ALL)],
        then: Effect::Latency(20.0),
    }];
    let mut simulation = with_one_bad(&scenario, 9);
    let seen = arrivals(&mut simulation, Time::from_secs(60));
    let slow = seen.iter().filter(|request| request.pool == Pool::Candidate).count() as f64;
    let share = slow / seen.len() as f64;
    assert!(share < 0.03, "{share} of the requests, where an equal share is a tenth");
}

/// Whether counts of picks follow round robin over equal hosts: none is ahead of another by more than one.
fn is_fair(counts: &[u64]) -> bool {
    let most = counts.iter().max().copied().unwrap_or(0);
    let least = counts.iter().min().copied().unwrap_or(0);
    most - least <= 1
}
