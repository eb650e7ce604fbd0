//! Validation of the flag service.

use super::super::{FaultKind, Propagation, Scenario};
use super::notes::Notes;
use crate::engine::{Share, Span};

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
    if service.clients > 0 && service.deaf() >= service.clients && service.disconnected <= Share::ALL {
        let message = "no client ever hears of a change: flags stay as the plan sets them";
        notes.warning("flag_service.disconnected", "no-effect", message);
    }
    let is_flagged = scenario.releases.iter().any(|release| release.flag.is_some());
    if !is_flagged {
        let message = "no release of the scenario has a flag, so that there is nothing to hand out";
        notes.warning("flag_service", "no-effect", message);
    }
    match &service.propagation {
        Propagation::Poll { every, fetch } => {
            if fetch >= every && *every >= Span::from_secs(1) {
                let message =
                    format!("a fetch takes {fetch}, and the next begins after {every}: make it shorter");
                notes.error("flag_service.propagation.fetch", "out-of-range", message);
            }
            if *every < Span::from_secs(1) {
                let message = format!("polls every {every}; allowed is 1s or longer");
                notes.error("flag_service.propagation.every", "out-of-range", message);
            }
        }
        Propagation::Stream { lag } => notes.law("flag_service.propagation.lag", lag),
    }
}
