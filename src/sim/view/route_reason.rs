//! The reason for which a route sends a request where it goes.

/// Why a route sends a request to a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteReason {
    /// The rule at this position matches it.
    Rule(usize),
    /// Its place among 10,000 falls into the pool's part; by the user's hash when `sticky`, else by luck.
    Place {
        /// From 0.
        place: u32,
        /// Whether the user stays.
        sticky: bool,
    },
    /// The user has come to the candidate before, and stays on it.
    Kept,
    /// Everything goes there.
    Only,
    /// All instances alike, whatever their pool.
    Everywhere,
}
