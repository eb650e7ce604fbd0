//! How long a caller waits before it tries again.
//!
//! Each rule is a range that the wait is drawn from evenly; `attempt` counts retries from 0.

use crate::engine::Span;
use crate::scenario::{Jitter, Retries};

/// The range from which the wait is drawn evenly; both ends are equal where the wait is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitRange {
    /// Shortest.
    pub min: Span,
    /// Longest.
    pub max: Span,
}

impl WaitRange {
    /// The wait at `luck`, uniform in [0, 1).
    pub fn at(self, luck: f64) -> Span {
        self.min + (self.max - self.min).scaled(luck)
    }
}

/// `min(cap, base * multiplier^exponent)`.
pub fn exponential(base: Span, multiplier: f64, cap: Span, exponent: u32) -> Span {
    let mut wait = base;
    for _ in 0..exponent {
        let longer = wait.scaled(multiplier);
        if wait >= cap || longer == wait {
            break;
        }
        wait = longer;
    }
    wait.min(cap)
}

/// Evenly between 0 and `longest` (full jitter, AWS Architecture Blog 2015).
pub fn full(longest: Span) -> WaitRange {
    WaitRange { min: Span::ZERO, max: longest }
}

/// Evenly between half of `longest` and `longest` (equal jitter, AWS Architecture Blog 2015).
pub fn equal(longest: Span) -> WaitRange {
    WaitRange { min: longest / 2, max: longest }
}

/// `min(cap, U(base, 3 * previous))`, where the first previous wait is `base` (decorrelated jitter, AWS Architecture Blog
/// 2015). The cap applies to the drawn value, not to the range.
pub fn decorrelated(base: Span, previous: Span) -> WaitRange {
    WaitRange { min: base, max: (previous * 3).max(base) }
}

/// `longest * U(0.8, 1.2)` (gRPC A6, since 2024).
pub fn around(longest: Span) -> WaitRange {
    WaitRange { min: longest.scaled(0.8), max: longest.scaled(1.2) }
}

/// Evenly in `[0, (2^n - 1) * base)` before retry `n`, counted from 1, capped (Envoy router filter: base 25 ms, cap
/// 250 ms).
pub fn envoy(base: Span, cap: Span, attempt: u32) -> WaitRange {
    let times = (1u64 << (attempt + 1).min(40)) - 1;
    WaitRange { min: Span::ZERO, max: (base * times).min(cap) }
}

/// Range of a policy's wait before retry number `attempt`; `previous` is its last wait, [`Span::ZERO`] before the first.
pub fn range(policy: &Retries, attempt: u32, previous: Span) -> WaitRange {
    let longest = exponential(policy.base, policy.multiplier, policy.cap, attempt);
    match policy.jitter {
        Jitter::None => WaitRange { min: longest, max: longest },
        Jitter::Equal => equal(longest),
        Jitter::Full => full(longest),
        Jitter::Decorrelated => decorrelated(policy.base, previous.max(policy.base)),
        Jitter::Around => around(longest),
        Jitter::Envoy => envoy(policy.base, policy.cap, attempt),
    }
}

/// A policy's wait before retry number `attempt` at `luck`, uniform in [0, 1); `previous` as for [`range`].
pub fn wait(policy: &Retries, attempt: u32, previous: Span, luck: f64) -> Span {
    let range = range(policy, attempt, previous);
    let drawn = range.at(luck);
    if policy.jitter == Jitter::Decorrelated { drawn.min(policy.cap) } else { drawn }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envoys_third_retry_waits_less_than_seven_bases() {
        let base = Span::from_millis(25);
        let cap = Span::from_millis(250);
        let longest = [0, 1, 2, 3, 9].map(|attempt| envoy(base, cap, attempt).max.as_millis_f64());
        assert_eq!(longest, [25.0, 75.0, 175.0, 250.0, 250.0]);
    }

    #[test]
    fn no_wait_leaves_its_range() {
        for jitter in
            [Jitter::None, Jitter::Equal, Jitter::Full, Jitter::Decorrelated, Jitter::Around, Jitter::Envoy]
        {
            let policy = Retries { limit: 9, jitter, cap: Span::from_secs(2), ..Retries::default() };
            let mut previous = Span::ZERO;
            for attempt in 0..9 {
                let range = range(&policy, attempt, previous);
                let drawn = wait(&policy, attempt, previous, 0.999);
                assert!(drawn <= range.max && drawn >= range.min.min(policy.cap), "{jitter:?} {attempt}");
                assert!(drawn <= policy.cap.scaled(1.2));
                previous = drawn;
            }
        }
    }
}
