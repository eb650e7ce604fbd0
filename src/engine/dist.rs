//! Distributions of spans of time, and samplers that turn 64 uniform bits into a span.

mod blend;
mod exponential;
mod law;
mod normal;
mod problems;
mod sampler;
mod table;

#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Span;
use law::Law;

pub use exponential::exponential;
pub(crate) use normal::upper_quantile;
pub use sampler::Sampler;

/// A distribution of spans of time, as people write it in a file. [`problems`](Self::problems) says what is wrong with one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Dist {
    /// Always the same: `Fixed("10ms")`.
    Fixed(Span),
    /// Every span between two is as likely: `Uniform(min: "5ms", max: "15ms")`.
    Uniform {
        /// The shortest span.
        min: Span,
        /// The longest span; not below the shortest.
        max: Span,
    },
    /// Exponential with this mean, above zero: `Exponential("10ms")`. The coefficient of variation is 1.
    Exponential(Span),
    /// Lognormal, as latencies often are: `Lognormal(p50: "10ms", p99: "80ms")`.
    Lognormal {
        /// Half of the spans are shorter; above zero.
        p50: Span,
        /// 99 of 100 spans are shorter; above `p50`.
        p99: Span,
    },
    /// Sum of `k` equal exponentials: `Erlang(mean: "10ms", k: 4)`. The coefficient of variation is 1/sqrt(k).
    Erlang {
        /// Mean of the sum, above zero.
        mean: Span,
        /// How many exponentials, 1 to 64.
        k: u32,
    },
    /// Pareto cut off at an upper bound: `Pareto(min: "2ms", max: "10s", alpha: 1.5)`. The chance to be above `x`
    /// falls as `x` to the power of `-alpha`.
    Pareto {
        /// The shortest span, above zero.
        min: Span,
        /// The longest span; not below the shortest.
        max: Span,
        /// Tail index, above zero and at most 1000; the smaller, the heavier the tail.
        alpha: f64,
    },
    /// One of several laws, by weight: `Mixture([(0.9, Fixed("1ms")), (0.1, Fixed("50ms"))])`. Weights are above zero
    /// and need not add up to 1. Mixtures may stand in mixtures, four deep, with 100 laws in all.
    Mixture(Vec<(f64, Dist)>),
    /// One of the given spans, each as likely, in any order, 1 to 10 000 of them:
    /// `Empirical(["8ms", "9ms", "9ms", "40ms"])`.
    Empirical(Vec<Span>),
}

impl Dist {
    /// Compiles the distribution for drawing; this takes up to a millisecond, so do it once.
    ///
    /// A distribution with [`problems`](Self::problems) does not panic: it is bent to the nearest one that makes sense, and
    /// one that has nothing to draw from gives spans of no length.
    pub fn sampler(&self) -> Sampler {
        Sampler::new(self)
    }

    /// Mean in seconds, in closed form. Zero for a law that has nothing to draw from.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Fixed(span) => span.as_secs_f64(),
            Self::Uniform { min, max } => (min.as_secs_f64() + max.as_secs_f64()) / 2.0,
            Self::Mixture(parts) => {
                let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
                let sum: f64 = parts.iter().map(|(weight, part)| weight * part.mean()).sum();
                if total > 0.0 { sum / total } else { 0.0 }
            }
            Self::Empirical(spans) => {
                let sum: u128 = spans.iter().map(|span| u128::from(span.0)).sum();
                sum as f64 / spans.len().max(1) as f64 / 1e9
            }
            _ => self.law().map_or(0.0, |law| law.mean() / 1e9),
        }
    }

    /// The law as a smooth function, for those that are one.
    fn law(&self) -> Option<Law> {
        Some(match *self {
            Self::Exponential(mean) => Law::exponential(mean),
            Self::Lognormal { p50, p99 } => Law::lognormal(p50, p99),
            Self::Erlang { mean, k } => Law::erlang(mean, k),
            Self::Pareto { min, max, alpha } => Law::pareto(min, max, alpha),
            Self::Fixed(_) | Self::Uniform { .. } | Self::Mixture(_) | Self::Empirical(_) => return None,
        })
    }
}
