//! Peak EWMA: the cost of a host from its recent response times and its pending requests.

use crate::engine::{Span, Time};

/// The cost of a host that has work but has not answered yet, in nanoseconds (Finagle `PeakEwma`, half the longest time):
/// it is avoided until it answers.
const PENALTY: f64 = 4.6e18;

/// The moving average of a host's response times, which jumps to each new peak and falls exponentially
/// (Finagle `PeakEwma`, Linkerd).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PeakEwma {
    /// Nanoseconds, at `seen`.
    cost: f64,
    seen: Time,
}

impl PeakEwma {
    /// Adds a response at `now` that took `took`: `cost = took` if it is longer, else
    /// `cost * w + took * (1 - w)` with `w = e^(-elapsed / decay)`.
    pub fn observe(&mut self, now: Time, took: Span, decay: Span) {
        self.cost = self.mixed(now, took.0 as f64, decay);
        self.seen = now;
    }

    /// The cost in nanoseconds at `now`: the average, which has fallen since the last response, times `pending + 1`.
    pub fn load(&self, now: Time, pending: u32, decay: Span) -> f64 {
        let cost = self.mixed(now, 0.0, decay);
        let pending = f64::from(pending);
        if self.cost == 0.0 && pending > 0.0 { PENALTY + pending } else { cost * (pending + 1.0) }
    }

    fn mixed(&self, now: Time, took: f64, decay: Span) -> f64 {
        if took > self.cost {
            return took;
        }
        let elapsed = now.since(self.seen).0 as f64;
        let kept = if decay.is_zero() { 0.0 } else { libm::exp(-elapsed / decay.0 as f64) };
        self.cost * kept + took * (1.0 - kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_counts_at_once_and_fades() {
        let decay = Span::from_secs(10);
        let mut average = PeakEwma::default();
        average.observe(Time::from_secs(1), Span::from_millis(100), decay);
        assert_eq!(average.load(Time::from_secs(1), 1, decay), 2e8);
        let later = average.load(Time::from_secs(11), 0, decay);
        assert!((later - 1e8 * libm::exp(-1.0)).abs() < 1.0);
        average.observe(Time::from_secs(11), Span::from_millis(500), decay);
        assert_eq!(average.load(Time::from_secs(11), 0, decay), 5e8);
    }

    #[test]
    fn a_host_that_never_answered_is_avoided_while_it_has_work() {
        let fresh = PeakEwma::default();
        assert_eq!(fresh.load(Time::ZERO, 0, Span::from_secs(10)), 0.0);
        assert!(fresh.load(Time::ZERO, 1, Span::from_secs(10)) > 1e18);
    }

    #[test]
    fn an_average_falls_by_its_decay_and_a_faster_answer_takes_its_part() {
        let (second, decay) = (Time::from_secs(1), Span::from_secs(10));
        let mut average = PeakEwma::default();
        average.observe(second, Span::from_millis(100), decay);
        average.observe(Time::from_secs(11), Span::from_millis(50), decay);
        let kept = libm::exp(-1.0);
        let wanted = 1e8 * kept + 5e7 * (1.0 - kept);
        assert!((average.load(Time::from_secs(11), 0, decay) - wanted).abs() < 1.0);
        assert!((average.load(Time::from_secs(11), 3, decay) - 4.0 * wanted).abs() < 4.0);
        assert!((average.load(Time::from_secs(21), 0, decay) - wanted * kept).abs() < 1.0);
        // Without a decay only the last answer counts, and at once nothing of it is left.
        average.observe(Time::from_secs(11), Span::from_millis(20), Span::ZERO);
        assert_eq!(average.load(Time::from_secs(11), 0, Span::from_secs(10)), 2e7);
        assert_eq!(average.load(Time::from_secs(11), 5, Span::ZERO), 0.0);
    }

    #[test]
    fn of_hosts_that_never_answered_the_one_with_less_work_is_better_and_an_idle_one_costs_nothing() {
        let fresh = PeakEwma::default();
        let load = |pending| fresh.load(Time::from_secs(5), pending, Span::from_secs(10));
        assert_eq!([load(0), load(1)], [0.0, 4.6e18 + 1.0]);
        let mut known = PeakEwma::default();
        known.observe(Time::ZERO, Span::from_secs(100), Span::from_secs(10));
        assert!(load(1) > known.load(Time::ZERO, 1000, Span::from_secs(10)));
    }
}
