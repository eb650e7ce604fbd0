//! Laws of the statistical tests: with no difference they cry wolf no oftener than they say.

use rollout_lab::engine::stats::Alternative;
use rollout_lab::engine::stats::chi_square::goodness_of_fit;
use rollout_lab::engine::stats::fisher::fisher;
use rollout_lab::engine::stats::mann_whitney::MannWhitney;
use rollout_lab::engine::stats::power::sample_size;
use rollout_lab::engine::stats::proportions::TwoProportions;
use rollout_lab::engine::stats::sequential::log_ratio;
use rollout_lab::engine::stats::welch::welch;

use crate::conformance::upstream::statistics::{
    Sequential, Spread, chi_square_of_table, p_two_sided, welch_two_sided,
};

/// Runs of each test. Its false alarms and its power come out within a point of what it says: with so many runs a share of 5 % is off by
/// 0.65 points, and one of 80 % by 1.2 points, once in 370 times, and the draws are always the same.
const TRIALS: u64 = 10_000;
/// A point.
const POINT: f64 = 0.01;

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
    assert!(share <= 0.05, "false alarms {share}");
}

/// So many of `n` as come out with the chance `p` each, from draw `from` on: from one that does to the next it is a geometric way.
fn hits(trial: u64, from: u64, n: u64, p: f64) -> u64 {
    let (mut at, mut count) = (0.0, 0);
    loop {
        at += 1.0 + (libm::log1p(-draw(trial, from + count)) / libm::log1p(-p)).floor();
        if at > n as f64 {
            return count;
        }
        count += 1;
    }
}

/// Two sides of the same proportion: of a canary of `n`, and of a baseline three times as large.
fn same(trial: u64, n: u64, p: f64) -> TwoProportions {
    TwoProportions {
        of_first: hits(trial, 0, n, p),
        n_first: n,
        of_second: hits(trial, 1 << 24, 3 * n, p),
        n_second: 3 * n,
    }
}

#[test]
fn the_sequential_test_of_a_plan_keeps_its_promise_when_it_is_looked_at_forty_times() {
    let alarms = (0..TRIALS).filter(|trial| {
        let mut sum = TwoProportions { of_first: 0, n_first: 0, of_second: 0, n_second: 0 };
        (0..40).any(|look| {
            let more = same(look << 20 | trial, 50, 0.05);
            sum.of_first += more.of_first;
            sum.n_first += more.n_first;
            sum.of_second += more.of_second;
            sum.n_second += more.n_second;
            convicts(&sum)
        })
    });
    let share = alarms.count() as f64 / TRIALS as f64;
    assert!(share <= 0.05, "false alarms {share}");
}

/// Whether the test convicts as in a plan: one-sided, with the variance of both sides together; exp(-3) is 0.0498.
fn convicts(seen: &TwoProportions) -> bool {
    seen.difference() > 0.0 && log_ratio(seen.difference(), seen.pooled_variance(), 1e-4) >= 3.0
}

#[test]
fn the_sequential_test_of_a_plan_keeps_its_promise_from_the_canarys_first_request_on() {
    for percent in [2, 8, 22] {
        let p = f64::from(percent) / 100.0;
        let alarms = (0..TRIALS).filter(|trial| {
            // The baseline has served long before the canary has its first request.
            let of_second = hits(*trial, 1 << 24, 1_000, p);
            let mut of_first = 0;
            (1..=200).any(|n_first| {
                of_first += u64::from(draw(*trial, n_first) < p);
                convicts(&TwoProportions { of_first, n_first, of_second, n_second: 1_000 })
            })
        });
        let share = alarms.count() as f64 / TRIALS as f64;
        assert!(share <= 0.05 + 0.015, "false alarms {share} where {percent} in a hundred fail");
    }
}

/// How far p-values are from being uniform: the statistic of Kolmogorov and Smirnov.
fn distance(mut p: Vec<f64>) -> f64 {
    p.sort_by(f64::total_cmp);
    let n = p.len() as f64;
    let off = |(index, p): (usize, &f64)| (p - index as f64 / n).max((index + 1) as f64 / n - p);
    p.iter().enumerate().map(off).fold(0.0, f64::max)
}

/// With a thousand p-values it is above this once in a thousand times: 1.95 / sqrt(1000).
const FAR: f64 = 0.061_7;

#[test]
fn p_values_are_uniform_when_nothing_differs() {
    let sample = |trial, from: u64| (from..from + 20).map(|index| draw(trial, index)).collect::<Vec<_>>();
    // Counts come in steps, and so do their p-values; the last is how large a step may be.
    type P = Box<dyn Fn(u64) -> f64>;
    let tests: [(&str, P, f64); 6] = [
        ("Welch", Box::new(move |t| welch(&sample(t, 0), &sample(t, 100)).expect("two").p_greater()), 0.0),
        ("ranks", Box::new(move |t| rank(&sample(t, 0), &sample(t, 100))), 0.01),
        ("z, one-sided", Box::new(|t| same(t, 700, 0.3).p_first_greater()), 0.04),
        ("z, two-sided", Box::new(|t| p_two_sided(&same(t, 700, 0.3))), 0.06),
        (
            "chi-square",
            Box::new(|t| chi_square_of_table(&same(t, 700, 0.3), false).expect("a table").1),
            0.06,
        ),
        (
            "split",
            Box::new(|t| {
                let count = hits(t, 0, 3_000, 0.3) as f64;
                goodness_of_fit(&[count, 3_000.0 - count], &[0.3, 0.7]).expect("two parts").p
            }),
            0.06,
        ),
    ];
    for (name, p, step) in tests {
        let found = distance((0..1_000).map(p).collect());
        assert!(found < FAR + step, "{name}: {found}");
    }
}

#[test]
fn the_test_of_two_proportions_has_the_false_alarms_and_the_power_that_its_sample_size_promises() {
    // Proportions, how many times as many requests the baseline has, and what is promised.
    for (p0, p1, k, alpha, power) in [
        (0.01, 0.02, 1.0, 0.05, 0.8),
        (0.05, 0.07, 1.0, 0.05, 0.9),
        (0.2, 0.25, 3.0, 0.01, 0.8),
        (0.1, 0.12, 9.0, 0.1, 0.95),
    ] {
        let n = sample_size(p0, p1, k, alpha, power).ceil();
        let (first, second) = (n as u64, (k * n) as u64);
        let (mut alarms, mut caught) = (0, 0);
        for trial in 0..TRIALS {
            let of_second = hits(trial, 1 << 24, second, p0);
            let seen = |p| TwoProportions {
                of_first: hits(trial, 0, first, p),
                n_first: first,
                of_second,
                n_second: second,
            };
            alarms += u32::from(seen(p0).p_first_greater() <= alpha);
            caught += u32::from(seen(p1).p_first_greater() <= alpha);
        }
        let [alarms, caught] = [alarms, caught].map(|count| f64::from(count) / TRIALS as f64);
        assert!((alarms - alpha).abs() < POINT, "{p0} and {p1}, {n}: false alarms {alarms}");
        assert!((caught - power).abs() < POINT, "{p0} and {p1}, {n}: caught {caught}");
    }
}

#[test]
fn tests_of_samples_and_of_the_split_have_the_false_alarms_that_they_promise() {
    // A normal value from two uniform ones (Box and Muller, Annals of Mathematical Statistics 29(2), 1958).
    let normal = |trial: u64, index: u64| {
        let (u, v) = (draw(trial, 2 * index), draw(trial, 2 * index + 1));
        (-2.0 * libm::log1p(-u)).sqrt() * libm::cos(std::f64::consts::TAU * v)
    };
    let sample =
        |trial, from: u64, count| (from..from + count).map(|index| normal(trial, index)).collect::<Vec<_>>();
    type P<'a> = Box<dyn Fn(u64) -> f64 + 'a>;
    let tests: [(&str, f64, P); 4] = [
        (
            "Welch",
            0.05,
            Box::new(|t| welch(&sample(t, 0, 20), &sample(t, 100, 30)).expect("two").p_greater()),
        ),
        (
            "Welch",
            0.01,
            Box::new(|t| welch(&sample(t, 0, 10), &sample(t, 100, 10)).expect("two").p_greater()),
        ),
        (
            "ranks",
            0.05,
            Box::new(|t| {
                let test = MannWhitney::new(&sample(t, 0, 12), &sample(t, 100, 12));
                test.p_exact(Alternative::Greater).expect("no ties")
            }),
        ),
        (
            "split",
            0.001,
            Box::new(|t| {
                let count = hits(t, 0, 5_000, 0.1) as f64;
                goodness_of_fit(&[count, 5_000.0 - count], &[0.1, 0.9]).expect("two parts").p
            }),
        ),
    ];
    for (name, alpha, p) in tests {
        let alarms = (0..TRIALS).filter(|trial| p(*trial) <= alpha).count() as f64 / TRIALS as f64;
        let bound = POINT.min(alpha);
        assert!((alarms - alpha).abs() < bound, "{name} at {alpha}: false alarms {alarms}");
    }
}

#[test]
fn an_exact_test_cries_wolf_no_oftener_than_it_says() {
    let p: Vec<f64> = (0..TRIALS)
        .map(|trial| {
            let seen = same(trial, 200, 0.02);
            fisher(seen.of_first, seen.n_first, seen.of_second, seen.n_second).first_greater
        })
        .collect();
    for alpha in [0.01, 0.05, 0.2] {
        let share = p.iter().filter(|p| **p <= alpha).count() as f64 / TRIALS as f64;
        assert!(share <= alpha, "{share} at {alpha}");
    }
}

#[test]
fn p_values_are_even_when_nothing_differs() {
    for (name, p) in [
        ("rank test", rank as fn(&[f64], &[f64]) -> f64),
        ("t-test", |x: &[f64], y: &[f64]| welch_two_sided(&welch(x, y).expect("two samples"))),
    ] {
        let mut below = [0_u32; 4];
        for trial in 0..2_000 {
            let sample = |from: u64| (from..from + 20).map(|index| draw(trial, index)).collect::<Vec<_>>();
            let p = p(&sample(0), &sample(100));
            for (count, limit) in below.iter_mut().zip([0.05, 0.25, 0.5, 0.75]) {
                *count += u32::from(p <= limit);
            }
        }
        for (count, limit) in below.into_iter().zip([0.05, 0.25, 0.5, 0.75]) {
            let share = f64::from(count) / 2_000.0;
            assert!((share - limit).abs() < 0.04, "{name}: {share} of the p-values are at most {limit}");
        }
    }
}

fn rank(x: &[f64], y: &[f64]) -> f64 {
    MannWhitney::new(x, y).p_exact(Alternative::TwoSided).expect("no ties")
}
