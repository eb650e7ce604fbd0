//! Reads the traffic policy that a Canary gives its service: Istio's timeout, outlier detection and balancing.

use crate::engine::{Share, Span};
use crate::manifest::cursor::At;
use crate::manifest::parts::Parts;
use crate::manifest::quantity::percent;
use crate::manifest::retries;
use crate::scenario::{Balancer, OutlierDetection, Upstream};

/// The providers whose routers pass a field of `spec.service` on, by the beginnings of their names (`pkg/router`).
const PASSED: [(&str, &[&str]); 3] = [
    ("timeout", &["istio", "appmesh", "contour", "gatewayapi"]),
    ("retries", &["istio", "appmesh", "contour"]),
    ("trafficPolicy", &["istio"]),
];

/// Says what of `spec.service` the router of `provider` leaves out, and gives a lookup of what it passes on.
fn passed<'a>(service: &At<'a>, provider: Option<&str>) -> impl Fn(&str) -> Option<At<'a>> {
    let left_out = |(key, by): &(&'static str, &[&str])| {
        let named = provider.filter(|named| !by.iter().any(|begin| named.starts_with(begin)))?;
        let at = service.get(key)?;
        at.refuse(format!("the router of the provider `{named}` leaves it out, and nothing of it holds"));
        Some(*key)
    };
    let dropped: Vec<&str> = PASSED.iter().filter_map(left_out).collect();
    let service = service.clone();
    move |key| service.get(key).filter(|_| !dropped.contains(&key))
}

/// Reads `spec.service` into the settings of the proxies. What it leaves out has Istio's default. `provider` is the Canary's, where it names
/// one.
pub(super) fn read(parts: &mut Parts, service: &At<'_>, provider: Option<&str>) {
    let given = passed(service, provider);
    let timeout = given("timeout").and_then(|at| {
        at.note("the proxies give a try up after this time; a caller whose own timeout is shorter gives up sooner");
        service.span("timeout")
    });
    let policy = given("trafficPolicy");
    let outliers = policy.as_ref().and_then(|at| at.get("outlierDetection")).map(|at| outlier_detection(&at));
    if timeout.is_some() || outliers.is_some() {
        parts.upstream = Some(Upstream { timeout, outlier_detection: outliers, ..Upstream::default() });
    }
    if let Some(at) = given("retries") {
        match provider.is_some_and(|named| named.starts_with("appmesh")) {
            true => retries::app_mesh(parts, &at, timeout),
            false => retries::istio(parts, &at, timeout),
        }
    }
    let Some(policy) = policy else { return };
    policy.mark();
    if let Some(balancer) = policy.get("loadBalancer") {
        parts.balancer = self::balancer(&balancer);
    }
    for (key, at) in policy.entries() {
        match key {
            "outlierDetection" | "loadBalancer" => {}
            "tls" => at.ignore("it does not change who answers"),
            _ => at.refuse("it limits connections or ports upstream; here connections have no limit"),
        }
    }
}

/// Istio's defaults are Envoy's; the rule of success rates is off (istio.io, "Destination Rule", OutlierDetection).
fn outlier_detection(at: &At<'_>) -> OutlierDetection {
    at.mark();
    let default = OutlierDetection { success_rate: None, ..OutlierDetection::default() };
    let some = |key: &str, otherwise: Span| at.span(key).filter(|span| !span.is_zero()).unwrap_or(otherwise);
    at.refuse_at("consecutiveGatewayErrors", "failures count alike here, those of a gateway among them");
    at.refuse_at(
        "minHealthPercent",
        "below a share of healthy instances it goes on here; only the panic threshold ends it",
    );
    let base = some("baseEjectionTime", default.base_ejection_time);
    OutlierDetection {
        consecutive_5xx: at
            .whole("consecutive5xxErrors")
            .or_else(|| at.whole("consecutiveErrors"))
            .unwrap_or(default.consecutive_5xx),
        interval: some("interval", default.interval),
        base_ejection_time: base,
        // Envoy: no shorter than the first ejection.
        max_ejection_time: default.max_ejection_time.max(base),
        max_ejection_percent: at
            .number("maxEjectionPercent")
            .and_then(percent)
            .unwrap_or(Share::percent(10.0)),
        ..default
    }
}

/// `loadBalancer`: `simple`, or `consistentHash` by what is the user's here.
fn balancer(at: &At<'_>) -> Option<Balancer> {
    if let Some(hash) = at.get("consistentHash") {
        hash.node.read_all();
        hash.note("requests are spread by their user's hash, whatever header or cookie is named");
        return Some(Balancer::RingHash { ring_size: 1024 });
    }
    match at.text("simple").as_deref() {
        Some("ROUND_ROBIN") => Some(Balancer::RoundRobin),
        Some("RANDOM") => Some(Balancer::Random),
        Some("LEAST_REQUEST" | "LEAST_CONN" | "UNSPECIFIED") => {
            Some(Balancer::LeastRequest { choices: 2, with_replacement: true })
        }
        _ => {
            at.refuse("the scenario's balancer stays");
            None
        }
    }
}
