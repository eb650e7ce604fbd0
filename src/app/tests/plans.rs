//! Saved plans.

use std::fs;
use std::path::Path;
use std::time::Duration;

use egui::Key;
use egui_kittest::kittest::Queryable;

use crate::app::model::editor::EditorCommand;
use crate::app::model::lab::Start;
use crate::app::model::run::RunCommand;
use crate::app::model::saved_plans::SavedPlansCommand;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::window;

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
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.tick(Duration::from_millis(16));
    assert!(lab.saved_plans.plans.is_empty(), "what was given is nobody's own");
    change(&mut lab, "Mine");
    change(&mut lab, "Mine, better");
    let mut again = lab_in(data.path());
    assert!(again.notices.is_empty(), "{:?}", again.notices);
    again.apply(LabCommand::SavedPlans(SavedPlansCommand::Open(1)));
    assert_eq!(again.run.as_ref().unwrap().plan.title, "Mine, better");
    assert_eq!(again.saved_plans.plans.len(), 1);
}

#[test]
fn the_solution_that_was_looked_at_does_not_take_the_place_of_ones_own() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    change(&mut lab, "Mine");
    let solution = lab.catalog.exercise("canary").unwrap().solution.clone().unwrap().1;
    lab.run.as_mut().unwrap().plan = solution;
    lab.tick(Duration::from_millis(16));
    assert_eq!(lab_in(data.path()).saved_plans.plans[0].plan.title, "Mine");
}

#[test]
fn a_damaged_plan_is_set_aside_and_the_others_stay() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    for id in ["canary", "blue-green"] {
        lab.apply(LabCommand::OpenExercise(id.to_owned()));
        change(&mut lab, "Mine");
    }
    fs::write(data.path().join("shelf/1.ron"), "(number: 1, name: \"x").unwrap();
    let again = lab_in(data.path());
    assert_eq!(again.saved_plans.plans.len(), 1);
    assert!(again.notices[0].text.contains("1.ron was damaged"), "{:?}", again.notices);
    assert_eq!(fs::read_to_string(data.path().join("shelf/1.ron.damaged")).unwrap(), "(number: 1, name: \"x");
}

#[test]
fn a_save_that_was_killed_half_way_leaves_the_old_plan() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    change(&mut lab, "Mine");
    let whole = fs::read_to_string(data.path().join("shelf/1.ron")).unwrap();
    // What a save leaves behind that ends before its file is put in place.
    fs::write(data.path().join("shelf/.1.ron.Ab3xYz"), &whole[..whole.len() / 2]).unwrap();
    let again = lab_in(data.path());
    assert!(again.notices.is_empty(), "{:?}", again.notices);
    assert_eq!(again.saved_plans.plans[0].plan.title, "Mine");
}

#[test]
fn plans_are_opened_renamed_thrown_away_and_taken_back_by_keyboard_and_mouse() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    change(&mut lab, "Mine");
    lab.apply(LabCommand::Go(Screen::Plans));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    let name = "My plan for \"Ship it to a few first\"";
    harness.get_by_label(&format!("Rename: {name}")).click();
    harness.run_steps(3);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    harness.get_by_label("New name").type_text("Careful");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(harness.state().saved_plans.plans[0].name.contains("Careful"));
    let renamed = harness.state().saved_plans.plans[0].name.clone();
    harness.get_by_label(&format!("Delete: {renamed}")).click();
    harness.run_steps(3);
    assert!(harness.state().saved_plans.plans.is_empty() && lab_in(data.path()).saved_plans.plans.is_empty());
    harness.get_by_label("Undo").click();
    harness.run_steps(3);
    assert_eq!(lab_in(data.path()).saved_plans.plans.len(), 1);
    harness.get_by_label(&format!("Open: {renamed}")).click();
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Run);
    harness.state_mut().apply(LabCommand::SavedPlans(SavedPlansCommand::Open(99)));
}

/// Writes a plan of this title in the editor, and begins with it.
fn write(lab: &mut Lab, title: &str) {
    let text = lab.run.as_ref().unwrap().editor.text().to_owned();
    let at = text.find("title: \"").unwrap() + 8;
    let end = at + text[at..].find('"').unwrap();
    let text = format!("{}{title}{}", &text[..at], &text[end..]);
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text)));
    lab.apply(LabCommand::Run(RunCommand::Restart));
    lab.tick(Duration::from_secs(3));
}

#[test]
fn a_plan_that_was_thrown_away_while_it_was_open_does_not_come_back() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    for (id, title) in [("canary", "Mine"), ("blue-green", "Another")] {
        lab.apply(LabCommand::OpenExercise(id.to_owned()));
        write(&mut lab, title);
        let number = lab.saved_plans.open.unwrap();
        assert_eq!(lab.saved_plans.get(number).unwrap().plan.title, title);
        // Something is still on its way to the disk.
        let text = lab.run.as_ref().unwrap().editor.text().to_owned();
        lab.apply(LabCommand::Plan(EditorCommand::SetText(format!("{text}\n"))));
        lab.apply(LabCommand::SavedPlans(SavedPlansCommand::Delete(number)));
        lab.tick(Duration::from_secs(20));
    }
    // Neither where one goes back to the other, nor in a lab that is opened later.
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.tick(Duration::from_secs(20));
    assert!(lab.saved_plans.plans.is_empty(), "{:?}", lab.saved_plans.plans);
    drop(lab);
    let mut again = lab_in(data.path());
    for id in ["canary", "blue-green"] {
        again.apply(LabCommand::OpenExercise(id.to_owned()));
        again.tick(Duration::from_secs(20));
        let entry = again.catalog.exercise(id).unwrap().clone();
        assert_eq!(again.run.as_ref().unwrap().plan, entry.starter, "{id}");
    }
    assert!(again.saved_plans.plans.is_empty(), "{:?}", again.saved_plans.plans);
    // What is changed is kept again.
    write(&mut again, "New");
    assert_eq!(again.saved_plans.plans[0].plan.title, "New");
}

#[test]
fn a_plan_that_is_taken_back_is_what_its_exercise_is_opened_with() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    write(&mut lab, "Mine");
    let text = lab.run.as_ref().unwrap().editor.text().to_owned();
    lab.apply(LabCommand::SavedPlans(SavedPlansCommand::Delete(lab.saved_plans.open.unwrap())));
    lab.apply(LabCommand::SavedPlans(SavedPlansCommand::Undo));
    drop(lab);
    let mut again = lab_in(data.path());
    again.apply(LabCommand::OpenExercise("canary".to_owned()));
    assert_eq!(again.run.as_ref().unwrap().editor.text(), text);
    assert_eq!(again.saved_plans.plans.len(), 1);
}

#[test]
fn a_plan_under_a_wrong_name_is_told_of_and_not_written_over() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    change(&mut lab, "Mine");
    let saved_plans = data.path().join("shelf");
    fs::rename(saved_plans.join("1.ron"), saved_plans.join("2.ron")).unwrap();
    let whole = fs::read_to_string(saved_plans.join("2.ron")).unwrap();
    let mut again = lab_in(data.path());
    assert!(again.notices[0].text.contains("2.ron"), "{:?}", again.notices);
    for id in ["blue-green", "canary"] {
        again.apply(LabCommand::OpenExercise(id.to_owned()));
        change(&mut again, "New");
    }
    assert_eq!(fs::read_to_string(saved_plans.join("2.ron")).unwrap(), whole);
}
