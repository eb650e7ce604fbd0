//! When the phase of the rollout changed, when trouble was first noticed, and how many pages were sent.

use crate::engine::Time;
use crate::sim::{RolloutPhase, What};

/// The rollout as its facts tell it.
#[derive(Clone, Debug)]
pub(in crate::sim) struct RolloutTimes {
    pub pages: u32,
    /// How often it was begun.
    pub attempts: u32,
    /// When it was first begun.
    pub started: Option<Time>,
    pub phase: RolloutPhase,
    /// The last attempt.
    pub attempt: Attempt,
    /// When the phase, the route or a flag last changed, by anybody's order.
    moved: Option<Time>,
}

/// Whether a rollout has come to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Rest {
    /// Nothing was begun.
    NothingBegun,
    /// It goes on, or back, or waits.
    Moving,
    /// It is complete, back, or stuck for good, and nothing has moved since.
    Since(Time),
}

/// One attempt to ship: from a start, or a start anew after it had gone back, until the next.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Attempt {
    pub began: Option<Time>,
    /// First alert, failed judgement or failed test.
    pub first_sign: Option<Time>,
    /// The first of them that saw what the release or its rollout did.
    pub detected: Option<Time>,
    pub completed: Option<Time>,
    pub aborted: Option<Time>,
    pub rolled_back: Option<Time>,
}

impl RolloutTimes {
    /// A rollout that has not begun.
    pub fn new() -> Self {
        Self {
            pages: 0,
            attempts: 0,
            started: None,
            phase: RolloutPhase::NotStarted,
            attempt: Attempt::default(),
            moved: None,
        }
    }

    /// Another release begins, with a rollout of its own.
    pub fn begin_release(&mut self) {
        (self.phase, self.attempt, self.moved) = (RolloutPhase::NotStarted, Attempt::default(), None);
    }

    /// Whether it has come to rest.
    pub const fn rest(&self) -> Rest {
        match (self.phase, self.moved) {
            (RolloutPhase::InProgress | RolloutPhase::Paused | RolloutPhase::RollingBack, _) => Rest::Moving,
            (_, None) => Rest::NothingBegun,
            (
                RolloutPhase::NotStarted
                | RolloutPhase::Completed
                | RolloutPhase::RolledBack
                | RolloutPhase::Failed,
                Some(moved),
            ) => Rest::Since(moved),
        }
    }

    /// Takes in a fact; true when another attempt begins with it.
    pub fn read(&mut self, at: Time, what: &What) -> bool {
        if let What::Paged(_) = what {
            self.pages += 1;
        }
        if let What::Routed { .. } | What::Flagged { .. } | What::Phase(_) = what {
            self.moved = Some(at);
        }
        if let What::Phase(phase) = what { self.enter(at, *phase) } else { false }
    }

    /// Something speaks of trouble: an alert, a failed judgement or a failed test. `founded` says that it saw what the release
    /// or its rollout did.
    pub fn sign(&mut self, at: Time, founded: bool) {
        if self.attempts > 0 {
            self.attempt.first_sign.get_or_insert(at);
            if founded {
                self.attempt.detected.get_or_insert(at);
            }
        }
    }

    fn enter(&mut self, at: Time, phase: RolloutPhase) -> bool {
        let before = std::mem::replace(&mut self.phase, phase);
        let attempt = &mut self.attempt;
        match phase {
            RolloutPhase::InProgress => {
                self.started.get_or_insert(at);
                let over = matches!(before, RolloutPhase::Completed | RolloutPhase::Failed);
                let begins = attempt.began.is_none() || attempt.aborted.is_some() || over;
                if begins {
                    self.attempts += 1;
                    *attempt = Attempt { began: Some(at), ..Attempt::default() };
                }
                return begins;
            }
            RolloutPhase::Completed => attempt.completed = Some(at),
            RolloutPhase::RollingBack => {
                attempt.aborted.get_or_insert(at);
            }
            RolloutPhase::RolledBack => {
                attempt.aborted.get_or_insert(at);
                attempt.completed = None;
                attempt.rolled_back = Some(at);
            }
            RolloutPhase::NotStarted | RolloutPhase::Paused | RolloutPhase::Failed => {}
        }
        false
    }
}
