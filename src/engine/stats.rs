//! Statistical tests: of two samples, of two proportions, of a split, and a sequential test that may be read at any time.
//!
//! Pure functions of finite numbers; values that are not finite must be removed before. The special functions (incomplete beta
//! and gamma) come from the crate `statrs`; its rank test does not, since it is wrong with ties.

pub mod binomial;
pub mod chi_square;
pub mod describe;
pub mod fisher;
pub mod mann_whitney;
pub mod normal;
pub mod power;
pub mod proportions;
pub mod root;
pub mod sequential;
pub mod shift;
pub mod welch;

/// The alternative of a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alternative {
    /// Two-sided.
    #[default]
    TwoSided,
    /// The first is greater.
    Greater,
}

/// `p` rounded to nine significant digits.
///
/// The incomplete beta and gamma functions of `statrs` use the platform's own logarithm and exponential, which may differ in
/// the last of some sixteen digits between processors and systems. Decisions and messages use
/// this rounded value, so that a run has the same timeline and the same digest everywhere. Rounding goes through the decimal
/// text, which Rust writes and reads exactly.
pub fn settled(p: f64) -> f64 {
    if p.is_finite() { format!("{p:.8e}").parse().unwrap_or(p) } else { p }
}

#[cfg(test)]
mod tests {
    use super::settled;

    #[test]
    fn what_differs_in_the_last_digits_is_the_same_once_settled() {
        for p in [0.05, 0.001, 3.2e-19, 0.731_058_578_630_004_9] {
            let (below, above) = (p * (1.0 - 1e-14), p * (1.0 + 1e-14));
            assert_eq!(settled(below).to_bits(), settled(above).to_bits(), "{p}");
            assert!((settled(p) / p - 1.0).abs() < 1e-8);
        }
        assert_eq!((settled(0.0), settled(1.0)), (0.0, 1.0));
        assert!(settled(f64::NAN).is_nan());
    }
}
