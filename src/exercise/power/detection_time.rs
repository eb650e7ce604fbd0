//! How long it takes to detect a rise of the error ratio at a given share of the requests. It tells whether a canary step
//! is wide and long enough.

use crate::engine::stats::binomial;
use crate::engine::stats::power::sample_size;
use crate::engine::{Share, Span};

/// The power (probability of detecting the rise) that the plan editor's meter uses: nine in ten.
pub const POWER: f64 = 0.9;
/// The probability of a false alarm at one look: the usual 5 %.
pub const ALPHA: f64 = 0.05;
/// A longer detection time is reported as never: 30 days.
const FOREVER_S: f64 = 30.0 * 86_400.0;

/// A rise of the candidate's error ratio, and the traffic in which it could be detected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rise {
    /// Requests per second, of all releases together.
    pub requests_per_s: f64,
    /// Share of the requests that the candidate answers.
    pub candidate: Share,
    /// Error ratio of the baseline.
    pub from: f64,
    /// Error ratio of the candidate.
    pub to: f64,
}

impl Rise {
    /// Time until a one-sided test of two proportions at [`ALPHA`], candidate against baseline, detects the rise with
    /// probability `power` (Fleiss's formula, see [`sample_size`]); `None` when it never does.
    pub fn detected_by_comparing(&self, power: f64) -> Option<Span> {
        let share = self.candidate.fraction();
        if self.to <= self.from || share <= 0.0 || share >= 1.0 {
            return None;
        }
        let needed = sample_size(self.from, self.to, (1.0 - share) / share, ALPHA, power).ceil();
        self.arriving(needed)
    }

    /// Time until the candidate's error ratio, over all its requests so far, reaches `limit` with probability `power` (the
    /// exact binomial tail); `None` when it never does, for example because `to` is below the limit.
    pub fn detected_by_limit(&self, limit: f64, power: f64) -> Option<Span> {
        if self.to <= limit || limit <= 0.0 || self.candidate == Share::ZERO {
            return None;
        }
        let sees =
            |n: u64| binomial::at_least((limit * n as f64).ceil().max(1.0) as u64, n, self.to) >= power;
        // The tail is not monotone in n, it has the shape of a saw. Double n until the tail is high enough, then bisect.
        let (mut low, mut high) = (0_u64, 1_u64);
        while !sees(high) {
            if high > 1 << 32 {
                return None;
            }
            (low, high) = (high, high * 2);
        }
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if sees(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        self.arriving(high as f64)
    }

    /// Time in which the candidate gets this many requests.
    fn arriving(&self, requests: f64) -> Option<Span> {
        let per_s = self.requests_per_s * self.candidate.fraction();
        let seconds = requests / per_s;
        (per_s > 0.0 && seconds.is_finite() && seconds < FOREVER_S).then(|| Span::from_secs_f64(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rise(requests_per_s: f64, percent: f64, from: f64, to: f64) -> Rise {
        Rise { requests_per_s, candidate: Share::percent(percent), from, to }
    }

    fn seconds(span: Option<Span>) -> f64 {
        span.map_or(f64::INFINITY, Span::as_secs_f64)
    }

    #[test]
    fn comparing_takes_as_long_as_by_hand() {
        // k = 9, p = (0.01 + 9 * 0.002) / 10 = 0.0028; z = 1.64485 and 1.28155;
        // (1.64485 * sqrt(0.0028 * 0.9972 * 10/9) + 1.28155 * sqrt(0.0099 + 0.001996/9))^2 / 0.008^2 = 760.04.
        let mock_up = rise(240.0, 10.0, 0.002, 0.01);
        assert!((seconds(mock_up.detected_by_comparing(0.9)) - 761.0 / 24.0).abs() < 0.1);
        // The published 850 requests of a canary of 5 % (alpha 0.05, power 0.8), at one a second.
        assert!((seconds(rise(20.0, 5.0, 0.01, 0.02).detected_by_comparing(0.8)) - 850.0).abs() <= 1.0);
    }

    #[test]
    fn a_limit_takes_as_long_as_by_hand() {
        // Every request fails: the first one is enough. Half fail and one failure is enough: 1 - 0.5^n >= 0.9, n = 4.
        assert_eq!(seconds(rise(10.0, 10.0, 0.0, 1.0).detected_by_limit(0.5, 0.9)), 1.0);
        assert_eq!(seconds(rise(10.0, 10.0, 0.0, 0.5).detected_by_limit(0.1, 0.9)), 4.0);
    }

    #[test]
    fn a_rise_that_cannot_be_detected_takes_for_ever() {
        assert_eq!(rise(240.0, 10.0, 0.01, 0.01).detected_by_comparing(0.9), None);
        assert_eq!(rise(240.0, 0.0, 0.0, 0.1).detected_by_comparing(0.9), None);
        assert_eq!(rise(240.0, 100.0, 0.0, 0.1).detected_by_comparing(0.9), None);
        assert_eq!(rise(0.0, 10.0, 0.0, 0.1).detected_by_comparing(0.9), None);
        assert_eq!(rise(240.0, 10.0, 0.0, 0.01).detected_by_limit(0.02, 0.9), None);
    }

    #[test]
    fn more_traffic_detects_sooner() {
        let spans: Vec<f64> = [1.0, 5.0, 25.0, 50.0]
            .map(|percent| seconds(rise(100.0, percent, 0.002, 0.012).detected_by_comparing(0.9)))
            .to_vec();
        assert!(spans.windows(2).all(|pair| pair[0] > pair[1]), "{spans:?}");
    }
}
