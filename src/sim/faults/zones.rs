//! Zones that are lost, and come back.

use crate::scenario::FaultKind;
use crate::sim::Cause;
use crate::sim::fleet::State;
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Position of a zone.
    pub(in crate::sim) fn zone_bit(&self, zone: &str) -> Option<u8> {
        self.world.scenario.zones.iter().position(|name| name == zone).map(|index| index as u8)
    }

    /// Whether a fault loses this zone.
    pub(super) fn loses(&self, fault: usize, zone: &str) -> bool {
        matches!(&self.world.scenario.faults[fault].what, FaultKind::ZoneLoss { zone: lost } if lost == zone)
    }

    /// All instances of a zone break.
    pub(super) fn lose_zone(&mut self, zone: &str) {
        let Some(zone) = self.zone_bit(zone) else { return };
        self.cluster.lost_zones |= 1 << zone;
        for number in 0..self.cluster.status.len() as u32 {
            let status = &self.cluster.status[number as usize];
            if status.zone != zone || matches!(status.state, State::Gone | State::Broken) {
                continue;
            }
            if status.goes() {
                self.remove(number);
            } else {
                self.go_down(number, (Cause::Fault, Cause::Fault.meaning()), State::Broken);
            }
        }
    }

    /// The broken instances of a zone start again.
    pub(super) fn regain_zone(&mut self, zone: &str) {
        let Some(zone) = self.zone_bit(zone) else { return };
        self.cluster.lost_zones &= !(1 << zone);
        for number in 0..self.cluster.status.len() as u32 {
            let status = &self.cluster.status[number as usize];
            if status.zone == zone
                && status.state == State::Broken
                && !status.awaits_repair
                && !status.awaits_place
            {
                self.revive(number);
            }
        }
    }
}
