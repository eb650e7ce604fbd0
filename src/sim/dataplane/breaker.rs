//! A circuit breaker as a state machine, after resilience4j.
//!
//! While closed it counts the results of calls. When its window holds enough calls and the share of failures or of slow calls
//! reaches its threshold, it opens and rejects calls at once. After a while the next call makes it half-open: a few trial calls
//! pass, and when all of them have ended it closes or opens again. No timer changes the state: it changes when a call asks or
//! ends (resilience4j without `automaticTransitionFromOpenToHalfOpenEnabled`).

use std::collections::VecDeque;

use crate::engine::{Span, Time};
use crate::scenario::{Breaker, Window};

/// The state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls pass, and their results are counted.
    Closed,
    /// Calls are rejected.
    Open,
    /// A few trial calls pass.
    HalfOpen,
    /// Calls pass and nothing is counted, until another state is set (resilience4j `DISABLED`).
    Disabled,
    /// Calls are rejected until another state is set (resilience4j `FORCED_OPEN`).
    ForcedOpen,
    /// Calls pass and are counted, and it never opens by itself (resilience4j `METRICS_ONLY`).
    MetricsOnly,
}

/// The result of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallEnd {
    /// Whether it failed.
    pub failed: bool,
    /// Whether it took longer than the breaker's limit.
    pub slow: bool,
    /// How long it took.
    pub took: Span,
}

/// The results of the calls in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// All calls that ended.
    pub calls: u32,
    /// Calls that failed.
    pub failed: u32,
    /// Calls that were slow.
    pub slow: u32,
    /// Calls that were slow and failed.
    pub slow_failed: u32,
    /// How long all of them took together, each in whole milliseconds.
    pub took: Span,
}

impl CallCounts {
    /// The mean duration of a call, in whole milliseconds; zero without calls (resilience4j `SnapshotImpl.getAverageDuration`).
    pub fn mean(&self) -> Span {
        whole_millis(self.took / u64::from(self.calls.max(1)))
    }

    fn add(&mut self, end: CallEnd) {
        self.calls = self.calls.saturating_add(1);
        self.failed += u32::from(end.failed);
        self.slow += u32::from(end.slow);
        self.slow_failed += u32::from(end.slow && end.failed);
        self.took = self.took + whole_millis(end.took);
    }

    fn subtract(&mut self, other: Self) {
        self.calls -= other.calls;
        self.failed -= other.failed;
        self.slow -= other.slow;
        self.slow_failed -= other.slow_failed;
        self.took = self.took - other.took;
    }
}

fn whole_millis(span: Span) -> Span {
    Span::from_millis(span.0 / Span::from_millis(1).0)
}

/// The calls that a breaker counts: a fixed number of the last ones, or those of the last whole seconds, the current
/// second included (resilience4j `FixedSizeSlidingWindowMetrics`, `SlidingTimeWindowMetrics`).
#[derive(Clone, Debug)]
pub struct CallWindow {
    shape: Window,
    counts: CallCounts,
    last: VecDeque<CallEnd>,
    seconds: VecDeque<(u64, CallCounts)>,
}

impl CallWindow {
    /// An empty window.
    pub fn new(shape: Window) -> Self {
        Self { shape, counts: CallCounts::default(), last: VecDeque::new(), seconds: VecDeque::new() }
    }

    /// The results in the window at `now`.
    pub fn counts(&mut self, now: Time) -> CallCounts {
        if let Window::Seconds(size) = self.shape {
            let second = now.0 / Span::from_secs(1).0;
            while self.seconds.front().is_some_and(|(at, _)| at + u64::from(size) <= second) {
                if let Some((_, old)) = self.seconds.pop_front() {
                    self.counts.subtract(old);
                }
            }
        }
        self.counts
    }

    /// Bytes held.
    fn held(&self) -> usize {
        self.last.len() * 16 + self.seconds.len() * 40
    }

    /// Counts a call that ended at `now`, and returns the results that are then in the window.
    pub fn add(&mut self, now: Time, end: CallEnd) -> CallCounts {
        match self.shape {
            Window::Calls(size) => {
                if self.last.len() >= size.max(1) as usize
                    && let Some(oldest) = self.last.pop_front()
                {
                    let mut one = CallCounts::default();
                    one.add(oldest);
                    self.counts.subtract(one);
                }
                self.last.push_back(end);
            }
            Window::Seconds(_) => {
                self.counts(now);
                let second = now.0 / Span::from_secs(1).0;
                match self.seconds.back_mut() {
                    Some((at, counts)) if *at == second => counts.add(end),
                    _ => {
                        let mut counts = CallCounts::default();
                        counts.add(end);
                        self.seconds.push_back((second, counts));
                    }
                }
            }
        }
        self.counts.add(end);
        self.counts
    }
}

/// A breaker.
#[derive(Clone, Debug)]
pub struct BreakerRun {
    rules: Breaker,
    state: BreakerState,
    /// The time since which it is in this state.
    since: Time,
    /// How often it opened since it last was closed or counted only.
    openings: u32,
    window: CallWindow,
    /// The number of calls in the window from which their rates count.
    least: u32,
    /// Trials that may still go while half-open.
    trials_left: u32,
    turned_away: u64,
}

impl BreakerRun {
    /// Bytes that its window holds.
    pub fn held(&self) -> usize {
        self.window.held()
    }

    /// A closed breaker without results.
    pub fn new(rules: Breaker) -> Self {
        let mut closed = Self {
            rules,
            state: BreakerState::Closed,
            since: Time::ZERO,
            openings: 0,
            window: CallWindow::new(rules.window),
            least: 0,
            trials_left: 0,
            turned_away: 0,
        };
        closed.count_in(rules.window);
        closed
    }

    /// The rules that it was made with.
    pub const fn rules(&self) -> &Breaker {
        &self.rules
    }

    /// Its state.
    pub const fn state(&self) -> BreakerState {
        self.state
    }

    /// Calls rejected since its counts were last reset.
    pub const fn turned_away(&self) -> u64 {
        self.turned_away
    }

    /// The results of the calls in its window; while it is open, those that opened it.
    pub fn counts(&mut self, now: Time) -> CallCounts {
        self.window.counts(now)
    }

    /// Whether a call may pass at `now`; a call that passes must be reported by [`ended`](Self::ended) or
    /// [`ignored`](Self::ignored).
    pub fn acquire(&mut self, now: Time) -> bool {
        self.settle(now);
        if self.state == BreakerState::Open && now >= self.since + self.open_for() {
            self.move_to(BreakerState::HalfOpen, now);
        }
        let goes = match self.state {
            BreakerState::Closed | BreakerState::Disabled | BreakerState::MetricsOnly => true,
            BreakerState::Open | BreakerState::ForcedOpen => false,
            BreakerState::HalfOpen => {
                let goes = self.trials_left > 0;
                self.trials_left = self.trials_left.saturating_sub(1);
                goes
            }
        };
        self.turned_away += u64::from(!goes);
        goes
    }

    /// Reports that a call ended at `now` after `took`. True when this changed the state.
    pub fn ended(&mut self, now: Time, failed: bool, took: Span) -> bool {
        self.settle(now);
        let end = CallEnd { failed, slow: took > self.rules.slow_after, took };
        match self.state {
            BreakerState::Disabled | BreakerState::ForcedOpen => false,
            BreakerState::Open | BreakerState::MetricsOnly => {
                self.window.add(now, end);
                false
            }
            BreakerState::Closed | BreakerState::HalfOpen => {
                let counts = self.window.add(now, end);
                self.judge(now, counts)
            }
        }
    }

    /// Reports that a call ended for a reason outside the callee: while it is half-open another trial may pass in its place.
    pub fn ignored(&mut self, now: Time) {
        self.settle(now);
        if self.state == BreakerState::HalfOpen {
            let most = if self.rules.half_open_early { u32::MAX } else { self.rules.half_open_calls };
            self.trials_left = self.trials_left.saturating_add(1).min(most);
        }
    }

    /// Sets the state, whatever the results, also the one that it is in. The counts stay when it opens, and are reset otherwise.
    pub fn move_to(&mut self, state: BreakerState, now: Time) {
        let window = match state {
            BreakerState::Open => None,
            BreakerState::HalfOpen => Some(Window::Calls(self.rules.half_open_calls)),
            BreakerState::Closed
            | BreakerState::Disabled
            | BreakerState::ForcedOpen
            | BreakerState::MetricsOnly => Some(self.rules.window),
        };
        self.openings = match state {
            BreakerState::Open | BreakerState::ForcedOpen => self.openings + 1,
            BreakerState::HalfOpen => self.openings,
            BreakerState::Closed | BreakerState::Disabled | BreakerState::MetricsOnly => 0,
        };
        if let Some(window) = window {
            self.count_in(window);
        }
        if state == BreakerState::HalfOpen && !self.rules.half_open_early {
            // All trials decide.
            self.least = self.rules.half_open_calls.max(1);
        }
        self.state = state;
        self.since = now;
        self.trials_left = self.rules.half_open_calls;
    }

    /// Closes it and resets its counts.
    pub fn reset(&mut self, now: Time) {
        *self = Self { since: now, ..Self::new(self.rules) };
    }

    /// How long it stays open this time: longer with each opening, up to its longest (resilience4j
    /// `IntervalFunction.ofExponentialBackoff(initial, multiplier, max)`).
    fn open_for(&self) -> Span {
        let Breaker { open_for, open_growth, open_most, .. } = self.rules;
        let again = self.openings.saturating_sub(1);
        let longest = open_most.max(open_for);
        let factor = libm::pow(open_growth, f64::from(again));
        if open_for.as_secs_f64() * factor < longest.as_secs_f64() {
            open_for.scaled(factor)
        } else {
            longest
        }
    }

    /// Ends a time as half-open that was too long: it opens again, or closes where its rules say so.
    fn settle(&mut self, now: Time) {
        let longest = self.rules.half_open_for;
        let due = self.since + longest;
        if self.state == BreakerState::HalfOpen && !longest.is_zero() && now >= due {
            let closes = self.rules.half_open_closes;
            self.move_to(if closes { BreakerState::Closed } else { BreakerState::Open }, due);
        }
    }

    /// The number of calls in its window from which their rates count.
    pub const fn enough(&self) -> u32 {
        self.least
    }

    /// Begins to count in an empty window. Of a window of calls, rates take no more than it holds.
    fn count_in(&mut self, window: Window) {
        self.least = match window {
            Window::Calls(size) => self.rules.minimum_calls.min(size),
            Window::Seconds(_) => self.rules.minimum_calls,
        }
        .max(1);
        self.window = CallWindow::new(window);
        self.turned_away = 0;
    }

    /// Opens when a rate is at its threshold or above; half-open, closes otherwise.
    fn judge(&mut self, now: Time, counts: CallCounts) -> bool {
        if counts.calls < self.enough() {
            return false;
        }
        // Compared as products of counts, so that a rate of exactly the threshold opens it.
        let reaches = |part: u32, share: f64| f64::from(part) >= share * f64::from(counts.calls);
        let opens = reaches(counts.failed, self.rules.failure_rate.fraction())
            || reaches(counts.slow, self.rules.slow_rate.fraction());
        match (opens, self.state) {
            (true, _) => self.move_to(BreakerState::Open, now),
            (false, BreakerState::HalfOpen) => self.move_to(BreakerState::Closed, now),
            (false, _) => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Time {
        Time::from_secs(seconds)
    }

    #[test]
    fn it_never_opens_on_fewer_calls_than_it_asks_for() {
        let mut breaker = BreakerRun::new(Breaker::default());
        for _ in 0..99 {
            assert!(breaker.acquire(at(0)));
            breaker.ended(at(0), true, Span::ZERO);
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
        breaker.ended(at(0), true, Span::ZERO);
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[test]
    fn half_open_for_too_long_it_opens_again() {
        let rules = Breaker { half_open_for: Span::from_secs(5), ..Breaker::default() };
        let mut breaker = BreakerRun::new(rules);
        breaker.move_to(BreakerState::Open, at(0));
        assert!(!breaker.acquire(at(59)));
        assert!(breaker.acquire(at(60)));
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert!(!breaker.acquire(at(65)));
        assert_eq!(breaker.state(), BreakerState::Open);
        assert!(!breaker.acquire(at(124)));
        assert!(breaker.acquire(at(125)));
    }
}
