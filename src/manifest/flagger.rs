//! Flagger: `Canary` with its analysis, and `MetricTemplate`.

mod export;
mod metrics;
mod service;
mod webhooks;

use super::cursor::At;
use super::format::{Format, Leads, Reader};
use super::header;
use super::parts::{Document, Parts, Templates};
use super::quantity::percent;
use super::table::Table;
use crate::control::{Flagger, Rolling, Strategy};
use crate::engine::{Share, Span};
use crate::sim::MatchRule;

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
            service::read(parts, &of);
        }
        let strategy = canary(document, spec, templates, table);
        parts.strategy = strategy.map(|strategy| (document.title(), strategy));
        // fluxcd/flagger#1800: going back after completion is a release like any other.
        parts.window = Some(0);
    }
}

/// The shortest interval that Flagger accepts; a shorter one becomes 10 s (`GetAnalysisInterval`).
const LEAST_INTERVAL: Span = Span::from_secs(10);
/// The providers whose routers can mirror, by the beginnings of their names (`pkg/router`).
const MIRRORS: [&str; 3] = ["istio", "gatewayapi", "kubernetes"];
/// The most weights that a canary may have.
const MOST_WEIGHTS: usize = 1_000;

/// The providers whose routers leave `match` out, by the beginnings of their names (`pkg/router`).
const MATCH_NOTHING: [&str; 8] = ["linkerd", "smi", "osm", "skipper", "traefik", "apisix", "kuma", "knative"];

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
    flagger.mirror = at.flag("mirror") == Some(true);
    if let (Some(at), Some(named)) =
        (at.get("mirror").filter(|_| flagger.mirror), provider.as_ref().and_then(At::as_text))
        && !MIRRORS.iter().any(|known| named.starts_with(known))
    {
        // Flagger: the other routers never report a mirror (`GetRoutes`), so that each tick begins with it anew.
        at.problem(format!(
            "{}: the provider `{named}` cannot mirror, and the canary would never get its first weight; Istio and the Gateway API can",
            at.path
        ));
    }
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
    matches(&at, split, provider.as_ref().and_then(At::as_text).as_deref(), &mut flagger);
    if let Some(affinity) = at.get("sessionAffinity") {
        affinity.node.read_all();
        // Flagger (`verifySessionAffinity`).
        if affinity.text("cookieName") == affinity.text("primaryCookieName") {
            affinity.refused_upstream("`cookieName` and `primaryCookieName` have to differ");
        }
        // Flagger (docs/gitbook/tutorials, "Session Affinity"): without a cookie of the primary only users of the canary stay.
        if affinity.get("primaryCookieName").is_some() {
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
    let values = Values::of(document, spec, &target);
    webhooks::read(&at, &values.service, &mut flagger);
    flagger.checks = metrics::checks(&at, templates, table, &values);
    Some(Strategy::Flagger(flagger))
}

/// Reads `match`.
fn matches(at: &At<'_>, split: bool, provider: Option<&str>, flagger: &mut Flagger) {
    let rules = at.items("match");
    if !split {
        if let Some(at) = at.get("match") {
            at.ignore("the provider `kubernetes` cannot match requests, so that Flagger drops this");
        }
        return;
    }
    if let (Some(named), Some(at)) = (provider, at.get("match").filter(|_| !rules.is_empty()))
        && MATCH_NOTHING.iter().any(|known| named.starts_with(known))
    {
        // Flagger (`runAB`): the routes of an A/B test are 0 to 100, and without a match they are about everybody.
        if flagger.iterations > 0 {
            at.problem(format!(
                "{}: the provider `{named}` cannot match requests: with `iterations` everybody is led to the candidate at the first check; \
                 Istio, the Gateway API, NGINX, Contour, Gloo and App Mesh can",
                at.path
            ));
        } else {
            at.node.read_all();
            at.not_applied(format!(
                "the provider `{named}` cannot match requests, so that the weights are about everybody"
            ));
        }
        return;
    }
    flagger.matches = rules.iter().flat_map(matched).collect();
    let given = at.get("match").filter(|_| !rules.is_empty());
    match (given, flagger.matches.is_empty(), flagger.iterations) {
        (Some(_), true, 1..) => {
            at.note("without a readable match no user meets the candidate before the switch, as in a blue-green release");
        }
        // The weights would be about everybody.
        (Some(given), true, 0) => given.problem(format!(
            "{}: the weights are about the requests that match, and none of these matches can be read; without them the release would \
             reach everybody",
            given.path
        )),
        (Some(given), false, 0) => given.note(
            "the weights are about the requests that match; the others stay on the primary until the promotion",
        ),
        _ => {}
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
            route: name("routeRef").unwrap_or_else(|| service.clone()),
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

/// One item of `match`, whose headers must all hold.
fn matched(at: &At<'_>) -> Option<MatchRule> {
    let headers = at.get("headers").map(|at| at.entries()).unwrap_or_default();
    let others = at.entries().into_iter().find(|(key, _)| !["headers", "name", "sourceLabels"].contains(key));
    if let Some((key, other)) = others {
        other.refuse(format!(
            "requests have no `{key}` to match here, and without it the rule would be wider: nobody is led to the candidate by it"
        ));
        at.node.read_all();
        return None;
    }
    if headers.is_empty() {
        at.refuse("only headers of requests can be matched; nobody is led to the candidate by this");
        return None;
    }
    header::rule(&headers)
}
