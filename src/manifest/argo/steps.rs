//! Reads the steps of a canary.

use super::analysis::{AnalysisPlace, analysis};
use super::around::Around;
use super::experiment::experiment;
use super::header::header_route;
use crate::control::{Copies, Step};
use crate::engine::{Amount, Share};
use crate::manifest::cursor::At;
use crate::manifest::quantity::percent;
use crate::manifest::tree::Value;
use crate::sim::{KindMatch, PathMatch};

/// The most steps that a strategy may have.
const MOST: usize = 200;

/// The steps of a canary.
pub(super) struct Steps {
    pub steps: Vec<Step>,
    /// The first of them that each step of the manifest became.
    pub starts: Vec<usize>,
}

/// Reads `spec.strategy.canary.steps`. Weights are parts of `whole`.
pub(super) fn steps(canary: &At<'_>, around: &Around<'_, '_>, whole: u32) -> Steps {
    let listed = canary.items("steps");
    let mut found = Steps { steps: Vec::new(), starts: Vec::new() };
    if listed.len() > MOST {
        canary.wrong("a canary of at most 200 steps");
        return found;
    }
    let is_alb = canary.dig(&["trafficRouting", "alb"]).is_some();
    for at in &listed {
        found.starts.push(found.steps.len());
        exclude(at);
        found.steps.extend(step(at, around, whole, is_alb));
    }
    found
}

/// Argo Rollouts (`hasMultipleStepsType` of its validation): of these keys a step has one at most.
fn exclude(at: &At<'_>) {
    const ONE_OF: [&str; 4] = ["setWeight", "pause", "experiment", "analysis"];
    let given: Vec<&str> =
        at.entries().iter().map(|(key, _)| *key).filter(|key| ONE_OF.contains(key)).collect();
    if let [first, second, ..] = given.as_slice() {
        at.problem(format!(
            "{}: found {first} and {second}; a step may have one of {}, so write two steps",
            at.path,
            ONE_OF.join(", ")
        ));
    }
}

/// The steps that one step of the manifest stands for, in the order in which they have their effect: sizes and routes are set
/// while a pause or an analysis of the same step lasts.
fn step(at: &At<'_>, around: &Around<'_, '_>, whole: u32, is_alb: bool) -> Vec<Step> {
    let mut found = Vec::new();
    found.extend(at.get("setCanaryScale").and_then(|scale| canary_scale(&scale, whole)));
    found.extend(at.get("setWeight").and_then(|weight| share(&weight, whole)).map(Step::Weight));
    found.extend(at.get("setHeaderRoute").and_then(|route| header_route(&route, is_alb)));
    found.extend(at.get("setMirrorRoute").and_then(|route| mirror_route(&route)));
    found.extend(at.get("experiment").and_then(|of| experiment(&of, around, whole)).map(Step::Experiment));
    if let Some(plugin) = at.get("plugin") {
        plugin.refuse("what it does is known to the plugin alone; here the step is over at once, and passes");
    }
    found.extend(
        at.get("analysis")
            .and_then(|judged| analysis(&judged, around, AnalysisPlace::Step))
            .map(Step::Analyse),
    );
    if let Some((_, pause)) = at.entries().into_iter().find(|(key, _)| *key == "pause") {
        pause.mark();
        if matches!(pause.node.value, Value::Null) {
            // Kubernetes ("Defaulting and Nullable"): the API server takes such a field away before the controller sees the step.
            pause.refused_upstream(
                "nothing stands here, and an API server drops the field; write `pause: {}`",
            );
        }
        found.extend(match pause.get("duration") {
            None => Some(Step::Approve),
            Some(at) => pause.span("duration").filter(|_| is_go(&at)).map(Step::Pause),
        });
    }
    found
}

/// Whether a pause is a number of seconds or one of Go's durations, which know no days (Argo Rollouts, `DurationSeconds`).
fn is_go(at: &At<'_>) -> bool {
    let has_days = at.as_text().is_some_and(|text| text.contains(['d', 'w', 'y']));
    if has_days {
        at.wrong("seconds, or a duration in `h`, `m` and `s`, such as 24h");
    }
    !has_days
}

fn canary_scale(scale: &At<'_>, whole: u32) -> Option<Step> {
    if let Some(replicas) = scale.whole("replicas") {
        return Some(Step::Scale(Amount::Count(replicas)));
    }
    if let Some(weight) = scale.get("weight") {
        return share(&weight, whole).map(|share| Step::Scale(Amount::Share(share)));
    }
    scale.flag("matchTrafficWeight");
    Some(Step::FollowWeight)
}

/// Reads `setMirrorRoute` (Argo Rollouts, `SetMirrorRoute` of its Istio reconciler): without `match` it takes the mirror away,
/// whatever the percentage; without a percentage all that matches is copied.
fn mirror_route(route: &At<'_>) -> Option<Step> {
    route.text("name");
    let percentage = route.get("percentage");
    let share = match &percentage {
        Some(at) => share(at, 100)?,
        None => Share::ALL,
    };
    let matches = route.items("match");
    if matches.is_empty() {
        route.mark();
        if percentage.is_some() {
            route.note("without a `match` nothing is copied, and a mirror of this name is taken away");
        }
        return Some(Step::Mirror(Share::ZERO));
    }
    let kinds = matches.iter().map(mirrored).collect::<Option<Vec<_>>>();
    let Some(kinds) = kinds else {
        route.refuse("it narrows the copies to what cannot be told apart here, so nothing is copied");
        return None;
    };
    if kinds.iter().any(KindMatch::is_all) {
        return Some(Step::Mirror(share));
    }
    Some(Step::Copy(Copies { share, kinds }))
}

/// One alternative of the matches of a mirror: method and path, which the kinds of requests have in their names.
fn mirrored(at: &At<'_>) -> Option<KindMatch> {
    let text = |key: &str, of: &str| at.get(key).and_then(|at| at.text(of));
    if at.get("headers").is_some() || ["method", "path"].iter().any(|key| text(key, "regex").is_some()) {
        return None;
    }
    let method = text("method", "exact").or_else(|| text("method", "prefix"));
    let path = match (text("path", "exact"), text("path", "prefix")) {
        (Some(exact), _) => PathMatch::Exact(exact),
        (None, prefix) => PathMatch::Prefix(prefix.unwrap_or_else(|| "/".to_owned())),
    };
    Some(KindMatch { method, path })
}

/// A part of `whole`.
pub(super) fn share(at: &At<'_>, whole: u32) -> Option<Share> {
    let share = percent(at.as_number()? / f64::from(whole) * 100.0);
    if share.is_none() {
        at.wrong(&format!("a weight, 0 to {whole}"));
    }
    share
}
