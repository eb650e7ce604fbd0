//! Evictions by the cluster: a drained node takes at most what the disruption budget allows, and in the end everything that stood on it.

use rollout_lab::engine::{Amount, Dist, Rate, Share, Span, Time};
use rollout_lab::manifest::{Table, import};
use rollout_lab::scenario::{DisruptionBudget, Fault, FaultKind, Scenario, When};
use rollout_lab::sim::{Setup, Simulation, What};

use crate::laws::{simulate, simulate_with};
use crate::world;

const UPGRADE: Time = Time::from_secs(60);

/// A fleet that boots in ten seconds, and nodes with `struck` of its instances that are drained after a minute.
fn upgraded(instances: u32, struck: u32, budget: Option<DisruptionBudget>) -> Scenario {
    let mut service = world::service("shop", instances, 4, Dist::Fixed(Span::from_millis(20)));
    service.boot.start = Dist::Fixed(Span::from_secs(10));
    service.drain.budget = budget;
    let mut scenario = world::scenario(vec![service], Rate::per_second(5.0), Span::from_secs(600));
    scenario.faults = vec![Fault {
        name: "upgrade".to_owned(),
        when: When::At(UPGRADE.since(Time::ZERO)),
        lasts: None,
        what: FaultKind::NodeDrain { service: "shop".to_owned(), instances: struck },
    }];
    scenario
}

/// The fewest instances that were ready at any moment, how many were evicted, and how many stand at the end.
fn played(mut simulation: Simulation) -> (usize, usize, usize) {
    let ready = |simulation: &Simulation| simulation.instances("shop").iter().filter(|of| of.ready).count();
    let mut fewest = usize::MAX;
    while simulation.step() {
        fewest = fewest.min(ready(&simulation));
    }
    let evicted = simulation.facts().iter().filter(|fact| {
        matches!(fact.what, What::Draining { .. }) && fact.because.contains("its node is drained")
    });
    (fewest, evicted.count(), ready(&simulation))
}

#[test]
fn no_more_are_away_than_the_budget_allows_and_all_go_in_the_end() {
    let share = |percent| Amount::Share(Share::percent(percent));
    for (instances, struck, budget, fewest, evicted) in [
        (4, 4, Some(DisruptionBudget::MaxUnavailable(Amount::Count(1))), 3, 4),
        // Half of seven is rounded up to four that stay, and a third of seven to three that may be away.
        (7, 7, Some(DisruptionBudget::MinAvailable(share(50.0))), 4, 7),
        (7, 5, Some(DisruptionBudget::MaxUnavailable(share(34.0))), 4, 5),
        (5, 3, Some(DisruptionBudget::MinAvailable(Amount::Count(5))), 5, 0),
        (6, 2, Some(DisruptionBudget::MaxUnavailable(share(0.0))), 6, 0),
        (6, 4, None, 2, 4),
    ] {
        for seed in 0..3 {
            let found = played(simulate(&upgraded(instances, struck, budget), seed));
            let wanted = (fewest, evicted, instances as usize);
            assert_eq!(found, wanted, "{struck} of {instances}, {budget:?}, seed {seed}");
        }
    }
}

#[test]
fn a_budget_that_stands_in_a_manifest_holds_back_the_same() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  selector: {matchLabels: {app: shop}}\n  \
                template:\n    metadata: {labels: {app: shop}}\n    spec: {containers: [{name: main, image: x}]}\n---\n\
                apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: shop}\n\
                spec: {maxUnavailable: BUDGET, selector: {matchLabels: {app: shop}}}\n";
    for (budget, fewest) in [("2", 4), ("50%", 3), ("20%", 4)] {
        let plan = import("shop.yaml", &text.replace("BUDGET", budget), &Table::default()).unwrap().plan;
        let setup = Setup { drain: plan.drain, ..Setup::default() };
        let found = played(simulate_with(&upgraded(6, 6, None), setup, 1));
        assert_eq!(found, (fewest, 6, 6), "{budget}");
    }
}

#[test]
fn a_drain_that_is_over_evicts_nobody_any_more() {
    let mut scenario = upgraded(4, 4, Some(DisruptionBudget::MaxUnavailable(Amount::Count(1))));
    // Each takes ten seconds to be replaced, and is noticed at the next try.
    scenario.faults[0].lasts = Some(Span::from_secs(12));
    let (fewest, evicted, stand) = played(simulate(&scenario, 1));
    assert_eq!((fewest, stand), (3, 4));
    assert!((1..4).contains(&evicted), "{evicted}");
}
