//! Freezes, approvals, and ways back that are slow, or closed.

use super::percent;
use crate::control::fake_cluster::{Cluster, canary, plan};
use crate::control::{Approvals, BlueGreen, Gates, Gradual, Plan, Rollback, Step, Strategy, WhenImpossible};
use crate::engine::{Span, Time};
use crate::scenario::Freeze;
use crate::sim::{OpenPage, RolloutCommand, RolloutPhase};

fn seconds(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

fn frozen(from: u64, until: u64) -> Plan {
    let steps = vec![Step::Weight(percent(10.0)), Step::Pause(seconds(60)), Step::Weight(percent(50.0))];
    let freeze = vec![Freeze { from: seconds(from), until: seconds(until), why: "holiday".to_owned() }];
    let gates = Gates { freeze, ..Gates::default() };
    Plan { gates, ..plan(Strategy::Canary(canary(steps))) }
}

fn approved(approvals: Approvals) -> Cluster {
    let gates = Gates { approvals, ..Gates::default() };
    let strategy = Strategy::BlueGreen(BlueGreen { auto_promote: false, ..BlueGreen::default() });
    Cluster::of(&Plan { gates, ..plan(strategy) })
}

#[test]
fn a_release_waits_for_the_end_of_a_freeze_and_says_so() {
    // The release may begin at 300 s.
    let mut cluster = Cluster::of(&frozen(200, 400));
    cluster.run(99);
    assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::NotStarted, (10, 0)));
    assert_eq!(cluster.count("frozen until 6m40s: holiday"), 1);
    cluster.run(10);
    assert_eq!(cluster.phase, RolloutPhase::InProgress);
}

#[test]
fn a_freeze_holds_a_release_that_is_on_its_way_but_never_its_way_back() {
    let mut cluster = Cluster::of(&frozen(320, 600));
    cluster.run(200);
    assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::Paused, (10, 1)));
    let mut aborted = cluster.fork();
    aborted.command(RolloutCommand::Abort).run(60);
    assert_eq!((aborted.phase, aborted.sizes()), (RolloutPhase::RolledBack, (10, 0)));
    cluster.run(200);
    assert_eq!(cluster.phase, RolloutPhase::Completed);
}

#[test]
fn a_promotion_by_hand_is_an_exception_to_the_freeze() {
    for mut cluster in [Cluster::of(&frozen(200, 2_000)), Cluster::of(&frozen(320, 2_000))] {
        cluster.run(50).command(RolloutCommand::Promote).run(200);
        assert_eq!(cluster.phase, RolloutPhase::Completed);
        assert_eq!(cluster.count("exception to the freeze: holiday"), 1);
    }
}

#[test]
fn two_different_people_have_to_approve() {
    let mut cluster = approved(Approvals { people: 2, simulated: 0, approve_by: None });
    cluster.run(60).command(RolloutCommand::Promote).run(2).command(RolloutCommand::Promote).run(60);
    assert_eq!(cluster.phase, RolloutPhase::Paused);
    let mut cluster = approved(Approvals { people: 2, simulated: 1, approve_by: None });
    cluster.run(60);
    assert_eq!((cluster.phase, cluster.count("approves the next step (1 of 2)")), (RolloutPhase::Paused, 1));
    cluster.command(RolloutCommand::Promote).run(60);
    assert_eq!(cluster.phase, RolloutPhase::Completed);
    let mut cluster = approved(Approvals { people: 2, simulated: 2, approve_by: None });
    assert_eq!(cluster.run(120).phase, RolloutPhase::Completed);
}

#[test]
fn a_person_who_is_asked_refuses_while_a_page_is_open_and_is_asked_again_after_it() {
    for people in [1, 2] {
        let mut cluster = approved(Approvals { people, simulated: 2, approve_by: None });
        cluster.pages = vec![OpenPage { at: Time::ZERO, alerts: vec!["errors".to_owned()] }];
        cluster.run(120);
        assert_eq!(cluster.phase, RolloutPhase::Paused);
        assert_eq!(cluster.count("does not approve the next step"), 2, "each says so once");
        assert!(cluster.reasons.iter().any(|reason| reason == "the page errors is open"));
        cluster.pages.clear();
        assert_eq!(cluster.run(120).phase, RolloutPhase::Completed);
    }
}

#[test]
fn what_nobody_approves_in_time_goes_back() {
    let mut cluster = approved(Approvals { approve_by: Some(seconds(120)), ..Approvals::default() });
    assert_eq!(cluster.run(100).phase, RolloutPhase::Paused);
    assert_eq!(cluster.run(100).phase, RolloutPhase::RolledBack);
    assert!(cluster.reasons.iter().any(|reason| reason == "nobody approved within 2m"));
}

fn at_half(rollback: Rollback) -> Cluster {
    let steps = vec![Step::Weight(percent(50.0)), Step::Pause(seconds(600))];
    let mut cluster = Cluster::of(&Plan { rollback, ..plan(Strategy::Canary(canary(steps))) });
    cluster.run(60);
    cluster
}

#[test]
fn a_gradual_way_back_takes_the_weight_down_in_steps() {
    let gradual = Some(Gradual { step: percent(20.0), every: seconds(30) });
    let mut cluster = at_half(Rollback { gradual, ..Rollback::default() });
    cluster.command(RolloutCommand::Abort).run(200);
    let routes: Vec<&String> = cluster.log.iter().filter(|line| line.contains("route")).collect();
    assert_eq!(cluster.phase, RolloutPhase::RolledBack);
    let last: Vec<&str> =
        routes.iter().rev().take(3).rev().map(|line| &line[line.find("cand").unwrap()..]).collect();
    assert_eq!(last, ["candidate 30%", "candidate 10%", "candidate 0%"]);
}

#[test]
fn where_the_baseline_cannot_work_with_the_data_going_back_is_refused_or_forced() {
    for (when_impossible, phase) in
        [(WhenImpossible::Refuse, RolloutPhase::Failed), (WhenImpossible::Force, RolloutPhase::RolledBack)]
    {
        let mut cluster = at_half(Rollback { when_impossible, ..Rollback::default() });
        cluster.no_way_back = Some("schema 2, v1 works with 1".to_owned());
        cluster.command(RolloutCommand::Abort).run(100);
        assert_eq!(cluster.phase, phase);
        let told = "rollback not possible: schema 2, v1 works with 1";
        let said = cluster.log.iter().chain(&cluster.reasons).filter(|line| line.contains(told)).count();
        assert!(said > 0);
    }
}
