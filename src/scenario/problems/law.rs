//! What is wrong with a law of random spans, and its mean.

use crate::engine::{Dist, Span};

/// Most laws in a mixture, and most spans in an empirical law.
const MOST_PARTS: usize = 64;
const MOST_SPANS: usize = 10_000;

/// Mixtures of mixtures of ... at most this deep.
const DEEPEST: usize = 4;

/// Everything wrong with the law: where inside it (such as `[1].1` or nothing), and what.
pub(super) fn problems(dist: &Dist) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&mut found, "", dist, DEEPEST);
    found
}

fn collect(found: &mut Vec<(String, String)>, at: &str, dist: &Dist, depth: usize) {
    let mut say = |field: &str, message: String| found.push((format!("{at}{field}"), message));
    match dist {
        Dist::Fixed(_) => {}
        Dist::Uniform { min, max } => {
            if min > max {
                say(".max", format!("the upper end, {max}, is below the lower, {min}"));
            }
        }
        Dist::Exponential(mean) => {
            if mean.is_zero() {
                say("", "an exponential law needs a mean above 0s".to_owned());
            }
        }
        Dist::Lognormal { p50, p99 } => {
            if p50.is_zero() {
                say(".p50", "a lognormal law needs a median above 0s".to_owned());
            }
            if p99 <= p50 {
                say(".p99", format!("the 99th percentile, {p99}, must be above the median, {p50}"));
            }
        }
        Dist::Erlang { mean, k } => {
            if mean.is_zero() {
                say(".mean", "an Erlang law needs a mean above 0s".to_owned());
            }
            if !(1..=64).contains(k) {
                say(".k", format!("found {k}; allowed is 1 to 64"));
            }
        }
        Dist::Pareto { min, max, alpha } => {
            if min.is_zero() {
                say(".min", "a Pareto law needs a lower bound above 0s".to_owned());
            }
            if max <= min {
                say(".max", format!("the upper bound, {max}, must be above the lower, {min}"));
            }
            if !(*alpha > 0.0 && *alpha <= 100.0) {
                say(".alpha", format!("found {alpha}; allowed is above 0, up to 100"));
            }
        }
        Dist::Empirical(spans) => {
            if spans.is_empty() || spans.len() > MOST_SPANS {
                say("", format!("found {} spans; allowed are 1 to {MOST_SPANS}", spans.len()));
            }
        }
        Dist::Mixture(parts) => {
            if parts.is_empty() || parts.len() > MOST_PARTS {
                say("", format!("found {} laws to mix; allowed are 1 to {MOST_PARTS}", parts.len()));
            }
            for (index, (weight, _)) in parts.iter().enumerate() {
                if !(*weight > 0.0 && *weight <= 1e6) {
                    say(
                        &format!("[{index}].0"),
                        format!("found weight {weight}; allowed is above 0, up to 1000000"),
                    );
                }
            }
            if depth == 0 {
                say("", format!("mixtures may hold mixtures {DEEPEST} deep, no deeper"));
                return;
            }
            for (index, (_, part)) in parts.iter().enumerate() {
                collect(found, &format!("{at}[{index}].1"), part, depth - 1);
            }
        }
    }
}

/// Its mean in seconds; of a law with problems, some number.
pub(super) fn mean_s(dist: &Dist) -> f64 {
    match dist {
        Dist::Fixed(span) | Dist::Exponential(span) | Dist::Erlang { mean: span, .. } => span.as_secs_f64(),
        Dist::Uniform { min, max } => (min.as_secs_f64() + max.as_secs_f64()) / 2.0,
        Dist::Lognormal { p50, p99 } => lognormal_mean_s(*p50, *p99),
        Dist::Pareto { min, max, alpha } => pareto_mean_s(min.as_secs_f64(), max.as_secs_f64(), *alpha),
        Dist::Mixture(parts) => {
            let weights: f64 = parts.iter().map(|(weight, _)| weight).sum();
            parts.iter().map(|(weight, part)| weight / weights * mean_s(part)).sum()
        }
        Dist::Empirical(spans) => {
            spans.iter().map(|span| span.as_secs_f64()).sum::<f64>() / spans.len().max(1) as f64
        }
    }
}

/// `p50 e^(sigma^2 / 2)` with `sigma = ln(p99 / p50) / 2.3263` (`facts/model.md` A10).
fn lognormal_mean_s(p50: Span, p99: Span) -> f64 {
    let sigma = libm::log(p99.as_secs_f64() / p50.as_secs_f64()) / 2.326_347_874_040_841;
    p50.as_secs_f64() * libm::exp(sigma * sigma / 2.0)
}

/// The mean of a Pareto law cut off at `max`.
fn pareto_mean_s(min: f64, max: f64, alpha: f64) -> f64 {
    let kept = 1.0 - libm::pow(min / max, alpha);
    if (alpha - 1.0).abs() < 1e-9 {
        return min * libm::log(max / min) / kept;
    }
    alpha / (alpha - 1.0) * (min - max * libm::pow(min / max, alpha)) / kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Span {
        Span::from_millis(millis)
    }

    #[test]
    fn means_are_those_of_the_closed_forms() {
        // The lognormal means stand in `facts/model.md` A10; the Pareto ones are integrals of x f(x).
        let laws = [
            (Dist::Uniform { min: ms(10), max: ms(30) }, 0.020),
            (Dist::Lognormal { p50: ms(20), p99: ms(100) }, 0.0254),
            (Dist::Lognormal { p50: ms(10), p99: ms(1000) }, 0.071),
            (Dist::Pareto { min: ms(10), max: ms(1000), alpha: 1.0 }, 0.01 * 4.605_17 / 0.99),
            (Dist::Pareto { min: ms(10), max: ms(1000), alpha: 2.0 }, 2.0 * 0.0099 / 0.9999),
            (Dist::Mixture(vec![(9.0, Dist::Fixed(ms(1))), (1.0, Dist::Exponential(ms(51)))]), 0.006),
            (Dist::Empirical(vec![ms(1), ms(2), ms(6)]), 0.003),
        ];
        for (law, mean) in laws {
            assert!((mean_s(&law) / mean - 1.0).abs() < 0.01, "{law:?}: {} is not {mean}", mean_s(&law));
        }
    }

    #[test]
    fn each_mistake_is_found_where_it_is() {
        let nested = Dist::Mixture(vec![(1.0, Dist::Fixed(ms(1))), (0.0, Dist::Exponential(Span::ZERO))]);
        let deep = (0..5).fold(Dist::Fixed(ms(1)), |law, _| Dist::Mixture(vec![(1.0, law)]));
        let laws: [(Dist, &[&str]); 9] = [
            (Dist::Uniform { min: ms(2), max: ms(1) }, &[".max"]),
            (Dist::Lognormal { p50: Span::ZERO, p99: Span::ZERO }, &[".p50", ".p99"]),
            (Dist::Erlang { mean: Span::ZERO, k: 65 }, &[".mean", ".k"]),
            (Dist::Pareto { min: Span::ZERO, max: Span::ZERO, alpha: f64::NAN }, &[".min", ".max", ".alpha"]),
            (Dist::Mixture(Vec::new()), &[""]),
            (Dist::Empirical(Vec::new()), &[""]),
            (nested, &["[1].0", "[1].1"]),
            (deep, &["[0].1[0].1[0].1[0].1"]),
            (Dist::Fixed(Span::ZERO), &[]),
        ];
        for (law, places) in laws {
            let found = problems(&law);
            assert_eq!(found.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), places, "{law:?}");
        }
    }
}
