//! An instructor's own exercises, from a folder.

use std::fs;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::app::model::catalog::Catalog;
use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::window;
use crate::engine::Time;
use crate::library::shipped::exercise_files;

#[test]
fn an_instructors_own_come_first_and_a_broken_one_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let files = exercise_files("canary").unwrap();
    for name in ["01-canary", "02-mine", "03-broken"] {
        let own = folder.path().join(name);
        fs::create_dir(&own).unwrap();
        for file in &files.files {
            let text = match name {
                "02-mine" => file.text.replace("id: \"canary\"", "id: \"mine\""),
                "03-broken" => file.text.replace("pass: 70", "pass: 700"),
                _ => file.text.clone(),
            };
            fs::write(own.join(file.file.rsplit('/').next().unwrap()), text).unwrap();
        }
    }
    let catalog = Catalog::load(Some(folder.path()));
    let ids: Vec<&str> = catalog.exercises.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids[..2], ["canary", "mine"]);
    assert_eq!(ids.iter().filter(|id| **id == "canary").count(), 1);
    assert_eq!(catalog.broken.len(), 1);
    assert!(catalog.broken[0].1[0].line > 0, "{:?}", catalog.broken);
}

/// Draws frame after frame until something has come of what was written on the disk.
fn until(harness: &mut Harness<'static, Lab>, what: &str, came: impl Fn(&Lab) -> bool) {
    let (_sender, never) = channel::<()>();
    for _ in 0..1_500 {
        harness.run_steps(1);
        if came(harness.state()) {
            return;
        }
        // The disk is watched by a thread of its own, which waits until all is quiet.
        let _ = never.recv_timeout(Duration::from_millis(20));
    }
    panic!("{what}: never, in half a minute; {:?}", harness.state().notices);
}

/// Writes `exercise.ron` anew, with `to` for `from`.
fn edit(folder: &Path, from: &str, to: &str) {
    let file = folder.join("01-canary/exercise.ron");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(&file, text.replace(from, to)).unwrap();
}

fn pass_of_run(lab: &Lab) -> f64 {
    lab.run.as_ref().unwrap().entry().unwrap().exercise.pass
}

#[test]
fn an_exercise_that_changes_on_the_disk_is_met_anew_and_a_broken_one_says_so_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("01-canary");
    fs::create_dir(&own).unwrap();
    for file in &exercise_files("canary").unwrap().files {
        fs::write(own.join(file.file.rsplit('/').next().unwrap()), &file.text).unwrap();
    }
    let exercises = Some(folder.path().to_owned());
    let mut lab = Lab::new(Start { exercises, threads: true, ..Start::default() });
    assert!(lab.notices.is_empty(), "{:?}", lab.notices);
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    let pass = pass_of_run(&lab);
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    // Changed while it is open: said so, and met anew once the run begins anew.
    edit(folder.path(), &format!("pass: {pass}"), "pass: 71");
    until(&mut harness, "the change", |lab| {
        lab.notices.iter().any(|notice| notice.text.contains("changed on the disk"))
    });
    assert!((pass_of_run(harness.state()) - pass).abs() < 1e-9, "the run that is open stays as it is");
    harness.state_mut().apply(LabCommand::Run(RunCommand::Restart));
    assert!((pass_of_run(harness.state()) - 71.0).abs() < 1e-9);
    // Broken: the course says where, and the old one can still be played.
    edit(folder.path(), "pass: 71", "pass: 7100");
    until(&mut harness, "the break", |lab| !lab.catalog.broken.is_empty());
    harness.state_mut().apply(LabCommand::Go(Screen::Course));
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("01-canary cannot be opened").is_some());
    assert!(harness.query_all_by_label_contains("exercise.ron:").next().is_some());
    let title = harness.state().catalog.exercise("canary").unwrap().exercise.title.clone();
    harness.get_by_label(&title).click_accesskit();
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Run);
    assert!((pass_of_run(harness.state()) - 71.0).abs() < 1e-9);
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(30))));
    until(&mut harness, "time passes", |lab| {
        lab.run.as_ref().unwrap().player.snapshot().now >= Time::from_secs(30)
    });
    // Mended: nothing is said any more, and it is met as it now is.
    edit(folder.path(), "pass: 7100", "pass: 72");
    until(&mut harness, "the mending", |lab| lab.catalog.broken.is_empty());
    harness.state_mut().apply(LabCommand::OpenExercise("canary".to_owned()));
    assert!((pass_of_run(harness.state()) - 72.0).abs() < 1e-9);
    assert!(harness.query_by_label_contains("cannot be opened").is_none());
}
