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
    ("argo_rollout", "Argo Rollouts: whole rollouts, and the commands of its plugin"),
    ("argo_analysis_assessment", "Argo Rollouts: how an AnalysisRun is assessed"),
    ("argo_evaluate", "Argo Rollouts: what conditions give for an answer"),
    ("flagger_observers", "Flagger: what its built-in checks measure"),
    ("flagger_primary_scaler", "Flagger: the autoscaler of the primary"),
    ("flagger_canary", "Flagger: whole canaries, new revisions, autoscalers"),
    ("flagger_progression", "Flagger: weights, failed checks, promotion, rollback"),
    ("kayenta_judge_classifier", "Kayenta: one metric classified"),
    ("kayenta_judge_scorer", "Kayenta: groups, weights, critical metrics"),
    ("kayenta_judge_stats", "Kayenta: descriptive statistics"),
    ("kayenta_judge_transform", "Kayenta: missing values and outliers"),
    ("kayenta_mann_whitney", "Kayenta, R: shift of two samples and its interval"),
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

/// A set's row: the cases of both shares added up, and whether code that a run goes through answers them.
fn row(set: &str, whose: &str, of_set: &[&Score]) -> String {
    let sum = |of: fn(&Score) -> usize| of_set.iter().map(|score| of(score)).sum::<usize>();
    let (passed, total, reference) = (sum(|s| s.passed), sum(|s| s.total), sum(|s| s.by_reference));
    let by = match reference {
        0 => "the simulator".to_owned(),
        _ if reference == total => "**only a reference**".to_owned(),
        some => format!("the simulator, {some} only by a reference"),
    };
    format!("| {whose} | `{set}` | {passed} of {total} | {by} |\n")
}

/// The table, with new rows for what has scores; the others stay as `shown`.
fn table(shown: &str, scores: &[Score]) -> String {
    let mut text = String::from("| whose rules | set | cases passed | answered by |\n|---|---|---|---|\n");
    for (set, whose) in WHOSE {
        let of_set: Vec<&Score> = scores.iter().filter(|score| score.name == *set).collect();
        if of_set.is_empty() {
            let old = shown.lines().find(|line| line.contains(&format!("`{set}`")));
            text += &old.map_or_else(String::new, |line| format!("{line}\n"));
        } else {
            text += &row(set, whose, &of_set);
        }
    }
    text
}

/// Why the table that is `shown` is not the one that these scores give, if it is not. Without the shared folder only the
/// project's own share has scores: then the table may tell of more cases, but of no case that fails.
fn wrong(shown: &str, scores: &[Score], of_both_shares: bool) -> Option<String> {
    if let Some(stranger) = scores.iter().find(|score| WHOSE.iter().all(|(set, _)| *set != score.name)) {
        return Some(format!("{}: say whose behaviour it holds", stranger.name));
    }
    if of_both_shares {
        let wanted = table(shown, scores);
        let stale = wanted.lines().find(|line| !shown.lines().any(|known| known == *line));
        return stale.map(|line| format!("the table lacks this row: {line}"));
    }
    let told = |score: &Score| {
        let line = shown.lines().find(|line| line.contains(&format!("`{}`", score.name)))?;
        let (passed, total) = line.split('|').nth(3)?.trim().split_once(" of ")?;
        Some((passed.parse::<usize>().ok()?, total.parse::<usize>().ok()?))
    };
    let stale = scores
        .iter()
        .find(|score| told(score).is_none_or(|(passed, total)| passed != total || total < score.total));
    stale.map(|score| format!("the table tells something else of {}: {} cases", score.name, score.total))
}

/// Writes the table when asked to; fails when it tells something else than the cases that have just been run.
pub fn tell(scores: &[Score], of_both_shares: bool) {
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
    let wrong = wrong(shown, scores, of_both_shares);
    assert_eq!(wrong, None, "in docs/fidelity.md; UPDATE=1 writes it");
}

#[test]
fn a_number_that_is_not_the_one_of_the_run_is_found() {
    let score = |total, by_reference| Score {
        name: "unleash_hash".to_owned(),
        passed: total,
        total,
        by_reference,
        failures: Vec::new(),
    };
    let shown = table("", &[score(7, 2)]);
    assert!(shown.contains("| 7 of 7 | the simulator, 2 only by a reference |"), "{shown}");
    assert!(table("", &[score(3, 3)]).contains("**only a reference**"));
    assert_eq!(wrong(&shown, &[score(7, 2)], true), None);
    for stale in [score(8, 2), score(7, 0), score(6, 2)] {
        assert!(wrong(&shown, &[stale], true).is_some());
    }
    // The own share alone has fewer cases than the table, never more.
    assert_eq!(wrong(&shown, &[score(4, 0)], false), None);
    assert!(wrong(&shown, &[score(8, 0)], false).is_some());
    assert!(wrong(&shown.replace("7 of 7", "6 of 7"), &[score(4, 0)], false).is_some());
    assert!(wrong("", &[score(4, 0)], false).is_some());
}
