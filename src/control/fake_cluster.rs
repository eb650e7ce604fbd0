//! A tiny cluster for the tests of controllers: sizes are reached after a start delay, drained instances go after a
//! while, routes are taken up after two seconds, and the candidate fails as many requests as it is told to.

mod inputs;

pub use inputs::{analysis, canary, check, plan, read, scenario};

use super::Plan;
use crate::engine::{Span, Time};
use crate::sim::{
    Action, Ask, Case, Controller, Newer, Observation, OpenPage, Pool, PoolView, RolloutCommand,
    RolloutPhase, TestReport, Who,
};
use crate::telemetry::{AlertRule, Alerts, Row, SeriesId, Store, Subject};

const ROUTE_LAG: Span = Span::from_secs(2);
const SCRAPE: u64 = 15;
/// Requests per second of all users.
const RATE: f64 = 1_000.0;

const BASELINE: SeriesId = SeriesId(0);
const CANDIDATE: SeriesId = SeriesId(1);
const CONTROL: SeriesId = SeriesId(2);

/// The cluster, and the log of what was asked of it.
///
/// It has more than twenty fields since each is one thing that a test sets by name.
#[derive(Clone)]
pub struct Cluster {
    pub now: Time,
    pub replicas: u32,
    pools: [FakePool; 3],
    routed_at: Time,
    /// Share of the candidate's requests that fail, from a time on.
    pub errors: f64,
    /// Share of the candidate's test requests that fail.
    pub test_failures: f64,
    /// Share of the workers that are busy; unknown when zero.
    pub busy: f64,
    /// Why the baseline cannot work with the data as they are, if it cannot.
    pub no_way_back: Option<String>,
    /// From the launch of an instance until it is ready.
    pub boot: Span,
    /// From the request to go until an instance is gone.
    pub drain: Span,
    /// Whether candidate instances ever become ready.
    pub boots: bool,
    /// A newer revision that has come.
    pub newer: Option<Newer>,
    weight: f64,
    control_weight: f64,
    store: Store,
    rows: [Row; 3],
    alerts: Alerts,
    acknowledged: Vec<usize>,
    /// Pages that nobody has answered.
    pub pages: Vec<OpenPage>,
    commands: Vec<(Who, RolloutCommand)>,
    tests: Vec<(Time, TestReport)>,
    controllers: Vec<Box<dyn Controller>>,
    /// Each thing asked, after the time.
    pub log: Vec<String>,
    /// The reasons, in the same order.
    pub reasons: Vec<String>,
    pub phase: RolloutPhase,
}

#[derive(Clone, Debug, Default)]
struct FakePool {
    desired: u32,
    /// When each instance becomes ready.
    ready_at: Vec<Time>,
    /// When each instance that is going is gone.
    gone_at: Vec<Time>,
}

impl Cluster {
    /// Ten stable instances, ready for long; `plan` decides.
    pub fn of(plan: &Plan) -> Self {
        Self::with(plan.controllers(&scenario(), &Case::default()), plan.alert_rules())
    }

    /// A fleet of another size.
    pub fn sized(mut self, replicas: u32) -> Self {
        self.replicas = replicas;
        self.pools[0] = FakePool {
            desired: replicas,
            ready_at: vec![Time::ZERO; replicas as usize],
            gone_at: Vec::new(),
        };
        self
    }

    /// Ten stable instances, and these controllers.
    pub fn with(controllers: Vec<Box<dyn Controller>>, alerts: Vec<AlertRule>) -> Self {
        let stable = FakePool { desired: 10, ready_at: vec![Time::ZERO; 10], gone_at: Vec::new() };
        Self {
            now: Time::from_secs(300),
            replicas: 10,
            pools: [stable, FakePool::default(), FakePool::default()],
            routed_at: Time::ZERO,
            errors: 0.0,
            test_failures: 0.0,
            busy: 0.0,
            no_way_back: None,
            boot: Span::from_secs(10),
            drain: Span::from_secs(5),
            boots: true,
            newer: None,
            weight: 0.0,
            control_weight: 0.0,
            store: empty_store(),
            rows: [row(), row(), row()],
            alerts: Alerts::new(alerts, Vec::new()),
            acknowledged: Vec::new(),
            pages: Vec::new(),
            commands: Vec::new(),
            tests: Vec::new(),
            controllers,
            log: Vec::new(),
            reasons: Vec::new(),
            phase: RolloutPhase::NotStarted,
        }
    }

    /// Runs for so many seconds.
    pub fn run(&mut self, seconds: u64) -> &mut Self {
        for _ in 0..seconds {
            self.tick();
        }
        self
    }

    /// Asks the strategy for something, by hand.
    pub fn command(&mut self, command: RolloutCommand) -> &mut Self {
        self.commands.push((Who::Learner, command));
        self
    }

    /// Changes how many instances the service is meant to have.
    pub fn resize(&mut self, to: u32) -> &mut Self {
        self.replicas = to;
        self
    }

    /// Lets the on-call be at the page of this alert rule.
    pub fn acknowledge(&mut self, rule: usize) -> &mut Self {
        self.acknowledged.push(rule);
        self
    }

    /// Desired instances of the stable pool and the candidate.
    pub fn sizes(&self) -> (u32, u32) {
        (self.pools[0].desired, self.pools[1].desired)
    }

    /// Lets so many instances of a pool be ready from now on, and no more.
    pub fn ready(&mut self, pool: Pool, count: usize) {
        for (place, ready_at) in self.pools[pool.index()].ready_at.iter_mut().enumerate() {
            *ready_at = if place < count { self.now } else { Time::NEVER };
        }
    }

    /// Asked-for, ready and existing counts of a pool.
    pub fn view(&self, pool: Pool) -> PoolView {
        self.pools[pool.index()].view(self.now)
    }

    /// A cluster in the same state, whose controllers are copies.
    pub fn fork(&self) -> Self {
        self.clone()
    }

    /// Lets the alerts that fire already fire before the first look.
    pub fn let_alerts_settle(&mut self) {
        self.alerts.evaluate(&self.store, self.now - Span::from_secs(15));
    }

    /// How many log lines contain `text`.
    pub fn count(&self, text: &str) -> usize {
        self.log.iter().filter(|line| line.contains(text)).count()
    }

    fn tick(&mut self) {
        for pool in &mut self.pools {
            pool.gone_at.retain(|gone| *gone > self.now);
        }
        self.scrape();
        self.alerts.evaluate(&self.store, self.now);
        let commands = std::mem::take(&mut self.commands);
        let acknowledged = std::mem::take(&mut self.acknowledged);
        let (ended, open): (Vec<_>, Vec<_>) = self.tests.drain(..).partition(|(at, _)| *at <= self.now);
        self.tests = open;
        let tests: Vec<TestReport> = ended.into_iter().map(|(_, report)| report).collect();
        let mut controllers = std::mem::take(&mut self.controllers);
        let views = Pool::ALL.map(|pool| self.view(pool));
        let by_router = !self.weight.is_nan();
        let candidate = if by_router { (self.weight * 10_000.0) as u32 } else { 0 };
        let seen = Observation {
            now: self.now,
            release_at: Time::from_secs(300),
            previous: None,
            newer: self.newer,
            replicas: self.replicas,
            weights: by_router.then_some([10_000 - candidate, candidate, 0]),
            no_way_back: self.no_way_back.as_deref(),
            zones: &[],
            pools: &views,
            routed: self.now >= self.routed_at,
            disconnected: &[],
            metrics: &self.store,
            alerts: &self.alerts,
            pages: &self.pages,
            commands: &commands,
            tests: &tests,
            acknowledged: &acknowledged,
        };
        let mut asks = Vec::new();
        for controller in &mut controllers {
            controller.decide(&seen, &mut asks);
        }
        self.controllers = controllers;
        for ask in asks {
            self.apply(ask);
        }
        self.now += Span::from_secs(1);
    }

    fn apply(&mut self, ask: Ask) {
        self.log.push(format!("{} {}", self.now, ask.action));
        self.reasons.push(ask.because);
        match ask.action {
            Action::Scale { pool, to } | Action::ScaleIn { pool, to, .. } => {
                let boots = self.boots || pool != Pool::Candidate;
                let ready = if boots { self.now + self.boot } else { Time::NEVER };
                self.pools[pool.index()].scale(to, ready, self.now + self.drain);
            }
            Action::Route(route) => {
                let share = |pool: usize| {
                    route.weights.map_or(f64::NAN, |weights| f64::from(weights[pool]) / 10_000.0)
                };
                (self.weight, self.control_weight) = (share(1), share(2));
                self.routed_at = self.now + ROUTE_LAG;
            }
            Action::Flag { .. } => self.routed_at = self.now + ROUTE_LAG,
            Action::Test { requests, over, id, .. } => {
                let failed = (f64::from(requests) * self.test_failures) as u32;
                self.tests.push((self.now + over, TestReport { id, passed: requests - failed, failed }));
            }
            Action::Resize { to } => self.replicas = to,
            Action::Report(phase) => self.phase = phase,
            Action::Command(command) => self.commands.push((ask.who, command)),
            Action::AskApproval { of } => self.commands.push((of, RolloutCommand::Promote)),
            Action::OpenBreaker { .. }
            | Action::Shed { .. }
            | Action::Restart { .. }
            | Action::DrainInstance { .. }
            | Action::RestartInstance { .. }
            | Action::Acknowledge { .. }
            | Action::Localise(_)
            | Action::Tell(_)
            | Action::Page { .. }
            | Action::Note(_)
            | Action::Trouble(..)
            | Action::Inject { .. }
            | Action::Hypothesise(_)
            | Action::Experiment { .. }
            | Action::Conclude(_) => {}
        }
    }

    fn scrape(&mut self) {
        let ready = Pool::ALL.map(|pool| f64::from(self.view(pool).ready()));
        let [stable, candidate, control] = ready;
        let by_instances = |ready: f64| ready / (stable + candidate + control).max(1.0);
        let weight = if self.weight.is_nan() { by_instances(candidate) } else { self.weight };
        let control_weight = if self.weight.is_nan() { by_instances(control) } else { self.control_weight };
        if candidate > 0.0 {
            grow(&mut self.rows[1], RATE * weight, self.errors);
        }
        if control > 0.0 {
            grow(&mut self.rows[2], RATE * control_weight, 0.0);
        }
        grow(&mut self.rows[0], RATE * (1.0 - weight - control_weight), 0.0);
        for (row, ready) in self.rows.iter_mut().zip(ready) {
            if self.busy > 0.0 {
                (row.ready, row.workers, row.busy) = (ready as u32, 1_000, (self.busy * 1_000.0) as u32);
            }
        }
        if self.now.0.is_multiple_of(Span::from_secs(SCRAPE).0) {
            self.store.push(BASELINE, self.now, self.now, self.rows[0].clone());
            if candidate > 0.0 {
                self.store.push(CANDIDATE, self.now, self.now, self.rows[1].clone());
            }
            if control > 0.0 {
                self.store.push(CONTROL, self.now, self.now, self.rows[2].clone());
            }
        }
    }
}

impl FakePool {
    fn scale(&mut self, to: u32, ready_at: Time, gone_at: Time) {
        self.desired = to;
        while self.ready_at.len() < to as usize {
            self.ready_at.push(ready_at);
        }
        while self.ready_at.len() > to as usize {
            self.ready_at.pop();
            self.gone_at.push(gone_at);
        }
    }

    fn view(&self, now: Time) -> PoolView {
        PoolView {
            desired: self.desired,
            existing: self.ready_at.len() as u32,
            terminating: self.gone_at.iter().filter(|gone| **gone > now).count() as u32,
            ready_since: self.ready_at.iter().copied().filter(|at| *at <= now).collect(),
            restarts: 0,
            zones: Vec::new(),
        }
    }
}

fn grow(row: &mut Row, requests: f64, errors: f64) {
    row.requests += requests.round() as u64;
    row.errors = (row.errors as f64 + (requests * errors).round()) as u64;
}

fn row() -> Row {
    Row { within: vec![0], ..Row::default() }
}

fn empty_store() -> Store {
    let mut store = Store::new(3, &[Span::from_millis(100)], &[], Span::from_secs(300));
    store.name(Subject::Baseline, &[BASELINE]);
    store.name(Subject::Candidate, &[CANDIDATE]);
    store.name(Subject::Control, &[CONTROL]);
    store.name(Subject::Target, &[BASELINE, CANDIDATE, CONTROL]);
    store
}

/// A store scraped for two minutes, in which each side had nothing until the last scrape, and then this many requests and failures.
pub fn counted(candidate: (u64, u64), baseline: (u64, u64)) -> Store {
    let mut store = empty_store();
    for at in (0..=120).step_by(SCRAPE as usize) {
        for (series, (requests, errors)) in [(CANDIDATE, candidate), (BASELINE, baseline)] {
            let row = if at == 120 { Row { requests, errors, ..row() } } else { row() };
            store.push(series, Time::from_secs(at), Time::from_secs(at), row);
        }
    }
    store
}

/// A store scraped for so many seconds, with these shares of failed requests of candidate and baseline.
pub fn store(seconds: u64, candidate: f64, baseline: f64) -> Store {
    let mut store = empty_store();
    for at in (0..=seconds).step_by(SCRAPE as usize).filter(|_| seconds > 0) {
        for (series, errors) in [(CANDIDATE, candidate), (BASELINE, baseline)] {
            let requests = at * 1_000;
            let row = Row { requests, errors: (requests as f64 * errors).round() as u64, ..row() };
            store.push(series, Time::from_secs(at), Time::from_secs(at), row);
        }
    }
    store
}
