//! Faults: what goes wrong with the world, whatever is deployed.

mod breakdowns;
mod zones;

use std::collections::VecDeque;

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
    /// Until when a fault strikes it; in the past once the fault is over.
    pub active_until: Option<Time>,
}

impl ServiceFaults {
    /// Nothing wrong.
    pub const NONE: Self =
        Self { latency: 1.0, errors: 0, network: false, loss: 0, delay: Span::ZERO, active_until: None };

    /// Whether no fault changes work here.
    pub fn is_none(&self) -> bool {
        self.latency == 1.0 && self.errors == 0
    }
}

/// The faults of a run.
#[derive(Clone, Debug)]
pub(super) struct Faults {
    /// What they do to each service.
    pub by_service: Vec<ServiceFaults>,
    /// Positions of the faults that are active, one for each time that it struck.
    active: Vec<usize>,
    pub metrics_trouble: Option<MetricsTrouble>,
    pub tool_trouble: Option<ToolTrouble>,
    /// Whether the deploy tool has failed to roll back: it does so once.
    pub rollback_failed: bool,
    /// Instances that broke down and wait for a crew, and the fault of each.
    broken: VecDeque<(u32, u16)>,
    /// Crews that repair an instance.
    busy_crews: u32,
    /// Numbers the draws of breakdowns and repairs.
    breakdowns: u64,
}

impl Faults {
    /// No faults, of so many services.
    pub fn new(services: usize) -> Self {
        Self {
            by_service: vec![ServiceFaults::NONE; services],
            active: Vec::new(),
            metrics_trouble: None,
            tool_trouble: None,
            rollback_failed: false,
            broken: VecDeque::new(),
            busy_crews: 0,
            breakdowns: 0,
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
            Some(ToolTrouble::RollbackFails) | None => Some(Span::ZERO),
        }
    }
}

/// Marks the rounds of faults that are injected by hand.
const INJECTED: u32 = 1 << 31;

impl Simulation {
    /// Books the first occurrence of every fault of the case.
    pub(super) fn book_faults(&mut self) {
        for fault in self.world.faults.clone() {
            let declared = &self.world.scenario.faults[fault];
            if declared.what.strikes_one_by_one() {
                continue;
            }
            let draw = self.draws.fault.unit(fault as u64);
            let at = match &declared.when {
                When::At(span) => *span,
                When::Between(from, to) => *from + (*to - *from).scaled(draw),
                When::Every(gap) => gap.sampler().at(self.draws.fault.bits(fault as u64)),
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
            let next = self.draws.fault.bits(u64::from(fault) | u64::from(round + 1) << 16);
            let event = Event::FaultBegins { fault, round: round + 1 };
            self.agenda.book(self.now + gap.sampler().at(next), class::FAULT, event);
        }
        self.strike(fault, round);
    }

    /// Injects a fault by hand: it strikes once, now.
    pub(super) fn inject(&mut self, who: Who, name: &str, because: &str) {
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
        // Injected faults draw from other numbers than booked ones.
        let round = INJECTED | self.orders.count() as u32;
        self.strike(fault as u16, round);
    }

    fn strike(&mut self, fault: u16, round: u32) {
        let declared = self.world.scenario.faults[usize::from(fault)].clone();
        if let Some(lasts) = declared.lasts {
            self.agenda.book(self.now + lasts, class::FAULT, Event::FaultEnds { fault });
        }
        match &declared.what {
            FaultKind::Crash { service, instances } => {
                self.crash_some(service, *instances, u64::from(fault) | u64::from(round) << 16);
            }
            FaultKind::ZoneLoss { zone } => {
                self.activate(fault);
                self.lose_zone(zone);
            }
            FaultKind::Breakdowns { .. }
            | FaultKind::Brownout { .. }
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

    /// A fault ends.
    pub(super) fn fault_ends(&mut self, fault: u16) {
        let declared = self.world.scenario.faults[usize::from(fault)].clone();
        self.note(What::FaultEnded(declared.name.clone()), "");
        if let Some(place) = self.faults.active.iter().position(|active| *active == usize::from(fault)) {
            self.faults.active.remove(place);
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
        self.faults.metrics_trouble = None;
        self.flagging.down = false;
        self.faults.tool_trouble = None;
        // A fault that strikes again before it is over is not twice as bad.
        let mut active = self.faults.active.clone();
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
                    for service_faults in &mut self.faults.by_service {
                        service_faults.active_until = Some(Time::NEVER);
                    }
                }
                FaultKind::Metrics(trouble) => self.faults.metrics_trouble = Some(trouble.clone()),
                FaultKind::DeployTool(trouble) => self.faults.tool_trouble = Some(trouble.clone()),
                FaultKind::FlagService => self.flagging.down = true,
                FaultKind::Crash { .. } | FaultKind::Breakdowns { .. } => {}
            }
        }
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

    /// Crashes instances of a service, drawn among those that run.
    fn crash_some(&mut self, service: &str, count: u32, draw: u64) {
        let Some(index) = self.world.services.iter().position(|plan| plan.name == service) else {
            return;
        };
        let running = |simulation: &Self| -> Vec<u32> {
            (0u32..)
                .zip(&simulation.cluster.status)
                .filter(|(number, status)| {
                    usize::from(simulation.cluster.instances[*number as usize].service) == index
                        && status.state == State::Running
                })
                .map(|(number, _)| number)
                .collect()
        };
        self.faults.by_service[index].active_until = Some(self.now);
        for round in 0..count {
            let standing = running(self);
            if standing.is_empty() {
                return;
            }
            let pick = self.draws.fault.below(draw ^ u64::from(round) << 48, standing.len() as u64);
            self.crash(standing[pick as usize], Cause::Fault);
        }
    }
}
