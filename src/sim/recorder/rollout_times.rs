//! When the phase of the rollout changed, when trouble was first noticed, and how many pages were sent.

use crate::engine::Time;
use crate::sim::{RolloutPhase, What};

/// The rollout as its facts tell it.
#[derive(Clone, Debug)]
pub(in crate::sim) struct RolloutTimes {
    /// First alert, failed judgement or failed test after the rollout began.
    pub detected: Option<Time>,
    pub pages: u32,
    pub started: Option<Time>,
    pub completed: Option<Time>,
    pub aborted: Option<Time>,
    pub rolled_back: Option<Time>,
    pub phase: RolloutPhase,
}

impl RolloutTimes {
    /// A rollout that has not begun.
    pub const fn new() -> Self {
        Self {
            detected: None,
            pages: 0,
            started: None,
            completed: None,
            aborted: None,
            rolled_back: None,
            phase: RolloutPhase::NotStarted,
        }
    }

    /// Takes in a fact.
    pub fn read(&mut self, at: Time, what: &What) {
        if is_trouble(what) && self.started.is_some() {
            self.detected.get_or_insert(at);
        }
        if let What::Paged(_) = what {
            self.pages += 1;
        }
        if let What::Phase(phase) = what {
            self.enter(at, *phase);
        }
    }

    fn enter(&mut self, at: Time, phase: RolloutPhase) {
        self.phase = phase;
        match phase {
            RolloutPhase::InProgress => {
                self.started.get_or_insert(at);
            }
            RolloutPhase::Completed => self.completed = Some(at),
            RolloutPhase::RollingBack => {
                self.aborted.get_or_insert(at);
            }
            RolloutPhase::RolledBack => {
                self.aborted.get_or_insert(at);
                self.completed = None;
                self.rolled_back = Some(at);
            }
            RolloutPhase::NotStarted | RolloutPhase::Paused | RolloutPhase::Failed => {}
        }
    }
}

/// Whether a fact says that something is wrong. What people ask for does not: they may know more than the monitoring.
const fn is_trouble(what: &What) -> bool {
    match what {
        What::AlertFiring(_) | What::Troubled(_) => true,
        What::Tested { failed, .. } => *failed > 0,
        What::Launched { .. }
        | What::Resized { .. }
        | What::Ready { .. }
        | What::NotReady { .. }
        | What::Ejected { .. }
        | What::Restored { .. }
        | What::Panic { .. }
        | What::Draining { .. }
        | What::Gone { .. }
        | What::Crashed { .. }
        | What::Routed { .. }
        | What::Flagged { .. }
        | What::BreakerMoved { .. }
        | What::BreakerForced { .. }
        | What::Shedding { .. }
        | What::Migrated { .. }
        | What::NoWayBack(_)
        | What::SideEffects(_)
        | What::Phase(_)
        | What::Asked { .. }
        | What::Decided { .. }
        | What::Judged(_)
        | What::AlertPending(_)
        | What::AlertResolved(_)
        | What::Paged(_)
        | What::Acknowledged(_)
        | What::Diagnosed(_)
        | What::FaultBegan(_)
        | What::FaultEnded(_)
        | What::Refused(_) => false,
    }
}
