//! Every rollout comes to an end, or says why not.

use proptest::prelude::*;
use rollout_lab::engine::Span;
use rollout_lab::sim::{RolloutPhase, What};

use super::{any_world, count, never_ready, with_errors};
use crate::laws::chaos::in_random;

/// Every strategy with its deadline; `CHECKS` looks at errors and `STUCK` says what follows a passed deadline.
const STRATEGIES: [&str; 13] = [
    "Recreate",
    "Rolling(progress_deadline: \"120s\", STUCK)",
    "BlueGreen(progress_deadline: \"120s\", STUCK)",
    "BlueGreen(auto_promote: false, progress_deadline: \"120s\", STUCK)",
    "BlueGreen(preview: 1, smoke_test: (requests: 50, may_fail: 40), after: (for: \"2m\", checks: CHECKS), progress_deadline: \"120s\", STUCK)",
    "Canary(steps: [Weight(\"20%\"), Analyse(for: \"2m\", checks: CHECKS), Weight(\"60%\"), Pause(\"30s\")], progress_deadline: \"120s\", STUCK)",
    "Canary(steps: [Weight(\"50%\"), Approve], dynamic_stable_scale: true, progress_deadline: \"120s\", STUCK)",
    "Canary(steps: [Weight(\"30%\"), Analyse(for: \"2m\", checks: CHECKS)], router: false, progress_deadline: \"120s\", STUCK)",
    "Canary(steps: [Experiment(share: \"20%\", for: \"2m\", analysis: (checks: CHECKS))], progress_deadline: \"120s\", STUCK)",
    "Ab(for: \"2m\", guardrails: (checks: CHECKS), sample_ratio: None)",
    "Shadow(for: \"2m\", analysis: (checks: CHECKS))",
    "Flagger(interval: \"30s\", step_weight: \"20%\", step_weight_promotion: \"30%\", checks: CHECKS, progress_deadline: \"120s\")",
    "Waves(bake: \"2m\", analysis: (checks: CHECKS), deploy: (progress_deadline: \"120s\", STUCK))",
];

const CHECKS: &str = "[(name: \"errors\", query: (metric: ErrorRatio), pass: Below(\"10%\"), no_data: Fail, initial_delay: \"60s\")]";

/// Law 33: with a sound release, one that fails requests and one that never starts, every strategy is complete, rolled
/// back, or paused with a reason by the end of its deadlines; where one is still at it, it has said that it is stuck.
#[test]
fn every_strategy_ends_or_says_why_not() {
    let any = (any_world(), 0..STRATEGIES.len(), 0..3_u8, prop::bool::ANY);
    in_random(60, &any, |(world, strategy, release, aborts)| {
        let plan = STRATEGIES[*strategy]
            .replace("CHECKS", CHECKS)
            .replace("STUCK", &format!("abort_on_deadline: {aborts}"));
        let mut scenario = world.scenario(Span::from_secs(1_800));
        match release {
            0 => {}
            1 => with_errors(&mut scenario),
            _ => never_ready(&mut scenario),
        }
        let mut simulation = world.simulate(&scenario, &format!("strategy: {plan}"));
        simulation.run();
        let record = simulation.record();
        let told = format!("{world:?} {plan}, release {release}");
        match record.observed.phase {
            RolloutPhase::Completed | RolloutPhase::RolledBack | RolloutPhase::Failed => {}
            RolloutPhase::Paused => {
                let why =
                    record.facts.iter().rev().find(|fact| fact.what == What::Phase(RolloutPhase::Paused));
                assert!(why.is_some_and(|fact| !fact.because.is_empty()), "{told}");
            }
            phase => {
                assert!(count(&record.facts, "progress deadline exceeded") > 0, "{phase:?}: {told}");
                assert!(*release == 2, "{phase:?}: {told}");
            }
        }
        if *release == 0 && !told.contains("Approve") && !told.contains("auto_promote: false") {
            assert_eq!(record.observed.phase, RolloutPhase::Completed, "{told}");
        }
    });
}
