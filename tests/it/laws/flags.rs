//! Flags: who has one, that a share only grows, that two are independent, and how soon a kill switch is heard.

mod hearing;

use std::collections::{BTreeMap, BTreeSet};

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::flags::hash::{BASIS_POINTS, STRATEGY_SEED};
use rollout_lab::scenario::{
    AfterRestart, Defect, DefectTrigger, Effect, Fault, FaultKind, FlagRule, FlagService, Propagation,
    Scenario, When,
};
use rollout_lab::sim::{Action, Setup, Simulation};

use crate::conformance::upstream::unleash::hash::normalized_value;
use crate::laws::simulate_with;
use crate::world;

const EVERY: Span = Span::from_secs(15);
const FETCH: Span = Span::from_millis(200);

/// A roomy service with the flags `new` and `second`, and clients that poll.
fn flagged(disconnected: Share) -> Scenario {
    let shop = world::service("shop", 3, 1000, Dist::Fixed(Span::from_millis(5)));
    let mut scenario = world::scenario(vec![shop], Rate::per_second(300.0), Span::from_secs(400));
    scenario.clients.users = 500;
    scenario.flag_service = Some(FlagService {
        propagation: Propagation::Poll { every: EVERY, fetch: FETCH },
        clients: 16,
        disconnected,
        after_restart: AfterRestart::CodeDefault,
    });
    scenario.releases[1].flag = Some("new".to_owned());
    let when = vec![DefectTrigger::FlagOn("second".to_owned())];
    scenario.releases[1].defects.push(Defect { name: "other".to_owned(), when, then: Effect::Errors });
    scenario.releases[0].flag = Some("second".to_owned());
    scenario
}

fn setup(flags: &[(&str, f64)], rules: Vec<FlagRule>) -> Setup {
    let flags = flags.iter().map(|(name, percent)| ((*name).to_owned(), Share::percent(*percent))).collect();
    Setup { flags, flag_rules: rules, ..Setup::default() }
}

fn rule(text: &str) -> FlagRule {
    ron::from_str(text).expect("a valid rule")
}

/// The bit of a flag: `second` guards the baseline and so comes first.
fn bit(name: &str) -> u8 {
    if name == "second" { 1 } else { 2 }
}

/// Every request that enters until `until`: when, who, and the flags that are on for it.
fn evaluations(simulation: &mut Simulation, until: Time) -> Vec<(Time, u32, u8)> {
    let mut known: BTreeMap<u64, u8> = BTreeMap::new();
    let mut seen = Vec::new();
    while simulation.now() < until && simulation.step() {
        let flying: Vec<_> = simulation.in_flight().collect();
        for hop in &flying {
            match known.get(&hop.id) {
                Some(flags) => assert_eq!(*flags, hop.flags, "the flags of a request changed in its life"),
                None => seen.push((hop.arrived, hop.user, hop.flags)),
            }
        }
        known = flying.iter().map(|hop| (hop.id, hop.flags)).collect();
    }
    seen
}

fn with_flag(seen: &[(Time, u32, u8)], name: &str) -> BTreeSet<u32> {
    seen.iter().filter(|(_, _, flags)| flags & bit(name) != 0).map(|(_, user, _)| *user).collect()
}

fn turn(simulation: &mut Simulation, name: &str, percent: f64) {
    simulation.act(Action::Flag { name: name.to_owned(), share: Share::percent(percent) }, "");
}

/// Law 34.
#[test]
fn who_has_a_flag_is_unleashs_hash_whatever_the_seed() {
    for seed in [1, 2] {
        let mut simulation = simulate_with(&flagged(Share::ZERO), setup(&[("new", 20.0)], Vec::new()), seed);
        let seen = evaluations(&mut simulation, Time::from_secs(5));
        for (_, user, flags) in &seen {
            let bucket = normalized_value("new", &user.to_string(), BASIS_POINTS, STRATEGY_SEED);
            assert_eq!(flags & bit("new") != 0, bucket <= 2_000, "user {user} in bucket {bucket}");
        }
        assert!(seen.len() > 1_000);
    }
}

/// Law 34.
#[test]
fn a_share_that_grows_takes_nobody_out() {
    let mut simulation = simulate_with(&flagged(Share::ZERO), setup(&[], Vec::new()), 3);
    let mut before = BTreeSet::new();
    for percent in [5.0, 25.0, 60.0, 100.0] {
        turn(&mut simulation, "new", percent);
        simulation.run_until(simulation.now() + EVERY + FETCH);
        let until = simulation.now() + Span::from_secs(10);
        let seen = evaluations(&mut simulation, until);
        let after = with_flag(&seen, "new");
        let lost = seen.iter().filter(|(_, user, _)| before.contains(user) && !after.contains(user)).count();
        assert_eq!(lost, 0, "requests of users who had it before, at {percent} %");
        before.extend(after);
    }
}

/// Law 34.
#[test]
fn two_flags_are_independent() {
    // A square of users by two flags: chi-square with one degree of freedom, 10.83 at 0.1 %.
    let counts = (0..10_000u32).fold([[0f64; 2]; 2], |mut counts, user| {
        let is_on =
            |name: &str| normalized_value(name, &user.to_string(), BASIS_POINTS, STRATEGY_SEED) <= 3_000;
        counts[usize::from(is_on("new"))][usize::from(is_on("second"))] += 1.0;
        counts
    });
    let row = |side: usize| counts[side][0] + counts[side][1];
    let column = |side: usize| counts[0][side] + counts[1][side];
    let mut chi_square = 0.0;
    for (first, counts) in counts.iter().enumerate() {
        for (second, count) in counts.iter().enumerate() {
            let expected = row(first) * column(second) / 10_000.0;
            chi_square += (count - expected) * (count - expected) / expected;
        }
    }
    assert!(chi_square < 10.83, "chi-square {chi_square}");
}

/// Law 36.
#[test]
fn a_kill_switch_is_heard_within_a_poll_and_a_fetch() {
    for seed in 0..5 {
        let mut simulation = simulate_with(&flagged(Share::ZERO), setup(&[("new", 100.0)], Vec::new()), seed);
        simulation.run_until(Time::from_secs(40 + seed));
        let killed = simulation.now();
        turn(&mut simulation, "new", 0.0);
        let seen = evaluations(&mut simulation, killed + Span::from_secs(40));
        let last = seen.iter().filter(|(_, _, flags)| flags & bit("new") != 0).map(|(at, ..)| *at).max();
        let last = last.expect("somebody has it before the first client hears");
        assert!(last <= killed + EVERY + FETCH, "still on at {last}, killed at {killed}");
        assert!(last > killed + Span::from_secs(5), "sixteen clients do not all poll at once");
    }
}

/// Law 36.
#[test]
fn disconnected_clients_keep_the_flag_and_are_listed() {
    let mut simulation =
        simulate_with(&flagged(Share::percent(25.0)), setup(&[("new", 100.0)], Vec::new()), 1);
    assert_eq!(simulation.disconnected_clients().len(), 4);
    turn(&mut simulation, "new", 0.0);
    simulation.run_until(Time::from_secs(100));
    let seen = evaluations(&mut simulation, Time::from_secs(120));
    let on = seen.iter().filter(|(_, _, flags)| flags & bit("new") != 0).count() as f64 / seen.len() as f64;
    assert!((on - 0.25).abs() < 0.04, "{on} of requests still have it");
    let facts: Vec<String> = simulation.facts().iter().map(|fact| fact.what.to_string()).collect();
    assert!(facts.iter().any(|fact| fact.contains("are disconnected")), "{facts:?}");
}

/// Law 35.
#[test]
fn a_flag_is_off_where_what_it_requires_is_off() {
    let rules = vec![rule("(name: \"new\", requires: [\"second\"])")];
    let flags = [("new", 100.0), ("second", 30.0)];
    let mut simulation = simulate_with(&flagged(Share::ZERO), setup(&flags, rules), 1);
    let seen = evaluations(&mut simulation, Time::from_secs(10));
    let (new, second) = (with_flag(&seen, "new"), with_flag(&seen, "second"));
    assert_eq!(new, second);
    assert!(!new.is_empty());
    turn(&mut simulation, "second", 0.0);
    simulation.run_until(Time::from_secs(10) + EVERY + FETCH);
    assert!(with_flag(&evaluations(&mut simulation, Time::from_secs(40)), "new").is_empty());
}

#[test]
fn while_the_flag_service_is_down_nobody_hears_and_afterwards_all_do() {
    let mut scenario = flagged(Share::ZERO);
    scenario.faults.push(Fault {
        name: "down".to_owned(),
        when: When::At(Span::from_secs(20)),
        lasts: Some(Span::from_secs(100)),
        what: FaultKind::FlagService,
    });
    let mut simulation = simulate_with(&scenario, setup(&[("new", 100.0)], Vec::new()), 1);
    simulation.run_until(Time::from_secs(30));
    turn(&mut simulation, "new", 0.0);
    let share = |seen: &[(Time, u32, u8)]| {
        seen.iter().filter(|(_, _, flags)| flags & bit("new") != 0).count() as f64 / seen.len() as f64
    };
    simulation.run_until(Time::from_secs(110));
    assert_eq!(share(&evaluations(&mut simulation, Time::from_secs(119))), 1.0);
    simulation.run_until(Time::from_secs(120) + EVERY + FETCH);
    assert_eq!(share(&evaluations(&mut simulation, Time::from_secs(150))), 0.0);
}
