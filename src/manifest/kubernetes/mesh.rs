//! Reads the routes of a mesh to the service that is released: their timeouts, and what they try again.

use super::MESH;
use crate::manifest::cursor::At;
use crate::manifest::parts::{Document, Parts, Templates};
use crate::manifest::retries;
use crate::manifest::table::Table;

/// What is said of the rest of a route of which something is read.
const REST: &str = "its matches, mirrors, faults and headers are not applied here: whichever request comes is split as the release says";

/// Reads a VirtualService of Istio.
pub(super) fn virtual_service(
    parts: &mut Parts,
    document: &Document<'_>,
    spec: &At<'_>,
    _: &Templates<'_>,
    _: &Table,
) {
    let routes = spec.items("http");
    let to = routes.iter().flat_map(|route| route.items("route"));
    let to = to.filter_map(|at| at.dig(&["destination"])?.text("host"));
    let is_ours = to.chain(texts(spec, "hosts")).any(|host| parts.roles.is_service(&host));
    let said = |route: &&At<'_>| route.get("timeout").is_some() || route.get("retries").is_some();
    let Some(route) = routes.iter().find(said).filter(|_| is_ours) else { return document.at.refuse(MESH) };
    let timeout = route.span("timeout");
    wait(parts, route, "timeout", timeout);
    if let Some(at) = route.get("retries") {
        retries::istio(parts, &at, timeout);
    }
    rest(document, routes.iter().filter(said).count());
}

/// Reads an HTTPRoute of the Gateway API.
pub(super) fn http_route(
    parts: &mut Parts,
    document: &Document<'_>,
    spec: &At<'_>,
    _: &Templates<'_>,
    _: &Table,
) {
    let rules = spec.items("rules");
    let mut to = rules.iter().flat_map(|rule| rule.items("backendRefs")).filter_map(|at| at.text("name"));
    let is_ours = to.any(|name| parts.roles.is_service(&name));
    let said = |rule: &&At<'_>| rule.get("timeouts").is_some() || rule.get("retry").is_some();
    let Some(rule) = rules.iter().find(said).filter(|_| is_ours) else { return document.at.refuse(MESH) };
    let times = rule.get("timeouts");
    let time = |key: &str| times.as_ref().and_then(|at| at.span(key)).filter(|span| !span.is_zero());
    let (whole, each) = (time("request"), time("backendRequest"));
    wait(parts, rule, "timeouts", each.or(whole));
    if let Some(at) = rule.get("retry") {
        retries::gateway(parts, &at, whole, each.is_some());
    }
    rest(document, rules.iter().filter(said).count());
}

/// The texts of a list.
fn texts(at: &At<'_>, key: &str) -> Vec<String> {
    at.items(key).iter().filter_map(At::as_text).collect()
}

/// Takes over how long the proxies wait for one try.
fn wait(parts: &mut Parts, at: &At<'_>, key: &str, timeout: Option<crate::engine::Span>) {
    if let (Some(timeout), Some(at)) = (timeout, at.get(key)) {
        at.note("the proxies give a try up after this time; a caller whose own timeout is shorter gives up sooner");
        parts.upstream.get_or_insert_default().timeout = Some(timeout);
    }
}

/// Says of the rest that it is not read; `routes` have timeouts or retries.
fn rest(document: &Document<'_>, routes: usize) {
    document.at.refuse(match routes {
        0 | 1 => REST.to_owned(),
        _ => format!(
            "the timeout and the retries of its first route that has any are those of all here; {REST}"
        ),
    });
}
