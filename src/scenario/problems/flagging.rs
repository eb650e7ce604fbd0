//! What is wrong with the flag service.

use super::super::{FaultKind, Propagation, Scenario};
use super::notes::Notes;
use crate::engine::Span;

/// The most clients of the flag service.
const MOST_CLIENTS: u16 = 10_000;

pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    let Some(service) = &scenario.flag_service else {
        let down = scenario.faults.iter().position(|fault| fault.what == FaultKind::FlagService);
        if let Some(index) = down {
            let message = "there is no flag_service to go down; add one to the scenario";
            notes.warning(format!("faults[{index}].what"), "no-effect", message);
        }
        return;
    };
    notes.within("flag_service.clients", service.clients, 1..=MOST_CLIENTS);
    notes.share("flag_service.disconnected", service.disconnected);
    match &service.propagation {
        Propagation::Poll { every, .. } => {
            if *every < Span::from_secs(1) {
                let message = format!("polls every {every}; allowed is 1s or longer");
                notes.error("flag_service.propagation.every", "out-of-range", message);
            }
        }
        Propagation::Stream { lag } => notes.law("flag_service.propagation.lag", lag),
    }
}
