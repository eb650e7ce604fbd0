//! Terminations: what the trace sampler remembers of each instance that was asked to go.

use crate::engine::Time;
use crate::sim::Pool;
use crate::sim::simulation::Simulation;

/// How many terminations are remembered.
const KEPT: usize = 48;

/// The termination of an instance, from being asked to go until it is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Termination {
    /// Position among all instances.
    index: u32,
    /// Name of the service.
    pub service: String,
    /// Number within its service, from 1.
    pub number: u32,
    /// Pool.
    pub pool: Pool,
    /// When it was asked to go: its preStop began, and the proxies were updated.
    pub asked: Time,
    /// Requests that it had then.
    pub held_when_asked: u32,
    /// When its preStop was over and it was told to stop (SIGTERM).
    pub told: Option<Time>,
    /// Requests that it had then.
    pub held_when_told: u32,
    /// When each proxy learned of it, by the proxies' positions; those that have not are not in it.
    pub unlearned: Vec<(u16, Time)>,
    /// How many proxies stand in front of it.
    pub proxies: u32,
    /// When it was gone.
    pub gone: Option<Time>,
    /// Requests that it dropped then.
    pub dropped: u32,
}

/// A step of a termination.
pub(in crate::sim) enum TerminationStep {
    /// It was asked to go.
    Asked,
    /// It was told to stop.
    Told,
    /// A proxy has learned of it.
    Unlearned(u16),
    /// It is gone, and dropped so many requests.
    Gone(u32),
}

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
