//! A call is made, refused, answered from a cache, or comes back, by the policy of its caller.

use super::{CallOutcome, Caller, zipf};
use crate::engine::{Stream, Time};
use crate::scenario::Cache;
use crate::sim::Cause;
use crate::sim::compiled_world::CallPlan;
use crate::sim::dataplane::breaker::BreakerState;
use crate::sim::dataplane::limits::{Outstanding, admits};
use crate::sim::fact::What;
use crate::sim::fleet::purpose;
use crate::sim::proxy::draw;
use crate::sim::request::hop::{Hop, Stage, mark};
use crate::sim::simulation::Simulation;
use std::collections::BTreeMap;

impl Simulation {
    fn caller(&mut self, hop: &Hop, policy: u8) -> &mut Caller {
        let plan = &self.world.call_book.policies[usize::from(policy) - 1];
        self.calls.callers.entry((hop.instance, hop.call)).or_insert_with(|| Caller::new(plan))
    }

    /// Why a call may not be made now; when it may, it counts as made.
    #[inline(never)]
    pub(in crate::sim) fn refusal(&mut self, hop: &Hop, call: &CallPlan) -> Option<Cause> {
        if hop.service == self.world.target && self.calls.forced_open >> call.to & 1 == 1 {
            return Some(Cause::Breaker);
        }
        if call.policy == 0 {
            return None;
        }
        let (now, retry) = (self.now, hop.call_tries > 0);
        if !self.within_limits(hop, call, retry) {
            return Some(Cause::Breaker);
        }
        let caller = self.caller(hop, call.policy);
        if caller.breaker.as_mut().is_some_and(|breaker| !breaker.acquire(now)) {
            return Some(Cause::Breaker);
        }
        caller.out.active += 1;
        caller.out.retries += u32::from(retry);
        if let Some(budget) = &mut caller.budget
            && !retry
        {
            budget.requested(now);
        }
        if let Some(hedges) = &mut caller.hedges {
            hedges.deposit(now);
        }
        None
    }

    /// Whether a caller's limits let one more call go.
    fn within_limits(&mut self, hop: &Hop, call: &CallPlan, retry: bool) -> bool {
        let Some(limits) = self.world.call_book.policies[usize::from(call.policy) - 1].limits else {
            return true;
        };
        let pending = self.pending(hop, call.policy);
        let caller = self.caller(hop, call.policy);
        // A retry budget stands in for the limit on retries (Envoy).
        let budgeted = caller.budget.is_some().then_some(u32::MAX);
        admits(&limits, Outstanding { pending, ..caller.out }, retry, budgeted)
    }

    /// How many of a caller's calls wait at their instance for a worker.
    fn pending(&mut self, hop: &Hop, policy: u8) -> u32 {
        let mut calls = std::mem::take(&mut self.caller(hop, policy).calls);
        calls.retain(|(slot, generation)| {
            self.hops.is_live(*slot, *generation) && !self.hops[*slot].is(mark::ORPHAN)
        });
        let waits = |(slot, _): &&(u32, u32)| self.hops[*slot].stage == Stage::Queued;
        let pending = calls.iter().filter(waits).count() as u32;
        self.caller(hop, policy).calls = calls;
        pending
    }

    /// Remembers a guarded call that is made, where something limits those that wait.
    pub(in crate::sim) fn note_call(&mut self, hop: &Hop, call: &CallPlan, child: u32) {
        if self.world.call_book.policies[usize::from(call.policy) - 1].limits.is_some() {
            let generation = self.hops[child].generation;
            self.caller(hop, call.policy).calls.push((child, generation));
        }
    }

    /// Whether one more copy of a call may go, by its limits, its retry budget and what its hedge may add; it then counts as
    /// made.
    pub(in crate::sim) fn may_hedge(&mut self, hop: &Hop, call: &CallPlan) -> bool {
        if hop.service == self.world.target && self.calls.forced_open >> call.to & 1 == 1 {
            return false;
        }
        let now = self.now;
        if !self.within_limits(hop, call, true) {
            return false;
        }
        let caller = self.caller(hop, call.policy);
        let out = caller.out;
        let goes = caller.hedges.as_mut().is_none_or(|hedges| hedges.balance(now) > 0)
            && caller.budget.as_mut().is_none_or(|budget| budget.allows(now, false, out.active, out.retries));
        if goes {
            if let Some(hedges) = &mut caller.hedges {
                hedges.withdraw(now);
            }
            caller.out.active += 1;
            caller.out.retries += 1;
        }
        goes
    }

    /// A copy of a call is over while the call is not: it failed, or was let go.
    pub(in crate::sim) fn hedge_ended(&mut self, hop: &Hop, call: &CallPlan, failed: bool) {
        let caller = self.caller(hop, call.policy);
        caller.out.active = caller.out.active.saturating_sub(1);
        caller.out.retries = caller.out.retries.saturating_sub(1);
        if let Some(budget) = &mut caller.budget
            && failed
        {
            budget.ended(true, true, false);
        }
    }

    /// A guarded call that was made came back, or was given up.
    #[inline(never)]
    pub(in crate::sim) fn call_ended(&mut self, hop: &Hop, call: &CallPlan, came: CallOutcome, began: Time) {
        let failed = came != CallOutcome::Well;
        let (now, retry) = (self.now, hop.call_tries > 0);
        let cache = self.world.call_book.policies[usize::from(call.policy) - 1].cache;
        let caller = self.caller(hop, call.policy);
        caller.out.active = caller.out.active.saturating_sub(1);
        caller.out.retries = caller.out.retries.saturating_sub(u32::from(retry));
        if let Some(budget) = &mut caller.budget {
            budget.ended(failed, retry, hop.is(mark::CALL_AFTER_TIMEOUT));
        }
        if let Some(cache) = cache
            && !failed
        {
            self.cached(&cache, hop, call.policy).insert(key_of(&cache, hop), now + cache.ttl);
        }
        let caller = self.caller(hop, call.policy);
        let Some(breaker) = &mut caller.breaker else { return };
        if breaker.ignores(came) {
            return breaker.ignored(now);
        }
        if breaker.ended(now, failed, now.since(began)) {
            let open = breaker.state() == BreakerState::Open;
            let name = |service: u8| self.world.services[usize::from(service)].name.clone();
            let (service, to) = (name(hop.service), name(call.to));
            let instance = self.cluster.status[hop.instance as usize].number;
            self.note(What::BreakerMoved { service, instance, to, open }, "");
        }
    }

    /// A guarded call was cancelled: it says nothing of the callee.
    pub(in crate::sim) fn call_cancelled(&mut self, hop: &Hop, call: &CallPlan) {
        let (now, retry) = (self.now, hop.call_tries > 0);
        let caller = self.caller(hop, call.policy);
        caller.out.active = caller.out.active.saturating_sub(1);
        caller.out.retries = caller.out.retries.saturating_sub(u32::from(retry));
        if let Some(breaker) = &mut caller.breaker {
            breaker.ignored(now);
        }
    }

    /// Whether a caller's budget lets it try a call again.
    #[inline(never)]
    pub(in crate::sim) fn budget_allows(&mut self, hop: &Hop, policy: u8, timed_out: bool) -> bool {
        let now = self.now;
        let caller = self.caller(hop, policy);
        let out = caller.out;
        caller.budget.as_mut().is_none_or(|budget| budget.allows(now, timed_out, out.active, out.retries))
    }

    /// Whether the caller already has the answer to a call.
    #[inline(never)]
    pub(in crate::sim) fn is_cached(&mut self, slot: u32, policy: u8) -> bool {
        let hop = &{ self.hops[slot] };
        let Some(cache) = self.world.call_book.policies[usize::from(policy) - 1].cache else { return false };
        let now = self.now;
        // A shared cache is as full at the start as if it had been there for ever.
        let (ages, warm) = if cache.shared {
            (self.draws.cache.child(self.world.services[usize::from(hop.service)].key), true)
        } else {
            let status = &self.cluster.status[hop.instance as usize];
            (status.luck.child(purpose::CACHE), status.warm)
        };
        let key = key_of(&cache, hop);
        let known = match self.cached(&cache, hop, policy).get(&key) {
            Some(until) => now < *until,
            None if hop.is(mark::COLD) => false,
            // As if it had been asked for some time before the start.
            None => {
                let age = ages.child(u64::from(hop.call)).unit(u64::from(key));
                warm && now < Time::ZERO + cache.ttl.scaled(age)
            }
        };
        if !known && hop.is(mark::COLD) {
            self.hops[slot].marks |= mark::SLOWED;
        }
        known
    }

    /// Until when each answer of a call may be used: in the shared cache, or in the caller's own.
    fn cached(&mut self, cache: &Cache, hop: &Hop, policy: u8) -> &mut BTreeMap<u32, Time> {
        if cache.shared {
            self.calls.shared_caches.entry((hop.service, hop.call)).or_default()
        } else {
            &mut self.caller(hop, policy).cached
        }
    }
}

/// Which of a cache's keys a request asks for: its own luck says. Those of another format are others.
fn key_of(cache: &Cache, hop: &Hop) -> u32 {
    let unit = Stream::from_key(hop.luck).unit(draw::CACHE + u64::from(hop.call));
    let first = if hop.is(mark::COLD) { cache.keys } else { 0 };
    first + zipf(cache.keys, cache.skew, unit)
}
