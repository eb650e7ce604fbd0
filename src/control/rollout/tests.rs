//! What stands beside the steps: commands, holds, background analysis, triggers and the on-call.

mod gates;
mod undo;

use crate::control::fake_cluster::{Cluster, analysis, canary, check, plan};
use crate::control::{
    AlertTrigger, Analysis, BlueGreen, Canary, Check, Limit, NoData, OnCall, Plan, Response, Rolling,
    Runbook, SmokeTest, Step, Strategy,
};
use crate::engine::{Level, Share, Span};
use crate::sim::{RolloutCommand, RolloutPhase};
use crate::telemetry::{AlertRule, Condition, Metric, Query, Subject, Urgency};

fn percent(percent: f64) -> Share {
    Share::percent(percent)
}

fn waiting_canary() -> Plan {
    plan(Strategy::Canary(canary(vec![Step::Weight(percent(10.0)), Step::Pause(Span::from_secs(900))])))
}

fn errors_of(of: Subject) -> AlertRule {
    let over = Span::from_secs(60);
    AlertRule {
        name: "errors".to_owned(),
        when: Condition::Above(
            Query { metric: Metric::ErrorRatio, of, over, zone: None, cohort: None, kind: None },
            Level::Share(percent(1.0)),
        ),
        hold: Span::from_secs(30),
        keep_firing_for: Span::ZERO,
        urgency: Urgency::Page,
    }
}

fn with_trigger(then: Response) -> Plan {
    let mut plan = waiting_canary();
    plan.alerts = vec![errors_of(Subject::Candidate)];
    plan.triggers = vec![AlertTrigger { alert: "errors".to_owned(), then }];
    plan
}

fn bad(plan: &Plan) -> Cluster {
    let mut cluster = Cluster::of(plan);
    cluster.errors = 0.1;
    cluster
}

#[test]
fn an_alert_that_fires_aborts_once() {
    let mut cluster = bad(&with_trigger(Response::Abort));
    cluster.run(300);
    assert_eq!((cluster.phase, cluster.count("abort")), (RolloutPhase::RolledBack, 1));
    cluster.command(RolloutCommand::Retry).run(20);
    assert_eq!(cluster.phase, RolloutPhase::InProgress, "the old firing must not abort again");
}

#[test]
fn a_trigger_can_pause_or_page() {
    let mut cluster = bad(&with_trigger(Response::Pause));
    assert_eq!(cluster.run(300).phase, RolloutPhase::Paused);
    let mut cluster = bad(&with_trigger(Response::Page));
    assert_eq!(
        (cluster.run(300).phase, cluster.count("page: alert errors fires")),
        (RolloutPhase::InProgress, 1)
    );
}

#[test]
fn a_trigger_can_open_a_breaker_or_shed_and_the_rollout_goes_on() {
    let breaker = (Response::OpenBreaker("bank".to_owned()), "open the breaker to bank");
    for (then, said) in [breaker, (Response::Shed(percent(20.0)), "shed 20% of requests")] {
        let mut cluster = bad(&with_trigger(then));
        assert_eq!((cluster.run(300).phase, cluster.count(said)), (RolloutPhase::InProgress, 1), "{said}");
    }
}

#[test]
fn a_failed_analysis_that_sheds_also_holds_the_rollout() {
    let mut plan = waiting_canary();
    plan.analysis = Some(Analysis { on_failure: Response::Shed(percent(20.0)), ..analysis(0) });
    let mut cluster = bad(&plan);
    assert_eq!((cluster.run(300).phase, cluster.count("shed 20% of requests")), (RolloutPhase::Paused, 1));
}

#[test]
fn an_alert_about_nothing_new_triggers_nothing() {
    let mut plan = with_trigger(Response::Abort);
    let always = Query {
        metric: Metric::ReadyInstances,
        of: Subject::Candidate,
        over: Span::ZERO,
        zone: None,
        cohort: None,
        kind: None,
    };
    plan.alerts[0] =
        AlertRule { when: Condition::Absent(always), hold: Span::ZERO, ..errors_of(Subject::Target) };
    let mut cluster = Cluster::of(&plan);
    cluster.let_alerts_settle();
    assert_eq!(cluster.run(60).phase, RolloutPhase::InProgress);
}

#[test]
fn the_on_call_does_what_the_runbook_says_and_undoes_what_is_complete() {
    let mut plan = plan(Strategy::BlueGreen(BlueGreen::default()));
    plan.alerts = vec![errors_of(Subject::Candidate)];
    let entry = Runbook { alert: "errors".to_owned(), then: Response::Abort };
    plan.on_call = Some(OnCall { runbook: vec![entry] });
    let mut cluster = Cluster::of(&plan);
    cluster.run(5).acknowledge(0).run(20);
    assert_eq!((cluster.phase, cluster.count("abort")), (RolloutPhase::RolledBack, 1));
    let mut cluster = Cluster::of(&plan);
    cluster.run(100).acknowledge(0).run(50);
    assert_eq!((cluster.phase, cluster.count("undo")), (RolloutPhase::RolledBack, 1));
}

#[test]
fn background_analysis_begins_at_its_step_and_aborts() {
    let steps = vec![Step::Weight(percent(10.0)), Step::Pause(Span::from_secs(200)), Step::Approve];
    let mut plan = plan(Strategy::Canary(canary(steps)));
    plan.analysis = Some(Analysis { from_step: 2, lasts: None, ..analysis(0) });
    let mut cluster = bad(&plan);
    assert_eq!(cluster.run(220).phase, RolloutPhase::Paused);
    assert_eq!(cluster.run(70).phase, RolloutPhase::RolledBack);
}

#[test]
fn a_good_release_is_not_disturbed_by_background_analysis() {
    let mut plan = plan(Strategy::Canary(canary(vec![Step::Weight(percent(10.0))])));
    plan.analysis = Some(Analysis { lasts: None, ..analysis(0) });
    assert_eq!(Cluster::of(&plan).run(200).phase, RolloutPhase::Completed);
}

fn unsure() -> Analysis {
    let pass = Limit::Below(Level::Share(percent(1.0)));
    let fail = Some(Limit::Above(Level::Share(percent(20.0))));
    let check = Check { initial_delay: Span::from_secs(60), fail, ..check(pass) };
    Analysis { checks: vec![check], lasts: Some(Span::from_secs(90)), ..Analysis::default() }
}

#[test]
fn an_inconclusive_step_pauses_and_is_done_again_on_resuming() {
    let steps = vec![Step::Weight(percent(10.0)), Step::Analyse(unsure()), Step::Weight(percent(50.0))];
    let plan = plan(Strategy::Canary(canary(steps)));
    let mut cluster = bad(&plan);
    assert_eq!(cluster.run(300).phase, RolloutPhase::Paused);
    assert_eq!(cluster.count("is inconclusive at check errors"), 1);
    cluster.errors = 0.0;
    cluster.command(RolloutCommand::Resume).run(10);
    assert_eq!((cluster.phase, cluster.count("candidate 50%")), (RolloutPhase::InProgress, 0));
    assert_eq!(cluster.run(200).phase, RolloutPhase::Completed);
    let mut cluster = bad(&plan);
    cluster.run(300).command(RolloutCommand::Promote).run(200);
    assert_eq!(cluster.phase, RolloutPhase::Completed, "promoting takes the responsibility");
}

#[test]
fn an_inconclusive_background_analysis_pauses_and_begins_again() {
    let mut plan = waiting_canary();
    plan.analysis = Some(Analysis { lasts: None, ..unsure() });
    let mut cluster = bad(&plan);
    assert_eq!(cluster.run(100).phase, RolloutPhase::Paused);
    assert_eq!(cluster.command(RolloutCommand::Resume).run(30).phase, RolloutPhase::InProgress);
    assert_eq!(cluster.run(60).phase, RolloutPhase::Paused);
}

#[test]
fn no_data_is_an_error_that_too_often_in_a_row_aborts() {
    let nobody = Check { initial_delay: Span::ZERO, ..analysis(0).checks[0].clone() };
    let mut with = plan(Strategy::BlueGreen(BlueGreen {
        before: Some(Analysis {
            checks: vec![nobody.clone()],
            lasts: Some(Span::from_secs(300)),
            ..Analysis::default()
        }),
        ..BlueGreen::default()
    }));
    let mut cluster = Cluster::of(&with);
    assert_eq!(cluster.run(200).phase, RolloutPhase::RolledBack);
    assert_eq!(cluster.count("has no data, error in a row"), 5);
    let pass = Check { no_data: NoData::Pass, ..nobody };
    let before = Analysis { checks: vec![pass], lasts: Some(Span::from_secs(60)), ..Analysis::default() };
    with.strategy = Strategy::BlueGreen(BlueGreen { before: Some(before), ..BlueGreen::default() });
    assert_eq!(Cluster::of(&with).run(200).phase, RolloutPhase::Completed);
}

#[test]
fn a_held_rollout_moves_nothing_and_loses_no_test_report() {
    let test = SmokeTest { requests: 20, over: Span::from_secs(10), may_fail: 0 };
    let plan = plan(Strategy::BlueGreen(BlueGreen { smoke_test: Some(test), ..BlueGreen::default() }));
    let mut cluster = Cluster::of(&plan);
    cluster.run(5).command(RolloutCommand::Pause).run(100);
    assert_eq!((cluster.phase, cluster.count("test candidate")), (RolloutPhase::Paused, 0));
    cluster.command(RolloutCommand::Resume).run(3).command(RolloutCommand::Pause).run(60);
    assert_eq!((cluster.count("test requests failed"), cluster.count("route")), (1, 0));
    assert_eq!(cluster.command(RolloutCommand::Resume).run(30).phase, RolloutPhase::Completed);
}

#[test]
fn the_switch_waits_for_approval_when_it_is_wanted() {
    let plan = plan(Strategy::BlueGreen(BlueGreen { auto_promote: false, ..BlueGreen::default() }));
    let mut cluster = Cluster::of(&plan);
    assert_eq!((cluster.run(600).phase, cluster.count("route")), (RolloutPhase::Paused, 0));
    assert_eq!(cluster.command(RolloutCommand::Promote).run(10).phase, RolloutPhase::Completed);
}

#[test]
fn killing_the_flag_of_another_strategy_turns_off_the_flag_alone() {
    let mut cluster = Cluster::of(&waiting_canary());
    cluster.run(30).command(RolloutCommand::KillFlag).run(30);
    assert_eq!((cluster.phase, cluster.count("flag new-shop on for 0%")), (RolloutPhase::InProgress, 1));
}

#[test]
fn a_candidate_that_never_gets_ready_gets_no_users_and_is_reported() {
    let mut cluster = Cluster::of(&waiting_canary());
    cluster.boots = false;
    cluster.run(1_500);
    assert_eq!((cluster.count("route"), cluster.count("progress deadline exceeded")), (0, 1));
    assert_eq!(cluster.command(RolloutCommand::Abort).run(10).phase, RolloutPhase::RolledBack);
}

#[test]
fn nothing_is_asked_while_nothing_is_due() {
    let mut cluster = Cluster::of(&waiting_canary());
    let before = cluster.run(100).log.len();
    assert_eq!(cluster.run(600).log.len(), before);
}

#[test]
fn a_copy_goes_on_as_the_original_does() {
    let plan = with_trigger(Response::Abort);
    let mut cluster = bad(&plan);
    cluster.run(40);
    let mut copy = cluster.fork();
    assert_eq!(cluster.run(300).log, copy.run(300).log);
}

#[test]
fn a_resized_fleet_is_followed_wherever_the_rollout_is() {
    let mut canary = Cluster::of(&waiting_canary());
    canary.run(60).resize(20).run(20);
    assert_eq!(canary.sizes(), (20, 2));
    canary.command(RolloutCommand::Abort).run(60).resize(8).run(20);
    assert_eq!((canary.sizes(), canary.phase), ((8, 0), RolloutPhase::RolledBack));

    let mut by_instances = canary_by_instances();
    by_instances.run(120).resize(20).run(60);
    assert_eq!(by_instances.sizes(), (18, 2));

    let mut rolling = Cluster::of(&plan(Strategy::Rolling(Rolling::default())));
    rolling.run(20).resize(14).run(300);
    assert_eq!((rolling.sizes(), rolling.phase), ((0, 14), RolloutPhase::Completed));
    rolling.resize(6).run(30);
    assert_eq!(rolling.sizes(), (0, 6));
    rolling.command(RolloutCommand::Undo).run(300);
    assert_eq!((rolling.sizes(), rolling.phase), ((6, 0), RolloutPhase::RolledBack));

    let mut blue_green = Cluster::of(&plan(Strategy::BlueGreen(BlueGreen::default())));
    blue_green.run(3).resize(14).run(120);
    assert_eq!((blue_green.sizes(), blue_green.phase), ((0, 14), RolloutPhase::Completed));
}

fn canary_by_instances() -> Cluster {
    let steps = vec![Step::Weight(percent(10.0)), Step::Pause(Span::from_secs(900))];
    Cluster::of(&plan(Strategy::Canary(Canary { router: false, ..canary(steps) })))
}
