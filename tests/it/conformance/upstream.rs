//! Rules of real systems that no run of the simulator goes by: it lacks them, or has its own instead. They answer the cases
//! that state them, and the table of fidelity counts those cases apart.

pub mod amplification;
pub mod argo;
pub mod burn;
pub mod contention;
pub mod flagger;
pub mod grpc;
pub mod hashing;
pub mod kubernetes;
pub mod localities;
pub mod lvs;
pub mod prometheus;
pub mod statistics;
pub mod throttle;
pub mod unleash;
pub mod waits;

use super::sets::Case;

/// The operations of each set that the rules here answer alone.
const ALONE: &[(&str, &[&str])] = &[
    ("argo_canary_replicas", &["desired_canary_weight_on_abort", "current_set_weight"]),
    ("envoy_priority_panic", &["locality_weight"]),
    ("flagger_progression", &["minimum_validation_time", "rollback_time"]),
    ("k8s_deployment_conditions", &["cleanup_old_revisions"]),
    ("kayenta_judge_stats", &["summary", "cohens_d", "ksigma_outliers"]),
    ("lb_consistent_hashing", &["jump_hash", "disruption_bound"]),
    ("lb_weighted_round_robin", &["lvs_wrr"]),
    ("outlier_detection", &["max_ejection"]),
    (
        "retry_backoff",
        &["mean_attempts", "layered_amplification", "budgeted_amplification", "adaptive_throttle"],
    ),
    ("slo_burn_rate_alerts", &["time_to_exhaustion", "error_budget", "detection_time", "multiwindow_series"]),
    ("stats_msprt", &["msprt_tau2"]),
    ("unleash_client_spec", &["is_enabled", "get_variant"]),
];

/// Whether a case of a set is answered by the rules here alone, and so says nothing of a run.
pub fn answers(set: &str, case: &Case) -> bool {
    let listed = ALONE.iter().any(|(name, ops)| *name == set && ops.contains(&case.op()));
    let of_input = |key: &str| case.input[key].as_str();
    listed
        || match set {
            "k8s_rollout_arithmetic" => of_input("strategy") == Some("Recreate"),
            "kayenta_judge_classifier" => of_input("classifier") == Some("MeanInequality"),
            "retry_backoff" => matches!(of_input("kind"), Some("linear" | "constant")),
            _ => false,
        }
}
