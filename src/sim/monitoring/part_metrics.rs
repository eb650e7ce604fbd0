//! Metrics of parts of the target's requests, for queries about one zone, one cohort, one kind of request, or the users.

use crate::sim::request::{Hop, NONE, mark};
use crate::sim::simulation::Simulation;
use crate::telemetry::Row;

/// Pools of the target: each part has a series for each.
const POOLS: usize = 3;

impl Simulation {
    /// The first series of the first part.
    pub(in crate::sim) fn first_part(&self) -> usize {
        self.recorder.series_counts.len() - POOLS * self.world.counting.parts.len()
    }

    /// Counts an answer of the target into the parts that it belongs to. One that no instance gave has no zone.
    #[inline(never)]
    pub(in crate::sim) fn count_parts(&mut self, hop: &Hop) {
        if hop.service != self.world.target {
            return;
        }
        if self.world.counting.users {
            self.count_exposure(hop);
        }
        let zone = (hop.instance != NONE).then(|| self.cluster.status[hop.instance as usize].zone);
        let cohort = (!hop.is(mark::TEST)).then_some(hop.cohort);
        let first = self.first_part();
        for index in 0..self.world.counting.parts.len() {
            if self.world.counting.parts[index].has(zone, cohort, hop.kind) {
                let series = (first + POOLS * index) as u16 + u16::from(hop.pool);
                self.recorder.count(series, self.now.since(hop.arrived), hop.is(mark::FAILS));
                if !self.world.counting.counters.is_empty() {
                    self.count_business(series, hop);
                }
            }
        }
    }

    /// The series, of one pool, of the parts that requests of a cohort and a kind belong to, whatever their zone.
    pub(in crate::sim) fn parts_with(&self, cohort: u8, kind: u8, pool: u8) -> Vec<u16> {
        let first = self.first_part();
        let parts = self.world.counting.parts.iter().enumerate();
        let these = parts.filter(|(_, plan)| plan.has(None, Some(cohort), kind));
        these.map(|(index, _)| (first + POOLS * index) as u16 + u16::from(pool)).collect()
    }

    /// The gauges and restarts of the parts: those of the zone's instances, whatever the cohort and the kind.
    pub(in crate::sim) fn gauges_of_parts(&self, rows: &mut [Row]) {
        let first = self.first_part();
        for (index, plan) in self.world.counting.parts.iter().enumerate() {
            for (number, status) in self.cluster.status.iter().enumerate() {
                let here = plan.zone.is_none_or(|zone| status.zone == zone);
                if self.cluster.instances[number].service == self.world.target && here {
                    let row = &mut rows[first + POOLS * index + status.pool.index()];
                    row.restarts += u64::from(status.restarts);
                    self.gauges_of(number, row);
                }
            }
        }
    }

    /// Whether this is a part's series of the candidate: it is lost with the candidate's label.
    pub(in crate::sim) fn is_part_of_candidate(&self, series: usize) -> bool {
        series >= self.first_part() && (series - self.first_part()) % POOLS == 1
    }
}
