//! What can lie over a screen, as it opens and with what is found in it.

use std::fs;
use std::path::PathBuf;

use super::{LONG, Shown, after, below, done, exercise, still};
use crate::app::model::comparing::CompareCommand;
use crate::app::model::files::FilesCommand;
use crate::app::model::hand_in::HandedIn;
use crate::app::model::judging::JudgingCommand;
use crate::app::model::keys::{KeysCommand, SHORTCUTS};
use crate::app::model::lab::Start;
use crate::app::model::screen::Overlay;
use crate::app::model::{Lab, LabCommand};

pub(in crate::app::tests) const OVER: &[Shown] = &[
    still("palette", |start| below(under_way(start), Overlay::Palette)),
    still("keys", |start| below(under_way(start), Overlay::Keys)),
    still("settings", |start| below(under_way(start), Overlay::Settings)),
    still("welcome", |start| below(under_way(start), Overlay::Welcome)),
    still("open", |start| below(under_way(start), Overlay::Open)),
    still("hand in", |start| below(under_way(start), Overlay::HandIn)),
    still("glossary", |start| below(under_way(start), Overlay::Glossary)),
    still("judges", |start| below(under_way(start), Overlay::Judges)),
];

pub(in crate::app::tests) const FOUND: &[Shown] = &[
    after("what the palette finds", OVER[0].make, |harness| typed(harness, "can")),
    after("a palette that finds nothing", OVER[0].make, |harness| typed(harness, "xyzzyx")),
    still("a key that is awaited", |start| changing(start, &[])),
    still("a key that another command has", |start| changing(start, &[egui::Key::R])),
    still("a key that cannot be had", |start| changing(start, &[egui::Key::Enter])),
    still("a folder with long names", |start| {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["rollout.yaml", "plan.ron"] {
            fs::write(folder.path().join(name), "").expect("a file");
            fs::write(folder.path().join(format!("{LONG} {name}")), "").expect("a file");
        }
        fs::create_dir(folder.path().join(LONG)).expect("a folder");
        let look = LabCommand::Files(FilesCommand::Look(folder.path().to_owned()));
        let mut lab = done(under_way(start), [look]);
        lab.overlay = Some(Overlay::Open);
        lab
    }),
    still("a folder that is not there", |start| {
        let look = LabCommand::Files(FilesCommand::Look(PathBuf::from("/courses/of/this/term/nowhere")));
        let mut lab = done(under_way(start), [look]);
        lab.overlay = Some(Overlay::Open);
        lab
    }),
    still("a file for a side", |start| {
        done(under_way(start), [LabCommand::Compare(CompareCommand::Browse(1))])
    }),
    still("handed in", |start| {
        let mut lab = below(under_way(start), Overlay::HandIn);
        lab.settings.student = "Ada Lovelace".to_owned();
        let folder = PathBuf::from("/media/students/ada/.local/share/rollout-lab/hand-ins/canary");
        let earlier = Some(folder.join(".earlier/Ada-Lovelace-12.ron"));
        lab.handed_in = Some(HandedIn { file: folder.join("Ada-Lovelace.ron"), earlier });
        lab
    }),
    still("a card", |start| done(under_way(start), [LabCommand::Card("burn-rate".to_owned())])),
    still("another card", |start| done(under_way(start), [LabCommand::Card("sample-ratio".to_owned())])),
    still("judges at work", |start| {
        let mut lab = below(under_way(start), Overlay::Judges);
        lab.judging.worlds = 1;
        done(lab, [LabCommand::Judging(JudgingCommand::Begin)])
    }),
    still("what the judges came to", |start| {
        let mut lab = done(Lab::new(start), [LabCommand::OpenExercise("canary".to_owned())]);
        lab.judging.worlds = 2;
        let commands = [JudgingCommand::Errors(40.0), JudgingCommand::Minutes(5.0), JudgingCommand::Begin];
        lab = done(below(lab, Overlay::Judges), commands.map(LabCommand::Judging));
        lab.tick(std::time::Duration::from_millis(16));
        assert!(lab.judging.result.is_some(), "they have judged");
        lab
    }),
    still("judges that failed", |start| {
        let mut lab = below(under_way(start), Overlay::Judges);
        lab.judging.result = Some((LONG.to_owned(), Err(LONG.to_owned())));
        lab
    }),
];

fn under_way(start: Start) -> Lab {
    exercise(start, "canary", 60)
}

fn typed(harness: &mut egui_kittest::Harness<'static, Lab>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(3);
}

/// The list of keys while a command gets another, after these were pressed.
fn changing(start: Start, pressed: &[egui::Key]) -> Lab {
    let fork = SHORTCUTS.iter().find(|shortcut| shortcut.id == "fork").expect("there is one");
    let listen = LabCommand::Keys(KeysCommand::Listen(fork));
    let press = |key: &egui::Key| {
        let key = egui::KeyboardShortcut::new(egui::Modifiers::NONE, *key);
        LabCommand::Keys(KeysCommand::Press(key))
    };
    let lab = done(below(under_way(start), Overlay::Keys), [listen]);
    done(lab, pressed.iter().map(press))
}
