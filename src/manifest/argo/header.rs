//! Reads the header routes of a canary.

use crate::control::Step;
use crate::manifest::cursor::At;
use crate::manifest::header;
use crate::sim::MatchRule;

/// Reads `setHeaderRoute`. Each entry of `match` is an alternative (Argo Rollouts makes one match of each).
pub(super) fn header_route(route: &At<'_>) -> Option<Step> {
    route.text("name");
    let matches = route.items("match");
    if matches.is_empty() {
        route.mark();
        return Some(Step::Match(vec![]));
    }
    let rules: Vec<MatchRule> = matches.iter().filter_map(rule).collect();
    (!rules.is_empty()).then_some(Step::Match(rules))
}

/// One alternative; `None`, with the reason said, where nobody can be picked by it.
fn rule(at: &At<'_>) -> Option<MatchRule> {
    let name = at.text("headerName");
    let (Some(name), Some(value)) = (name, at.get("headerValue")) else {
        at.refuse("a header needs `headerName` and `headerValue`; nobody is led to the candidate by this");
        return None;
    };
    header::rule(&[(name.as_str(), value)])
}
