//! The chi-square test of a split: whether the traffic arrived as the weights say (sample ratio mismatch).

use statrs::function::gamma::gamma_ur;

/// The distance of counts from the split that weights give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The statistic.
    pub chi2: f64,
    /// Degrees of freedom: parts less one.
    pub df: usize,
    /// The probability of this distance or more.
    pub p: f64,
}

/// Compares counts with weights, which need not sum to 1. `None` for fewer than two parts, for lists of unequal length, and
/// for weights that are negative or all 0. Nothing counted fits anything.
pub fn goodness_of_fit(observed: &[f64], weights: &[f64]) -> Option<Fit> {
    let sum: f64 = weights.iter().sum();
    let sound = weights.iter().all(|weight| *weight >= 0.0) && sum > 0.0;
    if observed.len() < 2 || observed.len() != weights.len() || !sound {
        return None;
    }
    let total: f64 = observed.iter().sum();
    let part = |(observed, weight): (&f64, &f64)| {
        let expected = total * (weight / sum);
        let off = observed - expected;
        if off == 0.0 { 0.0 } else { off * off / expected }
    };
    let chi2: f64 = observed.iter().zip(weights).map(part).sum();
    let df = observed.len() - 1;
    Some(Fit { chi2, df, p: above(chi2, df as f64) })
}

/// The chance that chi-square with `df` degrees of freedom is above `chi2`.
pub fn above(chi2: f64, df: f64) -> f64 {
    if chi2 <= 0.0 {
        return 1.0;
    }
    if chi2.is_infinite() { 0.0 } else { gamma_ur(0.5 * df, 0.5 * chi2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_on_a_part_without_weight_is_a_mismatch() {
        assert_eq!(goodness_of_fit(&[100.0, 1.0], &[1.0, 0.0]).unwrap().p, 0.0);
        assert_eq!(goodness_of_fit(&[100.0, 0.0], &[1.0, 0.0]).unwrap().p, 1.0);
    }

    #[test]
    fn what_cannot_be_compared_is_none() {
        assert_eq!(goodness_of_fit(&[1.0], &[1.0]), None);
        assert_eq!(goodness_of_fit(&[1.0, 2.0], &[0.0, 0.0]), None);
        assert_eq!(goodness_of_fit(&[0.0, 0.0], &[1.0, 1.0]).unwrap().p, 1.0);
    }
}
