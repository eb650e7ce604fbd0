//! Reads a pod template: its probes, its grace period and its preStop hook.

use super::cursor::At;
use crate::engine::Span;
use crate::scenario::{Drain, Probe, Probes};

/// The parts of a plan that a pod template gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pod {
    /// Probes of the first container that has any.
    pub probes: Option<Probes>,
    /// Its grace period and preStop hook, when it has either.
    pub drain: Option<Drain>,
}

/// Reads a pod template (`spec.template`).
pub fn pod(template: &At<'_>) -> Pod {
    let Some(spec) = template.get("spec") else { return Pod::default() };
    let containers = spec.items("containers");
    let probed = containers.iter().position(|at| PROBES.iter().any(|probe| at.get(probe).is_some()));
    let mut pod = Pod::default();
    let grace = spec.span("terminationGracePeriodSeconds");
    let mut pre_stop = None;
    for (index, container) in containers.iter().enumerate() {
        container.text("name");
        if index != probed.unwrap_or(0) {
            container.refuse("an instance is one process; the first container with probes is used");
            continue;
        }
        if probed.is_some() {
            let [startup, readiness, liveness] = PROBES.map(|key| container.get(key).map(|at| probe(&at)));
            pod.probes = Some(Probes { startup, readiness, liveness });
        }
        pre_stop = container.dig(&["lifecycle", "preStop"]).and_then(|at| sleep(&at));
    }
    if grace.is_some() || pre_stop.is_some() {
        let default = Drain::default();
        pod.drain = Some(Drain {
            pre_stop: pre_stop.unwrap_or(default.pre_stop),
            grace: grace.unwrap_or(default.grace),
            ..default
        });
    }
    pod
}

const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];

fn probe(at: &At<'_>) -> Probe {
    at.mark();
    let default = Probe::default();
    Probe {
        initial_delay: at.span("initialDelaySeconds").unwrap_or(default.initial_delay),
        period: at.span("periodSeconds").unwrap_or(default.period),
        timeout: at.span("timeoutSeconds").unwrap_or(default.timeout),
        success_threshold: at.whole("successThreshold").unwrap_or(default.success_threshold),
        failure_threshold: at.whole("failureThreshold").unwrap_or(default.failure_threshold),
        checks: default.checks,
    }
}

/// The time that a preStop hook sleeps: `sleep: {seconds: 10}`, or a command such as `sleep 10` or `sh -c "sleep 10"`.
fn sleep(hook: &At<'_>) -> Option<Span> {
    if let Some(sleep) = hook.get("sleep") {
        return sleep.span("seconds");
    }
    let exec = hook.get("exec")?;
    let words: Vec<String> = exec.items("command").iter().filter_map(At::as_text).collect();
    let said = words.join(" ");
    let parts: Vec<&str> = said.split([' ', ';', '&']).filter(|part| !part.is_empty()).collect();
    let found = parts.windows(2).find(|pair| pair[0].rsplit('/').next() == Some("sleep"));
    let slept = found.and_then(|pair| super::quantity::span(pair[1]));
    if slept.is_none() {
        exec.refuse("a hook other than a sleep; the lab reads only the time that it waits");
    }
    slept
}

/// Notes `replicas`: the size of the fleet is the scenario's, not the plan's.
pub fn replicas(spec: &At<'_>) {
    if let (Some(count), Some(at)) = (spec.whole("replicas"), spec.get("replicas")) {
        at.note(format!(
            "{count} instances: the scenario says how large the fleet is; give it the same size"
        ));
    }
}
