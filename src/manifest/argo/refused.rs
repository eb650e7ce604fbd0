//! Rollouts that the controller refuses (Argo Rollouts, `pkg/apis/rollouts/validation/validation.go`). They are read all the same,
//! and it is said that upstream nothing would happen.

use super::references::either;
use crate::manifest::cursor::At;
use crate::manifest::pod;
use crate::manifest::tree::Value;

/// The routers whose canary and stable services have to be named.
const WITH_SERVICES: [&str; 8] =
    ["alb", "istio", "smi", "apisix", "ambassador", "nginx", "appMesh", "traefik"];
/// The routers that can lead requests by their headers.
const BY_HEADER: [&str; 4] = ["istio", "alb", "apisix", "plugins"];
/// The routers that can copy requests.
const MIRRORS: [&str; 2] = ["istio", "plugins"];
/// The routers whose experiments get a weight.
const EXPERIMENT_WEIGHTS: [&str; 4] = ["alb", "smi", "istio", "plugins"];
/// The keys of which a step has one at least.
const STEPS: [&str; 8] = [
    "setWeight",
    "pause",
    "experiment",
    "analysis",
    "setCanaryScale",
    "setHeaderRoute",
    "setMirrorRoute",
    "plugin",
];

/// Says that the controller refuses the file because of this value.
fn refused(at: &At<'_>, why: impl AsRef<str>) {
    at.refused_upstream(why);
}

/// The routers that `trafficRouting` names.
pub(super) fn routers<'a>(router: &At<'a>) -> Vec<&'a str> {
    let known = |name: &&str| !["managedRoutes", "maxTrafficWeight"].contains(name);
    router.entries().iter().map(|(name, _)| *name).filter(known).collect()
}

/// Whether one of these routers is named.
fn any(named: &[&str], of: &[&str]) -> bool {
    named.iter().any(|name| of.contains(name))
}

/// Says what the controller refuses in `spec.strategy.canary`.
pub(super) fn canary(spec: &At<'_>, at: &At<'_>) {
    workload(spec);
    if pod::cannot_move(at) {
        refused(at, pod::NEITHER);
    }
    let router = at.get("trafficRouting");
    let named = router.as_ref().map(routers).unwrap_or_default();
    router.iter().for_each(either);
    services(at, router.as_ref(), &named);
    delays(at, router.as_ref(), &named);
    let managed = router.as_ref().and_then(|router| {
        router.get("managedRoutes")?;
        Some(router.items("managedRoutes").iter().filter_map(|route| route.text("name")).collect::<Vec<_>>())
    });
    for step in at.items("steps") {
        self::step(&step, router.is_some(), &named, managed.as_deref());
    }
    anti_affinity(at);
}

/// Anti-affinity is of one kind, and a preferred one has a weight.
fn anti_affinity(at: &At<'_>) {
    let Some(of) = at.get("antiAffinity") else { return };
    let [preferred, required] =
        ["preferredDuringSchedulingIgnoredDuringExecution", "requiredDuringSchedulingIgnoredDuringExecution"]
            .map(|key| of.entries().into_iter().find(|(name, _)| *name == key));
    if preferred.is_some() == required.is_some() {
        refused(&of, "antiAffinity is either preferred or required");
    }
    let weight = preferred.and_then(|(_, at)| at.get("weight"));
    if let Some(weight) = weight.filter(|at| !matches!(at.as_number(), Some(1.0..=100.0))) {
        refused(&weight, "the weight of an anti-affinity is 1 to 100");
    }
}

/// Says what the controller refuses in `spec.strategy.blueGreen`.
pub(super) fn blue_green(spec: &At<'_>, at: &At<'_>) {
    workload(spec);
    if at.text("activeService") == at.text("previewService") {
        let of = at.get("previewService").unwrap_or_else(|| at.clone());
        refused(&of, "`activeService` and `previewService` have to be two services");
    }
    anti_affinity(at);
    let limit = at.get("scaleDownDelayRevisionLimit");
    let kept = spec.whole("revisionHistoryLimit").unwrap_or(10);
    if let Some(of) = limit.filter(|at| at.as_number().is_some_and(|limit| limit > f64::from(kept))) {
        refused(&of, "it may not be larger than `revisionHistoryLimit`, by default 10");
    }
}

/// A pod template and a reference to one exclude each other.
fn workload(spec: &At<'_>) {
    if let (Some(of), Some(_)) = (spec.get("workloadRef"), spec.get("template")) {
        refused(&of, "with a `workloadRef` the `template` has to be left out");
    }
    let history = spec.get("revisionHistoryLimit");
    if let Some(of) = history.filter(|at| matches!(at.node.value, Value::Number(limit) if limit < 0.0)) {
        refused(&of, "it may not be below 0");
    }
    if let Some(of) = pod::deadline_is_too_short(spec) {
        refused(&of, pod::TOO_SHORT);
    }
    if spec.get("workloadRef").is_none()
        && let Err((of, why)) = pod::selected(spec)
    {
        refused(&of, why);
    }
}

fn services(at: &At<'_>, router: Option<&At<'_>>, named: &[&str]) {
    let [canary, stable] = ["canaryService", "stableService"].map(|key| at.text(key));
    if canary.is_some() && canary == stable {
        let of = at.get("stableService").unwrap_or_else(|| at.clone());
        refused(&of, "`canaryService` and `stableService` have to be two services");
    }
    let ping_pong = at.get("pingPong");
    if let Some(of) = &ping_pong {
        let [ping, pong] = ["pingService", "pongService"].map(|key| of.text(key));
        if ping.is_none() || pong.is_none() || ping == pong {
            refused(of, "`pingService` and `pongService` have to be two services");
        }
        let alb = router.and_then(|router| router.get("alb"));
        if let Some(alb) = alb.filter(|alb| alb.get("rootService").is_none()) {
            refused(&alb, "with `pingPong` an ALB needs its `rootService`");
        }
        if router.is_some() && !any(named, &["alb", "istio", "plugins"]) {
            refused(of, "this router cannot do it; ALB, Istio and plugins can");
        }
    }
    let Some(router) = router else { return };
    let by_subset = router.dig(&["istio", "destinationRule"]).is_some();
    let needed = named.iter().any(|name| {
        let free = match *name {
            "istio" => by_subset || ping_pong.is_some(),
            "alb" => ping_pong.is_some(),
            _ => false,
        };
        WITH_SERVICES.contains(name) && !free
    });
    if needed && (canary.is_none() || stable.is_none()) {
        refused(router, "this router needs `canaryService` and `stableService`");
    }
}

fn delays(at: &At<'_>, router: Option<&At<'_>>, named: &[&str]) {
    let delay = at.get("scaleDownDelaySeconds");
    let dynamic = at.get("dynamicStableScale").filter(|at| at.node.is_true());
    match router {
        None => {
            for of in [delay, dynamic].into_iter().flatten() {
                refused(&of, "it needs `trafficRouting`");
            }
        }
        Some(router) => {
            if let (Some(_), Some(of)) = (&delay, &dynamic) {
                refused(of, "it excludes `scaleDownDelaySeconds`");
            }
            if let Some(of) = router.get("maxTrafficWeight").filter(|_| !any(named, &["nginx", "plugins"])) {
                refused(&of, "of the routers only NGINX and plugins have it");
            }
        }
    }
}

fn step(at: &At<'_>, routed: bool, named: &[&str], managed: Option<&[String]>) {
    let keys: Vec<&str> = at.entries().iter().map(|(key, _)| *key).collect();
    if !any(&keys, &STEPS) {
        at.problem(format!(
            "{}: found {}; a step has one of {}, and the controller refuses the file otherwise",
            at.path,
            if keys.is_empty() { "nothing".to_owned() } else { keys.join(", ") },
            STEPS.join(", ")
        ));
        return;
    }
    if let Some(of) = at.get("setCanaryScale").filter(|_| !routed) {
        refused(&of, "it needs `trafficRouting`");
    }
    for (key, able, who) in [
        ("setHeaderRoute", &BY_HEADER[..], "Istio, ALB, APISIX and plugins"),
        ("setMirrorRoute", &MIRRORS[..], "Istio and plugins"),
    ] {
        let Some(route) = at.get(key) else { continue };
        if !routed || !any(named, able) {
            refused(&route, format!("of the routers only {who} can do it"));
        }
        let name = route.text("name").unwrap_or_default();
        match managed {
            None if routed => refused(&route, "`trafficRouting.managedRoutes` has to list its name"),
            Some(managed) if !managed.contains(&name) => {
                refused(&route, format!("`trafficRouting.managedRoutes` does not list \"{name}\""));
            }
            _ => {}
        }
        for of in route.items("match") {
            let values = ["headerValue", "method", "path"].into_iter().filter_map(|key| of.get(key));
            for value in values {
                // An empty text is none to the controller.
                let is_given = |at: &At<'_>| at.as_text().is_some_and(|text| !text.is_empty());
                let given = value.entries().into_iter().filter(|(_, at)| is_given(at));
                let given: Vec<&str> = given.map(|(key, _)| key).collect();
                if given.len() != 1 {
                    refused(&value, "one of `exact`, `prefix` and `regex` has to be given");
                } else if key == "setHeaderRoute" && named.contains(&"alb") && given != ["exact"] {
                    refused(&value, "ALB compares by `exact` alone");
                }
            }
        }
    }
    of_metadata(at);
    for template in at.get("experiment").map(|of| of.items("templates")).unwrap_or_default() {
        if let Some(of) = template.get("weight").filter(|_| !any(named, &EXPERIMENT_WEIGHTS)) {
            refused(&of, "the weight of an experiment needs a router: ALB, SMI, Istio or a plugin");
        }
    }
}

/// Fields of metadata that an argument of a step can take its value from (Kubernetes, `ExtractFieldPathAsString` in `pkg/fieldpath`).
fn of_metadata(step: &At<'_>) {
    const WHOLE: [&str; 5] = ["annotations", "labels", "name", "namespace", "uid"];
    let analyses = step.get("experiment").map(|of| of.items("analyses")).unwrap_or_default();
    for analysis in step.get("analysis").into_iter().chain(analyses) {
        for argument in analysis.items("args") {
            let field = argument.dig(&["valueFrom", "fieldRef", "fieldPath"]);
            let Some((at, path)) = field.and_then(|at| Some((at.clone(), at.as_text()?))) else { continue };
            let known = |rest: &str| {
                let one = ["annotations['", "labels['"].iter().find_map(|map| rest.strip_prefix(map));
                WHOLE.contains(&rest) || one.is_some_and(|key| key.ends_with("']"))
            };
            if path.starts_with("metadata") && !path.strip_prefix("metadata.").is_some_and(known) {
                refused(
                    &at,
                    "of `metadata` an argument can be the name, the namespace, the uid, labels and annotations",
                );
            }
        }
    }
}
