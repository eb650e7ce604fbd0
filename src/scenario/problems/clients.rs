//! Validation of the users and their requests.

use super::super::{RetryBudget, Scenario};
use super::notes::Notes;
use super::resilience;
use super::services::retries;

/// The largest weight of a cohort or kind.
const MOST_WEIGHT: f64 = 1e6;

pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    let clients = &scenario.clients;
    notes.within("clients.users", clients.users, 1..=1_000_000);
    notes.length("clients.cohorts", "cohort", clients.cohorts.len(), 0..=64);
    notes.names(
        "clients.cohorts",
        ".name",
        "cohort",
        clients.cohorts.iter().map(|cohort| cohort.name.as_str()),
    );
    for (index, cohort) in clients.cohorts.iter().enumerate() {
        notes.positive(format!("clients.cohorts[{index}].weight"), cohort.weight, MOST_WEIGHT);
    }
    notes.length("clients.kinds", "kind", clients.kinds.len(), 0..=64);
    notes.names("clients.kinds", ".name", "kind", clients.kinds.iter().map(|kind| kind.name.as_str()));
    for (index, kind) in clients.kinds.iter().enumerate() {
        let at = format!("clients.kinds[{index}]");
        notes.positive(format!("{at}.weight"), kind.weight, MOST_WEIGHT);
        notes.positive(format!("{at}.cost"), kind.cost, 1_000.0);
        notes.not_negative(format!("{at}.value"), kind.value, 1e9);
        if let Some(counter) = &kind.counts_as {
            notes.name(&format!("{at}.counts_as"), "business counter", counter);
        }
    }
    if let Some(timeout) = clients.timeout {
        notes.some_time("clients.timeout", timeout);
    }
    if clients.carries_deadline && clients.timeout.is_none() {
        let message = "without a timeout there is no deadline to carry; write a timeout";
        notes.warning("clients.carries_deadline", "no-effect", message);
    }
    if let Some(patience) = &clients.patience {
        notes.law("clients.patience", patience);
    }
    retries(notes, "clients.retries", &clients.retries);
    if let Some(timeout) = clients.timeout {
        resilience::deadline(notes, "clients.retries", &clients.retries, timeout);
    }
    if let Some(RetryBudget::Concurrent { .. }) = clients.retries.budget {
        let message = "clients share no count of what is under way; use Ratio, Throttle or Quota";
        notes.error("clients.retries.budget", "out-of-range", message);
    }
}
