//! A full disk: what cannot be written is an error, and nothing is left in part.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;

use crate::lab::shell;

#[test]
fn a_result_that_cannot_be_written_is_an_error_of_every_command() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("hand-ins")).unwrap();
    fs::write(folder.path().join("hand-ins/eve.ron"), "(format: 1, stratgy: Nothing)").unwrap();
    let lines = [
        "--help",
        "--version",
        "list",
        "list --format json",
        "brief canary",
        "hint canary 1",
        "explain",
        "schema plan",
        "check canary/solution",
        "class canary hand-ins",
        "class canary hand-ins --format json",
        "grade few-requests few-requests/starter --seeds 1 --format json",
        "new plan mine.ron",
    ];
    for line in lines {
        let answer = shell(folder.path(), &format!("rollout-lab {line} > /dev/full")).answer();
        assert_eq!(answer.code, 2, "{line}: {}", answer.stderr);
        assert!(answer.stderr.contains("could not be written"), "{line}: {}", answer.stderr);
        fs::remove_file(folder.path().join("mine.ron")).ok();
    }
    // A reader that has seen enough is no full disk.
    shell(folder.path(), "(rollout-lab list; echo $? > code) | true").answer();
    assert_eq!(fs::read_to_string(folder.path().join("code")).unwrap(), "0\n");
}

/// Files may not grow beyond a few blocks, as on a disk that is almost full: the larger files of an exercise do not fit.
#[test]
fn an_exercise_that_does_not_fit_on_the_disk_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let line = |blocks: &str, command: &str| {
        shell(folder.path(), &format!("trap '' XFSZ; ulimit -f {blocks}; rollout-lab {command}")).answer()
    };
    for command in ["new exercise courses/mine", "new exercise courses/mine --operate"] {
        let answer = line("2", command);
        assert_eq!(answer.code, 2, "{}", answer.stdout);
        assert!(answer.stderr.contains("cannot be saved"), "{}", answer.stderr);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
    }
    let answer = line("unlimited", "new exercise courses/mine");
    assert_eq!(answer.code, 0, "{}", answer.stderr);
}

/// A disk that takes no more after any number of blocks: the session that was there before is whole, and the error says so.
#[test]
fn a_session_that_does_not_fit_leaves_the_one_before_whole() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["world.ron", "plan.ron"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/1").join(name);
        fs::copy(from, folder.path().join(name)).unwrap();
    }
    let run = |blocks: &str, seed: u32| {
        let line = format!(
            "trap '' XFSZ; ulimit -f {blocks}; rollout-lab run world.ron --plan plan.ron --seed {seed} --record s.ron --force"
        );
        shell(folder.path(), &line).answer()
    };
    let there = || fs::read_to_string(folder.path().join("s.ron")).unwrap();
    assert_ne!(run("unlimited", 1).code, 2);
    let (before, blocks) = (there(), there().len().div_ceil(512));
    for block in 0..blocks {
        let answer = run(&block.to_string(), 2);
        assert_eq!(answer.code, 2, "{block} blocks: {}", answer.stdout);
        assert!(answer.stderr.contains("what was there is unchanged"), "{block} blocks: {}", answer.stderr);
        assert_eq!(there(), before, "{block} blocks");
    }
    assert_ne!(run(&blocks.to_string(), 2).code, 2);
    assert_ne!(there(), before);
}

/// What a command found is told also where a file beside it cannot be written.
#[test]
fn a_file_that_cannot_be_written_keeps_no_result_from_its_reader() {
    let folder = tempfile::tempdir().unwrap();
    let proof = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof");
    for line in [
        "grade PROOF PROOF/starter.ron --format json --html none/page.html",
        "power PROOF/solution.ron --scenario PROOF/stand.ron --errors 5% --seeds 2 --format json --svg none/chart.svg",
        "run PROOF/stand.ron --plan PROOF/solution.ron --format json --record none/session.ron",
    ] {
        let line = line.replace("PROOF", &proof.display().to_string());
        let answer = shell(folder.path(), &format!("rollout-lab {line}")).answer();
        assert_eq!(answer.code, 2, "{line}: {}", answer.stderr);
        assert!(answer.stderr.contains("none/"), "{line}: {}", answer.stderr);
        let told = serde_json::from_str::<serde_json::Value>(&answer.stdout);
        assert!(told.is_ok(), "{line}: {}{}", answer.stdout, answer.stderr);
    }
}
