//! `class`: a hand-in that needs more memory than a process may have is a row with that reason, and the class goes on.

use std::fs;

use super::json;

/// An exercise in which the calls of a plan may pile up: 12,000 a second go to a service that serves next to none, and a caller that gives one
/// up leaves it in the queue there.
const EXERCISE: &str = r#"(
    format: 1, id: "pile", title: "A pile", part: 1, minutes: 5, objectives: ["Know what is left behind"],
    scenario: "pile", allow: [Calls], cases: [(name: "all", release: "v2")], seeds: 1, bake: "10s", pass: 50,
    rubric: [
        (
            id: "served", points: 100, category: RiskManagement, measure: FailedShare, over: Mean, full: "99%", zero: "100%",
            say: "Nobody is served.",
        ),
    ],
)"#;
const SCENARIO: &str = r#"(
    format: 1, id: "pile", title: "A pile", horizon: "90s", release_at: "60s", entry: "front", target: "front",
    services: [
        (name: "front", instances: 2, workers: 5000, demand: Fixed("0s"), calls: [(to: "back", required: false, timeout: "20ms", limits: (requests: 10))]),
        (name: "back", instances: 1, workers: 1, demand: Fixed("10s"), queue: 1000000),
    ],
    clients: (users: 1000, timeout: None),
    traffic: [(name: "steady", shape: Constant("12000/s"))],
    releases: [(name: "v1"), (name: "v2")],
)"#;

fn plan(more: &str) -> String {
    format!(
        r#"(format: 1, strategy: Nothing, calls: [(to: "back", required: false, timeout: "20ms"{more})])"#
    )
}

#[test]
fn a_hand_in_that_needs_too_much_memory_is_a_row_and_the_class_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("pile/exercise.ron", EXERCISE);
    write("pile/pile.ron", SCENARIO);
    write("pile/starter.ron", &plan(", limits: (requests: 10)"));
    write("hand-ins/ann.ron", &plan(""));
    write("hand-ins/bob.ron", &plan(", limits: (requests: 12)"));
    let class = json(folder.path(), "class pile hand-ins --memory 64 --format json --work work", 1);
    let rows = class["hand_ins"].as_array().unwrap();
    let error = rows[0]["error"].as_str().unwrap_or_default();
    assert!(error.contains("more than 64 MiB of memory"), "{}", rows[0]);
    assert!(rows[0]["score"].is_null(), "{}", rows[0]);
    assert!(rows[1]["score"].is_number(), "the next is graded: {}", rows[1]);
}
