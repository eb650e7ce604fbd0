//! Requests in flight, and how far the rollout is, for screens and tests.

use crate::engine::{Stream, Time};
use crate::sim::proxy::draw;
use crate::sim::request::{Hop, NONE, Stage, mark};
use crate::sim::simulation::Simulation;
use crate::sim::{Cause, CheckStatus, Pool, StepProgress};

/// What a request in flight waits for, or is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestStage {
    /// On its way, or lost on it.
    Travelling,
    /// In an instance's queue.
    Queued,
    /// Being worked on.
    Working,
    /// Holding a worker while it waits for a call that it made.
    Calling,
    /// At the client, waiting to be tried again.
    Waiting,
}

/// One try of one request at one service, now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InFlight<'a> {
    /// Tells this try from all others of the run.
    pub id: u64,
    /// Name of the service.
    pub service: &'a str,
    /// Number of the instance that has it, within its service and from 1, as facts say it.
    pub instance: Option<u32>,
    /// Index of the proxy that it came through.
    pub proxy: usize,
    /// Pool that it was sent to.
    pub pool: Pool,
    /// Who asked.
    pub user: u32,
    /// Position of its kind.
    pub kind: usize,
    /// Which try of the client, from 0.
    pub attempt: u8,
    /// When it came to the service.
    pub arrived: Time,
    /// When work on it began; without meaning before that.
    pub started: Time,
    /// What it waits for, or is doing.
    pub stage: RequestStage,
    /// Whether somebody still waits for its answer.
    pub wanted: bool,
    /// Whether a service called for it, rather than a client.
    pub called: bool,
    /// The flags that are on for it, one bit each, in the scenario's order.
    pub flags: u8,
}

impl Simulation {
    /// All requests in flight, in no particular order; those that left a queue are left out.
    pub fn in_flight(&self) -> impl Iterator<Item = InFlight<'_>> {
        self.hops.iter().filter(|(_, hop)| !hop.is(mark::LEFT)).map(|(slot, hop)| self.view_of_hop(slot, hop))
    }

    fn view_of_hop(&self, slot: u32, hop: &Hop) -> InFlight<'_> {
        let plan = &self.world.services[usize::from(hop.service)];
        let stage = match hop.stage {
            Stage::Free | Stage::Travelling => RequestStage::Travelling,
            Stage::Queued => RequestStage::Queued,
            Stage::Working => RequestStage::Working,
            Stage::Calling => RequestStage::Calling,
            Stage::Waiting => RequestStage::Waiting,
        };
        InFlight {
            id: u64::from(slot) << 32 | u64::from(hop.generation),
            service: &plan.name,
            instance: (hop.instance != NONE).then(|| self.cluster.status[hop.instance as usize].number),
            proxy: Stream::from_key(hop.luck).below(draw::PROXY, u64::from(plan.proxy.count)) as usize,
            pool: Pool::ALL[usize::from(hop.pool)],
            user: hop.user,
            kind: usize::from(hop.kind),
            attempt: hop.attempt,
            arrived: hop.arrived,
            started: hop.started,
            stage,
            wanted: !hop.is(mark::ORPHAN),
            called: hop.parent != NONE,
            flags: hop.flags,
        }
    }

    /// The instances that each proxy of a service knows as ready, in all pools, by their numbers within the service.
    pub fn known(&self, service: &str) -> Vec<Vec<u32>> {
        let Some(index) = self.position_of(service) else { return Vec::new() };
        let number = |instance: &u32| self.cluster.status[*instance as usize].number;
        self.routing.proxies[index]
            .iter()
            .map(|proxy| proxy.all.instances().iter().map(number).collect())
            .collect()
    }

    /// Which of its steps the rollout is at; `None` when nothing rolls out, or it goes back by no steps.
    pub fn progress(&self) -> Option<StepProgress> {
        self.controllers.iter().find_map(|controller| controller.progress())
    }

    /// The status of the rollout's checks and triggers; `None` when nothing rolls out.
    pub fn check_status(&self) -> Option<CheckStatus> {
        self.controllers.iter().find_map(|controller| controller.check_status())
    }

    /// Requests that failed so far, by cause in the order of [`Cause::ALL`].
    pub fn causes(&self) -> [u64; Cause::ALL.len()] {
        self.recorder.causes
    }

    pub(in crate::sim) fn position_of(&self, service: &str) -> Option<usize> {
        self.world.services.iter().position(|plan| plan.name == service)
    }
}
