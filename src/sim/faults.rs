//! Faults: what goes wrong with the world, whatever is deployed.

use crate::engine::{Span, Time};
use crate::scenario::{FaultKind, MetricsTrouble, ToolTrouble, When};
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::fleet::State;
use crate::sim::simulation::Simulation;
use crate::sim::{Cause, Who};

/// What faults do to the requests of one service now.
#[derive(Clone, Debug)]
pub(super) struct ServiceFaults {
    /// Factor on work.
    pub latency: f64,
    /// A draw below this fails.
    pub errors: u64,
    /// Whether the network to it is bad.
    pub network: bool,
    /// A draw below this is lost on the way.
    pub loss: u64,
    /// Added on the way.
    pub delay: Span,
    /// Until when a fault strikes it; past once it is over.
    pub active_until: Option<Time>,
}

impl ServiceFaults {
    /// Nothing wrong.
    pub const NONE: Self =
        Self { latency: 1.0, errors: 0, network: false, loss: 0, delay: Span::ZERO, active_until: None };

    /// Whether work here is as always.
    pub fn is_none(&self) -> bool {
        self.latency == 1.0 && self.errors == 0
    }
}

/// Marks the rounds of faults that are let loose by hand.
const INJECTED: u32 = 1 << 31;

impl Simulation {
    /// Books the first stroke of every fault of the case.
    pub(super) fn book_faults(&mut self) {
        for fault in self.world.faults.clone() {
            let declared = &self.world.scenario.faults[fault];
            if matches!(declared.what, FaultKind::Breakdowns { .. }) {
                continue;
            }
            let draw = self.fault_draws.unit(fault as u64);
            let at = match &declared.when {
                When::At(span) => *span,
                When::Between(from, to) => *from + (*to - *from).scaled(draw),
                When::Every(gap) => gap.sampler().at(self.fault_draws.bits(fault as u64)),
            };
            let event = Event::FaultBegins { fault: fault as u16, round: 0 };
            self.agenda.book(Time::ZERO + at, class::FAULT, event);
        }
    }

    /// A fault begins.
    pub(super) fn fault_begins(&mut self, fault: u16, round: u32) {
        let declared = self.world.scenario.faults[usize::from(fault)].clone();
        self.note(What::FaultBegan(declared.name.clone()), "");
        if let When::Every(gap) = &declared.when {
            let next = self.fault_draws.bits(u64::from(fault) | u64::from(round + 1) << 16);
            let event = Event::FaultBegins { fault, round: round + 1 };
            self.agenda.book(self.now + gap.sampler().at(next), class::FAULT, event);
        }
        self.strike(fault, round);
    }

    /// A fault is let loose by hand: it strikes once, now.
    pub(super) fn inject(&mut self, who: Who, name: &str, because: &str) {
        let faults = &self.world.scenario.faults;
        let found = faults.iter().position(|fault| fault.name == name);
        let Some(fault) = found.filter(|_| who == Who::Learner) else {
            return self.note(
                What::Refused(format!("fault {name}: there is none, or it is not for the plan to ask")),
                because,
            );
        };
        if matches!(faults[fault].what, FaultKind::Breakdowns { .. }) {
            let text =
                format!("fault {name}: each instance breaks in its own time; choose it before the run");
            return self.note(What::Refused(text), because);
        }
        self.note(What::FaultBegan(name.to_owned()), because);
        // The dice of strokes by hand are others than those of booked ones.
        let round = INJECTED | self.asks.len() as u32;
        self.strike(fault as u16, round);
    }

    fn strike(&mut self, fault: u16, round: u32) {
        let declared = self.world.scenario.faults[usize::from(fault)].clone();
        if let Some(lasts) = declared.lasts {
            self.agenda.book(self.now + lasts, class::FAULT, Event::FaultEnds { fault });
        }
        if let FaultKind::Crash { service, instances } = &declared.what {
            self.crash_some(service, *instances, u64::from(fault) | u64::from(round) << 16);
        } else {
            self.active_faults.push(usize::from(fault));
            self.apply_faults();
        }
        if let FaultKind::ZoneLoss { zone } = &declared.what {
            self.lose_zone(zone);
        }
    }

    /// A fault ends.
    pub(super) fn fault_ends(&mut self, fault: u16) {
        let declared = self.world.scenario.faults[usize::from(fault)].clone();
        self.note(What::FaultEnded(declared.name.clone()), "");
        if let Some(place) = self.active_faults.iter().position(|active| *active == usize::from(fault)) {
            self.active_faults.remove(place);
        }
        self.apply_faults();
        if let FaultKind::ZoneLoss { zone } = &declared.what
            && !self.active_faults.iter().any(|active| self.loses(*active, zone))
        {
            self.regain_zone(zone);
        }
        if declared.what == FaultKind::FlagService && !self.flagging.down {
            self.tell_flag_clients();
        }
        if matches!(declared.what, FaultKind::DeployTool(_)) {
            self.release_held_asks();
        }
    }

    /// Works out what all active faults together do to each service, the monitoring and the deploy tool.
    fn apply_faults(&mut self) {
        for service_faults in &mut self.service_faults {
            let active_until = match service_faults.active_until {
                Some(Time::NEVER) => Some(self.now),
                other => other,
            };
            *service_faults = ServiceFaults { active_until, ..ServiceFaults::NONE };
        }
        self.metrics_trouble = None;
        self.flagging.down = false;
        self.tool_trouble = None;
        // A fault that strikes again before it is over is not twice as bad.
        let mut active = self.active_faults.clone();
        active.sort();
        active.dedup();
        for fault in active {
            match &self.world.scenario.faults[fault].what {
                FaultKind::Brownout { service, latency, errors } => {
                    let (latency, errors) = (*latency, errors.threshold());
                    if let Some(service_faults) = self.faults_of_service(&service.clone()) {
                        service_faults.latency *= latency;
                        service_faults.errors = service_faults.errors.max(errors);
                    }
                }
                FaultKind::Network { service, loss, delay } => {
                    let (loss, delay) = (loss.threshold(), *delay);
                    if let Some(service_faults) = self.faults_of_service(&service.clone()) {
                        service_faults.network = true;
                        service_faults.loss = service_faults.loss.max(loss);
                        service_faults.delay = service_faults.delay + delay;
                    }
                }
                FaultKind::ZoneLoss { .. } => {
                    for service_faults in &mut self.service_faults {
                        service_faults.active_until = Some(Time::NEVER);
                    }
                }
                FaultKind::Metrics(trouble) => self.metrics_trouble = Some(trouble.clone()),
                FaultKind::DeployTool(trouble) => self.tool_trouble = Some(trouble.clone()),
                FaultKind::FlagService => self.flagging.down = true,
                FaultKind::Crash { .. } | FaultKind::Breakdowns { .. } => {}
            }
        }
        for number in 0..self.fleet.len() as u32 {
            self.refresh_plain(number);
        }
    }

    fn faults_of_service(&mut self, service: &str) -> Option<&mut ServiceFaults> {
        let index = self.world.services.iter().position(|plan| plan.name == service)?;
        let service_faults = &mut self.service_faults[index];
        service_faults.active_until = Some(Time::NEVER);
        Some(service_faults)
    }

    /// Crashes instances of a service, drawn among those that run.
    fn crash_some(&mut self, service: &str, count: u32, draw: u64) {
        let Some(index) = self.world.services.iter().position(|plan| plan.name == service) else {
            return;
        };
        let running = |simulation: &Self| -> Vec<u32> {
            (0u32..)
                .zip(&simulation.bodies)
                .filter(|(number, body)| {
                    usize::from(simulation.fleet[*number as usize].service) == index
                        && body.state == State::Running
                })
                .map(|(number, _)| number)
                .collect()
        };
        self.service_faults[index].active_until = Some(self.now);
        for round in 0..count {
            let standing = running(self);
            if standing.is_empty() {
                return;
            }
            let pick = self.fault_draws.below(draw ^ u64::from(round) << 48, standing.len() as u64);
            self.crash(standing[pick as usize], Cause::Fault);
        }
    }

    pub(super) fn zone_bit(&self, zone: &str) -> Option<u8> {
        self.world.scenario.zones.iter().position(|name| name == zone).map(|index| index as u8)
    }

    /// Whether a fault loses this zone.
    fn loses(&self, fault: usize, zone: &str) -> bool {
        matches!(&self.world.scenario.faults[fault].what, FaultKind::ZoneLoss { zone: lost } if lost == zone)
    }

    fn is_lost(&self, number: u32) -> bool {
        self.lost_zones >> self.bodies[number as usize].zone & 1 == 1
    }

    fn lose_zone(&mut self, zone: &str) {
        let Some(zone) = self.zone_bit(zone) else { return };
        self.lost_zones |= 1 << zone;
        for number in 0..self.bodies.len() as u32 {
            let body = &self.bodies[number as usize];
            if body.zone != zone || matches!(body.state, State::Gone | State::Broken) {
                continue;
            }
            if body.goes() {
                self.remove(number);
            } else {
                self.go_down(number, Cause::Fault, State::Broken);
            }
        }
    }

    fn regain_zone(&mut self, zone: &str) {
        let Some(zone) = self.zone_bit(zone) else { return };
        self.lost_zones &= !(1 << zone);
        for number in 0..self.bodies.len() as u32 {
            let body = &self.bodies[number as usize];
            if body.zone == zone && body.state == State::Broken && !body.awaits_repair && !body.awaits_place {
                self.revive(number);
            }
        }
    }

    /// Books when an instance will break down by itself, where a fault says that its service's instances do.
    pub(super) fn book_breakdown(&mut self, number: u32) {
        for fault in self.world.faults.clone() {
            let FaultKind::Breakdowns { service, up, .. } = &self.world.scenario.faults[fault].what else {
                continue;
            };
            let here = usize::from(self.fleet[number as usize].service);
            if self.world.services[here].name == *service {
                let count = self.breakdowns;
                self.breakdowns += 1;
                let wait = up.sampler().at(self.fault_draws.bits(1 << 40 | count));
                let fault = fault as u16;
                self.book_life(number, wait, |instance, generation| Event::Breakdown {
                    instance,
                    fault,
                    generation,
                });
            }
        }
    }

    /// An instance breaks down: it is mended at once if a crew is free.
    pub(super) fn break_down(&mut self, number: u32, fault: u16) {
        let service = usize::from(self.fleet[number as usize].service);
        self.service_faults[service].active_until = Some(self.now);
        self.go_down(number, Cause::Fault, State::Broken);
        self.bodies[number as usize].awaits_repair = true;
        self.broken.push_back((number, fault));
        self.dispatch_crews(fault);
    }

    /// An instance is mended, and its crew takes the next.
    pub(super) fn mended(&mut self, number: u32, fault: u16) {
        self.busy_crews -= 1;
        self.bodies[number as usize].awaits_repair = false;
        // What is mended in a zone that is lost comes back with the zone.
        if self.bodies[number as usize].state == State::Broken && !self.is_lost(number) {
            self.run_process(number);
        }
        self.dispatch_crews(fault);
    }

    fn dispatch_crews(&mut self, fault: u16) {
        let FaultKind::Breakdowns { repair, crews, .. } =
            self.world.scenario.faults[usize::from(fault)].what.clone()
        else {
            return;
        };
        while self.busy_crews < crews {
            let Some((instance, fault)) = self.broken.pop_front() else { return };
            self.busy_crews += 1;
            let count = self.breakdowns;
            self.breakdowns += 1;
            let wait = repair.sampler().at(self.fault_draws.bits(1 << 41 | count));
            self.agenda.book(self.now + wait, class::FAULT, Event::Mended { instance, fault });
        }
    }

    /// Whether scrapes see nothing now.
    pub(super) fn metrics_lost(&self) -> bool {
        self.metrics_trouble == Some(MetricsTrouble::Lost)
    }

    /// How much the deploy tool delays; `None` while it does nothing at all.
    pub(super) fn tool_delay(&self) -> Option<Span> {
        match &self.tool_trouble {
            Some(ToolTrouble::Stuck) => None,
            Some(ToolTrouble::Slow(delay)) => Some(*delay),
            _ => Some(Span::ZERO),
        }
    }
}
