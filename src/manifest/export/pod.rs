//! Writes the parts that all formats with pods share: name and title, amounts and durations, and the pod template.

use super::write::{Out, list, map, number, text};
use crate::control::{Plan, Rolling};
use crate::engine::{Amount, Span};
use crate::manifest::pod::{SCENARIO_DRAIN, SCENARIO_PROBES};
use crate::manifest::template::unrendered;
use crate::scenario::Probe;
use crate::sim::TextMatch;

/// Name and title. A title that would be read back as an unrendered template is left out.
pub(in crate::manifest) fn metadata(plan: &Plan, name: String) -> Out {
    let title =
        unrendered(&plan.title).is_none().then(|| map([("rollout-lab/title", text(plan.title.clone()))]));
    map([("name", text(name)), ("annotations", title)])
}

/// `minReadySeconds`, unless it is 0.
pub(in crate::manifest) fn min_ready(rolling: &Rolling) -> Option<Out> {
    (!rolling.min_ready.is_zero()).then(|| seconds(rolling.min_ready))
}

/// `progressDeadlineSeconds`.
pub(in crate::manifest) fn deadline(rolling: &Rolling) -> Option<Out> {
    Some(seconds(rolling.progress_deadline))
}

/// Whole seconds, as Kubernetes counts them: a finer span is rounded up.
pub(in crate::manifest) fn seconds(span: Span) -> Out {
    Out::Number(span.0.div_ceil(1_000_000_000) as f64)
}

/// Kubernetes `IntOrString`.
pub(in crate::manifest) fn amount(amount: Amount) -> Out {
    match amount {
        Amount::Count(count) => Out::Number(f64::from(count)),
        Amount::Share(share) => Out::Text(share.to_string()),
    }
}

/// The image of an exported pod template.
pub(in crate::manifest) const IMAGE: &str = "registry.example/fill-in:tag";
/// The router of an exported canary.
pub(in crate::manifest) const ROUTER: &str = "rollout-lab/router";
/// The address of Prometheus in an export.
pub(in crate::manifest) const PROMETHEUS: &str = "http://prometheus:9090";
/// The address of an approval gate in an export.
pub(in crate::manifest) const APPROVAL: &str = "http://approval.example/gate";

/// How a header's value is compared, as Istio and Argo Rollouts write it.
pub(in crate::manifest) fn text_match(of: &TextMatch) -> Out {
    let (key, value) = match of {
        TextMatch::Exact(value) => ("exact", value),
        TextMatch::Prefix(value) => ("prefix", value),
        TextMatch::Regex(value) => ("regex", value),
    };
    map([(key, text(value.clone()))])
}

/// The selector of the pods of what is called `name`.
pub(in crate::manifest) fn selector(name: &str) -> Out {
    map([("matchLabels", Some(map([("app", text(name))])))])
}

/// The pod template of what is called `name`: probes and draining. What the plan leaves to its scenario is marked so.
pub(in crate::manifest) fn template(plan: &Plan, name: &str) -> Out {
    let probes = plan.probes;
    let one = |probe: Option<Probe>| probe.map(|probe| self::probe(&probe));
    let sleep = plan.drain.filter(|drain| !drain.pre_stop.is_zero()).map(|drain| {
        map([("preStop", Some(map([("sleep", Some(map([("seconds", Some(seconds(drain.pre_stop)))])))])))])
    });
    let container = map([
        ("name", text("main")),
        ("image", text(IMAGE)),
        ("startupProbe", probes.and_then(|probes| one(probes.startup))),
        ("readinessProbe", probes.and_then(|probes| one(probes.readiness))),
        ("livenessProbe", probes.and_then(|probes| one(probes.liveness))),
        ("lifecycle", sleep),
    ]);
    let grace = plan.drain.map(|drain| seconds(drain.grace));
    let left = |is_left: bool| is_left.then(|| Out::Text("scenario".to_owned()));
    let annotations =
        map([(SCENARIO_PROBES, left(probes.is_none())), (SCENARIO_DRAIN, left(plan.drain.is_none()))]);
    let annotations = (probes.is_none() || plan.drain.is_none()).then_some(annotations);
    let labels = map([("app", text(name))]);
    map([
        ("metadata", Some(map([("labels", Some(labels)), ("annotations", annotations)]))),
        (
            "spec",
            Some(map([("terminationGracePeriodSeconds", grace), ("containers", list(vec![container]))])),
        ),
    ])
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
