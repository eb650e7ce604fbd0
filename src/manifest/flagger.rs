//! Flagger: `Canary` with its analysis, and `MetricTemplate`.

mod export;
mod metrics;

use super::cursor::At;
use super::format::{Format, Reader};
use super::parts::{Document, Parts, Templates};
use super::quantity::percent;
use super::table::Table;
use crate::control::{Flagger, Strategy};
use crate::engine::{Share, Span};
use crate::sim::{MatchRule, Pool};

/// The format `flagger`.
pub const FORMAT: Format = Format {
    name: "flagger",
    title: "Flagger",
    ending: "yaml",
    writes: "A Canary and its metrics",
    reads: "Canary, MetricTemplate",
    main: "a Canary",
    readers: &[Reader::of_kind("Canary", read), Reader::template("MetricTemplate")],
    write: export::export,
};

fn read(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, templates: &Templates<'_>, table: &Table) {
    if parts.takes_strategy(&document.at) {
        let strategy = canary(spec, templates, table);
        parts.strategy = strategy.map(|strategy| (document.title(), strategy));
    }
}

/// The shortest interval that Flagger accepts; a shorter one becomes 10 s (`GetAnalysisInterval`).
const LEAST_INTERVAL: Span = Span::from_secs(10);
/// The most weights that a canary may have.
const MOST_WEIGHTS: usize = 1_000;

/// Reads the `spec` of a Canary. `templates` are the MetricTemplates of its file.
pub fn canary(spec: &At<'_>, templates: &Templates<'_>, table: &Table) -> Option<Strategy> {
    spec.mark();
    around(spec);
    let target = spec.get("targetRef").map(|at| {
        at.text("apiVersion");
        at.text("kind");
        at.text("name").unwrap_or_default()
    });
    // `analysis` was called `canaryAnalysis` in older versions.
    let Some(at) = spec.get("analysis").or_else(|| spec.get("canaryAnalysis")) else {
        spec.wrong("an `analysis`, which says how the canary proceeds");
        return None;
    };
    at.mark();
    let mut flagger = Flagger::default();
    if let Some(interval) = at.span("interval") {
        flagger.interval = interval.max(LEAST_INTERVAL);
        if let Some(at) = at.get("interval").filter(|_| interval < LEAST_INTERVAL) {
            at.note(format!("an interval of {interval} is 10s: Flagger takes none that is shorter"));
        }
    }
    // Flagger: a threshold of 0 counts as 1.
    flagger.threshold = at.whole("threshold").unwrap_or(1).max(1);
    flagger.iterations = at.whole("iterations").unwrap_or(0);
    weights(&at, &mut flagger);
    flagger.mirror = at.flag("mirror") == Some(true);
    if let Some(weight) = at.get("mirrorWeight") {
        flagger.mirror_weight = whole_percent(&weight).unwrap_or(Share::ALL);
    }
    if let Some(deadline) = spec.span("progressDeadlineSeconds") {
        flagger.progress_deadline = deadline;
    }
    let rules = at.items("match");
    flagger.matches = rules.iter().filter_map(matched).collect();
    if flagger.iterations > 0 && !rules.is_empty() && flagger.matches.is_empty() {
        at.note("without a readable match no user meets the candidate before the switch, as in a blue-green release");
    }
    if let Some(affinity) = at.get("sessionAffinity") {
        affinity.node.read_all();
        affinity.note("users stay on their side during the whole release; `maxAge` has no effect");
        flagger.sticky = true;
    }
    webhooks(&at, &mut flagger);
    flagger.checks = metrics::checks(&at, templates, table, target.as_deref().unwrap_or_default());
    Some(Strategy::Flagger(flagger))
}

/// Reads the fields beside the analysis.
fn around(spec: &At<'_>) {
    if let Some(service) = spec.get("service") {
        service.mark();
        for key in ["timeout", "retries", "trafficPolicy"] {
            if let Some(at) = service.get(key) {
                at.refuse("set it in the plan's `upstream`, or in the scenario's `clients` and `calls`");
            }
        }
    }
    if let Some(at) = spec.get("autoscalerRef") {
        at.node.read_all();
        at.note("a HorizontalPodAutoscaler in this file is read; one elsewhere is not");
    }
    if let Some(at) = spec.get("skipAnalysis") {
        if at.node.is_true() {
            at.refuse(
                "the plan analyses; a release without analysis is a plan of its own, such as `Recreate`",
            );
        } else {
            at.mark();
        }
    }
}

/// A weight of Flagger: whole percents above 0.
fn whole_percent(at: &At<'_>) -> Option<Share> {
    let number = at.as_number()?;
    let share = percent(number).filter(|share| number.fract() == 0.0 && *share > Share::ZERO);
    if share.is_none() {
        at.wrong("a whole percentage, 1 to 100");
    }
    share
}

/// The weights of the canary: `stepWeight` up to `maxWeight` (default 100), or `stepWeights`.
fn weights(at: &At<'_>, flagger: &mut Flagger) {
    let some = |key| at.get(key).filter(|at| at.as_number() != Some(0.0));
    let step = some("stepWeight");
    let listed = at.items("stepWeights");
    if listed.len() > MOST_WEIGHTS {
        at.wrong("at most 1000 `stepWeights`");
        return;
    }
    flagger.max_weight = some("maxWeight").and_then(|at| whole_percent(&at)).unwrap_or(Share::ALL);
    let weights: Vec<Share> = listed.iter().filter_map(whole_percent).collect();
    match (step, weights.last()) {
        (Some(step), last) => {
            flagger.step_weight = whole_percent(&step).unwrap_or(flagger.step_weight);
            // Flagger (`nextStepWeight`, `maxWeight`): `stepWeight` has precedence, and the last of `stepWeights` is the maximum.
            if let Some(last) = last {
                flagger.max_weight = *last;
                step.note("with both, Flagger uses steps of `stepWeight` up to the last of `stepWeights`");
            }
        }
        (None, Some(_)) => flagger.step_weights = weights,
        (None, None) if flagger.iterations == 0 => at.wrong("`stepWeight`, `stepWeights` or `iterations`"),
        (None, None) => {}
    }
    if let Some(at) = at.get("stepWeightPromotion") {
        flagger.step_weight_promotion = whole_percent(&at).unwrap_or(Share::ZERO);
        at.note("at its promotion the candidate becomes the primary here; the requests of the old primary move over in these steps");
    }
}

/// One item of `match`: headers whose name ends in `cohort` select cohorts, those that end in `kind` select kinds of requests.
fn matched(at: &At<'_>) -> Option<MatchRule> {
    let mut rule = MatchRule { cohorts: vec![], kinds: vec![], to: Pool::Candidate };
    let headers = at.get("headers").map(|at| at.entries()).unwrap_or_default();
    for (name, header) in &headers {
        let list = match name.rsplit(['-', '_']).next().map(str::to_lowercase).as_deref() {
            Some("cohort") => &mut rule.cohorts,
            Some("kind") => &mut rule.kinds,
            _ => {
                at.refuse(
                    "users have no headers here; call the header `x-cohort` (or `x-kind`) and its value like a cohort \
                     (or request kind) of the scenario",
                );
                return None;
            }
        };
        let value = header.text("exact").or_else(|| header.text("regex")).unwrap_or_default();
        let values = value.trim_matches(['^', '$', '(', ')']).split('|').filter(|value| !value.is_empty());
        list.extend(values.map(str::to_owned));
    }
    if rule.cohorts.is_empty() && rule.kinds.is_empty() {
        at.refuse("only headers of requests can be matched, by `exact` or `regex`");
        return None;
    }
    Some(rule)
}

/// Reads the webhooks that ask people; the others are reported.
fn webhooks(at: &At<'_>, flagger: &mut Flagger) {
    for hook in at.items("webhooks") {
        match hook.text("type").unwrap_or_else(|| "rollout".to_owned()).as_str() {
            "confirm-rollout" => flagger.confirm_rollout = true,
            "confirm-promotion" => flagger.confirm_promotion = true,
            "rollout" => {
                hook.ignore("users come from the scenario's traffic");
                continue;
            }
            "event" | "post-rollout" => {
                hook.ignore("it only gets notifications and decides nothing");
                continue;
            }
            other => {
                let other: String = other.chars().take(40).collect();
                hook.refuse(format!("a plan has nothing like the webhook `{other}`"));
                continue;
            }
        }
        hook.note("an approval is needed");
        hook.node.read_all();
    }
}
