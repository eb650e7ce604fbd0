//! How much a counter grew within a window, as Prometheus' `increase()` and `rate()` answer it.

use crate::engine::{Span, Time};

/// The first and last sample of a counter within a window, and how many samples there are.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// When the first sample was scraped.
    pub from: Time,
    /// What it counted.
    pub first: u64,
    /// When the last sample was scraped.
    pub until: Time,
    /// What it counted; not below `first`.
    pub last: u64,
    /// Samples in the window, both ends included.
    pub samples: usize,
}

/// One scraped sample of a counter; `None` is a staleness marker: the series was not there (Prometheus writes one when a
/// target or a series goes away).
pub type Sample = (Time, Option<u64>);

/// How far from a window's edge the outermost sample may be, in mean distances between samples, for the growth to be
/// carried on to the edge (Prometheus `extrapolationThreshold`).
const NEAR_ENOUGH: f64 = 1.1;

/// The growth over the window of length `over` that ends at `end`; `None` with fewer than two samples.
///
/// Prometheus `promql/functions.go`, `extrapolatedRate`: the growth between the outermost samples is carried on to the
/// window's edges where a sample is near enough to them, else by half a mean distance; and at the start never beyond
/// the point where the counter would have been zero.
pub fn increase(stretch: Stretch, end: Time, over: Span) -> Option<f64> {
    if stretch.samples < 2 {
        return None;
    }
    let growth = stretch.last.saturating_sub(stretch.first) as f64;
    let sampled = stretch.until.since(stretch.from).as_secs_f64();
    let mean = sampled / (stretch.samples - 1) as f64;
    let mut before = (over - end.since(stretch.from)).as_secs_f64();
    if before >= mean * NEAR_ENOUGH {
        before = mean / 2.0;
    }
    if growth > 0.0 {
        before = before.min(sampled * (stretch.first as f64 / growth));
    }
    let mut after = end.since(stretch.until).as_secs_f64();
    if after >= mean * NEAR_ENOUGH {
        after = mean / 2.0;
    }
    Some(growth * ((sampled + before + after) / sampled))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(from_s: u64, first: u64, until_s: u64, last: u64, samples: usize) -> Stretch {
        Stretch { from: Time::from_secs(from_s), first, until: Time::from_secs(until_s), last, samples }
    }

    #[test]
    fn near_samples_carry_the_growth_to_both_edges() {
        // Samples at 5, 20, 35, 50 s in the window (0, 60]: 5 s and 10 s are under 1.1 * 15 s.
        let growth = increase(stretch(5, 1000, 50, 1090, 4), Time::from_secs(60), Span::from_secs(60));
        assert_eq!(growth, Some(120.0));
    }

    #[test]
    fn a_far_edge_is_approached_by_half_a_distance_only() {
        // Samples at 130, 145, 160 s, the window is (0, 300]: 7.5 s are added on each side of the 30 s.
        let growth =
            increase(stretch(130, 1_000_000, 160, 1_000_300, 3), Time::from_secs(300), Span::from_secs(300));
        assert_eq!(growth, Some(300.0 * 45.0 / 30.0));
    }

    #[test]
    fn a_counter_is_never_carried_below_zero() {
        // It grew by 10 in 15 s from 4, so it was zero 6 s before the first sample, although the edge is 10 s away.
        let growth = increase(stretch(10, 4, 25, 14, 2), Time::from_secs(25), Span::from_secs(25));
        assert_eq!(growth, Some(10.0 * 21.0 / 15.0));
        let new = increase(stretch(10, 0, 25, 14, 2), Time::from_secs(25), Span::from_secs(25));
        assert_eq!(new, Some(14.0));
    }

    #[test]
    fn the_window_may_begin_before_the_simulation() {
        let growth = increase(stretch(0, 500, 15, 530, 2), Time::from_secs(15), Span::from_secs(60));
        assert_eq!(growth, Some(30.0 * 22.5 / 15.0));
    }

    #[test]
    fn one_sample_is_no_data() {
        assert_eq!(increase(stretch(5, 7, 5, 7, 1), Time::from_secs(10), Span::from_secs(10)), None);
        assert_eq!(increase(stretch(5, 7, 20, 7, 2), Time::from_secs(20), Span::from_secs(20)), Some(0.0));
    }
}
