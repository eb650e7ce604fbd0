//! Reads a pod template: its probes, its grace period and its preStop hook.

use super::cursor::At;
use super::zones::{self, Zones};
use crate::engine::{Amount, Share, Span};
use crate::scenario::{Drain, Probe, Probes};

/// The parts of a plan that a pod template gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pod {
    /// Probes of the first container that has any; none of them where no container has one.
    pub probes: Option<Probes>,
    /// Its grace period and preStop hook.
    pub drain: Option<Drain>,
    /// The zones that it asks for.
    pub zones: Option<Zones>,
}

/// The annotation of a pod template by which an export says that the plan leaves the probes to the scenario.
pub(super) const SCENARIO_PROBES: &str = "rollout-lab/probes";
/// The same of draining.
pub(super) const SCENARIO_DRAIN: &str = "rollout-lab/drain";

/// Reads a pod template (`spec.template`). What it leaves out has Kubernetes' default: without a readiness probe an instance is
/// ready when its container runs, without a preStop hook it is told to stop at once, and the grace period is 30 s
/// (kubernetes.io, "Pod Lifecycle").
pub fn pod(template: &At<'_>) -> Pod {
    let Some(spec) = template.get("spec") else { return Pod::default() };
    let annotations = template.dig(&["metadata", "annotations"]);
    let is_left = |key| annotations.as_ref().and_then(|at| at.text(key)).as_deref() == Some("scenario");
    let containers = spec.items("containers");
    for sidecar in
        spec.items("initContainers").iter().filter(|at| at.text("restartPolicy").as_deref() == Some("Always"))
    {
        sidecar.refuse("a sidecar, which runs as long as the pod does: upstream the pod is ready when it is as well, and it is stopped last");
    }
    beside(&spec);
    let labels = template.dig(&["metadata", "labels"]).map(|at| at.entries()).unwrap_or_default();
    let labels: Vec<(String, String)> =
        labels.iter().filter_map(|(key, at)| Some(((*key).to_owned(), at.as_text()?))).collect();
    let zones = zones::of(&spec, &labels);
    let probed = containers.iter().position(|at| PROBES.iter().any(|probe| at.get(probe).is_some()));
    let grace = spec.span("terminationGracePeriodSeconds");
    let (mut probes, mut pre_stop) = (Probes::default(), None);
    for (index, container) in containers.iter().enumerate() {
        container.text("name");
        if index != probed.unwrap_or(0) {
            container.refuse("an instance is one process; the first container with probes is used");
            continue;
        }
        let [startup, readiness, liveness] = PROBES.map(|key| container.get(key).map(|at| probe(&at)));
        probes = Probes { startup, readiness, liveness };
        if let Some(at) = container.dig(&["lifecycle", "postStart"]) {
            at.refuse("upstream the container runs only when this hook is through; here its boot is as long as the scenario says");
        }
        pre_stop = container.dig(&["lifecycle", "preStop"]).and_then(|at| sleep(&at));
        if probes.readiness.is_none() && !is_left(SCENARIO_PROBES) {
            container.note("without a readinessProbe it gets requests as soon as it runs");
        }
        if container.dig(&["lifecycle", "preStop"]).is_none() && !is_left(SCENARIO_DRAIN) {
            container
                .note("without a preStop hook it is told to stop at once, while proxies still send to it");
        }
    }
    if containers.is_empty() && grace.is_none() {
        return Pod { zones, ..Pod::default() };
    }
    let drain = Drain {
        pre_stop: pre_stop.unwrap_or(Span::ZERO),
        grace: grace.unwrap_or(Span::from_secs(30)),
        ..Drain::default()
    };
    Pod {
        probes: (!is_left(SCENARIO_PROBES) && !containers.is_empty()).then_some(probes),
        drain: (!is_left(SCENARIO_DRAIN)).then_some(drain),
        zones,
    }
}

const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];

/// Says of the fields beside the containers what follows from them.
fn beside(spec: &At<'_>) {
    for (key, why) in [
        (
            "initContainers",
            "upstream they run before each start; here a boot is as long as the scenario says",
        ),
        (
            "readinessGates",
            "upstream an instance is ready when these conditions hold as well; here by its probe alone",
        ),
        ("activeDeadlineSeconds", "upstream the pod is killed after this time; here it lives on"),
    ] {
        spec.refuse_at(key, why);
    }
}

/// Reads a probe. A field that is 0 counts as left out (Kubernetes, `SetDefaults_Probe`).
fn probe(at: &At<'_>) -> Probe {
    at.mark();
    let default = Probe::default();
    let some = |key| at.span(key).filter(|span| !span.is_zero());
    let count = |key| at.whole(key).filter(|count| *count > 0);
    at.refuse_at(
        "terminationGracePeriodSeconds",
        "an instance that fails this probe has the time of the pod's `terminationGracePeriodSeconds` here",
    );
    Probe {
        initial_delay: at.span("initialDelaySeconds").unwrap_or(default.initial_delay),
        period: some("periodSeconds").unwrap_or(default.period),
        timeout: some("timeoutSeconds").unwrap_or(default.timeout),
        success_threshold: count("successThreshold").unwrap_or(default.success_threshold),
        failure_threshold: count("failureThreshold").unwrap_or(default.failure_threshold),
        checks: default.checks,
    }
}

/// The time that a preStop hook sleeps: `sleep: {seconds: 10}`, or a command such as `sleep 10` or `sh -c "sleep 10"`. What else such a
/// command does is said; a loop waits for what nobody knows here.
fn sleep(hook: &At<'_>) -> Option<Span> {
    if let Some(sleep) = hook.get("sleep") {
        return sleep.span("seconds");
    }
    let Some(exec) = hook.get("exec") else {
        hook.refuse(NO_SLEEP);
        return None;
    };
    let words: Vec<String> = exec.items("command").iter().filter_map(At::as_text).collect();
    let script = words.join(" ");
    let commands =
        script.split([';', '&', '|', '\n']).map(|command| command.split_whitespace().collect::<Vec<_>>());
    let commands: Vec<Vec<&str>> =
        commands.map(|words| bare(&words).to_vec()).filter(|words| !words.is_empty()).collect();
    let loops = commands.iter().any(|words| ["while", "until", "for"].contains(&words[0]));
    let slept = |words: &&Vec<&str>| match words.as_slice() {
        [program, time] if program.rsplit('/').next() == Some("sleep") => super::quantity::span(time),
        _ => None,
    };
    let sleeps: Vec<Span> = commands.iter().filter_map(|words| slept(&words)).collect();
    if loops || sleeps.is_empty() {
        exec.refuse(NO_SLEEP);
        return None;
    }
    if sleeps.len() < commands.len() {
        exec.note(
            "of this hook the time that it sleeps is read; upstream it lasts as long as all that it does",
        );
    }
    Some(sleeps.into_iter().fold(Span::ZERO, |sum, span| sum + span))
}

/// What is said of a hook whose time is not known.
const NO_SLEEP: &str = "a hook other than a sleep; the lab reads only the time that it waits";

/// A command without the shell that runs it.
fn bare<'a, 'w>(words: &'a [&'w str]) -> &'a [&'w str] {
    match words {
        [shell, rest @ ..]
            if ["sh", "bash", "ash", "dash", "busybox"]
                .contains(&shell.rsplit('/').next().unwrap_or(shell)) =>
        {
            bare(rest)
        }
        ["exec", rest @ ..] => bare(rest),
        [option, rest @ ..] if option.starts_with('-') && option.ends_with('c') => bare(rest),
        _ => words,
    }
}

/// What is wrong where an update may neither add an instance nor take one away.
pub(super) const NEITHER: &str = "`maxSurge` and `maxUnavailable` may not both be 0";
/// What is wrong where the deadline of an update is over before an instance can be available.
pub(super) const TOO_SHORT: &str = "it has to be longer than `minReadySeconds`; by default it is 600";

/// Whether both `maxSurge` and `maxUnavailable` of `at` are 0 (Kubernetes `ValidateRollingUpdateDeployment`, Argo Rollouts
/// `invalidMaxSurgeMaxUnavailable`).
pub(super) fn cannot_move(at: &At<'_>) -> bool {
    let none = |key| matches!(at.amount(key), Some(Amount::Count(0)) | Some(Amount::Share(Share::ZERO)));
    none("maxSurge") && none("maxUnavailable")
}

/// The field that is wrong where `progressDeadlineSeconds` is not longer than `minReadySeconds` (Kubernetes `ValidateDeploymentSpec`, Argo
/// Rollouts `ValidateRolloutSpec`).
pub(super) fn deadline_is_too_short<'a>(spec: &At<'a>) -> Option<At<'a>> {
    let ready = spec.span("minReadySeconds").unwrap_or(Span::ZERO);
    let deadline = spec.span("progressDeadlineSeconds").unwrap_or(Span::from_secs(600));
    (deadline <= ready)
        .then(|| spec.get("progressDeadlineSeconds").or_else(|| spec.get("minReadySeconds")))?
}

/// Whether the `selector` of a workload chooses the pods of its own `template`.
///
/// # Errors
/// The value that is wrong, and why the file is refused for it (Kubernetes `ValidatePodTemplateSpecForReplicaSet`).
pub(super) fn selected<'a>(spec: &At<'a>) -> Result<(), (At<'a>, &'static str)> {
    let Some(selector) = spec.get("selector") else { return Err((spec.clone(), "`selector` is missing")) };
    let wanted = selector.get("matchLabels").map(|at| at.entries()).unwrap_or_default();
    if wanted.is_empty() && selector.items("matchExpressions").is_empty() {
        return Err((selector, "a `selector` chooses some labels at least"));
    }
    let Some(template) = spec.get("template") else { return Ok(()) };
    let labels = template.dig(&["metadata", "labels"]).map(|at| at.entries()).unwrap_or_default();
    let has = |(key, value): &(&str, At<'_>)| {
        labels.iter().any(|(name, label)| name == key && label.node.shown() == value.node.shown())
    };
    match wanted.iter().all(has) {
        true => Ok(()),
        false => Err((selector, "the labels of the `template` are not those that it chooses")),
    }
}

/// Notes `replicas`: the size of the fleet is the scenario's, not the plan's.
pub fn replicas(spec: &At<'_>) {
    if let (Some(count), Some(at)) = (spec.whole("replicas"), spec.get("replicas")) {
        at.note(format!(
            "{count} instances: the scenario says how large the fleet is; give it the same size"
        ));
    }
}
