//! Laws of the statistical tests: with no difference they cry wolf no oftener than they say.

use rollout_lab::engine::stats::Alternative;
use rollout_lab::engine::stats::mann_whitney::MannWhitney;
use rollout_lab::engine::stats::sequential::{Sequential, Spread};
use rollout_lab::engine::stats::welch::welch;

const TRIALS: u64 = 2_000;

/// A draw in [0, 1) that belongs to a trial and an index.
fn draw(trial: u64, index: u64) -> f64 {
    // SplitMix64: a law about tests needs nothing better.
    let mut z = ((trial << 32) | index).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[test]
fn a_sequential_test_looked_at_after_every_request_keeps_its_promise() {
    let alarms = (0..TRIALS).filter(|trial| {
        let mut test = Sequential::new(Spread::Bernoulli, 0.01, 0.0);
        for pair in 0..500 {
            test.add(f64::from(draw(*trial, 2 * pair) < 0.2), f64::from(draw(*trial, 2 * pair + 1) < 0.2));
        }
        test.p() <= 0.05
    });
    let share = alarms.count() as f64 / TRIALS as f64;
    assert!(share <= 0.05 + 0.015, "false alarms {share}");
}

#[test]
fn p_values_are_even_when_nothing_differs() {
    for (name, p) in [
        ("rank test", rank as fn(&[f64], &[f64]) -> f64),
        ("t-test", |x: &[f64], y: &[f64]| welch(x, y).expect("two samples").p_two_sided()),
    ] {
        let mut below = [0_u32; 4];
        for trial in 0..TRIALS {
            let sample = |from: u64| (from..from + 20).map(|index| draw(trial, index)).collect::<Vec<_>>();
            let p = p(&sample(0), &sample(100));
            for (count, limit) in below.iter_mut().zip([0.05, 0.25, 0.5, 0.75]) {
                *count += u32::from(p <= limit);
            }
        }
        for (count, limit) in below.into_iter().zip([0.05, 0.25, 0.5, 0.75]) {
            let share = f64::from(count) / TRIALS as f64;
            assert!((share - limit).abs() < 0.04, "{name}: {share} of the p-values are at most {limit}");
        }
    }
}

fn rank(x: &[f64], y: &[f64]) -> f64 {
    MannWhitney::new(x, y).p_exact(Alternative::TwoSided).expect("no ties")
}
