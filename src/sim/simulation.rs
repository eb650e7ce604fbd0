//! The simulation itself: what it holds, its three verbs, and the only dispatch of events.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::action::{Ask, Command, Pool, Route, Who};
use super::asks::TestRun;
use super::audience::Audience;
use super::blueprint::Blueprint;
use super::counting::Meter;
use super::dataplane::budget::BudgetRun;
use super::event::Event;
use super::fact::What;
use super::flagging::Flagging;
use super::guard::Caller;
use super::hedge::Race;
use super::hop::Hops;
use super::instance::{Body, Instance};
use super::observation::{Controller, TestReport};
use super::recorder::Recorder;
use super::router::{Proxy, RoutePlan};
use super::setup::{Case, Setup};
use super::sharing::Sharing;
use super::traffic::Arrivals;
use super::weather::Weather;
use crate::engine::agenda::Lane;
use crate::engine::{Agenda, Chance, Sampler, Stream, Time};
use crate::scenario::{Issue, MetricsTrouble, Scenario, Shape, ToolTrouble};
use crate::telemetry::{Alerts, Notifier, Row, SeriesId, Store, Subject};

/// A world that moves. It is a value: a clone run on gives the same facts as the original.
#[derive(Clone)]
pub struct Simulation {
    pub(super) blueprint: Arc<Blueprint>,
    pub(super) seed: u64,
    pub(super) now: Time,
    pub(super) events: u64,
    pub(super) agenda: Agenda<Event>,
    pub(super) arrivals: Arrivals,
    pub(super) hops: Hops,
    pub(super) lanes: Vec<Lane<(u32, u32)>>,
    pub(super) client_lane: Option<u8>,
    pub(super) fleet: Vec<Instance>,
    pub(super) bodies: Vec<Body>,
    pub(super) sharing: Vec<Sharing>,
    /// Proxies by service.
    pub(super) proxies: Vec<Vec<Proxy>>,
    pub(super) routes: Vec<RoutePlan>,
    pub(super) weather: Vec<Weather>,
    /// First series of each service; the target has one for each pool.
    pub(super) first_series: Vec<u16>,
    pub(super) recorder: Recorder,
    pub(super) audience: Audience,
    pub(super) metrics: Store,
    pub(super) alerts: Alerts,
    pub(super) notifier: Notifier,
    /// The alerts of each page so far.
    pub(super) pages: Vec<Vec<usize>>,
    pub(super) controllers: Vec<Box<dyn Controller>>,

    pub(super) salt: u64,
    pub(super) flagging: Flagging,
    pub(super) flag_draws: Stream,
    /// How often word of flags was sent.
    pub(super) flag_rounds: u64,
    pub(super) request_draws: Stream,
    pub(super) cohort_draws: Stream,
    pub(super) test_draws: Stream,
    pub(super) life_draws: Stream,
    pub(super) probe_draws: Stream,
    pub(super) lag_draws: Stream,
    pub(super) fault_draws: Stream,
    pub(super) people_draws: Stream,
    pub(super) scrape_draws: Stream,
    pub(super) think_draws: Stream,

    pub(super) closed: bool,
    pub(super) think_time: Option<Sampler>,
    /// How often each user of a closed loop has asked.
    pub(super) thoughts: Vec<u32>,

    /// Whether the fleets of the start stand.
    pub(super) populated: bool,
    /// Instances launched so far, by service.
    pub(super) launched: Vec<u32>,
    /// Instances in each zone, by service and pool.
    pub(super) zone_counts: Vec<[Vec<u32>; 3]>,
    /// Ready instances, by service and pool.
    pub(super) ready: Vec<[u32; 3]>,
    /// Restarts, by service and pool.
    pub(super) restarts: Vec<[u32; 3]>,
    /// Running instances of the target, by pool.
    pub(super) running: [u32; 3],
    /// How many instances the target is meant to have.
    pub(super) replicas: u32,
    /// Instances asked for, by pool of the target.
    pub(super) desired: [u32; 3],
    /// What each calling instance keeps about each of its guarded calls.
    pub(super) callers: BTreeMap<(u32, u8), Caller>,
    /// Caches that all instances of a service share, by service and call.
    pub(super) shared_caches: BTreeMap<(u8, u8), BTreeMap<u32, Time>>,
    /// When each instance's queue was last empty; kept where something asks.
    pub(super) emptied: Vec<Time>,
    /// Hedged calls under way, by the hop that makes them.
    pub(super) races: BTreeMap<u32, Race>,
    pub(super) races_begun: u32,
    /// What the clients' retries may take.
    pub(super) client_budget: Option<BudgetRun>,
    /// Services that the target's breakers are forced open to, one bit each.
    pub(super) forced_open: u64,
    pub(super) lost_zones: u64,
    pub(super) schema: u8,
    /// Request kinds of which a copy has done its work twice, one bit each.
    pub(super) doubling: u64,
    /// Why the baseline cannot work with the data any more, if it cannot.
    pub(super) no_way_back: Option<String>,
    /// Share of each pool as last asked of the proxies.
    pub(super) weights: Option<[u32; 3]>,
    /// Format of each user's row; empty when it does not matter.
    pub(super) rows: Vec<u8>,

    pub(super) active_faults: Vec<usize>,
    pub(super) metrics_trouble: Option<MetricsTrouble>,
    pub(super) tool_trouble: Option<ToolTrouble>,
    pub(super) rollback_failed: bool,
    pub(super) broken: VecDeque<(u32, u16)>,
    pub(super) crews_out: u32,
    pub(super) breakdowns: u64,

    pub(super) asks: Vec<Ask>,
    pub(super) held_asks: Vec<u32>,
    pub(super) slow_asks: Vec<(Time, u32)>,
    pub(super) commands: Vec<(Who, Command)>,
    pub(super) acknowledged: Vec<usize>,
    pub(super) tests: Vec<TestRun>,
    pub(super) test_reports: Vec<TestReport>,
    pub(super) flag_changes: Vec<(u8, u16)>,
    /// When each proxy of the target takes up the last word sent to it.
    pub(super) told_until: Vec<Time>,
    /// Changes of readiness, route and flag so far.
    pub(super) changes: u64,
    pub(super) scrapes: u64,
    /// What each instance counts for itself; empty unless they do.
    pub(super) meters: Vec<Meter>,
    /// What each series had counted at the last scrape.
    pub(super) counted: Vec<Row>,
    /// What the candidate counted without its label.
    pub(super) misplaced: Option<Row>,
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
        let blueprint = Blueprint::new(scenario, case, &setup)?;
        let early = setup.decides_early;
        let mut simulation = Self::empty(blueprint, setup, controllers, seed);
        simulation.begin_vigilance();
        simulation.populate();
        simulation.book_faults();
        simulation.book_watch(early);
        Ok(simulation)
    }

    fn empty(blueprint: Blueprint, setup: Setup, controllers: Vec<Box<dyn Controller>>, seed: u64) -> Self {
        let chance = Chance::new(seed);
        let services = blueprint.services.len();
        let zones = vec![0; blueprint.scenario.zones.len().max(1)];
        let (first_series, series) = number_series(&blueprint);
        let mut metrics = Store::new(
            series,
            &blueprint.scenario.monitoring.buckets,
            &blueprint.counters,
            blueprint.scenario.monitoring.staleness,
        );
        name_series(&blueprint, &first_series, &mut metrics);
        if blueprint.counts_by_instance {
            metrics.count_by_instance();
        }
        let slos = &blueprint.scenario.slos;
        let budgets = slos.iter().map(|slo| (slo.name.clone(), 1.0 - slo.objective.fraction())).collect();
        let (think_time, loopers) = match blueprint.shape() {
            Shape::Closed { users, think } => (Some(think.sampler()), *users as usize),
            _ => (None, 0),
        };
        let lines = blueprint.shape().lines(blueprint.scenario.horizon);
        let spacing = blueprint.scenario.traffic[blueprint.traffic].spacing;
        let arrival_draws = chance.stream("arrivals", 0);
        let arrivals = if lines.is_empty() {
            Arrivals::none(arrival_draws)
        } else {
            Arrivals::new(&lines, spacing, arrival_draws)
        };
        let target_proxies = blueprint.services[usize::from(blueprint.target)].proxies;
        let rows = if blueprint.has_data {
            vec![blueprint.releases[0].writes; blueprint.users as usize]
        } else {
            Vec::new()
        };
        let first_route = RoutePlan::new(&Route::all_to(Pool::Stable), &blueprint);
        let mut simulation = Self {
            seed,
            now: Time::ZERO,
            events: 0,
            agenda: Agenda::default(),
            arrivals,
            hops: Hops::new(),
            lanes: blueprint.calls.lanes.iter().map(|_| Lane::default()).collect(),
            client_lane: blueprint.client_timeout.map(|timeout| blueprint.lane(timeout)),
            fleet: Vec::new(),
            bodies: Vec::new(),
            sharing: Vec::new(),
            proxies: blueprint
                .services
                .iter()
                .map(|plan| vec![Proxy::new(); usize::from(plan.proxies)])
                .collect(),
            routes: vec![first_route],
            weather: vec![Weather::FAIR; services],
            recorder: Recorder::new(blueprint.users, series, blueprint.counters.len()),
            audience: Audience::of(if blueprint.counts_users { blueprint.users } else { 0 }),
            metrics,
            notifier: Notifier::new(
                &setup.alerts,
                setup.notifications,
                blueprint.scenario.monitoring.group_wait,
            ),
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
            thoughts: vec![0; loopers],
            populated: false,
            launched: vec![0; services],
            zone_counts: vec![[zones.clone(), zones.clone(), zones]; services],
            ready: vec![[0; 3]; services],
            restarts: vec![[0; 3]; services],
            running: [0; 3],
            replicas: blueprint.services[usize::from(blueprint.target)].instances,
            desired: [0; 3],
            callers: BTreeMap::new(),
            shared_caches: BTreeMap::new(),
            emptied: Vec::new(),
            races: BTreeMap::new(),
            races_begun: 0,
            client_budget: blueprint.retries.budget.as_ref().map(BudgetRun::new),
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
            crews_out: 0,
            breakdowns: 0,
            asks: Vec::new(),
            held_asks: Vec::new(),
            slow_asks: Vec::new(),
            commands: Vec::new(),
            acknowledged: Vec::new(),
            tests: Vec::new(),
            test_reports: Vec::new(),
            flag_changes: Vec::new(),
            told_until: Self::nobody_told(target_proxies),
            changes: 0,
            scrapes: 0,
            meters: Vec::new(),
            counted: Vec::new(),
            misplaced: None,
            first_series,
            blueprint: Arc::new(blueprint),
        };
        simulation.put_up_flag_clients(&setup.flags);
        simulation
    }

    /// Puts up every service's fleet: warm, ready, and known to all proxies.
    fn populate(&mut self) {
        for service in 0..self.blueprint.services.len() as u8 {
            let count = self.blueprint.services[usize::from(service)].instances;
            for _ in 0..count {
                let number = self.add_instance(service, Pool::Stable, super::lifecycle::EVERYWHERE);
                self.put_up(number);
            }
        }
        self.populated = true;
        let target = usize::from(self.blueprint.target);
        self.desired[Pool::Stable.index()] = self.blueprint.services[target].instances;
        self.recorder.note_ready(self.ready[target], false);
        if let Some(think) = &self.think_time {
            for user in 0..self.thoughts.len() as u32 {
                let wait = think.at(self.think_draws.bits(u64::from(user) << 32));
                self.agenda.book(Time::ZERO + wait, super::event::class::TIMER, Event::Think { user });
            }
        }
    }

    /// Handles the one thing that is due next, and moves the time to it. False, and no time passes, when nothing is due
    /// before the horizon.
    pub fn step(&mut self) -> bool {
        self.advance(self.blueprint.horizon)
    }

    /// Handles everything due up to and at `until` (or the horizon, when that is earlier); the time is then `until`.
    pub fn run_until(&mut self, until: Time) {
        let until = until.min(self.blueprint.horizon);
        while self.advance(until) {}
        self.now = self.now.max(until);
    }

    /// Runs to the horizon; the time is then the horizon.
    pub fn run(&mut self) {
        self.run_until(self.blueprint.horizon);
    }

    #[inline(always)]
    fn advance(&mut self, until: Time) -> bool {
        let due = self.agenda.next_time();
        let arrival = self.arrivals.next();
        let next = due.min(arrival);
        if next > until {
            return false;
        }
        self.now = next;
        self.events += 1;
        if arrival < due {
            self.arrive();
        } else if let Some((_, event)) = self.agenda.pop() {
            self.dispatch(event);
        }
        true
    }

    #[inline(always)]
    fn dispatch(&mut self, event: Event) {
        match event {
            Event::Done { hop, generation } => {
                if self.hops.is_live(hop, generation) {
                    self.done(hop);
                }
            }
            other => self.dispatch_rarer(other),
        }
    }

    #[inline(never)]
    fn dispatch_rarer(&mut self, event: Event) {
        match event {
            Event::Done { .. } => {}
            Event::Lane { lane } => self.lane_due(lane),
            Event::Shared { instance, generation } => {
                if self.sharing[instance as usize].generation == generation {
                    self.shared_done(instance);
                }
            }
            Event::Deliver { hop, generation } if self.hops.is_live(hop, generation) => self.deliver(hop),
            Event::Impatient { hop, generation } if self.hops.is_live(hop, generation) => {
                self.leave_queue(hop)
            }
            Event::Retry { hop, generation } if self.hops.is_live(hop, generation) => self.retry(hop),
            Event::CallAgain { hop, generation } if self.hops.is_live(hop, generation) => {
                self.call_again(hop)
            }
            Event::Shed { hop, generation } if self.hops.is_live(hop, generation) => self.shed_hop(hop),
            Event::Hedge { hop, generation, round } if self.hops.is_live(hop, generation) => {
                self.hedge(hop, round)
            }
            Event::RaceOver { hop, generation, round } if self.hops.is_live(hop, generation) => {
                self.race_over(hop, round)
            }
            Event::Shed { .. }
            | Event::Hedge { .. }
            | Event::RaceOver { .. }
            | Event::Deliver { .. }
            | Event::Impatient { .. }
            | Event::Retry { .. }
            | Event::CallAgain { .. } => {}
            Event::Think { user } => self.ask_again(user),
            Event::Endpoint { instance, proxy, ready } => self.learn(instance, proxy, ready),
            Event::HealthCheck { instance, proxy, series } => self.health_check(instance, proxy, series),
            Event::Interval { service, proxy } => self.interval(service, proxy),
            Event::Mended { instance, fault } => self.mended(instance, fault),
            Event::TakeRoute { proxy, route } => self.take_route(proxy, route),
            Event::TakeFlag { proxy, change } => self.take_flag(proxy, change),
            Event::FetchFlags { client } => self.fetch_flags(client),
            Event::TakeShed { proxy, basis_points } => self.take_shed(proxy, basis_points),
            Event::FaultBegins { fault, round } => self.fault_begins(fault, round),
            Event::FaultEnds { fault } => self.fault_ends(fault),
            Event::Test { test } => self.send_test(test),
            Event::Effect { ask } => self.effect(ask),
            Event::Notify { group } => self.notify(group),
            Event::Escalate { page } => self.escalate(page),
            Event::Acknowledge { page } => self.acknowledge(page),
            Event::Diagnose { page } => self.diagnosed(page),
            Event::Scrape => self.scrape(),
            Event::Point => self.point(),
            Event::Evaluate => self.evaluate(),
            Event::Decide => self.decide(),
            of_life => self.dispatch_life(of_life),
        }
    }

    /// Events of one instance's life; void when the instance has begun another.
    fn dispatch_life(&mut self, event: Event) {
        let (Event::Boot { instance, generation }
        | Event::Probe { instance, generation, .. }
        | Event::Terminate { instance, generation }
        | Event::Kill { instance, generation }
        | Event::Revive { instance, generation }
        | Event::Doom { instance, generation }
        | Event::Breakdown { instance, generation, .. }) = event
        else {
            return;
        };
        if self.bodies[instance as usize].generation != generation {
            return;
        }
        match event {
            Event::Boot { .. } => self.boot(instance),
            Event::Probe { probe, .. } => self.probe(instance, probe),
            Event::Terminate { .. } => self.terminate(instance),
            Event::Kill { .. } => self.remove(instance),
            Event::Revive { .. } => self.revive(instance),
            Event::Doom { .. } => self.crash(instance, super::Cause::Defect),
            Event::Breakdown { fault, .. } => self.break_down(instance, fault),
            _ => {}
        }
    }

    /// Writes down a fact at the present time.
    pub(super) fn note(&mut self, what: What, because: &str) {
        self.recorder.fact(self.now, what, because);
    }
}

/// The number of each service's first series, and how many series there are: the target has one for each pool.
fn number_series(blueprint: &Blueprint) -> (Vec<u16>, usize) {
    let mut next = 0;
    let firsts = (0..blueprint.services.len())
        .map(|index| {
            let first = next;
            next += if index == usize::from(blueprint.target) { 3 } else { 1 };
            first
        })
        .collect();
    (firsts, usize::from(next) + 3 * blueprint.parts.len())
}

fn name_series(blueprint: &Blueprint, firsts: &[u16], metrics: &mut Store) {
    let target = u32::from(firsts[usize::from(blueprint.target)]);
    metrics.name(Subject::Baseline, &[SeriesId(target)]);
    metrics.name(Subject::Candidate, &[SeriesId(target + 1)]);
    metrics.name(Subject::Control, &[SeriesId(target + 2)]);
    metrics.name(Subject::Target, &[0, 1, 2].map(|pool| SeriesId(target + pool)));
    for (plan, first) in blueprint.services.iter().zip(firsts) {
        let first = u32::from(*first);
        let width = if first == target { 3 } else { 1 };
        let series: Vec<SeriesId> = (0..width).map(|pool| SeriesId(first + pool)).collect();
        metrics.name(Subject::Service(plan.name.clone()), &series);
    }
    // The parts come after all services, each with a series for each pool.
    let mut next = (blueprint.services.len() + 2) as u32;
    for plan in &blueprint.parts {
        let part = || Some(plan.part.clone());
        metrics.name_part(Subject::Baseline, part(), &[SeriesId(next)]);
        metrics.name_part(Subject::Candidate, part(), &[SeriesId(next + 1)]);
        metrics.name_part(Subject::Control, part(), &[SeriesId(next + 2)]);
        metrics.name_part(Subject::Target, part(), &[0, 1, 2].map(|pool| SeriesId(next + pool)));
        next += 3;
    }
}
