//! The standard normal distribution.

use std::f64::consts::FRAC_1_SQRT_2;

/// The probability of a value above `z`.
pub fn above(z: f64) -> f64 {
    0.5 * libm::erfc(z * FRAC_1_SQRT_2)
}

/// The value above which lies the probability `p`, in (0, 1).
///
/// By bisection of [`above`] on its own terms, so that `above(quantile_above(p))` is `p` to the last digits.
pub fn quantile_above(p: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if above(middle) > p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_points_are_met() {
        assert!((quantile_above(0.025) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((quantile_above(0.5)).abs() < 1e-12);
        assert!((above(1.0) - 0.158_655_253_931_457).abs() < 1e-14);
    }
}
