//! Reads a Deployment: a rolling update or `Recreate`.

use crate::control::{Rolling, Strategy};
use crate::manifest::cursor::At;
use crate::manifest::pod::{Pod, pod, replicas};

/// The strategy of a Deployment, and its pods.
pub(super) fn deployment(spec: &At<'_>) -> (Strategy, Pod) {
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
