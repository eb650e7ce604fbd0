//! A test that may be read at any time: the mixture sequential probability ratio test.
//!
//! Source: Johari, Koomen, Pekelis and Walsh, "Always valid inference" (2017). A fixed test that is read again and
//! again raises false alarms. The p-value of this one is valid at every reading: with no difference, its likelihood ratio
//! ever reaches 1/alpha with probability alpha at most (Ville's inequality).

/// The logarithm of the likelihood ratio for a difference `d` of variance `variance`, against no difference, the true
/// difference being mixed over a normal distribution of variance `tau2`:
/// Λ = √(v/(v+τ²)) exp(τ² d² / (2 v (v+τ²))). With n pairs of variance s² each, v = 2 s²/n. No variance says nothing: 0.
pub fn log_ratio(d: f64, variance: f64, tau2: f64) -> f64 {
    if variance <= 0.0 || !variance.is_finite() {
        return 0.0;
    }
    let sum = variance + tau2;
    0.5 * libm::log(variance / sum) + tau2 * d * d / (2.0 * variance * sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_variance_says_nothing() {
        assert_eq!(log_ratio(0.5, 0.0, 0.1), 0.0);
        assert_eq!(log_ratio(f64::NAN, f64::NAN, 0.1), 0.0);
    }
}
