//! Nodes are drained: their instances are evicted as far as the budget of their service allows, and others take their places.

use crate::engine::Span;
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::fleet::State;
use crate::sim::simulation::Simulation;

/// How long until an eviction that was held back is tried again (`kubectl drain`).
const AGAIN: Span = Span::from_secs(5);

impl Simulation {
    /// The nodes of these instances are drained.
    pub(super) fn drain_nodes(&mut self, fault: u16, struck: Vec<u32>) {
        self.faults.victims.entry(usize::from(fault)).or_default().extend(struck);
        self.faults.evicts.insert(fault, self.now);
        self.cluster.has_drained = true;
        self.evict(fault);
    }

    /// Evicts what the budget allows, and books another try for the rest. Without effect when the nodes are no longer drained, or another
    /// try was booked since.
    pub(in crate::sim) fn evict(&mut self, fault: u16) {
        if self.faults.evicts.get(&fault) != Some(&self.now) {
            return;
        }
        self.faults.evicts.remove(&fault);
        let Some(left) = self.faults.victims.remove(&usize::from(fault)) else { return };
        let expected = left.first().map_or(0, |number| self.expected_beside(*number));
        let mut held = Vec::new();
        for number in left {
            if !self.cluster.status[number as usize].stays() {
                continue;
            }
            if self.may_evict(number, expected) { self.evict_one(number) } else { held.push(number) }
        }
        if !held.is_empty() {
            self.faults.victims.insert(usize::from(fault), held);
            self.faults.evicts.insert(fault, self.now + AGAIN);
            self.agenda.book(self.now + AGAIN, class::LIFE, Event::Evict { fault });
        }
    }

    /// How many instances the service of this one should have: of the target as many as were asked for, of another those that stand.
    fn expected_beside(&self, number: u32) -> u32 {
        let service = self.cluster.instances[number as usize].service;
        if service == self.world.target {
            return self.cluster.desired.iter().sum();
        }
        let all = self.cluster.status.iter().zip(&self.cluster.instances);
        all.filter(|(status, of)| of.service == service && status.stays()).count() as u32
    }

    /// Whether the budget of its service, which should have `expected` instances, lets an instance go (Kubernetes `eviction.go`): what has
    /// not started yet always may, what is not ready may as long as the budget is kept (`IfHealthyBudget`), and what is ready when it is
    /// kept without it, too.
    fn may_evict(&self, number: u32, expected: u32) -> bool {
        let status = &self.cluster.status[number as usize];
        let service = usize::from(self.cluster.instances[number as usize].service);
        let Some(budget) = self.world.services[service].drain.budget else { return true };
        let ready = self.cluster.ready[service].iter().sum::<u32>();
        let least = budget.least_ready(expected);
        match status.ready_since {
            _ if status.state == State::Pulling => true,
            Some(_) => ready > least,
            None => ready >= least,
        }
    }

    fn evict_one(&mut self, number: u32) {
        let service = self.cluster.instances[number as usize].service;
        let pool = self.cluster.status[number as usize].pool;
        let name = self.world.services[usize::from(service)].name.clone();
        let what = What::Draining { service: name, pool, count: 1 };
        self.note(what, "its node is drained, and the disruption budget lets it go");
        self.drain(number);
        let called = self.cluster.status[number as usize].number;
        self.keep_number(service, pool, called);
    }
}
