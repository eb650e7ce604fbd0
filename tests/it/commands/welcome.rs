//! `rollout-lab` alone.

use super::ask;

#[test]
fn without_a_display_the_lab_plays_in_the_terminal_and_says_what_else_there_is() {
    let answer = ask("");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    for part in [
        "here is a rollout in the terminal",
        "What happened",
        "passed",
        "Exercises",
        "Scenarios",
        "rollout-lab grade",
    ] {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
}

#[test]
fn without_a_display_the_window_says_so_and_how_to_go_on() {
    let answer = ask("app --exercise canary");
    if answer.stderr.contains("unrecognized subcommand") {
        // Built without the window.
        return;
    }
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("no display could be opened; set DISPLAY"), "{}", answer.stderr);
}

#[test]
fn a_picture_of_no_size_is_refused() {
    let answer = ask("app --screenshot out.png --size 10x10");
    assert_eq!(answer.code, 2);
    assert!(
        answer.stderr.contains("WIDTHxHEIGHT") || answer.stderr.contains("unrecognized"),
        "{}",
        answer.stderr
    );
}
