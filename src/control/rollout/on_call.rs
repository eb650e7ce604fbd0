//! The simulated on-call: once the cause of a page is found, the on-call does what the runbook says.
//!
//! The simulation sends the pages and draws how long people take; this file has only the response.

use super::triggers::ask;
use crate::control::OnCall;
use crate::sim::{Ask, Observation, RolloutPhase, Who};

/// Does what the runbook says about each page whose cause was found since the last decision.
pub(in crate::control) fn answer(
    on_call: &OnCall,
    phase: RolloutPhase,
    seen: &Observation<'_>,
    asks: &mut Vec<Ask>,
) {
    for index in seen.acknowledged {
        let Some(rule) = seen.alerts.rules().get(*index) else { continue };
        for entry in on_call.runbook.iter().filter(|entry| entry.alert == rule.name) {
            let because = format!("the runbook says so for alert {}", rule.name);
            asks.extend(ask(&entry.then, phase, seen, Who::OnCall, &because));
        }
    }
}
