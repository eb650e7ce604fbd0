//! Golden timelines of what stands beside a strategy: a freeze, approvals, the autoscaler, flags that are heard late, and data
//! over which there is no way back. `UPDATE=1` rewrites them.

use std::path::PathBuf;

use rollout_lab::control::Plan;
use rollout_lab::library::{read_ron, shipped};
use rollout_lab::scenario::Scenario;
use rollout_lab::sim::RolloutPhase;

use super::{CHECKS, record, told};

/// Name, scenario, plan, and the releases with how each ends.
type Timeline =
    (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str, RolloutPhase)]);

/// The timelines; `CHECKS` is put in.
const TIMELINES: [Timeline; 8] = [
    (
        "freeze",
        "checkout",
        r#"strategy: Canary(steps: [Weight("10%"), Analyse(for: "3m", checks: CHECKS), Weight("50%"), Pause("1m")]),
           gates: (freeze: [(from: "9m", until: "14m", why: "the evening's sale")])"#,
        &[("good", "v2", RolloutPhase::Completed), ("bad", "v2-errors", RolloutPhase::RolledBack)],
    ),
    (
        "two-approvals",
        "checkout",
        r#"strategy: Canary(steps: [Weight("10%"), Analyse(for: "3m", checks: CHECKS), Approve, Weight("50%"), Pause("1m")]),
           gates: (approvals: (people: 2, simulated: 2))"#,
        &[("good", "v2", RolloutPhase::Completed), ("bad", "v2-errors", RolloutPhase::RolledBack)],
    ),
    (
        "approval-that-nobody-gives",
        "checkout",
        r#"strategy: Canary(steps: [Weight("10%"), Approve]), gates: (approvals: (approve_by: "5m"))"#,
        &[("good", "v2", RolloutPhase::RolledBack)],
    ),
    (
        "autoscaler",
        "checkout",
        r#"strategy: Rolling(max_surge: 2, max_unavailable: 1), autoscaler: (min: 6, max: 20, target: "30%")"#,
        &[("good", "v2", RolloutPhase::Completed), ("slow", "v2-slow", RolloutPhase::Completed)],
    ),
    (
        "flag-heard-late",
        "box-office",
        r#"strategy: Flag(schedule: (shares: ["10%", "50%", "100%"], hold: "4m")),
           alerts: [(name: "errors", when: Above((metric: ErrorRatio, of: Target, over: "2m"), "0.8%"))],
           triggers: [(alert: "errors", then: KillFlag)]"#,
        &[("good", "v2-flag", RolloutPhase::Completed), ("bad", "v2-flag-bad", RolloutPhase::RolledBack)],
    ),
    (
        "flag-that-requires-another",
        "box-office",
        r#"strategy: Flag(steps: [Flag("50%"), Pause("3m")]),
           flags: [("old-map-gone", "0%")],
           flag_rules: [
               (name: "seat-map", requires: ["old-map-gone"], stickiness: Session, age: "90d"),
               (name: "old-map-gone", kind: KillSwitch),
           ]"#,
        &[("never-on", "v2-flag-bad", RolloutPhase::Completed)],
    ),
    (
        "back-over-new-rows",
        "ledger",
        r#"strategy: Canary(steps: [Weight("20%"), Analyse(for: "7m", checks: CHECKS)])"#,
        &[
            ("good", "v2-direct", RolloutPhase::Completed),
            ("bad", "v2-direct-errors", RolloutPhase::RolledBack),
        ],
    ),
    (
        "not-back-over-new-rows",
        "ledger",
        r#"strategy: Canary(steps: [Weight("20%"), Analyse(for: "7m", checks: CHECKS)]),
           rollback: (when_impossible: Refuse)"#,
        &[
            ("bad", "v2-direct-errors", RolloutPhase::Failed),
            ("old-rows", "v2-errors", RolloutPhase::RolledBack),
        ],
    ),
];

fn read<T: serde::de::DeserializeOwned + Send>(name: &str, text: &str) -> T {
    match read_ron(name, text) {
        Ok((value, _)) => value,
        Err(problems) => panic!("{name}: {problems:?}"),
    }
}

#[test]
fn gates_flags_and_data_tell_the_same_story_as_ever() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/timelines");
    let mut differing = Vec::new();
    for (name, scenario, plan, releases) in TIMELINES {
        let loaded = shipped::find_scenario_text(scenario).expect("it is shipped");
        let scenario: Scenario = read(&loaded.file, &loaded.text);
        let plan: Plan = read(name, &format!("(format: 1, {})", plan.replace("CHECKS", CHECKS)));
        for (kind, release, ends) in releases {
            let record = record(&scenario, &plan, release);
            let found = told(&record);
            let path = folder.join(format!("{name}-{kind}.txt"));
            if std::env::var_os("UPDATE").is_some() {
                std::fs::write(&path, &found).expect("the page can be written");
            } else if std::fs::read_to_string(&path).unwrap_or_default() != found {
                differing.push(format!("{name}-{kind}.txt"));
            }
            assert_eq!(record.observed.phase, *ends, "{name}-{kind}:\n{found}");
        }
    }
    assert!(differing.is_empty(), "differ: {differing:?}; UPDATE=1 rewrites them");
}
