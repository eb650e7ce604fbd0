//! A process that is killed while it saves leaves whole files, and nothing that was saved before is lost.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::app::model::learner::Learner;
use crate::app::model::saved_plans::{self, SavedPlan, SavedPlans};
use crate::app::model::sessions::{self, KeptSession, Sessions};
use crate::app::model::settings::Settings;
use crate::library::{Format, plans, progress, read_ron};

/// By which the process that is to be killed knows its folder.
const FOLDER: &str = "ROLLOUT_LAB_TEST_SAVES_IN";

/// How often a process is killed, unless the variable `KILLS` says how often.
const KILLS: u64 = 40;

fn kills() -> u64 {
    let said = std::env::var_os("KILLS").and_then(|said| said.to_str()?.parse().ok());
    said.unwrap_or(KILLS)
}

/// A text that says its round all along, so that half of it is not taken for the whole.
fn text(round: u32) -> String {
    format!("{round} ").repeat(500)
}

/// The round that a text says, when it is whole.
fn round_of(found: &str) -> u32 {
    let round = found.split(' ').next().unwrap().parse().unwrap();
    assert_eq!(found, text(round), "half a file");
    round
}

/// Saves everything that the lab saves, each with its round in it.
fn save(folder: &Path, round: u32) {
    let plan = crate::control::Plan { title: text(round), ..crate::app::model::sandbox::first_plan() };
    let first = crate::app::model::sandbox::FIRST_PLAN;
    let session = format!("(format: 1, scenario: \"checkout\", seed: {round}, plan: {first}, case: ())");
    let kept = format!("(exercise: \"canary\", at: \"0s\", saved: {round}, session: {session})");
    let (mut kept, _) = read_ron::<KeptSession>("kept", &kept).unwrap();
    kept.session.case.name = text(round);
    kept.session.plan = plan.clone();
    let on_shelf = SavedPlan {
        format: Format,
        number: 1,
        name: "Mine".to_owned(),
        exercise: "canary".to_owned(),
        scenario: "checkout".to_owned(),
        opened: i64::from(round),
        plan,
    };
    let mut learner = Learner::default();
    learner.course.openings = u64::from(round);
    learner.course.exercises.insert(text(round), Default::default());
    // A step is far below what a text's size can be.
    let settings = Settings { text_scale: 1.0 + round as f32 / 65_536.0, ..Settings::default() };
    sessions::save(folder, &kept).unwrap();
    saved_plans::save(folder, &on_shelf).unwrap();
    plans::save(folder, "canary", &text(round)).unwrap();
    learner.save(folder).unwrap();
    progress::record(folder, "canary", f64::from(round)).unwrap();
    settings.save(folder).unwrap();
}

/// The rounds of everything that was saved; all of it must be whole.
fn rounds(folder: &Path) -> [u32; 6] {
    let (sessions, of_sessions) = Sessions::all(folder);
    let (saved_plans, of_shelf) = SavedPlans::load(folder);
    let (learner, of_learner) = Learner::load(folder);
    let (settings, of_settings) = Settings::load(folder).unwrap();
    let told: Vec<String> =
        of_sessions.into_iter().chain(of_shelf).chain(of_learner).chain(of_settings).collect();
    assert!(told.is_empty(), "{told:?}");
    let session = &sessions[0].session;
    assert_eq!(round_of(&session.case.name), session.seed as u32);
    let courses: Vec<u32> = learner.course.exercises.keys().map(|key| round_of(key)).collect();
    assert_eq!(courses, [learner.course.openings as u32]);
    [
        round_of(&session.plan.title),
        round_of(&saved_plans.plans[0].plan.title),
        round_of(&plans::load(folder, "canary").unwrap().unwrap()),
        courses[0],
        learner.best["canary"] as u32,
        ((settings.text_scale - 1.0) * 65_536.0).round() as u32,
    ]
}

/// The process that is killed: this test, when it is told a folder.
#[test]
fn what_is_saved_is_read_again() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        let folder = tempfile::tempdir().unwrap();
        for round in 1..4 {
            save(folder.path(), round);
            assert_eq!(rounds(folder.path()), [round; 6]);
        }
        return;
    };
    let folder = Path::new(&folder);
    let begun = if folder.join("settings.ron").exists() { *rounds(folder).iter().max().unwrap() } else { 0 };
    for round in begun + 1.. {
        save(folder, round);
        println!("saved {round}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a process is killed at a moment of the wall clock")]
#[test]
fn a_process_that_is_killed_while_it_saves_leaves_every_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("{}::what_is_saved_is_read_again", module_path!().split_once("::").unwrap().1);
    let mut last = 0;
    for kill in 0..kills() {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([name.as_str(), "--exact", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, saved) = channel();
        let listener = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let round = line.rsplit_once("saved ").and_then(|(_, round)| round.parse::<u32>().ok());
                // The other side may have heard enough.
                if let Some(round) = round {
                    let _ = sender.send(round);
                }
            }
        });
        last = saved.recv_timeout(Duration::from_secs(60)).expect("it saves");
        // Moments spread over several rounds, in steps that have no common measure with them.
        let until = Duration::from_micros(kill * 1_237 % 23_000);
        let began = std::time::Instant::now();
        while let Some(left) = until.checked_sub(began.elapsed()) {
            match saved.recv_timeout(left) {
                Ok(round) => last = round,
                Err(_) => break,
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        listener.join().unwrap();
        last = saved.try_iter().last().unwrap_or(last);
        let found = rounds(folder.path());
        assert!(found.iter().all(|round| (last..=last + 1).contains(round)), "{found:?} after {last}");
    }
    assert!(last >= kills() as u32, "each process saved something");
}
