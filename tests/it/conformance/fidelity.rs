//! The table in `docs/fidelity.md`: for each set of cases, whose behaviour it proves, and how many of its cases pass.
//!
//! `UPDATE=1 cargo test --test it conformance` writes the table anew from the cases that have just been run.

use std::fs;
use std::path::PathBuf;

use super::sets::Score;

/// What stands before and after the table.
const MARKS: (&str, &str) = ("<!-- fidelity -->\n", "<!-- end of fidelity -->\n");

/// Each set, and whose behaviour it holds.
const WHOSE: &[(&str, &str)] = &[
    ("queueing", "queueing theory: the project's own share of all four sets"),
    ("queueing_single_server", "queueing theory: one server, closed forms"),
    ("queueing_multi_server", "queueing theory: many servers, loss and abandonment"),
    ("queueing_load_balancing", "queueing theory: balancing policies, exact chains"),
    ("queueing_networks_failures", "queueing theory: networks, machine repair"),
    ("k8s_rollout_arithmetic", "Kubernetes: maxSurge, maxUnavailable, rounding"),
    ("k8s_rolling_controller", "Kubernetes: one reconciliation of a rolling update"),
    ("k8s_proportional_scaling", "Kubernetes: scaling in the middle of a rollout"),
    ("k8s_deployment_conditions", "Kubernetes: complete, progressing, deadline exceeded"),
    ("k8s_rolling_trace", "Kubernetes: rolling updates from start to end"),
    ("argo_canary_replicas", "Argo Rollouts: instances and weights of a canary"),
    ("argo_analysis_assessment", "Argo Rollouts: how an AnalysisRun is assessed"),
    ("flagger_progression", "Flagger: weights, failed checks, promotion, rollback"),
    ("kayenta_judge_classifier", "Kayenta: one metric classified"),
    ("kayenta_judge_scorer", "Kayenta: groups, weights, critical metrics"),
    ("kayenta_judge_stats", "Kayenta: descriptive statistics"),
    ("stats_mann_whitney", "scipy: Mann-Whitney U"),
    ("stats_welch_t", "scipy: Welch's t"),
    ("stats_two_proportions", "scipy, R: z, Fisher's exact test, chi-square"),
    ("stats_sample_ratio_mismatch", "scipy: chi-square for a sample ratio"),
    ("stats_msprt", "mixture sequential probability ratio test"),
    ("slo_burn_rate_alerts", "Google SRE workbook, sloth, pyrra: burn rates"),
    ("prometheus_alert_states", "Prometheus: the life of an alert"),
    ("envoy_priority_panic", "Envoy: priorities, spill-over, panic"),
    ("lb_slow_start", "Envoy, AWS: slow start"),
    ("lb_weighted_round_robin", "nginx, Envoy, LVS: weighted round robin"),
    ("lb_consistent_hashing", "Maglev, jump hash"),
    ("outlier_detection", "Envoy, gRPC: outlier detection"),
    ("circuit_breaker", "resilience4j: circuit breaker"),
    ("retry_backoff", "AWS, Finagle, gRPC, Google SRE: retries and budgets"),
    ("unleash_client_spec", "Unleash: client specification"),
    ("unleash_hash", "Unleash: bucketing"),
];

/// One test at a time writes.
#[expect(clippy::disallowed_types, reason = "two tests of one binary write the same file")]
static WRITING: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// The table, with new rows for what has scores; the others stay as `shown`. Scores of both the shared folder and the
/// project's own share are added up.
fn table(shown: &str, scores: &[Score]) -> String {
    let mut text = String::from("| whose rules | set | cases passed |\n|---|---|---|\n");
    for (set, whose) in WHOSE {
        let of_set: Vec<&Score> = scores.iter().filter(|score| score.name == *set).collect();
        if of_set.is_empty() {
            let old = shown.lines().find(|line| line.contains(&format!("`{set}`")));
            text += &old.map_or_else(String::new, |line| format!("{line}\n"));
            continue;
        }
        let passed: usize = of_set.iter().map(|score| score.passed).sum();
        let total: usize = of_set.iter().map(|score| score.total).sum();
        text += &format!("| {whose} | `{set}` | {passed} of {total} |\n");
    }
    text
}

/// Writes the table when asked to; fails when it lacks a set.
pub fn tell(scores: &[Score]) {
    let _writing = WRITING.lock();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/fidelity.md");
    let text = fs::read_to_string(&path).expect("docs/fidelity.md can be read");
    let (before, rest) = text.split_once(MARKS.0).expect("docs/fidelity.md has a place for the table");
    let (shown, after) = rest.split_once(MARKS.1).expect("the table has an end");
    if std::env::var_os("UPDATE").is_some() {
        let new = [before, MARKS.0, &table(shown, scores), MARKS.1, after].concat();
        fs::write(&path, new).expect("docs/fidelity.md can be written");
        return;
    }
    for score in scores {
        let known = WHOSE.iter().any(|(set, _)| *set == score.name);
        assert!(known, "{}: say whose behaviour it holds", score.name);
        let listed = shown.contains(&format!("`{}`", score.name));
        assert!(listed, "{} is not in the table of docs/fidelity.md; UPDATE=1 writes it", score.name);
    }
}
