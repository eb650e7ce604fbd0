//! Kubernetes HorizontalPodAutoscaler: how the fleet's size follows its load.

use crate::control::{Autoscaler, Behaviour, Policy, Select};
use crate::engine::{Share, Span};
use crate::manifest::cursor::At;
use crate::manifest::quantity::percent;

/// Reads the `spec` of a HorizontalPodAutoscaler of `autoscaling/v2`, or `v1`.
pub(super) fn autoscaler(spec: &At<'_>) -> Option<Autoscaler> {
    spec.mark();
    if let Some(of) = spec.get("scaleTargetRef") {
        of.node.read_all();
    }
    let Some(max) = spec.whole("maxReplicas") else {
        spec.wrong("a HorizontalPodAutoscaler with `maxReplicas`");
        return None;
    };
    // Kubernetes: the default target is 80 % of the requested CPU.
    let mut target = Share::percent(80.0);
    if let Some(at) = spec.get("targetCPUUtilizationPercentage") {
        target = utilisation(&at)?;
    }
    let mut found = false;
    let metrics = spec.items("metrics");
    for metric in &metrics {
        let kind = metric.text("type").unwrap_or_default();
        let resource = match kind.as_str() {
            "Resource" => metric.get("resource"),
            // One container's CPU; an instance is one process here.
            "ContainerResource" => metric.get("containerResource").inspect(|at| _ = at.text("container")),
            _ => None,
        };
        let goal = resource
            .as_ref()
            .filter(|at| at.text("name").as_deref() == Some("cpu"))
            .and_then(|at| at.get("target"));
        let Some(goal) = goal.filter(|_| !found) else {
            metric.refuse(
                "the autoscaler follows one metric, the share of busy workers, in place of CPU utilisation",
            );
            continue;
        };
        goal.text("type");
        match goal.get("averageUtilization") {
            Some(at) => {
                if let Some(share) = utilisation(&at) {
                    target = share;
                    found = true;
                }
            }
            None => metric.refuse("only `averageUtilization` can be followed"),
        }
    }
    // Kubernetes: the default of 80 % of CPU holds only where no metric is given.
    if !metrics.is_empty() && !found {
        spec.refuse(
            "none of its metrics can be followed, so the fleet keeps its size here, whatever the load",
        );
        return None;
    }
    let (up, down) = behaviours(Some(spec));
    Some(Autoscaler { min: spec.whole("minReplicas").unwrap_or(1), max, ..following(target, up, down) })
}

/// An autoscaler that follows `target`, with the defaults of Kubernetes' controller beside it.
pub(super) fn following(target: Share, up: Behaviour, down: Behaviour) -> Autoscaler {
    Autoscaler {
        target,
        min: 1,
        max: 1,
        sync: Span::from_secs(15),
        tolerance: Share::percent(10.0),
        up,
        down,
    }
}

/// How it grows and shrinks: `behavior` of `of`, or the defaults.
pub(super) fn behaviours(of: Option<&At<'_>>) -> (Behaviour, Behaviour) {
    let behaviour = |key, default: Behaviour| match of.and_then(|of| of.dig(&["behavior", key])) {
        Some(at) => self::behaviour(&at, default),
        None => default,
    };
    (behaviour("scaleUp", Behaviour::up()), behaviour("scaleDown", Behaviour::down()))
}

/// A share of the requested CPU.
pub(super) fn utilisation(at: &At<'_>) -> Option<Share> {
    let number = at.as_number()?;
    if number > 100.0 {
        at.refuse(
            "more than 100 % of the request: busy workers are at most 100 %, so it would never grow here",
        );
        return None;
    }
    let share = percent(number).filter(|share| *share > Share::ZERO);
    if share.is_none() {
        at.wrong("a percentage above 0");
    }
    share
}

fn behaviour(at: &At<'_>, default: Behaviour) -> Behaviour {
    at.mark();
    let stabilisation = at.span("stabilizationWindowSeconds").unwrap_or(default.stabilisation);
    let select = match at.text("selectPolicy").as_deref() {
        None | Some("Max") => Select::Max,
        Some("Min") => Select::Min,
        Some("Disabled") => Select::Disabled,
        Some(_) => {
            at.wrong("a `selectPolicy` of Max, Min or Disabled");
            Select::Max
        }
    };
    let policies: Vec<Policy> = at.items("policies").iter().filter_map(policy).collect();
    Behaviour {
        stabilisation,
        select,
        policies: if policies.is_empty() { default.policies } else { policies },
    }
}

fn policy(at: &At<'_>) -> Option<Policy> {
    let (value, over) = (at.whole("value")?, at.span("periodSeconds")?);
    match at.text("type")?.as_str() {
        "Pods" => Some(Policy::Count { by: value, over }),
        "Percent" => Some(Policy::Share { by: Share::percent(f64::from(value)), over }),
        _ => {
            at.wrong("a policy of type Pods or Percent");
            None
        }
    }
}
