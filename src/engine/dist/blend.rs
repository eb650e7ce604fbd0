//! A mixture as one list of distributions, each with its part of the 64-bit range.

use super::Dist;
use super::sampler::Plain;
use crate::engine::Span;

/// One law of a mixture.
#[derive(Debug)]
struct Part {
    /// The first draw that falls to this law.
    first: u64,
    /// Stretches a draw's place within the part over the whole 64-bit range: shifted left by this much,
    shift: u32,
    /// and then multiplied by this over 2^63.
    factor: u64,
    plain: Plain,
}

/// A mixture, made flat: laws of nested mixtures stand in it with their weights multiplied.
#[derive(Debug)]
pub(super) struct Blend {
    /// The last draw of each part but the last one.
    ends: Vec<u64>,
    parts: Vec<Part>,
}

impl Blend {
    /// The mixture of `laws` by weight; nothing when no weight is above zero.
    pub(super) fn new(laws: &[(f64, Dist)]) -> Option<Self> {
        let mut flat = Vec::new();
        flatten(laws, 1.0, &mut flat);
        // A part that is drawn less than once in 10^15 is left out, so that no part is too narrow to stretch.
        flat.retain(|(weight, _)| *weight > 1e-15);
        let total: f64 = flat.iter().map(|(weight, _)| weight).sum();
        let mut blend = Self { ends: Vec::new(), parts: Vec::new() };
        let (mut first, mut sum) = (0, 0.0);
        for (place, (weight, plain)) in flat.iter().enumerate() {
            sum += weight;
            let is_last = place + 1 == flat.len();
            let last =
                if is_last { u64::MAX } else { (sum / total * 18_446_744_073_709_551_616.0) as u64 - 1 };
            blend.parts.push(part(first, last, plain.clone()));
            if !is_last {
                blend.ends.push(last);
                first = last + 1;
            }
        }
        if blend.parts.is_empty() { None } else { Some(blend) }
    }

    /// The span at `bits`: the part that `bits` falls in decides the law, and the place within it what is drawn.
    #[inline]
    pub(super) fn at(&self, bits: u64) -> Span {
        let part = &self.parts[self.ends.partition_point(|end| *end < bits)];
        let place = (bits - part.first) << part.shift;
        let stretched = (u128::from(place) * u128::from(part.factor)) >> 63;
        part.plain.at(stretched as u64)
    }
}

fn part(first: u64, last: u64, plain: Plain) -> Part {
    let shift = (last - first).leading_zeros();
    let width = (u128::from(last - first) + 1) << shift;
    Part { first, shift, factor: ((1 << 127) / width) as u64, plain }
}

fn flatten(laws: &[(f64, Dist)], by: f64, flat: &mut Vec<(f64, Plain)>) {
    let weight_of = |weight: f64| if weight.is_finite() { weight.max(0.0) } else { 0.0 };
    let total: f64 = laws.iter().map(|(weight, _)| weight_of(*weight)).sum();
    for (weight, law) in laws {
        let weight = by * weight_of(*weight) / total;
        match law {
            _ if weight.is_nan() || weight <= 0.0 => {}
            Dist::Mixture(inner) => flatten(inner, weight, flat),
            plain => flat.push((weight, Plain::new(plain))),
        }
    }
}
