//! Flagger: `Canary` with its analysis, and `MetricTemplate`.

mod export;
mod metrics;
mod webhooks;

use super::argo::literals;
use super::cursor::At;
use super::format::{Format, Leads, Reader};
use super::parts::{Document, Parts, Templates};
use super::quantity::percent;
use super::table::Table;
use crate::control::{Flagger, Rolling, Strategy};
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
    readers: &[
        Reader::leading("Canary", &["flagger.app"], Leads { workload: "targetRef", needs: "analysis" }, read),
        Reader::template("MetricTemplate", &["flagger.app"]),
    ],
    write: export::export,
};

fn read(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, templates: &Templates<'_>, table: &Table) {
    if parts.takes_strategy(&document.at) {
        let strategy = canary(document, spec, templates, table);
        parts.strategy = strategy.map(|strategy| (document.title(), strategy));
        // fluxcd/flagger#1800: going back after completion is a release like any other.
        parts.window = Some(0);
    }
}

/// The shortest interval that Flagger accepts; a shorter one becomes 10 s (`GetAnalysisInterval`).
const LEAST_INTERVAL: Span = Span::from_secs(10);
/// The most weights that a canary may have.
const MOST_WEIGHTS: usize = 1_000;

/// The iterations of a canary that Flagger's provider `kubernetes` cannot split the requests for (`scheduler.go`).
const ITERATIONS: u32 = 10;

/// Reads a Canary with this `spec`. `templates` are the MetricTemplates of its file.
fn canary(
    document: &Document<'_>,
    spec: &At<'_>,
    templates: &Templates<'_>,
    table: &Table,
) -> Option<Strategy> {
    spec.mark();
    around(spec);
    let target = spec.get("targetRef").map(|at| {
        at.text("apiVersion");
        at.text("kind");
        at.text("name").unwrap_or_default()
    });
    let target = target.unwrap_or_default();
    if let Some(at) = spec.get("skipAnalysis").filter(|at| at.node.is_true()) {
        // Flagger (`shouldSkipAnalysis`): the primary gets the new version at once, as its Deployment rolls it out.
        at.note("the new version goes to the primary at once, as a rolling update; nothing is analysed");
        for key in ["analysis", "canaryAnalysis"] {
            if let Some(at) = spec.get(key) {
                at.node.read_all();
            }
        }
        return Some(Strategy::Rolling(Rolling {
            progress_deadline: spec.span("progressDeadlineSeconds").unwrap_or(Span::from_secs(600)),
            ..Rolling::default()
        }));
    }
    // `analysis` was called `canaryAnalysis` in older versions.
    let Some(at) = spec.get("analysis").or_else(|| spec.get("canaryAnalysis")) else {
        spec.problem(format!(
            "Canary/{} has no spec.analysis, which says how the canary proceeds",
            document.name
        ));
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
    let provider = spec.get("provider");
    let split = provider.as_ref().and_then(At::as_text).as_deref() != Some("kubernetes");
    if split || flagger.iterations > 0 {
        weights(&at, &mut flagger);
    } else if let Some(provider) = &provider {
        flagger.iterations = ITERATIONS;
        provider.note(format!(
            "without a mesh Flagger cannot split the requests: {ITERATIONS} iterations, then everything at once"
        ));
        for key in ["stepWeight", "stepWeights", "maxWeight", "stepWeightPromotion"] {
            if let Some(at) = at.get(key) {
                at.ignore("the provider `kubernetes` has no weights");
            }
        }
    }
    flagger.mirror = at.flag("mirror") == Some(true);
    if let Some(weight) = at.get("mirrorWeight") {
        flagger.mirror_weight = whole_percent(&weight).unwrap_or(Share::ALL);
    }
    if let Some(deadline) = spec.span("progressDeadlineSeconds") {
        flagger.progress_deadline = deadline;
    }
    for (key, ready) in [
        ("primaryReadyThreshold", &mut flagger.primary_ready),
        ("canaryReadyThreshold", &mut flagger.candidate_ready),
    ] {
        if let Some(at) = at.get(key) {
            *ready = percent(at.as_number().unwrap_or(100.0)).unwrap_or(Share::ALL);
        }
    }
    matches(&at, split, &mut flagger);
    if let Some(affinity) = at.get("sessionAffinity") {
        affinity.node.read_all();
        affinity.note("users stay on their side during the whole release; `maxAge` has no effect");
        flagger.sticky = true;
    }
    webhooks::read(&at, &mut flagger);
    let values = Values::of(document, spec, &target);
    flagger.checks = metrics::checks(&at, templates, table, &values);
    Some(Strategy::Flagger(flagger))
}

/// Reads `match`.
fn matches(at: &At<'_>, split: bool, flagger: &mut Flagger) {
    let rules = at.items("match");
    if !split {
        if let Some(at) = at.get("match") {
            at.ignore("the provider `kubernetes` cannot match requests, so that Flagger drops this");
        }
        return;
    }
    flagger.matches = rules.iter().flat_map(matched).collect();
    if flagger.iterations > 0 && !rules.is_empty() && flagger.matches.is_empty() {
        at.note("without a readable match no user meets the candidate before the switch, as in a blue-green release");
    }
}

/// The values that Flagger fills into a MetricTemplate (`pkg/metrics/observers/render.go`).
struct Values {
    name: String,
    namespace: String,
    target: String,
    service: String,
    ingress: String,
    route: String,
}

impl Values {
    fn of(document: &Document<'_>, spec: &At<'_>, target: &str) -> Self {
        let name = |key: &str| spec.get(key).and_then(|at| at.text("name"));
        let service = name("service").unwrap_or_else(|| target.to_owned());
        Self {
            name: document.name.clone(),
            namespace: document
                .at
                .get("metadata")
                .and_then(|at| at.text("namespace"))
                .unwrap_or_else(|| "default".to_owned()),
            target: target.to_owned(),
            ingress: name("ingressRef").unwrap_or_else(|| target.to_owned()),
            route: name("routeRef").unwrap_or_else(|| service.clone()),
            service,
        }
    }
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
        at.mark();
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

/// One item of `match`, whose headers must all hold: headers whose name ends in `cohort` select cohorts, those that end in `kind`
/// select kinds of requests.
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
        match literals(header) {
            Some(values) if list.is_empty() => *list = values,
            _ => {
                at.refuse("a cohort or a kind has a name: `exact`, or a `regex` of names such as a|b");
                return None;
            }
        }
    }
    if rule.cohorts.is_empty() && rule.kinds.is_empty() {
        at.refuse("only headers of requests can be matched, by `exact` or `regex`");
        return None;
    }
    Some(rule)
}
