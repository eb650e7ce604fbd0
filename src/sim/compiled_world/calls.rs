//! Calls between services, compiled. The hot path copies a small struct; policies and retry rules are kept apart.

use super::names::position;
use crate::engine::{Share, Span, draws_of};
use crate::scenario::{Breaker, Cache, Call, Hedge, Limits, Retries, RetryBudget, Scenario};

/// Timeout of a call that a defect adds to a service not called otherwise (Envoy route timeout).
const ADDED_CALL_TIMEOUT: Span = Span::from_secs(15);

/// A call, compiled. It is copied at every hop, so it is kept small.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) struct CallPlan {
    pub to: u8,
    /// How many of the draws make it, see [`draws_of`].
    pub made_by: u64,
    pub lane: u8,
    pub required: bool,
    pub cancels: bool,
    pub carries_deadline: bool,
    /// Number of its policy; 0 for none.
    pub policy: u8,
    /// Position of its retry rules in [`CallBook::retry_plans`].
    pub retry: u8,
}

/// How long a caller waits for a call, and whether it tries again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sim) struct RetryPlan {
    pub retries: Retries,
    pub timeout: Span,
}

/// The policy of a call, compiled: what may hold it back or answer it early.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::sim) struct CallPolicy {
    pub breaker: Option<Breaker>,
    pub limits: Option<Limits>,
    pub budget: Option<RetryBudget>,
    pub cache: Option<Cache>,
    pub hedge: Option<Hedge>,
}

/// What calls have in common, each kept once and known by its position.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct CallBook {
    /// Delays of the timeout lanes.
    pub lanes: Vec<Span>,
    /// Policies, by number from 1; see [`CallPlan::policy`].
    pub policies: Vec<CallPolicy>,
    /// Retry rules; see [`CallPlan::retry`].
    pub retry_plans: Vec<RetryPlan>,
}

impl CallBook {
    /// Compiles a call.
    pub fn plan(&mut self, scenario: &Scenario, call: &Call) -> CallPlan {
        let policy = CallPolicy {
            breaker: call.breaker,
            limits: call.limits,
            budget: call.retries.budget,
            cache: call.cache,
            hedge: call.hedge,
        };
        let retry_plan = RetryPlan { retries: call.retries, timeout: call.timeout };
        CallPlan {
            to: position(scenario, &call.to),
            made_by: draws_of(call.share),
            lane: self.lane_of(call.timeout),
            required: call.required,
            cancels: call.cancels,
            carries_deadline: call.carries_deadline,
            policy: if policy == CallPolicy::default() {
                0
            } else {
                place_of(&mut self.policies, policy) + 1
            },
            retry: place_of(&mut self.retry_plans, retry_plan),
        }
    }

    /// A call that every request makes, is needed, and is not tried again.
    pub fn plain(&mut self, to: u8, timeout: Span) -> CallPlan {
        let retry_plan = RetryPlan { retries: Retries::default(), timeout };
        CallPlan {
            to,
            made_by: draws_of(Share::ALL),
            lane: self.lane_of(timeout),
            required: true,
            cancels: false,
            carries_deadline: false,
            policy: 0,
            retry: place_of(&mut self.retry_plans, retry_plan),
        }
    }

    /// The lane of a timeout; it is made when there is none.
    pub fn lane_of(&mut self, delay: Span) -> u8 {
        place_of(&mut self.lanes, delay)
    }
}

/// Where an item is in a list; it is put at the end when it is not there.
fn place_of<T: PartialEq>(list: &mut Vec<T>, item: T) -> u8 {
    let place = list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    });
    u8::try_from(place).unwrap_or(u8::MAX)
}

/// What a call that a defect adds is compiled with.
pub(in crate::sim) struct AddedCalls<'a> {
    /// The target's own calls.
    pub calls: Vec<CallPlan>,
    /// What calls have in common.
    pub book: &'a mut CallBook,
}

impl AddedCalls<'_> {
    /// A call to `to`, made by every request: as the target makes it otherwise, or else with the default timeout.
    pub fn plan(&mut self, scenario: &Scenario, to: &str) -> CallPlan {
        let to = position(scenario, to);
        let known = self.calls.iter().find(|call| call.to == to).copied();
        let call = known.unwrap_or_else(|| self.book.plain(to, ADDED_CALL_TIMEOUT));
        CallPlan { made_by: draws_of(Share::ALL), ..call }
    }
}
