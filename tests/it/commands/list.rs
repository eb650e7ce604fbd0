//! `list`: what there is.

use std::path::Path;

use super::{ask, call, json};

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

/// What solutions, starters, wrong plans and policies earned in the proofs stands in a page of its own.
#[test]
fn the_page_of_the_proofs_is_what_the_command_says() {
    let answer = call(Path::new("."), "list --proofs");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/proofs.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &answer.stdout).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap();
    assert!(
        page == answer.stdout,
        "docs/proofs.md is not what the command says; write it anew with UPDATE=1"
    );
    let tables: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(tables, rollout_lab::library::shipped::exercise_ids(), "an exercise has no proof");
    for table in page.split("\n## ").skip(1) {
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
        let has = |start: &str| rows.iter().any(|row| row.starts_with(&format!("| {start}")));
        // Where what no policy may do is not allowed, the nearest to passing is another exercise's solution.
        let nearest = has("policy: ") || has("solution of ");
        assert!(has("solution |") && has("wrong-") && nearest, "{table}");
        let full = rows[0].contains("| 20 |") && rows[0].trim_end().ends_with("| 20 |");
        assert!(full, "the solution passes in all twenty sets: {}", rows[0]);
    }
}
