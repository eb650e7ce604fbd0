//! The simulation: its parts, and the three methods that run it.

mod decide;
mod dispatch;
mod draws;
mod opening;
mod spending;
mod start;
mod train;

use std::sync::Arc;

pub(super) use draws::{Draws, key_of};
pub use opening::Opening;

use super::budget::Meter;
use super::compiled_world::CompiledWorld;
use super::event::Event;
use super::fact::{RolloutPhase, What};
use super::faults::Faults;
use super::fleet::Cluster;
use super::fluid::Fluid;
use super::monitoring::Scraper;
use super::observation::Controller;
use super::people::{Orders, Pager};
use super::proxy::{Flagging, Routing};
use super::record::Leg;
use super::recorder::Recorder;
use super::request::{Calls, Clients, DataStore, Hops, TestTraffic, Timeouts};
use super::setup::{Case, Setup};
use super::twin::{Outcomes, Twin};
use crate::engine::{Agenda, Span, Time};
use crate::scenario::{Issue, Scenario};

/// A world that moves. It is a value: a clone that runs on gives the same facts as the original.
///
/// Each part is in the folder of its subject, with the methods that touch it alone. What touches several parts is a method of
/// the simulation, in a block below the part that it belongs to.
///
/// It has more than twenty fields since each is one part of the world, and what touches one part alone is a method of that part.
#[derive(Clone)]
pub struct Simulation {
    pub(super) world: Arc<CompiledWorld>,
    pub(super) draws: Draws,
    pub(super) now: Time,
    /// Events handled so far; an arrival is one.
    pub(super) events: u64,
    /// What it may take, and has taken.
    pub(super) meter: Meter,
    pub(super) agenda: Agenda<Event>,
    pub(super) clients: Clients,
    /// The requests that are drawn as counts; none in the request mode.
    pub(super) fluid: Option<Box<Fluid>>,
    pub(super) hops: Hops,
    pub(super) timeouts: Timeouts,
    pub(super) calls: Calls,
    pub(super) tests: TestTraffic,
    pub(super) data: DataStore,
    pub(super) cluster: Cluster,
    pub(super) routing: Routing,
    pub(super) flagging: Flagging,
    pub(super) faults: Faults,
    pub(super) scraper: Scraper,
    pub(super) pager: Pager,
    pub(super) orders: Orders,
    pub(super) recorder: Recorder,
    pub(super) controllers: Vec<Box<dyn Controller>>,
    train: Train,
}

/// How far the train has come.
#[derive(Clone)]
struct Train {
    /// The releases before the present one.
    past: Vec<Leg>,
    /// How many releases came to nothing but a way back.
    undone: usize,
    /// Users harmed when the present one could begin.
    harmed_before: u64,
    /// The controllers as they are at the start of each release; none where no release follows.
    controllers: Vec<Box<dyn Controller>>,
}

impl Train {
    /// Before the first release.
    fn new(world: &CompiledWorld, controllers: &[Box<dyn Controller>]) -> Self {
        let controllers = if world.train.is_empty() { Vec::new() } else { controllers.to_vec() };
        Self { past: Vec::new(), undone: 0, harmed_before: 0, controllers }
    }

    /// The position of the release that comes next.
    const fn place(&self) -> usize {
        self.past.len() + self.undone
    }

    /// How the release before the present one ended.
    fn previous(&self) -> Option<RolloutPhase> {
        self.past.last().map(|leg| match (leg.delivered, leg.rolled_back) {
            (Some(_), _) => RolloutPhase::Completed,
            (None, Some(_)) => RolloutPhase::RolledBack,
            (None, None) => RolloutPhase::Failed,
        })
    }
}

impl Simulation {
    /// A world at its start: the baseline runs and is ready, nobody has asked yet, and it is time zero.
    ///
    /// # Errors
    /// Everything wrong with the scenario, and every name in the case that it does not know.
    pub fn new(
        scenario: &Scenario,
        case: &Case,
        setup: Setup,
        controllers: Vec<Box<dyn Controller>>,
        seed: u64,
    ) -> Result<Self, Vec<Issue>> {
        let early = setup.decides_early;
        let mut simulation = Self::unmonitored(scenario, case, setup, controllers, seed)?;
        simulation.book_monitoring(early);
        Ok(simulation)
    }

    /// The same world with its own settings, in which nothing is released and nobody watches: a twin.
    pub(super) fn unreleased(scenario: &Scenario, case: &Case, seed: u64) -> Result<Self, Vec<Issue>> {
        let mut simulation = Self::unmonitored(scenario, case, Setup::default(), Vec::new(), seed)?;
        let users = simulation.clients.loop_users();
        simulation.recorder.silent = true;
        simulation.recorder.harm.be_a_twin(Outcomes::new(users));
        Ok(simulation)
    }

    fn unmonitored(
        scenario: &Scenario,
        case: &Case,
        setup: Setup,
        controllers: Vec<Box<dyn Controller>>,
        seed: u64,
    ) -> Result<Self, Vec<Issue>> {
        let world = CompiledWorld::new(&case.world(scenario), case, &setup)?;
        let mut simulation = Self::empty(world, setup, controllers, seed);
        simulation.begin_health_checking();
        simulation.populate();
        simulation.book_faults();
        Ok(simulation)
    }

    /// From here on the requests are compared with those of `twin`, which tells whom the release harmed and whom it helped.
    /// What happens is the same.
    pub fn compare_with(&mut self, twin: Arc<Twin>) {
        self.recorder.harm.compare_with(twin);
    }

    /// Handles the one thing that is due next, and moves the time to it. False, and no time passes, when nothing is due
    /// before the run ends.
    pub fn step(&mut self) -> bool {
        self.advance(self.end_from_here())
    }

    /// Handles everything due up to and at `until` (or the end of the run, when that is earlier); the time is then `until`, unless
    /// the run has used up its [budget](Self::spent).
    pub fn run_until(&mut self, until: Time) {
        self.pass(until.min(self.world.horizon));
        // Beyond the horizon each thing that happens may move the end.
        while self.now < until.min(self.end()) {
            let until = until.min(self.end());
            if !self.advance(until) {
                if self.is_spent() {
                    return;
                }
                self.now = until;
            }
        }
    }

    /// Handles everything due up to and at `until`, also beyond the horizon.
    pub(super) fn pass(&mut self, until: Time) {
        while self.advance(until) {}
        if !self.is_spent() {
            self.now = self.now.max(until);
        }
    }

    /// When the stages end in which a twin is simulated.
    pub(super) fn stage_ends(&self) -> Vec<Time> {
        let bake = self.world.bake.unwrap_or(Span::ZERO);
        let mut ends: Vec<Time> = (0..=2).map(|bakes| self.world.horizon + bake * bakes).collect();
        ends.dedup();
        ends
    }

    /// How the requests of a twin ended.
    pub(super) fn outcomes(&self) -> Outcomes {
        self.recorder.harm.outcomes()
    }

    /// Runs to its end; the time is then the end.
    pub fn run(&mut self) {
        self.run_until(self.latest_end());
    }

    #[inline(always)]
    fn advance(&mut self, until: Time) -> bool {
        let due = self.agenda.next_time();
        let arrival = self.clients.arrivals.next();
        let next = due.min(arrival);
        if next > until {
            return false;
        }
        if self.events >= self.meter.next_look && self.look_at_budget() {
            return false;
        }
        self.now = next;
        self.events = self.events.wrapping_add(1);
        if arrival < due {
            self.arrive();
        } else if let Some((_, event)) = self.agenda.pop() {
            self.dispatch(event);
        }
        true
    }

    /// Writes down a fact at the present time.
    pub(super) fn note(&mut self, what: What, because: &str) {
        self.recorder.fact(self.now, what, because);
    }
}
