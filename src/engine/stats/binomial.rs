//! The binomial distribution: the number of successes in independent trials.

use statrs::function::beta::beta_reg;

use super::settled;

/// The chance of at least `count` of `of`, each with chance `p`: the regularised incomplete beta function
/// I_p(count, of - count + 1) (Abramowitz and Stegun 26.5.24).
pub fn at_least(count: u64, of: u64, p: f64) -> f64 {
    if count == 0 || p >= 1.0 {
        return if count <= of { 1.0 } else { 0.0 };
    }
    if count > of || p <= 0.0 {
        return 0.0;
    }
    settled(beta_reg(count as f64, (of - count + 1) as f64, p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_sum_of_the_single_chances() {
        // Of four coins: 1, 15/16, 11/16, 5/16, 1/16, and never five.
        for (count, sixteenths) in [(0, 16.0), (1, 15.0), (2, 11.0), (3, 5.0), (4, 1.0), (5, 0.0)] {
            assert!((at_least(count, 4, 0.5) - sixteenths / 16.0).abs() < 1e-9, "{count}");
        }
    }

    #[test]
    fn what_is_certain_is_certain() {
        assert_eq!((at_least(3, 5, 0.0), at_least(3, 5, 1.0), at_least(6, 5, 1.0)), (0.0, 1.0, 0.0));
    }
}
