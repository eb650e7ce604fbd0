//! One mistake at a time, and what is said of it.

use crate::control::fake_cluster::{analysis, canary, check, plan, scenario};
use crate::control::{
    Ab, AlertTrigger, BlueGreen, Canary, FlagRamp, Limit, OnCall, Plan, Response, Rolling, Runbook, Shadow,
    SmokeTest, Step, Strategy, Test,
};
use crate::engine::{Amount, Level, Share, Span};
use crate::scenario::{Call, Issue, Retries, Severity};
use crate::sim::{MatchRule, Pool};
use crate::telemetry::{AlertRule, Condition, Metric, Query, Subject, Urgency};

fn percent(percent: f64) -> Share {
    Share::percent(percent)
}

fn of(plan: &Plan) -> Vec<Issue> {
    plan.problems(Some(&scenario()))
}

/// Path, code and severity of all that is wrong.
fn found(plan: &Plan) -> Vec<(String, &'static str, bool)> {
    let short = |issue: Issue| (issue.path, issue.code, issue.severity == Severity::Error);
    of(plan).into_iter().map(short).collect()
}

fn wrong(strategy: Strategy, path: &str, code: &'static str) {
    assert_eq!(found(&plan(strategy)), [(path.to_owned(), code, true)]);
}

fn odd(strategy: Strategy, path: &str, code: &'static str) {
    assert_eq!(found(&plan(strategy)), [(path.to_owned(), code, false)]);
}

fn alert(name: &str) -> AlertRule {
    AlertRule {
        name: name.to_owned(),
        when: Condition::Above(
            Query {
                metric: Metric::ErrorRatio,
                of: Subject::Target,
                over: Span::from_secs(60),
                zone: None,
                cohort: None,
                kind: None,
            },
            Level::Share(percent(5.0)),
        ),
        hold: Span::from_secs(30),
        keep_firing_for: Span::ZERO,
        urgency: Urgency::Page,
    }
}

#[test]
fn nothing_is_said_of_what_is_right() {
    let steps = vec![Step::Weight(percent(10.0)), Step::Analyse(analysis(300)), Step::Weight(percent(50.0))];
    let ramp =
        FlagRamp { deploy: Rolling::default(), schedule: None, steps: vec![Step::Flag(percent(10.0))] };
    let ab = Ab {
        share: percent(50.0),
        lasts: Span::from_secs(600),
        guardrails: Some(analysis(0)),
        goal: Some(analysis(300)),
        sample_ratio: Some(0.001),
    };
    let shadow = Shadow {
        share: percent(100.0),
        kinds: Vec::new(),
        lasts: Span::from_secs(60),
        size: None,
        analysis: None,
        then: Vec::new(),
    };
    for strategy in [
        Strategy::Nothing,
        Strategy::Recreate,
        Strategy::Rolling(Rolling::default()),
        Strategy::BlueGreen(BlueGreen::default()),
        Strategy::Canary(canary(steps.clone())),
        Strategy::Steps(steps),
        Strategy::Ab(ab),
        Strategy::Shadow(shadow),
        Strategy::Flag(ramp),
    ] {
        assert_eq!(of(&plan(strategy)), []);
    }
}

#[test]
fn everything_wrong_is_said_at_once() {
    let steps = vec![Step::Weight(percent(120.0)), Step::Pause(Span::ZERO)];
    let mut plan = plan(Strategy::Canary(canary(steps)));
    plan.format = 9;
    plan.triggers = vec![AlertTrigger { alert: "erorrs".to_owned(), then: Response::Abort }];
    plan.alerts = vec![alert("errors"), alert("errors")];
    let paths: Vec<String> = of(&plan).into_iter().map(|issue| issue.path).collect();
    let expected =
        ["format", "strategy.steps[0]", "strategy.steps[1]", "alerts[1].name", "triggers[0].alert"];
    assert_eq!(paths, expected);
    let messages: Vec<String> = of(&plan).into_iter().map(|issue| issue.message).collect();
    assert_eq!(messages[4], "unknown alert \"erorrs\"; did you mean \"errors\"?");
}

#[test]
fn a_rolling_update_must_be_able_to_move() {
    let still = Rolling {
        max_surge: Amount::Count(0),
        max_unavailable: Amount::Share(Share::ZERO),
        ..Rolling::default()
    };
    wrong(Strategy::Rolling(still.clone()), "strategy.max_unavailable", "nothing-can-move");
    let ramp = FlagRamp { deploy: still, schedule: None, steps: vec![Step::Approve] };
    wrong(Strategy::Flag(ramp), "strategy.deploy.max_unavailable", "nothing-can-move");
    let late = Rolling { min_ready: Span::from_secs(600), ..Rolling::default() };
    wrong(Strategy::Rolling(late), "strategy.progress_deadline", "out-of-range");
}

#[test]
fn steps_must_make_sense() {
    wrong(Strategy::Steps(Vec::new()), "strategy", "empty");
    wrong(Strategy::Canary(canary(Vec::new())), "strategy.steps", "empty");
    let falling = vec![Step::Weight(percent(50.0)), Step::Weight(percent(10.0))];
    odd(Strategy::Canary(canary(falling)), "strategy.steps[1]", "falls");
    let mixed = vec![Step::Roll(Rolling::default()), Step::Weight(percent(10.0))];
    wrong(Strategy::Steps(mixed), "strategy[1]", "wrong-step");
    let early = vec![Step::Retire(Span::ZERO), Step::Promote];
    odd(Strategy::Steps(early), "strategy[0]", "wrong-step");
    let ramp =
        FlagRamp { deploy: Rolling::default(), schedule: None, steps: vec![Step::Weight(percent(10.0))] };
    wrong(Strategy::Flag(ramp), "strategy.steps[0]", "wrong-step");
    let mirror = Canary { router: false, ..canary(vec![Step::Mirror(percent(10.0))]) };
    wrong(Strategy::Canary(mirror), "strategy.steps[0]", "needs-router");
    let long = canary(vec![Step::Pause(Span::from_secs(7_200))]);
    odd(Strategy::Canary(long), "strategy", "never");
    let test = SmokeTest { requests: 5, over: Span::from_secs(5), may_fail: 5 };
    odd(
        Strategy::BlueGreen(BlueGreen { smoke_test: Some(test), ..BlueGreen::default() }),
        "strategy.smoke_test.may_fail",
        "never",
    );
}

#[test]
fn match_rules_name_what_there_is() {
    let rule = |kinds: &[&str]| MatchRule {
        cohorts: Vec::new(),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        headers: vec![],
        to: Pool::Candidate,
    };
    let steps = |rule| Strategy::Steps(vec![Step::Match(vec![rule])]);
    assert_eq!(of(&plan(steps(rule(&["buy"])))), []);
    wrong(steps(rule(&["by"])), "strategy[0][0].kinds[0]", "unknown-name");
    wrong(steps(rule(&[])), "strategy[0][0]", "empty");
}

#[test]
fn a_flag_needs_a_release_that_has_one() {
    let ramp = FlagRamp { deploy: Rolling::default(), schedule: None, steps: vec![Step::Approve] };
    let mut scenario = scenario();
    scenario.releases[1].flag = None;
    let issues = plan(Strategy::Flag(ramp)).problems(Some(&scenario));
    assert_eq!((issues[0].path.as_str(), issues[0].code), ("strategy", "no-flag"));
    let mut plan = plan(Strategy::Recreate);
    plan.flags = vec![("new-shp".to_owned(), percent(101.0))];
    let expected =
        [("flags[0].1".to_owned(), "out-of-range", true), ("flags[0].0".to_owned(), "unknown-name", true)];
    assert_eq!(found(&plan), expected);
}

#[test]
fn an_analysis_that_is_a_step_must_end_and_be_able_to_fail() {
    let after = |analysis| Strategy::BlueGreen(BlueGreen { after: Some(analysis), ..BlueGreen::default() });
    let mut endless = analysis(300);
    endless.lasts = None;
    wrong(after(endless), "strategy.after.checks[0]", "never-ends");
    odd(after(analysis(90)), "strategy.after.checks[0].consecutive_error_limit", "no-data-passes");
    // Five errors, the one too many, fit into the 40 s after the first measurement: one every 10 s.
    assert!(found(&plan(after(analysis(100)))).iter().all(|(_, code, _)| *code != "no-data-passes"));
    let mut late = analysis(300);
    late.checks[0].initial_delay = Span::from_secs(301);
    wrong(after(late), "strategy.after.checks[0].initial_delay", "never");
    let mut empty = analysis(300);
    empty.checks.clear();
    wrong(after(empty), "strategy.after.checks", "empty");
    let mut twice = analysis(300);
    twice.checks.push(twice.checks[0].clone());
    wrong(after(twice), "strategy.after.checks[1].name", "duplicate-name");
    let mut lax = analysis(300);
    (lax.checks[0].count, lax.checks[0].failure_limit) = (Some(3), 3);
    odd(after(lax), "strategy.after.checks[0].failure_limit", "never");
}

#[test]
fn checks_are_compared_with_what_they_can_be() {
    let with = |limit| {
        let mut with = plan(Strategy::Rolling(Rolling::default()));
        with.analysis = Some(crate::control::Analysis {
            checks: vec![check(limit)],
            lasts: None,
            ..crate::control::Analysis::default()
        });
        with
    };
    let seconds = with(Limit::Below(Level::Span(Span::from_secs(1))));
    assert_eq!(found(&seconds), [("analysis.checks[0].pass".to_owned(), "wrong-unit", true)]);
    let mut itself = with(Limit::AtMostBaseline { factor: 1.1, plus: Level::Number(0.0) });
    assert_eq!(of(&itself), []);
    itself.analysis.as_mut().unwrap().checks[0].query.of = Subject::Baseline;
    assert_eq!(found(&itself), [("analysis.checks[0].pass".to_owned(), "contradiction", true)]);
    let nothing = with(Limit::AtLeastBaseline { factor: 0.0 });
    assert_eq!(found(&nothing), [("analysis.checks[0].pass.factor".to_owned(), "out-of-range", true)]);
}

#[test]
fn background_analysis_must_begin_and_have_users() {
    let mut late = plan(Strategy::Canary(canary(vec![Step::Weight(percent(10.0))])));
    late.analysis = Some(crate::control::Analysis { lasts: None, from_step: 2, ..analysis(0) });
    assert_eq!(found(&late), [("analysis.from_step".to_owned(), "never", true)]);
    let mut unseen = plan(Strategy::BlueGreen(BlueGreen::default()));
    unseen.analysis = Some(crate::control::Analysis { lasts: None, ..analysis(0) });
    assert_eq!(found(&unseen), [("analysis".to_owned(), "no-users-yet", false)]);
}

#[test]
fn the_on_call_can_only_do_what_helps() {
    let mut plan = plan(Strategy::Recreate);
    plan.alerts = vec![alert("errors")];
    plan.on_call = Some(OnCall {
        runbook: vec![
            Runbook { alert: "errors".to_owned(), then: Response::Page },
            Runbook { alert: "latency".to_owned(), then: Response::Abort },
        ],
    });
    let expected = [
        ("on_call.runbook[0].then".to_owned(), "no-effect", false),
        ("on_call.runbook[1].alert".to_owned(), "unknown-name", true),
    ];
    assert_eq!(found(&plan), expected);
}

#[test]
fn only_calls_that_the_target_makes_can_be_set() {
    let call = |to: &str| Call {
        to: to.to_owned(),
        share: Share::ALL,
        timeout: Span::from_secs(1),
        retries: Retries::default(),
        required: true,
        breaker: None,
        limits: None,
        cancels: false,
        carries_deadline: false,
        cache: None,
        hedge: None,
    };
    let mut plan = plan(Strategy::Recreate);
    plan.calls = vec![call("shop"), call("shpo")];
    let expected =
        [("calls[0].to".to_owned(), "not-called", true), ("calls[1].to".to_owned(), "unknown-name", true)];
    assert_eq!(found(&plan), expected);
}

#[test]
fn a_test_must_be_able_to_tell_something() {
    let with = |test: Test, metric: Metric| {
        let mut check = check(Limit::NotWorse(test));
        check.query.metric = metric;
        let mut plan = plan(Strategy::Canary(canary(Vec::new())));
        plan.analysis =
            Some(crate::control::Analysis { checks: vec![check], lasts: None, from_step: 0, ..analysis(0) });
        found(&plan).into_iter().filter(|(path, ..)| path.starts_with("analysis")).collect::<Vec<_>>()
    };
    let pass = "analysis.checks[0].pass";
    assert_eq!(with(Test::Fisher { alpha: 0.05 }, Metric::ErrorRatio), []);
    let out = (format!("{pass}.alpha"), "out-of-range", true);
    assert_eq!(with(Test::Fisher { alpha: 0.7 }, Metric::ErrorRatio), [out]);
    let unlike = (pass.to_owned(), "contradiction", true);
    assert_eq!(with(Test::Fisher { alpha: 0.05 }, Metric::Latency(0.5)), [unlike]);
    let few = (format!("{pass}.every"), "never", false);
    let welch = Test::Welch { alpha: 0.05, every: Span::from_secs(30) };
    assert_eq!(with(welch, Metric::Latency(0.5)), [few]);
}
