//! Files as every release wrote them, in `tests/formats/N` for version N of a form: each opens, by the command that a user opens it with.
//! What is there is never changed. What a form has gained since is added beside it with `UPDATE=1` (`formats/forms.rs`).
//!
//! Results in JSON have no version, for their fields are only ever added.

mod forms;

use std::fs;
use std::path::{Path, PathBuf};

use crate::lab::{Answer, lab};

/// Files of every version so far.
fn folders() -> Vec<PathBuf> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let mut all: Vec<PathBuf> = fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

/// How a user opens each kind of file, and what then is said, somewhere in the answer.
const OPENED: [(&str, &str); 16] = [
    ("check plan.ron", "0 errors"),
    ("check world.ron", "0 errors"),
    ("check session.ron", "0 errors"),
    ("check duty.ron", "0 errors"),
    ("check playbook.ron", "0 errors"),
    ("check proof.ron", "0 errors"),
    ("check texts.de.ron", "0 errors"),
    ("check fastly.ron", "0 errors"),
    ("check on-duty/exercise.ron", "0 errors"),
    ("brief on-duty", "On duty"),
    ("play on-duty --learner ada --out duty.ron", "case 2 of 6"),
    ("sweep weights.ron", "users_harmed"),
    ("import rollout.yaml --metrics metrics.ron", "strategy: Canary"),
    ("course course", "canary: 83.5 points claimed"),
    ("verify result.json --key course.key", "as signed by the key"),
    ("list", "83.5"),
];

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

fn opened(folder: &Path, command: &str) -> Answer {
    let data = folder.join("data").display().to_string();
    lab(folder).args(command.split(' ')).env("ROLLOUT_LAB_DATA", &data).typed("help\n")
}

#[test]
fn files_of_every_version_open_with_the_commands_of_users() {
    for from in folders() {
        let folder = tempfile::tempdir().unwrap();
        copied(&from, folder.path());
        for (command, said) in OPENED {
            let answer = opened(folder.path(), command);
            assert_ne!(answer.code, 2, "{command} in {}: {}", from.display(), answer.stderr);
            let all = format!("{}{}", answer.stdout, answer.stderr);
            assert!(all.contains(said), "{command} in {}: {all}", from.display());
        }
        // The same run comes of it as long as the model is the one that it was recorded with.
        let replayed = opened(folder.path(), "replay session.ron");
        assert_ne!(replayed.code, 2, "{}", replayed.stderr);
    }
}

#[test]
fn a_file_of_a_newer_version_is_refused_with_a_sentence_that_says_so() {
    let files = [
        ("check plan.ron", "plan.ron"),
        ("check world.ron", "world.ron"),
        ("replay session.ron", "session.ron"),
        ("check duty.ron", "duty.ron"),
        ("check playbook.ron", "playbook.ron"),
        ("check proof.ron", "proof.ron"),
        ("check texts.de.ron", "texts.de.ron"),
        ("check fastly.ron", "fastly.ron"),
        ("brief on-duty", "on-duty/exercise.ron"),
        ("sweep weights.ron", "weights.ron"),
        ("import rollout.yaml --metrics metrics.ron", "metrics.ron"),
        ("course course", "course/claims/bob.ron"),
        ("list", "data/progress.ron"),
    ];
    let newest = folders().pop().unwrap();
    for (command, file) in files {
        let folder = tempfile::tempdir().unwrap();
        copied(&newest, folder.path());
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        let number = text.split_once("format: ").unwrap().1.split([',', ')', '\n']).next().unwrap();
        // What else a newer file has is unknown here, and must not be what is complained of.
        let newer = text.replacen(&format!("format: {number}"), "format: 77, since_then: [(\"x\", 1)]", 1);
        fs::write(&path, &newer).unwrap();
        let answer = opened(folder.path(), command);
        let all = format!("{}{}", answer.stdout, answer.stderr);
        let wanted = format!("format 77 is from a newer Rollout Lab; this one reads up to format {number}");
        assert!(all.contains(&wanted), "{command}: {all}");
        assert!(!all.contains("since_then: unknown") && !all.contains("unknown field"), "{command}: {all}");
        assert_eq!(fs::read_to_string(&path).unwrap(), newer, "{file} is left as it is");
    }
}
