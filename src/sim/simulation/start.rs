//! A simulation at time zero.

use std::sync::Arc;

use super::draws::Draws;
use super::{Simulation, Train};
use crate::engine::{Agenda, Time};
use crate::sim::action::Pool;
use crate::sim::budget::Meter;
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::faults::Faults;
use crate::sim::fleet::{Cluster, EVERYWHERE};
use crate::sim::fluid::Fluid;
use crate::sim::monitoring::Scraper;
use crate::sim::observation::Controller;
use crate::sim::people::{Orders, Pager};
use crate::sim::proxy::{Flagging, Routing};
use crate::sim::recorder::{Crowd, Recorder};
use crate::sim::request::{Calls, Clients, DataStore, Hops, TestTraffic, Timeouts};
use crate::sim::setup::Setup;

impl Simulation {
    /// A world without instances.
    pub(super) fn empty(
        world: CompiledWorld,
        setup: Setup,
        controllers: Vec<Box<dyn Controller>>,
        seed: u64,
    ) -> Self {
        let draws = Draws::new(seed);
        let scraper = Scraper::new(&world, &draws);
        let clients = Clients::new(&world, &draws);
        let fluid = Fluid::of(&world, &draws, &clients.users_by_cohort);
        let mut simulation = Self {
            now: Time::ZERO,
            events: 0,
            meter: Meter::new(world.budget, world.has_tables()),
            agenda: Agenda::default(),
            clients,
            fluid,
            hops: Hops::new(),
            timeouts: Timeouts::new(&world),
            calls: Calls::default(),
            tests: TestTraffic::default(),
            data: DataStore::new(&world),
            cluster: Cluster::new(&world),
            routing: Routing::new(&world),
            flagging: Flagging::default(),
            faults: Faults::new(world.services.len()),
            recorder: Recorder::new(
                world.clients.users,
                world.scenario.clients.cohorts.len(),
                scraper.series(),
                world.counting.counters.len(),
            ),
            scraper,
            pager: Pager::new(&world, setup.alerts, setup.notifications),
            orders: Orders::default(),
            train: Train::new(&world, &controllers),
            controllers,
            draws,
            world: Arc::new(world),
        };
        simulation.start_flag_clients(&setup.flags);
        if simulation.fluid.is_some() {
            let users = &simulation.clients.users_by_cohort;
            simulation.recorder.harm.crowd = Crowd::new(users);
        }
        simulation
    }

    /// Starts every service's fleet: warm, ready, and known to all proxies.
    pub(super) fn populate(&mut self) {
        for service in 0..self.world.services.len() as u8 {
            let count = self.world.services[usize::from(service)].instances;
            for _ in 0..count {
                let number = self.add_instance(service, Pool::Stable, EVERYWHERE);
                self.start_warm(number);
            }
        }
        self.cluster.populated = true;
        let target = usize::from(self.world.target);
        self.cluster.desired[Pool::Stable.index()] = self.world.services[target].instances;
        self.recorder.points.note_ready(self.cluster.ready[target], false);
        self.book_first_requests();
        self.book_ticks();
    }
}
