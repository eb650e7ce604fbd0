//! Counts of many independent things that are drawn together: one uniform draw for a whole binomial or Poisson count.
//!
//! Each is the inverse of the count's distribution function, so that the same bits give a larger count for a larger chance. Where the
//! variance is below [`EXACT_BELOW`] the chances are summed; above it they are those of Cornish and Fisher's expansion to the fourth
//! cumulant (Abramowitz and Stegun 26.2.49), which there misses the mean by less than 0.02 and the variance by less than one part in a
//! thousand (measured by the tests).

use super::dist::upper_quantile;

/// Below this variance the chances of the single counts are summed.
const EXACT_BELOW: f64 = 30.0;

/// How many of `of` things happen, each with chance `p`, at 64 uniform bits.
pub fn binomial(of: u64, p: f64, bits: u64) -> u64 {
    if of == 0 || p <= 0.0 || p.is_nan() {
        return 0;
    }
    if p >= 1.0 {
        return of;
    }
    if p > 0.5 {
        return of - happening(of, 1.0 - p, !bits);
    }
    happening(of, p, bits)
}

/// The same for a chance of at most one half.
fn happening(of: u64, p: f64, bits: u64) -> u64 {
    let n = of as f64;
    let variance = n * p * (1.0 - p);
    if variance >= EXACT_BELOW {
        let skew = 1.0 - 2.0 * p;
        return expanded(n * p, variance, (skew, 1.0 - 6.0 * p * (1.0 - p)), bits).min(of);
    }
    let odds = p / (1.0 - p);
    // The chance of none is exp(-x) with an x of at most n * odds, which is above its series up to the third power: of rare things most counts
    // are told by that alone.
    let x = n * odds;
    if x < 1.0 && unit(bits) < 1.0 - x + x * x * (0.5 - x / 6.0) - 1e-9 {
        return 0;
    }
    let first = libm::exp(n * libm::log1p(-p));
    summed(first, of, bits, |count, part| (n - count) * part * odds)
}

/// A Poisson count with this mean, at 64 uniform bits.
pub fn poisson(mean: f64, bits: u64) -> u64 {
    if mean <= 0.0 || mean.is_nan() {
        return 0;
    }
    if mean >= EXACT_BELOW {
        return expanded(mean, mean, (1.0, 1.0), bits);
    }
    summed(libm::exp(-mean), u64::MAX, bits, |_, part| mean * part)
}

/// The uniform number in (0, 1) of some bits.
fn unit(bits: u64) -> f64 {
    ((bits >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
}

/// `1 / (count + 1)` for each count that is summed to: above a variance of [`EXACT_BELOW`] nothing is summed, and no draw of 53 bits comes so far.
static PARTS: [f64; 256] = {
    let mut parts = [0.0; 256];
    let mut count = 0;
    while count < parts.len() {
        parts[count] = 1.0 / (count as f64 + 1.0);
        count += 1;
    }
    parts
};

/// The count at which the chances, summed from that of 0 on, reach the draw; `ratio` is the next chance over that of a count, of which
/// `1 / (count + 1)` is given.
fn summed(first: f64, most: u64, bits: u64, ratio: impl Fn(f64, f64) -> f64) -> u64 {
    let wanted = unit(bits);
    let (mut count, mut chance, mut sum) = (0, first, first);
    for &part in &PARTS {
        if sum >= wanted || count >= most || chance <= 1e-300 {
            break;
        }
        chance *= ratio(count as f64, part);
        sum += chance;
        count += 1;
    }
    count
}

/// The count with this mean and variance; of its third and fourth cumulants the part beside the variance is given.
fn expanded(mean: f64, variance: f64, (third, fourth): (f64, f64), bits: u64) -> u64 {
    let share = unit(bits);
    let z = if share < 0.5 { -upper_quantile(share) } else { upper_quantile(1.0 - share) };
    let deviation = libm::sqrt(variance);
    let (skew, excess) = (third / deviation, fourth / variance);
    let shift = skew * (z * z - 1.0) / 6.0 + excess * (z * z - 3.0) * z / 24.0
        - skew * skew * (2.0 * z * z - 5.0) * z / 36.0;
    (mean + deviation * (z + shift) + 0.5).max(0.0) as u64
}

/// Deals `of` things out to parts with these weights, whose sum is `total`: `each` gets the place and the count of every part that is not
/// empty. `bits` gives the draw of each part.
pub fn deal(
    of: u64,
    weights: impl IntoIterator<Item = f64>,
    total: f64,
    bits: impl Fn(u64) -> u64,
    mut each: impl FnMut(usize, u64),
) {
    let (mut left, mut weight_left) = (of, total);
    for (place, weight) in weights.into_iter().enumerate() {
        if left == 0 {
            return;
        }
        // What rounding leaves over goes to the last part with a weight.
        let share = if weight_left > 0.0 { weight / weight_left } else { 0.0 };
        let count = if share > 1.0 - 1e-9 { left } else { binomial(left, share, bits(place as u64)) };
        if count > 0 {
            each(place, count);
        }
        left -= count;
        weight_left -= weight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Chance;

    const DRAWS: u64 = 200_000;

    /// Mean and variance of counts.
    fn moments(draw: impl Fn(u64) -> u64) -> (f64, f64) {
        let stream = Chance::new(5).stream("counts", 0);
        let counts: Vec<f64> = (0..DRAWS).map(|index| draw(stream.bits(index)) as f64).collect();
        let mean = counts.iter().sum::<f64>() / DRAWS as f64;
        (mean, counts.iter().map(|count| (count - mean) * (count - mean)).sum::<f64>() / DRAWS as f64)
    }

    #[test]
    fn counts_have_the_mean_and_the_variance_of_their_law() {
        let laws = [
            (5, 0.3),
            (40, 0.02),
            (1_000, 0.5),
            (100, 0.7),
            (1_000_000, 1e-4),
            (100_000, 0.999),
            (3_000, 0.0101),
        ];
        for (of, p) in laws {
            let (mean, variance) = moments(|bits| binomial(of, p, bits));
            let (right, spread) = (of as f64 * p, of as f64 * p * (1.0 - p));
            let tolerance = 4.0 * libm::sqrt(spread / DRAWS as f64) + 0.02;
            assert!((mean - right).abs() < tolerance, "{of} {p}: mean {mean} is not {right}");
            assert!((variance / spread - 1.0).abs() < 0.02, "{of} {p}: variance {variance} is not {spread}");
        }
        for right in [0.2, 3.0, 29.9, 30.1, 500.0, 1e9] {
            let (mean, variance) = moments(|bits| poisson(right, bits));
            let tolerance = 4.0 * libm::sqrt(right / DRAWS as f64) + 0.02;
            assert!((mean - right).abs() < tolerance, "{mean} is not {right}");
            assert!((variance / right - 1.0).abs() < 0.02, "{variance} is not {right}");
        }
    }

    /// What is told without its chance is what the chances tell.
    #[test]
    fn counts_of_rare_things_are_those_of_the_summed_chances() {
        let stream = Chance::new(11).stream("counts", 0);
        for index in 0..20_000 {
            let (bits, of) = (stream.bits(index), 1 + index % 4_000);
            let p = (stream.child(1).unit(index) * 1.2 / of as f64).min(0.5);
            let (odds, first) = (p / (1.0 - p), libm::exp(of as f64 * libm::log1p(-p)));
            let right = summed(first, of, bits, |count, part| (of as f64 - count) * part * odds);
            assert_eq!(binomial(of, p, bits), right, "{of} {p} {bits}");
        }
    }

    #[test]
    fn a_larger_chance_gives_no_smaller_count_of_the_same_draw() {
        let stream = Chance::new(7).stream("counts", 0);
        for index in 0..2_000 {
            let bits = stream.bits(index);
            for of in [1, 20, 70, 10_000] {
                let counts = [0.0, 0.001, 0.01, 0.2, 0.5, 0.8, 0.99, 1.0].map(|p| binomial(of, p, bits));
                assert!(counts.is_sorted() && counts[7] == of, "{of}: {counts:?}");
            }
        }
    }

    #[test]
    fn what_is_dealt_out_is_all_of_it() {
        let stream = Chance::new(3).stream("counts", 0);
        for of in [0, 1, 17, 1_000_003] {
            let mut dealt = [0; 4];
            deal(
                of,
                [0.5, 0.0, 0.2, 0.3],
                1.0,
                |place| stream.child(of).bits(place),
                |place, count| dealt[place] += count,
            );
            assert_eq!(dealt.iter().sum::<u64>(), of);
            assert_eq!(dealt[1], 0);
        }
    }
}
