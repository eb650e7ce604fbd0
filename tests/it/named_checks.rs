//! Checks that are written once: a plan with names and the same plan written out meet the same world in the same way.

use rollout_lab::control::Plan;
use rollout_lab::exercise::{Exercise, Grading, HandIn, grade, play};
use rollout_lab::library::shipped::{exercise_files, find_scenario_text};
use rollout_lab::library::{read_ron, write_ron};
use rollout_lab::scenario::Scenario;

/// A canary whose two analyses use the same checks, the second for a shorter time and with a limit of its own.
const NAMED: &str = r#"(
    format: 1,
    checks: [
        (
            name: "errors", query: (metric: ErrorRatio, of: Candidate, over: "2m"), pass: AtMostBaseline(factor: 1.5, plus: "1%"),
            interval: "20s", initial_delay: "60s", count: 9, failure_limit: 1, min_requests: 300, consecutive_error_limit: 9,
        ),
        (
            name: "p99", query: (metric: Latency(0.99), of: Candidate, over: "2m"), pass: AtMostBaseline(factor: 1.4),
            interval: "20s", initial_delay: "100s", count: 7, failure_limit: 1, min_requests: 600,
        ),
    ],
    strategy: Canary(steps: [
        Weight("10%"),
        Analyse(named: [(check: "errors"), (check: "p99")]),
        Weight("30%"),
        Analyse(
            named: [(check: "errors", initial_delay: "0s", count: 4), (check: "p99", name: "tail", pass: AtMostBaseline(factor: 1.3))],
            checks: [(name: "orders", query: (metric: Business("orders")), pass: AtLeastBaseline(factor: 0.7), count: 3)],
        ),
    ]),
    drain: (pre_stop: "15s", grace: "45s"),
)"#;

fn plan() -> Plan {
    read_ron("named", NAMED).unwrap_or_else(|problems| panic!("{problems:?}")).0
}

#[test]
fn a_plan_with_names_runs_and_scores_as_the_plan_written_out() {
    let files = exercise_files("canary").unwrap();
    let read = |name: &str| files.file(name).unwrap().text.clone();
    let exercise: Exercise = read_ron("exercise", &read("exercise.ron")).unwrap().0;
    let starter: Plan = read_ron("starter", &read("starter.ron")).unwrap().0;
    let scenario: Scenario = read_ron("checkout", &find_scenario_text("checkout").unwrap().text).unwrap().0;
    let named = plan();
    let written = named.written_out().into_owned();
    assert!(written.checks.is_empty() && named != written);
    assert_eq!(named.problems(Some(&scenario)), []);
    for seed in [1, 7, 21] {
        for case in [&exercise.cases[0], &exercise.cases[1]] {
            let case = exercise.draw(case, &scenario, seed);
            let digest = |plan: &Plan| play(&scenario, &case, plan, &[], seed).unwrap().digest;
            assert_eq!(
                digest(&named),
                digest(&written),
                "{} {seed}",
                case.release.as_deref().unwrap_or_default()
            );
        }
    }
    let two = Exercise { cases: exercise.cases[..2].to_vec(), ..exercise };
    let verdict = |plan: &Plan| {
        let how = Grading { seeds: Some(1), ..Grading::default() };
        grade(&two, &scenario, &starter, &HandIn::of_plan("mine.ron", plan.clone()), &how)
    };
    assert_eq!(verdict(&named), verdict(&written));
}

#[test]
fn a_plan_that_is_kept_keeps_its_names_and_an_old_one_is_written_as_before() {
    let again: Plan = read_ron("again", &write_ron(&plan()).unwrap()).unwrap().0;
    assert_eq!(again, plan());
    let without = write_ron(&plan().written_out()).unwrap();
    assert!(!without.contains("named") && !without.contains("\n    checks:"), "{without}");
}
