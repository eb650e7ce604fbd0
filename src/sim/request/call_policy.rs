//! Call policies: what may hold a call back or answer it early. These are a breaker that is forced open, and the limits, the
//! breaker, the retry budget and the cache of the caller. Each calling instance has its own state, which ends with its
//! process. Calls without a policy never come here.

mod guarding;

use super::hedge::Race;
use super::hop::{Hop, NONE, Stage, mark};
use crate::engine::{Span, Time};
use crate::scenario::Retries;
use crate::sim::compiled_world::CallPolicy;
use crate::sim::dataplane::breaker::BreakerRun;
use crate::sim::dataplane::budget::{BudgetRun, TokenBudget};
use crate::sim::dataplane::limits::Outstanding;
use std::collections::BTreeMap;

/// The calls that a hedge's extra load is a share of are those of the last so long (Finagle `RetryBudget`, 10 s).
const EXTRA_LOAD_OVER: Span = Span::from_secs(10);

/// What one calling instance keeps about one of its calls.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Caller {
    breaker: Option<BreakerRun>,
    budget: Option<BudgetRun>,
    out: Outstanding,
    /// Calls under way, as slot and generation of their hops; kept where something limits those that wait.
    calls: Vec<(u32, u32)>,
    /// What its hedges may take of their own.
    hedges: Option<TokenBudget>,
    /// Until when each answer may be used.
    cached: BTreeMap<u32, Time>,
}

impl Caller {
    fn new(plan: &CallPolicy) -> Self {
        Self {
            breaker: plan.breaker.map(BreakerRun::new),
            budget: plan.budget.as_ref().map(BudgetRun::new),
            out: Outstanding::default(),
            calls: Vec::new(),
            hedges: plan
                .hedge
                .and_then(|hedge| hedge.extra_load)
                .map(|share| TokenBudget::new(share.fraction(), 0.0, EXTRA_LOAD_OVER)),
            cached: BTreeMap::new(),
        }
    }
}

/// What the callers of all services keep about their calls.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Calls {
    /// By calling instance and position of the call; only calls with a policy are here.
    callers: BTreeMap<(u32, u8), Caller>,
    /// Caches that all instances of a service share, by service and call.
    shared_caches: BTreeMap<(u8, u8), BTreeMap<u32, Time>>,
    /// Hedged calls under way, by the hop that makes them.
    pub races: BTreeMap<u32, Race>,
    pub races_begun: u32,
    /// Services to which the target's breakers are forced open, one bit each.
    pub forced_open: u64,
}

impl Calls {
    /// Bytes held, about.
    pub fn held(&self) -> usize {
        let of = |caller: &Caller| {
            let window = caller.breaker.as_ref().map_or(0, BreakerRun::held);
            256 + window + caller.cached.len() * 32 + caller.calls.len() * 8
        };
        let shared: usize = self.shared_caches.values().map(|cache| cache.len() * 32).sum();
        self.callers.values().map(of).sum::<usize>() + shared + self.races.len() * 128
    }

    /// Forgets what an instance knew of those it called: its process has ended.
    pub fn forget_caller(&mut self, instance: u32) {
        if !self.callers.is_empty() {
            self.callers.retain(|(caller, _), _| *caller != instance);
        }
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum CallOutcome {
    /// With a good answer.
    Well,
    /// With an error.
    Failed,
    /// Its instance ended before it had answered, or the answer was lost.
    CutOff,
    /// The instance did not take the connection.
    Refused,
    /// The proxy knew no instance.
    NoInstance,
    /// Turned away by an instance without being worked on, or by the caller's own guards.
    Rejected,
    /// Not within its timeout.
    TimedOut,
}

impl CallOutcome {
    /// The outcome of an answered call. `listens` says whether its instance takes connections now.
    pub fn of(answer: &Hop, listens: bool) -> Self {
        let turned_away = answer.is(mark::TURNED_AWAY);
        if !answer.is(mark::FAILS) {
            Self::Well
        } else if answer.is(mark::LOST | mark::CRASHES) || !turned_away && answer.stage == Stage::Travelling {
            Self::CutOff
        } else if !turned_away {
            Self::Failed
        } else if answer.instance == NONE {
            Self::NoInstance
        } else if listens {
            Self::Rejected
        } else {
            Self::Refused
        }
    }

    /// Whether `policy` lets another try follow.
    pub const fn is_retried(self, policy: &Retries) -> bool {
        match self {
            Self::Well => false,
            Self::Failed => policy.on.errors,
            Self::CutOff => policy.on.reset,
            Self::Refused => policy.on.refused,
            Self::NoInstance => policy.on.no_instance,
            Self::Rejected => policy.on.unavailable,
            Self::TimedOut => policy.on_timeout,
        }
    }
}

impl BreakerRun {
    /// Whether it ignores a call that ended like this.
    fn ignores(&self, came: CallOutcome) -> bool {
        let ignored = self.rules().ignored_errors;
        match came {
            CallOutcome::Well => false,
            CallOutcome::Failed | CallOutcome::CutOff => ignored.errors,
            CallOutcome::Rejected | CallOutcome::Refused | CallOutcome::NoInstance => ignored.rejections,
            CallOutcome::TimedOut => ignored.timeouts,
        }
    }
}

/// The rank, from 0, that a uniform `unit` falls on among `keys` whose weights are `(rank + 1)^-skew`, by the law's
/// continuous form.
fn zipf(keys: u32, skew: f64, unit: f64) -> u32 {
    let ends = f64::from(keys) + 1.0;
    let place = if (skew - 1.0).abs() < 1e-9 {
        libm::exp(unit * libm::log(ends))
    } else {
        let power = 1.0 - skew;
        libm::pow(unit * (libm::pow(ends, power) - 1.0) + 1.0, 1.0 / power)
    };
    ((place - 1.0) as u32).min(keys.saturating_sub(1))
}

/// True when a try that begins after `wait` could last beyond a policy's deadline, counted from `first`.
pub(in crate::sim) fn outlasts(
    deadline: Option<Span>,
    first: Time,
    now: Time,
    wait: Span,
    timeout: Span,
) -> bool {
    deadline.is_some_and(|deadline| now + wait + timeout > first + deadline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_alike_without_skew_and_the_first_is_wanted_most_with_it() {
        assert_eq!([0.0, 0.25, 0.999].map(|unit| zipf(4, 0.0, unit)), [0, 1, 3]);
        let firsts = (0..1_000).filter(|n| zipf(1_000, 1.0, f64::from(*n) / 1_000.0) == 0).count();
        assert!((90..=110).contains(&firsts), "{firsts}");
    }
}
