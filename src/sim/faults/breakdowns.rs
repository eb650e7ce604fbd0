//! Instances that break down by themselves, and the crews that repair them.

use crate::scenario::FaultKind;
use crate::sim::Cause;
use crate::sim::event::{Event, LifeEvent, class};
use crate::sim::fleet::{State, purpose};
use crate::sim::simulation::{Simulation, key_of};

impl Simulation {
    /// Books when an instance will break down by itself, where a fault says that its service's instances do.
    pub(in crate::sim) fn book_breakdown(&mut self, number: u32) {
        for fault in self.world.faults.clone() {
            let FaultKind::Breakdowns { service, up, .. } = &self.world.scenario.faults[fault].what else {
                continue;
            };
            let here = usize::from(self.cluster.instances[number as usize].service);
            if self.world.services[here].name == *service {
                let lasts = self.cluster.status[number as usize].life(purpose::BREAKDOWN);
                let key = key_of(&self.world.scenario.faults[fault].name);
                let wait = up.sampler().at(lasts.bits(key));
                let fault = fault as u16;
                self.book_life(number, wait, LifeEvent::Breakdown { fault });
            }
        }
    }

    /// An instance breaks down; a free crew starts to repair it at once.
    pub(in crate::sim) fn break_down(&mut self, number: u32, fault: u16) {
        let service = usize::from(self.cluster.instances[number as usize].service);
        self.faults.by_service[service].active_until = Some(self.now);
        self.go_down(number, (Cause::Fault, Cause::Fault.meaning()), State::Broken);
        self.cluster.status[number as usize].awaits_repair = true;
        self.faults.repairs.entry(fault).or_default().broken.push_back(number);
        self.dispatch_crews(fault);
    }

    /// An instance is repaired, and its crew takes the next.
    pub(in crate::sim) fn mended(&mut self, number: u32, fault: u16) {
        self.faults.repairs.entry(fault).or_default().busy_crews -= 1;
        self.cluster.status[number as usize].awaits_repair = false;
        // An instance that is repaired in a lost zone comes back with the zone.
        if self.cluster.status[number as usize].state == State::Broken
            && !self.cluster.is_in_lost_zone(number)
        {
            self.start_container(number);
            self.run_process(number);
        }
        self.dispatch_crews(fault);
    }

    fn dispatch_crews(&mut self, fault: u16) {
        let declared = self.world.scenario.faults[usize::from(fault)].clone();
        let FaultKind::Breakdowns { repair, crews, .. } = declared.what else { return };
        let repairs = self.faults.repairs.entry(fault).or_default();
        while repairs.busy_crews < crews {
            let Some(instance) = repairs.broken.pop_front() else { return };
            repairs.busy_crews += 1;
            let takes = self.cluster.status[instance as usize].life(purpose::REPAIR);
            let wait = repair.sampler().at(takes.bits(key_of(&declared.name)));
            self.agenda.book(self.now + wait, class::FAULT, Event::Mended { instance, fault });
        }
    }
}
