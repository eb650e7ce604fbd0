//! Manners of the command line: help, colours, pipes, exit codes.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use super::ask;
use crate::lab::lab;

#[test]
fn every_command_explains_itself_with_examples() {
    let help = ask("--help");
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    for command in
        ["list", "run", "grade", "class", "check", "compare", "power", "judges", "replay", "new", "bench"]
    {
        assert!(help.stdout.contains(&format!("  {command} ")), "{command}");
        let own = ask(&format!("{command} --help"));
        assert_eq!(own.code, 0, "{command}");
        assert!(own.stdout.contains("Usage: rollout-lab"), "{}", own.stdout);
    }
    for command in ["run", "grade", "class", "check", "compare", "power", "judges", "replay", "new"] {
        assert!(ask(&format!("{command} --help")).stdout.contains("Examples:"), "{command}");
    }
}

#[test]
fn wrong_usage_is_trouble_on_the_error_stream_and_ends_with_2() {
    for line in
        ["bogus", "grade", "run checkout", "grade canary x.ron --format xml", "grade canary x --seeds 0"]
    {
        let answer = ask(line);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{line}");
        assert!(!answer.stderr.is_empty(), "{line}");
    }
    assert!(ask("gradee canary").stderr.contains("'grade'"), "a command's name gets the nearest one");
}

#[test]
fn colours_are_written_only_where_they_are_wanted() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let call = || lab(here).args("list".split(' '));
    assert!(!call().answer().stdout.contains('\u{1b}'), "not into a pipe");
    let forced = lab(here).arg("list").without("NO_COLOR").env("CLICOLOR_FORCE", "1").answer();
    assert!(forced.stdout.contains('\u{1b}'));
    let both = lab(here).arg("list").env("NO_COLOR", "1").answer();
    assert!(!both.stdout.contains('\u{1b}'));
}

#[test]
fn only_ascii_is_written_where_only_ascii_is_read() {
    let run = "run checkout --plan canary/solution --release v2-errors";
    assert!(!ask(run).stdout.is_ascii());
    assert!(ask(&format!("{run} --ascii")).stdout.is_ascii());
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let posix = lab(here).args(run.split(' ')).env("LC_ALL", "POSIX").answer();
    assert!(posix.stdout.is_ascii());
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rollout-lab"))
        .args(["run", "checkout", "--plan", "canary/solution", "--format", "json"])
        .env("ROLLOUT_LAB_DATA", env!("CARGO_TARGET_TMPDIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut trouble = String::new();
    child.stderr.take().unwrap().read_to_string(&mut trouble).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(trouble, "");
}
