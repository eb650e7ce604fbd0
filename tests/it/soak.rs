//! `soak`: the laws hold in random worlds with random plans, through the command.

use std::path::Path;

use crate::commands::call;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_law_holds_in_random_worlds_with_random_plans() {
    let answer = call(Path::new(ROOT), "soak --worlds 300 --laws-only --seed 7");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
    assert!(answer.stdout.starts_with("300 worlds: 22 laws, 0 broken"), "{}", answer.stdout);
}

#[test]
fn a_run_is_named_in_a_line_and_kept_as_files_that_the_lab_reads() {
    let folder = tempfile::tempdir().unwrap();
    let answer = call(folder.path(), "soak --run 12-2-1-Canary-7-60:4 --keep kept");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
    assert!(answer.stdout.contains("22 laws held, 0 broken"), "{}", answer.stdout);
    let kept = folder.path().join("kept/12-2-1-Canary-7-60.4");
    let answer = call(&kept, "run scenario.ron --plan plan.ron --seed 12");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
    let answer = call(folder.path(), "soak --run 12-2-1-Canary");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("names no run"), "{}", answer.stderr);
}

#[test]
fn a_state_that_no_run_reached_is_told() {
    let answer = call(Path::new(ROOT), "soak --worlds 1 --seed 7");
    assert_eq!(answer.code, 1, "one world reaches few of them");
    assert!(answer.stdout.contains("never reached"), "{}", answer.stdout);
}
