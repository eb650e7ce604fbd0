//! The path of a request: it arrives, a proxy sends it to an instance, and its answer goes back to the caller.

use super::call_policy::CallOutcome;
use super::clients::cohort_of;
use super::hop::{Hop, NONE, Stage, mark};
use super::shedding::is_shed;
use super::work::{scaled, start};
use crate::engine::Stream;
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::fleet::State;
use crate::sim::proxy::{ALL, Destination, choose_weighted, draw};
use crate::sim::recorder::Ending;
use crate::sim::simulation::Simulation;
use crate::sim::{Cause, Pool};

impl Simulation {
    /// The next user of the open loop asks.
    #[inline(always)]
    pub(in crate::sim) fn arrive(&mut self) {
        let number = self.clients.arrivals.take();
        let luck = self.draws.request.bits(number);
        let user = Stream::from_key(luck).below(draw::USER, u64::from(self.world.clients.users)) as u32;
        self.enter(luck, user, number as u32);
    }

    /// A request enters the world; `number` is its number, in a closed loop among those of its user.
    #[inline(always)]
    pub(in crate::sim) fn enter(&mut self, luck: u64, user: u32, number: u32) {
        let kind = self.kind_of(luck);
        let cohort = self.cohort_of(user);
        let flags = if self.flagging.ever_on { self.flags_on(user, cohort, luck) } else { 0 };
        self.recorder.arrive();
        if let Some(budget) = &mut self.clients.retry_budget {
            budget.requested(self.now);
        }
        self.send_try(Hop {
            luck,
            first: self.now,
            arrived: self.now,
            parent: NONE,
            child: NONE,
            instance: NONE,
            user,
            number,
            stage: Stage::Travelling,
            service: self.world.entry,
            kind,
            cohort,
            flags,
            ..Hop::default()
        });
    }

    #[inline]
    pub(in crate::sim) fn kind_of(&self, luck: u64) -> u8 {
        let ends = &self.world.clients.kind_ends;
        if ends.is_empty() {
            return 0;
        }
        let bits = Stream::from_key(luck).bits(draw::KIND);
        ends.iter().position(|end| bits <= *end).unwrap_or(0) as u8
    }

    /// A user's cohort: always the same.
    #[inline]
    pub(in crate::sim) fn cohort_of(&self, user: u32) -> u8 {
        cohort_of(&self.world.clients.cohort_ends, self.draws.cohort, user)
    }

    /// Sends one try of a client's request and starts its timeout.
    #[inline(always)]
    pub(in crate::sim) fn send_try(&mut self, hop: Hop) {
        let slot = self.hops.add(hop);
        if let Some(lane) = self.timeouts.client_lane {
            self.start_timeout(slot, lane);
            if self.world.clients.carries_deadline {
                self.carry_deadline(slot, NONE, lane);
            }
        }
        self.send(slot);
    }

    /// A proxy chooses an instance for a hop and sends it there.
    #[inline]
    pub(in crate::sim) fn send(&mut self, slot: u32) {
        let world = &*self.world;
        let hop = &mut self.hops[slot];
        let here = usize::from(hop.service);
        let plan = &world.services[here];
        let proxies = &mut self.routing.proxies[here];
        let which = match proxies.len() {
            1 => 0,
            count => Stream::from_key(hop.luck).below(draw::PROXY, count as u64) as usize,
        };
        let proxy = &mut proxies[which];
        let mut copy_to = None;
        let way = if hop.service != world.target {
            Destination::Pool(0)
        } else if hop.is(mark::TEST | mark::MIRROR) {
            Destination::Pool(hop.pool)
        } else {
            if proxy.shed > 0 {
                let kind = &world.clients.kinds[usize::from(hop.kind)];
                if is_shed(kind, hop.luck, f64::from(proxy.shed) / 10_000.0) {
                    return self.shed_hop(slot);
                }
            }
            let route = &self.routing.routes[usize::from(proxy.route)];
            match route.only() {
                Some(pool) => Destination::Pool(pool),
                None => {
                    copy_to = route.mirror_of(hop.kind);
                    let drifts = route.drifts();
                    let kept = drifts && self.routing.kept.has(hop.user);
                    let way = route.way((hop.user, hop.cohort, hop.kind), hop.luck, self.draws.salt, kept);
                    if drifts && !kept && way == Destination::Pool(Pool::Candidate.index() as u8) {
                        self.routing.kept.add(hop.user);
                    }
                    way
                }
            }
        };
        let (aim, view) = match way {
            Destination::Pool(pool) => (pool, &mut proxy.pools[usize::from(pool)]),
            Destination::Everywhere => (0, &mut proxy.all),
        };
        let instance = if plan.proxy.weighs_hosts {
            let group = if way == Destination::Everywhere { ALL } else { usize::from(aim) };
            choose_weighted(proxy, group, plan, &self.cluster, (hop.luck, hop.user, self.now))
        } else {
            view.choose(plan.proxy.balancer, &self.cluster, hop.luck, hop.user, 0)
        };
        if instance == NONE || copy_to.is_some() || self.faults.bad_networks {
            return self.send_with_trouble(slot, aim, instance, copy_to);
        }
        hop.instance = instance;
        let place = &mut self.cluster.instances[instance as usize];
        hop.pool = place.pool;
        if !place.accepts || place.shares || world.sheds {
            return self.deliver(slot);
        }
        // The most frequent way of all, written out so that the hop and its instance are found in their tables once.
        hop.arrived = self.now;
        if place.busy >= u32::from(place.workers) {
            return if place.waiting < place.limit { self.enqueue(slot) } else { self.admit(slot) };
        }
        place.busy += 1;
        let (plain, generation) = (place.plain, hop.generation);
        let (demand, cost) = start(hop, world, &mut self.recorder, self.now);
        let factor = if plain { cost } else { cost * self.slow_or_spoil(slot) };
        let done = Event::Done { hop: slot, generation };
        self.agenda.book_inlined(self.now + scaled(demand, factor), class::WORK, done);
    }

    /// Sends a hop to the chosen instance of `aim`, where there may be none, a bad network, or a copy to send before.
    #[inline(never)]
    fn send_with_trouble(&mut self, slot: u32, aim: u8, instance: u32, copy_to: Option<(u8, u64, bool)>) {
        if let Some((pool, threshold, both)) = copy_to {
            self.mirror(slot, pool, threshold, both);
        }
        let hop = &mut self.hops[slot];
        let service = hop.service;
        if instance == NONE {
            hop.pool = aim;
            let cause = self.cause_of_no_instance(service, aim);
            return self.turn_away(slot, cause);
        }
        hop.instance = instance;
        hop.pool = self.cluster.instances[instance as usize].pool;
        if self.faults.by_service[usize::from(service)].network {
            return self.cross_bad_network(slot);
        }
        self.deliver(slot);
    }

    /// Sends a copy of a hop to another pool when its draw says so; nobody waits for the copy.
    #[inline(never)]
    fn mirror(&mut self, slot: u32, pool: u8, threshold: u64, both: bool) {
        let hop = self.hops[slot];
        if Stream::from_key(hop.luck).bits(draw::MIRROR) >= threshold {
            return;
        }
        let copy = Hop {
            parent: NONE,
            child: NONE,
            instance: NONE,
            marks: mark::MIRROR,
            pool,
            arrived: self.now,
            stage: Stage::Travelling,
            ..hop
        };
        let slot = self.hops.add(copy);
        self.send(slot);
        if both {
            let slot = self.hops.add(Hop { pool: crate::sim::Pool::Control.index() as u8, ..copy });
            self.send(slot);
        }
    }

    /// Sends a hop over a bad network: it is lost or delayed.
    #[inline(never)]
    fn cross_bad_network(&mut self, slot: u32) {
        let hop = self.hops[slot];
        let service_faults = &self.faults.by_service[usize::from(hop.service)];
        let key = self.world.services[usize::from(hop.service)].key;
        let lost = Stream::from_key(hop.luck).bits(draw::LOSS + key) < service_faults.loss;
        let delay = service_faults.delay;
        let waited_for = hop.parent != NONE || self.timeouts.client_lane.is_some();
        if lost {
            self.hops[slot].marks |= mark::LOST | mark::STRUCK;
            if !waited_for || hop.is(mark::MIRROR | mark::TEST) {
                self.turn_away(slot, Cause::Fault);
            }
            return;
        }
        if delay.is_zero() {
            return self.deliver(slot);
        }
        self.hops[slot].marks |= mark::STRUCK;
        let generation = hop.generation;
        self.agenda.book(self.now + delay, class::WORK, Event::Deliver { hop: slot, generation });
    }

    /// A hop arrives at its instance.
    #[inline(never)]
    pub(in crate::sim) fn deliver(&mut self, slot: u32) {
        let hop = &mut self.hops[slot];
        let instance = &mut self.cluster.instances[hop.instance as usize];
        if !instance.accepts {
            return self.refused(slot);
        }
        hop.arrived = self.now;
        if self.world.sheds {
            return self.deliver_unless_shed(slot);
        }
        self.admit(slot);
    }

    /// Like [`Self::deliver`], where some service sheds load.
    #[inline(never)]
    fn deliver_unless_shed(&mut self, slot: u32) {
        let hop = self.hops[slot];
        if !hop.is(mark::TEST) && self.is_overloaded_for(&hop) {
            return self.shed_hop(slot);
        }
        self.admit(slot);
    }

    /// An instance takes a hop: to a worker, into its queue, or not at all.
    #[inline(never)]
    fn admit(&mut self, slot: u32) {
        let instance = &mut self.cluster.instances[self.hops[slot].instance as usize];
        if instance.shares {
            return self.begin_shared(slot);
        }
        if instance.busy < u32::from(instance.workers) {
            instance.busy += 1;
            let plain = instance.plain;
            self.begin(slot, plain);
        } else if instance.waiting < instance.limit {
            self.enqueue(slot);
        } else {
            let cause = self.cause_of_overload(slot);
            self.turn_away(slot, cause);
        }
    }

    /// Turns a hop away at an instance that does not listen: its proxy did not know that yet.
    #[inline(never)]
    fn refused(&mut self, slot: u32) {
        let cause = self.cause_of_refusal(self.hops[slot].instance);
        self.turn_away(slot, cause);
    }

    /// Why an instance that does not listen turns a request away.
    pub(in crate::sim) fn cause_of_refusal(&self, instance: u32) -> Cause {
        let status = &self.cluster.status[instance as usize];
        match status.state {
            State::Draining | State::Stopping | State::Gone => Cause::Drained,
            State::Pulling | State::Starting | State::Running | State::BackOff | State::Broken => {
                status.crash_cause
            }
        }
    }

    /// A hop comes back without having been worked on.
    #[inline(never)]
    pub(in crate::sim) fn turn_away(&mut self, slot: u32, cause: Cause) {
        let mut hop = self.hops[slot];
        hop.doom(cause);
        hop.marks |= mark::TURNED_AWAY;
        let listens = |number: u32| {
            self.cluster.instances.get(number as usize).is_some_and(|instance| instance.accepts)
        };
        if self.world.counting.by_instance && !hop.is(mark::LOST) && listens(hop.instance) {
            self.count_at_instance(&hop);
        }
        self.count_answer(&hop);
        self.respond(slot, &hop);
    }

    /// Ends a hop: its answer goes to its caller, and its slot is freed.
    #[inline(always)]
    pub(in crate::sim) fn respond(&mut self, slot: u32, hop: &Hop) {
        self.hops.free(slot);
        if hop.is(mark::ORPHAN | mark::TEST | mark::MIRROR) {
            self.answer_to_nobody(hop);
        } else if hop.parent == NONE {
            self.answer(hop);
        } else {
            let mut began = hop.first;
            if !self.calls.races.is_empty() {
                began = self.began(hop);
                if self.copy_returned(slot, hop) {
                    return;
                }
            }
            let parent = &mut self.hops[hop.parent];
            parent.child = NONE;
            parent.marks |= hop.marks & (mark::EXPOSED | mark::WRONG | mark::SLOWED | mark::STRUCK);
            let cause = hop.is(mark::FAILS).then_some(hop.cause);
            let came = self.outcome_of(hop);
            self.returned(hop.parent, cause, came, began);
        }
    }

    /// How an answered hop ended, as its caller sees it.
    #[inline(always)]
    pub(in crate::sim) fn outcome_of(&self, hop: &Hop) -> CallOutcome {
        if !hop.is(mark::FAILS) {
            return CallOutcome::Well;
        }
        let listens = |number: u32| {
            self.cluster.instances.get(number as usize).is_some_and(|instance| instance.accepts)
        };
        CallOutcome::of(hop, listens(hop.instance))
    }

    /// Handles an answer that no caller waits for: of a test, a copy, or a client that has gone.
    #[inline(never)]
    fn answer_to_nobody(&mut self, hop: &Hop) {
        let failed = hop.is(mark::FAILS);
        if hop.is(mark::TEST) {
            self.count_test(hop.test, failed.then(|| Cause::ALL[usize::from(hop.cause)]));
        } else if hop.is(mark::MIRROR) && self.recorder.trace_sampler.is_some() {
            self.sample_try(hop, if failed { Ending::Failed } else { Ending::Succeeded }, false);
        }
        if !hop.is(mark::TEST) && !failed && hop.parent == NONE {
            let kind = &self.world.clients.kinds[usize::from(hop.kind)];
            let again = hop.is(mark::MIRROR | mark::REPEATED);
            if again && kind.writes && !kind.idempotent {
                self.recorder.doubled_writes += 1;
                if hop.is(mark::MIRROR) {
                    self.tell_of_side_effects(hop.kind);
                }
            }
        }
    }

    /// Notes the first doubled write of each kind that a mirror brings.
    #[cold]
    #[inline(never)]
    pub(in crate::sim) fn tell_of_side_effects(&mut self, kind: u8) {
        let bit = 1 << (kind & 63);
        if self.data.doubled_kinds & bit == 0 {
            self.data.doubled_kinds |= bit;
            let kinds = &self.world.scenario.clients.kinds;
            let name = kinds.get(usize::from(kind)).map_or("all", |kind| &kind.name).to_owned();
            self.note(What::SideEffects(name), "");
        }
    }
}
