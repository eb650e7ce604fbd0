//! Orders: actions that were asked for and have not taken effect. People are slow, and so may be the deploy tool.

mod carrying_out;

use crate::engine::Time;
use crate::sim::Pool;
use crate::sim::action::{Action, Ask, RolloutCommand, Who};

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Orders {
    /// All that was ever asked for, by number.
    asks: Vec<Ask>,
    /// Numbers of those that the deploy tool holds: it is stuck, or fails to roll back.
    held: Vec<u32>,
    /// Those that a slow deploy tool works on: when they take effect, and their numbers.
    slow: Vec<(Time, u32)>,
    /// When each person was asked so far; one entry for each order that takes a person's time.
    by_hand: Vec<(Time, Who)>,
    /// Commands for the strategy since the last decision, and who gave them.
    pub commands: Vec<(Who, RolloutCommand)>,
}

impl Orders {
    /// How many actions were asked for so far.
    pub const fn count(&self) -> usize {
        self.asks.len()
    }

    /// Whether the deploy tool holds a route.
    pub fn holds_a_route(&self) -> bool {
        self.held.iter().any(|number| matches!(self.asks[*number as usize].action, Action::Route(_)))
    }

    /// Forgets what is held about the subject of `action`, since it was asked for anew.
    fn replace_held(&mut self, action: &Action) {
        let (asks, subject_now) = (&self.asks, subject(action));
        if subject_now.is_some() {
            self.held.retain(|number| subject(&asks[*number as usize].action) != subject_now);
        }
    }
}

/// What an action sets, where a later action on the same makes it void: what is routed or sized, of which pool and zones.
fn subject(action: &Action) -> Option<(&'static str, Option<Pool>, &[String])> {
    match action {
        Action::Route(_) => Some(("route", None, &[])),
        Action::Resize { .. } => Some(("target", None, &[])),
        Action::Scale { pool, .. } => Some(("pool", Some(*pool), &[])),
        Action::ScaleIn { pool, zones, .. } => Some(("zones", Some(*pool), zones)),
        Action::Flag { .. }
        | Action::Test { .. }
        | Action::Restart { .. }
        | Action::DrainInstance { .. }
        | Action::RestartInstance { .. }
        | Action::OpenBreaker { .. }
        | Action::Shed { .. }
        | Action::Report(_)
        | Action::Page { .. }
        | Action::AskApproval { .. }
        | Action::Acknowledge { .. }
        | Action::Localise(_)
        | Action::Tell(_)
        | Action::Note(_)
        | Action::Trouble(..)
        | Action::Command(_)
        | Action::Inject { .. }
        | Action::Hypothesise(_)
        | Action::Experiment { .. }
        | Action::Conclude(_) => None,
    }
}
