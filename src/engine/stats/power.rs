//! How many requests it takes to see a difference of two proportions.

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
}
