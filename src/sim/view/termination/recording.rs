//! The steps of a termination are remembered while the trace sampler is on.

use super::{Termination, TerminationStep};
use crate::sim::simulation::Simulation;

/// How many terminations are remembered.
const KEPT: usize = 48;

impl Simulation {
    /// The last instances that were asked to go, oldest first. Empty while the trace sampler is off.
    pub fn terminations(&self) -> &[Termination] {
        self.recorder.trace_sampler.as_ref().map_or(&[], |sampler| &sampler.terminations)
    }

    /// Remembers a step of an instance's termination, while the trace sampler is on.
    pub(in crate::sim) fn record_termination(&mut self, number: u32, what: &TerminationStep) {
        let Some(sampler) = &mut self.recorder.trace_sampler else { return };
        let now = self.now;
        let instance = &self.cluster.instances[number as usize];
        let held = instance.load();
        if matches!(what, TerminationStep::Asked) {
            let service = usize::from(instance.service);
            let status = &self.cluster.status[number as usize];
            if sampler.terminations.len() == KEPT {
                sampler.terminations.remove(0);
            }
            sampler.terminations.push(Termination {
                index: number,
                service: self.world.services[service].name.clone(),
                number: status.number,
                pool: status.pool,
                asked: now,
                held_when_asked: held,
                told: None,
                held_when_told: 0,
                unlearned: Vec::new(),
                proxies: self.routing.proxies[service].len() as u32,
                gone: None,
                dropped: 0,
            });
            return;
        }
        let Some(termination) = sampler.terminations.iter_mut().rev().find(|one| one.index == number) else {
            return;
        };
        match *what {
            TerminationStep::Asked => {}
            TerminationStep::Told => (termination.told, termination.held_when_told) = (Some(now), held),
            TerminationStep::Unlearned(proxy) => termination.unlearned.push((proxy, now)),
            TerminationStep::Gone(dropped) => (termination.gone, termination.dropped) = (Some(now), dropped),
        }
    }
}
