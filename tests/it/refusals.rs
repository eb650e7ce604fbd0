//! What is said of plans at the edge of what is allowed: each setting at its limit, where nothing is said, and just beyond it. All in one
//! table, `tests/golden/refusals.txt`; `UPDATE=1 cargo test --test it refusals` writes what is said now.

use std::fmt::Write;
use std::path::Path;

use rollout_lab::control::Plan;
use rollout_lab::library::read_ron;
use rollout_lab::scenario::{Scenario, Severity};

/// What every strategy that judges is given here.
const CHECKS: &str =
    r#"[(name: "errors", query: (metric: ErrorRatio, over: "1m"), pass: Below("2%"), interval: "30s")]"#;

/// Parts of a plan; `CHECKS` is put in. Those of `kiosk` are read for tests/good/scenario.ron, and those of `flagged` for the same world with a
/// flag, two zones and two cohorts.
const OF_KIOSK: &[&str] = &[
    // A/B tests: both sides, for some time.
    r#"strategy: Ab(share: "0.01%", for: "1s")"#,
    r#"strategy: Ab(share: "0%", for: "5m")"#,
    r#"strategy: Ab(share: "99.99%", for: "5m")"#,
    r#"strategy: Ab(share: "100%", for: "5m")"#,
    r#"strategy: Ab(for: "0s")"#,
    r#"strategy: Ab(for: "5m", sample_ratio: Some(0.5))"#,
    r#"strategy: Ab(for: "5m", sample_ratio: Some(0.51))"#,
    r#"strategy: Ab(for: "5m", sample_ratio: Some(0.0))"#,
    r#"strategy: Ab(for: "5m", sample_ratio: Some(-0.1))"#,
    r#"strategy: Ab(for: "5m", sample_ratio: None)"#,
    r#"strategy: Ab(for: "5m", guardrails: (checks: []), goal: (checks: []))"#,
    r#"strategy: Ab(for: "5m", guardrails: (checks: CHECKS), goal: (checks: CHECKS))"#,
    r#"strategy: Ab(for: "5m", goal: (for: "2m", checks: CHECKS))"#,
    r#"strategy: Ab(for: "5m", goal: (for: "0s", checks: CHECKS))"#,
    // Blue-green.
    r#"strategy: BlueGreen()"#,
    r#"strategy: BlueGreen(preview: 1)"#,
    r#"strategy: BlueGreen(preview: 0)"#,
    r#"strategy: BlueGreen(preview: "0%")"#,
    r#"strategy: BlueGreen(preview: "100%")"#,
    r#"strategy: BlueGreen(preview: "101%")"#,
    r#"strategy: BlueGreen(preview: 10000)"#,
    r#"strategy: BlueGreen(preview: 10001)"#,
    r#"strategy: BlueGreen(progress_deadline: "0s")"#,
    r#"strategy: BlueGreen(smoke_test: (requests: 0))"#,
    r#"strategy: BlueGreen(smoke_test: (requests: 1, may_fail: 0, over: "1s"))"#,
    r#"strategy: BlueGreen(smoke_test: (requests: 10, may_fail: 10))"#,
    r#"strategy: BlueGreen(smoke_test: (requests: 10, may_fail: 11))"#,
    r#"strategy: BlueGreen(before: (checks: CHECKS))"#,
    r#"strategy: BlueGreen(after: (checks: CHECKS))"#,
    r#"strategy: BlueGreen(before: (for: "2m", checks: CHECKS), after: (for: "2m", checks: CHECKS))"#,
    r#"strategy: BlueGreen(auto_promote: false)"#,
    r#"strategy: BlueGreen(auto_promote: false, auto_promote_after: "1s")"#,
    r#"strategy: BlueGreen(auto_promote: true, auto_promote_after: "1s")"#,
    r#"strategy: BlueGreen(), analysis: (checks: CHECKS)"#,
    r#"strategy: BlueGreen(), analysis: (from_step: 1, checks: CHECKS)"#,
    r#"strategy: BlueGreen(), analysis: (checks: [(name: "errors", query: (metric: ErrorRatio, of: Target), pass: Below("2%"))])"#,
    // Canaries, with a router and without.
    r#"strategy: Canary(steps: [Weight("50%")], min_instances: 0)"#,
    r#"strategy: Canary(steps: [Weight("50%")], min_instances: 1)"#,
    r#"strategy: Canary(steps: [Weight("50%")], min_instances: 10000)"#,
    r#"strategy: Canary(steps: [Weight("50%")], min_instances: 10001)"#,
    r#"strategy: Canary(steps: [Weight("50%")], progress_deadline: "0s")"#,
    r#"strategy: Canary(steps: [Weight("50%")], min_ready: "10m", progress_deadline: "10m")"#,
    r#"strategy: Canary(steps: [Weight("50%")], min_ready: "10m", progress_deadline: "601s")"#,
    r#"strategy: Canary(steps: [Weight("50%")], progress_threshold: Some(0))"#,
    r#"strategy: Canary(steps: [Weight("50%")], progress_threshold: Some("0%"))"#,
    r#"strategy: Canary(steps: [Weight("50%")], progress_threshold: Some("100%"))"#,
    r#"strategy: Canary(steps: [Weight("50%")], progress_threshold: Some("101%"))"#,
    r#"strategy: Canary(steps: [Weight("50%")], progress_threshold: Some(1))"#,
    r#"strategy: Canary(steps: [Weight("50%")], progress_threshold: Some(10001))"#,
    r#"strategy: Canary(router: false, steps: [Weight("50%")], min_instances: 2)"#,
    r#"strategy: Canary(router: true, steps: [Weight("50%")], min_instances: 2)"#,
    r#"strategy: Canary(router: false, steps: [Weight("50%")], min_instances: 1, dynamic_stable_scale: true)"#,
    r#"strategy: Canary(router: true, steps: [Weight("50%")], dynamic_stable_scale: true)"#,
    r#"strategy: Canary(router: false, steps: [Weight("50%")], max_surge: 0, max_unavailable: 0)"#,
    r#"strategy: Canary(router: false, steps: [Weight("50%")], max_surge: 1, max_unavailable: 0)"#,
    r#"strategy: Canary(router: true, steps: [Weight("50%")], max_surge: 0, max_unavailable: 0)"#,
    r#"strategy: Canary(router: false, steps: [Scale(2), FollowWeight, Mirror("10%"), Match([]), Weight("50%"), Pause("1m"), Approve])"#,
    r#"strategy: Canary(steps: [])"#,
    r#"strategy: Canary(steps: [Weight("100%"), Weight("101%")])"#,
    r#"strategy: Canary(steps: [Weight("50%"), Weight("50%"), Weight("49%"), Weight("50%")])"#,
    r#"strategy: Canary(steps: [Pause("0s"), Pause("1s")])"#,
    r#"strategy: Canary(steps: [Copy(share: "10%", kinds: []), Mirror("101%"), Mirror("0%")])"#,
    r#"strategy: Canary(steps: [Weight("10%"), Promote, Weight("50%")])"#,
    r#"strategy: Canary(steps: [Weight("10%"), Retire("1m"), Promote])"#,
    r#"strategy: Canary(steps: [Roll(), Weight("10%"), Promote, Retire("1m")])"#,
    // Rolling updates, alone and as parts.
    r#"strategy: Rolling(max_surge: 0, max_unavailable: 0)"#,
    r#"strategy: Rolling(max_surge: "0%", max_unavailable: 1)"#,
    r#"strategy: Rolling(max_surge: 10001, max_unavailable: "101%")"#,
    r#"strategy: Rolling(min_ready: "1m", progress_deadline: "1m")"#,
    r#"strategy: Rolling(min_ready: "1m", progress_deadline: "61s")"#,
    r#"strategy: Rolling(min_ready: "0s", progress_deadline: "0s")"#,
    r#"strategy: Steps([Roll(max_surge: 0, max_unavailable: 0)])"#,
    r#"strategy: Recreate"#,
    r#"strategy: Nothing"#,
    // Copies.
    r#"strategy: Shadow(share: "0%", for: "3m")"#,
    r#"strategy: Shadow(share: "0.01%", for: "1s", size: Some(1))"#,
    r#"strategy: Shadow(share: "101%", for: "3m")"#,
    r#"strategy: Shadow(share: "100%", for: "0s")"#,
    r#"strategy: Shadow(share: "50%", for: "3m", size: Some(0))"#,
    r#"strategy: Shadow(share: "50%", for: "3m", size: Some("101%"))"#,
    r#"strategy: Shadow(share: "50%", for: "3m", analysis: (checks: []))"#,
    r#"strategy: Shadow(share: "50%", for: "3m", analysis: (for: "3m", checks: CHECKS), then: [Weight("10%"), Weight("5%")])"#,
    r#"strategy: Shadow(share: "50%", for: "3m", then: [Weight("101%")])"#,
    r#"strategy: Shadow(share: "50%", for: "3m", kinds: [(method: "GET", path: Exact("/menu"))])"#,
    // Flagger.
    r#"strategy: Flagger(checks: CHECKS)"#,
    r#"strategy: Flagger(interval: "0.9s", checks: CHECKS)"#,
    r#"strategy: Flagger(interval: "1s", max_weight: "1%", checks: CHECKS)"#,
    r#"strategy: Flagger(interval: "1d1s", checks: CHECKS)"#,
    r#"strategy: Flagger(threshold: 0, checks: CHECKS)"#,
    r#"strategy: Flagger(threshold: 1000, checks: CHECKS)"#,
    r#"strategy: Flagger(threshold: 1001, checks: CHECKS)"#,
    r#"strategy: Flagger(interval: "1s", iterations: 1000, checks: CHECKS)"#,
    r#"strategy: Flagger(interval: "1s", iterations: 1001, checks: CHECKS)"#,
    r#"strategy: Flagger(step_weight: "0%", checks: CHECKS)"#,
    r#"strategy: Flagger(step_weight: "0.5%", checks: CHECKS)"#,
    r#"strategy: Flagger(step_weight: "100%", max_weight: "100%", checks: CHECKS)"#,
    r#"strategy: Flagger(step_weight: "101%", max_weight: "0%", checks: CHECKS)"#,
    r#"strategy: Flagger(step_weight_promotion: "0.5%", checks: CHECKS)"#,
    r#"strategy: Flagger(step_weight_promotion: "1%", checks: CHECKS)"#,
    r#"strategy: Flagger(step_weight_promotion: "10%", iterations: 1, checks: CHECKS)"#,
    r#"strategy: Flagger(progress_deadline: "0s", checks: CHECKS)"#,
    r#"strategy: Flagger(mirror: true, mirror_weight: "101%", checks: CHECKS)"#,
    r#"strategy: Flagger(mirror: true, mirror_weight: "50%", checks: CHECKS)"#,
    r#"strategy: Flagger(mirror: false, mirror_weight: "50%", checks: CHECKS)"#,
    r#"strategy: Flagger(primary_ready: "101%", candidate_ready: "101%", checks: CHECKS)"#,
    r#"strategy: Flagger(primary_ready: "100%", candidate_ready: "0%", checks: CHECKS)"#,
    r#"strategy: Flagger(candidate_size: 0, checks: CHECKS)"#,
    r#"strategy: Flagger(candidate_size: 1, checks: CHECKS)"#,
    r#"strategy: Flagger(candidate_size: "101%", checks: CHECKS)"#,
    r#"strategy: Flagger(candidate_scaler: (min: 3, max: 2, target: "60%"), checks: CHECKS)"#,
    r#"strategy: Flagger(load_test: "10000/s", checks: CHECKS)"#,
    r#"strategy: Flagger(load_test: "10000.5/s", checks: CHECKS)"#,
    r#"strategy: Flagger(step_weights: ["1%", "2%", "2%", "1.5%", "100%"], checks: CHECKS)"#,
    r#"strategy: Flagger(step_weights: ["1%", "50%"], iterations: 1, checks: CHECKS)"#,
    r#"strategy: Flagger(pre_rollout: (requests: 0), checks: CHECKS)"#,
    r#"strategy: Flagger(confirm_traffic_increase: true, iterations: 1, checks: CHECKS)"#,
    r#"strategy: Flagger(confirm_traffic_increase: true, checks: CHECKS)"#,
    r#"strategy: Flagger(sticky: true, drifts: true, checks: CHECKS)"#,
    r#"strategy: Flagger(sticky: false, drifts: true, checks: CHECKS)"#,
    r#"strategy: Flagger(sticky: true, drifts: false, checks: CHECKS)"#,
    r#"strategy: Flagger(iterations: 2, matches: [(kinds: ["GET /nothing"], to: Candidate)], checks: CHECKS)"#,
    r#"strategy: Flagger(checks: [])"#,
    r#"strategy: Flagger(checks: [(name: "errors", query: (metric: Latency(0.99), over: "1m"), pass: Below("2%"))])"#,
    // Flags and waves where there is neither a flag nor a zone.
    r#"strategy: Flag(steps: [Flag("10%")])"#,
    r#"strategy: Waves()"#,
    r#"strategy: Waves(waves: [["a"]])"#,
    r#"strategy: Waves(waves: [[]])"#,
    r#"strategy: Waves(bake: "0s")"#,
    r#"strategy: Waves(bake: "0s", analysis: (checks: CHECKS))"#,
    r#"strategy: Waves(bake: "1m", analysis: (for: "1m", checks: CHECKS))"#,
    r#"strategy: Waves(bake: "29s", analysis: (checks: [(name: "e", query: (metric: ErrorRatio, of: Target), pass: Below("2%"), initial_delay: "30s")]))"#,
    r#"strategy: Waves(bake: "30s", analysis: (checks: [(name: "e", query: (metric: ErrorRatio, of: Target), pass: Below("2%"), initial_delay: "30s")]))"#,
    r#"strategy: Waves(deploy: (max_surge: 0, max_unavailable: 0))"#,
    // Sets of burn-rate alerts.
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", name: Some(" "))]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", objective: Some("0%"))]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", objective: Some("0.01%"))]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", objective: Some("99.99%"))]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", objective: Some("100%"))]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", window: "3d")]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", window: "71h")]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", window: "3d", rows: Sloth)]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", window: "167h", rows: Pyrra)]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", window: "7d", rows: Pyrra)]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", window: "30d")]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", window: "366d")]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", window: "367d")]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "sucess")]"#,
    r#"strategy: Rolling(), burn_alerts: [(slo: "success", of: Service("nobody"))]"#,
];

const OF_FLAGGED: &[&str] = &[
    r#"strategy: Flag()"#,
    r#"strategy: Flag(steps: [])"#,
    r#"strategy: Flag(schedule: None, steps: [])"#,
    r#"strategy: Flag(schedule: None, steps: [Flag("10%"), Pause("1m"), Approve, Analyse(for: "1m", checks: CHECKS), Flag("100%")])"#,
    r#"strategy: Flag(schedule: None, steps: [Flag("10%"), Weight("10%"), Promote])"#,
    r#"strategy: Flag(steps: [Flag("10%"), Flag("5%")])"#,
    r#"strategy: Flag(schedule: (shares: []))"#,
    r#"strategy: Flag(schedule: (shares: ["10%", "10%"]))"#,
    r#"strategy: Flag(schedule: (shares: ["10%", "10.01%"]))"#,
    r#"strategy: Flag(schedule: (shares: ["0%", "101%"]))"#,
    r#"strategy: Flag(schedule: (shares: ["10%"], hold: "0s"))"#,
    r#"strategy: Flag(schedule: (shares: ["10%"], hold: "0s", approve: true))"#,
    r#"strategy: Flag(schedule: (shares: ["10%"], hold: "1s"))"#,
    r#"strategy: Flag(deploy: (max_surge: 0, max_unavailable: 0))"#,
    r#"strategy: Waves()"#,
    r#"strategy: Waves(waves: [["a"], ["b"]])"#,
    r#"strategy: Waves(waves: [["a"], ["a", "b"]])"#,
    r#"strategy: Waves(waves: [["a"]])"#,
    r#"strategy: Waves(waves: [["a"], [], ["b", "c"]])"#,
    r#"strategy: Steps([Wave(zones: ["a"])])"#,
    r#"strategy: Steps([Wave(zones: ["a"]), Roll()])"#,
    r#"strategy: Steps([Wave(zones: ["a"]), Wave()])"#,
    r#"strategy: Steps([Wave(zones: ["a"]), Wave(zones: ["b", "c"])])"#,
    r#"strategy: Steps([Pause("1m")])"#,
    r#"strategy: Steps([Wave(zones: ["a", "b"], deploy: (max_surge: 0, max_unavailable: 0))])"#,
    r#"strategy: Ab(for: "5m"), analysis: (checks: CHECKS)"#,
    r#"strategy: Shadow(share: "50%", for: "3m", kinds: [(method: "GET", path: Exact("/menu"))])"#,
    r#"strategy: Shadow(share: "50%", for: "3m", kinds: [(method: "DELETE", path: Exact("/menu"))])"#,
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of a table: each part of a plan, and what is said of it.
fn told(scenario: &str, parts: &[&str], table: &mut String) {
    let text = std::fs::read_to_string(root().join("tests/good").join(scenario)).unwrap();
    let world: Scenario = read_ron(scenario, &text).unwrap_or_else(|problems| panic!("{problems:?}")).0;
    for part in parts {
        writeln!(table, "{part}").unwrap();
        let text = format!("(format: 1, {})", part.replace("CHECKS", CHECKS));
        let issues = match read_ron::<Plan>("plan.ron", &text) {
            Ok((plan, _)) => plan.problems(Some(&world)),
            Err(problems) => {
                for problem in problems {
                    writeln!(
                        table,
                        "    unreadable, {}: {} [{}]",
                        problem.field, problem.message, problem.code
                    )
                    .unwrap();
                }
                continue;
            }
        };
        for issue in issues {
            let severity = if issue.severity == Severity::Error { "error" } else { "warning" };
            writeln!(table, "    {severity}, {}: {} [{}]", issue.path, issue.message, issue.code).unwrap();
        }
    }
}

#[test]
fn each_setting_is_allowed_up_to_its_limit_and_refused_beyond_it() {
    let mut table = String::new();
    told("scenario.ron", OF_KIOSK, &mut table);
    table.push_str("\nWith a flag, zones and cohorts:\n\n");
    told("scenario-flagged.ron", OF_FLAGGED, &mut table);
    let path = root().join("tests/golden/refusals.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differ = table.lines().zip(kept.lines()).position(|(now, then)| now != then);
    let at = differ.unwrap_or(kept.lines().count().min(table.lines().count()));
    let around = |text: &str| text.lines().skip(at.saturating_sub(2)).take(5).collect::<Vec<_>>().join("\n");
    assert!(table == kept, "kept:\n{}\nnow:\n{}", around(&kept), around(&table));
}
