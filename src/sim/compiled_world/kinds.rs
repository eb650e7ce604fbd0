//! Kinds of requests and shares of them, made ready.

use crate::engine::Share;
use crate::scenario::Scenario;

/// A kind of request, made ready.
#[derive(Clone, Debug)]
pub(in crate::sim) struct KindPlan {
    pub cost: f64,
    pub value: f64,
    pub priority: u8,
    pub writes: bool,
    pub idempotent: bool,
    pub counter: Option<u8>,
    /// Where it stands among all requests ordered by priority: the share below it, and its own.
    pub ranks: (f64, f64),
}

/// Upper ends of consecutive parts of the 64-bit range with these shares; empty when there is one part only.
pub(super) fn ends(shares: &[Share]) -> Vec<u64> {
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

pub(super) fn counters_of(scenario: &Scenario) -> Vec<String> {
    let mut counters: Vec<String> = Vec::new();
    for name in scenario.clients.kinds.iter().filter_map(|kind| kind.counts_as.as_ref()) {
        if !counters.contains(name) {
            counters.push(name.clone());
        }
    }
    counters
}

pub(super) fn plan_kinds(scenario: &Scenario, counters: &[String]) -> Vec<KindPlan> {
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

/// Says where each kind stands among all requests, those of lower priority first; kinds of one priority share a place.
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
