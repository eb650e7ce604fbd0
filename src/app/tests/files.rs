//! Opening, dropping and saving files; sessions; the introduction.

use std::fs;
use std::path::Path;
use std::time::Duration;

use egui::Key;
use egui_kittest::kittest::Queryable;

use crate::app::model::files::FilesCommand;
use crate::app::model::lab::Start;
use crate::app::model::look::Shade;
use crate::app::model::notes::{BriefCommand, Forecast};
use crate::app::model::order::Order;
use crate::app::model::screen::Overlay;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::window;
use crate::engine::Time;
use crate::exercise::predict::Prediction;
use crate::library::parse_options;
use crate::library::shipped::{exercise_files, files};
use crate::sim::{ManualAction, RolloutCommand};

fn lab_in(data: &Path) -> Lab {
    Lab::new(Start { data: Some(data.to_owned()), ..Start::default() })
}

fn shipped(path: &str) -> &'static str {
    files().iter().find(|(shipped, _)| *shipped == path).unwrap().1
}

fn told(lab: &Lab) -> String {
    lab.notices.iter().map(|notice| notice.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_session_goes_on_where_it_was_left_after_a_crash() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    let forecast = Forecast::Made(Prediction::UsersHarmed(120.0));
    lab.run.as_mut().unwrap().notes.rounds = 2;
    lab.apply(LabCommand::Brief(BriefCommand::Forecast(forecast)));
    lab.apply(LabCommand::Brief(BriefCommand::NextHint));
    lab.apply(LabCommand::Brief(BriefCommand::ShowSolution));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(400))));
    lab.tick(Duration::from_secs(2));
    lab.apply(LabCommand::Play(Order::act(ManualAction::Command(RolloutCommand::Abort))));
    // An action is kept in the very next frame.
    lab.tick(Duration::from_millis(1));
    let digest = lab.run.as_ref().unwrap().player.snapshot().record.digest.clone();
    drop(lab);
    let mut harness = window(lab_in(data.path()), [1280.0, 720.0], 1.0);
    harness.get_by_label("Continue where you left").click();
    harness.run_steps(3);
    let run = harness.state().run.as_ref().unwrap();
    assert_eq!(run.player.snapshot().now, Time::from_secs(400));
    assert_eq!((run.player.snapshot().actions.len(), &run.player.snapshot().record.digest), (1, &digest));
    assert_eq!(run.entry().unwrap().id, "canary");
    assert_eq!((run.notes.forecast, run.notes.rounds), (forecast, 2));
    assert_eq!((run.notes.hints, run.notes.is_assisted), (1, true), "help is not forgotten by leaving");
}

#[test]
fn a_session_that_was_played_to_its_end_is_not_offered() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = lab_in(data.path());
    lab.apply(LabCommand::OpenExercise("freeze".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    lab.tick(Duration::from_secs(2));
    assert!(lab_in(data.path()).sessions.offered.is_none());
    assert_eq!(fs::read_dir(data.path().join("sessions")).unwrap().count(), 1);
}

#[test]
fn all_progress_is_saved_as_one_file_and_taken_in_elsewhere() {
    let (here, there, usb) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut lab = lab_in(here.path());
    lab.learner.best.insert("canary".to_owned(), 83.5);
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.run.as_mut().unwrap().plan.title = "Mine".to_owned();
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(60))));
    lab.tick(Duration::from_secs(2));
    lab.apply(LabCommand::Set(Setting::Shade(Shade::Light)));
    lab.apply(LabCommand::Files(FilesCommand::Look(usb.path().to_owned())));
    lab.apply(LabCommand::Files(FilesCommand::Export));
    let backup = lab.backup();
    assert_eq!((backup.plans.len(), backup.sessions.len()), (1, 1));
    let file = usb.path().join("rollout-lab-progress.ron");
    let mut other = lab_in(there.path());
    other.take(&file);
    assert!(
        told(&other).contains("Progress was imported: 1 best score, 1 new plan, 1 session"),
        "{}",
        told(&other)
    );
    let again = lab_in(there.path()).backup();
    assert_eq!(again.best, backup.best);
    assert_eq!(again.plans[0].plan, backup.plans[0].plan);
    assert_eq!(again.sessions, backup.sessions);
    assert_eq!(again.settings, backup.settings);
    // Taken in twice, it is there once.
    other.take(&file);
    assert_eq!(other.saved_plans.plans.len(), 1);
}

#[test]
fn damaged_progress_says_where_and_changes_nothing() {
    let (data, usb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut lab = lab_in(data.path());
    lab.apply(LabCommand::Files(FilesCommand::Look(usb.path().to_owned())));
    lab.apply(LabCommand::Files(FilesCommand::Export));
    let file = usb.path().join("rollout-lab-progress.ron");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("best: {}", "best: {\"canary\": lots}")).unwrap();
    let before = lab.backup();
    lab.notices.clear();
    lab.take(&file);
    assert!(told(&lab).contains("rollout-lab-progress.ron:3:"), "{}", told(&lab));
    assert_eq!(lab.backup(), before);
}

#[test]
fn every_kind_of_file_that_is_dropped_says_what_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    };
    let mut lab = crate::app::tests::lab();
    // A manifest is rehearsed at once, which takes a while.
    lab.jobs.hold();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    let session = parse_options().to_string(&lab.run.as_ref().unwrap().session()).unwrap();
    for (name, text, says) in [
        (
            "steady.ron",
            shipped("exercises/03-canary/solution.ron"),
            "The plan \"steady\" was added to your plans",
        ),
        ("rollout.yaml", shipped("exercises/09-their-manifest/rollout.yaml"), "The plan \"rollout\""),
        ("mine.ron", session.as_str(), "The session in \"The till of a web shop\""),
        (
            "world.ron",
            shipped("scenarios/stall.ron"),
            "The scenario \"A stall that a short crowd tips over\"",
        ),
        ("notes.txt", "hello", "only .ron, .yaml"),
        ("broken.ron", "(\n    format: 1,\n    stratgy: Recreate,\n)", "broken.ron:3:5: "),
        ("broken.yaml", "a: [", "broken.yaml:"),
    ] {
        lab.notices.clear();
        lab.take(&write(name, text));
        assert!(told(&lab).contains(says), "{name}: {}", told(&lab));
    }
    for file in exercise_files("blue-green").unwrap().files {
        write(&format!("own/01-mine/{}", file.file.rsplit('/').next().unwrap()), &file.text);
    }
    lab.notices.clear();
    lab.take(&folder.path().join("own"));
    assert!(told(&lab).contains("1 exercise was opened"), "{}", told(&lab));
    assert!(lab.catalog.exercises[0].is_own);
    lab.notices.clear();
    lab.take(&folder.path().join("nothing.ron"));
    assert!(told(&lab).contains("no such file"), "{}", told(&lab));
}

#[test]
fn a_file_is_chosen_by_keyboard_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("steady.ron"), shipped("exercises/03-canary/solution.ron")).unwrap();
    let mut lab = crate::app::tests::lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Files(FilesCommand::Look(folder.path().to_owned())));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::O);
    harness.run_steps(3);
    assert_eq!(harness.state().overlay, Some(Overlay::Open));
    for _ in 0..20 {
        harness.key_press(Key::Tab);
        harness.run_steps(2);
        if harness.get_by_label("steady.ron").is_focused() {
            harness.key_press(Key::Enter);
            harness.run_steps(3);
            assert_eq!(harness.state().saved_plans.plans[0].name, "steady");
            return;
        }
    }
    panic!("Tab never came to the file");
}

#[test]
fn an_exercise_is_read_anew_and_keeps_its_old_version_while_it_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("01-mine");
    fs::create_dir(&own).unwrap();
    for file in exercise_files("canary").unwrap().files {
        fs::write(own.join(file.file.rsplit('/').next().unwrap()), file.text).unwrap();
    }
    let mut lab = Lab::new(Start { exercises: Some(folder.path().to_owned()), ..Start::default() });
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    let path = own.join("exercise.ron");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("pass: 70", "pass: 700")).unwrap();
    lab.reload(folder.path());
    let pass = |lab: &Lab| lab.catalog.exercise("canary").unwrap().exercise.pass;
    assert!((pass(&lab) - 70.0).abs() < 1e-9);
    assert!(lab.catalog.broken[0].1[0].rendered().contains("exercise.ron:"), "{:?}", lab.catalog.broken);
    fs::write(&path, text.replace("pass: 70", "pass: 71")).unwrap();
    lab.reload(folder.path());
    assert!((pass(&lab) - 71.0).abs() < 1e-9 && lab.catalog.broken.is_empty());
    assert!(told(&lab).contains("\"canary\" changed on the disk"), "{}", told(&lab));
    lab.notices.clear();
    lab.reload(folder.path());
    assert!(lab.notices.is_empty(), "nothing changed");
    fs::remove_dir_all(&own).unwrap();
    lab.reload(folder.path());
    assert!(!lab.catalog.exercise("canary").unwrap().is_own, "the shipped one is back");
}
