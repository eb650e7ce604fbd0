//! Welch's t-test: whether the means of two samples with unequal variances differ.
//!
//! Source: `scipy.stats.ttest_ind(equal_var=False)` (conformance set `stats_welch_t`); the degrees of freedom are Welch
//! and Satterthwaite's.

use statrs::function::beta::beta_reg;

use super::describe::{mean, variance};

/// The result of comparing two samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welch {
    /// Mean of the first sample less that of the second.
    pub mean_diff: f64,
    /// Standard error of that difference.
    pub error: f64,
    /// Difference over its error.
    pub t: f64,
    /// Degrees of freedom.
    pub df: f64,
}

/// Compares two samples; `None` when either has fewer than two values.
pub fn welch(x: &[f64], y: &[f64]) -> Option<Welch> {
    if x.len() < 2 || y.len() < 2 {
        return None;
    }
    let (of_x, of_y) = (variance(x) / x.len() as f64, variance(y) / y.len() as f64);
    let sum = of_x + of_y;
    let freedom = of_x * of_x / (x.len() - 1) as f64 + of_y * of_y / (y.len() - 1) as f64;
    let (mean_diff, error) = (mean(x) - mean(y), sum.sqrt());
    let t = if mean_diff == 0.0 { 0.0 } else { mean_diff / error };
    let df = if freedom > 0.0 { sum * sum / freedom } else { (x.len() + y.len() - 2) as f64 };
    Some(Welch { mean_diff, error, t, df })
}

impl Welch {
    /// The chance of the first being greater by so much.
    pub fn p_greater(&self) -> f64 {
        above(self.t, self.df)
    }
}

/// The chance that Student's t with `df` degrees of freedom is above `t`.
fn above(t: f64, df: f64) -> f64 {
    if t.is_infinite() {
        return if t > 0.0 { 0.0 } else { 1.0 };
    }
    let tail = 0.5 * beta_reg(0.5 * df, 0.5, df / (df + t * t));
    if t >= 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_differ_surely_or_not_at_all() {
        assert_eq!(welch(&[2.0; 4], &[1.0; 4]).unwrap().p_greater(), 0.0);
        assert_eq!(welch(&[2.0; 4], &[2.0; 4]).unwrap().p_greater(), 0.5);
        assert_eq!(welch(&[2.0], &[2.0; 4]), None);
    }
}
