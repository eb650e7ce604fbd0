//! Two proportions, such as the error ratios of two releases: normal test and interval.
//!
//! Source: the closed forms that the conformance set `stats_two_proportions` was computed with.

use super::normal;

/// Counts and totals of two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoProportions {
    /// Counted on the first side.
    pub of_first: u64,
    /// All of the first side.
    pub n_first: u64,
    /// Counted on the second side.
    pub of_second: u64,
    /// All of the second side.
    pub n_second: u64,
}

impl TwoProportions {
    /// The first proportion; NaN of nothing.
    pub fn first(&self) -> f64 {
        self.of_first as f64 / self.n_first as f64
    }

    /// The second proportion; NaN of nothing.
    pub fn second(&self) -> f64 {
        self.of_second as f64 / self.n_second as f64
    }

    /// The first less the second.
    pub fn difference(&self) -> f64 {
        self.first() - self.second()
    }

    /// The difference in standard errors, the variance pooled; 0 when there is no variance.
    pub fn z_pooled(&self) -> f64 {
        let error = self.pooled_variance().sqrt();
        if error > 0.0 { self.difference() / error } else { 0.0 }
    }

    /// The probability that the first is greater by this difference or more.
    pub fn p_first_greater(&self) -> f64 {
        normal::above(self.z_pooled())
    }

    /// The variance of the difference where nothing differs: with the proportion of both sides together. With each side's own, one request
    /// that fails would have no variance, and be certain of itself.
    pub fn pooled_variance(&self) -> f64 {
        let pooled = self.pooled();
        pooled * (1.0 - pooled) * (1.0 / self.n_first as f64 + 1.0 / self.n_second as f64)
    }

    fn pooled(&self) -> f64 {
        (self.of_first + self.of_second) as f64 / (self.n_first + self.n_second) as f64
    }
}

/// The interval of one proportion at `confidence`, by Wilson.
pub fn wilson(of: u64, n: u64, confidence: f64) -> [f64; 2] {
    let z = normal::quantile_above(0.5 * (1.0 - confidence));
    let (p, n) = (of as f64 / n as f64, n as f64);
    let scale = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / scale;
    let margin = z / scale * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    [centre - margin, centre + margin]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_failures_at_all_are_no_difference() {
        let seen = TwoProportions { of_first: 0, n_first: 10, of_second: 0, n_second: 10 };
        assert_eq!((seen.z_pooled(), seen.p_first_greater()), (0.0, 0.5));
    }
}
