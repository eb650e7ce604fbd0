//! Where a function crosses zero: R. P. Brent's search (Algorithms for Minimization without Derivatives, 1973, chapter 4), as R's `uniroot`
//! and Kayenta's judge use it.

/// Where `f`, of different sign at the ends of the interval, crosses zero, to within about `tolerance`. An end at which it is zero is
/// the answer. At a jump the answer lies on either side of it.
pub fn crossing([low, high]: [f64; 2], tolerance: f64, f: impl Fn(f64) -> f64) -> f64 {
    // `best` is the nearest so far, `other` lies on the other side of the crossing, `last` was the best before.
    let (mut last, mut best) = (At::new(low, &f), At::new(high, &f));
    let mut other = last;
    for end in [last, best] {
        if is_zero(end.y) {
            return end.x;
        }
    }
    for _ in 0..1_000 {
        let before = best.x - last.x;
        if other.y.abs() < best.y.abs() {
            (last, best, other) = (best, other, best);
        }
        let least = 2.0 * f64::EPSILON * best.x.abs() + 0.5 * tolerance;
        let half = 0.5 * (other.x - best.x);
        if half.abs() <= least || is_zero(best.y) {
            break;
        }
        let interpolated = if before.abs() >= least && last.y.abs() > best.y.abs() {
            interpolated(last, best, other, before, least)
        } else {
            None
        };
        let step = interpolated.unwrap_or(half);
        let step = if step.abs() < least { least.copysign(step) } else { step };
        last = best;
        best = At::new(best.x + step, &f);
        if (best.y > 0.0 && other.y > 0.0) || (best.y < 0.0 && other.y < 0.0) {
            other = last;
        }
    }
    best.x
}

/// A point of the function.
#[derive(Clone, Copy)]
struct At {
    x: f64,
    y: f64,
}

impl At {
    fn new(x: f64, f: &impl Fn(f64) -> f64) -> Self {
        Self { x, y: f(x) }
    }
}

/// Zero, or next to it (one unit in the last place, as `Precision.equals` of Commons Math).
fn is_zero(y: f64) -> bool {
    y.abs() <= f64::from_bits(1)
}

/// The step to where a line through two points, or an inverse parabola through three, is zero; `None` where it leads too far or
/// shrinks the interval too slowly.
fn interpolated(last: At, best: At, other: At, before: f64, least: f64) -> Option<f64> {
    let across = other.x - best.x;
    let (over, under) = if last.x == other.x {
        let ratio = best.y / last.y;
        (across * ratio, 1.0 - ratio)
    } else {
        let (q, to_other, to_last) = (last.y / other.y, best.y / other.y, best.y / last.y);
        let over = to_last * (across * q * (q - to_other) - (best.x - last.x) * (to_other - 1.0));
        (over, (q - 1.0) * (to_other - 1.0) * (to_last - 1.0))
    };
    let (over, under) = if over > 0.0 { (over, -under) } else { (-over, under) };
    let short =
        over < 0.75 * across * under - 0.5 * (least * under).abs() && over < (0.5 * before * under).abs();
    short.then_some(over / under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crossing_is_found_to_its_tolerance() {
        let found = crossing([0.0, 2.0], 1e-12, |x| x * x - 2.0);
        assert!((found - 2.0_f64.sqrt()).abs() < 1e-11, "{found}");
        let coarse = crossing([0.0, 2.0], 1e-1, |x| x * x * x - 2.0);
        assert!((coarse - 1.259_921).abs() < 0.1, "{coarse}");
    }

    #[test]
    fn an_end_that_is_zero_is_the_answer_and_a_jump_is_found() {
        assert_eq!(crossing([1.0, 5.0], 1e-4, |x| 1.0 - x), 1.0);
        let jump = crossing([0.0, 10.0], 1e-6, |x| if x < 3.25 { 1.0 } else { -2.0 });
        assert!((jump - 3.25).abs() < 1e-6, "{jump}");
    }
}
