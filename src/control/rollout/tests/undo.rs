//! The way back from a finished release: at once within the rollback window, by the steps outside it.

use crate::control::fake_cluster::{Cluster, analysis, canary, plan};
use crate::control::{BlueGreen, Canary, Limit, Plan, Rollback, Step, Strategy, Window};
use crate::engine::{Level, Share, Span};
use crate::sim::{RolloutCommand, RolloutPhase};
use crate::telemetry::Subject;

fn seconds(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

fn with_window(strategy: Strategy, window: Window) -> Cluster {
    let rollback = Rollback { window: Some(window), ..Rollback::default() };
    Cluster::of(&Plan { rollback, ..plan(strategy) })
}

/// 20 % for a minute, then all.
fn two_steps(router: bool) -> Strategy {
    let steps = vec![Step::Weight(Share::percent(20.0)), Step::Pause(seconds(60))];
    Strategy::Canary(Canary { router, ..canary(steps) })
}

const NO_REVISION: Window = Window { revisions: Some(0), within: None };

#[test]
fn the_baseline_is_one_revision_back() {
    for (revisions, routes) in [(0, 2), (1, 1), (5, 1)] {
        let mut cluster = with_window(two_steps(true), Window { revisions: Some(revisions), within: None });
        cluster.run(300);
        assert_eq!(cluster.phase, RolloutPhase::Completed);
        let before = cluster.count("route");
        cluster.command(RolloutCommand::Undo).run(300);
        let told = format!("revisions: {revisions}");
        assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::RolledBack, (10, 0)), "{told}");
        assert_eq!(cluster.count("route") - before, routes, "{told}");
    }
}

#[test]
fn outside_the_window_an_undo_runs_the_steps_with_the_baseline_in_the_candidates_place() {
    let mut cluster = with_window(two_steps(true), Window { revisions: None, within: Some(seconds(60)) });
    cluster.run(300).command(RolloutCommand::Undo).run(30);
    assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::RollingBack, (2, 10)));
    assert_eq!(cluster.count("route stable 20%, candidate 80%"), 1);
    cluster.run(120);
    assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::RolledBack, (10, 0)));
}

#[test]
fn without_a_router_the_instances_come_back_step_by_step() {
    let mut cluster = with_window(two_steps(false), NO_REVISION);
    cluster.run(400).command(RolloutCommand::Undo).run(60);
    assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::RollingBack, (2, 8)));
    assert_eq!(cluster.run(300).sizes(), (10, 0));
    assert_eq!(cluster.phase, RolloutPhase::RolledBack);
}

#[test]
fn what_judged_the_candidate_judges_the_baseline_on_the_way_back() {
    let steps = vec![Step::Weight(Share::percent(20.0)), Step::Analyse(analysis(120))];
    let mut cluster = with_window(Strategy::Canary(canary(steps)), NO_REVISION);
    cluster.run(400);
    assert_eq!(cluster.phase, RolloutPhase::Completed);
    // The candidate fails now; the baseline, which is what the analysis looks at, does not.
    cluster.errors = 0.5;
    cluster.command(RolloutCommand::Undo).run(400);
    assert_eq!(cluster.phase, RolloutPhase::RolledBack);
    assert_eq!(cluster.count("analysis passed"), 2);
}

#[test]
fn an_undo_by_steps_can_be_held_promoted_and_cut_short() {
    let begin = || {
        let mut cluster = with_window(two_steps(true), NO_REVISION);
        cluster.run(300).command(RolloutCommand::Undo).run(30);
        cluster
    };
    let mut held = begin();
    held.command(RolloutCommand::Pause).run(200);
    assert_eq!((held.phase, held.sizes()), (RolloutPhase::Paused, (2, 10)));
    held.command(RolloutCommand::Resume).run(2);
    assert_eq!(held.phase, RolloutPhase::RollingBack);
    for command in [RolloutCommand::PromoteFull, RolloutCommand::Abort] {
        let mut hurried = begin();
        hurried.command(command).run(20);
        assert_eq!(hurried.phase, RolloutPhase::RolledBack, "{command:?}");
    }
    let mut again = begin();
    again.command(RolloutCommand::Retry).run(300);
    assert_eq!((again.phase, again.sizes()), (RolloutPhase::Completed, (0, 10)));
}

#[test]
fn blue_that_stands_is_switched_back_to_in_seconds_and_blue_that_has_gone_is_not() {
    let green = || Strategy::BlueGreen(BlueGreen::default());
    let back = |after_completion: u64| {
        let mut cluster = Cluster::of(&plan(green()));
        cluster.run(14 + after_completion);
        assert_eq!(cluster.phase, RolloutPhase::Completed);
        cluster.command(RolloutCommand::Undo);
        let seconds = (1..100).find(|_| cluster.run(1).phase == RolloutPhase::RolledBack);
        (seconds, cluster.count("scale stable to 10"))
    };
    // Two seconds until every proxy has the route; ten more where blue has to start again.
    assert_eq!(back(5), (Some(3), 0));
    let (slow, scaled) = back(60);
    assert!(slow.is_some_and(|seconds| seconds > 10) && scaled == 1, "{slow:?}, {scaled}");
}

#[test]
fn green_stands_after_an_abort_for_as_long_as_the_plan_says() {
    for (delay, still, later) in [(30, 10, 0), (120, 10, 10), (0, 10, 10)] {
        let of =
            BlueGreen { auto_promote: false, abort_scale_down_delay: seconds(delay), ..BlueGreen::default() };
        let mut cluster = Cluster::of(&plan(Strategy::BlueGreen(of)));
        cluster.run(30).command(RolloutCommand::Abort).run(20);
        assert_eq!((cluster.phase, cluster.sizes().1), (RolloutPhase::RolledBack, still), "{delay} s");
        assert_eq!(cluster.run(60).sizes().1, later, "{delay} s");
    }
}

#[test]
fn blue_that_stands_is_fast_whatever_the_window_and_blue_that_has_gone_takes_the_steps() {
    for (after, phase) in [(5, RolloutPhase::RolledBack), (100, RolloutPhase::RollingBack)] {
        let of = BlueGreen { auto_promote_after: seconds(60), ..BlueGreen::default() };
        let mut cluster = with_window(Strategy::BlueGreen(of), NO_REVISION);
        cluster.run(80 + after);
        assert_eq!(cluster.phase, RolloutPhase::Completed);
        cluster.command(RolloutCommand::Undo).run(30);
        assert_eq!(cluster.phase, phase, "{after} s after");
        cluster.run(120);
        assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::RolledBack, (10, 0)), "{after} s after");
    }
}

#[test]
fn green_is_aborted_before_the_switch_without_one_and_after_it_with_one_back() {
    let mut before =
        Cluster::of(&plan(Strategy::BlueGreen(BlueGreen { auto_promote: false, ..BlueGreen::default() })));
    before.run(60).command(RolloutCommand::Abort).run(60);
    assert_eq!((before.phase, before.sizes()), (RolloutPhase::RolledBack, (10, 0)));
    assert_eq!(before.count("candidate 100%"), 0);
    let watched = BlueGreen { after: Some(analysis(300)), ..BlueGreen::default() };
    let mut after = Cluster::of(&plan(Strategy::BlueGreen(watched)));
    after.run(60);
    assert_eq!((after.count("candidate 100%"), after.sizes()), (1, (10, 10)));
    after.command(RolloutCommand::Abort).run(4);
    assert_eq!((after.phase, after.count("scale stable")), (RolloutPhase::RolledBack, 0));
}

#[test]
fn an_analysis_before_the_switch_keeps_users_on_blue() {
    for (level, phase, switched) in [(50.0, RolloutPhase::Completed, 1), (0.0, RolloutPhase::RolledBack, 0)] {
        let mut judged = analysis(120);
        judged.checks[0].query.of = Subject::Target;
        judged.checks[0].pass = Limit::Below(Level::Share(Share::percent(level)));
        let of = BlueGreen { before: Some(judged), ..BlueGreen::default() };
        let mut cluster = Cluster::of(&plan(Strategy::BlueGreen(of)));
        cluster.run(300);
        assert_eq!((cluster.phase, cluster.count("candidate 100%")), (phase, switched), "below {level} %");
    }
}
