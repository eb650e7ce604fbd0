//! The estimated cost of one run: everything that multiplies, multiplied, in steps of work and bytes of memory.
//!
//! A step is about as much as one event, a tenth of a microsecond. What only happens when something goes wrong (retries, restarts,
//! ejections) is not in it: the budget of the run itself bounds that.

use super::super::{
    Balancer, FaultKind, Fidelity, Hedge, Propagation, Scenario, Service, Shape, When, Window,
};
use super::load;
use crate::engine::Span;

/// The most steps of work of one run: under a minute.
pub(super) const MOST_STEPS: f64 = 500e6;

/// The most memory of one run, in bytes: 256 MiB.
pub(super) const MOST_BYTES: f64 = 256.0 * 1024.0 * 1024.0;

/// Between two decisions of the controllers: a second.
const DECISIONS_S: f64 = 1.0;

/// What a run is estimated to take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunCost {
    /// Steps of work.
    pub steps: f64,
    /// Bytes of memory.
    pub bytes: f64,
    /// What takes most of the work, as part of a sentence.
    pub most_work: String,
    /// What takes most of the memory, as part of a sentence.
    pub most_memory: String,
    most_steps: f64,
    most_bytes: f64,
}

impl RunCost {
    /// Adds work for what `about` says.
    pub fn work(&mut self, steps: f64, about: impl FnOnce() -> String) {
        let steps = if steps.is_nan() { f64::INFINITY } else { steps };
        self.steps += steps;
        if steps > self.most_steps {
            (self.most_steps, self.most_work) = (steps, about());
        }
    }

    /// Adds memory for what `about` says.
    fn memory(&mut self, bytes: f64, about: impl FnOnce() -> String) {
        self.bytes += bytes;
        if bytes > self.most_bytes {
            (self.most_bytes, self.most_memory) = (bytes, about());
        }
    }

    /// Why that is too much; `None` when it is not. The first part says what is counted together.
    pub fn refused(&self) -> Option<String> {
        let millions = |steps: f64| (steps / 1e6).round();
        if self.steps.is_nan() || self.steps > MOST_STEPS {
            return Some(format!(
                "a run takes about {} million steps of work, most of them for {}; allowed are up to {} million: run shorter, or make that fewer or rarer",
                millions(self.steps),
                self.most_work,
                millions(MOST_STEPS)
            ));
        }
        let mebibytes = |bytes: f64| (bytes / 1_048_576.0).round();
        (self.bytes > MOST_BYTES).then(|| {
            format!(
                "a run takes about {} MiB of memory, most of it for {}; allowed are up to {} MiB: run shorter, or make that fewer or rarer",
                mebibytes(self.bytes),
                self.most_memory,
                mebibytes(MOST_BYTES)
            )
        })
    }
}

impl Scenario {
    /// What one run of this scenario is estimated to take, by the shape of traffic that takes most. Expects a scenario whose fields
    /// are in their ranges.
    pub fn run_cost(&self) -> RunCost {
        let mut cost = RunCost::default();
        match self.fidelity {
            Fidelity::Requests => requests(&mut cost, self),
            Fidelity::Fluid => fluid(&mut cost, self),
        }
        for service in &self.services {
            fleet(&mut cost, self, service);
        }
        watching(&mut cost, self);
        faults(&mut cost, self);
        cost
    }

    /// How often a user's request reaches a service on average, all services together, the entry included.
    pub fn hops_of_a_request(&self) -> f64 {
        load::hops(self, 1.0)
    }
}

/// Requests that are drawn as counts: each class ten times a second, and what came of them each second.
fn fluid(cost: &mut RunCost, scenario: &Scenario) {
    let horizon_s = scenario.horizon.as_secs_f64();
    let of = |count: usize| count.max(1) as f64;
    let classes = of(scenario.clients.cohorts.len()) * of(scenario.clients.kinds.len());
    let said = || format!("{classes} classes of requests, drawn ten times a second");
    cost.work(horizon_s * (classes * 100.0 + 4_000.0), said);
    cost.memory(horizon_s * classes * 16.0, said);
}

fn requests(cost: &mut RunCost, scenario: &Scenario) {
    let horizon_s = scenario.horizon.as_secs_f64();
    let of = |shape: &Shape| {
        let requests = load::requests(shape, scenario);
        (requests, load::hops(scenario, requests / horizon_s))
    };
    let largest = scenario.traffic.iter().map(|traffic| (of(&traffic.shape), &traffic.name));
    let largest = largest.max_by(|((a, b), _), ((c, d), _)| (a * b).total_cmp(&(c * d)));
    let Some(((requests, hops), name)) = largest else { return };
    // Each hop arrives and is done; a look at many instances for each costs more.
    let each = 1.0 + hops * 2.0 * choice(scenario);
    cost.work(requests * each, || {
        format!("about {requests:.0} requests of \"{name}\" at {hops:.1} services each")
    });
    cost.memory(requests / 4.0, || format!("about {requests:.0} requests of \"{name}\""));
}

/// How much more a hop costs where proxies look at many instances: at all, or at several drawn.
fn choice(scenario: &Scenario) -> f64 {
    let of = |service: &Service| {
        let fleet = f64::from(service.instances);
        let looks = match service.balancer {
            Balancer::LeastRequest { choices: 0, .. } => fleet / 32.0,
            Balancer::LeastRequest { choices, .. } => f64::from(choices) / 4.0,
            Balancer::RoundRobin
            | Balancer::Random
            | Balancer::RingHash { .. }
            | Balancer::Maglev { .. }
            | Balancer::PeakEwma { .. } => 0.0,
        };
        1.0 + looks
    };
    scenario.services.iter().map(of).fold(1.0, f64::max)
}

/// What a service costs by itself, without requests.
fn fleet(cost: &mut RunCost, scenario: &Scenario, service: &Service) {
    let name = &service.name;
    let horizon_s = scenario.horizon.as_secs_f64();
    let (instances, proxies) = (f64::from(service.instances), f64::from(service.endpoints.proxies));
    let often = |every: Span| horizon_s / every.as_secs_f64();
    let probes = [service.probes.startup, service.probes.readiness, service.probes.liveness];
    for probe in probes.iter().flatten() {
        cost.work(often(probe.period) * instances, || {
            format!("{instances} instances of \"{name}\" probed every {}", probe.period)
        });
    }
    let upstream = &service.upstream;
    if let Some(check) = upstream.health_check {
        cost.work(often(check.interval) * instances * proxies, || {
            format!(
                "{instances} instances of \"{name}\" checked by {proxies} proxies every {}",
                check.interval
            )
        });
    }
    if let Some(rule) = upstream.outlier_detection {
        cost.work(often(rule.interval) * proxies * (1.0 + instances / 8.0), || {
            format!(
                "outlier detection of {proxies} proxies over {instances} instances of \"{name}\" every {}",
                rule.interval
            )
        });
    }
    // At the start each proxy learns of each instance, and counts those that it knows.
    let tracks = upstream.outlier_detection.is_some()
        || upstream.health_check.is_some()
        || upstream.slow_start.is_some()
        || upstream.locality.is_some()
        || matches!(service.balancer, Balancer::PeakEwma { .. });
    let learn = if tracks { instances / 4.0 } else { instances / 256.0 };
    cost.work(instances * proxies * (1.0 + learn), || {
        format!("{proxies} proxies that learn of {instances} instances of \"{name}\"")
    });
    tables(cost, service, (instances, proxies));
    callers(cost, service, instances);
    cost.memory(instances * (512.0 + proxies * 16.0), || format!("{instances} instances of \"{name}\""));
}

/// Rings and tables of the balancer, in each proxy, of a pool and of all pools.
fn tables(cost: &mut RunCost, service: &Service, (instances, proxies): (f64, f64)) {
    let name = &service.name;
    let views = proxies * 2.0;
    let (slots, bytes) = match service.balancer {
        Balancer::RingHash { ring_size } => (instances * (f64::from(ring_size) / 4.0).ceil(), 16.0),
        Balancer::Maglev { table_size } => (f64::from(table_size), 4.0),
        Balancer::RoundRobin
        | Balancer::Random
        | Balancer::LeastRequest { .. }
        | Balancer::PeakEwma { .. } => return,
    };
    cost.work(slots * views / 2.0, || format!("tables of {slots} slots in {proxies} proxies of \"{name}\""));
    cost.memory(slots * bytes * views, || {
        format!("tables of {slots} slots in {proxies} proxies of \"{name}\"")
    });
}

/// What each calling instance keeps of its calls: the window of a breaker, a cache.
fn callers(cost: &mut RunCost, service: &Service, instances: f64) {
    let name = &service.name;
    for call in &service.calls {
        let window = call.breaker.map_or(0.0, |breaker| match breaker.window {
            Window::Calls(size) => f64::from(size) * 2.0,
            Window::Seconds(size) => f64::from(size) * 24.0,
        });
        let (keys, owners) = call.cache.map_or((0.0, 1.0), |cache| {
            (f64::from(cache.keys) * 32.0, if cache.shared { 1.0 } else { instances })
        });
        cost.memory(window * instances, || {
            format!("windows of breakers in {instances} instances of \"{name}\"")
        });
        cost.memory(keys * owners, || format!("caches of {owners} instances of \"{name}\""));
        // A cache is full at the start.
        cost.work(keys / 32.0 * owners, || format!("caches of {owners} instances of \"{name}\""));
    }
}

fn watching(cost: &mut RunCost, scenario: &Scenario) {
    let horizon_s = scenario.horizon.as_secs_f64();
    let monitoring = &scenario.monitoring;
    let instances: f64 = scenario.services.iter().map(|service| f64::from(service.instances)).sum();
    let kinds = &scenario.clients.kinds;
    let counters =
        monitoring.buckets.len() + kinds.iter().filter(|kind| kind.counts_as.is_some()).count() + 3;
    let counters = counters as f64;
    let by_instance = monitoring.counted_by == super::super::Counter::Instances;
    // The target has a series for each pool.
    let series = scenario.services.len() as f64 + 2.0;
    let own = if by_instance { instances } else { 0.0 };
    let scrapes = horizon_s / monitoring.scrape.as_secs_f64();
    let steps = series * counters / 2.0 + own * counters / 4.0 + instances / 16.0;
    let said = || {
        format!(
            "scrapes every {} of {} series with {counters} counters each",
            monitoring.scrape,
            series + own
        )
    };
    cost.work(scrapes * steps, said);
    cost.memory(scrapes * (series + own) * (56.0 + counters * 8.0), said);
    cost.work(horizon_s / DECISIONS_S * (2.0 + instances * 0.75), || {
        format!("looks of the plan at {instances} instances every second")
    });
    if let Some(service) = &scenario.flag_service
        && let Propagation::Poll { every, .. } = &service.propagation
    {
        let clients = f64::from(service.clients);
        cost.work(horizon_s / every.as_secs_f64() * clients, || {
            format!("{clients} clients that poll flags every {every}")
        });
    }
    cost.memory(f64::from(scenario.clients.users) * 16.0, || format!("{} users", scenario.clients.users));
}

fn faults(cost: &mut RunCost, scenario: &Scenario) {
    let horizon_s = scenario.horizon.as_secs_f64();
    let fleet = |name: &str| scenario.service(name).map_or(0.0, |service| f64::from(service.instances));
    for fault in &scenario.faults {
        let strikes = match &fault.when {
            When::Every(pause) => horizon_s / pause.mean().max(1e-9),
            When::At(_) | When::Between(..) => 1.0,
        };
        let (each, strikes) = match &fault.what {
            FaultKind::Breakdowns { service, up, repair, .. } => {
                (4.0, fleet(service) * horizon_s / (up.mean() + repair.mean()).max(1e-9))
            }
            FaultKind::Crash { service, instances } => {
                (f64::from(*instances) * 8.0 + fleet(service) / 8.0, strikes)
            }
            // What the budget holds back is tried again every 5 s.
            FaultKind::NodeDrain { service, instances } => {
                (f64::from(*instances) * (8.0 + horizon_s / 5.0) + fleet(service) / 8.0, strikes)
            }
            FaultKind::Brownout { service, .. } => (fleet(service) / 4.0, strikes),
            FaultKind::ZoneLoss { .. } => {
                (scenario.services.iter().map(|of| f64::from(of.instances)).sum(), strikes)
            }
            FaultKind::Network { .. }
            | FaultKind::Metrics(_)
            | FaultKind::FlagService
            | FaultKind::DeployTool(_) => (4.0, strikes),
        };
        cost.work(each * strikes, || {
            format!("fault \"{}\", which strikes about {strikes:.0} times", fault.name)
        });
    }
}

/// How many copies of a call are sent on average: as many as may be where the next goes before the callee can answer.
pub(super) fn copies(hedge: Option<Hedge>, answer_s: f64) -> f64 {
    match hedge {
        Some(hedge) if hedge.delay.as_secs_f64() < answer_s && hedge.extra_load.is_none() => {
            f64::from(hedge.most_copies())
        }
        Some(_) | None => 1.0,
    }
}

/// How many calls more a defect of some release makes to each service, for each request of the target.
pub(super) fn added_calls(scenario: &Scenario) -> Vec<(&str, f64)> {
    let defects = scenario.releases.iter().flat_map(|release| &release.defects);
    let added = defects.filter_map(|defect| defect.then.calls());
    added.map(|(to, times)| (to, f64::from(times))).collect()
}
