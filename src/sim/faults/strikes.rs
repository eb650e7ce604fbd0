//! Faults strike, last, and are over.

use super::experiments::BookedEnd;
use super::{InstanceFaults, ServiceFaults};
use crate::engine::{Stream, Time};
use crate::scenario::{FaultKind, When};
use crate::sim::event::{Event, class};
use crate::sim::experiment::ExperimentFact;
use crate::sim::fact::What;
use crate::sim::fleet::{State, purpose};
use crate::sim::simulation::{Simulation, key_of};
use crate::sim::twin::Injected;
use crate::sim::{Cause, Who};

/// What the draws of one fault are for.
/// When it first strikes, between two times.
const FIRST: u64 = 0;
/// How long until it strikes again, by strike.
const GAP: u64 = 1;
/// Which instances crash, by strike.
const VICTIMS: u64 = 2;
/// Which instances crash, by the time of a strike by hand.
const VICTIMS_BY_HAND: u64 = 3;

impl Simulation {
    /// Books the first occurrence of every fault of the case.
    pub(in crate::sim) fn book_faults(&mut self) {
        for fault in self.world.faults.clone() {
            let declared = &self.world.scenario.faults[fault];
            if declared.what.strikes_one_by_one() {
                continue;
            }
            let draws = self.draws_of_fault(fault);
            let at = match &declared.when {
                When::At(span) => *span,
                When::Between(from, to) => *from + (*to - *from).scaled(draws.unit(FIRST)),
                When::Every(gap) => gap.sampler().at(draws.child(GAP).bits(0)),
            };
            let event = Event::FaultBegins { fault: fault as u16, round: 0 };
            self.agenda.book(Time::ZERO + at, class::FAULT, event);
        }
    }

    /// A fault begins.
    pub(in crate::sim) fn fault_begins(&mut self, fault: u16, round: u32) {
        let declared = self.world.scenario.faults[usize::from(fault)].clone();
        self.note(What::FaultBegan(declared.name.clone()), "");
        if let When::Every(gap) = &declared.when {
            let next = self.draws_of_fault(usize::from(fault)).child(GAP).bits(u64::from(round + 1));
            let event = Event::FaultBegins { fault, round: round + 1 };
            self.agenda.book(self.now + gap.sampler().at(next), class::FAULT, event);
        }
        self.strike(fault, (VICTIMS, u64::from(round)));
    }

    /// What a fault draws, found by its name.
    fn draws_of_fault(&self, fault: usize) -> Stream {
        self.draws.fault.child(key_of(&self.world.scenario.faults[fault].name))
    }

    /// Injects a fault by hand: it strikes once, now.
    pub(in crate::sim) fn inject(&mut self, who: Who, name: &str, because: &str) {
        let faults = &self.world.scenario.faults;
        let found = faults.iter().position(|fault| fault.name == name);
        let Some(fault) = found.filter(|_| who == Who::Learner) else {
            return self.note(
                What::Refused(format!("fault {name}: there is none, or it is not for the plan to ask")),
                because,
            );
        };
        if faults[fault].what.strikes_one_by_one() {
            let text =
                format!("fault {name}: each instance breaks in its own time; choose it before the run");
            return self.note(What::Refused(text), because);
        }
        self.note(What::FaultBegan(name.to_owned()), because);
        self.recorder.harm.divert(Injected { at: self.now, fault: fault as u16 });
        self.strike_by_hand(fault as u16);
    }

    /// A fault that somebody let loose strikes now.
    pub(in crate::sim) fn strike_by_hand(&mut self, fault: u16) {
        self.strike(fault, (VICTIMS_BY_HAND, self.now.0));
    }

    /// A fault strikes; `which` strike it is decides what it draws.
    fn strike(&mut self, fault: u16, which: (u64, u64)) {
        let declared = self.world.scenario.faults[usize::from(fault)].clone();
        if let Some(lasts) = declared.lasts {
            self.agenda.book(self.now + lasts, class::FAULT, Event::FaultEnds { fault });
        }
        match &declared.what {
            FaultKind::Crash { service, instances } => {
                let victims = self.draws_of_fault(usize::from(fault)).child(which.0).child(which.1);
                self.crash_some(service, *instances, victims);
            }
            FaultKind::NodeDrain { service, instances } => {
                let victims = self.draws_of_fault(usize::from(fault)).child(which.0).child(which.1);
                let struck = self.victims_of(service, *instances, victims);
                self.activate(fault);
                self.drain_nodes(fault, struck);
            }
            FaultKind::ZoneLoss { zone } => {
                self.activate(fault);
                self.lose_zone(zone);
            }
            FaultKind::Brownout { service, instances: Some(count), .. } => {
                let victims = self.draws_of_fault(usize::from(fault)).child(which.0).child(which.1);
                let struck = self.victims_of(service, *count, victims);
                self.faults.victims.entry(usize::from(fault)).or_default().extend(struck);
                self.activate(fault);
            }
            FaultKind::Breakdowns { .. }
            | FaultKind::Brownout { instances: None, .. }
            | FaultKind::Network { .. }
            | FaultKind::Metrics(_)
            | FaultKind::FlagService
            | FaultKind::DeployTool(_) => self.activate(fault),
        }
    }

    fn activate(&mut self, fault: u16) {
        self.faults.active.push(usize::from(fault));
        self.apply_faults();
    }

    /// The booked end of a fault has come.
    pub(in crate::sim) fn fault_ends(&mut self, fault: u16) {
        let name = self.world.scenario.faults[usize::from(fault)].name.clone();
        match self.faults.experiments.booked_end(fault) {
            BookedEnd::Over => return,
            BookedEnd::OfFault => self.note(What::FaultEnded(name), ""),
            BookedEnd::OfExperiment => {
                self.note(What::Experiment(ExperimentFact::Ended { fault: name, stopped: false }), "");
            }
        }
        self.lift(fault);
    }

    /// What a fault does is over.
    pub(super) fn lift(&mut self, fault: u16) {
        let declared = self.world.scenario.faults[usize::from(fault)].clone();
        if let Some(place) = self.faults.active.iter().position(|active| *active == usize::from(fault)) {
            self.faults.active.remove(place);
        }
        if !self.faults.active.contains(&usize::from(fault)) {
            self.faults.victims.remove(&usize::from(fault));
        }
        self.apply_faults();
        match &declared.what {
            FaultKind::ZoneLoss { zone } => {
                if !self.faults.active.iter().any(|active| self.loses(*active, zone)) {
                    self.regain_zone(zone);
                }
            }
            FaultKind::FlagService => {
                if !self.flagging.down {
                    self.update_flag_clients();
                }
            }
            FaultKind::DeployTool(_) => self.release_held_asks(),
            FaultKind::Crash { .. }
            | FaultKind::NodeDrain { .. }
            | FaultKind::Breakdowns { .. }
            | FaultKind::Brownout { .. }
            | FaultKind::Network { .. }
            | FaultKind::Metrics(_) => {}
        }
    }

    /// Applies all active faults together to the services, the monitoring and the deploy tool.
    fn apply_faults(&mut self) {
        for service_faults in &mut self.faults.by_service {
            let active_until = match service_faults.active_until {
                Some(Time::NEVER) => Some(self.now),
                other => other,
            };
            *service_faults = ServiceFaults { active_until, ..ServiceFaults::NONE };
        }
        self.faults.by_instance.clear();
        self.faults.metrics_trouble = None;
        self.flagging.down = false;
        self.faults.tool_trouble = None;
        // A fault that strikes again before it is over is not twice as bad.
        let mut active = self.faults.active.clone();
        active.sort();
        active.dedup();
        for fault in active {
            match &self.world.scenario.faults[fault].what {
                FaultKind::Brownout { service, instances, latency, errors } => {
                    let (alone, latency, errors) = (instances.is_some(), *latency, errors.threshold());
                    let Some(service_faults) = self.faults_of_service(&service.clone()) else { continue };
                    if !alone {
                        service_faults.latency *= latency;
                        service_faults.errors = service_faults.errors.max(errors);
                    }
                    for number in self.faults.victims.get(&fault).into_iter().flatten() {
                        let none = InstanceFaults { latency: 1.0, errors: 0 };
                        let of_instance = self.faults.by_instance.entry(*number).or_insert(none);
                        of_instance.latency *= latency;
                        of_instance.errors = of_instance.errors.max(errors);
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
                    for service_faults in &mut self.faults.by_service {
                        service_faults.active_until = Some(Time::NEVER);
                    }
                }
                FaultKind::Metrics(trouble) => self.faults.metrics_trouble = Some(trouble.clone()),
                FaultKind::DeployTool(trouble) => self.faults.tool_trouble = Some(trouble.clone()),
                FaultKind::FlagService => self.flagging.down = true,
                FaultKind::Crash { .. } | FaultKind::NodeDrain { .. } | FaultKind::Breakdowns { .. } => {}
            }
        }
        self.faults.bad_networks = self.faults.by_service.iter().any(|service_faults| service_faults.network);
        for number in 0..self.cluster.instances.len() as u32 {
            self.refresh_plain(number);
        }
    }

    fn faults_of_service(&mut self, service: &str) -> Option<&mut ServiceFaults> {
        let index = self.world.services.iter().position(|plan| plan.name == service)?;
        let service_faults = &mut self.faults.by_service[index];
        service_faults.active_until = Some(Time::NEVER);
        Some(service_faults)
    }

    /// Crashes instances of a service.
    fn crash_some(&mut self, service: &str, count: u32, victims: Stream) {
        let Some(index) = self.world.services.iter().position(|plan| plan.name == service) else {
            return;
        };
        self.faults.by_service[index].active_until = Some(self.now);
        for number in self.victims_of(service, count, victims) {
            self.crash(number, Cause::Fault);
        }
    }

    /// The instances of a service that a fault strikes: of those that run, the ones with the lowest draws. So whether an instance
    /// is hit does not depend on what else was launched, as long as fewer draw lower.
    fn victims_of(&self, service: &str, count: u32, victims: Stream) -> Vec<u32> {
        let mut standing: Vec<(u64, u32)> = (0u32..)
            .zip(&self.cluster.status)
            .filter(|(number, status)| {
                let of = usize::from(self.cluster.instances[*number as usize].service);
                self.world.services[of].name == service && status.state == State::Running
            })
            .map(|(number, status)| (victims.bits(status.luck.bits(purpose::CRASH)), number))
            .collect();
        standing.sort();
        standing.into_iter().take(count as usize).map(|(_, number)| number).collect()
    }
}
