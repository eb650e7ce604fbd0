//! Rolling updates.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rollout_lab::control::sizing::deployment::Bounds;
use rollout_lab::engine::{Amount, Share, Span, Time};
use rollout_lab::scenario::{Fault, FaultKind, When};
use rollout_lab::sim::{Action, Pool, RolloutCommand, RolloutPhase};

use super::{any_world, count, never_ready};
use crate::laws::chaos::in_random;

fn any_amount() -> impl Strategy<Value = Amount> {
    prop_oneof![
        (0..5_u32).prop_map(Amount::Count),
        (0..60_u32).prop_map(|share| Amount::Share(Share::percent(f64::from(share)))),
    ]
}

fn text(amount: Amount) -> String {
    match amount {
        Amount::Count(count) => count.to_string(),
        Amount::Share(share) => format!("\"{share}\""),
    }
}

fn is_none(amount: Amount) -> bool {
    amount.rounded_up(1_000) == 0
}

/// Law 28: available instances never fall below the fleet less `max_unavailable` rounded down, nor do those that are not
/// going rise above the fleet and `max_surge` rounded up, forwards and on the way back.
#[test]
fn a_rolling_update_keeps_to_its_two_bounds_in_any_world() {
    let any = (any_world(), any_amount(), any_amount(), prop::option::of(1..200_u64));
    in_random(40, &any, |(world, surge, unavailable, abort)| {
        if is_none(*surge) && is_none(*unavailable) {
            return;
        }
        let plan = format!(
            "strategy: Rolling(max_surge: {}, max_unavailable: {})",
            text(*surge),
            text(*unavailable)
        );
        let mut simulation = world.simulate(&world.scenario(Span::from_secs(900)), &plan);
        let bounds = Bounds::of(*surge, *unavailable, world.fleet);
        let mut asked = *abort;
        while simulation.step() {
            if asked.is_some_and(|at| simulation.now() >= Time::from_secs(at)) {
                asked = None;
                simulation.act(Action::Command(RolloutCommand::Abort), "");
            }
            let ready: u32 = simulation.ready().iter().sum();
            let standing = simulation.instances("web").iter().filter(|one| !one.going).count() as u32;
            let told = format!("{world:?} {plan} at {}", simulation.now());
            assert!(ready >= bounds.min_available(world.fleet), "{ready} ready: {told}");
            assert!(standing <= world.fleet + bounds.surge, "{standing} standing: {told}");
        }
        let phase = simulation.record().observed.phase;
        assert!(
            matches!(phase, RolloutPhase::Completed | RolloutPhase::RolledBack),
            "{phase:?}: {world:?} {plan}"
        );
    });
}

/// Laws 28 and 29: with crashes all around, no instance that is available is taken away while fewer would be left than
/// must be; and a new one counts as available only after it was ready for `min_ready`.
#[test]
fn no_instance_is_taken_away_below_the_bound_and_none_counts_before_its_time() {
    in_random(25, &(any_world(), 0..30_u64), |(world, min_ready)| {
        let min_ready = Span::from_secs(*min_ready);
        let plan = format!("strategy: Rolling(max_surge: 2, max_unavailable: 1, min_ready: \"{min_ready}\")");
        let mut scenario = world.scenario(Span::from_secs(900));
        scenario.faults.push(Fault {
            name: "crash".to_owned(),
            when: When::Every(rollout_lab::engine::Dist::Exponential(Span::from_secs(60))),
            lasts: None,
            what: FaultKind::Crash { service: "web".to_owned(), instances: 1 },
        });
        let mut simulation = world.simulate(&scenario, &plan);
        let mut since: BTreeMap<u32, Time> = BTreeMap::new();
        let mut stood: BTreeMap<u32, bool> = BTreeMap::new();
        while simulation.step() {
            let now = simulation.now();
            let standing = simulation.instances("web");
            let mut taken = 0;
            let mut available = 0;
            for one in &standing {
                if one.ready {
                    since.entry(one.number).or_insert(now);
                } else {
                    since.remove(&one.number);
                }
                // Those of the start have been ready for long.
                let long = one.number <= world.fleet && one.pool == Pool::Stable;
                let is_available = since.get(&one.number).is_some_and(|at| long || *at + min_ready <= now);
                available += u32::from(is_available && !one.going);
                let was = stood.insert(one.number, one.ready && !one.going).unwrap_or(false);
                taken += u32::from(was && one.going && is_available);
            }
            let told = format!("{world:?} {plan} at {now}");
            assert!(taken == 0 || available >= world.fleet - 1, "{taken} taken, {available} left: {told}");
        }
    });
}

/// Law 29: a passed progress deadline is told exactly once, and undoes nothing that the plan has not asked to undo.
#[test]
fn a_passed_progress_deadline_is_one_condition_and_no_hidden_rollback() {
    in_random(15, &(any_world(), 30..300_u64, any::<bool>()), |(world, deadline, aborts)| {
        let plan =
            format!("strategy: Rolling(progress_deadline: \"{deadline}s\", abort_on_deadline: {aborts})");
        let mut scenario = world.scenario(Span::from_secs(1_200));
        never_ready(&mut scenario);
        let mut simulation = world.simulate(&scenario, &plan);
        simulation.run();
        let record = simulation.record();
        let told = format!("{world:?} {plan}");
        assert_eq!(count(&record.facts, "progress deadline exceeded"), 1, "{told}");
        let phase = if *aborts { RolloutPhase::RolledBack } else { RolloutPhase::InProgress };
        assert_eq!(record.observed.phase, phase, "{told}");
        let standing = simulation.instances("web");
        let candidates = standing.iter().filter(|one| one.pool == Pool::Candidate && !one.going).count();
        assert_eq!(candidates == 0, *aborts, "{told}");
    });
}
