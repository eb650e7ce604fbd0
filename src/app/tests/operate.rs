//! Actions by hand: by button and by key, and disabled where they make no sense.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::editor::EditorCommand;
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::run::RunCommand;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::transport::{opened, view};
use crate::app::view::panels::palette;
use crate::control::{Rolling, Step, Strategy};
use crate::engine::Time;
use crate::library::shipped::find_text;
use crate::sim::{InstanceState, ManualAction, RolloutCommand, RolloutPhase, Suspect, What};

fn seek(harness: &mut Harness<'static, Lab>, seconds: u64) {
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(seconds))));
    harness.run_steps(3);
}

fn press(harness: &mut Harness<'static, Lab>, key: Key) {
    harness.key_press_modifiers(Modifiers::NONE, key);
    harness.run_steps(2);
}

fn asked(harness: &Harness<'static, Lab>) -> Vec<ManualAction> {
    view(harness).actions.iter().map(|entry| entry.action.clone()).collect()
}

#[test]
fn the_key_b_rolls_back_and_it_is_recorded() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    press(&mut harness, Key::B);
    assert!(asked(&harness).is_empty(), "there is nothing to roll back at the start");
    seek(&mut harness, 330);
    assert_eq!(view(&harness).phase, RolloutPhase::InProgress);
    press(&mut harness, Key::B);
    assert_eq!(asked(&harness), [ManualAction::Command(RolloutCommand::Abort)]);
    seek(&mut harness, 500);
    assert_eq!(view(&harness).phase, RolloutPhase::RolledBack);
}

#[test]
fn p_pauses_and_resumes_and_n_promotes() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    seek(&mut harness, 325);
    press(&mut harness, Key::P);
    seek(&mut harness, 345);
    assert_eq!(view(&harness).phase, RolloutPhase::Paused);
    press(&mut harness, Key::P);
    press(&mut harness, Key::N);
    let commands =
        [RolloutCommand::Pause, RolloutCommand::Resume, RolloutCommand::Promote].map(ManualAction::Command);
    assert_eq!(asked(&harness), commands);
}

#[test]
fn what_makes_no_sense_is_off_and_the_reason_can_be_read() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    assert!(harness.get_by_label("Roll back").accesskit_node().is_disabled());
    let run = harness.state().run.as_ref().unwrap();
    let begins = Time(run.case.1.world(&run.scenario).release_at.0);
    let said = format!("The rollout has not started; it may start at {begins}.");
    assert!(harness.query_by_label(&said).is_some(), "{said}");
    seek(&mut harness, 330);
    assert!(!harness.get_by_label("Roll back").accesskit_node().is_disabled());
    harness.get_by_label("Roll back").click();
    harness.run_steps(2);
    assert_eq!(asked(&harness), [ManualAction::Command(RolloutCommand::Abort)]);
    seek(&mut harness, 1_000_000);
    assert!(harness.get_by_label("Roll back").accesskit_node().is_disabled());
}

#[test]
fn what_cannot_be_undone_is_asked_twice() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    seek(&mut harness, 330);
    harness.get_by_label("Promote fully").click();
    harness.run_steps(3);
    assert!(asked(&harness).is_empty());
    harness.get_by_label("Do it").click();
    harness.run_steps(3);
    assert_eq!(asked(&harness), [ManualAction::Command(RolloutCommand::PromoteFull)]);
    assert!(harness.query_by_label("Do it").is_none());
}

/// The canary's starter in its scenario, outside the exercise, where everything may be done by hand.
fn freely() -> Harness<'static, Lab> {
    let mut lab = crate::app::tests::lab();
    let starter = find_text("canary/starter").unwrap().text;
    lab.apply(LabCommand::OpenScenario("checkout".to_owned()));
    lab.apply(LabCommand::Plan(EditorCommand::SetText(starter)));
    lab.apply(LabCommand::Run(RunCommand::Restart));
    crate::app::tests::window(lab, [1600.0, 2400.0], 1.0)
}

#[test]
fn what_an_exercise_does_not_allow_by_hand_cannot_be_done_and_says_why() {
    for (mut harness, allowed) in [(opened([1600.0, 2400.0], 1.0), false), (freely(), true)] {
        seek(&mut harness, 330);
        harness.state_mut().apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Instance(3)))));
        harness.state_mut().apply(LabCommand::Only(Some(Pane::Operate)));
        harness.run_steps(3);
        harness.get_by_label("Pools and instances").click();
        harness.run_steps(3);
        for label in ["Restart one of stable", "Scale stable", "Drain instance 3"] {
            let button = harness.get_by_label(label);
            assert_eq!(!button.accesskit_node().is_disabled(), allowed, "{label}");
            assert_eq!(description(&harness, label).contains("does not allow it"), !allowed, "{label}");
        }
        harness.get_by_label("Restart one of stable").click();
        harness.run_steps(3);
        assert_eq!(harness.query_by_label("Do it").is_some(), allowed);
        let found = palette::found(harness.state(), "drain instance");
        assert_eq!(found.iter().any(|command| command.name == "Drain instance 3"), allowed);
        assert!(
            !harness.get_by_label("Roll back").accesskit_node().is_disabled(),
            "a plan may do it as well"
        );
    }
}

/// What a screen reader says of a button besides its name.
fn description(harness: &Harness<'static, Lab>, label: &str) -> String {
    harness.get_by_label(label).accesskit_node().data().description().unwrap_or_default().to_owned()
}

#[test]
fn each_button_says_what_it_takes_by_its_own_figures() {
    let mut harness = freely();
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Operate)));
    seek(&mut harness, 330);
    let hands = "It takes about 15s by hand, at most 1s until the strategy checks again";
    assert_eq!(description(&harness, "Pause"), format!("{hands}."));
    assert!(description(&harness, "Roll back").starts_with(&format!("{hands}, about ")));
    assert!(description(&harness, "Roll back").ends_with("until a proxy has applied it."));
    harness.get_by_label("Pools and instances").click();
    harness.run_steps(3);
    let restarts = description(&harness, "Restart one of stable");
    for part in ["by hand", "10s of back-off", "to start", "until a proxy knows of it"] {
        assert!(restarts.contains(part), "{restarts}");
    }
    assert!(description(&harness, "Drain one of stable").contains("until it is gone"));
}

#[test]
fn going_back_takes_what_the_compiled_plan_goes_back_by() {
    let mut harness = opened([1600.0, 2400.0], 1.0);
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Operate)));
    seek(&mut harness, 330);
    for (steps, starts) in [(vec![Step::Roll(Rolling::default())], true), (vec![Step::Approve], false)] {
        harness.state_mut().run.as_mut().unwrap().plan.strategy = Strategy::Steps(steps);
        harness.run_steps(3);
        let told = description(&harness, "Roll back");
        assert_eq!(told.contains("to start"), starts, "{told}");
    }
}

/// The first exercise in which somebody is paged, at that moment.
fn paged() -> Harness<'static, Lab> {
    let mut lab = crate::app::tests::lab();
    lab.apply(LabCommand::OpenExercise("production-testing".to_owned()));
    lab.apply(LabCommand::Run(RunCommand::Case(1)));
    let mut harness = crate::app::tests::window(lab, [1600.0, 2400.0], 1.0);
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Operate)));
    for second in (300..3600).step_by(5) {
        seek(&mut harness, second);
        if !view(&harness).pages.is_empty() {
            return harness;
        }
    }
    panic!("nobody is paged");
}

#[test]
fn a_page_has_a_button_that_takes_it_on() {
    let mut harness = paged();
    let alert = view(&harness).pages[0].alerts[0].clone();
    let label = format!("Acknowledge {alert}");
    let found = palette::found(harness.state(), "acknowledge");
    assert_eq!(found[0].name, label, "the palette knows it as well");
    assert_eq!(description(&harness, &label), "It takes effect at once.");
    harness.get_by_label(&label).click();
    harness.run_steps(3);
    assert_eq!(asked(&harness), [ManualAction::Acknowledge { alert }]);
    assert!(view(&harness).pages.is_empty());
    assert!(harness.query_by_label(&label).is_none());
    let facts = &view(&harness).record.facts;
    assert!(facts.iter().any(|fact| matches!(fact.what, What::Acknowledged(_))));
}

#[test]
fn a_chosen_instance_is_drained_from_the_inspector_and_restarted_from_the_pane() {
    let mut harness = freely();
    seek(&mut harness, 100);
    harness.state_mut().apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Instance(3)))));
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Inspector)));
    harness.run_steps(3);
    assert!(description(&harness, "Drain instance 3").contains("until it is gone"));
    harness.get_by_label("Drain instance 3").click();
    harness.run_steps(3);
    assert!(asked(&harness).is_empty(), "it is asked twice");
    harness.get_by_label("Do it").click();
    harness.run_steps(3);
    assert_eq!(asked(&harness), [ManualAction::DrainInstance { instance: 3 }]);
    assert!(harness.query_by_label_contains("Learner asks: drain instance 3").is_some(), "in its life");
    seek(&mut harness, 116);
    assert!(harness.get_by_label("Drain instance 3").accesskit_node().is_disabled());
    assert!(harness.query_by_label("It is already terminating.").is_some());
    harness.state_mut().apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Instance(4)))));
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Operate)));
    harness.run_steps(3);
    harness.get_by_label("Pools and instances").click();
    harness.run_steps(3);
    harness.get_by_label("Restart instance 4").click();
    harness.run_steps(3);
    harness.get_by_label("Do it").click();
    harness.run_steps(3);
    seek(&mut harness, 140);
    assert_eq!(asked(&harness)[1], ManualAction::RestartInstance { instance: 4 });
    let world = &view(&harness).world;
    assert_eq!(world.figure(4).map(|figure| figure.state), Some(InstanceState::BackingOff));
    assert!(
        palette::found(harness.state(), "drain instance")
            .iter()
            .any(|shortcut| shortcut.name == "Drain instance 4")
    );
}

#[test]
fn the_cause_is_named_and_a_status_told_from_the_pane() {
    let mut harness = opened([1600.0, 2400.0], 1.0);
    seek(&mut harness, 400);
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Operate)));
    harness.run_steps(3);
    harness.get_by_label("Cause and status").click();
    harness.run_steps(3);
    assert!(harness.get_by_label("Send the update").accesskit_node().is_disabled(), "there is no text yet");
    assert_eq!(description(&harness, "Name the cause"), "It takes effect at once.");
    harness.get_by_label("Name the cause").click();
    harness.run_steps(3);
    assert_eq!(asked(&harness), [ManualAction::Localise(Suspect::Release)]);
    let field = "Status update: what is known, what is being done";
    harness.get_by_label(field).focus();
    harness.run_steps(2);
    harness.get_by_label(field).type_text("We are going back.");
    harness.run_steps(3);
    harness.get_by_label("Send the update").click();
    harness.run_steps(3);
    assert_eq!(asked(&harness)[1], ManualAction::Tell("We are going back.".to_owned()));
}
