//! Random small worlds, swarm style: each run switches on a random subset of everything there is, and random actions are
//! asked for while it goes on. A world is a pure function of a [`Chaos`], so that a failing one can be shrunk and named.

mod asks;
mod dice;
mod guards;
mod trouble;

use dice::{Dice, probes, some_retries};
use guards::{some_guards, some_shedding, some_upstream};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rollout_lab::engine::{Chance, Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{
    Balancer, Boot, Call, Cohort, Counter, Defect, DefectTrigger, Discipline, Drain, Effect, Endpoints,
    Fault, FaultKind, Kind, Memory, MetricsTrouble, Retries, Scenario, Service, Shape, Spacing, ToolTrouble,
    WarmUp, When,
};
use rollout_lab::sim::Simulation;

use crate::world;

/// All of a random world.
#[derive(Clone, Debug)]
pub struct Chaos {
    /// Decides every number.
    pub seed: u64,
    /// How many services.
    pub services: usize,
    /// What is switched on, one bit each; see [`on`].
    pub features: u64,
    /// What is asked for: in which second, and what.
    pub actions: Vec<(u64, u64)>,
}

/// Bits of [`Chaos::features`].
pub mod on {
    pub const CALLS: u64 = 1;
    pub const TIMEOUT: u64 = 1 << 1;
    pub const RETRIES: u64 = 1 << 2;
    pub const PATIENCE: u64 = 1 << 3;
    pub const PRIORITY: u64 = 1 << 4;
    pub const SHARING: u64 = 1 << 5;
    pub const SMALL_QUEUES: u64 = 1 << 6;
    pub const ERRORS: u64 = 1 << 7;
    pub const PROBES: u64 = 1 << 8;
    pub const SLOW_BOOT: u64 = 1 << 9;
    pub const SHORT_GRACE: u64 = 1 << 10;
    pub const LAGS: u64 = 1 << 11;
    pub const OVERLOAD: u64 = 1 << 12;
    pub const CLOSED: u64 = 1 << 13;
    pub const SPIKE: u64 = 1 << 14;
    pub const COHORTS: u64 = 1 << 15;
    pub const ERROR_DEFECT: u64 = 1 << 16;
    pub const SLOW_DEFECT: u64 = 1 << 17;
    pub const LEAK_DEFECT: u64 = 1 << 18;
    pub const CRASH_DEFECT: u64 = 1 << 19;
    pub const PROBE_DEFECT: u64 = 1 << 20;
    pub const CALL_DEFECT: u64 = 1 << 21;
    pub const CRASHES: u64 = 1 << 22;
    pub const BREAKDOWNS: u64 = 1 << 23;
    pub const ZONE_LOSS: u64 = 1 << 24;
    pub const BROWNOUT: u64 = 1 << 25;
    pub const LOSS: u64 = 1 << 26;
    pub const DELAY: u64 = 1 << 27;
    pub const METRICS: u64 = 1 << 28;
    pub const TOOL: u64 = 1 << 29;
    pub const DATA: u64 = 1 << 30;
    pub const BALANCERS: u64 = 1 << 31;
    pub const WARM_UP: u64 = 1 << 32;
    pub const CALL_RETRIES: u64 = 1 << 33;
    pub const UPSTREAM: u64 = 1 << 34;
    pub const GUARDS: u64 = 1 << 35;
    pub const SHEDDING: u64 = 1 << 36;
    pub const OWN_COUNTERS: u64 = 1 << 37;
    /// How many bits there are.
    pub const COUNT: u32 = 38;
    /// All of them that go together.
    pub const ALL: u64 = (1 << COUNT) - 1 - CLOSED - SPIKE;
}

/// Any random world.
fn any_chaos() -> impl Strategy<Value = Chaos> {
    let features = prop::collection::vec(prop::bool::weighted(0.35), on::COUNT as usize)
        .prop_map(|bits| bits.iter().enumerate().fold(0, |all, (bit, set)| all | u64::from(*set) << bit));
    let actions = prop::collection::vec((1..HORIZON_S - 5, any::<u64>()), 0..12);
    (any::<u64>(), 1..5usize, features, actions).prop_map(|(seed, services, features, actions)| Chaos {
        seed,
        services,
        features,
        actions,
    })
}

/// Holds a law in so many random worlds, always the same ones; the smallest world in which it fails is named.
/// `LAWS_CASES` in the environment asks for more of them.
pub fn in_random_worlds(cases: u32, law: impl Fn(&Chaos)) {
    in_random(cases, &any_chaos(), law);
}

/// Holds a law for so many random values of any kind, always the same ones; the smallest one for which it fails is named.
pub fn in_random<T: std::fmt::Debug>(cases: u32, any: &impl Strategy<Value = T>, law: impl Fn(&T)) {
    let cases =
        std::env::var_os("LAWS_CASES").and_then(|cases| cases.to_str()?.parse().ok()).unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(any, |value| {
        law(&value);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// How long a random world is run, in seconds.
pub const HORIZON_S: u64 = 90;

impl Chaos {
    pub fn has(&self, feature: u64) -> bool {
        self.features & feature != 0
    }

    fn dice(&self, what: &str, which: u64) -> Dice {
        Dice { stream: Chance::new(self.seed).stream(what, which), next: 0 }
    }

    /// The scenario that it is.
    pub fn scenario(&self) -> Scenario {
        let services: Vec<Service> = (0..self.services).map(|index| self.service(index)).collect();
        let mut scenario = world::scenario(services, self.rate(), Span::from_secs(HORIZON_S));
        let mut dice = self.dice("world", 0);
        // Each service calls the next where any calls are made at all, so that any of them can be reached.
        let reached = if self.has(on::CALLS) { self.services as u64 } else { 1 };
        scenario.target = format!("s{}", dice.below(reached));
        scenario.zones = (0..dice.between(1, 3)).map(|zone| format!("z{zone}")).collect();
        scenario.release_at = Span::from_secs(10);
        scenario.clients.users = dice.between(1, 300) as u32;
        scenario.monitoring.scrape = dice.millis(2_000, 15_000);
        if self.has(on::OWN_COUNTERS) {
            scenario.monitoring.counted_by = Counter::Instances;
        }
        self.clients(&mut scenario);
        self.traffic(&mut scenario);
        self.defects(&mut scenario);
        self.faults(&mut scenario);
        scenario
    }

    fn rate(&self) -> Rate {
        let per_second = if self.has(on::OVERLOAD) { 120.0 } else { 30.0 };
        Rate::per_second(per_second)
    }

    fn service(&self, index: usize) -> Service {
        let mut dice = self.dice("service", index as u64);
        let (instances, workers) = (dice.between(1, 4) as u32, dice.between(1, 3) as u32);
        let mean = Span::from_millis(u64::from(instances * workers) * dice.between(10, 25));
        let demand = dice.law(mean);
        let mut service = world::service(&format!("s{index}"), instances, workers, demand);
        service.boot =
            Boot { pull: Dist::Fixed(Span::ZERO), start: Dist::Fixed(dice.millis(0, 500)), warm_up: None };
        if self.has(on::SLOW_BOOT) {
            service.boot.pull = dice.law(Span::from_secs(2));
            service.boot.start = dice.law(Span::from_secs(6));
        }
        if self.has(on::WARM_UP) {
            service.boot.warm_up = Some(WarmUp { from: dice.percent(60), over: dice.millis(1_000, 20_000) });
        }
        service.queue = if self.has(on::SMALL_QUEUES) { dice.below(6) as u32 } else { 60 };
        service.discipline = match dice.below(3) {
            0 if self.has(on::PRIORITY) => Discipline::Priority,
            1 if self.has(on::SHARING) => Discipline::ProcessorSharing,
            _ => Discipline::Fifo,
        };
        if self.has(on::ERRORS) {
            service.errors = dice.percent(20);
        }
        if self.has(on::PROBES) {
            service.probes = probes(&mut dice);
        }
        service.drain = Drain {
            pre_stop: dice.millis(0, 5_000),
            grace: if self.has(on::SHORT_GRACE) { dice.millis(0, 800) } else { Span::from_secs(30) },
            finishes_work: !self.has(on::SHORT_GRACE) || dice.below(2) == 0,
        };
        if self.has(on::LAGS) {
            let mean = dice.millis(100, 4_000);
            service.endpoints = Endpoints {
                proxies: dice.between(1, 4) as u32,
                lag: dice.law(mean),
                route_lag: dice.law(mean),
            };
        }
        if self.has(on::BALANCERS) {
            service.balancer = match dice.below(6) {
                0 => Balancer::Random,
                1 => Balancer::LeastRequest {
                    choices: dice.below(4) as u32,
                    with_replacement: dice.below(2) == 0,
                },
                2 => Balancer::RingHash { ring_size: 64 },
                3 => Balancer::PeakEwma { decay: Span::from_secs(10) },
                4 => Balancer::Maglev { table_size: 251 },
                _ => Balancer::RoundRobin,
            };
        }
        service.memory = Memory { start_mb: 100.0, limit_mb: 200.0 };
        self.calls(index, &mut dice, &mut service);
        if self.has(on::UPSTREAM) {
            service.upstream = some_upstream(&mut dice);
        }
        if self.has(on::SHEDDING) {
            service.shedding = Some(some_shedding(&mut dice));
        }
        if self.has(on::GUARDS) {
            service.calls.iter_mut().for_each(|call| some_guards(&mut dice, call));
        }
        service
    }

    fn calls(&self, index: usize, dice: &mut Dice, service: &mut Service) {
        if !self.has(on::CALLS) {
            return;
        }
        for to in index + 1..self.services {
            if to > index + 1 && dice.below(3) == 0 {
                continue;
            }
            let retries = if self.has(on::CALL_RETRIES) { some_retries(dice) } else { Retries::default() };
            service.calls.push(Call {
                to: format!("s{to}"),
                share: if dice.below(2) == 0 { Share::ALL } else { dice.percent(100) },
                timeout: if self.has(on::TIMEOUT) { dice.millis(50, 800) } else { Span::from_secs(15) },
                retries,
                required: dice.below(3) > 0,
                breaker: None,
                limits: None,
                cancels: false,
                carries_deadline: false,
                cache: None,
                hedge: None,
            });
        }
    }

    fn clients(&self, scenario: &mut Scenario) {
        let mut dice = self.dice("clients", 0);
        let clients = &mut scenario.clients;
        if self.has(on::TIMEOUT) || self.has(on::LOSS) {
            clients.timeout = Some(dice.millis(100, 3_000));
        }
        if self.has(on::RETRIES) {
            clients.retries = some_retries(&mut dice);
        }
        if self.has(on::PATIENCE) {
            let mean = dice.millis(20, 600);
            clients.patience = Some(dice.law(mean));
        }
        for (name, priority) in [("read", 0), ("write", 1), ("pay", 2)] {
            clients.kinds.push(Kind {
                name: name.to_owned(),
                weight: dice.between(1, 5) as f64,
                cost: if dice.below(2) == 0 { 1.0 } else { 1.5 },
                value: 1.0,
                priority,
                writes: priority > 0,
                idempotent: priority < 2,
                counts_as: (priority == 2).then(|| "orders".to_owned()),
            });
        }
        if self.has(on::COHORTS) {
            for name in ["eu", "us"] {
                clients.cohorts.push(Cohort {
                    name: name.to_owned(),
                    weight: dice.between(1, 5) as f64,
                    region: String::new(),
                    plan: String::new(),
                    device: String::new(),
                    headers: Vec::new(),
                });
            }
        }
    }

    fn traffic(&self, scenario: &mut Scenario) {
        let mut dice = self.dice("traffic", 0);
        let rate = self.rate();
        let shape = &mut scenario.traffic[0].shape;
        if self.has(on::CLOSED) {
            let think = dice.law(Span::from_millis(800));
            *shape = Shape::Closed { users: dice.between(1, 60) as u32, think };
        } else if self.has(on::SPIKE) {
            *shape = Shape::Spike {
                base: rate,
                to: Rate::per_second(rate.hertz() * 4.0),
                at: dice.millis(10_000, 40_000),
                lasts: dice.millis(1_000, 15_000),
            };
        }
        if dice.below(3) == 0 {
            scenario.traffic[0].spacing = Spacing::Even;
        }
    }

    /// Runs the world to its horizon, asking on the way; `watch` sees it after every event.
    pub fn run(&self, mut watch: impl FnMut(&Simulation)) -> Simulation {
        let mut simulation = super::simulate(&self.scenario(), self.seed);
        for (at, action) in self.asks() {
            while simulation.now() < at && simulation.step() {
                watch(&simulation);
            }
            simulation.act(action, "chaos");
            watch(&simulation);
        }
        while simulation.step() {
            watch(&simulation);
        }
        simulation.run();
        simulation
    }

    /// A simulation of it at its start.
    pub fn simulate(&self) -> Simulation {
        super::simulate(&self.scenario(), self.seed)
    }

    /// Runs on from wherever `simulation` stands to `until`, asking for what falls due; at most `piece` at a time.
    pub fn play(&self, simulation: &mut Simulation, until: Time, piece: Span) {
        let from = simulation.now();
        let mut asks = self.asks();
        asks.retain(|(at, _)| *at > from && *at <= until);
        for (at, action) in asks {
            run_in_pieces(simulation, at, piece);
            simulation.act(action, "chaos");
        }
        run_in_pieces(simulation, until, piece);
    }
}

fn run_in_pieces(simulation: &mut Simulation, until: Time, piece: Span) {
    while simulation.now() < until {
        let next = simulation.now() + piece;
        simulation.run_until(next.min(until));
    }
}
