//! The retry budgets of many callers alike, each with its own: a sample of them is kept, request by request.
//!
//! Told by one budget of all, too much would be tried again, and too little would fail: a caller that has used up its budget gets nothing
//! of what another has left, and one that is owed less than a whole retry makes none. Where each makes few, that is a good part of it.

use crate::engine::{Stream, Time, counts};
use crate::scenario::RetryBudget;
use crate::sim::dataplane::budget::TokenBudget;

/// Callers in the sample.
const SAMPLE: u64 = 256;

/// What a tick leaves of the sums that say which share is allowed: they go back over some twenty ticks.
const KEPT: f64 = 0.95;

/// A share that is so much larger or smaller than the last one is told at once, others after so many ticks: each asks for all calls anew.
const FAR: f64 = 0.125;
const TICKS_BETWEEN: u32 = 50;

/// The budgets of a sample of callers.
#[derive(Clone, Debug)]
pub(super) struct Allowances {
    budgets: Vec<TokenBudget>,
    luck: Stream,
    /// Tries again that were allowed, and wanted, of late.
    of_late: [f64; 2],
    /// The share that was told last, and for how many ticks it has been.
    told: f64,
    since: u32,
}

impl Allowances {
    /// Full budgets, whose callers have this luck; none where nothing is limited, or by a budget that is refused at the door.
    pub fn of(budget: Option<&RetryBudget>, luck: Stream) -> Option<Self> {
        match *budget? {
            RetryBudget::Ratio { share, reserve, ttl } => {
                let full = TokenBudget::new(share.fraction(), reserve.hertz(), ttl);
                let budgets = vec![full; SAMPLE as usize];
                Some(Self { budgets, luck, of_late: [0.0; 2], told: 1.0, since: 0 })
            }
            RetryBudget::Concurrent { .. } | RetryBudget::Throttle { .. } | RetryBudget::Quota { .. } => None,
        }
    }

    /// A tick at `now` brings `requests` of `callers` in all, which want to try again so often: the share that may.
    pub fn allows(&mut self, now: Time, requests: f64, wanted: f64, callers: f64) -> f64 {
        let callers = callers.max(1.0);
        let draws = self.luck.child(now.0);
        let [mut allowed, mut asked] = self.of_late.map(|sum| sum * KEPT);
        for (caller, budget) in (0u64..).zip(&mut self.budgets) {
            budget.deposit_many(now, counts::poisson(requests / callers, draws.bits(2 * caller)));
            let wants = counts::poisson(wanted / callers, draws.bits(2 * caller + 1));
            asked += wants as f64;
            allowed += budget.withdraw_many(now, wants) as f64;
        }
        self.of_late = [allowed, asked];
        let share = if asked > 0.0 { allowed / asked } else { 1.0 };
        self.since += 1;
        if self.since >= TICKS_BETWEEN || (share - self.told).abs() > FAR * self.told {
            (self.told, self.since) = (share, 0);
        }
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Chance, Rate, Share, Span};

    /// The share that is allowed in the long run, where each of a hundred callers brings and wants so much in a second.
    fn allowed(share: f64, reserve: f64, (brings, wants): (f64, f64)) -> f64 {
        let rules = RetryBudget::Ratio {
            share: Share::percent(share),
            reserve: Rate::per_second(reserve),
            ttl: Span::from_secs(10),
        };
        let mut budgets = Allowances::of(Some(&rules), Chance::new(3).stream("budgets", 0)).expect("a ratio");
        let tick = |tick: u64| Time::ZERO + Span::from_millis(100) * tick;
        let each = |at| budgets.allows(tick(at), brings * 10.0, wants * 10.0, 100.0);
        let all: Vec<f64> = (0..900).map(each).collect();
        all[300..].iter().sum::<f64>() / 600.0
    }

    #[test]
    fn many_retries_are_allowed_as_one_budget_of_all_would() {
        // A fifth of a thousand requests a second, where a thousand are wanted.
        assert!((allowed(20.0, 0.0, (1_000.0, 1_000.0)) - 0.2).abs() < 0.01);
        // The first ticks, whose budgets are not full yet, count for less and less.
        assert!(allowed(20.0, 0.0, (1_000.0, 100.0)) > 0.999);
    }

    #[test]
    fn few_retries_are_allowed_less_often_than_one_budget_of_all_would() {
        // Half a retry a second is owed and wanted: those who want more at a time have no use of what others leave.
        let found = allowed(5.0, 0.0, (10.0, 0.5));
        assert!((0.6..0.9).contains(&found), "{found}");
    }
}
