//! Blue-green releases.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rollout_lab::engine::{Span, Time};
use rollout_lab::sim::{Action, Pool, RolloutCommand, RolloutPhase, What};

use super::any_world;
use crate::laws::chaos::in_random;

/// Law 31: before the switch no user meets green, whatever is tested there; and for each proxy there is one colour at a
/// time: once it sends to green it never sends to blue again.
#[test]
fn green_has_no_users_before_the_switch_and_each_proxy_knows_one_colour() {
    in_random(25, &(any_world(), 0..120_u64, prop::bool::ANY), |(world, wait, tested)| {
        let test = if *tested { ", smoke_test: (requests: 50, over: \"20s\", may_fail: 20)" } else { "" };
        let plan = format!("strategy: BlueGreen(preview: 1, auto_promote_after: \"{wait}s\"{test})");
        let mut simulation = world.simulate(&world.scenario(Span::from_secs(900)), &plan);
        let mut green: BTreeMap<usize, Time> = BTreeMap::new();
        let mut first: Option<Time> = None;
        let told = format!("{world:?} {plan}");
        while simulation.step() {
            for hop in simulation.in_flight().filter(|hop| hop.user < 10_000) {
                match hop.pool {
                    Pool::Candidate => {
                        let since = green.entry(hop.proxy).or_insert(hop.arrived);
                        *since = (*since).min(hop.arrived);
                        first = Some(first.map_or(hop.arrived, |first| first.min(hop.arrived)));
                    }
                    _ => {
                        let switched = green.get(&hop.proxy).is_some_and(|since| hop.arrived > *since);
                        assert!(!switched, "proxy {} sends to blue again: {hop:?} {told}", hop.proxy);
                    }
                }
            }
        }
        let record = simulation.record();
        assert_eq!(record.observed.phase, RolloutPhase::Completed, "{told}");
        let switch = record.facts.iter().find(|fact| matches!(fact.what, What::Routed { .. }));
        let switch = switch.map(|fact| fact.at).expect("it was switched");
        assert!(first.is_some_and(|first| first >= switch), "{first:?} before {switch}: {told}");
    });
}

/// Law 31: while blue stands an undo takes no new instance and no longer than the proxies take; after the scale-down delay
/// blue has to be started again.
#[test]
fn the_switch_back_is_quick_until_the_scale_down_delay_ends() {
    in_random(25, &(any_world(), 30..120_u64, 0..240_u64), |(world, delay, after)| {
        let plan = format!("strategy: BlueGreen(scale_down_delay: \"{delay}s\")");
        let mut simulation = world.simulate(&world.scenario(Span::from_secs(1_800)), &plan);
        let told = format!("{world:?} {plan}, undone {after} s after");
        while simulation.step() && simulation.phase() != RolloutPhase::Completed {}
        let undone = simulation.now() + Span::from_secs(*after);
        simulation.run_until(undone);
        let stood =
            simulation.instances("web").iter().filter(|one| one.pool == Pool::Stable && !one.going).count();
        simulation.act(Action::Command(RolloutCommand::Undo), "");
        while simulation.step() && simulation.phase() != RolloutPhase::RolledBack {}
        let took = simulation.now().since(undone);
        let facts = simulation.record().facts;
        let launched = facts
            .iter()
            .any(|fact| fact.at >= undone && matches!(fact.what, What::Launched { pool: Pool::Stable, .. }));
        let stands = stood == world.fleet as usize;
        // A second for the look, a second for the look that sees it, and the proxies between.
        if stands {
            assert!(!launched && took <= world.lag + Span::from_secs(3), "{took}: {told}");
        } else {
            assert!(launched, "{told}");
        }
        assert!(stands || *after >= *delay, "blue has gone too early: {told}");
    });
}
