//! How the steps of a canary size its pools, and when they give up.

use crate::control::fake_cluster::{Cluster, canary, plan};
use crate::control::{BlueGreen, Canary, Step, Strategy};
use crate::engine::{Amount, Share, Span};
use crate::sim::{Pool, RolloutCommand, RolloutPhase};

fn percent(percent: f64) -> Share {
    Share::percent(percent)
}

fn cluster(of: Canary) -> Cluster {
    Cluster::of(&plan(Strategy::Canary(of)))
}

/// Sizes of the stable pool and the candidate while it waits for approval after these steps.
fn sizes_after(steps: Vec<Step>, change: impl Fn(&mut Canary)) -> (u32, u32) {
    let mut of = canary(steps);
    of.steps.push(Step::Approve);
    change(&mut of);
    let mut cluster = cluster(of);
    cluster.run(200);
    assert_eq!(cluster.phase, RolloutPhase::Paused);
    cluster.sizes()
}

#[test]
fn a_scale_step_sets_the_size_until_the_weight_is_followed_again() {
    let weight = |share| Step::Weight(percent(share));
    let count = |count| Step::Scale(Amount::Count(count));
    let same = |_: &mut Canary| {};
    assert_eq!(sizes_after(vec![count(4)], same), (10, 4));
    assert_eq!(sizes_after(vec![count(4), weight(10.0)], same), (10, 4));
    assert_eq!(sizes_after(vec![Step::Scale(Amount::Share(percent(25.0))), weight(10.0)], same), (10, 3));
    assert_eq!(sizes_after(vec![count(4), weight(10.0), Step::FollowWeight], same), (10, 1));
    assert_eq!(sizes_after(vec![count(4), Step::FollowWeight, weight(60.0)], same), (10, 6));
}

#[test]
fn a_stable_pool_that_follows_its_weight_gives_up_what_it_does_not_need() {
    let shrinks = |of: &mut Canary| of.dynamic_stable_scale = true;
    let weight = |share| Step::Weight(percent(share));
    assert_eq!(sizes_after(vec![weight(20.0)], shrinks), (8, 2));
    assert_eq!(sizes_after(vec![weight(20.0), weight(75.0)], shrinks), (3, 8));
    assert_eq!(sizes_after(vec![weight(75.0), weight(20.0)], shrinks), (8, 2));
}

#[test]
fn a_pool_has_the_fewest_instances_that_it_may_have() {
    let least = |of: &mut Canary| of.min_instances = 3;
    assert_eq!(sizes_after(vec![Step::Weight(percent(5.0))], least), (10, 3));
}

#[test]
fn an_aborted_candidate_shrinks_with_its_weight_where_the_stable_pool_grows_with_its_own() {
    let mut of = canary(vec![Step::Weight(percent(60.0)), Step::Approve]);
    of.dynamic_stable_scale = true;
    let mut cluster = cluster(of);
    cluster.run(100);
    assert_eq!(cluster.sizes(), (4, 6));
    cluster.command(RolloutCommand::Abort).run(40);
    assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::RolledBack, (10, 0)));
}

#[test]
fn enough_ready_instances_are_enough_for_a_step_but_not_for_the_promotion() {
    let threshold = |threshold| Canary {
        progress_threshold: threshold,
        ..canary(vec![Step::Weight(percent(50.0)), Step::Approve])
    };
    for (wanted, ready, passes) in [
        (None, 4, false),
        (None, 5, true),
        (Some(Amount::Count(4)), 4, true),
        (Some(Amount::Count(4)), 3, false),
        (Some(Amount::Share(percent(80.0))), 4, true),
        (Some(Amount::Share(percent(80.0))), 3, false),
    ] {
        let mut cluster = cluster(threshold(wanted));
        cluster.boots = false;
        cluster.run(30);
        cluster.ready(Pool::Candidate, ready);
        cluster.run(30);
        assert_eq!(cluster.phase == RolloutPhase::Paused, passes, "{wanted:?}, {ready} ready");
    }
}

#[test]
fn a_step_without_progress_is_told_once_and_aborts_where_the_plan_says_so() {
    for aborts in [false, true] {
        let of = Canary {
            progress_deadline: Span::from_secs(120),
            abort_on_deadline: aborts,
            ..canary(vec![Step::Weight(percent(50.0))])
        };
        let green = BlueGreen {
            progress_deadline: Span::from_secs(120),
            abort_on_deadline: aborts,
            ..BlueGreen::default()
        };
        for strategy in [Strategy::Canary(of), Strategy::BlueGreen(green)] {
            let mut cluster = Cluster::of(&plan(strategy));
            cluster.boots = false;
            // The last progress is the launch, seen a second after it; upstream says so only after the deadline.
            cluster.run(121);
            assert_eq!(cluster.count("progress deadline exceeded"), 0);
            cluster.run(300);
            assert_eq!(cluster.count("progress deadline exceeded"), 1);
            let phase = if aborts { RolloutPhase::RolledBack } else { RolloutPhase::InProgress };
            assert_eq!(cluster.phase, phase);
        }
    }
}
