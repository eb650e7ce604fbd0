//! The numbers of the Kubernetes pages and of the controller's own unit tests.

use super::*;
use crate::control::fake_cluster::{Cluster, plan};
use crate::control::{Plan, Rolling, Strategy};

fn spec() -> Autoscaler {
    Autoscaler {
        target: Share::percent(50.0),
        min: 2,
        max: 100,
        sync: Span::from_secs(15),
        tolerance: Share::percent(10.0),
        up: Behaviour::up(),
        down: Behaviour::down(),
    }
}

fn ready(loads: &[f64]) -> Load {
    Load { ready: loads.to_vec(), ..Load::default() }
}

#[test]
fn the_size_goes_with_the_ratio_of_load_and_target() {
    // "if the current metric value is 200m, and the desired value is 100m, the number of replicas will be doubled".
    assert_eq!(desired(3, &ready(&[0.2; 3]), 0.1, 0.1), Some(6));
    // "If the current value is instead 50m, you'll halve the number of replicas".
    assert_eq!(desired(4, &ready(&[0.05; 4]), 0.1, 0.1), Some(2));
    // `TestReplicaCalcScaleUp`: 300, 500 and 700 of 1000 at a target of 30 %.
    assert_eq!(desired(3, &ready(&[0.3, 0.5, 0.7]), 0.3, 0.1), Some(5));
    // `TestReplicaCalcScaleDown`: 100, 300, 500, 250, 250 at 50 %.
    assert_eq!(desired(5, &ready(&[0.1, 0.3, 0.5, 0.25, 0.25]), 0.5, 0.1), Some(3));
    // `TestReplicaCalcTolerance`: 1010, 1030, 1020 of 1000 each (900, 1000, 1100) at 100 %.
    assert_eq!(desired(3, &ready(&[1.01, 1.03, 1.02]), 1.0, 0.1), Some(3));
    assert_eq!(desired(3, &ready(&[]), 0.5, 0.1), None);
}

#[test]
fn instances_not_ready_and_without_a_metric_damp_the_change() {
    // `TestReplicaCalcScaleUpUnreadyLessScale`: 300 (not ready), 500, 700 at 30 %, three instances.
    let load = Load { ready: vec![0.5, 0.7], not_ready: 1, missing: 0 };
    assert_eq!(desired(3, &load, 0.3, 0.1), Some(4));
    // `TestReplicaCalcScaleUpUnreadyNoScale`: 400 ready, two not, at 30 %: as it is.
    let load = Load { ready: vec![0.4], not_ready: 2, missing: 0 };
    assert_eq!(desired(3, &load, 0.3, 0.1), Some(3));
    // `TestReplicaCalcScaleDownIgnoresUnreadyPods`: five, two not ready, 100, 300, 500 at 50 %.
    let load = Load { ready: vec![0.1, 0.3, 0.5], not_ready: 2, missing: 0 };
    assert_eq!(desired(5, &load, 0.5, 0.1), Some(2));
    // Two of five without a metric count as at the target when it would shrink.
    let load = Load { ready: vec![0.4, 0.4, 0.4], not_ready: 0, missing: 2 };
    assert_eq!(desired(5, &load, 1.0, 0.1), Some(4));
    // One of two without a metric at 196 % of the target: the growth turns into nothing.
    let load = Load { ready: vec![0.98], not_ready: 0, missing: 1 };
    assert_eq!(desired(2, &load, 0.5, 0.1), Some(2));
}

#[test]
fn it_grows_by_the_larger_of_four_and_double_every_fifteen_seconds() {
    let mut memory = Memory::default();
    let mut size = 2;
    let mut sizes = Vec::new();
    for look in 0..6 {
        let now = Time::from_secs(100 + look * 15);
        let to = memory.settle(&spec(), now, size, 90);
        memory.changed(now, size, to);
        size = to;
        sizes.push(size);
    }
    assert_eq!(sizes, [6, 12, 24, 48, 90, 90]);
}

#[test]
fn changes_within_the_period_count_against_the_policy() {
    let mut memory = Memory::default();
    memory.changed(Time::from_secs(100), 10, 14);
    // Ten seconds later: 14 now, 10 at the start of the period, at most 20.
    assert_eq!(memory.settle(&spec(), Time::from_secs(110), 14, 90), 20);
}

#[test]
fn it_shrinks_to_the_highest_wish_of_five_minutes() {
    let mut memory = Memory::default();
    assert_eq!(memory.settle(&spec(), Time::from_secs(0), 10, 10), 10);
    assert_eq!(memory.settle(&spec(), Time::from_secs(60), 10, 5), 10);
    assert_eq!(memory.settle(&spec(), Time::from_secs(299), 10, 4), 10);
    assert_eq!(memory.settle(&spec(), Time::from_secs(301), 10, 3), 5);
    assert_eq!(memory.settle(&spec(), Time::from_secs(700), 5, 1), 2);
}

#[test]
fn the_documented_policies_shrink_by_the_larger_or_the_smaller_change() {
    // "type: Pods value: 4 periodSeconds: 60" and "type: Percent value: 10 periodSeconds: 60", from 80:
    // 10 % is 8 instances, then 8 (72 -> 7.2, rounded up), and 4 from 40 on.
    let over = Span::from_secs(60);
    let policies = vec![Policy::Count { by: 4, over }, Policy::Share { by: Share::percent(10.0), over }];
    let slow = |select| Autoscaler {
        down: Behaviour { stabilisation: Span::ZERO, select, policies: policies.clone() },
        ..spec()
    };
    let mut memory = Memory::default();
    assert_eq!(memory.settle(&slow(Select::Max), Time::from_secs(0), 80, 10), 72);
    memory.changed(Time::from_secs(0), 80, 72);
    assert_eq!(memory.settle(&slow(Select::Max), Time::from_secs(60), 72, 10), 64);
    assert_eq!(Memory::default().settle(&slow(Select::Max), Time::from_secs(0), 40, 10), 36);
    assert_eq!(Memory::default().settle(&slow(Select::Min), Time::from_secs(0), 80, 10), 76);
    assert_eq!(Memory::default().settle(&slow(Select::Disabled), Time::from_secs(0), 80, 10), 80);
}

#[test]
fn the_limits_hold_whatever_the_load_asks_for() {
    let mut memory = Memory::default();
    assert_eq!(memory.settle(&Autoscaler { max: 7, ..spec() }, Time::from_secs(0), 6, 50), 7);
    assert_eq!(Memory::default().settle(&Autoscaler { min: 8, ..spec() }, Time::from_secs(0), 6, 6), 8);
}

#[test]
fn a_plan_scales_with_its_load_also_when_it_ships_nothing() {
    for strategy in [Strategy::Nothing, Strategy::Rolling(Rolling::default())] {
        let ships = strategy != Strategy::Nothing;
        let mut cluster = Cluster::of(&Plan { autoscaler: Some(spec()), ..plan(strategy) });
        cluster.busy = 0.9;
        cluster.run(500);
        let (stable, candidate) = cluster.sizes();
        assert_eq!((stable + candidate, candidate > 0), (100, ships));
    }
}
