//! A quantile from histogram buckets, as Prometheus' `histogram_quantile()` answers it.

use crate::engine::Span;

/// The `quantile` (0 to 1) in seconds. `within(i)` is how many observations are at most `bounds[i]`, `total` how many
/// there are; fractions come from rates. `None` without observations or bounds.
///
/// Prometheus `promql/quantile.go`, `bucketQuantile`: linear within the bucket, the lowest bucket begins at zero, and
/// what lies above the highest bound is answered with that bound. Counts that fall from one bound to the next are
/// raised to the one before, as Prometheus does.
pub(super) fn quantile(
    quantile: f64,
    bounds: &[Span],
    total: f64,
    within: impl Fn(usize) -> f64,
) -> Option<f64> {
    let highest = bounds.last()?;
    let total = (0..bounds.len()).map(&within).fold(total, f64::max);
    // Written so that NaN counts as no observations.
    let some = total > 0.0;
    if !some {
        return None;
    }
    let rank = quantile * total;
    let (mut below, mut lower) = (0.0, 0.0);
    for (index, bound) in bounds.iter().enumerate() {
        let count = within(index).max(below);
        let upper = bound.as_secs_f64();
        if count >= rank {
            let inside = count - below;
            let part = if inside > 0.0 { (rank - below) / inside } else { 0.0 };
            return Some(lower + (upper - lower) * part);
        }
        (below, lower) = (count, upper);
    }
    Some(highest.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: [Span; 3] = [Span::from_millis(100), Span::from_millis(500), Span::from_secs(1)];

    fn of(q: f64, counts: [f64; 3], total: f64) -> Option<f64> {
        quantile(q, &BOUNDS, total, |index| counts[index])
    }

    #[test]
    fn it_is_linear_within_a_bucket() {
        assert_eq!(of(0.5, [0.0, 100.0, 100.0], 100.0), Some(0.1 + 0.4 * 0.5));
        assert_eq!(of(0.5, [100.0, 100.0, 100.0], 100.0), Some(0.05));
        assert_eq!(of(0.9, [80.0, 100.0, 100.0], 100.0), Some(0.1 + 0.4 * 0.5));
    }

    #[test]
    fn above_the_highest_bound_the_answer_is_that_bound() {
        assert_eq!(of(0.99, [0.0, 0.0, 50.0], 100.0), Some(1.0));
    }

    #[test]
    fn buckets_cannot_tell_latencies_within_them_apart() {
        // All requests took 0.55 s or all took 0.95 s: the buckets are the same (a known limit of Prometheus histograms).
        assert_eq!(of(0.99, [0.0, 0.0, 1000.0], 1000.0), Some(0.995));
    }

    #[test]
    fn nothing_observed_is_no_data() {
        assert_eq!(of(0.5, [0.0; 3], 0.0), None);
        assert_eq!(of(0.5, [f64::NAN; 3], f64::NAN), None);
        assert_eq!(quantile(0.5, &[], 10.0, |_| 0.0), None);
    }

    #[test]
    fn falling_counts_are_raised() {
        assert_eq!(of(0.5, [60.0, 59.0, 100.0], 100.0), of(0.5, [60.0, 60.0, 100.0], 100.0));
    }

    #[test]
    fn the_ends_are_the_ends() {
        assert_eq!(of(0.0, [0.0, 10.0, 10.0], 10.0), Some(0.0));
        assert_eq!(of(1.0, [0.0, 10.0, 10.0], 10.0), Some(0.5));
    }
}
