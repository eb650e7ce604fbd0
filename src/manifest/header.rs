//! Reads matches of headers and cookies.

use super::cursor::At;
use crate::sim::{HeaderMatch, MatchRule, Pool, TextMatch};

/// What is said of a header that only a scenario can give users.
pub(super) const ONLY_OF_COHORTS: &str = "users have this header here where the scenario says so of their cohort (`headers`); nobody else is \
     led to the candidate by it";

/// A rule to the candidate for requests that have all of these headers. Headers whose name ends in `cohort` or `kind`, and whose value
/// is given by `exact` or by a `regex` of names, select cohorts and kinds of requests by their names. `None`, with the reason said,
/// where one of them cannot be read: the rule leads nobody then, never more.
pub(super) fn rule(headers: &[(&str, At<'_>)]) -> Option<MatchRule> {
    let mut rule = MatchRule { cohorts: vec![], kinds: vec![], headers: vec![], to: Pool::Candidate };
    for (name, value) in headers {
        let name = name.to_lowercase();
        let list = match name.rsplit(['-', '_']).next() {
            Some("cohort") => Some(&mut rule.cohorts),
            Some("kind") => Some(&mut rule.kinds),
            _ => None,
        };
        match (list, literals(value)) {
            (Some(list), Some(values)) if list.is_empty() && !values.is_empty() => *list = values,
            _ => {
                let header = HeaderMatch { name, value: text(value)? };
                if !header.value.is_usable() {
                    value.refuse("this is no regular expression that can be used, so nobody is led to the candidate by it");
                    return None;
                }
                value.note(ONLY_OF_COHORTS);
                rule.headers.push(header);
            }
        }
    }
    Some(rule)
}

/// The rule of a header's value: `exact`, `prefix`, or `regex` (Argo Rollouts, Istio), `regularExpression` of the Gateway API, or
/// `suffix`.
fn text(value: &At<'_>) -> Option<TextMatch> {
    let text = |key: &str| value.text(key);
    let found = text("exact")
        .map(TextMatch::Exact)
        .or_else(|| text("prefix").map(TextMatch::Prefix))
        .or_else(|| text("regex").map(TextMatch::Regex))
        .or_else(|| text("suffix").map(|end| TextMatch::Regex(format!(".*{}", regex::escape(&end)))));
    if found.is_none() {
        value.refuse(
            "only `exact`, `prefix` and `regex` can be compared; nobody is led to the candidate by this",
        );
    }
    found
}

/// The texts that a value of a header stands for: `exact`, or a `regex` that lists them. A prefix, or any other pattern, stands
/// for texts that nobody can list.
fn literals(value: &At<'_>) -> Option<Vec<String>> {
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
