//! Limits on the outstanding requests of one caller, as Envoy's circuit breakers set them.

use crate::scenario::Limits;

/// The outstanding requests of one caller at a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outstanding {
    /// All outstanding requests, waiting ones included.
    pub active: u32,
    /// Of these, those that wait for a worker.
    pub pending: u32,
    /// Of these, those that are retries.
    pub retries: u32,
}

/// Whether one more request is allowed; `retry` says that it is a retry, which a budget of `retries_at_most` may limit
/// instead of `max_retries`. A request of HTTP/1 holds a connection until it ends, so the lower of both limits counts.
pub fn admits(limits: &Limits, now: Outstanding, retry: bool, retries_at_most: Option<u32>) -> bool {
    let most = limits.requests.min(limits.connections.saturating_add(limits.pending));
    now.active < most
        && now.pending < limits.pending
        && (!retry || now.retries < retries_at_most.unwrap_or(limits.retries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envoy_lets_three_retries_go_at_once() {
        let limits = Limits::default();
        let now = Outstanding { active: 10, pending: 0, retries: 3 };
        assert!(admits(&limits, now, false, None));
        assert!(!admits(&limits, now, true, None));
        assert!(admits(&limits, now, true, Some(4)));
        assert!(!admits(&limits, Outstanding { active: 1024, ..now }, false, None));
    }
}
