//! `rollout-lab` alone.

use super::ask;

#[test]
fn without_arguments_the_lab_plays_in_the_terminal_and_says_what_else_there_is() {
    let answer = ask("");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    for part in ["no window", "What happened", "passed", "Exercises", "Scenarios", "rollout-lab grade"] {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
}
