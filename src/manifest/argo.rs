//! Argo Rollouts: `Rollout` with a canary or blue-green strategy, `AnalysisTemplate` and `ClusterAnalysisTemplate`.

mod analysis;
mod around;
mod blue_green;
mod check;
mod experiment;
mod export;
mod header;
mod limits;
mod provider;
mod references;
mod refused;
mod steps;
mod template;

pub use analysis::Arguments;
pub(super) use check::{EMPTY_UPSTREAM, say_notes};
pub use limits::{Limits, NoLimits, limits};
pub(super) use references::check as check_references;

use super::cursor::At;
use super::format::{Format, Leads, Reader};
use super::parts::{Document, Parts, Templates};
use super::pod::{Pod, pod, replicas};
use super::promql::Names;
use super::table::Table;
use crate::control::{Analysis, Canary, Check, Experiment, Rolling, Step, Strategy};
use crate::engine::{Amount, Share, Span};
use crate::sim::AntiAffinity;
use analysis::AnalysisPlace;
use around::{Around, NamedMetrics};

/// The format `argo`.
pub const FORMAT: Format = Format {
    name: "argo",
    title: "Argo Rollouts",
    ending: "yaml",
    writes: "A Rollout and its AnalysisTemplates",
    reads: "Rollout, AnalysisTemplate",
    main: "a Rollout",
    readers: &[
        Reader::leading(
            "Rollout",
            &["argoproj.io"],
            Leads { workload: "workloadRef", needs: "strategy" },
            read,
        ),
        Reader::template("AnalysisTemplate", &["argoproj.io"]),
        Reader::template("ClusterAnalysisTemplate", &["argoproj.io"]),
    ],
    write: export::export,
};

fn read(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, templates: &Templates<'_>, table: &Table) {
    if parts.takes_strategy(&document.at) {
        let rollout = rollout(document, spec, templates, table);
        parts.strategy = rollout.strategy.map(|strategy| (document.title(), strategy));
        (parts.checks, parts.analysis) = (rollout.checks, rollout.analysis);
        parts.window = Some(rollout.window);
        parts.add(rollout.pod);
    }
}

/// The parts of a plan that a Rollout gives.
#[derive(Clone, Debug)]
pub struct Rollout {
    /// The metrics of its templates, which its analyses use by their names.
    pub checks: Vec<Check>,
    /// The strategy.
    pub strategy: Option<Strategy>,
    /// The background analysis.
    pub analysis: Option<Analysis>,
    /// Probes and draining.
    pub pod: Pod,
    /// How many revisions back an undo is fast.
    pub window: u32,
}

/// Reads a Rollout with this `spec`.
fn rollout(document: &Document<'_>, spec: &At<'_>, templates: &Templates<'_>, table: &Table) -> Rollout {
    spec.mark();
    replicas(spec);
    if let Some(reference) = spec.get("workloadRef") {
        reference.text("kind");
        reference.text("apiVersion");
        reference.text("name");
        if let Some(at) = reference.get("scaleDown") {
            at.ignore(
                "it is about the Deployment that the Rollout takes over from, before the first release",
            );
        }
    }
    beside(spec);
    let mut found = Rollout {
        checks: Vec::new(),
        strategy: None,
        analysis: None,
        // Argo Rollouts (docs/features/rollback.md): without a window going back runs all steps again.
        window: spec.get("rollbackWindow").and_then(|at| at.whole("revisions")).unwrap_or(0),
        pod: spec.get("template").map(|at| pod(&at)).unwrap_or_default(),
    };
    let around = |names, switched| Around {
        templates,
        table,
        names,
        switched,
        document,
        named: NamedMetrics::default(),
    };
    let namespace = document.at.get("metadata").and_then(|at| at.text("namespace"));
    let namespace = namespace.map(|name| name.to_lowercase());
    let canary = spec.dig(&["strategy", "canary"]);
    let blue_green = spec.dig(&["strategy", "blueGreen"]);
    match (canary, blue_green) {
        (Some(at), None) => {
            refused::canary(spec, &at);
            let mut names = names(&at, "canaryService", "stableService");
            name_subsets(&at, &mut names);
            names.labels = ["canaryMetadata", "stableMetadata"].map(|key| labels(&at, key));
            names.namespace = namespace;
            let around = around(names.clone(), names);
            (found.strategy, found.analysis) = self::canary(spec, &at, &around);
            found.checks = around.named.into_checks();
        }
        (None, Some(at)) => {
            refused::blue_green(spec, &at);
            let mut names = names(&at, "previewService", "activeService");
            names.labels = ["previewMetadata", "activeMetadata"].map(|key| labels(&at, key));
            names.namespace = namespace;
            let around = around(names.clone(), names.switched());
            found.strategy = Some(Strategy::BlueGreen(blue_green::blue_green(spec, &at, &around)));
            found.checks = around.named.into_checks();
        }
        (Some(_), Some(at)) => at.wrong("one strategy, canary or blueGreen"),
        (None, None) => spec.problem(format!(
            "Rollout/{} has no spec.strategy; allowed is canary or blueGreen",
            document.name
        )),
    }
    found
}

/// Says of the fields beside the strategy what follows from them.
fn beside(spec: &At<'_>) {
    if let Some(at) = spec.get("paused") {
        match at.node.is_true() {
            true => at.not_applied("upstream nothing moves until somebody resumes it; here it is under way"),
            false => at.mark(),
        }
        at.mark();
    }
    for key in ["restartAt", "analysis"] {
        if let Some(at) = spec.get(key) {
            at.ignore("it is about restarts and past analyses, and not about a release");
        }
    }
}

/// Adds the subsets of Istio's DestinationRule, by which metrics tell the two sides apart (`canarySubsetName`), and says of
/// `pingPong` that its services change their sides.
fn name_subsets(at: &At<'_>, names: &mut Names) {
    if let Some(rule) = at.dig(&["trafficRouting", "istio", "destinationRule"]) {
        let name = |key| rule.text(key).map(|name| name.to_lowercase());
        names.candidate.extend(name("canarySubsetName"));
        names.baseline.extend(name("stableSubsetName"));
    }
    if let Some(of) = at.get("pingPong") {
        of.node.read_all();
        of.note(
            "its two services change their sides with every release, so that a query by one of their names measures the \
             candidate in every other release only; such a query is not taken for either side here",
        );
    }
}

/// `antiAffinity`. Upstream it separates hosts; here it separates zones.
fn anti_affinity(at: &At<'_>) -> Option<AntiAffinity> {
    at.note("instances keep out of each other's zones here, not of each other's hosts");
    let rule = |key: &str| at.entries().into_iter().find(|(name, _)| *name == key);
    if let Some((_, at)) = rule("requiredDuringSchedulingIgnoredDuringExecution") {
        at.node.read_all();
        return Some(AntiAffinity::Required);
    }
    let (_, at) = rule("preferredDuringSchedulingIgnoredDuringExecution")?;
    at.node.read_all();
    Some(AntiAffinity::Preferred)
}

fn names(at: &At<'_>, candidate: &str, baseline: &str) -> Names {
    let name = |key| at.text(key).map(|name| name.to_lowercase()).into_iter().collect();
    Names { candidate: name(candidate), baseline: name(baseline), ..Names::default() }
}

/// The labels that the pods of one side alone carry.
fn labels(at: &At<'_>, key: &str) -> Vec<(String, String)> {
    let Some(labels) = at.dig(&[key, "labels"]) else { return Vec::new() };
    labels.entries().iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.as_text()?))).collect()
}

fn canary(spec: &At<'_>, at: &At<'_>, around: &Around<'_, '_>) -> (Option<Strategy>, Option<Analysis>) {
    at.mark();
    let quarter = Amount::Share(Share::percent(25.0));
    let max_surge = at.amount("maxSurge").unwrap_or(quarter);
    let max_unavailable = at.amount("maxUnavailable").unwrap_or(quarter);
    let background = at.get("analysis").and_then(|at| {
        let from_step = at.whole("startingStep").unwrap_or(0);
        analysis::analysis(&at, around, AnalysisPlace::Background)
            .map(|analysis| Analysis { from_step, ..analysis })
    });
    let router = at.get("trafficRouting");
    let provider::Read { whole, sticky } = router.as_ref().map(provider::read).unwrap_or_default();
    let steps = steps::steps(at, around, whole);
    let analysis = background.map(|analysis| {
        // A step of the manifest with several keys is several steps here.
        let from = steps.starts.get(analysis.from_step as usize).map(|start| *start as u32);
        Analysis { from_step: from.unwrap_or(analysis.from_step), ..analysis }
    });
    if steps.starts.is_empty() && router.is_none() {
        let default = Rolling::default();
        let rolling = Rolling {
            max_surge,
            max_unavailable,
            min_ready: spec.span("minReadySeconds").unwrap_or(default.min_ready),
            progress_deadline: spec.span("progressDeadlineSeconds").unwrap_or(default.progress_deadline),
            abort_on_deadline: spec.flag("progressDeadlineAbort").unwrap_or(default.abort_on_deadline),
            proportional: false,
        };
        at.note("a canary without steps is a rolling update");
        return (Some(Strategy::Rolling(rolling)), analysis);
    }
    let mut list = steps.steps;
    if steps.starts.is_empty() {
        // Argo Rollouts: without steps the desired weight is 100 at once, so that the canary is scaled to the full size first.
        at.note("with a router and without steps the candidate grows to full size beside the baseline, then gets everything");
        list.push(Step::Weight(Share::ALL));
    } else if list.is_empty() {
        at.problem(format!(
            "{}.steps: none of the steps can be a step of a plan, so nothing would happen",
            at.path
        ));
    } else if list.iter().all(never_ends) {
        at.problem(format!(
            "{}.steps: none of the steps ends by itself or leads to another, so nothing would be released: upstream the experiment stands \
             until somebody promotes; give it a `duration`, or a step after it",
            at.path
        ));
    }
    let canary = Canary {
        steps: list,
        router: router.is_some(),
        // By default neither a service mesh nor a load balancer keeps a user on one release.
        sticky,
        max_surge,
        max_unavailable,
        dynamic_stable_scale: at.flag("dynamicStableScale").unwrap_or(false),
        abort_scale_down_delay: at.span("abortScaleDownDelaySeconds"),
        min_instances: at.whole("minPodsPerReplicaSet").unwrap_or(1).max(1),
        progress_deadline: spec.span("progressDeadlineSeconds").unwrap_or(Span::from_secs(600)),
        abort_on_deadline: spec.flag("progressDeadlineAbort").unwrap_or(false),
        progress_threshold: at.get("replicaProgressThreshold").and_then(|at| threshold(&at)),
        min_ready: spec.span("minReadySeconds").unwrap_or(Span::ZERO),
        scale_down_delay: at.span("scaleDownDelaySeconds").unwrap_or(Span::from_secs(30)),
        anti_affinity: at.get("antiAffinity").and_then(|at| anti_affinity(&at)),
    };
    let stays_at_a_size = matches!(canary.steps.first(), Some(Step::Scale(_)));
    if let Some(given) = at.get("abortScaleDownDelaySeconds")
        && canary.abort_scale_down_delay == Some(Span::ZERO)
        && canary.router
        && !stays_at_a_size
    {
        given.note(
            "with 0 the canary stays after an abort at the size that a first step `setCanaryScale` sets; there is none here, so that it goes at once",
        );
    }
    if let Some(at) = at.get("scaleDownDelayRevisionLimit") {
        at.ignore(
            "it keeps the instances of revisions before the last, and a release has one revision before it",
        );
    }
    (Some(Strategy::Canary(canary)), analysis)
}

/// `replicaProgressThreshold`: how many of a step's instances must be available (`type` Percent or Pod, and a `value`).
fn threshold(at: &At<'_>) -> Option<Amount> {
    let value = at.whole("value")?;
    match at.text("type").as_deref() {
        Some("Pod") => Some(Amount::Count(value)),
        Some("Percent") if value <= 100 => Some(Amount::Share(Share::percent(f64::from(value)))),
        _ => {
            at.wrong("a `type` of Pod, or of Percent with a `value` of at most 100");
            None
        }
    }
}

/// Whether a step is an experiment that stands until somebody ends it.
fn never_ends(step: &Step) -> bool {
    matches!(step, Step::Experiment(experiment) if experiment.lasts == Experiment::UNTIL_ENDED && experiment.analysis.is_none())
}
