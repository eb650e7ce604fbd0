//! Validation of what chooses requests: rules that send them to a pool, and copies.

use crate::scenario::{Notes, Scenario};
use crate::sim::{KindMatch, MatchRule, Pool};

/// The most rules that send requests to a pool: each request is held against all of them.
pub(in crate::control) const MOST_RULES: usize = 64;

/// Notes the mistakes in a rule that sends requests to a pool.
pub(in crate::control) fn match_rule(
    notes: &mut Notes,
    at: &str,
    rule: &MatchRule,
    scenario: Option<&Scenario>,
) {
    if rule.cohorts.is_empty() && rule.kinds.is_empty() && rule.headers.is_empty() {
        let message =
            "a rule without cohorts, kinds and headers matches everything; name some, or use Weight";
        notes.error(at, "empty", message);
    }
    if rule.to == Pool::Control {
        notes.error(
            format!("{at}.to"),
            "no-instances",
            "the control stands only while an Experiment runs, which gives it its share",
        );
    }
    for (index, header) in rule.headers.iter().enumerate() {
        if !header.value.is_usable() {
            let message =
                "this is no regular expression that can be used; see the syntax of the crate `regex`";
            notes.error(format!("{at}.headers[{index}].value"), "not-a-pattern", message);
        }
    }
    let Some(scenario) = scenario else { return };
    for (index, header) in rule.headers.iter().enumerate() {
        let clients = &scenario.clients;
        let somebody = if header.is_about_kind() {
            clients.kinds.iter().any(|kind| header.value.holds(&kind.name))
        } else {
            clients.cohorts.iter().any(|cohort| header.holds_for_cohort(cohort))
        };
        if !somebody {
            let message = format!(
                "nobody here has such a header \"{}\", so the rule leads nobody; give a cohort of the scenario this header (`headers`)",
                header.name
            );
            notes.warning(format!("{at}.headers[{index}]"), "no-effect", message);
        }
    }
    let cohorts = scenario.clients.cohorts.iter().map(|cohort| cohort.name.as_str());
    for (index, name) in rule.cohorts.iter().enumerate() {
        notes.known(format!("{at}.cohorts[{index}]"), "cohort", name, cohorts.clone());
    }
    let kinds = scenario.clients.kinds.iter().map(|kind| kind.name.as_str());
    for (index, name) in rule.kinds.iter().enumerate() {
        notes.known(format!("{at}.kinds[{index}]"), "request kind", name, kinds.clone());
    }
}

/// Notes rules for copies that hold for no kind of request of the scenario: they copy nothing.
pub(in crate::control) fn copied_kinds(
    notes: &mut Notes,
    at: &str,
    copied: &[KindMatch],
    scenario: Option<&Scenario>,
) {
    let Some(scenario) = scenario else { return };
    let names: Vec<&str> = scenario.clients.kinds.iter().map(|kind| kind.name.as_str()).collect();
    for (index, rule) in copied.iter().enumerate() {
        if !names.iter().any(|name| rule.holds(name)) {
            let message =
                format!("it holds for no kind of request here ({}): nothing is copied", names.join(", "));
            notes.warning(format!("{at}[{index}]"), "no-effect", message);
        }
    }
}

/// Warns of copies of requests that are not idempotent: the copy writes a second time. `copied` are the kinds that are copied;
/// none are all.
pub(in crate::control) fn doubling(
    notes: &mut Notes,
    at: &str,
    copied: &[KindMatch],
    scenario: Option<&Scenario>,
) {
    let kinds = scenario.iter().flat_map(|scenario| &scenario.clients.kinds);
    let is_copied = |name: &str| copied.is_empty() || copied.iter().any(|rule| rule.holds(name));
    let doubled: Vec<&str> = kinds
        .filter(|kind| kind.writes && !kind.idempotent && is_copied(&kind.name))
        .map(|kind| kind.name.as_str())
        .collect();
    if !doubled.is_empty() {
        let message = format!(
            "copies of requests that are not idempotent ({}) do their work twice; mirror only what is safe to repeat",
            doubled.join(", ")
        );
        notes.warning(at, "side-effects", message);
    }
}
