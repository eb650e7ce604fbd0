//! The retry budget that all clients share, told by expected numbers: what it allows of the tries again that are wanted.

use std::collections::VecDeque;

use super::class::TICK;
use crate::scenario::RetryBudget;

/// What clients may try again, as Finagle's budget says: a share of the requests of a while, and a reserve.
#[derive(Clone, Debug)]
pub(super) struct Allowance {
    share: f64,
    /// Tries again that they may always make in that while.
    reserve: f64,
    /// Ticks of that while.
    ticks: usize,
    /// What was brought and taken in each of the last ticks.
    recent: VecDeque<f64>,
    sum: f64,
}

impl Allowance {
    /// A full allowance; none where nothing is limited, or by a budget that is refused at the door.
    pub fn of(budget: Option<&RetryBudget>) -> Option<Self> {
        match *budget? {
            RetryBudget::Ratio { share, reserve, ttl } => Some(Self {
                share: share.fraction(),
                reserve: reserve.hertz() * ttl.as_secs_f64(),
                // Nine ninths that are over, and the open one (`dataplane::budget`), which is half over on average.
                ticks: ((ttl.as_secs_f64() * 9.5 / 9.0 / TICK.as_secs_f64()) as usize).max(1),
                recent: VecDeque::new(),
                sum: 0.0,
            }),
            RetryBudget::Concurrent { .. } | RetryBudget::Throttle { .. } | RetryBudget::Quota { .. } => None,
        }
    }

    /// A tick brings so many `requests`, and so many tries again are wanted: the share that may.
    pub fn allows(&mut self, requests: f64, wanted: f64) -> f64 {
        if self.recent.len() >= self.ticks {
            self.sum -= self.recent.pop_front().unwrap_or_default();
        }
        let brought = requests * self.share;
        let left = (self.reserve + self.sum + brought).max(0.0);
        let taken = wanted.min(left);
        self.recent.push_back(brought - taken);
        self.sum += brought - taken;
        if wanted > 0.0 { taken / wanted } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Rate, Share, Span};

    #[test]
    fn a_budget_allows_its_share_of_the_requests_in_the_long_run_and_a_reserve_besides() {
        let rules = RetryBudget::Ratio {
            share: Share::percent(20.0),
            reserve: Rate::per_second(10.0),
            ttl: Span::from_secs(10),
        };
        let mut budget = Allowance::of(Some(&rules)).unwrap();
        let allowed: Vec<f64> = (0..600).map(|_| budget.allows(100.0, 50.0)).collect();
        assert_eq!(allowed[0], 1.0);
        let late: f64 = allowed[300..].iter().sum::<f64>() / 300.0;
        // 20 of 100 requests, and 10 a second which are one a tick.
        assert!((late - 0.42).abs() < 0.01, "{late}");
        assert_eq!(budget.allows(100.0, 0.0), 1.0);
    }
}
