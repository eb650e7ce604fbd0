//! Flagger: `Canary` with its analysis, and `MetricTemplate`.

mod export;
mod matches;
mod metrics;
mod service;
mod webhooks;

use super::cursor::At;
use super::format::{Format, Leads, Reader};
use super::parts::{Document, Parts, Templates};
use super::quantity::percent;
use super::table::Table;
use crate::control::{Flagger, Rolling, Strategy};
use crate::engine::{Share, Span};

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
        if let Some(of) = spec.get("service") {
            of.mark();
            service::read(parts, &of, spec.text("provider").as_deref());
        }
        let strategy = canary(document, spec, templates, table);
        parts.strategy = strategy.map(|strategy| (document.title(), strategy));
        // fluxcd/flagger#1800: going back after completion is a release like any other.
        parts.window = Some(0);
    }
}

/// The shortest interval that Flagger accepts; a shorter one becomes 10 s (`GetAnalysisInterval`).
const LEAST_INTERVAL: Span = Span::from_secs(10);
/// The beginning of the names of the Gateway API's providers.
const GATEWAY: &str = "gatewayapi";
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
    let target = target(spec);
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
    if let Some(given) = at.get("iterations").filter(|_| flagger.iterations > 0)
        && ["stepWeight", "stepWeights", "maxWeight"].iter().any(|key| at.get(key).is_some())
    {
        given.note("with iterations Flagger has no use for the weights: nobody or those who match, and then everybody");
    }
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
    let named = provider.as_ref().and_then(At::as_text);
    mirror(&at, named.as_deref(), &mut flagger);
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
    matches::read(&at, named.as_deref(), &mut flagger);
    mirror_beside_match(&at, named.as_deref(), &mut flagger);
    affinity(&at, named.as_deref(), &mut flagger);
    let values = Values::of(document, spec, &target);
    webhooks::read(&at, &values.service, &mut flagger);
    flagger.checks = metrics::checks(&at, templates, table, &values);
    Some(Strategy::Flagger(flagger))
}

/// The name of the workload that is released; what upstream makes of its kind is said.
fn target(spec: &At<'_>) -> String {
    let Some(target) = spec.get("targetRef") else { return String::new() };
    let (kind, version) = (target.text("kind"), target.text("apiVersion"));
    let is_service = kind.as_deref() == Some("Service");
    let of_knative = is_service && version.as_deref() == Some("serving.knative.dev/v1");
    let by_knative = spec.text("provider").as_deref() == Some("knative");
    // Flagger (`verifyKnativeCanary`).
    if of_knative != by_knative {
        target.refused_upstream(
            "the provider `knative` and a `Service` of serving.knative.dev/v1 need each other",
        );
    } else if let Some(scaler) = spec.get("autoscalerRef").filter(|_| of_knative) {
        scaler.refused_upstream("a `Service` of Knative has no autoscaler of its own");
    }
    if is_service && !of_knative {
        // `pkg/canary/service_controller.go`: it scales nothing, and a Service is always ready.
        target.not_applied(
            "of a Service Flagger moves the requests alone: what is behind it is neither started nor scaled, and counts as ready; here the \
             candidate is started, and is gone at the end",
        );
    }
    target.text("name").unwrap_or_default()
}

/// Reads `mirror` and `mirrorWeight`. `provider` is the Canary's, where it names one.
fn mirror(at: &At<'_>, provider: Option<&str>, flagger: &mut Flagger) {
    flagger.mirror = at.flag("mirror") == Some(true);
    if let Some(weight) = at.get("mirrorWeight") {
        flagger.mirror_weight = whole_percent(&weight).unwrap_or(Share::ALL);
    }
    let (Some(given), Some(named)) = (at.get("mirror").filter(|_| flagger.mirror), provider) else { return };
    let blue_green = flagger.iterations > 0;
    let mirrors = match named {
        "istio" | "kubernetes" => true,
        // Flagger (`SetRoutes` of `gateway_api.go`): a mirror is made with `iterations` alone.
        _ => named.starts_with(GATEWAY) && blue_green,
    };
    if let Some(weight) = at.get("mirrorWeight").filter(|_| mirrors && named.starts_with(GATEWAY)) {
        // `MirrorPercentage` is set by `istio.go` alone.
        flagger.mirror_weight = Share::ALL;
        weight.not_applied(format!("the provider `{named}` mirrors every request, whatever it says"));
    }
    match (mirrors, blue_green) {
        (true, _) => {}
        (false, true) => {
            flagger.mirror = false;
            given.not_applied(format!("the provider `{named}` cannot mirror: nobody's requests reach the candidate before the switch"));
        }
        // The other routers never report a mirror (`GetRoutes`), so that each tick begins with it anew.
        (false, false) => given.problem(format!(
            "{}: the provider `{named}` cannot mirror before weights, and the canary would never get its first weight; Istio can, and the \
             Gateway API with `iterations`",
            given.path
        )),
    }
}

/// Says what becomes of a `mirror` beside a `match`.
fn mirror_beside_match(at: &At<'_>, provider: Option<&str>, flagger: &mut Flagger) {
    if provider == Some("kubernetes") || at.items("match").is_empty() {
        return;
    }
    let Some(given) = at.get("mirror").filter(|_| flagger.mirror) else { return };
    if flagger.iterations > 0 {
        // Flagger (`runAB`).
        flagger.mirror = false;
        given.not_applied("with `match` and `iterations` Flagger mirrors nothing: those who match are led to the candidate at once");
    } else {
        // Flagger (`SetRoutes` of `istio.go`): the routes of a match take the place of the one that mirrors, and `GetRoutes` never sees a mirror.
        given.problem(format!(
            "{}: with `match` and weights Flagger writes no mirror, and waits for one: the canary would never get its first weight; leave one of \
             them out",
            given.path
        ));
    }
}

/// Reads `sessionAffinity`. `provider` is the Canary's, where it names one.
fn affinity(at: &At<'_>, provider: Option<&str>, flagger: &mut Flagger) {
    let Some(affinity) = at.get("sessionAffinity") else { return };
    affinity.node.read_all();
    // Flagger (`verifySessionAffinity`).
    if affinity.text("cookieName") == affinity.text("primaryCookieName") {
        affinity.refused_upstream("`cookieName` and `primaryCookieName` have to differ");
    }
    // Only `istio.go` and `gateway_api.go` have it; the rules of a match take its place there.
    let knows = provider.is_none_or(|named| named == "istio" || named.starts_with(GATEWAY));
    if let (false, Some(named)) = (knows, provider) {
        affinity.not_applied(format!(
            "the provider `{named}` keeps nobody on a side: Istio and the Gateway API do"
        ));
        return;
    }
    if !flagger.matches.is_empty() {
        affinity.not_applied("with `match` its rules decide alone upstream, and nobody is kept on a side");
        return;
    }
    let primary_too = affinity.get("primaryCookieName");
    let old = provider.is_some_and(|named| named.starts_with("gatewayapi:v1beta1"));
    if let Some(at) = primary_too.as_ref().filter(|_| old) {
        at.not_applied("the provider `gatewayapi:v1beta1` has no cookie of the primary");
    }
    // Flagger (docs/gitbook/tutorials, "Session Affinity"): without a cookie of the primary only users of the canary stay.
    if primary_too.is_some() && !old {
        affinity.note("users stay on their side during the whole release; `maxAge` has no effect");
        flagger.sticky = true;
    } else {
        affinity.note(
            "users who come to the candidate stay on it, and the others are drawn at every request, so that more users meet it than the \
             weight says; `maxAge` has no effect",
        );
        flagger.drifts = true;
    }
}

/// The values that Flagger fills into a MetricTemplate (`pkg/metrics/observers/render.go`).
struct Values {
    name: String,
    /// The Canary's namespace, where it says one.
    namespace: Option<String>,
    target: String,
    service: String,
    ingress: String,
    route: String,
    /// The mesh or ingress whose metrics the built-in checks are measured by.
    provider: Option<String>,
}

impl Values {
    fn of(document: &Document<'_>, spec: &At<'_>, target: &str) -> Self {
        let name = |key: &str| spec.get(key).and_then(|at| at.text("name"));
        let service = name("service").unwrap_or_else(|| target.to_owned());
        Self {
            name: document.name.clone(),
            namespace: document.namespace(),
            target: target.to_owned(),
            ingress: name("ingressRef").unwrap_or_else(|| target.to_owned()),
            route: name("routeRef").unwrap_or_else(|| target.to_owned()),
            provider: spec.get("provider").and_then(|at| at.as_text()),
            service,
        }
    }

    /// Its namespace, or that of Kubernetes where none is said.
    fn space(&self) -> &str {
        self.namespace.as_deref().unwrap_or("default")
    }
}

/// Reads the fields beside the analysis.
fn around(spec: &At<'_>) {
    if let Some(at) = spec.get("autoscalerRef") {
        at.node.read_all();
        let kind = at.text("kind").unwrap_or_else(|| "HorizontalPodAutoscaler".to_owned());
        at.note(format!("a {kind} of this name in this file is read; one elsewhere is not"));
        if at.get("primaryScalerQueries").is_some() {
            at.not_applied("the queries of the primary's triggers are not followed");
        }
    }
    if let Some(at) = spec.get("skipAnalysis") {
        at.mark();
    }
    if let Some(at) = spec.get("suspend") {
        at.mark();
        if at.node.is_true() {
            at.not_applied("upstream nothing moves until it is taken out; here it is under way");
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

/// A step of the weight, which ends at everybody (Flagger, `runCanary`, `maxWeight`).
fn step_weight(at: &At<'_>) -> Option<Share> {
    if at.as_number().is_some_and(|number| number > 100.0 && number.fract() == 0.0) {
        at.note("Flagger leads everybody to the canary then, which is 100");
        return Some(Share::ALL);
    }
    whole_percent(at)
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
    let weights: Vec<Share> = listed.iter().filter_map(step_weight).collect();
    match (step, weights.last()) {
        (Some(step), last) => {
            flagger.step_weight = step_weight(&step).unwrap_or(flagger.step_weight);
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
