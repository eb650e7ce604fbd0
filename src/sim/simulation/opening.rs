//! The opening of a run: the world until its release may begin, in which no plan acts. All runs of a world whose plans set it up alike
//! have the same opening, and so has the world in which nothing is released. It is simulated once, and each of them goes on from a clone.

use std::sync::Arc;

use super::{Simulation, Train};
use crate::engine::Time;
use crate::scenario::{Issue, Scenario};
use crate::sim::event::Event;
use crate::sim::observation::Controller;
use crate::sim::setup::{Case, Setup};
use crate::sim::twin::{Outcomes, Twin};

/// A world just before its release may begin: one nanosecond before the controllers look for the first time.
pub struct Opening {
    world: Simulation,
    /// Whether it is that of its twin as well: the plan has set up nothing that a request has met.
    is_twins: bool,
}

impl Opening {
    /// The opening of all runs of `case` in `scenario` with `seed` whose plans set the world up as `setup` does. `controllers` are those
    /// of any of them. `None` when there is none to share: the controllers look from the start on, the release may begin at once, or
    /// requests are drawn as counts.
    ///
    /// `twin` is asked for where the plan's setup lets requests end otherwise than in the twin.
    ///
    /// # Errors
    /// As [`Simulation::new`], and those of `twin`.
    pub fn new(
        scenario: &Scenario,
        case: &Case,
        setup: &Setup,
        controllers: Vec<Box<dyn Controller>>,
        seed: u64,
        twin: &dyn Fn() -> Result<Arc<Twin>, Vec<Issue>>,
    ) -> Result<Option<Self>, Vec<Issue>> {
        let world = Simulation::new(scenario, case, setup.clone(), controllers, seed)?;
        let begins = world.world.release_at;
        if setup.decides_early
            || world.fluid.is_some()
            || begins == Time::ZERO
            || begins > world.world.horizon
        {
            return Ok(None);
        }
        let end = Time(begins.0 - 1);
        if setup.only_watches() {
            let mut world = world.clone();
            world.recorder.harm.be_a_twin(Outcomes::new(world.clients.loop_users()));
            world.pass(end);
            if setup.drain.is_none() || !world.cluster.has_drained {
                return Ok(Some(Self { world, is_twins: true }));
            }
        }
        let mut world = world;
        world.compare_with(twin()?);
        world.pass(end);
        Ok(Some(Self { world, is_twins: false }))
    }

    /// Bytes held, about.
    pub fn held(&self) -> u64 {
        self.world.held()
    }

    /// A run that has come to the end of its opening, with its plan's `controllers`, beside its `twin`: the same as if it had been
    /// simulated from its start.
    pub fn run(&self, controllers: Vec<Box<dyn Controller>>, twin: Arc<Twin>) -> Simulation {
        let mut run = self.world.clone();
        run.train = Train::new(&run.world, &controllers);
        run.controllers = controllers;
        run.compare_with(twin);
        run
    }

    /// The world in which nothing is released at the end of its opening, from the same world at its start. `None` where this opening is
    /// not its own.
    pub(in crate::sim) fn unreleased(&self, origin: &Simulation) -> Option<Simulation> {
        let here = &self.world;
        let same_lanes = here.world.call_book.lanes == origin.world.call_book.lanes;
        if !self.is_twins || !same_lanes || here.is_spent() {
            return None;
        }
        // What is watched, and who watches, is not there.
        let mut twin = origin.clone();
        twin.meter = here.meter.without_watching(here.events)?;
        twin.events = here.events - here.meter.watched.events;
        twin.now = here.now;
        twin.agenda = here.agenda.clone();
        twin.agenda.retain(|event| !event.is_watching());
        twin.clients = here.clients.clone();
        twin.hops = here.hops.clone();
        twin.timeouts = here.timeouts.clone();
        twin.calls = here.calls.clone();
        twin.data = here.data.clone();
        twin.cluster = here.cluster.clone();
        twin.routing = here.routing.clone();
        twin.flagging = here.flagging.clone();
        twin.faults = here.faults.clone();
        twin.scraper = here.scraper.emptied(&origin.scraper);
        twin.recorder.harm.be_a_twin(here.outcomes());
        if here.world.has_data != origin.world.has_data {
            for number in 0..twin.cluster.instances.len() as u32 {
                twin.refresh_plain(number);
            }
        }
        Some(twin)
    }
}

impl Event {
    /// Whether it is about watching the world, or deciding on it, and not about the world itself.
    pub(super) const fn is_watching(&self) -> bool {
        matches!(
            self,
            Self::Scrape
                | Self::Point
                | Self::Evaluate
                | Self::Decide
                | Self::Notify { .. }
                | Self::Escalate { .. }
                | Self::Acknowledge { .. }
                | Self::Diagnose { .. }
        )
    }
}

impl Setup {
    /// Whether a plan that sets this up changes nothing that a request meets while no instance is asked to go: it only watches.
    fn only_watches(&self) -> bool {
        let Self {
            probes,
            drain: _,
            balancer,
            upstream,
            shedding,
            calls,
            alerts: _,
            parts: _,
            counts_users: _,
            notifications: _,
            runbook: _,
            flags,
            flag_rules,
            decides_early,
            anti_affinity,
        } = self;
        probes.is_none()
            && balancer.is_none()
            && upstream.is_none()
            && shedding.is_none()
            && calls.is_empty()
            && flags.is_empty()
            && flag_rules.is_empty()
            && !decides_early
            && anti_affinity.is_none()
    }
}
