//! A test that may be read at any time: the mixture sequential probability ratio test.
//!
//! Source: Johari, Koomen, Pekelis and Walsh, "Always valid inference" (2017). A fixed test that is read again and
//! again raises false alarms. The p-value of this one is valid at every reading: with no difference, its likelihood ratio
//! ever reaches 1/alpha with probability alpha at most (Ville's inequality).

use super::normal;

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

/// The mixing variance that ends soonest for a test cut off after `truncation` pairs:
/// σ² Φ(-b) / (φ(b)/b - Φ(-b)), b = 2 ln(1/α) / √truncation.
pub fn mixing_variance(alpha: f64, sigma: f64, truncation: f64) -> f64 {
    let b = 2.0 * libm::log(1.0 / alpha) / truncation.sqrt();
    let tail = normal::above(b);
    sigma * sigma * tail / (normal::density(b) / b - tail)
}

/// How the values are spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// Normal, of this known standard deviation.
    Normal(f64),
    /// Zeros and ones; their variance follows from the running means.
    Bernoulli,
}

/// A test of pairs under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sequential {
    spread: Spread,
    tau2: f64,
    theta0: f64,
    pairs: u64,
    control: f64,
    treatment: f64,
    log_ratio: f64,
    p: f64,
}

impl Sequential {
    /// Begins, with mixing variance `tau2`, against a difference of `theta0` (mostly 0).
    pub const fn new(spread: Spread, tau2: f64, theta0: f64) -> Self {
        Self { spread, tau2, theta0, pairs: 0, control: 0.0, treatment: 0.0, log_ratio: 0.0, p: 1.0 }
    }

    /// Takes in one pair.
    pub fn add(&mut self, control: f64, treatment: f64) {
        self.pairs += 1;
        self.control += control;
        self.treatment += treatment;
        let n = self.pairs as f64;
        let (x, y) = (self.control / n, self.treatment / n);
        let of_pair = match self.spread {
            Spread::Normal(sigma) => 2.0 * sigma * sigma,
            Spread::Bernoulli => x * (1.0 - x) + y * (1.0 - y),
        };
        self.log_ratio = log_ratio(y - x - self.theta0, of_pair / n, self.tau2);
        self.p = self.p.min(libm::exp(-self.log_ratio));
    }

    /// Pairs so far.
    pub const fn pairs(&self) -> u64 {
        self.pairs
    }

    /// The likelihood ratio now.
    pub fn ratio(&self) -> f64 {
        libm::exp(self.log_ratio)
    }

    /// The always-valid p-value: the least of 1/Λ so far.
    pub const fn p(&self) -> f64 {
        self.p
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_p_value_never_rises() {
        let mut test = Sequential::new(Spread::Bernoulli, 0.01, 0.0);
        let mut last = 1.0;
        for pair in 0..2_000_u32 {
            test.add(f64::from(pair % 50 == 0), f64::from(pair % 9 == 0));
            assert!(test.p() <= last);
            last = test.p();
        }
        assert!(last < 0.05 && test.pairs() == 2_000);
    }

    #[test]
    fn no_variance_says_nothing() {
        assert_eq!(log_ratio(0.5, 0.0, 0.1), 0.0);
        assert_eq!(log_ratio(f64::NAN, f64::NAN, 0.1), 0.0);
    }
}
