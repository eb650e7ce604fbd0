//! A look inside a running world, for laws that are tested and for screens that draw it. Looking changes nothing.

use super::hop::{Hop, NONE, Stage, mark};
use super::instance::State;
use super::router::draw;
use super::simulation::Simulation;
use super::{Cause, Pool, StepProgress, Watching};
use crate::engine::{Stream, Time};

/// Where a request in flight stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
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
    /// Where it stands.
    pub standing: Standing,
    /// Whether somebody still waits for its answer.
    pub wanted: bool,
    /// Whether a service called for it, rather than a client.
    pub called: bool,
    /// The flags that are on for it, one bit each, in the scenario's order.
    pub flags: u8,
}

/// An instance that is not gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standee {
    /// Number within its service, from 1.
    pub number: u32,
    /// Pool.
    pub pool: Pool,
    /// Position of its zone.
    pub zone: usize,
    /// Whether it is ready, as the control plane sees it.
    pub ready: bool,
    /// Whether it was asked to go.
    pub going: bool,
    /// Workers that hold a request.
    pub busy: u32,
    /// Requests that wait.
    pub waiting: u32,
}

impl Simulation {
    /// All requests in flight, in no particular order; those that left a queue are left out.
    pub fn in_flight(&self) -> impl Iterator<Item = InFlight<'_>> {
        self.hops.iter().filter(|(_, hop)| !hop.is(mark::LEFT)).map(|(slot, hop)| self.look_at(slot, hop))
    }

    fn look_at(&self, slot: u32, hop: &Hop) -> InFlight<'_> {
        let plan = &self.blueprint.services[usize::from(hop.service)];
        let standing = match hop.stage {
            Stage::Free | Stage::Travelling => Standing::Travelling,
            Stage::Queued => Standing::Queued,
            Stage::Working => Standing::Working,
            Stage::Calling => Standing::Calling,
            Stage::Waiting => Standing::Waiting,
        };
        InFlight {
            id: u64::from(slot) << 32 | u64::from(hop.generation),
            service: &plan.name,
            instance: (hop.instance != NONE).then(|| self.bodies[hop.instance as usize].number),
            proxy: Stream::from_key(hop.luck).below(draw::PROXY, u64::from(plan.proxies)) as usize,
            pool: Pool::ALL[usize::from(hop.pool)],
            user: hop.user,
            kind: usize::from(hop.kind),
            attempt: hop.attempt,
            arrived: hop.arrived,
            started: hop.started,
            standing,
            wanted: !hop.is(mark::ORPHAN),
            called: hop.parent != NONE,
            flags: hop.flags,
        }
    }

    /// The instances that each proxy of a service knows as ready, in all pools, by their numbers within the service.
    pub fn known(&self, service: &str) -> Vec<Vec<u32>> {
        let Some(index) = self.position_of(service) else { return Vec::new() };
        let number = |instance: &u32| self.bodies[*instance as usize].number;
        self.proxies[index].iter().map(|proxy| proxy.all.instances().iter().map(number).collect()).collect()
    }

    /// The instances of a service that are not gone, oldest first.
    pub fn standing(&self, service: &str) -> Vec<Standee> {
        let Some(index) = self.position_of(service) else { return Vec::new() };
        let here =
            self.bodies.iter().zip(&self.fleet).filter(|(body, instance)| {
                usize::from(instance.service) == index && body.state != State::Gone
            });
        here.map(|(body, instance)| Standee {
            number: body.number,
            pool: body.pool,
            zone: usize::from(body.zone),
            ready: body.ready_since.is_some(),
            going: body.goes(),
            busy: instance.busy,
            waiting: instance.waiting,
        })
        .collect()
    }

    /// Which of its steps the rollout is at; `None` when nothing rolls out, or it goes back by no steps.
    pub fn progress(&self) -> Option<StepProgress> {
        self.controllers.iter().find_map(|controller| controller.progress())
    }

    /// How the checks and triggers of the rollout stand; `None` when nothing rolls out.
    pub fn watching(&self) -> Option<Watching> {
        self.controllers.iter().find_map(|controller| controller.watching())
    }

    /// Requests that failed so far for a cause.
    pub fn failed_for(&self, cause: Cause) -> u64 {
        self.recorder.causes[cause as usize]
    }

    pub(super) fn position_of(&self, service: &str) -> Option<usize> {
        self.blueprint.services.iter().position(|plan| plan.name == service)
    }
}
