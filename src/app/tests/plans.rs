//! The learner's own plans, kept by themselves.

use std::fs;

use egui::Key;
use egui_kittest::kittest::Queryable;

use super::window;
use crate::app::Command;
use crate::app::lab::{Lab, Screen, Start};
use crate::app::shelf::ShelfCommand;
use std::path::Path;
use std::time::Duration;

/// A lab that keeps things in `data`.
fn lab_in(data: &Path) -> Lab {
    Lab::new(Start { data: Some(data.to_owned()), ..Start::default() })
}

/// Changes the plan of the run that is open.
fn change(lab: &mut Lab, title: &str) {
    lab.run.as_mut().unwrap().plan.title = title.to_owned();
    lab.tick(Duration::from_millis(16));
}

#[test]
fn a_changed_plan_is_kept_and_is_there_again_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(Command::OpenExercise("canary".to_owned()));
    lab.tick(Duration::from_millis(16));
    assert!(lab.shelf.plans.is_empty(), "what was given is nobody's own");
    change(&mut lab, "Mine");
    change(&mut lab, "Mine, better");
    let mut again = lab_in(data.path());
    assert!(again.notices.is_empty(), "{:?}", again.notices);
    again.apply(Command::Shelf(ShelfCommand::Open(1)));
    assert_eq!(again.run.as_ref().unwrap().plan.title, "Mine, better");
    assert_eq!(again.shelf.plans.len(), 1);
}

#[test]
fn the_solution_that_was_looked_at_does_not_take_the_place_of_ones_own() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(Command::OpenExercise("canary".to_owned()));
    change(&mut lab, "Mine");
    let solution = lab.catalog.exercise("canary").unwrap().solution.clone().unwrap().1;
    lab.run.as_mut().unwrap().plan = solution;
    lab.tick(Duration::from_millis(16));
    assert_eq!(lab_in(data.path()).shelf.plans[0].plan.title, "Mine");
}

#[test]
fn a_damaged_plan_is_set_aside_and_the_others_stay() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    for id in ["canary", "blue-green"] {
        lab.apply(Command::OpenExercise(id.to_owned()));
        change(&mut lab, "Mine");
    }
    fs::write(data.path().join("shelf/1.ron"), "(number: 1, name: \"x").unwrap();
    let again = lab_in(data.path());
    assert_eq!(again.shelf.plans.len(), 1);
    assert!(again.notices[0].text.contains("1.ron was damaged"), "{:?}", again.notices);
    assert_eq!(fs::read_to_string(data.path().join("shelf/1.ron.damaged")).unwrap(), "(number: 1, name: \"x");
}

#[test]
fn a_save_that_was_killed_half_way_leaves_the_old_plan() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(Command::OpenExercise("canary".to_owned()));
    change(&mut lab, "Mine");
    let whole = fs::read_to_string(data.path().join("shelf/1.ron")).unwrap();
    // What a save leaves behind that ends before its file is put in place.
    fs::write(data.path().join("shelf/.1.ron.Ab3xYz"), &whole[..whole.len() / 2]).unwrap();
    let again = lab_in(data.path());
    assert!(again.notices.is_empty(), "{:?}", again.notices);
    assert_eq!(again.shelf.plans[0].plan.title, "Mine");
}

#[test]
fn plans_are_opened_renamed_thrown_away_and_taken_back_by_keyboard_and_mouse() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(Command::OpenExercise("canary".to_owned()));
    change(&mut lab, "Mine");
    lab.apply(Command::Go(Screen::Plans));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    let name = "My plan for \"Ship it to a few first\"";
    harness.get_by_label(&format!("Rename: {name}")).click();
    harness.run_steps(3);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    harness.get_by_label("New name").type_text("Careful");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(harness.state().shelf.plans[0].name.contains("Careful"));
    let renamed = harness.state().shelf.plans[0].name.clone();
    harness.get_by_label(&format!("Delete: {renamed}")).click();
    harness.run_steps(3);
    assert!(harness.state().shelf.plans.is_empty() && lab_in(data.path()).shelf.plans.is_empty());
    harness.get_by_label("Take it back").click();
    harness.run_steps(3);
    assert_eq!(lab_in(data.path()).shelf.plans.len(), 1);
    harness.get_by_label(&format!("Open: {renamed}")).click();
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Run);
    harness.state_mut().apply(Command::Shelf(ShelfCommand::Open(99)));
}
