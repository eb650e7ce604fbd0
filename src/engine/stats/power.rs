//! Sample sizes: how many requests it takes to detect a difference of two proportions.

use super::normal;

/// Requests of the candidate needed so that a one-sided test at `alpha` sees a rise from `p0` to `p1` with probability
/// `power`, the control having `k` times as many:
/// n = [z_α √(p̄q̄(1+1/k)) + z_β √(p1q1 + p0q0/k)]² / (p1-p0)², p̄ = (p1 + k p0)/(1 + k) (Fleiss).
/// Infinite when the two are equal.
pub fn sample_size(p0: f64, p1: f64, k: f64, alpha: f64, power: f64) -> f64 {
    let pooled = (p1 + k * p0) / (1.0 + k);
    let null = (pooled * (1.0 - pooled) * (1.0 + 1.0 / k)).sqrt();
    let other = (p1 * (1.0 - p1) + p0 * (1.0 - p0) / k).sqrt();
    let sum = normal::quantile_above(alpha) * null + normal::quantile_above(1.0 - power) * other;
    let off = p1 - p0;
    sum * sum / (off * off)
}

/// The chance that a one-sided test at `alpha`, its variance pooled, calls `p1` of `n1` greater than `p0` of `n0`, where these
/// are the true proportions: [`sample_size`] solved for the power (Fleiss). The normal approximation; good from about ten
/// expected on each side.
pub fn of_proportions(p0: f64, n0: f64, p1: f64, n1: f64, alpha: f64) -> f64 {
    let pooled = (p1 * n1 + p0 * n0) / (n1 + n0);
    let null = (pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n0)).sqrt();
    let needed = normal::quantile_above(alpha) * null;
    beyond(needed, p1 - p0, variance(p0, n0) + variance(p1, n1))
}

/// The chance that a proportion measured of `n1` is above `factor` times one measured of `n0` and `plus`, where `p1` and
/// `p0` are the true ones; the normal approximation.
pub fn of_ratio_limit(p0: f64, n0: f64, p1: f64, n1: f64, factor: f64, plus: f64) -> f64 {
    beyond(plus, p1 - factor * p0, variance(p1, n1) + factor * factor * variance(p0, n0))
}

fn variance(p: f64, n: f64) -> f64 {
    p * (1.0 - p) / n
}

/// The chance of a normal value with this mean and variance being above `limit`.
fn beyond(limit: f64, mean: f64, variance: f64) -> f64 {
    if variance > 0.0 {
        return normal::above((limit - mean) / variance.sqrt());
    }
    if mean > limit { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_sample_sizes_are_met() {
        // One-sided, alpha 0.05, power 0.8: equal control, and a control 19 times as large (a canary of 5 %).
        let rows = [
            (0.001, 0.002, 18_519.0, 8_603.0),
            (0.01, 0.015, 6_105.0, 3_005.0),
            (0.01, 0.02, 1_826.0, 850.0),
        ];
        for (p0, p1, equal, large) in rows {
            assert!((sample_size(p0, p1, 1.0, 0.05, 0.8) - equal).abs() <= 1.0);
            assert!((sample_size(p0, p1, 19.0, 0.05, 0.8) - large).abs() <= 1.0);
        }
        assert!(sample_size(0.01, 0.01, 1.0, 0.05, 0.8).is_infinite());
    }

    #[test]
    fn the_power_at_the_sample_size_is_the_power_asked_for() {
        for (p0, p1, k) in [(0.001, 0.002, 1.0), (0.01, 0.015, 9.0), (0.05, 0.1, 19.0)] {
            let n = sample_size(p0, p1, k, 0.05, 0.8);
            assert!((of_proportions(p0, k * n, p1, n, 0.05) - 0.8).abs() < 1e-9);
        }
        assert!((of_proportions(0.01, 900.0, 0.01, 100.0, 0.05) - 0.05).abs() < 1e-9);
    }

    #[test]
    fn a_limit_at_the_true_difference_is_passed_half_the_time() {
        assert!((of_ratio_limit(0.01, 500.0, 0.025, 100.0, 1.5, 0.01) - 0.5).abs() < 1e-9);
        assert_eq!(of_ratio_limit(0.0, 500.0, 0.0, 100.0, 1.5, 0.01), 0.0);
    }
}
