//! What the window keeps on the disk: nothing replaces what was saved, two windows lose nothing of each other, and a hand-in is one
//! file.

use std::time::Duration;

use egui_kittest::kittest::Queryable;

use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::learning::{lab_in, seek, told};
use crate::app::tests::window;
use crate::sim::ManualAction;

#[test]
fn what_is_saved_never_replaces_what_was_saved_before() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(LabCommand::OpenScenario("clinic".to_owned()));
    lab.jobs.hold();
    let save = LabCommand::Debrief(crate::app::model::debrief::DebriefCommand::SaveSession);
    lab.apply(save.clone());
    lab.apply(save.clone());
    seek(&mut lab, 60);
    lab.apply(LabCommand::Play(Order::act(ManualAction::Note("seen".to_owned()))));
    lab.apply(save);
    let mut names: Vec<String> = std::fs::read_dir(data.path().join("sessions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("clinic"))
        .collect();
    names.sort();
    assert_eq!(names, ["clinic-1-2.ron", "clinic-1.ron"], "the same twice is one file");
    for page in ["one", "two"] {
        let export = crate::app::model::debrief::DebriefCommand::Export(page.to_owned());
        lab.apply(LabCommand::Debrief(export));
    }
    let page = |name: &str| std::fs::read_to_string(data.path().join("reports").join(name)).unwrap();
    assert_eq!((page("clinic-1.html").as_str(), page("clinic-1-2.html").as_str()), ("one", "two"));
}

#[test]
fn a_data_folder_that_cannot_be_written_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    // Nothing can be made below a path that is no folder, even by root.
    let data = folder.path().join("data");
    std::fs::write(&data, "taken").unwrap();
    let mut lab = lab_in(&data);
    lab.notices.clear();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    for second in 1..30 {
        seek(&mut lab, 10 * second);
        lab.tick(Duration::from_secs(1));
        lab.apply(LabCommand::Set(Setting::TextScale(1.0 + second as f32 / 100.0)));
    }
    let said: Vec<&str> =
        told(&lab).into_iter().filter(|text| text.contains("Nothing can be saved")).collect();
    assert_eq!(said.len(), 1, "{:?}", told(&lab));
    // That a plan that may be there cannot be read is another thing.
    assert!(told(&lab).len() <= 2, "{:?}", told(&lab));
}

#[test]
fn two_windows_on_one_data_folder_lose_nothing_of_each_other() {
    let data = tempfile::tempdir().unwrap();
    let open = || Lab::new(Start { data: Some(data.path().to_owned()), shares: true, ..Start::default() });
    let change = |lab: &mut Lab, weight: &str| {
        lab.apply(LabCommand::OpenExercise("canary".to_owned()));
        let text = lab.run.as_ref().unwrap().editor.text().replace("50%", weight);
        lab.apply(LabCommand::Plan(crate::app::model::editor::EditorCommand::SetText(text)));
        lab.apply(LabCommand::Run(RunCommand::Restart));
        lab.tick(Duration::from_secs(2));
    };
    let (mut first, mut second) = (open(), open());
    assert!(first.notices.is_empty(), "{:?}", first.notices);
    assert!(told(&second)[0].contains("Another window uses"), "{:?}", second.notices);
    change(&mut first, "20%");
    change(&mut second, "30%");
    crate::library::progress::record(&data.path().join("window-2"), "canary", 88.0).unwrap();
    change(&mut first, "25%");
    drop(first);
    drop(second);
    let third = open();
    assert!(told(&third)[0].contains("was taken in"), "{:?}", third.notices);
    let plans: Vec<String> =
        third.saved_plans.plans.iter().map(|kept| format!("{:?}", kept.plan.strategy)).collect();
    for weight in [2_500, 3_000] {
        let share = format!("{:?}", crate::engine::Share::percent(f64::from(weight) / 100.0));
        assert!(plans.iter().any(|plan| plan.contains(&share)), "{share} is not in {plans:?}");
    }
    assert_eq!(third.learner.best.get("canary"), Some(&88.0));
    assert!(!data.path().join("window-2").exists());
}

#[test]
fn a_session_is_handed_in_as_one_file_that_class_reads() {
    use crate::app::model::hand_in::HandInCommand;
    use crate::app::model::screen::Overlay;
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.settings.welcome = crate::app::model::welcome::STEPS;
    lab.apply(LabCommand::OpenExercise("freeze".to_owned()));
    lab.apply(LabCommand::Show(Overlay::HandIn));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    assert!(harness.query_by_label_contains("Nothing done by hand").is_some());
    harness.get_by_label("Your name").focus();
    harness.run_steps(2);
    harness.get_by_label("Your name").type_text("Ada Lovelace");
    harness.run_steps(3);
    for round in 0..2 {
        harness.get_by_label("Write the file").click_accesskit();
        harness.run_steps(3);
        assert!(harness.state().notices.is_empty(), "{:?}", harness.state().notices);
        let folder = data.path().join("hand-ins/freeze");
        let files = crate::library::hand_ins::hand_ins(&folder).unwrap().files;
        let students: Vec<&str> = files.iter().map(|file| file.student.as_str()).collect();
        assert_eq!(students, ["Ada-Lovelace"], "one file, whatever was handed in before");
        let text = std::fs::read_to_string(&files[0].path).unwrap();
        let (session, _) = crate::library::read_ron::<crate::exercise::Session>("s.ron", &text).unwrap();
        let run = harness.state().run.as_ref().unwrap();
        assert_eq!((session.plan, session.actions.len()), (run.plan.clone(), round));
        let earlier = harness.state().handed_in.as_ref().unwrap().earlier.clone();
        assert_eq!(earlier.is_some(), round > 0, "what was handed in first is kept");
        seek(harness.state_mut(), 30);
        let note = ManualAction::Note("seen".to_owned());
        harness.state_mut().apply(LabCommand::Play(Order::act(note)));
        harness.run_steps(2);
    }
    assert!(harness.query_by_label("Open folder").is_some());
    harness.state_mut().apply(LabCommand::HandIn(HandInCommand::Student("  ".to_owned())));
    harness.state_mut().apply(LabCommand::HandIn(HandInCommand::Write));
    assert!(told(harness.state()).iter().any(|text| text.contains("Write your name first")));
}
