//! Reads the experiments of a canary.

use super::analysis::{AnalysisPlace, analysis};
use super::around::Around;
use super::steps::share;
use crate::control::{Analysis, Experiment, Sides};
use crate::engine::{Amount, Share, Span};
use crate::manifest::cursor::At;

/// The templates of one version: their instances together, and their share of requests.
struct Group {
    replicas: u32,
    share: Option<Share>,
}

/// Reads an experiment. Of its templates the lab keeps the size, and the share of requests. `None`, with the reason said, where
/// nothing of it can be run.
pub(super) fn experiment(at: &At<'_>, around: &Around<'_, '_>, whole: u32) -> Option<Experiment> {
    let templates = at.items("templates");
    let group = |version: &str| {
        let of = |template: &&At<'_>| template.text("specRef").is_some_and(|name| name == version);
        let found: Vec<&At<'_>> = templates.iter().filter(of).collect();
        let (first, rest) = found.split_first()?;
        if let [second, ..] = rest {
            second.note(format!("the {} templates of this version are one group here", found.len()));
        }
        let weights = || found.iter().filter_map(|template| template.get("weight"));
        let points = weights().filter_map(|at| share(&at, whole)).map(|of| of.basis_points()).sum::<u32>();
        first.mark();
        Some(Group {
            replicas: found.iter().map(|template| template.whole("replicas").unwrap_or(1)).sum(),
            share: weights().next().map(|_| Share::percent(f64::from(points.min(10_000)) / 100.0)),
        })
    };
    for template in &templates {
        template.text("name");
        if let Some(at) = template.get("service") {
            at.node.read_all();
        }
    }
    let (stable, canary) = (group("stable"), group("canary"));
    let (sides, of) = match (&stable, &canary) {
        (Some(stable), Some(canary)) => {
            if (stable.replicas, stable.share) != (canary.replicas, canary.share) {
                at.note("both sides get the canary's replicas and weight, so that they can be compared");
            }
            (Sides::Both, canary)
        }
        (None, Some(canary)) => {
            at.note("the candidate runs alone, without a fresh group of the baseline beside it");
            (Sides::Candidate, canary)
        }
        (Some(stable), None) => {
            at.note("a fresh group of the baseline runs alone; the candidate has no part in it");
            (Sides::Baseline, stable)
        }
        (None, None) => {
            at.refuse("none of its templates has a `specRef` of stable or canary, so the step is left out");
            return None;
        }
    };
    let listed = at.items("analyses");
    let judged = (!listed.is_empty()).then(|| analysis(at, around, AnalysisPlace::Step)).flatten();
    let required = listed.iter().any(|of| of.flag("requiredForCompletion") == Some(true));
    let lasts = lasts(at, judged.as_ref().filter(|_| required), around)?;
    Some(Experiment {
        size: Amount::Count(of.replicas),
        sides,
        share: of.share.unwrap_or(Share::ZERO),
        mirror: Share::ZERO,
        lasts,
        analysis: judged,
    })
}

/// How long it lasts: until the analyses that it requires are through, else for its `duration` (Argo Rollouts, `calculateStatus` of
/// its experiments).
fn lasts(at: &At<'_>, required: Option<&Analysis>, around: &Around<'_, '_>) -> Option<Span> {
    let known = around.named.checks();
    let by_analyses = required.map(|judged| {
        let used = judged.named.iter().filter_map(|used| used.of(&known));
        let checks = judged.checks.iter().cloned().chain(used).collect();
        Analysis { checks, ..Analysis::default() }.expected()
    });
    let duration = at.span("duration");
    match (by_analyses.filter(|lasts| !lasts.is_zero()), duration) {
        (Some(lasts), duration) => {
            if duration.is_some_and(|duration| duration != lasts) {
                at.note(format!("it ends when the analysis that it requires is through, after {lasts}"));
            }
            Some(lasts)
        }
        (None, Some(duration)) => {
            if required.is_some() {
                at.not_applied(format!(
                    "the analysis that it requires never ends (it has no `count`), so that upstream the experiment does not either, and \
                     the rollout stands here for ever; here it ends after {duration}"
                ));
            }
            Some(duration)
        }
        (None, None) => {
            at.problem(format!(
                "{}: it has no `duration`, and no analysis with `requiredForCompletion` that ends: it never ends, and the rollout stands here \
                 for ever; give it a `duration`",
                at.path
            ));
            None
        }
    }
}
