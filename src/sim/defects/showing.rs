//! Where the defects of a release show now: at a request, at an instance, or at some instance.

use super::{InstanceDefects, Triggers};
use crate::sim::Pool;
use crate::sim::fleet::State;
use crate::sim::request::Hop;
use crate::sim::simulation::Simulation;

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
            factor *= then.befall(&mut self.hops[slot], &mut self.cluster.status[hop.instance as usize]);
        }
        factor
    }

    fn all_hold(&self, when: &Triggers, hop: &Hop) -> bool {
        when.of_request.iter().all(|trigger| trigger.holds(hop)) && self.all_hold_at(when, hop.instance)
    }

    /// Whether the triggers that ask nothing of a request hold at an instance.
    fn all_hold_at(&self, when: &Triggers, number: u32) -> bool {
        let cluster = &self.cluster;
        let here = (&cluster.instances[number as usize], &cluster.status[number as usize]);
        when.of_instance.iter().all(|trigger| trigger.holds(here, &cluster.running, self.now))
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
