//! Classes of requests, and the time in which they are counted.

use crate::engine::Span;

/// The length of a tick. The world is looked at once in each, at a moment that is drawn within it, so that what lasts for less than a tick
/// counts for as long as it lasts on average.
pub(super) const TICK: Span = Span::from_millis(100);

/// Ticks in a second, after which what was drawn is counted.
pub(super) const TICKS: u64 = 10;

/// The requests of one kind of the users of one cohort.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    pub cohort: u8,
    pub kind: u8,
    /// Its part of all requests.
    pub share: f64,
    /// Its work over that of the service.
    pub cost: f64,
}

/// What was drawn for a class in a pool in the open second, and how likely it was to go badly.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    pub requests: u64,
    /// Requests that should have gone there, and of these those that should go badly by the release and by luck.
    pub expected: [f64; 3],
    /// The users who sent them, as a stretch of the cohort's.
    pub users: (f64, f64),
}

const _: () = assert!(TICK.0 * TICKS == 1_000_000_000);
