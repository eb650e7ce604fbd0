//! Retry budgets: the number of retries that a caller may make for all its requests together.

use std::collections::VecDeque;

use crate::engine::{Span, Time};
use crate::scenario::RetryBudget;

/// Tokens that one request brings (Finagle `TokenRetryBudget.ScaleFactor`).
const SCALE: f64 = 1000.0;

/// The number of parts of a budget's time to live: nine old ones and the current one (Finagle `WindowedAdder`, 10).
const OLD_SLICES: u64 = 9;

/// Finagle's budget: each request adds tokens that expire, and each retry takes the tokens of `1 / share` requests; a
/// reserve is always available.
#[derive(Clone, Debug)]
pub struct TokenBudget {
    /// Tokens that a request adds.
    deposit: i64,
    /// Tokens that a retry takes.
    withdrawal: i64,
    reserve: i64,
    slice: u64,
    slices: VecDeque<(u64, i64)>,
}

impl TokenBudget {
    /// A budget of `share` retries for each request of the last `ttl`, and `reserve_per_s` more each second.
    pub fn new(share: f64, reserve_per_s: f64, ttl: Span) -> Self {
        // With a reserve only, a retry costs 1 and requests add nothing.
        let (deposit, withdrawal) =
            if share > 0.0 { (SCALE as i64, ((SCALE / share) as i64).max(1)) } else { (0, 1) };
        let retries = (reserve_per_s * ttl.as_secs_f64()) as i64;
        Self {
            deposit,
            withdrawal,
            reserve: retries.saturating_mul(withdrawal),
            slice: (ttl.0 / OLD_SLICES).max(1),
            slices: VecDeque::new(),
        }
    }

    /// A request was made.
    pub fn deposit(&mut self, now: Time) {
        self.add(now, self.deposit);
    }

    /// So many requests were made.
    pub fn deposit_many(&mut self, now: Time, requests: u64) {
        if requests > 0 {
            self.add(now, self.deposit.saturating_mul(requests as i64));
        }
    }

    /// Takes the tokens of as many of these retries as there are enough for, and says of how many.
    pub fn withdraw_many(&mut self, now: Time, retries: u64) -> u64 {
        if retries == 0 {
            return 0;
        }
        let taken = retries.min(self.balance(now).max(0) as u64);
        if taken > 0 {
            self.add(now, -self.withdrawal.saturating_mul(taken as i64));
        }
        taken
    }

    /// Takes the tokens of one retry; false, and none are taken, when there are too few.
    pub fn withdraw(&mut self, now: Time) -> bool {
        let enough = self.tokens(now) >= self.withdrawal;
        if enough {
            self.add(now, -self.withdrawal);
        }
        enough
    }

    /// The number of retries that it would allow now.
    pub fn balance(&mut self, now: Time) -> i64 {
        self.tokens(now) / self.withdrawal
    }

    fn tokens(&mut self, now: Time) -> i64 {
        let current = now.0 / self.slice;
        while self.slices.front().is_some_and(|(slice, _)| slice.saturating_add(OLD_SLICES) < current) {
            self.slices.pop_front();
        }
        self.slices.iter().fold(self.reserve, |sum, (_, tokens)| sum.saturating_add(*tokens))
    }

    fn add(&mut self, now: Time, tokens: i64) {
        let current = now.0 / self.slice;
        match self.slices.back_mut() {
            Some((slice, sum)) if *slice == current => *sum = sum.saturating_add(tokens),
            _ => self.slices.push_back((current, tokens)),
        }
        if self.slices.len() > OLD_SLICES as usize + 1 {
            self.tokens(now);
        }
    }
}

/// The largest number of concurrent retries by Envoy's budget: `max(at_least, share * (active + pending))`, rounded down.
pub fn concurrent_retries(share: f64, at_least: u32, active: u32, pending: u32) -> u32 {
    at_least.max((share * (f64::from(active) + f64::from(pending))) as u32)
}

/// gRPC's throttle (A6): a failure takes one token, a success gives `ratio`; between 0 and `max`.
#[derive(Clone, Copy, Debug)]
pub struct Throttle {
    max: f64,
    ratio: f64,
    tokens: f64,
}

impl Throttle {
    /// A full throttle. gRPC reads the ratio to three decimals.
    pub fn new(max: f64, ratio: f64) -> Self {
        Self { max, ratio: (ratio * 1000.0).round() / 1000.0, tokens: max }
    }

    /// A call ended.
    pub fn ended(&mut self, failed: bool) {
        let change = if failed { -1.0 } else { self.ratio };
        // Kept in whole thousandths, so that many small steps add up exactly.
        let tokens = ((self.tokens + change) * 1000.0).round() / 1000.0;
        self.tokens = tokens.clamp(0.0, self.max);
    }

    /// The current number of tokens.
    pub const fn tokens(&self) -> f64 {
        self.tokens
    }

    /// Whether a retry is allowed: only with more than half of all tokens.
    pub fn allows(&self) -> bool {
        self.tokens > self.max / 2.0
    }
}

/// The quota of AWS's SDK in standard mode.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    max: u32,
    tokens: u32,
}

impl Quota {
    /// Tokens that a retry takes after an error, and after a timeout (AWS `RETRY_COST`, `TIMEOUT_RETRY_COST`).
    const COSTS: [u32; 2] = [5, 10];

    /// A full quota.
    pub const fn new(max: u32) -> Self {
        Self { max, tokens: max }
    }

    /// Takes the tokens of a retry; `None`, and none are taken, when there are too few.
    pub fn take(&mut self, after_timeout: bool) -> Option<u32> {
        let cost = Self::COSTS[usize::from(after_timeout)];
        self.tokens = self.tokens.checked_sub(cost)?;
        Some(cost)
    }

    /// Reports a success: the tokens of its retry come back, or 1 where it took none (AWS `NO_RETRY_INCREMENT`).
    pub fn succeeded(&mut self, taken: u32) {
        self.tokens = (self.tokens + taken.max(1)).min(self.max);
    }

    /// The current number of tokens.
    pub const fn tokens(&self) -> u32 {
        self.tokens
    }
}

/// A caller's budget of any kind.
#[derive(Clone, Debug)]
pub enum BudgetRun {
    /// See [`TokenBudget`].
    Ratio(TokenBudget),
    /// See [`concurrent_retries`].
    Concurrent {
        /// Retries for each concurrent request.
        share: f64,
        /// The number that is always allowed.
        at_least: u32,
    },
    /// See [`Throttle`].
    Throttle(Throttle),
    /// See [`Quota`].
    Quota(Quota),
}

impl BudgetRun {
    /// A full budget.
    pub fn new(rules: &RetryBudget) -> Self {
        match *rules {
            RetryBudget::Ratio { share, reserve, ttl } => {
                Self::Ratio(TokenBudget::new(share.fraction(), reserve.hertz(), ttl))
            }
            RetryBudget::Concurrent { share, at_least } => {
                Self::Concurrent { share: share.fraction(), at_least }
            }
            RetryBudget::Throttle { tokens, ratio } => {
                Self::Throttle(Throttle::new(f64::from(tokens), ratio))
            }
            RetryBudget::Quota { tokens } => Self::Quota(Quota::new(tokens)),
        }
    }

    /// Reports the first try of a request.
    pub fn requested(&mut self, now: Time) {
        if let Self::Ratio(budget) = self {
            budget.deposit(now);
        }
    }

    /// Reports the end of a try. A successful retry gives its tokens back, more where it followed a timeout.
    pub fn ended(&mut self, failed: bool, was_retry: bool, after_timeout: bool) {
        match self {
            Self::Throttle(throttle) => throttle.ended(failed),
            Self::Quota(quota) if !failed => {
                let taken = Quota::COSTS[usize::from(after_timeout)];
                quota.succeeded(if was_retry { taken } else { 0 });
            }
            // These count tries when they begin, not by how they end.
            Self::Ratio(_) | Self::Concurrent { .. } | Self::Quota(_) => {}
        }
    }

    /// Whether a retry is allowed, with `active` concurrent tries of which `retries` are retries; its tokens are taken.
    pub fn allows(&mut self, now: Time, after_timeout: bool, active: u32, retries: u32) -> bool {
        match self {
            Self::Ratio(budget) => budget.withdraw(now),
            Self::Concurrent { share, at_least } => {
                retries < concurrent_retries(*share, *at_least, active, 0)
            }
            Self::Throttle(throttle) => throttle.allows(),
            Self::Quota(quota) => quota.take(after_timeout).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_brought_is_gone_after_its_time() {
        let mut budget = TokenBudget::new(0.2, 0.0, Span::from_secs(10));
        for _ in 0..50 {
            budget.deposit(Time::ZERO);
        }
        assert_eq!(budget.balance(Time::from_secs(10)), 10);
        assert_eq!(budget.balance(Time::from_secs(12)), 0);
    }

    #[test]
    fn envoy_always_allows_three() {
        assert_eq!(concurrent_retries(0.2, 3, 5, 0), 3);
        assert_eq!(concurrent_retries(0.2, 3, 80, 20), 20);
    }

    #[test]
    fn a_retry_after_a_timeout_gets_back_the_ten_tokens_that_it_took() {
        for (after_timeout, left) in [(false, 495), (true, 490)] {
            let mut budget = BudgetRun::new(&RetryBudget::Quota { tokens: 500 });
            assert!(budget.allows(Time::ZERO, after_timeout, 0, 0));
            let tokens = |budget: &BudgetRun| match budget {
                BudgetRun::Quota(quota) => quota.tokens(),
                _ => 0,
            };
            assert_eq!(tokens(&budget), left);
            budget.ended(true, true, after_timeout);
            assert_eq!(tokens(&budget), left, "a failure gives nothing back");
            budget.ended(false, true, after_timeout);
            assert_eq!(tokens(&budget), 500);
        }
    }

    #[test]
    fn a_quota_runs_dry_and_fills_up_by_successes() {
        let mut quota = Quota::new(12);
        assert_eq!(quota.take(true), Some(10));
        assert_eq!(quota.take(false), None);
        quota.succeeded(10);
        assert_eq!(quota.tokens(), 12);
    }
}
