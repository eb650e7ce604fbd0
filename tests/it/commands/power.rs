//! `power`: what a plan would catch.

use std::fs;
use std::path::Path;

use super::{ask, call, json};
use crate::lab::lab;

const HOME: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn a_canary_catches_many_errors_and_raises_no_false_alarm_and_a_blind_plan_catches_nothing() {
    let levels = "--scenario checkout --errors 10% --slower 2 --seeds 2 --json";
    let sees = json(Path::new(HOME), &format!("power canary/solution {levels}"), 0);
    let share = |of: &serde_json::Value, level: usize| of["levels"][level]["rolled_back_share"].as_f64();
    assert_eq!((share(&sees, 0), share(&sees, 1)), (Some(0.0), Some(1.0)), "{sees}");
    assert_eq!(sees["smallest_caught"]["added_error_share"], 0.1);
    assert!(sees["levels"][1]["median_time_to_roll_back_s"].as_f64().unwrap() > 0.0);
    assert_eq!(sees["checks"][0]["formula"], "ratio_to_baseline");
    let blind = json(Path::new(HOME), &format!("power canary/starter {levels}"), 0);
    assert_eq!((share(&blind, 0), share(&blind, 1)), (Some(0.0), Some(0.0)), "{blind}");
    assert_eq!(blind["false_alarm_share"], 0.0);
    let harmed = |of: &serde_json::Value| of["levels"][1]["users_harmed_mean"].as_f64().unwrap();
    assert!(harmed(&blind) > 5.0 * harmed(&sees));
}

#[test]
fn a_picture_and_a_page_are_written_for_a_manifest_too() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "export canary/solution --to argo --out rollout.yaml").code, 0);
    let line = "power rollout.yaml --scenario checkout --errors 5% --slower 3 --seeds 2 --svg power.svg";
    let answer = call(folder.path(), line);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    assert!(answer.stdout.contains("users harmed") && answer.stdout.contains("false alarms"));
    assert!(answer.stdout.lines().all(|line| line.chars().count() <= 100), "{}", answer.stdout);
    let svg = fs::read_to_string(folder.path().join("power.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("5% more errors: "));
}

#[test]
fn levels_that_are_none_are_refused() {
    for (levels, why) in [
        ("--errors 0%", "above 0%"),
        ("--errors 5", "5"),
        ("--slower 1", "above 1"),
        ("--slower 1.1,1.2,1.3,1.4,1.5,1.6,1.7,1.8,1.9,2,2.1", "11 levels"),
    ] {
        let answer = ask(&format!("power canary/solution --scenario checkout {levels}"));
        assert_eq!(answer.code, 2, "{levels}");
        assert!(answer.stderr.contains(why), "{levels}: {}", answer.stderr);
    }
    assert_eq!(ask("power canary/solution").code, 2);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let line = "power canary/solution --scenario checkout --traffic night --errors 9% --slower 2 --seeds 2 --json --svg";
    let with = |threads: &str| {
        let file = format!("{threads}.svg");
        let call = lab(folder.path()).args(line.split(' ').chain([file.as_str()]));
        let answer = call.env("RAYON_NUM_THREADS", threads).answer();
        (answer.stdout, fs::read_to_string(folder.path().join(file)).unwrap())
    };
    assert_eq!(with("1"), with("3"));
}
