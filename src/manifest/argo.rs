//! Argo Rollouts: `Rollout` with a canary or blue-green strategy, `AnalysisTemplate` and `ClusterAnalysisTemplate`.

mod analysis;
mod around;
mod blue_green;
mod check;
mod export;
mod steps;
mod template;

pub use analysis::Arguments;
pub use check::{Limits, limits};

use super::cursor::At;
use super::format::{Format, Reader};
use super::parts::{Document, Parts, Templates};
use super::pod::{Pod, pod, replicas};
use super::promql::Names;
use super::table::Table;
use crate::control::{Analysis, Canary, Check, Rolling, Strategy};
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
        Reader::of_kind("Rollout", read),
        Reader::template("AnalysisTemplate"),
        Reader::template("ClusterAnalysisTemplate"),
    ],
    write: export::export,
};

fn read(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, templates: &Templates<'_>, table: &Table) {
    if parts.takes_strategy(&document.at) {
        let rollout = rollout(spec, templates, table);
        parts.strategy = rollout.strategy.map(|strategy| (document.title(), strategy));
        (parts.checks, parts.analysis, parts.window) = (rollout.checks, rollout.analysis, rollout.window);
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
    pub window: Option<u32>,
}

/// Reads the `spec` of a Rollout.
pub fn rollout(spec: &At<'_>, templates: &Templates<'_>, table: &Table) -> Rollout {
    spec.mark();
    replicas(spec);
    if let Some(reference) = spec.get("workloadRef") {
        reference.text("kind");
        reference.text("apiVersion");
        reference.text("name");
    }
    let mut found = Rollout {
        checks: Vec::new(),
        strategy: None,
        analysis: None,
        window: spec.get("rollbackWindow").and_then(|at| at.whole("revisions")),
        pod: spec.get("template").map(|at| pod(&at)).unwrap_or_default(),
    };
    let around = |names| Around { templates, table, names, named: NamedMetrics::default() };
    let canary = spec.dig(&["strategy", "canary"]);
    let blue_green = spec.dig(&["strategy", "blueGreen"]);
    match (canary, blue_green) {
        (Some(at), None) => {
            let around = around(names(&at, "canaryService", "stableService"));
            (found.strategy, found.analysis) = self::canary(spec, &at, &around);
            found.checks = around.named.into_checks();
        }
        (None, Some(at)) => {
            let around = around(names(&at, "previewService", "activeService"));
            found.strategy = Some(Strategy::BlueGreen(blue_green::blue_green(spec, &at, &around)));
            found.checks = around.named.into_checks();
        }
        (Some(_), Some(at)) => at.wrong("one strategy, canary or blueGreen"),
        (None, None) => spec.wrong("a strategy, canary or blueGreen"),
    }
    found
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
    Names { candidate: name(candidate), baseline: name(baseline) }
}

fn canary(spec: &At<'_>, at: &At<'_>, around: &Around<'_, '_>) -> (Option<Strategy>, Option<Analysis>) {
    at.mark();
    let quarter = Amount::Share(Share::percent(25.0));
    let max_surge = at.amount("maxSurge").unwrap_or(quarter);
    let max_unavailable = at.amount("maxUnavailable").unwrap_or(quarter);
    let analysis = at.get("analysis").and_then(|at| {
        let from_step = at.whole("startingStep").unwrap_or(0);
        analysis::analysis(&at, around, AnalysisPlace::Background)
            .map(|analysis| Analysis { from_step, ..analysis })
    });
    if at.items("steps").is_empty() {
        let default = Rolling::default();
        let rolling = Rolling {
            max_surge,
            max_unavailable,
            min_ready: spec.span("minReadySeconds").unwrap_or(default.min_ready),
            progress_deadline: spec.span("progressDeadlineSeconds").unwrap_or(default.progress_deadline),
            abort_on_deadline: spec.flag("progressDeadlineAbort").unwrap_or(default.abort_on_deadline),
        };
        at.note("a canary without steps is a rolling update");
        return (Some(Strategy::Rolling(rolling)), analysis);
    }
    let router = at.get("trafficRouting").is_some_and(|at| {
        at.mark();
        for (_, provider) in at.entries() {
            provider.note("the lab's router splits the requests, whichever router is named here");
            provider.node.read_all();
        }
        true
    });
    let canary = Canary {
        steps: steps::steps(at, around),
        router,
        // By default neither a service mesh nor a load balancer keeps a user on one release.
        sticky: false,
        max_surge,
        max_unavailable,
        dynamic_stable_scale: at.flag("dynamicStableScale").unwrap_or(false),
        abort_scale_down_delay: at.span("abortScaleDownDelaySeconds"),
        min_instances: at.whole("minPodsPerReplicaSet").unwrap_or(1).max(1),
        progress_deadline: spec.span("progressDeadlineSeconds").unwrap_or(Span::from_secs(600)),
        abort_on_deadline: spec.flag("progressDeadlineAbort").unwrap_or(false),
        progress_threshold: None,
        anti_affinity: at.get("antiAffinity").and_then(|at| anti_affinity(&at)),
    };
    (Some(Strategy::Canary(canary)), analysis)
}
