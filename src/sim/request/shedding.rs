//! Load shedding: requests are turned away before they queue, on request or because an instance is overloaded. The kinds
//! of the lowest priority go first.

use super::hop::{Hop, NONE, Stage, mark};
use crate::engine::{Share, Stream, Time};
use crate::sim::Cause;
use crate::sim::compiled_world::KindPlan;
use crate::sim::dataplane::shed::scaled_trigger;
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::proxy::draw;
use crate::sim::simulation::Simulation;

/// Whether a request of a kind is among the first `share` to go.
#[inline(never)]
pub(in crate::sim) fn is_shed(kind: &KindPlan, luck: u64, share: f64) -> bool {
    let (below, width) = kind.ranks;
    below + width * Stream::from_key(luck).unit(draw::SHED) < share
}

impl Simulation {
    /// Lets the target's proxies turn a share of its requests away; each learns it after its own lag.
    pub(in crate::sim) fn shed(&mut self, share: Share, because: &str) {
        self.note(What::Shedding { share }, because);
        let basis_points = share.basis_points().min(10_000) as u16;
        self.update_proxies("shed", |proxy| Event::TakeShed { proxy, basis_points });
    }

    /// One proxy takes up how much to turn away.
    pub(in crate::sim) fn take_shed(&mut self, proxy: u16, basis_points: u16) {
        self.routing.proxies[usize::from(self.world.target)][usize::from(proxy)].shed = basis_points;
    }

    /// Forces the breaker of the target's calls to a service open, or leaves it to itself again.
    pub(in crate::sim) fn force_breaker(&mut self, to: &str, open: bool, because: &str) {
        let target = &self.world.services[usize::from(self.world.target)];
        let called = target.calls.iter().map(|call| call.to);
        let named = called.clone().find(|to_call| self.world.services[usize::from(*to_call)].name == to);
        let Some(service) = named else {
            let known: Vec<&str> =
                called.map(|service| self.world.services[usize::from(service)].name.as_str()).collect();
            let text = format!("{} does not call {to}; it calls: {}", target.name, known.join(", "));
            return self.note(What::Refused(text), because);
        };
        if open {
            self.calls.forced_open |= 1 << service;
        } else {
            self.calls.forced_open &= !(1 << service);
        }
        self.note(What::BreakerForced { to: to.to_owned(), open }, because);
    }

    /// Whether the instance that a hop arrives at is too busy to take it.
    #[inline(never)]
    pub(in crate::sim) fn is_overloaded_for(&self, hop: &Hop) -> bool {
        let Some(rules) = self.world.services[usize::from(hop.service)].shedding else { return false };
        let instance = &self.cluster.instances[hop.instance as usize];
        if let Some(longest) = rules.queue_wait
            && instance.head != NONE
            && self.now.since(self.hops[instance.head].arrived) > longest
        {
            return true;
        }
        let Some((from, all)) = rules.busy else { return false };
        let busy = f64::from(instance.busy) / f64::from(instance.workers.max(1));
        let share = scaled_trigger(busy, from.fraction(), all.fraction());
        share > 0.0 && is_shed(&self.world.clients.kinds[usize::from(hop.kind)], hop.luck, share)
    }

    /// Notes when a queue that was empty begins to fill.
    pub(in crate::sim) fn note_queue(&mut self, number: u32) {
        let index = number as usize;
        if self.cluster.emptied.len() <= index {
            self.cluster.emptied.resize(self.cluster.instances.len(), Time::ZERO);
        }
        if self.cluster.instances[index].waiting == 0 {
            self.cluster.emptied[index] = self.now;
        }
    }

    /// Whether a hop whose turn it is has waited too long. The queue has not been empty since the hop came, so the last time
    /// that it was empty still holds.
    #[inline(never)]
    pub(in crate::sim) fn has_waited_too_long(&self, slot: u32) -> bool {
        let hop = &self.hops[slot];
        let rules = self.world.services[usize::from(hop.service)].shedding;
        let Some(codel) = rules.and_then(|rules| rules.codel) else { return false };
        let emptied = self.cluster.emptied.get(hop.instance as usize).copied().unwrap_or_default();
        let stands = hop.arrived.since(emptied) > codel.interval;
        let longest = if stands { codel.target } else { codel.interval };
        !hop.is(mark::TEST) && self.now.since(hop.arrived) > longest
    }

    /// Takes a hop out of its queue; a later event of this moment turns it away, since its caller's reaction could change the
    /// queue that is being read.
    pub(in crate::sim) fn take_out(&mut self, slot: u32) {
        let hop = &mut self.hops[slot];
        hop.stage = Stage::Travelling;
        let generation = hop.generation;
        self.agenda.book(self.now, class::WORK, Event::Shed { hop: slot, generation });
    }

    /// Turns a hop away because of load shedding.
    #[inline(never)]
    pub(in crate::sim) fn shed_hop(&mut self, slot: u32) {
        self.turn_away(slot, Cause::Shed);
    }
}
