//! Reads the header routes of a canary.

use crate::control::Step;
use crate::manifest::cursor::At;
use crate::manifest::header;
use crate::sim::{HeaderMatch, MatchRule, Pool, TextMatch};

/// Reads `setHeaderRoute`. Each entry of `match` is an alternative (Argo Rollouts makes one match of each), unless the router is an ALB.
pub(super) fn header_route(route: &At<'_>, is_alb: bool) -> Option<Step> {
    route.text("name");
    let matches = route.items("match");
    if matches.is_empty() {
        route.mark();
        return Some(Step::Match(vec![]));
    }
    if is_alb && let Some(values) = of_alb(&matches) {
        return Some(Step::Match(vec![values]));
    }
    let rules: Vec<MatchRule> = matches.iter().filter_map(rule).collect();
    (!rules.is_empty()).then_some(Step::Match(rules))
}

/// The one rule that an ALB makes of all entries: those of one header are alternatives, and each header has to match (Argo Rollouts
/// `alb.go`, `upsertCondition`). It compares without regard to case, and `*` and `?` stand for any characters (AWS, "Listener rules").
/// `None` for a single entry without them, which is read as that of any router, and where an entry has no `exact`.
fn of_alb(matches: &[At<'_>]) -> Option<MatchRule> {
    let mut by_name: Vec<(String, Vec<String>)> = Vec::new();
    for at in matches {
        let (name, value) = (at.text("headerName")?.to_lowercase(), at.get("headerValue")?.text("exact")?);
        match by_name.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => by_name.push((name, vec![value])),
        }
    }
    let is_plain = |value: &String| !value.contains(['*', '?']);
    if let [(_, values)] = by_name.as_slice()
        && let [value] = values.as_slice()
        && is_plain(value)
    {
        return None;
    }
    matches.iter().filter_map(|at| at.get("headerValue")).for_each(|at| at.note(header::ONLY_OF_COHORTS));
    let pattern = |value: &String| {
        let of = |letter: char| match letter {
            '*' => ".*".to_owned(),
            '?' => ".".to_owned(),
            letter => regex::escape(&letter.to_string()),
        };
        value.chars().map(of).collect::<String>()
    };
    let headers = by_name.into_iter().map(|(name, values)| {
        let all: Vec<String> = values.iter().map(pattern).collect();
        HeaderMatch { name, value: TextMatch::Regex(format!("(?i)(?:{})", all.join("|"))) }
    });
    Some(MatchRule { cohorts: vec![], kinds: vec![], headers: headers.collect(), to: Pool::Candidate })
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
