//! What every release kept of a learner opens in the window: `tests/formats/N/data` is a data folder of version N, and
//! `rollout-lab-progress.ron` beside it all progress in one file. What is there is never changed; for a new version `UPDATE=1` writes
//! what is missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::app::model::files::FilesCommand;
use crate::app::model::lab::Start;
use crate::app::model::look::Shade;
use crate::app::model::order::Order;
use crate::app::model::sessions::Sessions;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::engine::Time;
use crate::library::plans;

/// The folder of the newest version.
const NEWEST: u32 = 1;

fn folder(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/formats/{version}"))
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn lab_in(data: &Path) -> Lab {
    Lab::new(Start { data: Some(data.to_owned()), ..Start::default() })
}

fn told(lab: &Lab) -> Vec<&str> {
    lab.notices.iter().map(|notice| notice.text.as_str()).collect()
}

/// Files of a data folder, by their names within it.
const KEPT: [&str; 6] = [
    "progress.ron",
    "course.ron",
    "settings.ron",
    "shelf/1.ron",
    "sessions/exercise-canary.ron",
    "plans/canary.ron",
];
/// All progress in one file, as it is saved.
const BACKUP: &str = "rollout-lab-progress.ron";

/// Everything that a learner's lab keeps, written by this build.
fn write(data: &Path, beside: &Path) {
    let mut lab = lab_in(data);
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.run.as_mut().unwrap().plan.title = "Mine".to_owned();
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(60))));
    lab.tick(Duration::from_secs(2));
    lab.apply(LabCommand::Set(Setting::Shade(Shade::Light)));
    plans::save(data, "canary", "(format: 1, strategy: Rolling())\n").unwrap();
    lab.apply(LabCommand::Files(FilesCommand::Look(beside.to_owned())));
    lab.apply(LabCommand::Files(FilesCommand::Export));
}

#[test]
fn what_every_release_kept_of_a_learner_opens() {
    if std::env::var_os("UPDATE").is_some() {
        let (data, beside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(data.path(), beside.path());
        let there = KEPT.map(|name| (data.path().join(name), folder(NEWEST).join("data").join(name)));
        let backup = (beside.path().join(BACKUP), folder(NEWEST).join(BACKUP));
        for (made, kept) in there.into_iter().chain([backup]).filter(|(_, kept)| !kept.exists()) {
            fs::create_dir_all(kept.parent().unwrap()).unwrap();
            fs::copy(made, kept).unwrap();
        }
    }
    for version in 1..=NEWEST {
        let data = tempfile::tempdir().unwrap();
        copied(&folder(version).join("data"), data.path());
        let lab = lab_in(data.path());
        assert_eq!(told(&lab), Vec::<&str>::new(), "version {version}");
        assert_eq!(lab.learner.best["canary"], 83.5);
        assert_eq!(lab.learner.course.openings, 1);
        assert_eq!(lab.settings.shade, Shade::Light);
        assert_eq!(lab.saved_plans.plans[0].plan.title, "Mine");
        assert_eq!(lab.sessions.offered.as_ref().map(|session| session.at), Some(Time::from_secs(60)));
        assert!(plans::load(data.path(), "canary").unwrap().is_some());

        let elsewhere = tempfile::tempdir().unwrap();
        let mut other = lab_in(elsewhere.path());
        other.take(&folder(version).join(BACKUP));
        assert_eq!((other.saved_plans.plans.len(), Sessions::all(elsewhere.path()).0.len()), (1, 1));
        assert_eq!(other.settings.shade, Shade::Light, "{:?}", told(&other));
    }
}

#[test]
fn what_a_newer_lab_kept_is_told_and_left_as_it_is() {
    for name in ["progress.ron", "course.ron", "settings.ron", "shelf/1.ron", "sessions/exercise-canary.ron"]
    {
        let data = tempfile::tempdir().unwrap();
        copied(&folder(NEWEST).join("data"), data.path());
        let file = data.path().join(name);
        let newer = fs::read_to_string(&file).unwrap().replacen("format: 1", "format: 7, since_then: 1", 1);
        fs::write(&file, &newer).unwrap();
        let mut lab = lab_in(data.path());
        let said = told(&lab).join("\n");
        assert!(said.contains("format 7 is from a newer Rollout Lab"), "{name}: {said:?}");
        // And goes on being so while the lab is used.
        lab.apply(LabCommand::OpenExercise("canary".to_owned()));
        lab.apply(LabCommand::Set(Setting::TextScale(1.25)));
        lab.run.as_mut().unwrap().plan.title = "Another".to_owned();
        lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(90))));
        lab.tick(Duration::from_secs(2));
        drop(lab);
        assert_eq!(fs::read_to_string(&file).unwrap(), newer, "{name}");
        assert!(
            fs::read_dir(file.parent().unwrap())
                .unwrap()
                .all(|entry| { !entry.unwrap().file_name().to_string_lossy().contains("damaged") })
        );
    }
}
