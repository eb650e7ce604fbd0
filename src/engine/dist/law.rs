//! The smooth distributions: their quantiles, exact in both tails, and their means. All in nanoseconds.

use super::normal;
use crate::engine::Span;

/// How much of a law lies beyond a point: below it, or above it. Each tail is at most one half, so that neither
/// loses digits to the other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tail {
    /// This much lies below.
    Below(f64),
    /// This much lies above.
    Above(f64),
}

/// A smooth law, with its parameters in the form that its quantile wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Law {
    Exponential { mean: f64 },
    Lognormal { median: f64, sigma: f64 },
    Erlang { each: f64, k: u32 },
    Pareto { min: f64, log_ratio: f64, alpha: f64 },
}

impl Law {
    pub(super) fn exponential(mean: Span) -> Self {
        Self::Exponential { mean: mean.0 as f64 }
    }

    pub(super) fn lognormal(p50: Span, p99: Span) -> Self {
        let (median, p99) = (p50.0.max(1) as f64, p99.0.max(1) as f64);
        Self::Lognormal { median, sigma: (libm::log(p99 / median) / normal::P99).max(0.0) }
    }

    pub(super) fn erlang(mean: Span, k: u32) -> Self {
        let k = k.clamp(1, 64);
        Self::Erlang { each: mean.0 as f64 / f64::from(k), k }
    }

    pub(super) fn pareto(min: Span, max: Span, alpha: f64) -> Self {
        let min = min.0.max(1) as f64;
        let log_ratio = libm::log((max.0 as f64).max(min) / min);
        let alpha = if alpha.is_nan() { 1.0 } else { alpha.clamp(1e-3, 1e3) };
        Self::Pareto { min, log_ratio, alpha }
    }

    pub(super) fn mean(self) -> f64 {
        match self {
            Self::Exponential { mean } => mean,
            Self::Lognormal { median, sigma } => median * libm::exp(sigma * sigma / 2.0),
            Self::Erlang { each, k } => each * f64::from(k),
            Self::Pareto { log_ratio: 0.0, min, .. } => min,
            Self::Pareto { min, log_ratio, alpha } => {
                // alpha / (alpha - 1) (1 - r^(alpha - 1)) / (1 - r^alpha), with r = min / max, and its limit at 1.
                let less = alpha - 1.0;
                let over_less = if less == 0.0 { log_ratio } else { -libm::expm1(-less * log_ratio) / less };
                min * alpha * over_less / -libm::expm1(-alpha * log_ratio)
            }
        }
    }

    /// The point beyond which `tail` lies.
    #[inline(never)]
    pub(super) fn quantile(self, tail: Tail) -> f64 {
        match self {
            Self::Exponential { mean } => match tail {
                Tail::Below(p) => mean * -libm::log1p(-p),
                Tail::Above(p) => mean * -libm::log(p),
            },
            Self::Lognormal { median, sigma } => match tail {
                Tail::Below(p) => median * libm::exp(-sigma * normal::upper_quantile(p)),
                Tail::Above(p) => median * libm::exp(sigma * normal::upper_quantile(p)),
            },
            Self::Erlang { each, k } => each * erlang_quantile(k, tail),
            Self::Pareto { min, log_ratio, alpha } => {
                // The chance to be above x is (min / x)^alpha, less the part that is cut off, over the remaining part.
                let kept = -libm::expm1(-alpha * log_ratio);
                let log = match tail {
                    Tail::Below(p) => libm::log1p(-p * kept),
                    Tail::Above(p) => libm::log(1.0 - kept + p * kept),
                };
                min * libm::exp((-log / alpha).min(log_ratio))
            }
        }
    }
}

/// The quantile of a sum of `k` unit exponentials: Newton's method on the logarithm of the tail, which is concave,
/// kept between bounds.
#[inline(never)]
fn erlang_quantile(k: u32, tail: Tail) -> f64 {
    let (target, sign) = match tail {
        Tail::Below(p) => (p, -1.0),
        Tail::Above(p) => (p, 1.0),
    };
    let mut x = erlang_guess(f64::from(k), sign * normal::upper_quantile(target));
    let (mut low, mut high) = (0.0, 1e3);
    for _ in 0..100 {
        let (density, tail) = erlang(k, x, sign > 0.0);
        let miss = libm::log(tail / target) * tail * sign;
        if miss > 0.0 {
            low = x;
        } else {
            high = x;
        }
        let step = miss / density;
        // The steps shrink as their squares do, so the next one would be no more than a rounding.
        if step.abs() <= 1e-8 * x {
            return x + step;
        }
        let next = x + step;
        x = if next > low && next < high { next } else { (low + high) / 2.0 };
    }
    x
}

/// Wilson and Hilferty's cube (PNAS 17, 1931), at `z` standard deviations.
fn erlang_guess(k: f64, z: f64) -> f64 {
    let root = 1.0 - 1.0 / (9.0 * k) + z / (3.0 * libm::sqrt(k));
    (k * root * root * root).max(1e-3)
}

/// The density of a sum of `k` unit exponentials at `x`, and how much of it lies above (or below) `x`.
#[inline(never)]
fn erlang(k: u32, x: f64, above: bool) -> (f64, f64) {
    let mut term = libm::exp(-x);
    let mut sum = 0.0;
    let mut density = term;
    for j in 1..=k {
        sum += term;
        density = term;
        term *= x / f64::from(j);
    }
    if above {
        return (density, sum);
    }
    // The chance to be below is the rest of the series of e^x, from the term of x^k on.
    let mut below = 0.0;
    let mut j = k;
    while term > below * 1e-17 {
        below += term;
        j += 1;
        term *= x / f64::from(j);
    }
    (density, below)
}
