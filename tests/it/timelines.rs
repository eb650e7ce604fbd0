//! Golden timelines: every strategy with a good and a bad release, as text a person can read. `UPDATE=1` rewrites them.
//!
//! Each ends with the digest of its run, so that a build that simulates anything otherwise is noticed, too.

mod gated;

use std::fmt::Write;
use std::path::PathBuf;

use rollout_lab::control::{Plan, Strategy, StrategyName};
use rollout_lab::exercise::play;
use rollout_lab::library::{read_ron, shipped};
use rollout_lab::scenario::Scenario;
use rollout_lab::sim::{Case, Record, RolloutPhase, What};
use strum::VariantArray;

/// Seed of all timelines.
const SEED: u64 = 7;

/// What watches in all of these plans.
const CHECKS: &str = r#"[
    (name: "errors", query: (metric: ErrorRatio), pass: AtMostBaseline(plus: "2%"), initial_delay: "45s", failure_limit: 1),
]"#;

/// What watches where the baseline has no users left to be compared with.
const ALONE: &str = r#"[
    (name: "errors", query: (metric: ErrorRatio), pass: Below("2%"), initial_delay: "45s", failure_limit: 1),
]"#;

/// Every strategy with the plan that stands for it; `CHECKS` and `ALONE` are put in.
pub const PLANS: [(&str, &str); 14] = [
    ("nothing", "Nothing"),
    ("recreate", "Recreate"),
    ("rolling", r#"Rolling(max_surge: 2, max_unavailable: 1, min_ready: "20s")"#),
    (
        "blue-green",
        r#"BlueGreen(smoke_test: (requests: 200, over: "30s", may_fail: 4), after: (for: "3m", checks: ALONE), scale_down_delay: "1m")"#,
    ),
    (
        "canary",
        r#"Canary(steps: [Weight("10%"), Analyse(for: "3m", checks: CHECKS), Weight("50%"), Pause("2m")])"#,
    ),
    (
        "canary-by-instances",
        r#"Canary(router: false, steps: [Weight("20%"), Analyse(for: "3m", checks: CHECKS), Weight("60%"), Pause("2m")])"#,
    ),
    (
        "experiment",
        r#"Canary(steps: [Weight("5%"), Experiment(size: 2, share: "10%", for: "4m", analysis: (checks: [
            (name: "errors", query: (metric: ErrorRatio), pass: NotWorse(TwoProportions(alpha: 0.001)), initial_delay: "75s", interval: "60s"),
        ]))])"#,
    ),
    ("ab", r#"Ab(share: "30%", for: "5m", guardrails: (checks: CHECKS))"#),
    (
        "ab-with-a-goal",
        r#"Ab(share: "30%", for: "5m", goal: (checks: [
            (name: "failures", query: (metric: ErrorRatio, over: "4m"), pass: NotWorse(TwoProportions(alpha: 0.01))),
            (name: "orders", query: (metric: Business("orders"), over: "4m"), pass: AtLeastBaseline(factor: 0.8)),
        ]))"#,
    ),
    ("shadow", r#"Shadow(share: "50%", for: "3m", analysis: (for: "3m", checks: CHECKS))"#),
    (
        "flag",
        r#"Flag(steps: [Flag("10%"), Analyse(for: "3m", checks: [
            (name: "errors", query: (metric: ErrorRatio, of: Target), pass: Below("1.2%"), initial_delay: "60s", failure_limit: 1),
        ]), Flag("50%"), Pause("1m")])"#,
    ),
    (
        "flagger",
        r#"Flagger(interval: "30s", threshold: 3, step_weight: "10%", max_weight: "30%", step_weight_promotion: "40%", checks: [
            (name: "errors", query: (metric: ErrorRatio), pass: AtMostBaseline(plus: "2%")),
        ])"#,
    ),
    ("waves", r#"Waves(bake: "3m", analysis: (checks: ALONE))"#),
    (
        "steps",
        r#"Steps([Scale("25%"), Test(requests: 200, may_fail: 4), Weight("25%"), Pause("2m"), Promote, Retire("1m")])"#,
    ),
];

/// The plan with this strategy and nothing beside it.
pub fn plan(strategy: &str) -> Plan {
    let text =
        format!("(format: 1, strategy: {})", strategy.replace("CHECKS", CHECKS).replace("ALONE", ALONE));
    match read_ron(strategy, &text) {
        Ok((plan, _)) => plan,
        Err(problems) => panic!("{problems:?}"),
    }
}

/// The shipped scenario that all of them are run in.
pub fn checkout() -> Scenario {
    let loaded = shipped::find_scenario_text("checkout").expect("it is shipped");
    match read_ron(&loaded.file, &loaded.text) {
        Ok((scenario, _)) => scenario,
        Err(problems) => panic!("{problems:?}"),
    }
}

/// A run of this plan with this release.
pub fn record(scenario: &Scenario, plan: &Plan, release: &str) -> Record {
    let case = Case { release: Some(release.to_owned()), ..Case::default() };
    play(scenario, &case, plan, &[], SEED).expect("all is known")
}

/// The run as text: what happened, how it ended for users, and the digest.
fn told(record: &Record) -> String {
    let mut text = String::new();
    for fact in record.facts.iter().filter(|fact| !matches!(fact.what, What::Asked { .. })) {
        let because = if fact.because.is_empty() {
            String::new()
        } else {
            format!("\n         because {}", fact.because)
        };
        writeln!(text, "{:>8} {}{because}", fact.at.to_string(), fact.what).expect("text takes text");
    }
    let truth = &record.truth;
    let requests = truth.requests;
    writeln!(
        text,
        "\n{}; {} of {} requests did not succeed, {} users harmed, exposure at most {:.1} %\ndigest {}",
        record.observed.phase.name(),
        requests.arrived - requests.succeeded - requests.in_flight,
        requests.arrived,
        truth.users_harmed,
        truth.max_exposure.fraction() * 100.0,
        record.digest
    )
    .expect("text takes text");
    text
}

/// A good and a bad release that the strategy can bring out.
pub fn releases(strategy: &Strategy) -> [&'static str; 2] {
    if strategy.name() == StrategyName::Flag { ["v2-flag", "v2-flag-bad"] } else { ["v2", "v2-errors"] }
}

#[test]
fn every_strategy_tells_the_same_story_as_ever() {
    let scenario = checkout();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/timelines");
    let mut differing = Vec::new();
    for (name, strategy) in PLANS {
        let plan = plan(strategy);
        for (release, kind) in releases(&plan.strategy).into_iter().zip(["good", "bad"]) {
            let found = told(&record(&scenario, &plan, release));
            let path = folder.join(format!("{name}-{kind}.txt"));
            if std::env::var_os("UPDATE").is_some() {
                std::fs::create_dir_all(&folder).expect("the folder can be made");
                std::fs::write(&path, &found).expect("the page can be written");
            } else if std::fs::read_to_string(&path).unwrap_or_default() != found {
                differing.push(format!("{name}-{kind}.txt"));
            }
        }
    }
    assert!(differing.is_empty(), "differ: {differing:?}; UPDATE=1 rewrites them");
}

#[test]
fn every_strategy_has_its_timelines() {
    let told: Vec<StrategyName> = PLANS.iter().map(|(_, strategy)| plan(strategy).strategy.name()).collect();
    for name in StrategyName::VARIANTS {
        assert!(told.contains(name), "{name:?} has no plan in PLANS");
    }
}

#[test]
fn a_good_release_gets_out_and_what_watches_stops_a_bad_one() {
    let scenario = checkout();
    for (name, strategy) in PLANS {
        let plan = plan(strategy);
        let [good, bad] =
            releases(&plan.strategy).map(|release| record(&scenario, &plan, release).observed.phase);
        let blind = ["recreate", "rolling"].contains(&name);
        let ends = match name {
            "nothing" => [RolloutPhase::NotStarted, RolloutPhase::NotStarted],
            _ if blind => [RolloutPhase::Completed, RolloutPhase::Completed],
            _ => [RolloutPhase::Completed, RolloutPhase::RolledBack],
        };
        assert_eq!([good, bad], ends, "{name}");
    }
}
