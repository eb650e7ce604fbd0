//! Checks that are only looked at, and checks that may fail as often as they like, change nothing but the log.

use rollout_lab::control::Plan;
use rollout_lab::library::read_ron;
use rollout_lab::sim::{Case, Record, RolloutPhase, Simulation, What};

use super::chaos;
use crate::timelines::{checkout, record};

fn plan(more: &str) -> Plan {
    let text = format!(
        r#"(format: 1, strategy: Canary(steps: [Weight("20%"), Analyse(for: "3m", checks: [
            (name: "errors", query: (metric: ErrorRatio), pass: Below("0.01%"), initial_delay: "45s", {more}),
        ]), Weight("50%")]))"#
    );
    match read_ron("plan.ron", &text) {
        Ok((plan, _)) => plan,
        Err(problems) => panic!("{problems:?}"),
    }
}

fn notes(record: &Record) -> Vec<String> {
    let notes = record.facts.iter().filter(|fact| matches!(fact.what, What::Judged(_)));
    notes.map(|fact| fact.what.to_string()).collect()
}

#[test]
fn a_dry_run_is_measured_and_told_of_and_neither_fails_nor_detects_anything() {
    let scenario = checkout();
    let wet = record(&scenario, &plan(""), "v2-errors");
    assert_eq!(wet.observed.phase, RolloutPhase::RolledBack);
    let dry = record(&scenario, &plan("dry_run: true"), "v2-errors");
    assert_eq!((dry.observed.phase, dry.observed.first_sign), (RolloutPhase::Completed, None));
    let told = notes(&dry);
    assert!(
        told.iter().any(|note| note.contains("dry run, check errors: error ratio of candidate")),
        "{told:?}"
    );
}

#[test]
fn without_a_limit_a_check_may_fail_as_often_as_it_likes() {
    let scenario = checkout();
    let any = record(&scenario, &plan("failure_limit: -1"), "v2-errors");
    assert_eq!(any.observed.phase, RolloutPhase::Completed);
    let dry = record(&scenario, &plan("failure_limit: -1, dry_run: true"), "v2-errors");
    assert_eq!(any.truth.requests, dry.truth.requests);
    assert!(any.truth.latency == dry.truth.latency);
}

/// A canary that only waits, with or without a check that is only looked at.
fn waits(check: &str) -> Plan {
    let text = format!(
        r#"(format: 1, strategy: Canary(steps: [Weight("20%"), Pause("10s"), Weight("50%"), Pause("10s")]){check})"#
    );
    match read_ron("plan.ron", &text) {
        Ok((plan, _)) => plan,
        Err(problems) => panic!("{problems:?}"),
    }
}

#[test]
fn what_is_only_looked_at_moves_no_request_in_random_worlds() {
    let dry = waits(
        r#", analysis: (checks: [
            (name: "errors", query: (metric: ErrorRatio), pass: Below("0.01%"), interval: "2s", dry_run: true),
            (name: "users", query: (metric: RequestRate), pass: NotWorse(SampleRatio(candidate: "20%", of: Users)),
             interval: "2s", dry_run: true),
        ])"#,
    );
    chaos::in_random_worlds(24, |chaos| {
        let scenario = chaos.scenario();
        let of = |plan: &Plan| {
            let case = Case::default();
            let controllers = plan.controllers(&scenario, &case);
            let mut simulation = Simulation::new(&scenario, &case, plan.setup(), controllers, chaos.seed)
                .unwrap_or_else(|issues| panic!("{issues:?}"));
            simulation.run();
            simulation.record()
        };
        let (with, without) = (of(&dry), of(&waits("")));
        assert_eq!(with.truth.requests, without.truth.requests);
        assert!(with.truth.latency == without.truth.latency && with.truth.causes == without.truth.causes);
        assert_eq!(with.observed.phase, without.observed.phase);
    });
}
