//! When a defect shows, and what it does then, to a request or to an instance.

use super::{InstanceDefects, InstanceTrigger, RequestEffect, Triggers};
use crate::sim::fleet::State;
use crate::sim::request::{Hop, mark};
use crate::sim::simulation::Simulation;
use crate::sim::{Cause, Pool};

impl Simulation {
    /// Applies the defects of its release to a hop: the factor on its work; the rest is marked on the hop.
    pub(in crate::sim) fn apply_defects(&mut self, slot: u32) -> f64 {
        let hop = self.hops[slot];
        let defects = &self.world.releases[usize::from(hop.pool)].defects;
        if defects.counts_rate {
            self.cluster.status[hop.instance as usize].rate.count(self.now);
        }
        let mut factor = 1.0;
        for index in 0..defects.of_requests.len() {
            let defect = &self.world.releases[usize::from(hop.pool)].defects.of_requests[index];
            if !self.all_hold(&defect.when, &hop) {
                continue;
            }
            let then = defect.then;
            if usize::from(hop.pool) == Pool::Candidate.index() {
                self.recorder.defect_shown.get_or_insert(self.now);
            }
            let place = &mut self.hops[slot];
            match then {
                RequestEffect::Errors => place.doom(Cause::Defect),
                RequestEffect::Latency(times) => {
                    place.marks |= mark::SLOWED;
                    factor *= times;
                }
                RequestEffect::ExtraCalls { times, .. } => {
                    place.extra = place.extra.saturating_add(times);
                    place.marks |= mark::SLOWED;
                }
                RequestEffect::Leak(megabytes) => {
                    self.cluster.status[hop.instance as usize].memory_mb += megabytes;
                }
                RequestEffect::Crash => place.marks |= mark::CRASHES,
                RequestEffect::WrongAnswers => place.marks |= mark::WRONG,
                RequestEffect::ColdCache => place.marks |= mark::COLD,
            }
        }
        factor
    }

    fn all_hold(&self, when: &Triggers, hop: &Hop) -> bool {
        when.of_request.iter().all(|trigger| trigger.holds(hop)) && self.all_hold_at(when, hop.instance)
    }

    /// Whether the triggers that ask nothing of a request hold at an instance.
    fn all_hold_at(&self, when: &Triggers, number: u32) -> bool {
        when.of_instance.iter().all(|trigger| self.holds_at(*trigger, number))
    }

    fn holds_at(&self, trigger: InstanceTrigger, number: u32) -> bool {
        let status = &self.cluster.status[number as usize];
        match trigger {
            InstanceTrigger::RateOver(rate) => status.rate.per_second() > rate,
            InstanceTrigger::Busy(share) => {
                let instance = &self.cluster.instances[number as usize];
                f64::from(instance.busy) > share * f64::from(instance.workers)
            }
            InstanceTrigger::FleetAtLeast(count) => self.cluster.running[status.pool.index()] >= count,
            InstanceTrigger::UptimeOver(span) => self.now.since(status.started) > span,
            InstanceTrigger::Clock(from, until) => from <= self.now && self.now < until,
            InstanceTrigger::BothVersions => self.cluster.running[0] > 0 && self.cluster.running[1] > 0,
        }
    }

    /// What the defects of its release do to an instance now.
    pub(in crate::sim) fn defects_of(&self, number: u32) -> InstanceDefects {
        let instance = &self.cluster.instances[number as usize];
        let mut found = InstanceDefects::default();
        if instance.service == self.world.target {
            for defect in &self.world.releases[usize::from(instance.pool)].defects.of_instances {
                if self.all_hold_at(&defect.when, number) {
                    found.add(defect.then);
                }
            }
        }
        found
    }

    /// What the candidate's defects do now to what it counts in all: those without a trigger always, the others while they
    /// show at one of its running instances.
    pub(in crate::sim) fn defects_of_candidate(&self) -> InstanceDefects {
        let mut found = InstanceDefects::default();
        for defect in &self.world.releases[1].defects.of_instances {
            if defect.when.are_none() || self.shows_at_some(&defect.when) {
                found.add(defect.then);
            }
        }
        found
    }

    /// Notes it when a defect shows at one of the candidate's running instances.
    pub(in crate::sim) fn note_instance_defects(&mut self) {
        let defects = &self.world.releases[Pool::Candidate.index()].defects.of_instances;
        if self.recorder.defect_shown.is_none()
            && defects.iter().any(|defect| self.shows_at_some(&defect.when))
        {
            self.recorder.defect_shown = Some(self.now);
        }
    }

    fn shows_at_some(&self, when: &Triggers) -> bool {
        (0u32..).zip(&self.cluster.status).any(|(number, status)| {
            let instance = &self.cluster.instances[number as usize];
            let runs = status.state == State::Running && instance.pool == 1;
            runs && instance.service == self.world.target && self.all_hold_at(when, number)
        })
    }
}
