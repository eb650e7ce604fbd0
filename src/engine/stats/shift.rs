//! How far one sample is shifted against another, with an interval, as Kayenta's judge computes both.
//!
//! Source: R's `wilcox.test(conf.int = TRUE)`, which Kayenta's `MannWhitney` follows: both look for the shifts at which the rank test is
//! just refuted, and end the search within 0.0001. A shift below that is therefore coarse, in the judge as here.

use super::mann_whitney::MannWhitney;
use super::{normal, root};

/// How near the search comes to a crossing (R `wilcox.test`, `tol.root`; Kayenta `BrentSolver`).
const NEAR: f64 = 1e-4;

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

/// The shift with its confidence interval, at `confidence` in (0, 1): the shifts that the rank test with the normal
/// approximation would not refute. Two constant samples differ by exactly their difference. `None` for an empty sample.
pub fn shift(x: &[f64], y: &[f64], confidence: f64) -> Option<Shift> {
    let (x, y) = (sorted(x), sorted(y));
    let ends = [x.first()? - y.last()?, x.last()? - y.first()?];
    let [least, most] = ends;
    if least == most {
        return Some(Shift { estimate: least, low: least, high: least });
    }
    let crossing = |z: f64| {
        let above = |shift: f64| standardised(&x, &y, shift) - z;
        if above(least) <= 0.0 {
            least
        } else if above(most) >= 0.0 {
            most
        } else {
            root::crossing(ends, NEAR, above)
        }
    };
    let z = normal::quantile_above(0.5 * (1.0 - confidence));
    Some(Shift { estimate: crossing(0.0), low: crossing(z), high: crossing(-z) })
}

/// U of the first sample moved back by `shift` against the second, in standard deviations from its mean, corrected by one half towards
/// it; 0 where all values are equal. It falls as the shift grows.
pub fn standardised(x: &[f64], y: &[f64], shift: f64) -> f64 {
    let moved: Vec<f64> = x.iter().map(|value| value - shift).collect();
    let test = MannWhitney::new(&moved, y);
    let off = 0.5 * (test.u_x - test.u_y);
    let corrected = if off == 0.0 { 0.0 } else { off - 0.5 * off.signum() };
    let sigma = test.sigma();
    if sigma > 0.0 { corrected / sigma } else { 0.0 }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_shift_and_shrinks_with_the_confidence() {
        let x: Vec<f64> = (0..40).map(|i| f64::from((i * 37) % 40) + 5.0).collect();
        let y: Vec<f64> = (0..40).map(|i| f64::from((i * 23) % 40)).collect();
        let wide = shift(&x, &y, 0.98).unwrap();
        let narrow = shift(&x, &y, 0.5).unwrap();
        assert!((wide.estimate - 5.0).abs() < 1e-4);
        assert!(wide.low < narrow.low && narrow.low < 5.0 && 5.0 < narrow.high && narrow.high < wide.high);
    }

    #[test]
    fn two_constants_differ_by_their_difference() {
        let found = shift(&[10.0; 5], &[1.0; 5], 0.98).unwrap();
        assert_eq!(found, Shift { estimate: 9.0, low: 9.0, high: 9.0 });
        assert_eq!(shift(&[], &[1.0], 0.98), None);
    }
}
