//! The simulation itself: what it holds, and its three verbs.

mod dispatch;
mod start;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::engine::agenda::Lane;
use crate::engine::{Agenda, Sampler, Stream, Time};
use crate::scenario::{Issue, MetricsTrouble, Scenario, ToolTrouble};
use crate::sim::action::{Ask, RolloutCommand, Who};
use crate::sim::apply_action::TestRun;
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::dataplane::budget::BudgetRun;
use crate::sim::event::Event;
use crate::sim::fact::What;
use crate::sim::faults::ServiceFaults;
use crate::sim::fleet::{Body, Instance};
use crate::sim::monitoring::{Exposures, InstanceMetrics};
use crate::sim::observation::{Controller, TestReport};
use crate::sim::people::Page;
use crate::sim::proxy::{Flagging, Proxy, RoutePlan};
use crate::sim::recorder::Recorder;
use crate::sim::request::{Arrivals, Caller, Hops, ProcessorSharing, Race};
use crate::sim::setup::{Case, Setup};
use crate::telemetry::{Alerts, Notifier, Row, Store};

/// A world that moves. It is a value: a clone run on gives the same facts as the original.
#[derive(Clone)]
pub struct Simulation {
    pub(super) world: Arc<CompiledWorld>,
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
    pub(super) sharing: Vec<ProcessorSharing>,
    /// Proxies by service.
    pub(super) proxies: Vec<Vec<Proxy>>,
    pub(super) routes: Vec<RoutePlan>,
    pub(super) service_faults: Vec<ServiceFaults>,
    /// First series of each service; the target has one for each pool.
    pub(super) first_series: Vec<u16>,
    pub(super) recorder: Recorder,
    pub(super) exposures: Exposures,
    pub(super) metrics: Store,
    pub(super) alerts: Alerts,
    pub(super) notifier: Notifier,
    /// The pages so far.
    pub(super) pages: Vec<Page>,
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
    pub(super) loop_requests: Vec<u32>,

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
    pub(super) busy_crews: u32,
    pub(super) breakdowns: u64,

    pub(super) asks: Vec<Ask>,
    pub(super) held_asks: Vec<u32>,
    pub(super) slow_asks: Vec<(Time, u32)>,
    pub(super) commands: Vec<(Who, RolloutCommand)>,
    pub(super) acknowledged: Vec<usize>,
    pub(super) tests: Vec<TestRun>,
    pub(super) test_reports: Vec<TestReport>,
    pub(super) flag_changes: Vec<(u8, u16)>,
    /// When each proxy of the target takes up the last word sent to it.
    pub(super) updated_until: Vec<Time>,
    /// Changes of readiness, route and flag so far.
    pub(super) changes: u64,
    pub(super) scrapes: u64,
    /// What each instance counts for itself; empty unless they do.
    pub(super) instance_metrics: Vec<InstanceMetrics>,
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
        let world = CompiledWorld::new(scenario, case, &setup)?;
        let early = setup.decides_early;
        let mut simulation = Self::empty(world, setup, controllers, seed);
        simulation.begin_health_checking();
        simulation.populate();
        simulation.book_faults();
        simulation.book_monitoring(early);
        Ok(simulation)
    }

    /// Handles the one thing that is due next, and moves the time to it. False, and no time passes, when nothing is due
    /// before the horizon.
    pub fn step(&mut self) -> bool {
        self.advance(self.world.horizon)
    }

    /// Handles everything due up to and at `until` (or the horizon, when that is earlier); the time is then `until`.
    pub fn run_until(&mut self, until: Time) {
        let until = until.min(self.world.horizon);
        while self.advance(until) {}
        self.now = self.now.max(until);
    }

    /// Runs to the horizon; the time is then the horizon.
    pub fn run(&mut self) {
        self.run_until(self.world.horizon);
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

    /// Writes down a fact at the present time.
    pub(super) fn note(&mut self, what: What, because: &str) {
        self.recorder.fact(self.now, what, because);
    }
}
