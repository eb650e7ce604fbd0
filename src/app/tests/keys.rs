//! The list of keys, and giving a command another key.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::app::model::command_list::keyed_commands;
use crate::app::model::keys::SHORTCUTS;
use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::screen::Overlay;
use crate::app::model::settings::Settings;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, window};
use crate::app::view::panels::palette;
use crate::engine::Time;
use crate::sim::{ManualAction, RolloutCommand};

const WINDOW: [f32; 2] = [1280.0, 720.0];

fn press(harness: &mut Harness<'static, Lab>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

/// The list of keys, with the focus on the button that changes the key of a command.
fn listed(lab: Lab, entry: &str) -> Harness<'static, Lab> {
    let mut harness = window(lab, WINDOW, 1.0);
    press(&mut harness, Modifiers::NONE, Key::F1);
    harness.get_by_label_contains(&format!("Change the key of: {entry}")).focus();
    harness.run_steps(2);
    harness
}

fn shown(harness: &Harness<'static, Lab>, id: &str) -> Option<String> {
    harness.state().settings.keys.written(id)
}

#[test]
fn a_deed_gets_another_key_by_keyboard_and_every_place_shows_it_and_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let start = Start { data: Some(folder.path().to_owned()), ..Start::default() };
    let mut harness = listed(Lab::new(start.clone()), "Roll back");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(harness.get_by_label("Press the new key for: Roll back").is_focused());
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::B);
    assert_eq!(shown(&harness, "roll_back").as_deref(), Some("Ctrl Shift B"));
    let change = harness.get_by_label("Change the key of: Roll back. Now Ctrl Shift B");
    assert!(change.is_focused(), "the focus goes back to where it was");
    let text = std::fs::read_to_string(folder.path().join("settings.ron")).unwrap();
    assert!(text.contains("\"roll_back\": \"Ctrl+Shift+B\""), "{text}");
    assert!(!text.contains("\"fork\""), "only what differs: {text}");
    drop(harness);
    let mut lab = Lab::new(start);
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(330))));
    let entry = palette::found(&lab, "roll back").into_iter().next().unwrap();
    assert_eq!(entry.key.map(crate::app::model::keys::written).as_deref(), Some("Ctrl Shift B"));
    let mut harness = window(lab, [1600.0, 900.0], 1.0);
    press(&mut harness, Modifiers::NONE, Key::B);
    let actions = |harness: &Harness<'static, Lab>| {
        let run = harness.state().run.as_ref().unwrap();
        run.player.snapshot().actions.iter().map(|entry| entry.action.clone()).collect::<Vec<_>>()
    };
    assert!(actions(&harness).is_empty(), "B is nobody's key now");
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::B);
    assert_eq!(actions(&harness), [ManualAction::Command(RolloutCommand::Abort)]);
}

#[test]
fn a_key_that_another_has_is_swapped_or_taken_or_left() {
    for (button, fork, restart) in [
        ("Swap the keys: Restart the run gets F", Some("R"), Some("F")),
        ("Use it: Restart the run will have no key", Some("R"), None),
        ("Cancel", Some("F"), Some("R")),
    ] {
        let mut harness = listed(lab(), "Fork here");
        press(&mut harness, Modifiers::NONE, Key::Space);
        press(&mut harness, Modifiers::NONE, Key::R);
        harness.get_by_label("R is the key of: Restart the run");
        assert!(harness.get_by_label_contains("Swap the keys").is_focused());
        assert_eq!(shown(&harness, "fork").as_deref(), Some("F"), "nothing is done without asking");
        harness.get_by_label_contains(button).click_accesskit();
        harness.run_steps(3);
        assert_eq!(shown(&harness, "fork").as_deref(), fork, "{button}");
        assert_eq!(shown(&harness, "restart").as_deref(), restart, "{button}");
        assert!(harness.state().changing().is_none());
    }
}

#[test]
fn while_a_key_is_awaited_nothing_else_hears_it_and_escape_only_cancels() {
    let mut harness = listed(lab(), "Fork here");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    press(&mut harness, Modifiers::COMMAND, Key::Q);
    assert!(!harness.state().quits);
    harness.get_by_label("Ctrl Q is the key of: Quit");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(harness.state().overlay, Some(Overlay::Keys));
    assert!(harness.state().changing().is_none());
    assert!(harness.get_by_label_contains("Change the key of: Fork here").is_focused());
    press(&mut harness, Modifiers::NONE, Key::Enter);
    press(&mut harness, Modifiers::NONE, Key::T);
    harness.get_by_label("T belongs to \"Stage, when focused\": Show as a table. It cannot be used here.");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.get_by_label(
        "Enter closes dialogs, presses controls or moves the focus; it cannot be a command's key.",
    );
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert!(harness.get_by_label("Press the new key for: Fork here").is_focused(), "arrows move nothing");
    press(&mut harness, Modifiers::NONE, Key::Tab);
    assert!(harness.get_by_label("No key").is_focused());
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(shown(&harness, "fork"), None);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(harness.state().overlay, None);
}

#[test]
fn one_key_and_all_keys_go_back_to_what_they_were() {
    let mut lab = lab();
    lab.settings.keys = ron::from_str(r#"{"fork": "R", "restart": "none", "play": "F9"}"#).unwrap();
    let mut harness = listed(lab, "Fork here");
    harness.get_by_label("Restart the run: back to R").click_accesskit();
    harness.run_steps(3);
    harness.get_by_label("R is the key of: Fork here");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.get_by_label("Fork here: back to F").click_accesskit();
    harness.run_steps(3);
    assert_eq!(shown(&harness, "fork").as_deref(), Some("F"));
    harness.get_by_label("Reset all keys").click_accesskit();
    harness.run_steps(3);
    assert_eq!(harness.state().settings, Settings { welcome: 5, ..Settings::default() });
}

#[test]
fn what_the_file_holds_and_cannot_be_is_told_and_the_rest_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let text = "(text_scale: 1.5, welcome: 5, keys: {\"roll_bak\": \"X\", \"fork\": \"F9\", \"hold\": 7})";
    std::fs::write(folder.path().join("settings.ron"), text).unwrap();
    let lab = Lab::new(Start { data: Some(folder.path().to_owned()), ..Start::default() });
    assert!((lab.settings.text_scale - 1.5).abs() < 1e-6);
    assert_eq!(lab.settings.keys.written("fork").as_deref(), Some("F9"));
    let told: Vec<&str> = lab.notices.iter().map(|notice| notice.text.as_str()).collect();
    let told = told.join("\n");
    assert!(told.contains("did you mean \"roll_back\"?") && told.contains("7 belongs"), "{told}");
    assert!(!told.contains("damaged"), "{told}");
}

#[test]
fn the_list_names_every_key_by_subject_and_stays_within_the_window() {
    for (size, zoom) in [(WINDOW, 1.0), (WINDOW, 2.0)] {
        let mut harness = window(lab(), size, zoom);
        harness.state_mut().apply(LabCommand::Show(Overlay::Keys));
        harness.run_steps(3);
        for entry in keyed_commands(harness.state()) {
            harness.get_by_label_contains(&format!("Change the key of: {}. Now", entry.name));
        }
        for name in ["Undo the last change of the plan", "Move the step up or down", "Show as a table"] {
            harness.get_by_label(name);
        }
        for title in ["Time of the run", "Rollout", "Anywhere"] {
            let rect = harness.get_by_label(title).rect();
            assert!(rect.left() >= 0.0 && rect.right() <= size[0] / zoom, "{title} at {zoom}: {rect:?}");
        }
        let close = harness.get_by_label_contains("Close Esc").rect();
        assert!(close.top() >= 0.0 && close.bottom() <= size[1] / zoom, "{close:?}");
    }
    assert_eq!(keyed_commands(&lab()).len(), SHORTCUTS.len());
}
