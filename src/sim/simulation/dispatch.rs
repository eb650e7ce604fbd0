//! The only dispatch of events.

use super::Simulation;
use crate::sim::event::{Event, LifeEvent};

impl Simulation {
    #[inline(always)]
    pub(super) fn dispatch(&mut self, event: Event) {
        match event {
            Event::Done { hop, generation } => {
                if self.hops.is_live(hop, generation) {
                    self.done(hop);
                }
            }
            other => self.dispatch_rarer(other),
        }
    }

    #[inline(never)]
    fn dispatch_rarer(&mut self, event: Event) {
        match event {
            Event::Done { .. } => {}
            Event::Lane { lane } => self.lane_due(lane),
            Event::Shared { instance, generation } => {
                if self.cluster.sharing[instance as usize].generation == generation {
                    self.shared_done(instance);
                }
            }
            Event::Deliver { hop, generation } => self.if_live(hop, generation, Self::deliver),
            Event::Deadline { hop, generation } => self.if_live(hop, generation, Self::give_up),
            Event::Impatient { hop, generation } => self.if_live(hop, generation, Self::leave_queue),
            Event::Retry { hop, generation } => self.if_live(hop, generation, Self::retry),
            Event::CallAgain { hop, generation } => self.if_live(hop, generation, Self::call_again),
            Event::Shed { hop, generation } => self.if_live(hop, generation, Self::shed_hop),
            Event::Hedge { hop, generation, round } => {
                self.if_live(hop, generation, |simulation, hop| simulation.hedge(hop, round));
            }
            Event::RaceOver { hop, generation, round } => {
                self.if_live(hop, generation, |simulation, hop| simulation.race_over(hop, round));
            }
            Event::Think { user } => self.ask_again(user),
            Event::Life { instance, generation, what } => self.dispatch_life(instance, generation, what),
            Event::Endpoint { instance, proxy, ready } => self.learn(instance, proxy, ready),
            Event::HealthCheck { instance, proxy, series } => self.health_check(instance, proxy, series),
            Event::Interval { service, proxy } => self.interval(service, proxy),
            Event::Mended { instance, fault } => self.mended(instance, fault),
            Event::TakeRoute { proxy, route } => self.take_route(proxy, route),
            Event::TakeFlag { proxy, change } => self.take_flag(proxy, change),
            Event::FetchFlags { client } => self.fetch_flags(client),
            Event::TakeShed { proxy, basis_points } => self.take_shed(proxy, basis_points),
            Event::FaultBegins { fault, round } => self.fault_begins(fault, round),
            Event::FaultEnds { fault } => self.fault_ends(fault),
            Event::Evict { fault } => self.evict(fault),
            Event::Test { test } => self.send_test(test),
            Event::Effect { ask } => self.effect(ask),
            Event::Tick => self.tick(),
            Event::Settle => self.settle(),
            Event::Notify { .. }
            | Event::Escalate { .. }
            | Event::Acknowledge { .. }
            | Event::Diagnose { .. }
            | Event::Scrape
            | Event::Point
            | Event::Evaluate
            | Event::Decide => self.dispatch_watching(event),
        }
    }

    /// Handles an event about watching the world or deciding on it, and counts apart what that took.
    fn dispatch_watching(&mut self, event: Event) {
        let charged = self.meter.charged;
        match event {
            Event::Notify { group } => self.notify(group),
            Event::Escalate { page } => self.escalate(page),
            Event::Acknowledge { page } => self.acknowledge(page),
            Event::Diagnose { page } => self.diagnosed(page),
            Event::Scrape => self.scrape(),
            Event::Point => {
                self.point();
                self.watch_experiment();
            }
            Event::Evaluate => self.evaluate(),
            _ => self.decide(),
        }
        self.meter.watched.events += 1;
        self.meter.watched.charged += self.meter.charged - charged;
    }

    /// Handles an event of a hop, unless its slot belongs to another hop by now.
    #[inline(always)]
    fn if_live(&mut self, hop: u32, generation: u32, handle: impl FnOnce(&mut Self, u32)) {
        if self.hops.is_live(hop, generation) {
            handle(self, hop);
        }
    }

    /// Handles an event in the life of an instance, unless it crashed or went since the event was booked.
    fn dispatch_life(&mut self, instance: u32, generation: u32, what: LifeEvent) {
        if self.cluster.status[instance as usize].generation != generation {
            return;
        }
        match what {
            LifeEvent::Boot => self.boot(instance),
            LifeEvent::Probe(probe) => self.probe(instance, probe),
            LifeEvent::Terminate => self.terminate(instance),
            LifeEvent::Kill => self.remove(instance),
            LifeEvent::Revive => self.revive(instance),
            LifeEvent::CrashLoop => self.crash_loop_due(instance),
            LifeEvent::Breakdown { fault } => self.break_down(instance, fault),
        }
    }
}
