//! Samplers against the laws they stand for.

use statrs::distribution::{ChiSquared, ContinuousCDF, Gamma, LogNormal, Pareto};

use super::*;
use crate::engine::Chance;

const DRAWS: u64 = 1_000_000;

fn ms(millis: u64) -> Span {
    Span::from_millis(millis)
}

/// A law's name, the law, and its distribution function in nanoseconds.
type Case = (&'static str, Dist, Box<dyn Fn(f64) -> f64>);

/// Smooth laws of many shapes, each with its distribution function from another implementation.
fn smooth() -> Vec<Case> {
    let mut laws: Vec<Case> = Vec::new();
    laws.push(("exponential", Dist::Exponential(ms(10)), Box::new(|x| -libm::expm1(-x / 1e7))));
    for (name, p50, p99) in [("lognormal", ms(10), ms(80)), ("wide lognormal", ms(1), ms(5_000))] {
        let sigma = libm::log(p99.0 as f64 / p50.0 as f64) / 2.326_347_874_040_841;
        let known = LogNormal::new(libm::log(p50.0 as f64), sigma).unwrap();
        laws.push((name, Dist::Lognormal { p50, p99 }, Box::new(move |x| known.cdf(x))));
    }
    for (name, k) in [("erlang 1", 1), ("erlang 4", 4), ("erlang 64", 64)] {
        let known = Gamma::new(f64::from(k), f64::from(k) / 1e7).unwrap();
        laws.push((name, Dist::Erlang { mean: ms(10), k }, Box::new(move |x| known.cdf(x))));
    }
    for (name, alpha) in [("pareto", 1.5), ("pareto at 1", 1.0), ("heavy pareto", 0.3)] {
        let known = Pareto::new(2e6, alpha).unwrap();
        let whole = known.cdf(1e10);
        let cdf = move |x: f64| (known.cdf(x) / whole).min(1.0);
        laws.push((name, Dist::Pareto { min: ms(2), max: Span::from_secs(10), alpha }, Box::new(cdf)));
    }
    laws
}

/// Every other kind of law.
fn others() -> Vec<(&'static str, Dist)> {
    let lognormal = Dist::Lognormal { p50: ms(10), p99: ms(80) };
    let inner = Dist::Mixture(vec![(1.0, Dist::Fixed(ms(1))), (3.0, Dist::Exponential(ms(4)))]);
    vec![
        ("fixed", Dist::Fixed(ms(7))),
        ("uniform", Dist::Uniform { min: ms(5), max: ms(15) }),
        ("empirical", Dist::Empirical(vec![ms(40), ms(9), ms(8), ms(9)])),
        ("mixture", Dist::Mixture(vec![(0.9, lognormal), (0.1, Dist::Fixed(ms(500)))])),
        ("nested mixture", Dist::Mixture(vec![(2.0, Dist::Fixed(ms(2))), (8.0, inner)])),
    ]
}

fn all() -> Vec<(&'static str, Dist)> {
    smooth().into_iter().map(|(name, dist, _)| (name, dist)).chain(others()).collect()
}

fn draws(dist: &Dist) -> Vec<u64> {
    let (sampler, stream) = (dist.sampler(), Chance::new(1).stream("draws", 0));
    (0..DRAWS).map(|at| sampler.at(stream.bits(at)).0).collect()
}

/// The mean as the sampler has it: over equal cells of the whole range, those at both ends cut finer and finer.
fn mean_of(sampler: &Sampler) -> f64 {
    let even = |from: u64, width: u64| {
        let cells = (if width >> 44 > 0 { 1 << 15 } else { 1 << 8 }).min(width);
        let sum: f64 =
            (0..cells).map(|cell| sampler.at(from + width / cells * cell + width / cells / 2).0 as f64).sum();
        sum / cells as f64 * width as f64
    };
    let mut sum = 0.0;
    for octave in 0..63 {
        sum += even(1 << octave, 1 << octave) + even(0_u64.wrapping_sub(2 << octave), 1 << octave);
    }
    sum / 18_446_744_073_709_551_616.0
}

#[test]
fn spans_are_distributed_as_the_law_says() {
    for (name, dist, cdf) in smooth() {
        let mut sorted = draws(&dist);
        sorted.sort_unstable();
        let far = sorted.iter().enumerate().map(|(rank, span)| {
            // A whole nanosecond stands for the half on each side of it.
            let middle = (rank as f64 + 0.5) / DRAWS as f64;
            (cdf(*span as f64) - middle).abs()
        });
        let statistic = far.fold(0.0, f64::max) * (DRAWS as f64).sqrt();
        assert!(
            statistic < 1.95,
            "{name}: Kolmogorov's statistic is {statistic}; 1.95 is passed once in 1000"
        );
    }
}

/// Kolmogorov's statistic of whole nanoseconds in order against a law with leaps: `cdf` is the chance of a span up to so many.
fn distance(sorted: &[u64], cdf: &dyn Fn(f64) -> f64) -> f64 {
    let n = sorted.len() as f64;
    let mut most = 0.0_f64;
    for group in sorted.chunk_by(|a, b| a == b) {
        let at = group[0] as f64;
        let below = sorted.partition_point(|span| *span < group[0]) as f64 / n;
        let until = below + group.len() as f64 / n;
        most = most.max((until - cdf(at + 0.5)).abs()).max((below - cdf(at - 0.5)).abs());
    }
    most * n.sqrt()
}

#[test]
fn laws_with_leaps_are_distributed_as_they_say() {
    let (_, _, lognormal) = smooth().swap_remove(1);
    let exponential = |x: f64| -libm::expm1(-x.max(0.0) / 4e6);
    let from = |x: f64, millis: u64| f64::from(x >= ms(millis).0 as f64);
    let cdfs: [Box<dyn Fn(f64) -> f64>; 5] = [
        Box::new(move |x| from(x, 7)),
        Box::new(|x| ((x - 5e6) / 1e7).clamp(0.0, 1.0)),
        Box::new(move |x| 0.25 * from(x, 8) + 0.5 * from(x, 9) + 0.25 * from(x, 40)),
        Box::new(move |x| 0.9 * lognormal(x.max(1.0)) + 0.1 * from(x, 500)),
        Box::new(move |x| 0.2 * from(x, 2) + 0.8 * (0.25 * from(x, 1) + 0.75 * exponential(x))),
    ];
    for ((name, dist), cdf) in others().into_iter().zip(cdfs) {
        let mut sorted = draws(&dist);
        sorted.sort_unstable();
        let statistic = distance(&sorted, &cdf);
        assert!(
            statistic < 1.95,
            "{name}: Kolmogorov's statistic is {statistic}; 1.95 is passed once in 1000"
        );
    }
}

#[test]
fn spans_of_a_list_are_drawn_alike() {
    let spans: Vec<Span> = (1..=50).map(ms).collect();
    let drawn = draws(&Dist::Empirical(spans));
    let mut counts = [0.0; 50];
    drawn.iter().for_each(|span| counts[(span / 1_000_000) as usize - 1] += 1.0);
    let wanted = DRAWS as f64 / 50.0;
    let statistic: f64 = counts.iter().map(|count| (count - wanted) * (count - wanted) / wanted).sum();
    let p = ChiSquared::new(49.0).unwrap().sf(statistic);
    assert!(p > 0.001, "chi-square is {statistic}, p {p}");
}

#[test]
fn a_samplers_mean_is_the_laws_mean() {
    for (name, dist) in all() {
        let (found, exact) = (mean_of(&dist.sampler()) / 1e9, dist.mean());
        // Where a mixture leaps from law to law, these sums are no better than their cells.
        let bound = if matches!(dist, Dist::Mixture(_)) { 1e-4 } else { 1e-6 };
        assert!((found / exact - 1.0).abs() < bound, "{name}: {found} for {exact}");
    }
}

#[test]
fn a_quantile_is_off_by_less_than_stated() {
    for (name, dist, _) in smooth() {
        let (sampler, law) = (dist.sampler(), dist.law().unwrap());
        let bound = match name {
            "wide lognormal" => 4e-3,
            "heavy pareto" => 1e-3,
            _ => 2e-4,
        };
        for step in 1_000..=99_000_u64 {
            let u = step as f64 / 1e5;
            let tail = if u < 0.5 { law::Tail::Below(u) } else { law::Tail::Above(1.0 - u) };
            let found = sampler.at((u * 18_446_744_073_709_551_616.0) as u64).0 as f64;
            let off = (found / law.quantile(tail) - 1.0).abs();
            assert!(off < bound, "{name} at {u}: off by {off}");
        }
    }
}

#[test]
fn more_bits_never_give_less() {
    for (name, dist) in all() {
        if matches!(dist, Dist::Mixture(_)) {
            continue;
        }
        let sampler = dist.sampler();
        let mut bits: Vec<u64> = (0..200_000_u64).map(|step| step * (u64::MAX / 200_000)).collect();
        for power in 0..64 {
            for near in 0..40 {
                let edge = 1_u64 << power;
                bits.extend([edge.wrapping_sub(near), edge + near, !edge.wrapping_sub(near), !(edge + near)]);
            }
        }
        for cell in 0..2048_u64 {
            bits.extend([(cell << 53).wrapping_sub(1), cell << 53]);
        }
        bits.sort_unstable();
        let spans: Vec<Span> = bits.iter().map(|bits| sampler.at(*bits)).collect();
        assert!(spans.is_sorted(), "{name}");
    }
}

#[test]
fn a_lognormal_has_the_quantiles_it_was_given() {
    for (p50, p99) in [(10, 80), (1, 5_000), (100, 101)] {
        let sampler = Dist::Lognormal { p50: ms(p50), p99: ms(p99) }.sampler();
        let near = |span: Span, wanted: Span| (span.0 as f64 / wanted.0 as f64 - 1.0).abs() < 1e-3;
        assert!(near(sampler.at(1 << 63), ms(p50)), "{}", sampler.at(1 << 63));
        let high = sampler.at((0.99 * 18_446_744_073_709_551_616.0) as u64);
        assert!(near(high, ms(p99)), "{high}");
    }
}

#[test]
fn spans_keep_within_the_bounds_of_their_law() {
    for (low, high, dist) in [
        (ms(5), ms(15), Dist::Uniform { min: ms(5), max: ms(15) }),
        (ms(2), ms(90), Dist::Pareto { min: ms(2), max: ms(90), alpha: 1.5 }),
        (ms(2), ms(2), Dist::Pareto { min: ms(2), max: ms(2), alpha: 1.5 }),
    ] {
        let sampler = dist.sampler();
        assert_eq!((sampler.at(0), sampler.at(u64::MAX)), (low, high), "{dist:?}");
    }
}

#[test]
fn a_mixture_draws_each_law_by_its_weight() {
    let laws = [(6.0, 1), (3.0, 2), (1.0, 3)].map(|(weight, span)| (weight, Dist::Fixed(ms(span))));
    let drawn = draws(&Dist::Mixture(laws.to_vec()));
    for (span, share) in [(1, 0.6), (2, 0.3), (3, 0.1)] {
        let count = drawn.iter().filter(|drawn| **drawn == ms(span).0).count() as f64;
        let off = (count - share * DRAWS as f64) / (DRAWS as f64 * share * (1.0 - share)).sqrt();
        assert!(off.abs() < 4.0, "{span} ms: {off} standard deviations");
    }
}

/// Four spans of each law, and a hash of many, with all the far ends; then exact bits of the unit exponential.
const GOLDEN: &str = "\
exponential: 6770029 20088117 16910095 435179; a6e3dbc45224d251
lognormal: 9819290 26899102 22334798 2146496; 5899f9b373e12dc0
wide lognormal: 927795 57571028 26877501 1832; b242a7b7adce746f
erlang 1: 6770029 20088117 16910095 435179; a6e3dbc45224d251
erlang 4: 9083576 15502507 14147271 3237145; 8785cf2d8349d944
erlang 64: 9922587 11392020 11110730 7954110; 4e4e99f51e207886
pareto: 3140788 7632026 6174803 2058874; a4d73e9dcd7bba52
pareto at 1: 3935120 14890035 10840276 2088939; 18ffb2c2c9efb0d2
heavy pareto: 14999867 417651224 209557242 2285786; 96b3460acf88c8b4
fixed: 7000000 7000000 7000000 7000000; 318f2f06318f2f06
uniform: 9918700 13658488 13156673 5425845; 5c17c5e61adacf65
empirical: 9000000 40000000 40000000 8000000; 1a95a3c47280d981
mixture: 11101030 48872885 32490274 2244604; 8735a43f07fc782f
nested mixture: 664769 5991856 4720815 2000000; 3e157e9e351c52ee
exponential(0): 3cfa800000000000
exponential(100000): 3d31a00000000000
exponential(10000000000): 3e70000022800000
exponential(1000000000000000): 3fb08598b59e3c50
exponential(8000000000000000): 3fe62e42fefa3a24
exponential(fffffeffffffffff): 4030a2b23f3baa41
exponential(ffffffffffffffff): 40462e42fefa39d6
";

#[test]
fn spans_are_exactly_these_for_ever() {
    let stream = Chance::new(42).stream("golden", 0);
    let mut lines = String::new();
    for (name, dist) in all() {
        let sampler = dist.sampler();
        let spans: Vec<String> = (0..4).map(|at| sampler.at(stream.bits(at)).0.to_string()).collect();
        let mut sum = 0_u64;
        for at in 0..100_000 {
            sum = sum.rotate_left(5) ^ sampler.at(stream.bits(at)).0;
        }
        for power in 0..64 {
            sum = sum.rotate_left(5) ^ sampler.at(1 << power).0;
            sum = sum.rotate_left(5) ^ sampler.at(!(1 << power)).0;
        }
        lines.push_str(&format!("{name}: {}; {sum:016x}\n", spans.join(" ")));
    }
    for bits in [0, 1 << 20, 1 << 40, 1 << 60, 1 << 63, !(1 << 40), u64::MAX] {
        lines.push_str(&format!("exponential({bits:x}): {:016x}\n", exponential(bits).to_bits()));
    }
    assert_eq!(lines, GOLDEN);
}

const PROBLEMS: &str = "\
Lognormal p50 is 10ms and p99 is 10ms; p99 must be above p50
Erlang mean is 0s; it must be above zero
Erlang k is 65; it must be 1 to 64
Uniform min is 2ms and max is 1ms; max must not be below min
Pareto min is 0s; it must be above zero
Pareto alpha is NaN; it must be 0.001 to 1000
Exponential is 0s; the mean must be above zero
Empirical lists no spans; it needs at least one
Empirical lists 10001 spans; 10000 is the most
Mixture lists no laws; it needs at least one
the weight of law 1 of the Mixture is -1; it must be 0.000000001 to 1000000000
the weight of law 2 of the Mixture is inf; it must be 0.000000001 to 1000000000
in law 2 of the Mixture: Exponential is 0s; the mean must be above zero
Mixture holds 101 laws; 100 is the most
in law 1 of the Mixture: in law 1 of the Mixture: in law 1 of the Mixture: in law 1 of the Mixture: Mixture stands in 4 others; 3 is the most
";

#[test]
fn all_that_is_wrong_with_a_law_is_said_at_once() {
    let deep = (0..5).fold(Dist::Fixed(ms(1)), |inner, _| Dist::Mixture(vec![(1.0, inner)]));
    let wrong = [
        Dist::Lognormal { p50: ms(10), p99: ms(10) },
        Dist::Erlang { mean: Span::ZERO, k: 65 },
        Dist::Uniform { min: ms(2), max: ms(1) },
        Dist::Pareto { min: Span::ZERO, max: ms(1), alpha: f64::NAN },
        Dist::Exponential(Span::ZERO),
        Dist::Empirical(vec![]),
        Dist::Empirical(vec![ms(1); 10_001]),
        Dist::Mixture(vec![]),
        Dist::Mixture(vec![(-1.0, Dist::Fixed(ms(1))), (f64::INFINITY, Dist::Exponential(Span::ZERO))]),
        Dist::Mixture(vec![(1.0, Dist::Fixed(ms(1))); 101]),
        deep,
    ];
    let found: Vec<String> = wrong.iter().flat_map(Dist::problems).collect();
    assert_eq!(found.join("\n") + "\n", PROBLEMS);
    for (name, dist) in all() {
        assert_eq!(dist.problems(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_is_wrong_still_draws_without_a_panic() {
    let laws = [
        Dist::Lognormal { p50: ms(10), p99: Span::ZERO },
        Dist::Lognormal { p50: Span(1), p99: Span(u64::MAX) },
        Dist::Erlang { mean: Span(u64::MAX), k: 0 },
        Dist::Uniform { min: ms(2), max: ms(1) },
        Dist::Uniform { min: Span::ZERO, max: Span(u64::MAX) },
        Dist::Pareto { min: Span::ZERO, max: Span(u64::MAX), alpha: f64::NAN },
        Dist::Pareto { min: ms(5), max: ms(1), alpha: 0.0 },
        Dist::Exponential(Span::ZERO),
        Dist::Exponential(Span(u64::MAX)),
        Dist::Empirical(vec![]),
        Dist::Mixture(vec![]),
        Dist::Mixture(vec![
            (f64::NAN, Dist::Fixed(ms(1))),
            (1e300, Dist::Fixed(ms(2))),
            (1e-300, Dist::Fixed(ms(3))),
        ]),
        Dist::Mixture(vec![(f64::MAX, Dist::Fixed(ms(1))), (f64::MAX, Dist::Fixed(ms(2)))]),
    ];
    for dist in laws {
        let sampler = dist.sampler();
        for power in 0..64 {
            sampler.at(1 << power);
            sampler.at(!(1 << power));
        }
        assert!(sampler.at(0) <= sampler.at(u64::MAX), "{dist:?}");
    }
}
