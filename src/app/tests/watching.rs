//! The plan's pane during a run: the results of its checks, and the state of its triggers.

use egui_kittest::kittest::Queryable;

use crate::app::model::editor::EditorCommand;
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, window};
use crate::engine::Time;
use crate::sim::{CheckState, Fact, RolloutPhase, TriggerState, What};

const WIDE: [f32; 2] = [1600.0, 900.0];

/// The exercise with its model solution, in a case in which that goes back by itself.
fn opened(exercise: &str) -> Lab {
    let mut lab = lab();
    lab.apply(LabCommand::Set(Setting::AllPanels(true)));
    lab.apply(LabCommand::OpenExercise(exercise.to_owned()));
    let (text, _) = lab.run.as_ref().unwrap().entry().unwrap().solution.clone().unwrap();
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text)));
    lab.apply(LabCommand::Run(RunCommand::Restart));
    for case in 0..9 {
        lab.apply(LabCommand::Run(RunCommand::Case(case)));
        seek(&mut lab, u64::MAX / 1_000_000_000);
        if lab.run.as_ref().unwrap().player.snapshot().phase == RolloutPhase::RolledBack {
            seek(&mut lab, 0);
            return lab;
        }
    }
    panic!("{exercise} never goes back: {:?}", lab.notices);
}

fn seek(lab: &mut Lab, seconds: u64) {
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(seconds))));
}

/// The bad answers of a check that were told of.
fn told(facts: &[Fact], check: &str) -> usize {
    let begin = format!("check {check}: ");
    facts.iter().filter(|fact| matches!(&fact.what, What::Troubled(text) if text.starts_with(&begin))).count()
}

#[test]
fn the_counts_of_checks_are_those_that_the_log_tells_at_every_moment() {
    let mut lab = opened("canary");
    let checks = lab.run.as_ref().unwrap().plan.check_placements();
    let view = |lab: &Lab| lab.run.as_ref().unwrap().player.snapshot().clone();
    assert!(view(&lab).watching.checks.iter().all(|check| check.state == CheckState::Ahead));
    let mut failed = 0;
    let end = view(&lab).end.as_secs_f64() as u64;
    for at in (0..end).step_by(20) {
        seek(&mut lab, at);
        let now = view(&lab);
        assert_eq!(now.watching.checks.len(), checks.len());
        let sum: u32 = now.watching.checks.iter().map(|check| check.failed).sum();
        let mut names: Vec<&str> = checks.iter().map(|placed| placed.check.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let facts: usize = names.iter().map(|name| told(&now.record.facts, name)).sum();
        assert_eq!(sum as usize, facts, "at {at}");
        failed = failed.max(sum);
    }
    assert!(failed > 0);
    let last = view(&lab).watching.checks.clone();
    assert!(last.iter().any(|check| check.state == CheckState::Failed), "it outlasts the way back: {last:?}");
}

#[test]
fn a_check_stands_in_the_pane_with_its_count_and_its_state_in_words() {
    let mut lab = opened("canary");
    seek(&mut lab, u64::MAX / 1_000_000_000);
    let (placed, stands) = {
        let run = lab.run.as_ref().unwrap();
        let checks = &run.player.snapshot().watching.checks;
        let at = checks.iter().position(|check| check.state == CheckState::Failed).unwrap();
        (run.plan.check_placements()[at].clone(), checks[at])
    };
    let too_many = placed.check.failure_limit + 1;
    let mut harness = window(lab, WIDE, 1.0);
    let count = format!("{} / {too_many}", stands.failed);
    assert!(harness.query_all_by_label(&count).next().is_some(), "{count}");
    let words = format!("failed, answers: {}", stands.measured);
    assert!(harness.query_all_by_label(&words).next().is_some(), "{words}");
    let spoken =
        format!("{}: {words}, {} bad answers; {too_many} are too many", placed.check.name, stands.failed);
    assert!(harness.query_all_by_label(&spoken).next().is_some(), "{spoken}");
    // Back at the start nothing has been answered.
    seek(harness.state_mut(), 0);
    harness.run_steps(3);
    assert!(harness.query_all_by_label("not started").next().is_some());
    assert!(harness.query_all_by_label(&count).next().is_none());
}

#[test]
fn what_was_changed_since_the_run_began_has_no_count() {
    let lab = opened("canary");
    let mut harness = window(lab, WIDE, 1.0);
    assert!(harness.query_all_by_label("not started").next().is_some());
    let text = harness.state().run.as_ref().unwrap().editor.text().replace("interval: \"", "interval: \"1");
    harness.state_mut().apply(LabCommand::Plan(EditorCommand::SetText(text)));
    harness.run_steps(3);
    assert!(harness.query_all_by_label("not started").next().is_none());
}

#[test]
fn a_trigger_is_armed_and_then_fired_when_its_alert_fires() {
    let mut lab = opened("all-at-once");
    let state = |lab: &Lab| lab.run.as_ref().unwrap().player.snapshot().watching.triggers[0];
    assert_eq!(state(&lab), TriggerState::Armed);
    seek(&mut lab, u64::MAX / 1_000_000_000);
    let alert = lab.run.as_ref().unwrap().plan.triggers[0].alert.clone();
    let fired = {
        let facts = &lab.run.as_ref().unwrap().player.snapshot().record.facts;
        facts.iter().find(|fact| fact.what == What::AlertFiring(alert.clone())).unwrap().at
    };
    assert!(matches!(state(&lab), TriggerState::Fired(_)));
    let before = fired.as_secs_f64() as u64;
    let mut states = Vec::new();
    for at in (before.saturating_sub(90)..before + 20).step_by(5) {
        seek(&mut lab, at);
        states.push(state(&lab));
    }
    let is_fired = |state: &TriggerState| matches!(state, TriggerState::Fired(at) if *at == fired);
    assert!(states.windows(2).all(|pair| !is_fired(&pair[0]) || is_fired(&pair[1])), "{states:?}");
    assert!(states.iter().any(is_fired), "{states:?}");
    let mut harness = window(lab, WIDE, 1.0);
    assert!(harness.query_all_by_label_contains(&format!("{alert}: fired at")).next().is_some());
    seek(harness.state_mut(), 0);
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains(&format!("{alert}: armed")).next().is_some());
}
