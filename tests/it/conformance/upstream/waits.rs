//! Finagle's linear back-off, which no caller of the simulator has.

use rollout_lab::engine::Span;

/// `min(cap, start + attempt * offset)` (Finagle `Backoff.linear`); with no offset it is constant.
pub fn linear(start: Span, offset: Span, cap: Span, attempt: u32) -> Span {
    (start + offset * u64::from(attempt)).min(cap)
}
