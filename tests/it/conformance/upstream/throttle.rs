//! The client-side throttle of the SRE book, which no client of the simulator has.

/// Probability that a client turns its own request away: `max(0, (requests - k * accepts) / (requests + 1))`, both
/// counted over the last two minutes (SRE book, chapter 21; `k` is 2).
pub fn adaptive_throttle(requests: f64, accepts: f64, k: f64) -> f64 {
    ((requests - k * accepts) / (requests + 1.0)).max(0.0)
}
