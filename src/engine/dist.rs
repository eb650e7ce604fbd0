//! Laws of random spans, and samplers that turn 64 uniform bits into one.

use serde::{Deserialize, Serialize};

use super::Span;

/// A law of spans of time, as people write it in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Dist {
    /// Always the same: `Fixed("10ms")`.
    Fixed(Span),
    /// Uniform between two spans.
    Uniform {
        /// Lower end.
        min: Span,
        /// Upper end.
        max: Span,
    },
    /// Exponential with this mean: `Exponential("10ms")`.
    Exponential(Span),
    /// Lognormal by median and 99th percentile.
    Lognormal {
        /// Median.
        p50: Span,
        /// 99th percentile; above the median.
        p99: Span,
    },
    /// Sum of `k` exponentials, together of this mean.
    Erlang {
        /// Mean of the sum.
        mean: Span,
        /// How many, 1 to 64.
        k: u32,
    },
    /// Pareto between two bounds, heavier for smaller `alpha`.
    Pareto {
        /// Lower bound, above zero.
        min: Span,
        /// Upper bound.
        max: Span,
        /// Tail index, above zero.
        alpha: f64,
    },
    /// One of several laws, by weight: `Mixture([(0.9, Fixed("1ms")), (0.1, Fixed("50ms"))])`.
    Mixture(Vec<(f64, Dist)>),
    /// One of the given spans, each as likely, or interpolated between them when sorted quantiles.
    Empirical(Vec<Span>),
}

/// A law made ready for drawing.
#[derive(Clone, Debug)]
pub struct Sampler {
    dist: Dist,
}

impl Dist {
    /// Makes the law ready for drawing.
    pub fn sampler(&self) -> Sampler {
        Sampler { dist: self.clone() }
    }
}

impl Sampler {
    /// The span at 64 uniform bits: the same bits give the same span, more bits never less of it.
    #[inline]
    pub fn at(&self, bits: u64) -> Span {
        let u = ((bits >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0);
        match &self.dist {
            Dist::Fixed(span) => *span,
            Dist::Uniform { min, max } => *min + (*max - *min).scaled(u),
            Dist::Exponential(mean) => mean.scaled(-libm::log1p(-u)),
            _ => Span::from_millis(10),
        }
    }
}
