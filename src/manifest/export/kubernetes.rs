//! A rolling update or `Recreate` as a Deployment, and the pod template that all kinds share.

use super::write::{Out, list, map, number, text, yaml};
use super::{autoscaler, name_of};
use crate::control::{Plan, Rolling, Strategy};
use crate::engine::{Amount, Span};
use crate::manifest::quantity::go_duration;
use crate::manifest::template::unrendered;
use crate::scenario::Probe;

/// Writes a plan as a Deployment.
pub(super) fn export(plan: &Plan) -> Result<String, String> {
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
    let document = map([
        ("apiVersion", text("apps/v1")),
        ("kind", text("Deployment")),
        ("metadata", Some(metadata(plan, name_of(plan)))),
        (
            "spec",
            Some(map([
                ("minReadySeconds", rolling.and_then(min_ready)),
                ("progressDeadlineSeconds", rolling.and_then(deadline)),
                ("strategy", Some(strategy)),
                ("template", Some(template(plan))),
            ])),
        ),
    ]);
    let scaler = plan.autoscaler.as_ref();
    let scaler = scaler.map(|of| autoscaler::document(of, "apps/v1", "Deployment", &name_of(plan)));
    yaml(&[Some(document), scaler].into_iter().flatten().collect::<Vec<_>>())
}

/// Name and title. A title that would be taken for a template when the file is read again stays out.
pub(super) fn metadata(plan: &Plan, name: String) -> Out {
    let title =
        unrendered(&plan.title).is_none().then(|| map([("rollout-lab/title", text(plan.title.clone()))]));
    map([("name", text(name)), ("annotations", title)])
}

/// `minReadySeconds`, unless it is nothing.
pub(super) fn min_ready(rolling: &Rolling) -> Option<Out> {
    (!rolling.min_ready.is_zero()).then(|| seconds(rolling.min_ready))
}

/// `progressDeadlineSeconds`.
pub(super) fn deadline(rolling: &Rolling) -> Option<Out> {
    Some(seconds(rolling.progress_deadline))
}

/// Whole seconds as a number; finer spans as text.
pub(super) fn seconds(span: Span) -> Out {
    let whole = span.0 / 1_000_000_000;
    if span == Span::from_secs(whole) { Out::Number(whole as f64) } else { Out::Text(go_duration(span)) }
}

/// Kubernetes `IntOrString`.
pub(super) fn amount(amount: Amount) -> Out {
    match amount {
        Amount::Count(count) => Out::Number(f64::from(count)),
        Amount::Share(share) => Out::Text(share.to_string()),
    }
}

/// The pod template: probes and draining.
pub(super) fn template(plan: &Plan) -> Out {
    let probes = plan.probes;
    let one = |probe: Option<Probe>| probe.map(|probe| self::probe(&probe));
    let sleep = plan.drain.filter(|drain| !drain.pre_stop.is_zero()).map(|drain| {
        map([("preStop", Some(map([("sleep", Some(map([("seconds", Some(seconds(drain.pre_stop)))])))])))])
    });
    let container = map([
        ("name", text("main")),
        ("startupProbe", probes.and_then(|probes| one(probes.startup))),
        ("readinessProbe", probes.and_then(|probes| one(probes.readiness))),
        ("livenessProbe", probes.and_then(|probes| one(probes.liveness))),
        ("lifecycle", sleep),
    ]);
    let grace = plan.drain.map(|drain| seconds(drain.grace));
    map([(
        "spec",
        Some(map([("terminationGracePeriodSeconds", grace), ("containers", list(vec![container]))])),
    )])
}

fn probe(probe: &Probe) -> Out {
    map([
        ("initialDelaySeconds", Some(seconds(probe.initial_delay))),
        ("periodSeconds", Some(seconds(probe.period))),
        ("timeoutSeconds", Some(seconds(probe.timeout))),
        ("successThreshold", number(probe.success_threshold)),
        ("failureThreshold", number(probe.failure_threshold)),
    ])
}
