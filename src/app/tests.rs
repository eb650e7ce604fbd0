//! Tests of the lab without a window: what it draws, and what clicks and keys do.

mod around;
mod author;
mod brief;
mod by_eye;
mod catalog;
mod classroom;
mod clipping;
mod compare;
mod dashboards;
mod debrief;
mod dialogs;
mod duty;
mod editor;
mod files;
mod flag_strip;
mod form;
mod formats;
mod frames;
mod german;
mod glossary;
mod hands;
mod invariants;
mod judges;
mod keeping;
mod keys;
mod killed;
mod learning;
mod log;
mod monkey;
mod narrow;
pub(crate) mod new_exercise;
mod onward;
mod operate;
mod outlook;
mod overlap;
mod plan;
mod plans;
mod quiet;
mod recall;
mod rehearsal;
mod remarks;
mod screens;
mod stage;
mod told_in_german;
mod train;
mod transport;
mod typing;
mod walk;
mod watching;
mod weigh;

use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::view::{panels, theme};
use crate::engine::Time;

/// A lab that keeps nothing and does everything at once.
pub(super) fn lab() -> Lab {
    Lab::new(Start::default())
}

/// A window of this size onto a lab; everything asked for is done.
pub(super) fn window(lab: Lab, size: [f32; 2], zoom: f32) -> Harness<'static, Lab> {
    let mut dressed = false;
    let draw = move |ui: &mut egui::Ui, lab: &mut Lab| {
        if !dressed {
            ui.ctx().set_fonts(theme::fonts());
            ui.ctx().set_zoom_factor(zoom);
            // Fonts and zoom are there from the second frame on.
            dressed = true;
            return;
        }
        lab.theme().apply(ui.ctx(), true);
        let mut asked = Vec::new();
        panels::show(ui, lab, &mut asked);
        for command in asked {
            lab.apply(command.clone());
            assert_eq!(invariants::broken(lab), Vec::<String>::new(), "after {command:?}");
        }
        lab.tick(Duration::from_millis(16));
        assert_eq!(invariants::broken(lab), Vec::<String>::new(), "after a tick");
    };
    let mut harness = Harness::builder().with_size(size).with_max_steps(64).build_ui_state(draw, lab);
    harness.run_steps(3);
    harness
}

/// Presses Tab until what has the focus is called `name`, at most 150 times.
pub(super) fn tab_to(harness: &mut Harness<'static, Lab>, name: &str) {
    let mut met = Vec::new();
    for _ in 0..150 {
        harness.key_press(egui::Key::Tab);
        harness.run_steps(2);
        let focused = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
        let called = focused.and_then(|node| node.accesskit_node().label()).unwrap_or_default();
        if called.contains(name) {
            return;
        }
        met.push(called);
    }
    panic!("Tab never comes to {name:?}; it came to {met:?}");
}

/// Whether this is what the mouse and the keyboard use.
pub(super) fn is_control(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::CheckBox
            | Role::ComboBox
            | Role::Slider
            | Role::SpinButton
            | Role::TextInput
            | Role::MultilineTextInput
            | Role::Link
            | Role::RadioButton
            | Role::Tab
    )
}

/// Presses a key.
pub(super) fn press(harness: &mut Harness<'static, Lab>, key: egui::Key) {
    harness.key_press(key);
    harness.run_steps(3);
}

#[test]
fn an_exercise_is_opened_with_a_click_and_played_to_its_end() {
    let mut harness = window(lab(), [1280.0, 720.0], 1.0);
    harness.get_by_label("Ship it to a few first").click();
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Run);
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    let run = harness.state().run.as_ref().unwrap();
    assert!(run.player.snapshot().is_over());
    assert!(run.player.snapshot().goals.iter().any(|goal| goal.points > 0.0));
}

#[test]
fn every_shipped_scenario_opens_in_the_sandbox() {
    let mut lab = lab();
    for id in crate::library::shipped::scenario_ids() {
        lab.apply(LabCommand::OpenScenario(id.to_owned()));
        assert_eq!((lab.screen, lab.notices.len()), (Screen::Run, 0), "{id}: {:?}", lab.notices);
    }
}
