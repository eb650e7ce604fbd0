//! Reads `match` of a Flagger analysis, as the router of each provider does.

use crate::control::Flagger;
use crate::engine::Share;
use crate::manifest::cursor::At;
use crate::manifest::header;
use crate::sim::{HeaderMatch, MatchRule, Pool, TextMatch};

/// The providers whose routers leave `match` out, by the beginnings of their names (`pkg/router`).
const NOTHING: [&str; 8] = ["linkerd", "smi", "osm", "skipper", "traefik", "apisix", "kuma", "knative"];

/// The providers whose routers ask for the headers of all items together (`makeConditions` of `contour.go`, `getHeaderMatchers` of `gloo.go`,
/// `makeHeaders` of `appmesh.go`), by the beginnings of their names.
const TOGETHER: [&str; 3] = ["contour", "gloo", "appmesh"];

/// Reads `match`. `provider` is the Canary's, where it names one.
pub(super) fn read(at: &At<'_>, provider: Option<&str>, flagger: &mut Flagger) {
    let rules = at.items("match");
    if provider == Some("kubernetes") {
        if let Some(at) = at.get("match") {
            at.ignore("the provider `kubernetes` cannot match requests, so that Flagger drops this");
        }
        return;
    }
    let Some(given) = at.get("match").filter(|_| !rules.is_empty()) else { return };
    let is_of = |known: &[&str]| provider.filter(|named| known.iter().any(|known| named.starts_with(known)));
    if let Some(named) = is_of(&NOTHING) {
        unmatched(&given, named, flagger.iterations);
        return;
    }
    flagger.matches = match provider {
        Some("nginx") => of_nginx(&given, &rules, flagger),
        _ if is_of(&TOGETHER).is_some() => {
            let named = provider.unwrap_or_default();
            together(&given, &rules, named).into_iter().collect()
        }
        _ => rules.iter().filter_map(matched).collect(),
    };
    match (flagger.matches.is_empty(), flagger.iterations) {
        (true, 1..) => given.note(
            "without a readable match no user meets the candidate before the switch, as in a blue-green release",
        ),
        // The weights would be about everybody.
        (true, 0) => given.problem(format!(
            "{}: the weights are about the requests that match, and none of these matches can be read; without them the release would \
             reach everybody",
            given.path
        )),
        (false, 0) if provider != Some("nginx") => given.note(
            "the weights are about the requests that match; the others stay on the primary until the promotion",
        ),
        _ => {}
    }
}

/// Says what follows where the provider `named` cannot match requests.
fn unmatched(given: &At<'_>, named: &str, iterations: u32) {
    // Flagger (`runAB`): the routes of an A/B test are 0 to 100, and without a match they are about everybody.
    if iterations > 0 {
        given.problem(format!(
            "{}: the provider `{named}` cannot match requests: with `iterations` everybody is led to the candidate at the first check; \
             Istio, the Gateway API, NGINX, Contour, Gloo and App Mesh can",
            given.path
        ));
    } else {
        given.node.read_all();
        given.not_applied(format!(
            "the provider `{named}` cannot match requests, so that the weights are about everybody"
        ));
    }
}

/// The headers of one item; `None`, with the reason said, where it asks for something else.
fn headers<'a>(at: &At<'a>) -> Option<Vec<(&'a str, At<'a>)>> {
    let others = at.entries().into_iter().find(|(key, _)| !["headers", "name", "sourceLabels"].contains(key));
    if let Some((key, other)) = others {
        other.refuse(format!(
            "requests have no `{key}` to match here, and without it the rule would be wider: nobody is led to the candidate by it"
        ));
        at.node.read_all();
        return None;
    }
    let headers = at.get("headers").map(|at| at.entries()).unwrap_or_default();
    if headers.is_empty() {
        at.refuse("only headers of requests can be matched; nobody is led to the candidate by this");
        return None;
    }
    Some(headers)
}

/// One item, whose headers must all hold.
fn matched(at: &At<'_>) -> Option<MatchRule> {
    header::rule(&headers(at)?)
}

/// All items as one rule, whose headers must all hold.
fn together(given: &At<'_>, rules: &[At<'_>], provider: &str) -> Option<MatchRule> {
    let [of_contour, of_gloo] = ["contour", "gloo"].map(|named| provider.starts_with(named));
    if of_gloo {
        // `SetRoutes` of `gloo.go`: its one route has the matchers.
        given.not_applied(
            "the route that Flagger writes for Gloo leads those who match alone: the others need a route of their own, and get an answer 404 \
             without one; here they stay on the primary",
        );
    }
    if rules.len() > 1 {
        given.note("this provider leads a request to the candidate that has the headers of all items, not of one of them");
    }
    let all: Option<Vec<_>> = rules.iter().map(headers).collect();
    let all: Vec<(&str, At<'_>)> = all?.into_iter().flatten().collect();
    for (_, at) in all.iter().filter(|(_, at)| of_contour && at.get("exact").is_none()) {
        // `makeConditions`: a prefix and a suffix are looked for anywhere, and a pattern is dropped.
        if at.get("regex").is_some() {
            at.refuse("Flagger gives Contour no pattern, and the header has to be empty then: nobody is led to the candidate by it");
            return None;
        }
        at.not_applied("Flagger lets Contour look for this text anywhere in the header; here it is looked for where it says");
    }
    let mut rule = header::rule(&all)?;
    for ((_, at), header) in all.iter().zip(&mut rule.headers).filter(|_| of_gloo) {
        // `getHeaderMatchers`: a prefix and a suffix are left out, and a header without a value only has to be there.
        if at.get("exact").is_none() && at.get("regex").is_none() {
            at.note("Flagger gives Gloo no prefix and no suffix: who has this header at all is led to the candidate");
            header.value = TextMatch::Regex(".*".to_owned());
        }
    }
    Some(rule)
}

/// The annotations that Flagger writes for NGINX (`SetRoutes` of `ingress.go`): of all items the last cookie and the last other header, of
/// which one is enough. A cookie's `exact` is its name, and its value is `always` (kubernetes.github.io/ingress-nginx, "Canary").
fn of_nginx(given: &At<'_>, rules: &[At<'_>], flagger: &mut Flagger) -> Vec<MatchRule> {
    let (mut cookie, mut other) = (None, None);
    for (name, at) in rules.iter().filter_map(headers).flatten() {
        let last = if name == "cookie" { &mut cookie } else { &mut other };
        if let Some((_, before)) = last.replace((name, at)) {
            let before: At<'_> = before;
            before.node.read_all();
            before.not_applied(
                "Flagger gives NGINX one header and one cookie, and a later one takes the place of this",
            );
        }
    }
    let mut found = Vec::new();
    if let Some((_, at)) = cookie {
        at.node.read_all();
        match at.text("exact").filter(|name| !name.is_empty()) {
            Some(name) => {
                at.note(format!("Flagger gives NGINX this as the name of a cookie: those who have `{name}=always` are led to the candidate"));
                let pattern = format!("(.*;\\s*)?{}=always(;.*)?", regex::escape(&name));
                found.push(rule("cookie", TextMatch::Regex(pattern)));
            }
            None => at.refuse("Flagger gives NGINX the name of a cookie by `exact` alone; nobody is led to the candidate by it"),
        }
    }
    match other {
        Some((name, at)) if at.get("exact").is_none() && at.get("regex").is_none() => {
            at.node.read_all();
            at.note("Flagger gives NGINX a header without a value then: those who have it with the value `always` are led to the candidate");
            found.push(rule(name, TextMatch::Exact("always".to_owned())));
        }
        Some(other) => found.extend(header::rule(&[other])),
        None => {}
    }
    if flagger.iterations == 0 && !found.is_empty() {
        // `GetRoutes`: with a header or a cookie the canary's weight is 100.
        given.note("with a match NGINX has no weights: all who match are led to the candidate at the first step, and the promotion is next");
        (flagger.step_weights, flagger.max_weight) = (vec![Share::ALL], Share::ALL);
    }
    found
}

/// A rule to the candidate for those who have this header.
fn rule(name: &str, value: TextMatch) -> MatchRule {
    let header = HeaderMatch { name: name.to_lowercase(), value };
    MatchRule { cohorts: vec![], kinds: vec![], headers: vec![header], to: Pool::Candidate }
}
