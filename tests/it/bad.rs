//! Files with one fault each in `tests/bad/`, and beside each, in a `.txt` of its name, exactly what is said about it.
//!
//! Each is one of the sound files of `tests/good/` with the fault put in. `UPDATE=1 cargo test bad` writes what is said
//! now; read the difference before you keep it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::lab::{Answer, lab};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad")
}

/// Names of the bad files, without their ending, sorted.
fn names() -> Vec<String> {
    let paths = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let of_ron = paths.filter(|path| path.extension().is_some_and(|ending| ending == "ron"));
    let mut names: Vec<String> =
        of_ron.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// What the program says about a file, by its kind, the first word of its name. A plan is read for the sound scenario, one
/// called `flagged` for the sound scenario with a flag, zones and cohorts.
fn said_about(file: &str) -> Answer {
    let kind = file.rsplit('/').next().unwrap_or(file).split(['-', '.']).next();
    let command = match kind {
        Some("plan") => vec!["run", "../good/scenario.ron", "--plan", file],
        Some("flagged") => vec!["run", "../good/scenario-flagged.ron", "--plan", file],
        Some("session") => vec!["replay", file],
        Some("scenario" | "exercise" | "incident" | "duty" | "playbook") => vec!["check", file],
        _ => panic!("{file}: its first word is no kind of file"),
    };
    lab(&folder()).arg("--ascii").args(command).answer()
}

/// Whether a text has a line that begins with the file's name, a line and a column.
fn has_place(text: &str, file: &str) -> bool {
    text.lines().any(|line| {
        let Some((_, rest)) = line.split_once(&format!("{file}:")) else { return false };
        let mut parts = rest.splitn(3, ':');
        let mut number =
            || parts.next().is_some_and(|part| part.parse::<u32>().is_ok_and(|number| number > 0));
        number() && number()
    })
}

#[test]
fn each_bad_file_gets_exactly_the_message_beside_it() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for name in names() {
        let file = format!("{name}.ron");
        let answer = said_about(&file);
        // A plan with warnings alone is run; what comes of that is no matter here.
        let is_run = name.starts_with("plan") || name.starts_with("flagged");
        let run = if is_run { "" } else { answer.stdout.as_str() };
        let said = format!("{run}{}", answer.stderr);
        if !has_place(&said, &file) {
            wrong.push(format!("{file}: no problem with file:line:column in\n{said}"));
        }
        if answer.code == 0 && !said.contains("warning: ") {
            wrong.push(format!("{file}: the exit code is 0"));
        }
        let beside = folder().join(format!("{name}.txt"));
        if update {
            fs::write(&beside, &said).unwrap();
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        if said != expected {
            wrong.push(format!("{file}: expected\n{expected}\nbut it said\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_sound_files_that_the_bad_ones_are_made_of_have_nothing_wrong() {
    for kind in [
        "scenario",
        "plan",
        "scenario-flagged",
        "flagged",
        "scenario-quiet",
        "exercise-alone",
        "session",
        "duty",
        "playbook",
    ] {
        let answer = said_about(&format!("../good/{kind}.ron"));
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{kind}");
        assert!(!answer.stdout.contains("warning: "), "{kind}: {}", answer.stdout);
    }
}

#[test]
fn there_are_many_bad_files_of_every_kind_and_no_message_without_its_file() {
    let names = names();
    assert!(names.len() >= 30, "{} bad files", names.len());
    for kind in ["scenario", "plan", "flagged", "exercise", "session", "duty", "playbook"] {
        assert!(names.iter().any(|name| name.starts_with(kind)), "no bad {kind}");
    }
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.with_extension("ron").exists(), "{}: a message without its file", path.display());
    }
}

#[test]
fn several_faults_are_said_all_at_once() {
    let name = names().into_iter().find(|name| name.ends_with("several-faults")).unwrap();
    let said = said_about(&format!("{name}.ron")).stdout;
    let places = said.lines().filter(|line| has_place(line, &format!("{name}.ron"))).count();
    assert_eq!(places, 5, "{said}");
}
