//! The reference workloads as ordinary scenarios.

use crate::engine::stats::proportions::TwoProportions;
use crate::engine::{Dist, Rate, Share, Span, Time};
use crate::scenario::{
    Balancer, Boot, Clients, Cohort, Cost, Counter, Endpoints, Fidelity, Kind, Monitoring, People, Probe,
    Probes, Release, Retries, Scenario, Service, Shape, Spacing, Traffic,
};
use crate::sim::{Action, Ask, Case, Controller, Observation, Pool, Requests, Route, Setup, Simulation, Who};
use crate::telemetry::Subject;

/// Median and 99th percentile of the lognormal law with mean 10 ms and coefficient of variation 1.5:
/// `sigma^2 = ln(1 + 1.5^2)`, `p50 = 10 ms / sqrt(1 + 1.5^2)`, `p99 = p50 * exp(2.326348 sigma)`.
const FLEET_P50: Span = Span(5_547_002);
const FLEET_P99: Span = Span(69_329_992);
/// Share of the fleet's requests that fail.
pub const FLEET_ERRORS: Share = Share::percent(0.1);
/// The time between two scrapes.
pub const SCRAPE: Span = Span::from_secs(15);

/// A reference workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// W1, M/M/1: one server, exponential work of 1 ms on average, Poisson arrivals at 0.9 of its capacity.
    Single,
    /// W2: so many single-worker servers behind power of two choices, a tenth of them with a second release; lognormal
    /// work of mean 10 ms and coefficient of variation 1.5, 0.1 % errors, Poisson arrivals at 0.8 of their capacity.
    Fleet {
        /// How many servers.
        servers: u32,
    },
    /// W3: W2 with what a deployment adds: a timeout of 1 s for each request, a probe of each server each second, a scrape of what
    /// each server counts each second, and a comparison of the two releases every ten seconds.
    Operated {
        /// How many servers.
        servers: u32,
    },
}

impl Workload {
    /// W2 in its reference size.
    pub const FLEET: Self = Self::Fleet { servers: 100 };

    /// Arrivals.
    pub fn rate(self) -> Rate {
        match self {
            Self::Single => Rate::per_second(900.0),
            Self::Fleet { servers } | Self::Operated { servers } => {
                Rate::per_second(80.0 * f64::from(servers))
            }
        }
    }

    /// The distribution of one request's work.
    pub fn work(self) -> Dist {
        match self {
            Self::Single => Dist::Exponential(Span::from_millis(1)),
            Self::Fleet { .. } | Self::Operated { .. } => Dist::Lognormal { p50: FLEET_P50, p99: FLEET_P99 },
        }
    }

    /// The time in which `requests` requests arrive.
    pub fn lasts(self, requests: u64) -> Span {
        Span::from_secs_f64(requests as f64 / self.rate().hertz())
    }

    /// The workload as a scenario in which about `requests` requests arrive, at `load` times the normal rate.
    pub fn scenario(self, requests: u64, load: f64) -> Scenario {
        let rate = Rate::per_second(self.rate().hertz() * load);
        let now = Dist::Fixed(Span::ZERO);
        let (servers, balancer, errors) = match self {
            Self::Single => (1, Balancer::RoundRobin, Share::ZERO),
            Self::Fleet { servers } | Self::Operated { servers } => {
                let choices = Balancer::LeastRequest { choices: 2, with_replacement: false };
                (servers - servers / 10, choices, FLEET_ERRORS)
            }
        };
        let operated = matches!(self, Self::Operated { .. });
        let each_second = Probe { period: Span::from_secs(1), ..Probe::default() };
        let service = Service {
            name: "service".to_owned(),
            instances: servers,
            workers: 1,
            demand: self.work(),
            queue: 1_000_000,
            discipline: Default::default(),
            errors,
            calls: Vec::new(),
            boot: Boot { pull: now.clone(), start: now.clone(), warm_up: None },
            memory: Default::default(),
            probes: Probes { readiness: operated.then_some(each_second), ..Probes::default() },
            drain: Default::default(),
            balancer,
            upstream: Default::default(),
            endpoints: Endpoints { proxies: 1, lag: now.clone(), route_lag: now.clone() },
            shedding: None,
        };
        Scenario {
            format: crate::scenario::FORMAT,
            id: "bench".to_owned(),
            title: "A reference workload".to_owned(),
            about: String::new(),
            fidelity: Fidelity::Requests,
            horizon: Span::from_secs_f64(requests as f64 / rate.hertz()),
            release_at: Span::ZERO,
            zones: vec!["a".to_owned()],
            entry: "service".to_owned(),
            target: "service".to_owned(),
            services: vec![service],
            clients: Clients {
                users: 100_000,
                cohorts: Vec::new(),
                kinds: Vec::new(),
                timeout: operated.then_some(Span::from_secs(1)),
                slow_after: None,
                patience: None,
                retries: Retries::default(),
                cancels: false,
                carries_deadline: false,
            },
            traffic: vec![Traffic {
                name: "steady".to_owned(),
                shape: Shape::Constant(rate),
                spacing: Spacing::Poisson,
            }],
            releases: ["v1", "v2"].map(release).to_vec(),
            faults: Vec::new(),
            flag_service: None,
            freezes: Vec::new(),
            slos: Vec::new(),
            monitoring: if operated {
                Monitoring {
                    scrape: Span::from_secs(1),
                    counted_by: Counter::Instances,
                    ..Monitoring::default()
                }
            } else {
                Monitoring { scrape: SCRAPE, ..Monitoring::default() }
            },
            people: People { act: now, ..People::default() },
            cost: Cost::default(),
        }
    }

    /// The fluid mode at internet scale: 10,000 servers with two releases, forty classes of requests, a million requests a second or `times`
    /// as many, for `lasts`. With the rate the workers of each server grow, of which half are busy.
    ///
    /// # Panics
    /// When the scenario has problems; the tests show that it has none.
    pub fn at_internet_scale(times: u32, lasts: Span, seed: u64) -> Simulation {
        let fleet = Self::Fleet { servers: 10_000 };
        let mut scenario = Scenario {
            fidelity: Fidelity::Fluid,
            horizon: lasts,
            traffic: vec![Traffic {
                name: "steady".to_owned(),
                shape: Shape::Constant(Rate::per_second(1e6 * f64::from(times))),
                spacing: Spacing::Poisson,
            }],
            ..fleet.scenario(1, 1.0)
        };
        scenario.services[0].workers = 2 * times;
        let region = |number: u32| Cohort {
            name: format!("region {number}"),
            weight: f64::from(number),
            region: String::new(),
            plan: String::new(),
            device: String::new(),
            headers: Vec::new(),
        };
        scenario.clients.cohorts = (1..=20).map(region).collect();
        let kind = |name: &str, weight: f64| Kind {
            name: name.to_owned(),
            weight,
            cost: 1.0,
            value: 0.0,
            priority: 0,
            writes: false,
            idempotent: true,
            counts_as: None,
        };
        scenario.clients.kinds = vec![kind("GET", 4.0), kind("POST", 1.0)];
        let mut simulation = Simulation::new(&scenario, &Case::default(), Setup::default(), Vec::new(), seed)
            .unwrap_or_else(|issues| panic!("a reference workload is sound: {issues:?}"));
        simulation.act(Action::Scale { pool: Pool::Candidate, to: 1_000 }, "two releases");
        simulation.act(Action::Route(Route::by_instances()), "each server alike");
        simulation
    }

    /// The workload as a simulation at its start, with both releases of the fleet up.
    ///
    /// # Panics
    /// When the scenario has problems; the tests show that it has none.
    pub fn simulation(self, requests: u64, load: f64, seed: u64) -> Simulation {
        let scenario = self.scenario(requests, load);
        let controllers: Vec<Box<dyn Controller>> = match self {
            Self::Single | Self::Fleet { .. } => Vec::new(),
            Self::Operated { .. } => vec![Box::new(Comparison::default())],
        };
        let mut simulation =
            Simulation::new(&scenario, &Case::default(), Setup::default(), controllers, seed)
                .unwrap_or_else(|issues| panic!("a reference workload is sound: {issues:?}"));
        if let Self::Fleet { servers } | Self::Operated { servers } = self {
            simulation.act(Action::Scale { pool: Pool::Candidate, to: servers / 10 }, "two releases");
            simulation.act(Action::Route(Route::by_instances()), "each server alike");
        }
        simulation
    }

    /// Runs the workload with about `requests` requests in the simulator and returns the numbers of requests and events.
    pub fn run(self, requests: u64, seed: u64) -> (Requests, u64) {
        let mut simulation = self.simulation(requests, 1.0, seed);
        simulation.run();
        (simulation.requests(), simulation.events())
    }
}

/// Compares the error ratios of the two releases over the last minute, every ten seconds, and says so when they differ.
#[derive(Clone, Debug, Default)]
struct Comparison {
    next: Time,
}

impl Controller for Comparison {
    fn decide(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        if seen.now < self.next {
            return;
        }
        self.next = seen.now + Span::from_secs(10);
        let [candidate, baseline] = [Subject::Candidate, Subject::Baseline]
            .map(|of| seen.metrics.seen_in(&of, Span::from_secs(60), seen.now).unwrap_or_default());
        let errors = TwoProportions {
            of_first: candidate.errors,
            n_first: candidate.requests,
            of_second: baseline.errors,
            n_second: baseline.requests,
        };
        if errors.p_first_greater() < 1e-6 {
            let text = "the releases differ in their errors".to_owned();
            asks.push(Ask { who: Who::Strategy, action: Action::Note(text), because: String::new() });
        }
    }

    fn boxed_clone(&self) -> Box<dyn Controller> {
        Box::new(self.clone())
    }
}

fn release(name: &str) -> Release {
    Release {
        name: name.to_owned(),
        notes: String::new(),
        flag: None,
        defects: Vec::new(),
        data: Default::default(),
    }
}
