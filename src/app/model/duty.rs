//! The duty that is open: an Operate exercise, whose cases come one after the other and are told at the end.

use std::path::PathBuf;

use crate::app::model::order::Order;
use crate::app::model::snapshot::Snapshot;
use crate::engine::Time;
use crate::exercise::{Duty, Turn};

/// The duty that is open.
#[derive(Clone, Debug)]
pub struct OnDuty {
    /// What was done so far.
    pub duty: Duty,
    /// The case that is played now.
    pub turn: Turn,
    /// How many cases there are.
    pub cases: usize,
    /// Where it is kept; none in a lab that keeps nothing.
    pub file: Option<PathBuf>,
    /// How many actions were done, and how far the case was seen, when it was last kept.
    pub(in crate::app) kept: (usize, Time),
}

impl OnDuty {
    /// Whether an order would play again what counts: an action in the past, or in another future.
    pub fn refuses(&self, order: &Order, view: &Snapshot) -> bool {
        match order {
            Order::Act { .. } => view.now < view.seen,
            Order::Fork | Order::ForkWithoutLater | Order::TakeUp(_) | Order::Name(..) | Order::Forget(_) => {
                true
            }
            Order::Play
            | Order::Pause
            | Order::Toggle
            | Order::Speed(_)
            | Order::Seek(_)
            | Order::StepEvent
            | Order::StepSeconds(_)
            | Order::Next(_) => false,
        }
    }
}
