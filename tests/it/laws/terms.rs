//! Law 47: how long a run lasts, what is delivered, and which attempt counts.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::exercise::{HandAction, Measure, Playback, play};
use rollout_lab::library::read_ron;
use rollout_lab::scenario::{Defect, DefectTrigger, Effect, Scenario};
use rollout_lab::sim::{Case, ManualAction, Record, RolloutCommand, RolloutPhase, Term};

use crate::timelines::{PLANS, checkout, plan as strategy_of, record, releases};
use crate::world;

const CANARY: &str = r#"Canary(steps: [Weight("30%"), Pause("2m")])"#;
const CHECKED: &str = r#"Canary(steps: [Weight("30%"), Analyse(for: "2m", checks: [
    (name: "errors", query: (metric: ErrorRatio), pass: Below("5%"), initial_delay: "30s"),
])])"#;
const TESTED: &str =
    r#"Steps([Scale(1), Test(requests: 200, may_fail: 4), Weight("30%"), Pause("2m"), Promote])"#;

fn plan(strategy: &str) -> Plan {
    let text = format!(r#"(format: 1, title: "A plan", strategy: {strategy})"#);
    read_ron("plan.ron", &text).unwrap_or_else(|problems| panic!("{problems:?}")).0
}

/// A shop of ten instances with room to spare, for ten minutes.
fn shop(release_at: u64, errors: f64) -> Scenario {
    let service = world::service("shop", 10, 4, Dist::Exponential(Span::from_millis(40)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(40.0), Span::from_secs(600));
    scenario.release_at = Span::from_secs(release_at);
    scenario.clients.users = 400;
    let when = vec![DefectTrigger::Chance(Share::percent(errors))];
    scenario.releases[1].defects = vec![Defect { name: "errors".to_owned(), when, then: Effect::Errors }];
    scenario
}

/// A case that is watched for a minute after it has settled.
fn baked() -> Case {
    Case { term: Term { bake: Some(Span::from_secs(60)), deadline: None }, ..Case::default() }
}

fn by_hand(at: u64, command: RolloutCommand) -> HandAction {
    HandAction { at: Time::from_secs(at), action: ManualAction::Command(command), because: String::new() }
}

fn run(scenario: &Scenario, strategy: &str, actions: &[HandAction], seed: u64) -> Record {
    play(scenario, &baked(), &plan(strategy), actions, seed).unwrap_or_else(|issues| panic!("{issues:?}"))
}

fn value(measure: Measure, record: &Record, scenario: &Scenario) -> Option<f64> {
    measure.of(record, scenario)
}

#[test]
fn a_run_goes_on_until_what_was_begun_has_settled_and_baked() {
    for seed in 1..4 {
        let ends = |release_at: u64, strategy: &str| {
            run(&shop(release_at, 0.0), strategy, &[], seed).simulated.as_secs_f64()
        };
        assert_eq!(ends(60, CANARY), 600.0, "settled long before the end");
        assert_eq!(ends(60, "Nothing"), 600.0, "nothing was begun");
        let late = run(&shop(450, 0.0), CANARY, &[], seed);
        let done = late.observed.completed.expect("it completes");
        assert!(done > Time::from_secs(540), "{done}");
        assert_eq!(late.simulated, done.since(Time::ZERO) + Span::from_secs(60));
        assert_eq!(ends(590, r#"Canary(steps: [Weight("30%"), Approve])"#), 720.0, "it never settles");
        let alone = play(&shop(450, 0.0), &Case::default(), &plan(CANARY), &[], seed).unwrap();
        assert_eq!(alone.simulated, Span::from_secs(600), "a scenario alone ends at its horizon");
    }
}

#[test]
fn shipping_in_the_last_minute_is_judged_by_what_comes_of_it() {
    for seed in 1..4 {
        let scenario = shop(590, 30.0);
        let late = run(&scenario, "Recreate", &[], seed);
        assert!(late.simulated > Span::from_secs(640));
        assert!(late.truth.users_harmed > 300, "{} users harmed", late.truth.users_harmed);
        let at_the_horizon = play(&scenario, &Case::default(), &plan("Recreate"), &[], seed).unwrap();
        assert!(at_the_horizon.truth.users_harmed < late.truth.users_harmed / 2);
    }
}

#[test]
fn what_is_out_after_the_deadline_is_not_delivered() {
    let scenario = shop(60, 0.0);
    let with = |deadline: u64| {
        let term = Term { deadline: Some(Span::from_secs(deadline)), ..baked().term };
        let record = play(&scenario, &Case { term, ..Case::default() }, &plan(CANARY), &[], 3).unwrap();
        (value(Measure::Completed, &record, &scenario), value(Measure::TimeToComplete, &record, &scenario))
    };
    let (delivered, takes) = with(300);
    assert_eq!(delivered, Some(1.0));
    assert!(takes.is_some_and(|takes| takes > 120.0 && takes < 300.0), "{takes:?}");
    assert_eq!(with(100), (Some(0.0), None));
}

#[test]
fn a_run_that_goes_on_is_the_same_however_it_is_cut() {
    let (scenario, case) = (shop(450, 10.0), baked());
    let actions = [by_hand(610, RolloutCommand::Undo), by_hand(719, RolloutCommand::Retry)];
    let whole = play(&scenario, &case, &plan(CANARY), &actions, 5).unwrap();
    assert!(whole.simulated > Span::from_secs(630) && whole.simulated < Span::from_secs(719));
    let mut cut = Playback::new(&scenario, &case, &plan(CANARY), &actions, 5).unwrap().rewindable();
    assert_eq!(cut.end(), Time::from_secs(600), "nothing is begun yet");
    for moment in [599, 300, 600, 605, 660, 400, 601, 9_999] {
        cut.seek(Time::from_secs(moment));
    }
    assert!(cut.is_over());
    assert_eq!((cut.record().digest, cut.record().simulated), (whole.digest.clone(), whole.simulated));
    let mut stepped = Playback::new(&scenario, &case, &plan(CANARY), &actions, 5).unwrap();
    stepped.seek(Time::from_secs(598));
    while stepped.step() {}
    stepped.finish();
    assert_eq!((stepped.record().digest, stepped.record().simulated), (whole.digest, whole.simulated));
}

#[test]
fn going_back_at_once_earns_no_rollback_and_a_failed_test_does() {
    let bad = shop(60, 30.0);
    for seed in 1..4 {
        let blind = run(&bad, CANARY, &[by_hand(61, RolloutCommand::Abort)], seed);
        assert_eq!(blind.observed.phase, RolloutPhase::RolledBack);
        assert_eq!(value(Measure::RolledBack, &blind, &bad), Some(0.0), "nothing spoke against it");
        assert_eq!(value(Measure::TimeToRecover, &blind, &bad), None);
        let tested = run(&bad, TESTED, &[], seed);
        assert_eq!(tested.truth.max_exposure, Share::ZERO);
        assert_eq!(value(Measure::RolledBack, &tested, &bad), Some(1.0), "the test found it");
        assert_eq!(tested.truth.users_harmed, 0);
        let checked = run(&bad, CHECKED, &[], seed);
        assert_eq!(value(Measure::RolledBack, &checked, &bad), Some(1.0));
        assert!(value(Measure::TimeToDetect, &checked, &bad).is_some_and(|takes| takes > 0.0));
        // The counts themselves are evidence for a person who looks at them.
        let seen = run(&bad, CANARY, &[by_hand(150, RolloutCommand::Abort)], seed);
        assert_eq!(value(Measure::RolledBack, &seen, &bad), Some(1.0));
    }
}

#[test]
fn the_last_attempt_counts() {
    let bad = shop(60, 30.0);
    for seed in 1..4 {
        let retried = [by_hand(61, RolloutCommand::Abort), by_hand(90, RolloutCommand::Retry)];
        let shipped = run(&bad, CANARY, &retried, seed);
        assert_eq!(shipped.observed.attempts, 2);
        assert_eq!(value(Measure::RolledBack, &shipped, &bad), Some(0.0));
        assert_eq!(value(Measure::Completed, &shipped, &bad), Some(1.0));
        assert_eq!(
            value(Measure::TimeToRecover, &shipped, &bad),
            None,
            "it never went back from what it shipped"
        );
        let caught = run(&bad, CHECKED, &retried, seed);
        assert_eq!(value(Measure::RolledBack, &caught, &bad), Some(1.0));
        let first = caught.truth.attempt_harm.expect("users are harmed");
        assert!(first > Time::from_secs(90));
    }
}

#[test]
fn a_check_that_fails_by_chance_is_no_detection() {
    // Today's version fails a tenth of its requests, which an alert sees; the new one fails a few more.
    let mut scenario = shop(60, 0.0);
    let other = DefectTrigger::Chance(Share::percent(10.0));
    scenario.releases[0].defects =
        vec![Defect { name: "old".to_owned(), when: vec![other], then: Effect::Errors }];
    let when = vec![DefectTrigger::Chance(Share::percent(40.0))];
    scenario.releases[1].defects = vec![Defect { name: "new".to_owned(), when, then: Effect::Errors }];
    let watching = |of: &str| {
        format!(
            r#"Canary(steps: [Weight("10%"), Analyse(for: "3m", checks: [
                (name: "errors", query: (metric: ErrorRatio, of: {of}), pass: Below("5%"), initial_delay: "60s", failure_limit: -1),
            ])])"#
        )
    };
    for seed in 1..4 {
        let seen = run(&scenario, &watching("Candidate"), &[], seed);
        assert!(seen.truth.detected.is_some() && seen.observed.first_sign == seen.truth.detected);
        let unrelated = run(&scenario, &watching("Baseline"), &[], seed);
        let sign = unrelated.observed.first_sign.expect("the check of the baseline fails");
        assert!(unrelated.truth.detected.is_none_or(|at| at > sign), "the baseline harms nobody");
    }
}

#[test]
fn a_flag_that_is_killed_again_is_not_delivered() {
    let scenario = checkout();
    let case = Case { release: Some("v2-flag".to_owned()), ..baked() };
    let ramp = r#"Flag(steps: [Flag("10%"), Pause("1m")])"#;
    let kept = play(&scenario, &case, &plan(ramp), &[], 2).unwrap();
    assert_eq!(value(Measure::Completed, &kept, &scenario), Some(1.0));
    let done = kept.observed.completed.expect("it is on for everybody");
    let kill = HandAction {
        at: done + Span::from_secs(14),
        action: ManualAction::Command(RolloutCommand::KillFlag),
        because: String::new(),
    };
    let flash = play(&scenario, &case, &plan(ramp), &[kill], 2).unwrap();
    assert!(flash.truth.max_exposure > Share::percent(60.0), "it was on for many");
    assert_eq!(value(Measure::Completed, &flash, &scenario), Some(0.0));
    assert_eq!(value(Measure::TimeToComplete, &flash, &scenario), None);
}

#[test]
fn who_answers_at_the_end_is_who_every_strategy_says() {
    let scenario = checkout();
    for (name, strategy) in PLANS {
        let plan = strategy_of(strategy);
        for release in releases(&plan.strategy) {
            let record = record(&scenario, &plan, release);
            assert_eq!(record.standing(), record.observed.phase, "{name} with {release}");
        }
    }
}
