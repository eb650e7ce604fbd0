//! A world as it is put up.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::Simulation;
use crate::engine::agenda::Lane;
use crate::engine::{Agenda, Chance, Time};
use crate::scenario::Shape;
use crate::sim::action::{Pool, Route};
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::dataplane::budget::BudgetRun;
use crate::sim::event::{Event, class};
use crate::sim::faults::ServiceFaults;
use crate::sim::fleet::EVERYWHERE;
use crate::sim::monitoring::Exposures;
use crate::sim::observation::Controller;
use crate::sim::proxy::{Flagging, Proxy, RoutePlan};
use crate::sim::recorder::Recorder;
use crate::sim::request::{Arrivals, Hops};
use crate::sim::setup::Setup;
use crate::telemetry::{Alerts, Notifier, SeriesId, Store, Subject};

impl Simulation {
    pub(super) fn empty(
        world: CompiledWorld,
        setup: Setup,
        controllers: Vec<Box<dyn Controller>>,
        seed: u64,
    ) -> Self {
        let chance = Chance::new(seed);
        let services = world.services.len();
        let zones = vec![0; world.scenario.zones.len().max(1)];
        let (first_series, series) = number_series(&world);
        let mut metrics = Store::new(
            series,
            &world.scenario.monitoring.buckets,
            &world.counters,
            world.scenario.monitoring.staleness,
        );
        name_series(&world, &first_series, &mut metrics);
        if world.counts_by_instance {
            metrics.count_by_instance();
        }
        let slos = &world.scenario.slos;
        let budgets = slos.iter().map(|slo| (slo.name.clone(), 1.0 - slo.objective.fraction())).collect();
        let (think_time, loopers) = match world.shape() {
            Shape::Closed { users, think } => (Some(think.sampler()), *users as usize),
            _ => (None, 0),
        };
        let lines = world.shape().lines(world.scenario.horizon);
        let spacing = world.scenario.traffic[world.traffic].spacing;
        let arrival_draws = chance.stream("arrivals", 0);
        let arrivals = if lines.is_empty() {
            Arrivals::none(arrival_draws)
        } else {
            Arrivals::new(&lines, spacing, arrival_draws)
        };
        let target_proxies = world.services[usize::from(world.target)].proxies;
        let rows =
            if world.has_data { vec![world.releases[0].writes; world.users as usize] } else { Vec::new() };
        let first_route = RoutePlan::new(&Route::all_to(Pool::Stable), &world);
        let mut simulation = Self {
            seed,
            now: Time::ZERO,
            events: 0,
            agenda: Agenda::default(),
            arrivals,
            hops: Hops::new(),
            lanes: world.calls.lanes.iter().map(|_| Lane::default()).collect(),
            client_lane: world.client_timeout.map(|timeout| world.lane(timeout)),
            fleet: Vec::new(),
            bodies: Vec::new(),
            sharing: Vec::new(),
            proxies: world
                .services
                .iter()
                .map(|plan| vec![Proxy::new(); usize::from(plan.proxies)])
                .collect(),
            routes: vec![first_route],
            service_faults: vec![ServiceFaults::NONE; services],
            recorder: Recorder::new(
                world.users,
                world.scenario.clients.cohorts.len(),
                series,
                world.counters.len(),
            ),
            exposures: Exposures::of(if world.counts_users { world.users } else { 0 }),
            metrics,
            notifier: Notifier::new(&setup.alerts, setup.notifications, world.scenario.monitoring.group_wait),
            pages: Vec::new(),
            alerts: Alerts::new(setup.alerts, budgets),
            controllers,
            salt: chance.stream("route salt", 0).bits(0),
            flagging: Flagging::default(),
            flag_draws: chance.stream("flags", 0),
            flag_rounds: 0,
            request_draws: chance.stream("requests", 0),
            cohort_draws: chance.stream("cohorts", 0),
            test_draws: chance.stream("tests", 0),
            life_draws: chance.stream("lives", 0),
            probe_draws: chance.stream("probes", 0),
            lag_draws: chance.stream("lags", 0),
            fault_draws: chance.stream("faults", 0),
            people_draws: chance.stream("people", 0),
            scrape_draws: chance.stream("scrapes", 0),
            think_draws: chance.stream("thinking", 0),
            closed: think_time.is_some(),
            think_time,
            loop_requests: vec![0; loopers],
            populated: false,
            launched: vec![0; services],
            zone_counts: vec![[zones.clone(), zones.clone(), zones]; services],
            ready: vec![[0; 3]; services],
            restarts: vec![[0; 3]; services],
            running: [0; 3],
            replicas: world.services[usize::from(world.target)].instances,
            desired: [0; 3],
            callers: BTreeMap::new(),
            shared_caches: BTreeMap::new(),
            emptied: Vec::new(),
            races: BTreeMap::new(),
            races_begun: 0,
            client_budget: world.retries.budget.as_ref().map(BudgetRun::new),
            forced_open: 0,
            lost_zones: 0,
            schema: 1,
            doubling: 0,
            no_way_back: None,
            weights: Some([10_000, 0, 0]),
            rows,
            active_faults: Vec::new(),
            metrics_trouble: None,
            tool_trouble: None,
            rollback_failed: false,
            broken: VecDeque::new(),
            busy_crews: 0,
            breakdowns: 0,
            asks: Vec::new(),
            held_asks: Vec::new(),
            slow_asks: Vec::new(),
            commands: Vec::new(),
            acknowledged: Vec::new(),
            tests: Vec::new(),
            test_reports: Vec::new(),
            flag_changes: Vec::new(),
            updated_until: Self::never_updated(target_proxies),
            changes: 0,
            scrapes: 0,
            instance_metrics: Vec::new(),
            counted: Vec::new(),
            misplaced: None,
            first_series,
            world: Arc::new(world),
        };
        simulation.put_up_flag_clients(&setup.flags);
        simulation
    }

    /// Puts up every service's fleet: warm, ready, and known to all proxies.
    pub(super) fn populate(&mut self) {
        for service in 0..self.world.services.len() as u8 {
            let count = self.world.services[usize::from(service)].instances;
            for _ in 0..count {
                let number = self.add_instance(service, Pool::Stable, EVERYWHERE);
                self.put_up(number);
            }
        }
        self.populated = true;
        let target = usize::from(self.world.target);
        self.desired[Pool::Stable.index()] = self.world.services[target].instances;
        self.recorder.note_ready(self.ready[target], false);
        if let Some(think) = &self.think_time {
            for user in 0..self.loop_requests.len() as u32 {
                let wait = think.at(self.think_draws.bits(u64::from(user) << 32));
                self.agenda.book(Time::ZERO + wait, class::TIMER, Event::Think { user });
            }
        }
    }
}

/// The number of each service's first series, and how many series there are: the target has one for each pool.
fn number_series(world: &CompiledWorld) -> (Vec<u16>, usize) {
    let mut next = 0;
    let firsts = (0..world.services.len())
        .map(|index| {
            let first = next;
            next += if index == usize::from(world.target) { 3 } else { 1 };
            first
        })
        .collect();
    (firsts, usize::from(next) + 3 * world.parts.len())
}

fn name_series(world: &CompiledWorld, firsts: &[u16], metrics: &mut Store) {
    let target = u32::from(firsts[usize::from(world.target)]);
    metrics.name(Subject::Baseline, &[SeriesId(target)]);
    metrics.name(Subject::Candidate, &[SeriesId(target + 1)]);
    metrics.name(Subject::Control, &[SeriesId(target + 2)]);
    metrics.name(Subject::Target, &[0, 1, 2].map(|pool| SeriesId(target + pool)));
    for (plan, first) in world.services.iter().zip(firsts) {
        let first = u32::from(*first);
        let width = if first == target { 3 } else { 1 };
        let series: Vec<SeriesId> = (0..width).map(|pool| SeriesId(first + pool)).collect();
        metrics.name(Subject::Service(plan.name.clone()), &series);
    }
    // The parts come after all services, each with a series for each pool.
    let mut next = (world.services.len() + 2) as u32;
    for plan in &world.parts {
        let part = || Some(plan.part.clone());
        metrics.name_part(Subject::Baseline, part(), &[SeriesId(next)]);
        metrics.name_part(Subject::Candidate, part(), &[SeriesId(next + 1)]);
        metrics.name_part(Subject::Control, part(), &[SeriesId(next + 2)]);
        metrics.name_part(Subject::Target, part(), &[0, 1, 2].map(|pool| SeriesId(next + pool)));
        next += 3;
    }
}
