//! What the faults that strike a service do to all requests there.

use crate::engine::Span;

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
