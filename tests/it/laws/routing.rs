//! Routers and balancers: who goes where.

use std::collections::{BTreeMap, BTreeSet};

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{Balancer, Cohort, Kind, Scenario};
use rollout_lab::sim::{Action, HeaderMatch, MatchRule, Pool, Route, Simulation, TextMatch};

use crate::laws::simulate;
use crate::world;

/// A request as it is first seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    pub at: Time,
    pub user: u32,
    pub kind: usize,
    pub pool: Pool,
    pub instance: u32,
}

/// Two pools of equal instances with room for all, so that every request is seen at work when it has come.
pub fn roomy() -> Scenario {
    let service = world::service("shop", 3, 1000, Dist::Fixed(Span::from_millis(20)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(200.0), Span::from_secs(200));
    scenario.clients.users = 2_000;
    for (name, weight) in [("read", 3.0), ("pay", 1.0)] {
        scenario.clients.kinds.push(Kind {
            name: name.to_owned(),
            weight,
            cost: 1.0,
            value: 0.0,
            priority: 0,
            writes: false,
            idempotent: true,
            counts_as: None,
        });
    }
    for (name, weight) in [("eu", 1.0), ("us", 4.0)] {
        scenario.clients.cohorts.push(Cohort {
            name: name.to_owned(),
            weight,
            region: String::new(),
            plan: String::new(),
            device: String::new(),
            headers: Vec::new(),
        });
    }
    scenario
}

/// Brings up the candidate and takes the route.
pub fn take(simulation: &mut Simulation, route: Route) {
    simulation.act(Action::Scale { pool: Pool::Candidate, to: 3 }, "");
    simulation.act(Action::Route(route), "");
    simulation.run_until(simulation.now() + Span::from_millis(1));
}

/// Every request that comes until `until`, copies included.
pub fn arrivals(simulation: &mut Simulation, until: Time) -> Vec<Seen> {
    let mut known: BTreeSet<u64> = simulation.in_flight().map(|hop| hop.id).collect();
    let mut seen = Vec::new();
    while simulation.now() < until && simulation.step() {
        let flying: Vec<_> = simulation.in_flight().collect();
        for hop in flying.iter().filter(|hop| !known.contains(&hop.id)) {
            let instance = hop.instance.unwrap_or(0);
            seen.push(Seen { at: hop.arrived, user: hop.user, kind: hop.kind, pool: hop.pool, instance });
        }
        known = flying.iter().map(|hop| hop.id).collect();
    }
    seen
}

/// The instance of each user who asks until this second; nobody is sent to two.
pub fn homes(simulation: &mut Simulation, until: u64) -> BTreeMap<u32, u32> {
    let mut homes: BTreeMap<u32, u32> = BTreeMap::new();
    for request in arrivals(simulation, Time::from_secs(until)) {
        let home = *homes.entry(request.user).or_insert(request.instance);
        assert_eq!(home, request.instance, "user {} was sent elsewhere", request.user);
    }
    homes
}

fn share_of(seen: &[Seen], pool: Pool) -> f64 {
    seen.iter().filter(|request| request.pool == pool).count() as f64 / seen.len() as f64
}

/// Five standard deviations of a share among so many draws.
fn five_sigma(share: f64, draws: usize) -> f64 {
    5.0 * (share * (1.0 - share) / draws as f64).sqrt()
}

#[test]
fn weights_lie_within_their_binomial_bounds() {
    for (index, percent) in [0.5, 1.0, 5.0, 25.0, 50.0, 90.0].into_iter().enumerate() {
        let mut simulation = simulate(&roomy(), index as u64);
        take(&mut simulation, Route::split(Share::percent(percent)));
        let seen = arrivals(&mut simulation, Time::from_secs(100));
        let share = percent / 100.0;
        let got = share_of(&seen, Pool::Candidate);
        assert!(seen.len() > 15_000);
        assert!((got - share).abs() < five_sigma(share, seen.len()), "{percent} %: {got}");
    }
}

#[test]
fn a_third_pool_gets_its_weight() {
    let mut simulation = simulate(&roomy(), 1);
    simulation.act(Action::Scale { pool: Pool::Control, to: 2 }, "");
    let route = Route { weights: Some([8_000, 1_000, 1_000]), ..Route::all_to(Pool::Stable) };
    take(&mut simulation, route);
    let seen = arrivals(&mut simulation, Time::from_secs(100));
    for pool in [Pool::Candidate, Pool::Control] {
        assert!((share_of(&seen, pool) - 0.1).abs() < five_sigma(0.1, seen.len()), "{}", pool.name());
    }
}

#[test]
fn sticky_users_stay_and_are_joined_as_the_weight_grows() {
    let mut simulation = simulate(&roomy(), 2);
    let mut candidates: BTreeSet<u32> = BTreeSet::new();
    for (step, percent) in [5.0, 20.0, 60.0].into_iter().enumerate() {
        take(&mut simulation, Route { sticky: true, ..Route::split(Share::percent(percent)) });
        let seen = arrivals(&mut simulation, Time::from_secs(60 * (step as u64 + 1)));
        let mut pool_of: BTreeMap<u32, Pool> = BTreeMap::new();
        for request in &seen {
            let pool = *pool_of.entry(request.user).or_insert(request.pool);
            assert_eq!(pool, request.pool, "user {} changed pools", request.user);
        }
        let on: BTreeSet<u32> =
            pool_of.iter().filter(|(_, pool)| **pool == Pool::Candidate).map(|(user, _)| *user).collect();
        for user in &candidates {
            assert_ne!(pool_of.get(user), Some(&Pool::Stable), "user {user} was sent back");
        }
        let share = percent / 100.0;
        let got = on.len() as f64 / pool_of.len() as f64;
        assert!((got - share).abs() < five_sigma(share, pool_of.len()), "{percent} %: {got} of users");
        candidates = on;
    }
}

#[test]
fn rules_come_before_weights() {
    let rule = |cohorts: &[&str], kinds: &[&str]| {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        MatchRule { cohorts: own(cohorts), kinds: own(kinds), headers: vec![], to: Pool::Candidate }
    };
    let mut simulation = simulate(&roomy(), 3);
    take(&mut simulation, Route { rules: vec![rule(&[], &["pay"])], ..Route::all_to(Pool::Stable) });
    let seen = arrivals(&mut simulation, Time::from_secs(50));
    assert!(seen.iter().all(|request| (request.pool == Pool::Candidate) == (request.kind == 1)));
    assert!((share_of(&seen, Pool::Candidate) - 0.25).abs() < five_sigma(0.25, seen.len()));
    take(&mut simulation, Route { rules: vec![rule(&["eu"], &["pay"])], ..Route::all_to(Pool::Stable) });
    let seen = arrivals(&mut simulation, Time::from_secs(100));
    assert!(seen.iter().all(|request| request.pool == Pool::Stable || request.kind == 1));
    let users: BTreeSet<u32> =
        seen.iter().filter(|request| request.pool == Pool::Candidate).map(|request| request.user).collect();
    let others = seen.iter().filter(|request| request.kind == 1 && request.pool == Pool::Stable);
    assert!(others.into_iter().all(|request| !users.contains(&request.user)), "a user has one cohort");
    assert!(!users.is_empty());
}

/// Headers of a cohort, by each of their rules; several in one rule must all hold, and several rules are alternatives.
#[test]
fn headers_pick_the_cohorts_that_carry_them() {
    let header = |name: &str, value| HeaderMatch { name: name.to_owned(), value };
    let exact = |text: &str| TextMatch::Exact(text.to_owned());
    let mut scenario = roomy();
    for (cohort, (agent, cookie)) in
        scenario.clients.cohorts.iter_mut().zip([("Firefox/120", "canary=always; a=1"), ("Safari/17", "a=1")])
    {
        cohort.headers =
            vec![("User-Agent".to_owned(), agent.to_owned()), ("Cookie".to_owned(), cookie.to_owned())];
    }
    let regex = TextMatch::Regex("(.*?;)?(canary=always)(;.*)?".to_owned());
    let prefix = TextMatch::Prefix("Safari".to_owned());
    let rules = |alternatives: &[&[HeaderMatch]]| {
        alternatives
            .iter()
            .map(|headers| MatchRule {
                cohorts: vec![],
                kinds: vec![],
                headers: headers.to_vec(),
                to: Pool::Candidate,
            })
            .collect::<Vec<_>>()
    };
    let cases = [
        (rules(&[&[header("cookie", regex.clone())]]), [true, false]),
        (rules(&[&[header("user-agent", prefix.clone())]]), [false, true]),
        (rules(&[&[header("user-agent", prefix.clone()), header("cookie", regex.clone())]]), [false, false]),
        (rules(&[&[header("user-agent", prefix)], &[header("cookie", regex)]]), [true, true]),
        (rules(&[&[header("user-agent", exact("firefox"))]]), [false, false]),
        (rules(&[&[header("x-cohort", exact("us"))]]), [false, true]),
        (rules(&[&[header("x-unknown", TextMatch::Regex(".*".to_owned()))]]), [false, false]),
    ];
    for (index, (rules, wanted)) in cases.into_iter().enumerate() {
        let mut simulation = simulate(&scenario, 20 + index as u64);
        take(&mut simulation, Route { rules, ..Route::all_to(Pool::Stable) });
        let seen = arrivals(&mut simulation, Time::from_secs(20));
        // A fifth of the users are of the first cohort.
        let share =
            [0.2, 0.8].iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(share, _)| share).sum::<f64>();
        let got = share_of(&seen, Pool::Candidate);
        assert!((got - share).abs() < 0.05, "case {index}: {got}, not {share}");
    }
}

/// Flagger's `sessionAffinity`: who has come to the candidate stays, the others are drawn at every request, and a weight of 0 ends it.
#[test]
fn users_drift_to_the_candidate_where_they_stay_on_it_alone() {
    for seed in [30, 31] {
        let mut simulation = simulate(&roomy(), seed);
        let drifting = Route { drifts: true, ..Route::split(Share::percent(5.0)) };
        take(&mut simulation, drifting.clone());
        let early = arrivals(&mut simulation, Time::from_secs(5));
        let seen = arrivals(&mut simulation, Time::from_secs(100));
        let mut on = BTreeSet::new();
        for request in early.iter().chain(&seen) {
            assert!(
                request.pool == Pool::Candidate || !on.contains(&request.user),
                "user {} went back",
                request.user
            );
            if request.pool == Pool::Candidate {
                on.insert(request.user);
            }
        }
        // 200 requests a second of 2,000 users: about 10 each, and 1 - 0.95^10 of them have met the candidate by then.
        let late = &seen[seen.len() * 9 / 10..];
        assert!(share_of(&early, Pool::Candidate) < 0.1, "seed {seed}");
        let got = share_of(late, Pool::Candidate);
        assert!((0.3..0.5).contains(&got), "seed {seed}: {got}");
        take(&mut simulation, Route::all_to(Pool::Stable));
        take(&mut simulation, drifting);
        let until = simulation.now() + Span::from_secs(3);
        let again = arrivals(&mut simulation, until);
        assert!(share_of(&again, Pool::Candidate) < 0.12, "seed {seed}");
    }
}

/// A weight that is about some requests leaves the others on the stable pool.
#[test]
fn a_weight_within_a_match_is_about_what_matches() {
    let of_pay =
        MatchRule { cohorts: vec![], kinds: vec!["pay".to_owned()], headers: vec![], to: Pool::Candidate };
    let mut simulation = simulate(&roomy(), 40);
    take(&mut simulation, Route { within: vec![of_pay], ..Route::split(Share::percent(50.0)) });
    let seen = arrivals(&mut simulation, Time::from_secs(50));
    assert!(seen.iter().all(|request| request.kind == 1 || request.pool == Pool::Stable));
    let pay: Vec<Seen> = seen.into_iter().filter(|request| request.kind == 1).collect();
    assert!((share_of(&pay, Pool::Candidate) - 0.5).abs() < five_sigma(0.5, pay.len()));
}

#[test]
fn without_weights_exposure_follows_the_instance_counts() {
    let mut scenario = roomy();
    scenario.services[0].balancer = Balancer::Random;
    let mut simulation = simulate(&scenario, 4);
    simulation.act(Action::Scale { pool: Pool::Stable, to: 9 }, "");
    take(&mut simulation, Route::by_instances());
    let seen = arrivals(&mut simulation, Time::from_secs(60));
    let got = share_of(&seen, Pool::Candidate);
    assert!((got - 0.25).abs() < five_sigma(0.25, seen.len()), "three of twelve: {got}");
}

/// Law 22.
#[test]
fn round_robin_serves_equals_equally() {
    let mut simulation = simulate(&roomy(), 5);
    let seen = arrivals(&mut simulation, Time::from_secs(30));
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for request in &seen {
        *counts.entry(request.instance).or_default() += 1;
        if counts.len() == 3 {
            let (least, most) = (counts.values().min(), counts.values().max());
            assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1), "{counts:?}");
        }
    }
    assert_eq!(counts.len(), 3);
}

/// Law 23, in a world.
#[test]
fn a_ring_moves_only_the_users_of_the_instance_that_left() {
    let mut scenario = roomy();
    scenario.services[0].balancer = Balancer::RingHash { ring_size: 1024 };
    let mut simulation = simulate(&scenario, 6);
    let before = homes(&mut simulation, 60);
    simulation.act(Action::Scale { pool: Pool::Stable, to: 2 }, "");
    simulation.run_until(simulation.now() + Span::from_millis(1));
    let left: BTreeSet<u32> = simulation.known("shop")[0].iter().copied().collect();
    assert_eq!(left.len(), 2);
    let after = homes(&mut simulation, 120);
    let mut moved = 0;
    for (user, home) in &after {
        if let Some(old) = before.get(user) {
            assert!(old == home || !left.contains(old), "user {user} moved without need");
            moved += usize::from(old != home);
        }
    }
    assert!(moved > 300, "{moved} of {} users moved", after.len());
}

#[test]
fn copies_change_nothing_for_users() {
    let run = |mirror| {
        let mut simulation = simulate(&roomy(), 7);
        take(&mut simulation, Route { mirror, ..Route::all_to(Pool::Stable) });
        simulation.run();
        simulation.record().truth
    };
    let (without, with) = (run(None), run(Some((Pool::Candidate, Share::percent(50.0)))));
    assert_eq!(without.requests, with.requests);
    assert_eq!(without.latency, with.latency);
    assert!(with.waits.count() > without.waits.count() * 14 / 10, "the copies were worked on");
}
