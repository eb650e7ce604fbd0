//! How far one sample is shifted against another: the Hodges-Lehmann estimate and a confidence interval.
//!
//! Source: R's `wilcox.test(conf.int = TRUE)`, which Kayenta's judge follows.

use super::mann_whitney::MannWhitney;
use super::normal;

/// An estimate and the interval around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The shift of the first sample against the second.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The median of all differences `x - y` (Hodges and Lehmann); NaN for an empty sample. The differences are counted, never
/// listed, so large samples cost no memory.
pub fn hodges_lehmann(x: &[f64], y: &[f64]) -> f64 {
    let pairs = x.len() as u64 * y.len() as u64;
    if pairs == 0 {
        return f64::NAN;
    }
    let (x, y) = (sorted(x), sorted(y));
    let middle = nth_difference(&x, &y, pairs.div_ceil(2));
    if pairs % 2 == 1 { middle } else { 0.5 * (middle + nth_difference(&x, &y, pairs / 2 + 1)) }
}

/// The shift with its confidence interval, at `confidence` in (0, 1): the shifts that the rank test with the normal
/// approximation would not refute. Two constant samples differ by exactly their difference. `None` for an empty sample.
pub fn shift(x: &[f64], y: &[f64], confidence: f64) -> Option<Shift> {
    let (x, y) = (sorted(x), sorted(y));
    let (least, most) = (x.first()? - y.last()?, x.last()? - y.first()?);
    let estimate = hodges_lehmann(&x, &y);
    if least == most {
        return Some(Shift { estimate: least, low: least, high: least });
    }
    let z = normal::quantile_above(0.5 * (1.0 - confidence));
    let (low, high) = (crossing(&x, &y, least, most, z), crossing(&x, &y, least, most, -z));
    Some(Shift { estimate, low, high })
}

/// Where the test's standardised U of `x - shift` against `y` falls through `z`.
fn crossing(x: &[f64], y: &[f64], least: f64, most: f64, z: f64) -> f64 {
    let exceeds = |shift: f64| {
        let moved: Vec<f64> = x.iter().map(|value| value - shift).collect();
        let test = MannWhitney::new(&moved, y);
        let off = 0.5 * (test.u_x - test.u_y);
        let corrected = if off == 0.0 { 0.0 } else { off - 0.5 * off.signum() };
        let sigma = test.sigma();
        sigma > 0.0 && corrected / sigma > z
    };
    if !exceeds(least) {
        return least;
    }
    if exceeds(most) {
        return most;
    }
    // 64 halvings end at the jump, to the last digits of the range.
    let (mut low, mut high) = (least, most);
    for _ in 0..64 {
        let middle = low + 0.5 * (high - low);
        if exceeds(middle) { low = middle } else { high = middle }
    }
    high
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

/// The `nth` smallest difference, from 1, by bisection over the floats in their order.
fn nth_difference(x: &[f64], y: &[f64], nth: u64) -> f64 {
    let (mut low, mut high) = (key(x[0] - y[y.len() - 1]), key(x[x.len() - 1] - y[0]));
    while low < high {
        let middle = low + (high.wrapping_sub(low) as u64 / 2) as i64;
        if count_up_to(x, y, from_key(middle)) >= nth { high = middle } else { low = middle + 1 }
    }
    from_key(low)
}

/// How many differences are at most `limit`; both samples are sorted.
fn count_up_to(x: &[f64], y: &[f64], limit: f64) -> u64 {
    let (mut from, mut count) = (0, 0);
    for value in x {
        while from < y.len() && value - y[from] > limit {
            from += 1;
        }
        count += (y.len() - from) as u64;
    }
    count
}

/// An integer that grows with the float.
fn key(value: f64) -> i64 {
    let bits = (value + 0.0).to_bits() as i64;
    if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
}

fn from_key(key: i64) -> f64 {
    f64::from_bits(if key < 0 { i64::MIN.wrapping_sub(key) } else { key } as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counted_median_is_the_listed_one() {
        let x = [3.5, -1.0, 7.25, 7.25, 0.0, 12.0];
        let y = [2.0, 2.0, -6.5, 9.0];
        let mut all: Vec<f64> = x.iter().flat_map(|x| y.iter().map(move |y| x - y)).collect();
        all.sort_by(f64::total_cmp);
        assert_eq!(hodges_lehmann(&x, &y), 0.5 * (all[11] + all[12]));
        assert_eq!(
            hodges_lehmann(&x[..5], &y[..3]),
            0.0 + {
                let mut all: Vec<f64> =
                    x[..5].iter().flat_map(|x| y[..3].iter().map(move |y| x - y)).collect();
                all.sort_by(f64::total_cmp);
                all[7]
            }
        );
    }

    #[test]
    fn the_interval_holds_the_shift_and_shrinks_with_the_confidence() {
        let x: Vec<f64> = (0..40).map(|i| f64::from((i * 37) % 40) + 5.0).collect();
        let y: Vec<f64> = (0..40).map(|i| f64::from((i * 23) % 40)).collect();
        let wide = shift(&x, &y, 0.98).unwrap();
        let narrow = shift(&x, &y, 0.5).unwrap();
        assert_eq!(wide.estimate, 5.0);
        assert!(wide.low < narrow.low && narrow.low < 5.0 && 5.0 < narrow.high && narrow.high < wide.high);
    }

    #[test]
    fn two_constants_differ_by_their_difference() {
        let found = shift(&[10.0; 5], &[1.0; 5], 0.98).unwrap();
        assert_eq!(found, Shift { estimate: 9.0, low: 9.0, high: 9.0 });
        assert_eq!(shift(&[], &[1.0], 0.98), None);
    }
}
