//! What can be wrong with the releases that follow one another in a case.

use super::super::ExerciseCase;
use crate::engine::Span;
use crate::scenario::{Issue, Scenario};

/// Everything wrong with the train of the case at `index`.
pub(super) fn problems(index: usize, case: &ExerciseCase, scenario: &Scenario) -> Vec<Issue> {
    let mut found = Vec::new();
    let mut latest = Span::ZERO;
    for (place, next) in case.then.iter().enumerate() {
        let at = format!("cases[{index}].then[{place}]");
        let releases = scenario.releases.iter().map(|release| release.name.as_str());
        match scenario.release(&next.release) {
            None => {
                found.push(Issue::unknown(format!("{at}.release"), "release", &next.release, releases));
            }
            Some(release) if release.flag.is_some() => {
                let message = format!(
                    "\"{}\" is behind a flag; the releases of a train have none: name another release",
                    next.release
                );
                found.push(Issue::error(format!("{at}.release"), "flag-in-train", message));
            }
            Some(_) => {}
        }
        let (from, to) = next.after;
        if from > to {
            let message = format!("from {from} to {to}; write the earlier time first");
            found.push(Issue::error(format!("{at}.after"), "order", message));
        }
        latest = latest + to.max(from);
    }
    let first = scenario.release(&case.release);
    if !case.then.is_empty() && first.is_some_and(|release| release.flag.is_some()) {
        let message = format!(
            "\"{}\" is behind a flag; the releases of a train have none: name another release",
            case.release
        );
        found.push(Issue::error(format!("cases[{index}].release"), "flag-in-train", message));
    }
    let left = scenario.horizon - scenario.release_at;
    if latest >= left {
        let message = format!(
            "its last release may begin {latest} after the first, and the scenario ends {left} after the first may begin; leave time \
             for it"
        );
        found.push(Issue::error(format!("cases[{index}].then"), "out-of-range", message));
    }
    found
}
