//! Sessions: recorded by `run`, replayed by `replay`.

use std::fs;
use std::path::Path;

use rollout_lab::exercise::Session;
use rollout_lab::library::read_file;

use super::{call, json};
use crate::lab::lab;

fn recorded(folder: &Path) {
    let line = "run checkout --plan canary/starter --release v2-errors --seed 3 --record session.ron --hand";
    let answer = lab(folder).args(line.split(' ')).arg("6m pause").args(["--hand", "7m abort"]).answer();
    assert_eq!(answer.code, 0, "{}", answer.stderr);
}

#[test]
fn a_session_replays_to_the_same_digest() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path());
    let replayed = json(folder.path(), "replay session.ron --format json", 0);
    assert_eq!(replayed["same"], true);
    assert_eq!(replayed["digest"], replayed["recorded_digest"]);
}

#[test]
fn a_session_that_was_changed_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path());
    let path = folder.path().join("session.ron");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("seed: 3"));
    fs::write(&path, text.replace("seed: 3", "seed: 4")).unwrap();
    let answer = call(folder.path(), "replay session.ron");
    assert_eq!(answer.code, 1);
    assert!(answer.stdout.contains("not the run that was recorded"), "{}", answer.stdout);
}

#[test]
fn a_session_without_a_digest_claims_nothing() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path());
    let path = folder.path().join("session.ron");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("digest:")).collect();
    fs::write(&path, lines.join("\n")).unwrap();
    let replayed = json(folder.path(), "replay session.ron --format json", 1);
    assert!(replayed["same"].is_null());
    assert_eq!(replayed["unchanged"], false, "its hash tells that something was taken out");
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.trim_start().starts_with("hash:")).collect();
    fs::write(&path, lines.join("\n")).unwrap();
    let replayed = json(folder.path(), "replay session.ron --format json", 0);
    assert!(replayed["same"].is_null() && replayed["unchanged"].is_null());
}

#[test]
fn a_recorded_session_is_a_sound_file() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path());
    let answer = call(folder.path(), "check session.ron");
    assert_eq!(answer.code, 0, "{}", answer.stdout);
}

#[test]
fn a_prediction_in_a_session_is_set_beside_what_came_and_moves_no_score() {
    let folder = tempfile::tempdir().unwrap();
    let record = "run clinic --plan few-requests/starter --release v2-broken --record session.ron";
    assert_eq!(call(folder.path(), record).code, 0);
    let file = folder.path().join("session.ron");
    let text = fs::read_to_string(&file).unwrap();
    let silent = call(folder.path(), "grade few-requests session.ron --seeds 1");
    assert!(!silent.stdout.contains("predicted"), "{}", silent.stdout);
    // Written by hand, so without the hash of what was recorded.
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("hash:")).collect();
    let text = lines.join("\n");
    fs::write(&file, text.replace("forecast: Open", "forecast: Made(UsersHarmed(0))")).unwrap();
    let replayed = json(folder.path(), "replay session.ron --format json", 0);
    assert_eq!((&replayed["same"], &replayed["prediction"]["right"]), (&true.into(), &false.into()));
    let graded = call(folder.path(), "grade few-requests session.ron --seeds 1");
    let (verdict, told) = graded.stdout.split_at(silent.stdout.len());
    assert_eq!(verdict, silent.stdout);
    assert!(told.contains("predicted: 0 users harmed\n    it came otherwise: "), "{told}");
}

/// A session in `hand-ins/mallory.ron` whose `actions` hold one thing that is not a person's.
fn forged(action: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path());
    let text = fs::read_to_string(folder.path().join("session.ron")).unwrap();
    assert!(text.contains("Command(Pause)"), "{text}");
    fs::create_dir(folder.path().join("hand-ins")).unwrap();
    let forged = text.replace("Command(Pause)", action);
    fs::write(folder.path().join("hand-ins/mallory.ron"), forged).unwrap();
    folder
}

#[test]
fn only_what_a_person_can_do_is_taken_from_a_session() {
    for action in
        ["Report(Completed)", "Report(RolledBack)", "Trouble(\"a check failed\")", "Page(text: \"x\")"]
    {
        let folder = forged(action);
        let name = action.split('(').next().unwrap();
        for line in
            ["grade canary hand-ins/mallory.ron", "replay hand-ins/mallory.ron", "check hand-ins/mallory.ron"]
        {
            let answer = call(folder.path(), line);
            let said = answer.stdout + &answer.stderr;
            assert_ne!(answer.code, 0, "{line}: {said}");
            let place = said.lines().find(|text| text.contains("hand-ins/mallory.ron:")).unwrap_or_default();
            assert!(place.contains(&format!("\"{name}\"")), "{line}: {said}");
            assert!(place.contains("Acknowledge") && place.contains("Command"), "{line}: {said}");
        }
        let class = json(folder.path(), "class canary hand-ins --seeds 1 --format json", 1);
        assert!(class["hand_ins"][0]["error"].as_str().unwrap().contains(name), "{class}");
    }
}

/// A recorded session in which every byte is changed, once each. What can still be read says by its hash that it is another; only where a space
/// becomes another space the session is the same.
#[test]
fn every_changed_byte_of_a_recorded_session_is_safe() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plan.ron"), "(format: 1, strategy: Rolling())").unwrap();
    let answer = call(folder.path(), "run checkout --plan plan.ron --seed 3 --record s.ron");
    assert_ne!(answer.code, 2, "{}", answer.stderr);
    let text = fs::read_to_string(folder.path().join("s.ron")).unwrap();
    let whole = read_file::<Session>("s.ron", &text).unwrap().0;
    assert_eq!(whole.is_unchanged(), Some(true));
    let is_safe = |text: &str| match read_file::<Session>("s.ron", text) {
        Ok((session, _)) => session.is_unchanged() != Some(true) || session == whole,
        Err(_) => true,
    };
    let flipped = |at: usize, bit: usize| {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1 << bit;
        String::from_utf8(bytes)
    };
    // What is no text is refused. Of the bits that leave a text another is taken at each byte.
    let texts = (0..text.len()).filter_map(|at| Some((at, flipped(at, at % 7).ok()?)));
    let passed: Vec<usize> = texts.filter(|(_, text)| !is_safe(text)).map(|(at, _)| at).collect();
    assert_eq!(passed, Vec::<usize>::new());
    // Nor does a file that ends early pass.
    assert!((0..text.trim_end().len()).step_by(7).all(|end| is_safe(&text[..end])));
}
