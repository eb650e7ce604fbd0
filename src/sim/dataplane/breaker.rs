//! A circuit breaker as a state machine, as resilience4j has it.
//!
//! Closed, it counts how calls end. Once there are enough calls in its window and the share of failures or of slow calls
//! reaches its threshold, it opens: calls are turned away at once. After a while the next call finds it half-open: a few
//! trials are let through, and when all of them are back it closes or opens again. Nothing happens by itself: the state
//! changes when a call asks or ends (resilience4j without `automaticTransitionFromOpenToHalfOpenEnabled`).

use std::collections::VecDeque;

use crate::engine::{Span, Time};
use crate::scenario::{Breaker, Window};

/// What a breaker does with calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Lets calls through, and counts how they end.
    Closed,
    /// Turns calls away.
    Open,
    /// Lets a few trials through.
    HalfOpen,
    /// Lets calls through and counts nothing, for as long as somebody wants it so.
    Disabled,
    /// Turns calls away for as long as somebody wants it so.
    ForcedOpen,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallEnd {
    /// Whether it failed.
    pub failed: bool,
    /// Whether it took longer than the breaker's limit.
    pub slow: bool,
}

/// How the calls of a window ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// All that ended.
    pub calls: u32,
    /// Those that failed.
    pub failed: u32,
    /// Those that were slow.
    pub slow: u32,
}

impl CallCounts {
    fn add(&mut self, end: CallEnd) {
        self.calls += 1;
        self.failed += u32::from(end.failed);
        self.slow += u32::from(end.slow);
    }

    fn subtract(&mut self, other: Self) {
        self.calls -= other.calls;
        self.failed -= other.failed;
        self.slow -= other.slow;
    }
}

/// The calls that a breaker looks at: the last so many, or those of the last so many whole seconds, the current one
/// included (resilience4j `FixedSizeSlidingWindowMetrics`, `SlidingTimeWindowMetrics`).
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

    /// What is in the window at `now`.
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

    /// Counts a call that ended at `now`, and answers with what is then in the window.
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

/// A breaker in some state.
#[derive(Clone, Debug)]
pub struct BreakerRun {
    rules: Breaker,
    state: BreakerState,
    /// Since when it is in this state.
    since: Time,
    window: CallWindow,
    /// Trials that may still go while half-open.
    trials_left: u32,
    turned_away: u64,
}

impl BreakerRun {
    /// A closed breaker that has seen nothing.
    pub fn new(rules: Breaker) -> Self {
        Self {
            rules,
            state: BreakerState::Closed,
            since: Time::ZERO,
            window: CallWindow::new(rules.window),
            trials_left: 0,
            turned_away: 0,
        }
    }

    /// The rules that it was made with.
    pub const fn rules(&self) -> &Breaker {
        &self.rules
    }

    /// What it does with calls.
    pub const fn state(&self) -> BreakerState {
        self.state
    }

    /// Calls turned away since its counts were last begun anew.
    pub const fn turned_away(&self) -> u64 {
        self.turned_away
    }

    /// How the calls in its window ended; it keeps those that opened it.
    pub fn counts(&mut self, now: Time) -> CallCounts {
        self.window.counts(now)
    }

    /// Whether a call may go at `now`; one that goes must be reported by [`ended`](Self::ended) or
    /// [`ignored`](Self::ignored).
    pub fn acquire(&mut self, now: Time) -> bool {
        self.settle(now);
        if self.state == BreakerState::Open && now >= self.since + self.rules.open_for {
            self.move_to(BreakerState::HalfOpen, now);
        }
        let goes = match self.state {
            BreakerState::Closed | BreakerState::Disabled => true,
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

    /// A call that went has ended at `now`, having taken `took`. True when this changed the state.
    pub fn ended(&mut self, now: Time, failed: bool, took: Span) -> bool {
        self.settle(now);
        let end = CallEnd { failed, slow: took > self.rules.slow_after };
        match self.state {
            BreakerState::Disabled | BreakerState::ForcedOpen => false,
            BreakerState::Open => {
                self.window.add(now, end);
                false
            }
            BreakerState::Closed | BreakerState::HalfOpen => {
                let counts = self.window.add(now, end);
                self.judge(now, counts)
            }
        }
    }

    /// A call that went has ended in a way that says nothing of the callee: a trial that it used may go again.
    pub fn ignored(&mut self, now: Time) {
        self.settle(now);
        if self.state == BreakerState::HalfOpen {
            self.trials_left = (self.trials_left + 1).min(self.rules.half_open_calls);
        }
    }

    /// Puts it into a state, whatever it has seen. What it has counted stays while it opens, and is forgotten otherwise.
    pub fn move_to(&mut self, state: BreakerState, now: Time) {
        if state == self.state && state != BreakerState::HalfOpen {
            return;
        }
        let window = match state {
            BreakerState::Open => None,
            BreakerState::HalfOpen => Some(Window::Calls(self.rules.half_open_calls)),
            _ => Some(self.rules.window),
        };
        if let Some(window) = window {
            self.window = CallWindow::new(window);
            self.turned_away = 0;
        }
        self.state = state;
        self.since = now;
        self.trials_left = self.rules.half_open_calls;
    }

    /// Closes it and forgets all it has counted.
    pub fn reset(&mut self, now: Time) {
        *self = Self { since: now, ..Self::new(self.rules) };
    }

    /// Half-open for too long, it has opened again.
    fn settle(&mut self, now: Time) {
        let longest = self.rules.half_open_for;
        let due = self.since + longest;
        if self.state == BreakerState::HalfOpen && !longest.is_zero() && now >= due {
            self.move_to(BreakerState::Open, due);
        }
    }

    /// How many calls there must be in its window before their rates count.
    pub fn enough(&self) -> u32 {
        match (self.state, self.rules.window) {
            (BreakerState::HalfOpen, _) => self.rules.half_open_calls,
            (_, Window::Calls(size)) => self.rules.minimum_calls.min(size),
            (_, Window::Seconds(_)) => self.rules.minimum_calls,
        }
        .max(1)
    }

    /// Opens when a rate is at its threshold or above; half-open, closes otherwise.
    fn judge(&mut self, now: Time, counts: CallCounts) -> bool {
        if counts.calls < self.enough() {
            return false;
        }
        // Compared as products of counts: a rate of exactly the threshold opens.
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
