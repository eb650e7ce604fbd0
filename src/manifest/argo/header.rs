//! Reads the header routes of a canary.

use crate::control::Step;
use crate::manifest::cursor::At;
use crate::sim::{MatchRule, Pool};

/// Reads `setHeaderRoute`. Each entry of `match` is an alternative (Argo Rollouts makes one match of each). Headers whose name
/// ends in `cohort` select cohorts of users; headers whose name ends in `kind` select kinds of requests.
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
fn rule(header: &At<'_>) -> Option<MatchRule> {
    let name = header.text("headerName").unwrap_or_default().to_lowercase();
    let values = header.get("headerValue").and_then(|value| literals(&value));
    let mut rule = MatchRule { cohorts: vec![], kinds: vec![], to: Pool::Candidate };
    let list = match name.rsplit(['-', '_']).next() {
        Some("cohort") => &mut rule.cohorts,
        Some("kind") => &mut rule.kinds,
        _ => {
            header.refuse(
                "users have no headers here, so nobody is led to the candidate by this one; call the header `x-cohort` (or \
                 `x-kind`) and its value like a cohort (or request kind) of the scenario",
            );
            return None;
        }
    };
    match values {
        Some(values) if !values.is_empty() => *list = values,
        _ => {
            header.refuse(
                "a cohort or a kind has a name: `exact`, or a `regex` of names such as a|b; nobody is led to the candidate by this",
            );
            return None;
        }
    }
    Some(rule)
}

/// The texts that a value of a header stands for: `exact`, or a `regex` that lists them. A prefix, or any other pattern, stands
/// for texts that nobody can list.
pub(in crate::manifest) fn literals(value: &At<'_>) -> Option<Vec<String>> {
    if let Some(exact) = value.text("exact") {
        return Some(vec![exact]);
    }
    let pattern = value.text("regex")?;
    let inside = pattern.trim_start_matches('^').trim_end_matches('$');
    let inside = inside.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(inside);
    let plain = |text: &str| {
        !text.is_empty() && !text.contains(['.', '*', '+', '?', '[', '(', ')', '{', '\\', '^', '$'])
    };
    let parts: Vec<&str> = inside.split('|').collect();
    parts.iter().all(|part| plain(part)).then(|| parts.into_iter().map(str::to_owned).collect())
}
