//! Instances count their answers, and a scrape reads what they counted.

use super::InstanceMetrics;
use crate::engine::Span;
use crate::scenario::MetricsTrouble;
use crate::sim::Pool;
use crate::sim::compiled_world::PartPlan;
use crate::sim::defects::InstanceDefects;
use crate::sim::fleet::{State, purpose};
use crate::sim::request::{Hop, NONE, mark};
use crate::sim::simulation::Simulation;
use crate::telemetry::{Part, Row, SeriesId, Subject};

impl Simulation {
    /// Gives the newest instance its counters.
    pub(in crate::sim) fn add_instance_metrics(&mut self) {
        if self.world.counting.by_instance {
            let rows = vec![self.counters_of_nothing(); 1 + self.world.counting.parts.len()];
            self.scraper.instance_metrics.push(InstanceMetrics {
                rows,
                series: [Vec::new(), Vec::new()],
                found: [false; 2],
            });
        }
    }

    /// An instance's process starts: it has counted nothing.
    pub(in crate::sim) fn reset_instance_metrics(&mut self, number: u32) {
        if self.world.counting.by_instance {
            let nothing = self.counters_of_nothing();
            self.scraper.instance_metrics[number as usize].rows.fill(nothing);
        }
    }

    /// An instance counts an answer that it gives, whether or not anybody still waits for it.
    #[inline(never)]
    pub(in crate::sim) fn count_at_instance(&mut self, hop: &Hop) {
        if hop.instance == NONE {
            return;
        }
        let world = &*self.world;
        let at_target = hop.service == world.target;
        let zone = Some(self.cluster.status[hop.instance as usize].zone);
        let cohort = (!hop.is(mark::TEST)).then_some(hop.cohort);
        let counter = world.clients.kinds[usize::from(hop.kind)]
            .counter
            .filter(|_| at_target && !hop.is(mark::FAILS | mark::WRONG));
        let took = self.now.since(hop.arrived);
        let bucket = world.scenario.monitoring.buckets.iter().position(|bound| took <= *bound);
        let rows = &mut self.scraper.instance_metrics[hop.instance as usize].rows;
        for (index, row) in rows.iter_mut().enumerate() {
            let counts = match index {
                0 => true,
                _ => at_target && world.counting.parts[index - 1].has(zone, cohort, hop.kind),
            };
            if !counts {
                continue;
            }
            row.requests += 1;
            row.errors += u64::from(hop.is(mark::FAILS));
            if let Some(within) = bucket.and_then(|bucket| row.within.get_mut(bucket)) {
                *within += 1;
            }
            if let Some(counter) = counter {
                row.business[usize::from(counter)] += 1;
            }
        }
    }

    /// Scrapes every instance that listens; one that does no longer gets a staleness marker.
    pub(in crate::sim) fn scrape_instances(&mut self, late: Span) {
        let label_lost = self.faults.metrics_trouble == Some(MetricsTrouble::Unlabelled);
        for number in 0..self.cluster.instances.len() as u32 {
            let index = number as usize;
            let of_candidate = self.cluster.instances[index].service == self.world.target
                && self.cluster.status[index].pool == Pool::Candidate;
            let defects = if of_candidate { self.defects_of(number) } else { InstanceDefects::default() };
            let listens = self.cluster.instances[index].accepts && !defects.hides_metrics;
            let label = usize::from(of_candidate && (label_lost || defects.mislabels_metrics));
            if !listens && self.scraper.instance_metrics[index].found == [false; 2] {
                continue;
            }
            let lags = self.cluster.status[index].luck.child(purpose::SCRAPE);
            let visible = self.now + self.world.counting.scrape_lag.at(lags.bits(self.now.0)) + late;
            for way in 0..2 {
                let found = listens && way == label;
                let was = std::mem::replace(&mut self.scraper.instance_metrics[index].found[way], found);
                if found {
                    self.push_rows(number, way, visible);
                } else if was {
                    for series in &self.scraper.instance_metrics[index].series[way] {
                        self.scraper.store.gone(*series, self.now, visible);
                    }
                }
            }
        }
    }

    fn push_rows(&mut self, number: u32, way: usize, visible: crate::engine::Time) {
        let index = number as usize;
        if self.scraper.instance_metrics[index].series[way].is_empty() {
            self.scraper.instance_metrics[index].series[way] = self.join_series(number, way);
        }
        let mut gauges = Row::default();
        self.gauges_of(index, &mut gauges);
        let metrics = &self.scraper.instance_metrics[index];
        for (row, series) in metrics.rows.iter().zip(&metrics.series[way]) {
            let within = row.within.iter().scan(0, |sum, count| {
                *sum += count;
                Some(*sum)
            });
            let row = Row { within: within.collect(), business: row.business.clone(), ..*row };
            let Row { busy, workers, queue, ready, memory, .. } = gauges;
            let row = Row { busy, workers, queue, ready, memory, ..row };
            self.scraper.store.push(*series, self.now, visible, row);
        }
    }

    /// New series for an instance: what it is in sum, and each part that it has a share in.
    fn join_series(&mut self, number: u32, way: usize) -> Vec<SeriesId> {
        let status = &self.cluster.status[number as usize];
        let service = self.cluster.instances[number as usize].service;
        let name = || Subject::Service(self.world.services[usize::from(service)].name.clone());
        if service != self.world.target {
            return vec![self.scraper.store.join(&[(name(), None)])];
        }
        let mut subjects = vec![Subject::Target, name()];
        match (status.pool, way) {
            (Pool::Stable, _) | (Pool::Candidate, 1) => subjects.push(Subject::Baseline),
            (Pool::Candidate, _) => subjects.push(Subject::Candidate),
            (Pool::Control, _) => {}
        }
        let zone = status.zone;
        let of_part =
            |plan: &PartPlan| plan.zone.is_none_or(|wanted| wanted == zone).then(|| plan.part.clone());
        let parts: Vec<Option<Part>> = self.world.counting.parts.iter().map(of_part).collect();
        let mut join = |part: Option<&Part>, joins: bool| {
            let of = |subject: &Subject| (subject.clone(), part.cloned());
            let all: Vec<_> = if joins { subjects.iter().map(of).collect() } else { Vec::new() };
            self.scraper.store.join(&all)
        };
        let whole = join(None, true);
        let rest: Vec<SeriesId> = parts.iter().map(|part| join(part.as_ref(), part.is_some())).collect();
        std::iter::once(whole).chain(rest).collect()
    }

    /// Adds an instance's gauges to a row; an instance that is gone has none.
    pub(in crate::sim) fn gauges_of(&self, index: usize, row: &mut Row) {
        let (status, instance) = (&self.cluster.status[index], &self.cluster.instances[index]);
        if status.state == State::Gone {
            return;
        }
        row.ready += u32::from(status.ready_since.is_some());
        if instance.accepts {
            row.busy += instance.busy;
            row.workers += u32::from(instance.workers);
            row.queue += instance.waiting;
            let limit = self.world.services[usize::from(instance.service)].memory.limit_mb;
            row.memory = row.memory.max(status.memory_mb / limit);
        }
    }
}
