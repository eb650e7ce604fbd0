//! `list`: what there is.

use std::path::Path;

use super::{ask, json};

#[test]
fn the_list_has_the_promised_fields_and_everything_in_it_can_be_used() {
    let list = json(Path::new(env!("CARGO_MANIFEST_DIR")), "list --format json", 0);
    let exercises = list["exercises"].as_array().unwrap();
    assert!(exercises.len() >= 4);
    for field in ["id", "title", "part", "minutes", "scenario", "max_score", "pass_score"] {
        assert!(exercises.iter().all(|exercise| exercise.get(field).is_some()), "{field}");
    }
    let ids: Vec<&str> = list["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scenario| scenario["id"].as_str().unwrap())
        .collect();
    for scenario in ["checkout", "search", "payments", "admin"] {
        assert!(ids.contains(&scenario), "{scenario}");
    }
    assert!(exercises.iter().all(|exercise| ids.contains(&exercise["scenario"].as_str().unwrap())));
}

#[test]
fn the_list_is_a_page_of_a_hundred_columns() {
    let answer = ask("list");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    assert!(answer.stdout.lines().all(|line| line.chars().count() <= 100), "{}", answer.stdout);
}
