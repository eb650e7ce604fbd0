//! Clients that try again: which share of the failed tries, after how long, and what of that their budget allows.
//!
//! A try again is as independent of the one before as the same class of requests is from one request to the next: it is dealt out anew, over
//! the pools as well unless its route keeps a user in one.

use std::collections::BTreeMap;

use super::allowance::Allowance;
use super::calls::waits;
use super::law::Law;
use super::lengths::Lengths;
use crate::engine::Span;
use crate::scenario::Retries;
use crate::sim::compiled_world::CompiledWorld;

/// A share of failed tries, and how long after its first try each of them is tried again.
type Goes = (f64, Lengths);

/// How the clients try again.
#[derive(Clone, Debug)]
pub(super) struct Again {
    policy: Retries,
    timeout: Span,
    /// The waits before each retry.
    waits: Vec<Lengths>,
    /// By kind, whether it may be tried twice.
    kinds: Vec<bool>,
    budget: Option<Allowance>,
    /// The share of what is wanted that the budget allows in this tick.
    pub allowed: f64,
    /// Tries again that were wanted in the last tick.
    pub wanted: f64,
    /// By number of the try and class: what was before it since the first.
    pub before: Vec<Lengths>,
    /// By number of the try and class: which share of tries that were turned away is tried again.
    pub turned: Vec<f64>,
    /// By what was before, the law of the try, its number, and whether it was given up: what was computed so far.
    known: BTreeMap<(u64, u32, usize, bool), Goes>,
}

impl Again {
    /// The clients of a world with so many classes.
    pub fn new(world: &CompiledWorld, classes: usize) -> Self {
        let policy = world.clients.retries;
        let kinds = world.clients.kinds.iter().map(|kind| policy.non_idempotent || kind.idempotent);
        let tries = usize::from(policy.limit) + 1;
        Self {
            waits: waits(&policy),
            timeout: world.clients.timeout.unwrap_or(Span::ZERO),
            kinds: kinds.collect(),
            budget: Allowance::of(policy.budget.as_ref()),
            allowed: 1.0,
            wanted: 0.0,
            before: vec![Lengths::default(); tries * classes],
            turned: vec![0.0; tries * classes],
            known: BTreeMap::new(),
            policy,
        }
    }

    /// Tries of a request at most.
    pub fn tries(&self) -> usize {
        self.waits.len() + 1
    }

    /// What was before a try since the first.
    pub fn before(&self, place: usize) -> &Lengths {
        &self.before[place]
    }

    /// Which share of tries that were turned away is tried again, if the budget allows it.
    pub fn after_turned(&self, place: usize) -> f64 {
        self.turned[place]
    }

    /// Asks the budget what it allows of a tick that brings so many requests.
    pub fn ask(&mut self, requests: f64) {
        let wanted = std::mem::take(&mut self.wanted);
        self.allowed = self.budget.as_mut().map_or(1.0, |budget| budget.allows(requests, wanted));
    }

    /// Forgets what was computed by laws that are no more.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// Which share of a kind's failed tries is tried again, and how long after the first: try `number` from 0, of this law where it was
    /// worked on.
    pub fn goes(
        &mut self,
        (number, kind): (usize, u8),
        before: &Lengths,
        (base, law): (u32, Option<&Law>),
        late: bool,
    ) -> Goes {
        let wait = match self.waits.get(number) {
            Some(wait) if self.kinds[usize::from(kind)] && (self.policy.on_timeout || !late) => wait,
            _ => return Goes::default(),
        };
        let key = (before.key(), base, number, late);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let took = match law {
            _ if late => Lengths::fixed(self.timeout),
            Some(law) => law.answered(),
            None => Lengths::default(),
        };
        let after = before.plus(&took).plus(wait);
        let goes = match self.policy.deadline {
            None => (1.0, after),
            Some(deadline) if deadline.0 < self.timeout.0 => Goes::default(),
            Some(deadline) => {
                let (share, within, _) = after.cut(Span(deadline.0 - self.timeout.0));
                (share, within)
            }
        };
        self.known.insert(key, goes.clone());
        goes
    }
}
