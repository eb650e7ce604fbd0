//! Lengths of time as a law: so many of them, ascending, each as likely as the others.
//!
//! What follows one after the other is added by letting each length of one law meet one of the other, as the points of a lattice of rank one
//! do (Korobov 1959): neighbours meet what is far apart, so that the sum has the law of independent parts without a draw.

use std::sync::Arc;

use crate::engine::{Span, Stream, counts};

/// How many lengths a law has that is made of others.
pub(super) const PARTS: usize = 1 << 12;

/// How far the next length of one law is from the last in the other: odd, and near the golden section of [`PARTS`].
const LATTICE: usize = 2_531;

/// Lengths of time in nanoseconds, ascending, each as likely as the others. There is at least one.
#[derive(Clone, Debug)]
pub(super) struct Lengths {
    nanos: Arc<[u64]>,
    /// What tells it from others: the same for the same lengths.
    key: u64,
}

impl PartialEq for Lengths {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Default for Lengths {
    fn default() -> Self {
        Self::fixed(Span::ZERO)
    }
}

impl Lengths {
    /// Always the same length.
    pub fn fixed(span: Span) -> Self {
        Self::ascending(vec![span.0])
    }

    /// These lengths in any order; none are a length of zero.
    pub fn of(mut nanos: Vec<u64>) -> Self {
        if nanos.is_empty() {
            return Self::default();
        }
        nanos.sort_unstable();
        Self::ascending(nanos)
    }

    fn ascending(nanos: Vec<u64>) -> Self {
        let key = match nanos.as_slice() {
            [0] => 0,
            all => {
                all.iter().fold(Stream::from_key(all.len() as u64), |key, one| key.child(*one)).bits(0) | 1
            }
        };
        Self { nanos: nanos.into(), key }
    }

    /// What tells it from others; 0 where all lengths are zero.
    pub const fn key(&self) -> u64 {
        self.key
    }

    /// Whether there is nothing to wait for.
    pub const fn is_zero(&self) -> bool {
        self.key == 0
    }

    /// Mean in nanoseconds.
    pub fn mean(&self) -> f64 {
        self.nanos.iter().map(|nanos| *nanos as f64).sum::<f64>() / self.nanos.len() as f64
    }

    /// The length that the `place`th of another law meets.
    pub fn met_at(&self, place: usize) -> u64 {
        self.nanos[place * LATTICE % self.nanos.len()]
    }

    /// The length at a draw.
    pub fn at(&self, draw: u64) -> u64 {
        self.nanos[((u128::from(draw) * self.nanos.len() as u128) >> 64) as usize]
    }

    /// One after the other, where neither says anything of the other.
    pub fn plus(&self, other: &Self) -> Self {
        if other.is_zero() {
            return self.clone();
        }
        if self.is_zero() {
            return other.clone();
        }
        let (long, short) = if self.nanos.len() >= other.nanos.len() { (self, other) } else { (other, self) };
        let meets = |(place, nanos): (usize, &u64)| nanos.saturating_add(short.met_at(place));
        Self::of(long.nanos.iter().enumerate().map(meets).collect())
    }

    /// The same length before or after each.
    pub fn and(&self, span: Span) -> Self {
        self.plus(&Self::fixed(span))
    }

    /// Each so many times as long.
    pub fn times(&self, factor: f64) -> Self {
        if factor == 1.0 {
            return self.clone();
        }
        Self::ascending(self.nanos.iter().map(|nanos| (*nanos as f64 * factor + 0.5) as u64).collect())
    }

    /// Each shorter by the same time, and none below zero.
    pub fn less(&self, span: Span) -> Self {
        if span.is_zero() {
            return self.clone();
        }
        Self::ascending(self.nanos.iter().map(|nanos| nanos.saturating_sub(span.0)).collect())
    }

    /// One of several by these weights; zero where none has a weight.
    pub fn mix<'a>(parts: impl Iterator<Item = (f64, &'a Self)>) -> Self {
        let parts: Vec<(f64, &Self)> = parts.filter(|(weight, _)| *weight > 0.0).collect();
        if let [(_, only)] = parts.as_slice() {
            return (*only).clone();
        }
        let mut all: Vec<(u64, f64)> = Vec::new();
        for (weight, lengths) in &parts {
            let each = weight / lengths.nanos.len() as f64;
            all.extend(lengths.nanos.iter().map(|nanos| (*nanos, each)));
        }
        Self::weighted(all)
    }

    /// These lengths by their weights, in any order.
    pub fn weighted(mut all: Vec<(u64, f64)>) -> Self {
        all.sort_by_key(|(nanos, _)| *nanos);
        let total: f64 = all.iter().map(|(_, weight)| weight).sum();
        if total <= 0.0 {
            return Self::default();
        }
        let mut nanos = Vec::with_capacity(PARTS);
        let (mut up_to, mut place) = (0.0, 0);
        for part in 0..PARTS {
            let wanted = total * (part as f64 + 0.5) / PARTS as f64;
            while place + 1 < all.len() && up_to + all[place].1 < wanted {
                up_to += all[place].1;
                place += 1;
            }
            nanos.push(all[place].0);
        }
        Self::ascending(nanos)
    }

    /// Draws how many of `count` have which length, some hundred of them together: `each` gets a length and how many.
    pub fn deal(&self, count: u64, draws: Stream, mut each: impl FnMut(u64, u64)) {
        let all = self.nanos.len();
        if count < 64 {
            (0..count).for_each(|index| each(self.at(draws.bits(index)), 1));
            return;
        }
        let mut cells = Vec::new();
        let mut from = 0;
        while from < all {
            let to = (from + together(all - from, all).max(1)).min(all);
            let sum: u128 = self.nanos[from..to].iter().map(|nanos| u128::from(*nanos)).sum();
            cells.push(((sum / (to - from) as u128) as u64, (to - from) as f64));
            from = to;
        }
        let weights = cells.iter().map(|(_, weight)| *weight);
        let bits = |place| draws.bits(place);
        counts::deal(count, weights, all as f64, bits, |place, count| each(cells[place].0, count));
    }

    /// The share of the lengths up to a limit, those, and the rest.
    pub fn cut(&self, limit: Span) -> (f64, Self, Self) {
        let within = self.nanos.partition_point(|nanos| *nanos <= limit.0);
        let share = within as f64 / self.nanos.len() as f64;
        let part =
            |nanos: &[u64]| if nanos.is_empty() { Self::default() } else { Self::ascending(nanos.to_vec()) };
        (share, part(&self.nanos[..within]), part(&self.nanos[within..]))
    }
}

/// How many of `all` ascending lengths make one cell where `left` are left: fewer towards the longest, which quantiles are asked of.
pub(super) const fn together(left: usize, all: usize) -> usize {
    let whole = all / 256;
    if left > all / 16 {
        whole
    } else if left > all / 64 {
        whole.div_ceil(4)
    } else if left > all / 256 {
        whole.div_ceil(16)
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn even(to: u64) -> Lengths {
        Lengths::of((0..PARTS as u64).map(|part| part * to / PARTS as u64).collect())
    }

    #[test]
    fn a_sum_has_the_mean_and_the_tail_of_independent_parts() {
        let sum = even(1_000_000).plus(&even(1_000_000));
        assert!((sum.mean() / 1e6 - 1.0).abs() < 1e-3, "{}", sum.mean());
        // Two uniform lengths are above 1.8 together with chance 0.02.
        let (share, ..) = sum.cut(Span(1_800_000));
        assert!((share - 0.98).abs() < 1e-3, "{share}");
    }

    #[test]
    fn a_mixture_has_the_means_of_its_parts() {
        let both = [(0.25, &even(1_000_000)), (0.75, &Lengths::fixed(Span(2_000_000)))];
        let mixed = Lengths::mix(both.into_iter());
        assert!((mixed.mean() / 1_625_000.0 - 1.0).abs() < 1e-3, "{}", mixed.mean());
        let (share, within, beyond) = mixed.cut(Span(1_500_000));
        assert!((share - 0.25).abs() < 1e-3 && within.mean() < 505_000.0 && beyond.mean() == 2e6, "{share}");
        assert!(Lengths::mix(std::iter::empty()).is_zero());
    }
}
