//! Kubernetes Deployments: a rolling update or `Recreate`.

use super::cursor::At;
use super::pod::{Pod, pod};
use crate::control::{Rolling, Strategy};

/// What a Deployment says: its strategy, and its pods.
pub fn deployment(spec: &At<'_>) -> (Strategy, Pod) {
    spec.mark();
    replicas(spec);
    let default = Rolling::default();
    let mut rolling = Rolling {
        min_ready: spec.span("minReadySeconds").unwrap_or(default.min_ready),
        progress_deadline: spec.span("progressDeadlineSeconds").unwrap_or(default.progress_deadline),
        ..default
    };
    let strategy = spec.get("strategy");
    let kind = strategy.as_ref().and_then(|at| at.text("type")).unwrap_or_else(|| "RollingUpdate".to_owned());
    if let Some(update) = strategy.as_ref().and_then(|at| at.get("rollingUpdate")) {
        update.mark();
        rolling.max_surge = update.amount("maxSurge").unwrap_or(rolling.max_surge);
        rolling.max_unavailable = update.amount("maxUnavailable").unwrap_or(rolling.max_unavailable);
    }
    let strategy = match (kind.as_str(), strategy.and_then(|at| at.get("type"))) {
        ("Recreate", _) => Strategy::Recreate,
        ("RollingUpdate", _) | (_, None) => Strategy::Rolling(rolling),
        (_, Some(at)) => {
            at.wrong("Recreate or RollingUpdate");
            Strategy::Rolling(rolling)
        }
    };
    (strategy, spec.get("template").map(|at| pod(&at)).unwrap_or_default())
}

/// The size of the fleet is the world's, not the plan's.
pub fn replicas(spec: &At<'_>) {
    if let (Some(count), Some(at)) = (spec.whole("replicas"), spec.get("replicas")) {
        at.note(format!(
            "{count} instances: the scenario says how large the fleet is; give it the same size"
        ));
    }
}
