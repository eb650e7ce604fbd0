//! Reads a Deployment: a rolling update or `Recreate`.

use crate::control::{Rolling, Strategy};
use crate::manifest::cursor::At;
use crate::manifest::pod::{self, Pod, replicas};

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
    for (at, why) in wrongs(spec, strategy.as_ref()) {
        at.refused_by_api(why);
    }
    let updates = strategy.as_ref().is_some_and(|at| at.get("rollingUpdate").is_some());
    if let Some(at) = spec.get("paused").filter(|at| at.node.is_true()) {
        at.refuse("upstream nothing moves until somebody resumes it; here it is under way");
    }
    let strategy = match (kind.as_str(), strategy.and_then(|at| at.get("type"))) {
        ("Recreate", of) => {
            // Kubernetes (`ValidateDeploymentStrategy`): the API server refuses the two together.
            if let Some(at) = of.filter(|_| updates) {
                at.problem(format!(
                    "{}: `rollingUpdate` may not be given with the type Recreate; Kubernetes refuses it",
                    at.path
                ));
            }
            Strategy::Recreate
        }
        ("RollingUpdate", _) | (_, None) => Strategy::Rolling(rolling),
        (_, Some(at)) => {
            at.wrong("Recreate or RollingUpdate");
            Strategy::Rolling(rolling)
        }
    };
    (strategy, spec.get("template").map(|at| pod::pod(&at)).unwrap_or_default())
}

/// What the API server refuses of a Deployment beside the types of its fields (Kubernetes, `ValidateDeploymentSpec`), and why. A missing
/// selector is said where its fields are.
fn wrongs<'a>(spec: &At<'a>, strategy: Option<&At<'a>>) -> Vec<(At<'a>, &'static str)> {
    let still = strategy.and_then(|at| at.get("rollingUpdate")).filter(pod::cannot_move);
    let selected = spec.get("selector").and_then(|_| pod::selected(spec).err());
    let deadline = pod::deadline_is_too_short(spec);
    still
        .map(|at| (at, pod::NEITHER))
        .into_iter()
        .chain(selected)
        .chain(deadline.map(|at| (at, pod::TOO_SHORT)))
        .collect()
}
