//! The users, compiled: their cohorts, the kinds of their requests, and how they call.

use crate::engine::{Dist, Sampler, Share, Span};
use crate::scenario::{Retries, Scenario};

/// The users and how they call.
#[derive(Clone, Debug)]
pub(in crate::sim) struct ClientPlan {
    pub users: u32,
    /// Upper ends of the cohorts' parts of the 64-bit range; empty with fewer than two.
    pub cohort_ends: Vec<u64>,
    /// The same for the kinds of requests.
    pub kind_ends: Vec<u64>,
    pub kinds: Vec<KindPlan>,
    pub timeout: Option<Span>,
    /// Answers that take longer harm their user.
    pub slow_after: Span,
    /// How long a client waits in a queue.
    pub patience: Option<Sampler>,
    pub retries: Retries,
    /// Whether a client that gives up stops the work on its request.
    pub cancels: bool,
    /// Whether a request carries the end of its timeout.
    pub carries_deadline: bool,
}

impl ClientPlan {
    /// Compiles the scenario's clients; `counters` are the names of the business counters.
    pub fn new(scenario: &Scenario, counters: &[String]) -> Self {
        let clients = &scenario.clients;
        Self {
            users: clients.users.max(1),
            cohort_ends: ends(&clients.cohort_shares()),
            kind_ends: ends(&clients.kind_shares()),
            kinds: plan_kinds(scenario, counters),
            timeout: clients.timeout,
            slow_after: clients.slow_after.unwrap_or(Span(u64::MAX)),
            patience: clients.patience.as_ref().map(Dist::sampler),
            retries: clients.retries,
            cancels: clients.cancels,
            carries_deadline: clients.carries_deadline,
        }
    }
}

/// A kind of request, compiled.
#[derive(Clone, Debug)]
pub(in crate::sim) struct KindPlan {
    pub cost: f64,
    pub value: f64,
    pub priority: u8,
    pub writes: bool,
    pub idempotent: bool,
    pub counter: Option<u8>,
    /// Its rank among all requests ordered by priority: the share of requests below it, and its own share.
    pub ranks: (f64, f64),
}

/// Upper ends of consecutive parts of the 64-bit range with these shares; empty when there is one part only.
fn ends(shares: &[Share]) -> Vec<u64> {
    if shares.len() < 2 {
        return Vec::new();
    }
    let mut sum = 0.0;
    let mut ends: Vec<u64> = shares
        .iter()
        .map(|share| {
            sum += share.fraction();
            Share::percent(sum * 100.0).threshold()
        })
        .collect();
    if let Some(last) = ends.last_mut() {
        *last = u64::MAX;
    }
    ends
}

/// Names of the business counters, in the order in which kinds name them.
pub(super) fn counters_of(scenario: &Scenario) -> Vec<String> {
    let mut counters: Vec<String> = Vec::new();
    for name in scenario.clients.kinds.iter().filter_map(|kind| kind.counts_as.as_ref()) {
        if !counters.contains(name) {
            counters.push(name.clone());
        }
    }
    counters
}

fn plan_kinds(scenario: &Scenario, counters: &[String]) -> Vec<KindPlan> {
    let mut kinds: Vec<KindPlan> = scenario
        .clients
        .kinds
        .iter()
        .map(|kind| KindPlan {
            cost: kind.cost,
            value: kind.value,
            priority: kind.priority,
            writes: kind.writes,
            idempotent: kind.idempotent,
            counter: kind
                .counts_as
                .as_ref()
                .and_then(|name| counters.iter().position(|counter| counter == name))
                .map(|index| index as u8),
            ranks: (0.0, 1.0),
        })
        .collect();
    rank(&mut kinds, &scenario.clients.kind_shares());
    if kinds.is_empty() {
        kinds.push(KindPlan {
            cost: 1.0,
            value: 0.0,
            priority: 0,
            writes: false,
            idempotent: true,
            counter: None,
            ranks: (0.0, 1.0),
        });
    }
    kinds
}

/// Ranks the kinds among all requests, those of lower priority first; kinds of one priority share a rank.
fn rank(kinds: &mut [KindPlan], shares: &[Share]) {
    let of: Vec<(u8, f64)> =
        kinds.iter().zip(shares).map(|(kind, share)| (kind.priority, share.fraction())).collect();
    for kind in kinds {
        let sum = |test: fn(u8, u8) -> bool| {
            of.iter().filter(|(rank, _)| test(*rank, kind.priority)).map(|(_, share)| share).sum::<f64>()
        };
        kind.ranks = (sum(|rank, own| rank < own), sum(|rank, own| rank == own));
    }
}
