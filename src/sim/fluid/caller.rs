//! A service that calls others: what its calls come to for requests of each kind, and which load they bring.

use super::allowances::Allowances;
use super::calls::{Answers, CallEnd, Called, Made, Rule, call, chain, waits};
use super::lengths::Lengths;
use super::waiting::coarse;
use crate::engine::{Stream, Time};
use crate::sim::compiled_world::{CallPlan, CompiledWorld};

/// Draws that the share of a call is counted in.
const ALL_DRAWS: f64 = 9_007_199_254_740_992.0;

/// What all calls of a request of one kind come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    pub ends: Vec<CallEnd>,
    /// How long they hold its worker.
    pub all: Lengths,
    /// By call: what it comes to, and the share of requests that comes to it.
    pub called: Vec<Called>,
    pub reach: Vec<f64>,
}

/// A service with its calls.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub service: u8,
    pub plans: Vec<CallPlan>,
    /// By call: how it is made, but for what changes, and the callers' budgets.
    rules: Vec<Rule>,
    budgets: Vec<Option<Allowances>>,
    non_idempotent: Vec<bool>,
    /// By kind; empty while nothing is known.
    pub chains: Vec<Chain>,
    /// By kind: requests in a tick that come to the calls.
    pub begins: Vec<f64>,
}

impl Caller {
    /// The target of a world and the services that it needs, each before those that it calls; none where it needs none.
    /// `luck` is that of the callers' budgets.
    pub fn all(world: &CompiledWorld, luck: Stream) -> Vec<Self> {
        let mut order = Vec::new();
        if world.services[usize::from(world.target)].calls.is_empty() {
            return Vec::new();
        }
        callees_first(world, world.target, &mut order);
        order.reverse();
        let of = |service: &u8| {
            let plans = world.services[usize::from(*service)].calls.clone();
            let retries = |plan: &CallPlan| world.call_book.retry_plans[usize::from(plan.retry)];
            let rule = |plan: &CallPlan| Rule {
                timeout: retries(plan).timeout,
                waits: waits(&retries(plan).retries),
                on_timeout: retries(plan).retries.on_timeout,
                allowed: 1.0,
                held_back: 0.0,
            };
            Self {
                service: *service,
                rules: plans.iter().map(rule).collect(),
                budgets: (0u64..)
                    .zip(&plans)
                    .map(|(call, plan)| {
                        let luck = luck.child(u64::from(*service)).child(call);
                        Allowances::of(retries(plan).retries.budget.as_ref(), luck)
                    })
                    .collect(),
                non_idempotent: plans.iter().map(|plan| retries(plan).retries.non_idempotent).collect(),
                plans,
                chains: Vec::new(),
                begins: vec![0.0; world.clients.kinds.len()],
            }
        };
        order.iter().map(of).collect()
    }

    /// Asks the budgets of its calls what `callers` instances may try again in this tick; true when that is other than before.
    pub fn renew_budgets(&mut self, now: Time, callers: f64) -> bool {
        let mut changed = false;
        for (index, budget) in self.budgets.iter_mut().enumerate() {
            let Some(budget) = budget else { continue };
            let of = |what: &dyn Fn(&Called) -> f64| {
                let each = self.begins.iter().zip(&self.chains);
                each.map(|(begins, chain)| begins * chain.reach[index] * what(&chain.called[index]))
                    .sum::<f64>()
            };
            let allowed = coarse(budget.allows(now, of(&|_| 1.0), of(&|called| called.wanted), callers));
            changed |= allowed != self.rules[index].allowed;
            self.rules[index].allowed = allowed;
        }
        changed
    }

    /// Holds back the calls to services in `open`, one bit each; true when those are others than before.
    pub fn hold_back(&mut self, open: u64) -> bool {
        let mut changed = false;
        for (rule, plan) in self.rules.iter_mut().zip(&self.plans) {
            let held_back = if open >> (plan.to & 63) & 1 == 1 { 1.0 } else { 0.0 };
            changed |= held_back != rule.held_back;
            rule.held_back = held_back;
        }
        changed
    }

    /// Computes what the calls of each kind come to, where the services answer so, by service and kind.
    pub fn renew(&mut self, world: &CompiledWorld, answers: &[Vec<Answers>]) {
        let of_kind = |kind: usize| {
            let idempotent = world.clients.kinds[kind].idempotent;
            let called: Vec<Called> = (0..self.plans.len())
                .map(|index| {
                    let mut rule = self.rules[index].clone();
                    if !idempotent && !self.non_idempotent[index] {
                        rule.waits.clear();
                    }
                    let answers = answers[usize::from(self.plans[index].to)].get(kind);
                    answers.map(|answers| call(&rule, answers)).unwrap_or_default()
                })
                .collect();
            let made = self.plans.iter().zip(&called);
            let made: Vec<Made<'_>> = made
                .map(|(plan, called)| Made {
                    by: plan.made_by as f64 / ALL_DRAWS,
                    required: plan.required,
                    called,
                })
                .collect();
            let (ends, reach) = chain(&made);
            let all = Lengths::mix(ends.iter().map(|end| (end.share, &end.lengths)));
            Chain { ends, all, called, reach }
        };
        self.chains = (0..world.clients.kinds.len()).map(of_kind).collect();
    }
}

/// Puts the services that can be reached from one into order, each after those that it calls. There are no circles.
fn callees_first(world: &CompiledWorld, service: u8, order: &mut Vec<u8>) {
    if !order.contains(&service) {
        for call in &world.services[usize::from(service)].calls {
            callees_first(world, call.to, order);
        }
        order.push(service);
    }
}
