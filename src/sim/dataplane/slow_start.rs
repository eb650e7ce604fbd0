//! Slow start: a new host gets a growing share of the requests.

/// The factor of a host's weight when it has been up for `age_s` seconds (Envoy, `slow_start_config`):
/// `max(min_weight, (max(age, 1) / window)^(1 / aggression))`, from `min_weight` (a fraction) to 1 at the end of the window.
/// An aggression of 1 is a straight line (AWS ALB slow start, with a minimum of zero); a larger one rises faster at first.
pub fn slow_start_factor(age_s: f64, window_s: f64, aggression: f64, min_weight: f64) -> f64 {
    if age_s >= window_s {
        return 1.0;
    }
    let time = age_s.max(1.0) / window_s;
    let grown = if aggression == 1.0 { time } else { libm::pow(time, 1.0 / aggression) };
    grown.max(min_weight).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_grows_from_its_minimum_to_one() {
        let mut last = 0.0;
        for second in 0..=70 {
            let factor = slow_start_factor(f64::from(second), 60.0, 2.0, 0.2);
            assert!((0.2..=1.0).contains(&factor) && factor >= last);
            last = factor;
        }
        assert_eq!(last, 1.0);
    }

    #[test]
    fn the_factor_is_that_of_envoys_formula() {
        // (age, window, aggression, least, factor)
        for (age, window, aggression, least, factor) in [
            (30.0, 60.0, 1.0, 0.1, 0.5),
            (30.0, 60.0, 2.0, 0.1, 0.5_f64.sqrt()),
            (30.0, 60.0, 0.5, 0.1, 0.25),
            (0.0, 60.0, 1.0, 0.0, 1.0 / 60.0),
            (1.0, 60.0, 1.0, 0.0, 1.0 / 60.0),
            (2.0, 60.0, 1.0, 0.0, 2.0 / 60.0),
            (3.0, 60.0, 1.0, 0.1, 0.1),
            (59.9, 60.0, 1.0, 0.1, 59.9 / 60.0),
            (60.0, 60.0, 1.0, 0.1, 1.0),
            (0.2, 0.5, 1.0, 0.1, 1.0),
        ] {
            let found = slow_start_factor(age, window, aggression, least);
            assert!((found - factor).abs() < 1e-12, "{age} of {window}: {found} is not {factor}");
        }
    }
}
