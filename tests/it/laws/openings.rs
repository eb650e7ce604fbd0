//! Laws 42 and 46: what is simulated once and shared changes nothing. A run that goes on from an opening that others share, and whose twin
//! goes on from it as well, is the run from its start beside a twin from its start.

use std::cell::Cell;

use rollout_lab::control::Plan;
use rollout_lab::engine::Span;
use rollout_lab::exercise::play;
use rollout_lab::library::read_ron;
use rollout_lab::scenario::Scenario;
use rollout_lab::sim::{Case, Record, Simulation, Twin};

use super::chaos;
use super::twins::{CANARY, NOTHING, plan};

/// The run from its start, with nothing shared.
fn alone(scenario: &Scenario, case: &Case, plan: &Plan, seed: u64) -> Record {
    let controllers = plan.controllers(scenario, case);
    let mut simulation = Simulation::new(scenario, case, plan.setup(), controllers, seed).unwrap();
    simulation.compare_with(Twin::new(scenario, case, seed, None).unwrap());
    simulation.run();
    simulation.record()
}

/// All of a record, to the last sample.
fn all_of(record: &Record) -> String {
    format!("{record:?}")
}

/// A plan that watches much, pages, and changes what requests meet if `with` says so.
fn watching(with: &str) -> Plan {
    let text = format!(
        r#"(format: 1, title: "Watches", strategy: {CANARY},
            alerts: [(name: "errors", when: Above((metric: ErrorRatio, over: "20s"), "1%"))],
            on_call: (runbook: [(alert: "errors", then: Abort)]), {with})"#
    );
    read_ron("plan.ron", &text).unwrap_or_else(|problems| panic!("{problems:?}")).0
}

#[test]
fn what_is_simulated_once_and_shared_changes_no_run() {
    let failed = Cell::new(0);
    chaos::in_random_worlds(10, |chaos| {
        let mut scenario = chaos.scenario();
        scenario.release_at = Span::from_secs(20 + chaos.seed % 40);
        let faults = scenario.faults.iter().map(|fault| fault.name.clone()).collect();
        let case = Case { faults, ..Case::default() };
        for plan in [plan(CANARY), watching(""), watching("drain: (grace: \"1s\"),"), plan(NOTHING)] {
            let shared = play(&scenario, &case, &plan, &[], chaos.seed).unwrap();
            let alone = alone(&scenario, &case, &plan, chaos.seed);
            assert_eq!(shared.digest, alone.digest, "{}", plan.title);
            assert_eq!(all_of(&shared), all_of(&alone), "{}", plan.title);
            failed.set(failed.get() + shared.truth.users_failed);
        }
    });
    assert!(failed.get() > 20, "much goes wrong in these worlds: {}", failed.get());
}
