//! What the faults that strike a service do to all requests there.

use super::effects::share_below;
use crate::engine::Span;
use crate::sim::simulation::Simulation;

/// What faults do to the requests of a service now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Trouble {
    /// Factor on work.
    pub latency: f64,
    /// Share that fails when it is worked on.
    pub errors: f64,
    /// Share that is lost on the way, and what the way takes.
    pub loss: f64,
    pub delay: Span,
}

impl Trouble {
    /// Whether it makes answers come later.
    pub const fn delays(&self) -> bool {
        self.latency > 1.0 || !self.delay.is_zero()
    }
}

impl Simulation {
    /// What faults do at a service now.
    pub(super) fn trouble_at(&self, service: u8) -> Trouble {
        let faults = &self.faults.by_service[usize::from(service)];
        Trouble {
            latency: faults.latency,
            errors: share_below(faults.errors),
            loss: share_below(faults.loss),
            delay: faults.delay,
        }
    }
}
