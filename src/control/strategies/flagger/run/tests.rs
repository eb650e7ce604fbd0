//! A release by Flagger's rules, from its first tick to its last, in a cluster that obeys.

use super::*;
use crate::control::fake_cluster::{self, Cluster, plan};
use crate::control::{SmokeTest, Strategy};
use crate::engine::Span;
use crate::sim::{RolloutCommand, RolloutPhase as Rollout};

fn flagger() -> Flagger {
    Flagger {
        step_weight: Share::percent(10.0),
        max_weight: Share::percent(30.0),
        threshold: 2,
        checks: fake_cluster::analysis(0).checks,
        ..Flagger::default()
    }
}

#[test]
fn a_good_release_takes_one_step_a_tick_and_everything_after_the_last() {
    let mut cluster = Cluster::of(&plan(Strategy::Flagger(flagger())));
    assert_eq!(flagger().lasts(), Span::from_secs(180));
    cluster.run(500);
    assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Completed, (0, 10)));
}

#[test]
fn nothing_comes_up_and_nothing_is_promoted_before_somebody_has_agreed() {
    let asked = Flagger { confirm_rollout: true, confirm_promotion: true, ..flagger() };
    let mut cluster = Cluster::of(&plan(Strategy::Flagger(asked)));
    cluster.run(500);
    assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Paused, (10, 0)));
    cluster.command(RolloutCommand::Resume).run(500);
    assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Paused, (10, 10)));
    cluster.command(RolloutCommand::Resume).run(100);
    assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Completed, (0, 10)));
}

#[test]
fn no_weight_grows_before_somebody_has_agreed_and_failed_checks_count_meanwhile() {
    let asked = Flagger { confirm_traffic_increase: true, ..flagger() };
    let mut cluster = Cluster::of(&plan(Strategy::Flagger(asked.clone())));
    for (agreed, weight) in [(0, None), (1, Some("candidate 10%")), (2, Some("candidate 20%"))] {
        cluster.run(200);
        assert_eq!(cluster.phase, Rollout::Paused, "{agreed}");
        assert!(weight.is_none_or(|weight| cluster.count(weight) == 1), "{agreed}");
        cluster.command(RolloutCommand::Resume);
    }
    for _ in 0..2 {
        cluster.run(200).command(RolloutCommand::Resume);
    }
    cluster.run(200);
    assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Completed, (0, 10)));
    let mut bad = Cluster::of(&plan(Strategy::Flagger(asked)));
    bad.run(100).command(RolloutCommand::Resume).run(70);
    bad.errors = 0.5;
    bad.run(300);
    assert_eq!(bad.phase, Rollout::RolledBack);
}

#[test]
fn a_failing_test_before_the_first_users_counts_as_a_failed_check() {
    let test = SmokeTest { requests: 20, over: Span::from_secs(10), may_fail: 0 };
    let tested = Flagger { pre_rollout: Some(test), ..flagger() };
    let mut cluster = Cluster::of(&plan(Strategy::Flagger(tested.clone())));
    cluster.run(500);
    assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Completed, (0, 10)));
    let mut bad = Cluster::of(&plan(Strategy::Flagger(tested)));
    bad.test_failures = 0.5;
    bad.run(400);
    assert_eq!((bad.phase, bad.count("candidate 10%")), (Rollout::RolledBack, 0));
    assert_eq!(bad.count("test requests failed"), 2);
}

#[test]
fn a_bad_release_is_rolled_back_at_the_tick_after_the_last_failure() {
    let mut cluster = Cluster::of(&plan(Strategy::Flagger(flagger())));
    cluster.errors = 0.5;
    cluster.run(600);
    assert_eq!((cluster.phase, cluster.sizes()), (Rollout::RolledBack, (10, 0)));
}

#[test]
fn what_the_old_primary_still_has_comes_over_in_steps() {
    let of = Flagger { step_weight_promotion: Share::percent(30.0), ..flagger() };
    assert_eq!(of.promotion_weights(), [Share::percent(60.0), Share::percent(90.0)]);
    let mut cluster = Cluster::of(&plan(Strategy::Flagger(of)));
    cluster.run(700);
    assert_eq!(cluster.count("candidate 60%") + cluster.count("candidate 90%"), 2);
    assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Completed, (0, 10)));
}

#[test]
fn a_candidate_that_is_never_ready_is_rolled_back_at_the_deadline() {
    let of = Flagger { progress_deadline: Span::from_secs(120), ..flagger() };
    let mut cluster = Cluster::of(&plan(Strategy::Flagger(of)));
    cluster.boots = false;
    cluster.run(300);
    assert_eq!((cluster.phase, cluster.sizes()), (Rollout::RolledBack, (10, 0)));
}

#[test]
fn a_side_short_of_instances_halts_the_ticks_and_then_goes_back() {
    for pool in [Pool::Stable, Pool::Candidate] {
        let of = Flagger { progress_deadline: Span::from_secs(150), ..flagger() };
        let mut cluster = Cluster::of(&plan(Strategy::Flagger(of)));
        cluster.run(85);
        assert_eq!(cluster.count("candidate 10%"), 1);
        cluster.ready(pool, 8);
        cluster.run(100);
        assert_eq!((cluster.phase, cluster.count("candidate 20%")), (Rollout::InProgress, 0), "{pool:?}");
        assert_eq!(cluster.count("halted"), 1, "{pool:?}");
        cluster.run(200);
        assert!(matches!(cluster.phase, Rollout::RollingBack | Rollout::RolledBack), "{pool:?}");
        assert_eq!(cluster.count("progress deadline exceeded"), 1, "{pool:?}");
    }
}

#[test]
fn a_primary_that_fails_late_leaves_everybody_on_the_proven_candidate() {
    let of = Flagger {
        step_weight_promotion: Share::percent(10.0),
        progress_deadline: Span::from_secs(100),
        ..flagger()
    };
    let mut cluster = Cluster::of(&plan(Strategy::Flagger(of)));
    while cluster.count("candidate 50%") == 0 {
        cluster.run(1);
    }
    cluster.ready(Pool::Stable, 3);
    cluster.run(130);
    assert_eq!(cluster.count("the primary failed"), 1);
    assert_eq!(cluster.phase, Rollout::Completed);
}
