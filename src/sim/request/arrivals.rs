//! Arrivals of an open loop: a pure function of the traffic shape and the seed, independent of the service.
//!
//! Arrival number `i` comes when the cumulative rate has grown by the sum of the first `i` increments: exponentials of
//! mean one for Poisson arrivals, ones for even spacing. So a seed gives the same arrivals under every plan.

use crate::engine::{Rate, Span, Stream, Time, dist};
use crate::scenario::Spacing;

/// Arrivals at a rate that follows straight lines.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Arrivals {
    /// Nanoseconds, and the rate then.
    lines: Vec<(u64, f64)>,
    spacing: Spacing,
    draws: Stream,
    /// Number of the next arrival.
    index: u64,
    next: Time,
    /// Nanoseconds between arrivals where the rate never changes.
    gap_ns: f64,
    /// Nanoseconds up to which the rate was integrated: the last arrival, or later. Kept where the rate changes.
    at: u64,
    line: usize,
}

impl Arrivals {
    /// Arrivals at rates along `lines` (time and rate; the rate before the first and after the last point is theirs).
    pub fn new(lines: &[(Span, Rate)], spacing: Spacing, draws: Stream) -> Self {
        let lines: Vec<(u64, f64)> = lines.iter().map(|(at, rate)| (at.0, rate.hertz())).collect();
        let constant = lines.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let rate = lines.first().map_or(0.0, |line| line.1);
        let gap_ns = if constant && rate > 0.0 { 1e9 / rate } else { 0.0 };
        let mut arrivals = Self { lines, spacing, draws, index: 0, next: Time::ZERO, gap_ns, at: 0, line: 0 };
        arrivals.advance();
        arrivals
    }

    /// No arrivals at all.
    pub fn none(draws: Stream) -> Self {
        let mut arrivals = Self::new(&[], Spacing::Even, draws);
        arrivals.next = Time::NEVER;
        arrivals
    }

    /// When the next user asks; [`Time::NEVER`] when nobody will.
    #[inline]
    pub const fn next(&self) -> Time {
        self.next
    }

    /// Takes the next arrival: its number.
    #[inline(always)]
    pub fn take(&mut self) -> u64 {
        let number = self.index - 1;
        self.advance();
        number
    }

    #[inline(always)]
    fn advance(&mut self) {
        let grown = match self.spacing {
            Spacing::Poisson => dist::exponential(self.draws.bits(self.index)),
            Spacing::Even => 1.0,
        };
        self.index += 1;
        if self.gap_ns > 0.0 {
            self.next = Time(self.next.0.saturating_add((self.gap_ns * grown + 0.5) as i64 as u64));
        } else {
            self.next = self.along_lines(grown);
        }
    }

    /// The time at which the cumulative rate has grown by `grown` since the last arrival. Where the rate stays the same,
    /// it equals, to the nanosecond, what [`Arrivals::advance`] gives for a rate that never changes: a later change of the
    /// rate moves no earlier arrival.
    #[inline(never)]
    fn along_lines(&mut self, mut grown: f64) -> Time {
        loop {
            let rate = self.rate_at(self.at);
            let Some((to, _)) = self.lines.get(self.line).copied() else {
                return if rate > 0.0 { self.come_in(1e9 / rate * grown, u64::MAX) } else { Time::NEVER };
            };
            let length_s = to.saturating_sub(self.at) as f64 / 1e9;
            let slope = if length_s > 0.0 { (self.rate_at(to) - rate) / length_s } else { 0.0 };
            let area = length_s * (rate + slope * length_s / 2.0);
            if area > grown {
                if slope == 0.0 {
                    return self.come_in(1e9 / rate * grown, to);
                }
                // Solves rate * x + slope * x^2 / 2 = grown in the form that stays exact for small slopes.
                let root = (rate * rate + 2.0 * slope * grown).max(0.0).sqrt();
                return self.come_in(2.0 * grown / (rate + root) * 1e9, to);
            }
            grown -= area;
            self.at = to;
            self.line += 1;
        }
    }

    /// The next arrival is so many nanoseconds away, and not beyond `last`.
    fn come_in(&mut self, wait_ns: f64, last: u64) -> Time {
        self.at = self.at.saturating_add((wait_ns + 0.5) as u64).min(last);
        Time(self.at)
    }

    /// The rate at `at` nanoseconds, within the current stretch.
    fn rate_at(&self, at: u64) -> f64 {
        let Some(right) = self.lines.get(self.line) else {
            return self.lines.last().map_or(0.0, |line| line.1);
        };
        if self.line == 0 {
            return right.1;
        }
        let left = self.lines[self.line - 1];
        let part = if right.0 > left.0 { (at - left.0) as f64 / (right.0 - left.0) as f64 } else { 1.0 };
        left.1 + (right.1 - left.1) * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Chance;

    fn count_until(arrivals: &mut Arrivals, until: f64) -> u64 {
        let mut count = 0;
        while arrivals.next().as_secs_f64() < until {
            arrivals.take();
            count += 1;
        }
        count
    }

    #[test]
    fn even_spacing_follows_the_area_under_the_rate() {
        let draws = Chance::new(1).stream("arrivals", 0);
        let ramp =
            [(Span::from_secs(10), Rate::per_second(10.0)), (Span::from_secs(20), Rate::per_second(30.0))];
        let mut arrivals = Arrivals::new(&ramp, Spacing::Even, draws);
        assert_eq!(count_until(&mut arrivals, 10.0001), 100);
        assert_eq!(count_until(&mut arrivals, 20.0001), 200);
        assert_eq!(count_until(&mut arrivals, 30.0001), 300);
    }

    #[test]
    fn poisson_arrivals_come_at_the_stated_rate() {
        let draws = Chance::new(7).stream("arrivals", 0);
        let constant = [(Span::ZERO, Rate::per_second(1000.0))];
        let mut arrivals = Arrivals::new(&constant, Spacing::Poisson, draws);
        let count = count_until(&mut arrivals, 100.0) as f64;
        assert!((count - 100_000.0).abs() < 4.0 * 316.3, "{count}");
        let daily = [(Span::ZERO, Rate::per_second(0.0)), (Span::from_secs(100), Rate::per_second(2000.0))];
        let mut arrivals = Arrivals::new(&daily, Spacing::Poisson, draws);
        let count = count_until(&mut arrivals, 100.0) as f64;
        assert!((count - 100_000.0).abs() < 4.0 * 316.3, "{count}");
    }

    #[test]
    fn a_rate_that_changes_later_is_the_same_until_then() {
        let draws = Chance::new(7).stream("arrivals", 0);
        let line = |at: u64, rate: f64| (Span::from_secs(at), Rate::per_second(rate));
        let mut steady = Arrivals::new(&[line(0, 70.0)], Spacing::Poisson, draws);
        let mut spiky = Arrivals::new(&[line(50, 70.0), line(51, 900.0)], Spacing::Poisson, draws);
        while steady.next() < Time::from_secs(50) {
            assert_eq!(steady.next(), spiky.next());
            assert_eq!(steady.take(), spiky.take());
        }
        assert_ne!(steady.next(), spiky.next());
    }

    #[test]
    fn a_rate_of_zero_brings_nobody() {
        let draws = Chance::new(7).stream("arrivals", 0);
        let ends = [(Span::from_secs(1), Rate::per_second(5.0)), (Span::from_secs(2), Rate::per_second(0.0))];
        let mut arrivals = Arrivals::new(&ends, Spacing::Poisson, draws);
        while arrivals.next() != Time::NEVER {
            assert!(arrivals.next() <= Time::from_secs(2));
            arrivals.take();
        }
    }
}
