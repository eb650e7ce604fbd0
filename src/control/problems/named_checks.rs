//! Validation of checks that are used by name, and of their names.

use super::analysis::{self, MOST_CHECKS};
use crate::control::Plan;
use crate::scenario::{Notes, Scenario};

/// Checks the list of checks that a plan writes once, and the names by which it uses them. What is wrong with a check that is
/// used is noted with the analysis that uses it.
pub(super) fn check(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    notes.length("checks", "check", plan.checks.len(), 0..=MOST_CHECKS);
    notes.names("checks", ".name", "check", plan.checks.iter().map(|check| check.name.as_str()));
    let used = plan.used_names();
    for (path, name) in &used {
        notes.known(path, "check", name, plan.checks.iter().map(|check| check.name.as_str()));
    }
    for (index, check) in plan.checks.iter().enumerate() {
        if used.iter().all(|(_, name)| *name != check.name) {
            let at = format!("checks[{index}]");
            let message = format!(
                "no analysis uses the check \"{}\"; name it there, as named: [(check: \"{}\")], or take it out",
                check.name, check.name
            );
            notes.warning(format!("{at}.name"), "unused-name", message);
            analysis::check(notes, &at, check, scenario);
        }
    }
}
