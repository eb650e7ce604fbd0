//! The desktop's file dialogs, played by futures that answer at once, late, or never.

use std::fs;
use std::future::{pending, poll_fn, ready};
use std::path::Path;
use std::task::Poll;
use std::time::Duration;

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::window;
use crate::app::model::dialogs::{Answer, DialogPurpose, Open};
use crate::app::model::files::FilesCommand;
use crate::app::model::lab::Start;
use crate::app::model::screen::Overlay;
use crate::app::model::{Lab, LabCommand};

/// The window of a lab with these dialogs, where a file of `folder` is to be chosen.
fn choosing(open: Open, folder: &Path) -> Harness<'static, Lab> {
    let plan = include_str!("../../../exercises/03-canary/solution.ron");
    fs::write(folder.join("steady.ron"), plan).unwrap();
    let mut lab = Lab::new(Start { dialogs: Some(open), ..Start::default() });
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Files(FilesCommand::Look(folder.to_owned())));
    lab.apply(LabCommand::Show(Overlay::Open));
    window(lab, [1280.0, 720.0], 1.0)
}

fn click(harness: &mut Harness<'static, Lab>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

/// Answers with a file in the folder that is shown.
fn at_once(purpose: DialogPurpose, folder: &Path) -> Answer {
    let name = match purpose {
        DialogPurpose::File => "steady.ron",
        DialogPurpose::Folder => "",
        DialogPurpose::Progress => "mine.ron",
        DialogPurpose::Plan(_) => "plan.yaml",
    };
    Box::pin(ready(Some(folder.join(name))))
}

#[test]
fn what_is_chosen_in_a_dialog_is_opened_or_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = choosing(at_once, folder.path());
    click(&mut harness, "Save all progress as…");
    let saved = fs::read_to_string(folder.path().join("mine.ron")).unwrap();
    assert!(saved.contains("rollout_lab_progress"), "{saved}");
    click(&mut harness, "Choose a file…");
    assert_eq!(harness.state().saved_plans.plans[0].name, "steady");
    assert_eq!(harness.state().overlay, None);
    harness.state_mut().apply(LabCommand::Files(FilesCommand::Dialog(DialogPurpose::Plan(None))));
    harness.run_steps(1);
    let plan = fs::read_to_string(folder.path().join("plan.yaml")).unwrap();
    assert_eq!(plan, harness.state().run.as_ref().unwrap().editor.text());
}

#[test]
fn the_window_goes_on_while_a_dialog_is_open_and_the_list_is_still_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = choosing(|_, _| Box::pin(pending()), folder.path());
    click(&mut harness, "Choose a file…");
    assert!(harness.query_by_label("The desktop's file dialog is open.").is_some());
    assert!(harness.get_by_label("Choose a file…").accesskit_node().is_disabled(), "one dialog at a time");
    let before = harness.state().clock;
    harness.run_steps(10);
    assert!(harness.state().clock > before);
    click(&mut harness, "steady.ron");
    assert_eq!(harness.state().saved_plans.plans[0].name, "steady");
}

#[test]
fn where_no_dialog_answers_the_list_stays_and_a_person_who_chose_nothing_may_try_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = choosing(|_, _| Box::pin(ready(None)), folder.path());
    click(&mut harness, "Choose a file…");
    assert!(harness.query_by_label("Choose a file…").is_none());
    assert!(harness.state().notices.iter().any(|notice| notice.text.contains("has no file dialog")));
    click(&mut harness, "steady.ron");
    assert_eq!(harness.state().saved_plans.plans[0].name, "steady");

    let later: Open = |_, _| {
        let mut left = 3;
        Box::pin(poll_fn(move |_| {
            left -= 1;
            if left > 0 { Poll::Pending } else { Poll::Ready(None) }
        }))
    };
    let mut harness = choosing(later, folder.path());
    harness.get_by_label("Choose a file…").click();
    harness.step();
    harness.state_mut().tick(Duration::from_secs(2));
    harness.run_steps(4);
    assert!(!harness.state().dialogs.is_open() && harness.state().notices.is_empty());
    assert!(!harness.get_by_label("Choose a file…").accesskit_node().is_disabled());
}
