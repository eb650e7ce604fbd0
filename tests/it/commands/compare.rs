//! `compare`: plans on the same worlds.

use std::path::Path;

use super::{ask, json};

#[test]
fn a_plan_against_itself_differs_by_nothing_and_against_a_blind_one_clearly() {
    let line = "compare checkout canary/solution canary/solution canary/starter --release v2-errors --runs 4 --format json";
    let compared = json(Path::new(env!("CARGO_MANIFEST_DIR")), line, 0);
    let harmed = |plan: usize| &compared["plans"][plan]["measures"][0];
    assert_eq!(harmed(1)["measure"], "users_harmed");
    assert_eq!(harmed(1)["difference"]["mean"], 0.0);
    assert!(harmed(2)["difference"]["low"].as_f64().unwrap() > 100.0, "{compared}");
    assert_eq!(compared["plans"][0]["rolled_back_share"], 1.0);
}

#[test]
fn a_comparison_is_a_page_of_a_hundred_columns() {
    let answer = ask("compare checkout canary/solution canary/starter --release v2-errors --runs 3");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    assert!(answer.stdout.contains("with 95 % confidence") && answer.stdout.contains("clearly more"));
    assert!(answer.stdout.lines().all(|line| line.chars().count() <= 100), "{}", answer.stdout);
}

#[test]
fn one_plan_is_nothing_to_compare() {
    assert_eq!(ask("compare checkout canary/solution").code, 2);
}
