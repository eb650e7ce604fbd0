//! The time of a run, by mouse and by keyboard.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::order::{Order, Speed};
use crate::app::model::snapshot::Snapshot;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, window};
use crate::engine::Time;
use crate::sim::{ManualAction, RolloutCommand, RolloutPhase};

/// A window onto the canary exercise, opened.
pub(super) fn opened(size: [f32; 2], zoom: f32) -> Harness<'static, Lab> {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    window(lab, size, zoom)
}

pub(super) fn view<'a>(harness: &'a Harness<'static, Lab>) -> &'a Snapshot {
    harness.state().run.as_ref().unwrap().player.snapshot()
}

fn press(harness: &mut Harness<'static, Lab>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(2);
}

fn seconds(harness: &Harness<'static, Lab>) -> f64 {
    view(harness).now.as_secs_f64()
}

#[test]
fn keys_step_back_and_on_to_both_ends_and_let_time_pass() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert_eq!(seconds(&harness), 10.0);
    press(&mut harness, Modifiers::SHIFT, Key::ArrowRight);
    assert_eq!(seconds(&harness), 70.0);
    press(&mut harness, Modifiers::COMMAND, Key::ArrowLeft);
    assert_eq!(seconds(&harness), 69.0);
    press(&mut harness, Modifiers::NONE, Key::End);
    assert!(view(&harness).is_over());
    press(&mut harness, Modifiers::NONE, Key::Home);
    assert_eq!(seconds(&harness), 0.0);
    assert!(!view(&harness).markers.is_empty(), "what was seen stays marked after going back");
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert!(view(&harness).is_playing);
    harness.run_steps(3);
    assert!(seconds(&harness) > 1.0);
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert!(!view(&harness).is_playing);
}

#[test]
fn a_time_that_is_written_is_gone_to_and_keys_meant_for_the_text_do_nothing_else() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    harness.get_by_label("00:00, go to a time").click();
    harness.run_steps(3);
    harness.get_by_label("Go to").focus();
    harness.run_steps(2);
    harness.get_by_label("Go to").type_text("8:30");
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(seconds(&harness), 510.0);
    assert!(view(&harness).futures.is_empty());
}

#[test]
fn the_speed_is_chosen_from_a_list() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    harness.get_by_label("Speed: 60×").click();
    harness.run_steps(3);
    harness.get_by_label("300×").click();
    harness.run_steps(2);
    assert_eq!(view(&harness).speed, Speed::Times(300));
}

#[test]
fn a_mark_above_the_bar_leads_to_its_moment() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    press(&mut harness, Modifiers::NONE, Key::End);
    let first = view(&harness).markers[0].clone();
    let label = format!("{} at {}", first.text, first.at);
    let mark = harness.get_all_by_role(egui::accesskit::Role::Button);
    let mark = mark
        .into_iter()
        .find(|node| node.accesskit_node().label().is_some_and(|told| told.starts_with(&label)));
    mark.unwrap_or_else(|| panic!("no mark {label}")).click();
    harness.run_steps(2);
    assert_eq!(view(&harness).now, first.at);
}

#[test]
fn a_future_is_kept_taken_up_and_forgotten() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(310))));
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::F);
    let abort = ManualAction::Command(RolloutCommand::Abort);
    harness.state_mut().apply(LabCommand::Play(Order::act(abort)));
    press(&mut harness, Modifiers::NONE, Key::End);
    assert_eq!(view(&harness).phase, RolloutPhase::RolledBack);
    harness.get_by_label("Futures A").click();
    harness.run_steps(3);
    harness.get_by_label("Switch to future A").click();
    harness.run_steps(3);
    assert!(view(&harness).actions.is_empty());
    assert_eq!(view(&harness).futures[0].record.observed.phase, RolloutPhase::RolledBack);
    harness.get_by_label("Futures A").click();
    harness.run_steps(3);
    harness.get_by_label("Delete future A").click();
    harness.run_steps(3);
    assert!(view(&harness).futures.is_empty());
}

#[test]
fn the_step_that_the_rollout_is_at_is_known() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    assert_eq!(view(&harness).progress, None);
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(420))));
    let progress = view(&harness).progress.clone().unwrap();
    assert!(progress.at < progress.steps.len() && progress.since <= view(&harness).now, "{progress:?}");
    assert!(progress.until.is_none_or(|until| until > view(&harness).now), "{progress:?}");
}

#[test]
fn everything_stands_within_the_window_at_twice_the_size() {
    for (size, zoom) in [([1280.0, 720.0], 1.0), ([1280.0, 720.0], 2.0), ([1920.0, 1080.0], 1.0)] {
        let mut harness = opened(size, zoom);
        press(&mut harness, Modifiers::NONE, Key::End);
        harness.run_steps(3);
        let right = size[0] / zoom + 1.0;
        for label in ["Play", "Step", "Next", "Fork here", "Grade and debrief"] {
            // The brief has a next hint as well; the transport is the lowest.
            let nodes = harness.query_all_by_label_contains(label).map(|node| node.rect());
            let rect = nodes.max_by(|a, b| a.top().total_cmp(&b.top())).unwrap();
            assert!(rect.left() >= 0.0 && rect.right() <= right, "{label} at zoom {zoom}: {rect:?}");
        }
    }
}
