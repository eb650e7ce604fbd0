//! Writes a plan's autoscaler as a HorizontalPodAutoscaler.

use super::pod::seconds;
use super::write::{Out, list, map, number, text};
use crate::control::{Autoscaler, Behaviour, Policy, Select};
use crate::manifest::quantity::clean;

/// The HorizontalPodAutoscaler of the `kind` called `name`.
pub(in crate::manifest) fn document(of: &Autoscaler, api: &str, kind: &str, name: &str) -> Out {
    let reference = map([("apiVersion", text(api)), ("kind", text(kind)), ("name", text(name))]);
    let target = map([
        ("type", text("Utilization")),
        ("averageUtilization", number(clean(of.target.fraction() * 100.0))),
    ]);
    let resource = map([("name", text("cpu")), ("target", Some(target))]);
    let metric = map([("type", text("Resource")), ("resource", Some(resource))]);
    map([
        ("apiVersion", text("autoscaling/v2")),
        ("kind", text("HorizontalPodAutoscaler")),
        ("metadata", Some(map([("name", text(name))]))),
        (
            "spec",
            Some(map([
                ("scaleTargetRef", Some(reference)),
                ("minReplicas", number(of.min)),
                ("maxReplicas", number(of.max)),
                ("metrics", list(vec![metric])),
                (
                    "behavior",
                    Some(map([
                        ("scaleUp", Some(behaviour(&of.up))),
                        ("scaleDown", Some(behaviour(&of.down))),
                    ])),
                ),
            ])),
        ),
    ])
}

fn behaviour(of: &Behaviour) -> Out {
    let select = match of.select {
        Select::Max => "Max",
        Select::Min => "Min",
        Select::Disabled => "Disabled",
    };
    map([
        ("stabilizationWindowSeconds", Some(seconds(of.stabilisation))),
        ("selectPolicy", text(select)),
        ("policies", list(of.policies.iter().map(policy).collect())),
    ])
}

fn policy(of: &Policy) -> Out {
    let (kind, value, over) = match of {
        Policy::Count { by, over } => ("Pods", f64::from(*by), *over),
        Policy::Share { by, over } => ("Percent", clean(by.fraction() * 100.0), *over),
    };
    map([("type", text(kind)), ("value", number(value)), ("periodSeconds", Some(seconds(over)))])
}
