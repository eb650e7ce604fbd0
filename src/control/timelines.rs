//! What each strategy asks for, from the first look to the last, with a good and with a bad release.
//!
//! Each story is text that a person can read. The cluster: ten stable instances, 10 s to start, 5 s to drain, 2 s until
//! all proxies have a route, scrapes every 15 s. The release may begin at 5:00. A bad release fails 5 % of requests.

mod blue_green;
mod canary;

use super::{Ab, Analysis, BlueGreen, Canary, FlagRamp, Rolling, Shadow, SmokeTest, Step, Strategy};
use crate::control::fake_cluster::{self, Cluster, analysis, plan};
use crate::engine::{Amount, Share, Span};
use crate::sim::{RolloutCommand, RolloutPhase};

fn percent(percent: f64) -> Share {
    Share::percent(percent)
}

fn seconds(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

fn good(strategy: Strategy) -> Cluster {
    Cluster::of(&plan(strategy))
}

fn bad(strategy: Strategy) -> Cluster {
    let mut cluster = good(strategy);
    cluster.errors = 0.05;
    cluster
}

/// The story must be exactly this, line by line.
#[track_caller]
fn told(cluster: &Cluster, expected: &str) {
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(cluster.log, expected, "\n{}\n", cluster.log.join("\n"));
}

fn two_steps() -> Canary {
    fake_cluster::canary(vec![
        Step::Weight(percent(10.0)),
        Step::Analyse(analysis(120)),
        Step::Weight(percent(50.0)),
    ])
}

fn by_instances() -> Strategy {
    Strategy::Canary(Canary { router: false, ..two_steps() })
}

fn tested_green() -> BlueGreen {
    BlueGreen {
        preview: Some(Amount::Count(2)),
        smoke_test: Some(SmokeTest { requests: 20, over: seconds(10), may_fail: 0 }),
        after: Some(analysis(120)),
        ..BlueGreen::default()
    }
}

fn ramp() -> Strategy {
    let steps = vec![Step::Flag(percent(5.0)), Step::Pause(seconds(60)), Step::Approve];
    Strategy::Flag(FlagRamp { deploy: Rolling::default(), schedule: None, steps })
}

#[test]
fn recreate_has_a_gap() {
    told(
        good(Strategy::Recreate).run(100),
        "
        5:00 report in_progress
        5:00 route to all instances alike
        5:00 scale stable to 0
        5:05 scale candidate to 10
        5:15 report completed
        ",
    );
}

#[test]
fn an_aborted_recreate_has_the_gap_twice() {
    told(
        good(Strategy::Recreate).run(8).command(RolloutCommand::Abort).run(100),
        "
        5:00 report in_progress
        5:00 route to all instances alike
        5:00 scale stable to 0
        5:05 scale candidate to 10
        5:08 report rolling_back
        5:08 scale candidate to 0
        5:13 scale stable to 10
        5:23 report rolled_back
        ",
    );
}

#[test]
fn a_rolling_update_exchanges_a_few_at_a_time() {
    told(
        good(Strategy::Rolling(Rolling::default())).run(100),
        "
        5:00 report in_progress
        5:00 route to all instances alike
        5:00 scale candidate to 3
        5:01 scale stable to 8
        5:02 scale candidate to 5
        5:10 scale stable to 5
        5:11 scale candidate to 8
        5:12 scale stable to 3
        5:13 scale candidate to 10
        5:21 scale stable to 0
        5:23 report completed
        ",
    );
}

#[test]
fn an_aborted_rolling_update_goes_back_within_the_same_bounds() {
    let mut cluster = good(Strategy::Rolling(Rolling::default()));
    told(
        cluster.run(20).command(RolloutCommand::Abort).run(100),
        "
        5:00 report in_progress
        5:00 route to all instances alike
        5:00 scale candidate to 3
        5:01 scale stable to 8
        5:02 scale candidate to 5
        5:10 scale stable to 5
        5:11 scale candidate to 8
        5:12 scale stable to 3
        5:13 scale candidate to 10
        5:20 report rolling_back
        5:20 scale candidate to 5
        5:21 scale stable to 8
        5:31 scale candidate to 0
        5:32 scale stable to 10
        5:42 report rolled_back
        ",
    );
}

#[test]
fn a_comparison_runs_for_its_whole_time() {
    let once = Analysis { lasts: None, ..analysis(0) };
    let ab = Ab {
        share: percent(50.0),
        lasts: seconds(120),
        guardrails: Some(once.clone()),
        goal: Some(once),
        sample_ratio: None,
    };
    told(
        good(Strategy::Ab(ab.clone())).run(300),
        "
        5:00 report in_progress
        5:00 scale candidate to 5
        5:10 route stable 50%, candidate 50%
        8:12 analysis passed: 1 of 1 measurements were good
        8:12 scale candidate to 10
        8:22 route stable 0%, candidate 100%
        8:24 report completed
        8:54 scale stable to 0
        ",
    );
    told(
        bad(Strategy::Ab(ab)).run(300),
        "
        5:00 report in_progress
        5:00 scale candidate to 5
        5:10 route stable 50%, candidate 50%
        6:00 check errors: error ratio of candidate over 1m is 5% (limit below 1%), failure 1 of 0 allowed
        6:00 analysis failed at check errors
        6:00 report rolling_back
        6:00 route stable 100%, candidate 0%
        6:02 report rolled_back
        6:30 scale candidate to 0
        ",
    );
}

#[test]
fn a_shadow_gets_copies_and_then_everything() {
    let shadow = Shadow {
        share: percent(20.0),
        kinds: Vec::new(),
        lasts: seconds(60),
        size: None,
        analysis: None,
        then: Vec::new(),
    };
    told(
        good(Strategy::Shadow(shadow)).run(300),
        "
        5:00 report in_progress
        5:00 scale candidate to 2
        5:10 route stable 100%, candidate 0%, mirror 20%
        6:12 route stable 100%, candidate 0%
        6:14 scale candidate to 10
        6:24 route stable 0%, candidate 100%
        6:26 report completed
        6:56 scale stable to 0
        ",
    );
}

#[test]
fn a_flag_goes_up_after_the_code_is_out() {
    told(
        good(ramp()).run(200).command(RolloutCommand::Promote).run(30),
        "
        5:00 report in_progress
        5:00 route to all instances alike
        5:00 scale candidate to 3
        5:01 scale stable to 8
        5:02 scale candidate to 5
        5:10 scale stable to 5
        5:11 scale candidate to 8
        5:12 scale stable to 3
        5:13 scale candidate to 10
        5:21 scale stable to 0
        5:23 flag new-shop on for 5% of users
        6:25 report paused
        8:20 flag new-shop on for 100% of users
        8:20 report in_progress
        8:22 report completed
        ",
    );
}

#[test]
fn a_killed_flag_goes_down_and_the_code_stays() {
    told(
        good(ramp()).run(100).command(RolloutCommand::KillFlag).run(100),
        "
        5:00 report in_progress
        5:00 route to all instances alike
        5:00 scale candidate to 3
        5:01 scale stable to 8
        5:02 scale candidate to 5
        5:10 scale stable to 5
        5:11 scale candidate to 8
        5:12 scale stable to 3
        5:13 scale candidate to 10
        5:21 scale stable to 0
        5:23 flag new-shop on for 5% of users
        6:25 report paused
        6:40 report rolling_back
        6:40 flag new-shop on for 0% of users
        6:42 report rolled_back
        ",
    );
}

#[test]
fn a_rollout_can_begin_again_after_an_abort() {
    let mut cluster = good(Strategy::Canary(two_steps()));
    cluster.run(20).command(RolloutCommand::Abort).run(5).command(RolloutCommand::Retry).run(300);
    assert_eq!(cluster.phase, RolloutPhase::Completed);
    assert_eq!(cluster.sizes(), (0, 10));
}

#[test]
fn promoting_in_full_skips_what_is_left() {
    let mut cluster = bad(Strategy::Canary(two_steps()));
    cluster.run(20).command(RolloutCommand::PromoteFull).run(100);
    assert_eq!((cluster.phase, cluster.count("50%")), (RolloutPhase::Completed, 0));
}

#[test]
fn what_makes_no_sense_is_ignored_and_said_so() {
    let mut cluster = good(Strategy::Recreate);
    cluster
        .run(100)
        .command(RolloutCommand::Abort)
        .command(RolloutCommand::Resume)
        .command(RolloutCommand::Retry)
        .run(5);
    assert_eq!(cluster.count("ignored: the rollout is completed"), 3);
    assert_eq!(cluster.phase, RolloutPhase::Completed);
}
