//! Validation of responses, and of what they need of the scenario: a flag, a call.

use super::limits::MOST_INSTANCES;
use crate::control::Response;
use crate::scenario::{Notes, Scenario};

/// Checks the limits of a response, and the names that it needs from the scenario.
pub(super) fn response(notes: &mut Notes, at: &str, response: &Response, scenario: Option<&Scenario>) {
    match response {
        Response::KillFlag => flagged(notes, at, scenario),
        Response::Scale(amount) => match amount.rounded_up(100) {
            0 => notes.error(at, "out-of-range", "found none; allowed is at least one instance"),
            1..=MOST_INSTANCES => {}
            _ => {
                let message = format!("allowed are up to {MOST_INSTANCES} instances, or that share of 100");
                notes.error(at, "out-of-range", message);
            }
        },
        Response::Shed(share) => notes.share(at, *share),
        Response::OpenBreaker(to) => {
            if let Some(scenario) = scenario {
                called_by_target(notes, at, to, scenario);
            }
        }
        Response::Abort | Response::Pause | Response::Page => {}
    }
}

/// The target must call the service whose breaker is to be opened.
fn called_by_target(notes: &mut Notes, at: &str, to: &str, scenario: &Scenario) {
    let calls = scenario.service(&scenario.target).map(|target| target.calls.as_slice()).unwrap_or_default();
    if calls.iter().any(|call| call.to == to) {
        return;
    }
    let message = match calls {
        [] => format!("{} calls no other service: there is no breaker to open", scenario.target),
        _ => {
            let called: Vec<&str> = calls.iter().map(|call| call.to.as_str()).collect();
            format!("{} does not call \"{to}\"; it calls {}", scenario.target, called.join(", "))
        }
    };
    notes.error(at, "not-called", message);
}

/// The flags of the scenario's releases.
pub(super) fn flag_names(scenario: &Scenario) -> Vec<&str> {
    let mut names: Vec<&str> =
        scenario.releases.iter().filter_map(|release| release.flag.as_deref()).collect();
    names.dedup();
    names
}

/// Some release of the scenario must have a flag, since the plan turns it on or off.
pub(in crate::control) fn flagged(notes: &mut Notes, at: &str, scenario: Option<&Scenario>) {
    if scenario.is_some_and(|scenario| flag_names(scenario).is_empty()) {
        let message = "no release of the scenario has a flag; its new behaviour is on wherever its code runs";
        notes.error(at, "no-flag", message);
    }
}
