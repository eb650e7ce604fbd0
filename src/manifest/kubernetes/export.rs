//! Writes a plan as a Deployment: a rolling update or `Recreate`.

use crate::control::{Plan, Strategy};
use crate::manifest::export::name::name_of;
use crate::manifest::export::pod::{amount, deadline, metadata, min_ready, selector, template};
use crate::manifest::export::write::{map, text, yaml};
use crate::manifest::export::{autoscaler, budget};

/// Writes a plan as a Deployment.
pub(super) fn export(plan: &Plan, _unsaid: &mut Vec<String>) -> Result<String, String> {
    let (strategy, rolling) = match &plan.strategy {
        Strategy::Recreate => (map([("type", text("Recreate"))]), None),
        Strategy::Rolling(rolling) => {
            let update = map([
                ("maxSurge", Some(amount(rolling.max_surge))),
                ("maxUnavailable", Some(amount(rolling.max_unavailable))),
            ]);
            (map([("type", text("RollingUpdate")), ("rollingUpdate", Some(update))]), Some(rolling))
        }
        other => {
            return Err(format!(
                "Kubernetes itself knows rolling updates and Recreate only, not {:?}; use --to argo",
                other.name()
            ));
        }
    };
    let name = name_of(plan);
    let document = map([
        ("apiVersion", text("apps/v1")),
        ("kind", text("Deployment")),
        ("metadata", Some(metadata(plan, name.clone()))),
        (
            "spec",
            Some(map([
                ("minReadySeconds", rolling.and_then(min_ready)),
                ("progressDeadlineSeconds", rolling.and_then(deadline)),
                ("strategy", Some(strategy)),
                ("selector", Some(selector(&name))),
                ("template", Some(template(plan, &name))),
            ])),
        ),
    ]);
    let scaler = plan.autoscaler.as_ref();
    let scaler = scaler.map(|of| autoscaler::document(of, "apps/v1", "Deployment", &name));
    yaml(
        &[Some(document), scaler, budget::document(plan, &name, &name)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>(),
    )
}
