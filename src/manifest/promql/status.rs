//! Which requests a matcher of a status keeps.

use promql_parser::label::{MatchOp, Matcher};

/// The requests that a matcher of a status keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Those that succeed.
    Good,
    /// Those that fail.
    Bad,
    /// Both, all or some of each.
    Any,
    /// Neither: refusals, redirections.
    Other,
}

/// Codes of failures, by which a pattern is tried out, and what labels of classes of codes hold.
const FAILURES: [&str; 8] = ["500", "501", "502", "503", "504", "520", "5xx", "5XX"];
/// Codes of requests that were refused for their sender's fault.
const REFUSALS: [&str; 8] = ["400", "401", "403", "404", "422", "429", "4xx", "4XX"];
/// Codes of successes.
const SUCCESSES: [&str; 6] = ["200", "201", "202", "204", "2xx", "2XX"];
/// Redirections.
const MOVED: [&str; 4] = ["301", "302", "304", "3xx"];

/// The requests that `matcher` keeps; `None` when it is about another label than a status.
pub(super) fn status_of(matcher: &Matcher) -> Option<Status> {
    let name = matcher.name.to_lowercase();
    if !["code", "status", "result", "outcome", "class"].iter().any(|word| name.contains(word)) {
        return None;
    }
    let named = by_code(matcher).or_else(|| by_word(matcher))?;
    let kept = matches!(matcher.op, MatchOp::Equal | MatchOp::Re(_));
    Some(match (named, kept) {
        (named, true) => named,
        (Status::Good, false) => Status::Bad,
        (Status::Bad, false) => Status::Good,
        (Status::Any, false) => Status::Other,
        (Status::Other, false) => Status::Any,
    })
}

/// Whether a matcher keeps this code.
fn keeps<'m>(matcher: &'m Matcher) -> impl Fn(&&str) -> bool + 'm {
    let pattern = regex::Regex::new(&format!("^(?:{})$", matcher.value)).ok();
    move |code: &&str| match matcher.op {
        MatchOp::Equal => matcher.value == **code,
        MatchOp::NotEqual => matcher.value != **code,
        MatchOp::Re(_) => pattern.as_ref().is_some_and(|pattern| pattern.is_match(code)),
        MatchOp::NotRe(_) => pattern.as_ref().is_some_and(|pattern| !pattern.is_match(code)),
    }
}

/// By the codes that its value stands for; `None` where it is no code, or none that is known here.
fn by_code(matcher: &Matcher) -> Option<Status> {
    if !matcher.value.chars().any(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let pattern = regex::Regex::new(&format!("^(?:{})$", matcher.value)).ok();
    let is_plain = matches!(matcher.op, MatchOp::Equal | MatchOp::NotEqual);
    let is_of = |code: &&str| match &pattern {
        Some(pattern) if !is_plain => pattern.is_match(code),
        _ => matcher.value == **code,
    };
    let any = |codes: &[&str]| codes.iter().any(is_of);
    match (any(&SUCCESSES), any(&FAILURES)) {
        (true, true) => Some(Status::Any),
        (true, false) => Some(Status::Good),
        (false, true) => Some(Status::Bad),
        (false, false) => (any(&REFUSALS) || any(&MOVED)).then_some(Status::Other),
    }
}

/// By the words in its value, such as `error`, `success`, `OK`, `5xx`.
fn by_word(matcher: &Matcher) -> Option<Status> {
    let value = matcher.value.to_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| value.starts_with(word));
    if begins(&["5", "error", "fail"]) || value.contains("server_error") || value.contains("5xx") {
        return Some(Status::Bad);
    }
    begins(&["2", "1", "ok", "0", "success"]).then_some(Status::Good)
}

/// What is said of a matcher of a status that keeps some failures only, or also what is no failure here.
pub(super) fn remark(matcher: &Matcher) -> Option<String> {
    status_of(matcher)?;
    if !matcher.value.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let keeps = keeps(matcher);
    let codes = &FAILURES[..6];
    let kept = codes.iter().filter(|code| keeps(code)).count();
    let shown = super::subject::shown(matcher);
    if kept > 0 && kept < codes.len() {
        return Some(format!(
            "not applied: `{shown}` is about some failures; here all failures are counted alike"
        ));
    }
    let refused = REFUSALS.iter().any(&keeps);
    (refused && kept > 0 && !keeps(&"200")).then(|| {
        format!(
            "`{shown}` counts refusals (4xx) as well; here requests succeed or fail, and nobody is refused so"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use promql_parser::parser::{Expr, parse};

    #[test]
    fn a_status_is_told_by_the_codes_that_it_keeps() {
        for (label, expected) in [
            ("code=~\"5..\"", Some(Status::Bad)),
            ("code!~\"5.*\"", Some(Status::Good)),
            ("code=~\"4..\"", Some(Status::Other)),
            ("code=\"404\"", Some(Status::Other)),
            ("status!~\"[4-5].*\"", Some(Status::Good)),
            ("code=~\"[45]..\"", Some(Status::Bad)),
            ("code=~\"[^5]..\"", Some(Status::Good)),
            ("code!=\"200\"", Some(Status::Bad)),
            ("code!~\"404\"", Some(Status::Any)),
            ("code=~\".*\"", Some(Status::Any)),
            ("response_code_class=\"5xx\"", Some(Status::Bad)),
            ("status_class!=\"5xx\"", Some(Status::Good)),
            ("code=\"599\"", Some(Status::Bad)),
            ("grpc_code!=\"OK\"", Some(Status::Bad)),
            ("grpc_status=\"0\"", Some(Status::Good)),
            ("result=\"success\"", Some(Status::Good)),
            ("outcome=\"SERVER_ERROR\"", Some(Status::Bad)),
            ("outcome=\"maybe\"", None),
            ("path=\"/500\"", None),
        ] {
            let Ok(Expr::VectorSelector(selector)) = parse(&format!("x{{{label}}}")) else {
                panic!("{label}")
            };
            assert_eq!(status_of(&selector.matchers.matchers[0]), expected, "{label}");
        }
    }
}
