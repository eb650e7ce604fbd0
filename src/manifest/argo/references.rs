//! What the controller refuses of the documents that a Rollout refers to, as far as they are in the file (Argo Rollouts,
//! `pkg/apis/rollouts/validation/validation_references.go`).

use super::refused::routers;
use crate::manifest::cursor::At;
use crate::manifest::parts::{Document, labels};

/// The label that the controller writes into the selectors of its Services itself.
const HASH: &str = "rollouts-pod-template-hash";

/// Says what the controller refuses of `rollout` because of the documents beside it.
pub(in crate::manifest) fn check(rollout: &Document<'_>, documents: &[Document<'_>]) {
    let beside = Beside { rollout, documents };
    for side in ["canary", "blueGreen"] {
        if let Some(at) = rollout.at.dig(&["spec", "strategy", side]) {
            beside.services(&at);
            beside.routes(&at);
        }
    }
}

/// The documents beside a Rollout.
struct Beside<'d, 'a> {
    rollout: &'d Document<'a>,
    documents: &'d [Document<'a>],
}

impl<'d, 'a> Beside<'d, 'a> {
    /// The document of a kind and name in the Rollout's namespace.
    fn find(&self, kind: &str, name: &str) -> Option<&'d Document<'a>> {
        let namespace = self.rollout.namespace();
        let is_there = |of: &&Document<'a>| {
            let other = of.namespace();
            other.is_none() || namespace.is_none() || other == namespace
        };
        self.documents.iter().find(|of| of.kind == kind && of.name == name && is_there(of))
    }

    /// A Service of the Rollout chooses its pods: each label of its selector is one of the template's.
    fn services(&self, strategy: &At<'_>) {
        let spec = self.rollout.at.get("spec");
        let workload = spec.as_ref().and_then(|spec| spec.get("workloadRef"));
        let template = match workload {
            None => Some(self.rollout),
            Some(of) => of.text("kind").zip(of.text("name")).and_then(|(kind, name)| self.find(&kind, &name)),
        };
        let Some(own) = template.map(labels).filter(|labels| !labels.is_empty()) else { return };
        let ping_pong = strategy.get("pingPong");
        let named = ["stableService", "canaryService", "activeService", "previewService"]
            .into_iter()
            .filter_map(|key| strategy.get(key))
            .chain(["pingService", "pongService"].into_iter().filter_map(|key| ping_pong.as_ref()?.get(key)));
        for at in named {
            let Some(service) = at.as_text().and_then(|name| self.find("Service", &name)) else { continue };
            let Some(selector) = service.at.dig(&["spec", "selector"]) else { continue };
            for (key, value) in selector.entries() {
                let wanted = (key.to_owned(), value.as_text().unwrap_or_default());
                if key != HASH && !own.contains(&wanted) {
                    at.refused_upstream(format!(
                        "the Service chooses pods by `{key}: {}`, which the `template` does not have",
                        wanted.1
                    ));
                }
            }
        }
    }

    /// The Ingresses and VirtualServices of the routers.
    fn routes(&self, strategy: &At<'_>) {
        let Some(router) = strategy.get("trafficRouting") else { return };
        let stable = strategy.text("stableService");
        for (name, one, many) in
            [("nginx", "stableIngress", "stableIngresses"), ("alb", "ingress", "ingresses")]
        {
            let Some(of) = router.get(name) else { continue };
            let Some(service) = of.text("rootService").or_else(|| stable.clone()) else { continue };
            for at in of.get(one).into_iter().chain(of.items(many)) {
                let found = at.as_text().and_then(|name| self.find("Ingress", &name));
                if found.is_some_and(|ingress| !leads_to(&ingress.at, &service)) {
                    at.refused_upstream(format!(
                        "no rule of this Ingress leads to the Service \"{service}\""
                    ));
                }
            }
        }
        let Some(istio) = router.get("istio") else { return };
        for at in istio.get("virtualService").into_iter().chain(istio.items("virtualServices")) {
            let name = at.text("name").unwrap_or_default();
            let name = name.strip_suffix(".cluster.local").unwrap_or(&name);
            let name = name.rsplit_once('.').map_or(name, |(name, _)| name);
            if let Some(of) = self.find("VirtualService", name)
                && let Some(why) = virtual_service(of, &at, strategy, &router)
            {
                at.refused_upstream(why);
            }
        }
    }
}

/// Whether a rule of an Ingress leads to a Service (`HasRuleWithService` in `utils/ingress/ingress.go`).
fn leads_to(ingress: &At<'_>, service: &str) -> bool {
    let rules = ingress.get("spec").map(|spec| spec.items("rules")).unwrap_or_default();
    let paths = rules.iter().filter_map(|rule| rule.get("http")).flat_map(|http| http.items("paths"));
    paths.filter_map(|path| path.get("backend")).any(|backend| {
        let of =
            backend.get("service").and_then(|of| of.text("name")).or_else(|| backend.text("serviceName"));
        of.as_deref() == Some(service)
    })
}

/// Why the controller refuses a VirtualService (`ValidateHTTPRoutes` in `rollout/trafficrouting/istio/istio.go`): `at` refers to it, and names
/// the routes whose weights are set.
fn virtual_service(of: &Document<'_>, at: &At<'_>, strategy: &At<'_>, router: &At<'_>) -> Option<String> {
    let spec = of.at.get("spec")?;
    if ["http", "tls", "tcp"].iter().all(|key| spec.get(key).is_none()) {
        return Some("this VirtualService has no routes".to_owned());
    }
    let routes = spec.items("http");
    if routes.is_empty() {
        return None;
    }
    let name = |at: &At<'_>| at.text("name").unwrap_or_default();
    let wanted: Vec<String> = at.items("routes").iter().filter_map(At::as_text).collect();
    if let Some(missing) = wanted.iter().find(|wanted| !routes.iter().any(|route| name(route) == **wanted)) {
        return Some(format!("this VirtualService has no route \"{missing}\""));
    }
    let is_set = |route: &&At<'_>| wanted.contains(&name(route)) || (wanted.is_empty() && routes.len() == 1);
    let unnamed = routes.iter().find(|route| wanted.is_empty() && routes.len() > 1 && name(route).is_empty());
    let rule = router.dig(&["istio", "destinationRule"]);
    let sides: Vec<String> = match (&rule, strategy.get("pingPong")) {
        (Some(of), _) => {
            ["canarySubsetName", "stableSubsetName"].iter().filter_map(|key| of.text(key)).collect()
        }
        (None, Some(of)) => ["pingService", "pongService"].iter().filter_map(|key| of.text(key)).collect(),
        (None, None) => {
            ["canaryService", "stableService"].iter().filter_map(|key| strategy.text(key)).collect()
        }
    };
    for route in routes.iter().filter(is_set).chain(unnamed) {
        let destinations = route.items("route");
        let to = destinations.iter().filter_map(|of| of.get("destination"));
        let to: Vec<String> = match rule {
            Some(_) => to.filter_map(|of| of.text("subset")).collect(),
            None => to
                .filter_map(|of| of.text("host"))
                .map(|host| host.split('.').next().unwrap_or_default().to_owned())
                .collect(),
        };
        if let Some(missing) = sides.iter().find(|side| !to.contains(side)) {
            let which = Some(name(route)).filter(|name| !name.is_empty());
            let which = which.map_or_else(String::new, |name| format!(" \"{name}\""));
            return Some(format!("its route{which} does not lead to \"{missing}\""));
        }
    }
    let managed: Vec<String> = router.items("managedRoutes").iter().map(name).collect();
    let others = routes.iter().filter(|route| !managed.contains(&name(route))).count();
    (wanted.is_empty() && others > 1).then(|| {
        format!("this VirtualService has {others} routes: `routes` has to name those whose weights are set")
    })
}

/// The routers of which one field or another names what they lead through, and not both.
const EITHER: [(&str, &str, &str); 3] = [
    ("nginx", "stableIngress", "stableIngresses"),
    ("alb", "ingress", "ingresses"),
    ("istio", "virtualService", "virtualServices"),
];

/// Says where a router names nothing that it leads through, or does so twice.
pub(super) fn either(router: &At<'_>) {
    for name in routers(router) {
        let Some((_, one, many)) = EITHER.iter().find(|(of, ..)| *of == name) else { continue };
        // An empty mapping is a router, too.
        let Some((_, of)) = router.entries().into_iter().find(|(key, _)| *key == name) else { continue };
        if of.get(one).is_some() == of.get(many).is_some() {
            of.refused_upstream(format!("either `{one}` or `{many}` has to be given"));
        }
    }
}
