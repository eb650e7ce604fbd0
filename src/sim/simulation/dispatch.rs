//! The only dispatch of events.

use super::Simulation;
use crate::sim::Cause;
use crate::sim::event::Event;

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
            Event::Deliver { hop, generation } if self.hops.is_live(hop, generation) => self.deliver(hop),
            Event::Impatient { hop, generation } if self.hops.is_live(hop, generation) => {
                self.leave_queue(hop)
            }
            Event::Retry { hop, generation } if self.hops.is_live(hop, generation) => self.retry(hop),
            Event::CallAgain { hop, generation } if self.hops.is_live(hop, generation) => {
                self.call_again(hop)
            }
            Event::Shed { hop, generation } if self.hops.is_live(hop, generation) => self.shed_hop(hop),
            Event::Hedge { hop, generation, round } if self.hops.is_live(hop, generation) => {
                self.hedge(hop, round)
            }
            Event::RaceOver { hop, generation, round } if self.hops.is_live(hop, generation) => {
                self.race_over(hop, round)
            }
            Event::Shed { .. }
            | Event::Hedge { .. }
            | Event::RaceOver { .. }
            | Event::Deliver { .. }
            | Event::Impatient { .. }
            | Event::Retry { .. }
            | Event::CallAgain { .. } => {}
            Event::Think { user } => self.ask_again(user),
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
            Event::Test { test } => self.send_test(test),
            Event::Effect { ask } => self.effect(ask),
            Event::Notify { group } => self.notify(group),
            Event::Escalate { page } => self.escalate(page),
            Event::Acknowledge { page } => self.acknowledge(page),
            Event::Diagnose { page } => self.diagnosed(page),
            Event::Scrape => self.scrape(),
            Event::Point => self.point(),
            Event::Evaluate => self.evaluate(),
            Event::Decide => self.decide(),
            of_life => self.dispatch_life(of_life),
        }
    }

    /// Events of one instance's life; void when the instance has begun another.
    fn dispatch_life(&mut self, event: Event) {
        let (Event::Boot { instance, generation }
        | Event::Probe { instance, generation, .. }
        | Event::Terminate { instance, generation }
        | Event::Kill { instance, generation }
        | Event::Revive { instance, generation }
        | Event::Doom { instance, generation }
        | Event::Breakdown { instance, generation, .. }) = event
        else {
            return;
        };
        if self.cluster.status[instance as usize].generation != generation {
            return;
        }
        match event {
            Event::Boot { .. } => self.boot(instance),
            Event::Probe { probe, .. } => self.probe(instance, probe),
            Event::Terminate { .. } => self.terminate(instance),
            Event::Kill { .. } => self.remove(instance),
            Event::Revive { .. } => self.revive(instance),
            Event::Doom { .. } => self.crash(instance, Cause::Defect),
            Event::Breakdown { fault, .. } => self.break_down(instance, fault),
            _ => {}
        }
    }
}
