//! Models as ordinary scenarios: services, demands, balancers, routes, releases, faults.

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{
    Balancer, Defect, Discipline, Effect, Fault, FaultKind, Jitter, Kind, Retries, Scenario, Service, When,
};
use rollout_lab::sim::{Action, Case, MatchRule, Pool, Route, Setup, Simulation};

use super::model::{Law, Model, Policy};
use crate::world;

/// Requests that arrive in one second: enough that the watching around them costs little.
const RATE: f64 = 500.0;

/// Instances that stand for infinitely many at this load: fewer where it takes them long to fill up.
pub fn many(load: f64) -> u32 {
    if load > 0.92 { 1000 } else { 4000 }
}

/// A model made ready to run.
pub struct World {
    scenario: Scenario,
    actions: Vec<Action>,
    /// Length of the model's unit of time, in seconds.
    pub unit_s: f64,
    /// Until when it settles.
    pub warm: Time,
    /// Between looks at the loads.
    pub look: Span,
    /// The services of a chain; empty when it is none.
    pub chain: Vec<String>,
    /// Where in the fleet each of the model's servers stands, when they differ.
    pub order: Vec<usize>,
    /// Whether its kinds of request are to be told apart.
    pub by_kind: bool,
    /// Whether machines are looked at rather than requests.
    pub machines: bool,
}

impl World {
    /// The simulation of `seed`, its actions asked for.
    pub fn simulate(&self, seed: u64) -> Simulation {
        let case = Case {
            faults: self.scenario.faults.iter().map(|fault| fault.name.clone()).collect(),
            ..Case::default()
        };
        let mut simulation = Simulation::new(&self.scenario, &case, Setup::default(), Vec::new(), seed)
            .unwrap_or_else(|issues| panic!("{issues:#?}"));
        for action in &self.actions {
            simulation.act(action.clone(), "");
        }
        simulation
    }

    /// Name of the service that is measured.
    pub fn target(&self) -> &str {
        &self.scenario.target
    }

    /// A world of these services at `rate` requests a unit, run for `units` of which the first fifth is warm-up.
    fn of(services: Vec<Service>, rate: f64, unit_s: f64, units: f64) -> Self {
        let horizon = Span::from_secs_f64(units * unit_s);
        let mut scenario = world::scenario(services, Rate::per_second(rate / unit_s), horizon);
        // Nobody watches: what watching draws is made as cheap as can be.
        scenario.monitoring.scrape = Span::from_secs(3600);
        scenario.monitoring.lag = Dist::Fixed(Span::ZERO);
        scenario.people.acknowledge = Dist::Fixed(Span::ZERO);
        Self {
            scenario,
            actions: Vec::new(),
            unit_s,
            warm: Time::ZERO + horizon / 5,
            look: Span::from_secs_f64(2.0 / rate * unit_s),
            chain: Vec::new(),
            order: Vec::new(),
            by_kind: false,
            machines: false,
        }
    }
}

/// How many requests one run brings: more the busier it is, since a busy queue forgets slowly (its relaxation time
/// grows as `1 / (1 - load)^2`).
fn requests(load: f64) -> f64 {
    let idle = 1.0 - load.min(0.97);
    (200.0 / (idle * idle)).clamp(50_000.0, 200_000.0)
}

/// The scenario that a model is.
pub fn build(model: &Model) -> World {
    let rate = model.rate();
    let unit_s = rate / RATE;
    let units = requests(model.load()) / rate;
    let span = |units: f64| Span::from_secs_f64(units * unit_s);
    let exponential = |mu: f64| Dist::Exponential(span(1.0 / mu));
    let law = |law: &Law| law.dist(unit_s);
    match model {
        Model::Station { law: service, servers, room, leave, shared, .. } => {
            let mut station = world::service("station", 1, *servers, law(service));
            station.queue = room.map_or(1_000_000, |room| room - servers);
            if *shared {
                station.discipline = Discipline::ProcessorSharing;
            }
            let mut world = World::of(vec![station], rate, unit_s, units);
            world.scenario.clients.patience = leave.map(exponential);
            world
        }
        Model::Priority { high, low, mu } => {
            let mut station = world::service("station", 1, 1, exponential(*mu));
            station.discipline = Discipline::Priority;
            let mut world = World::of(vec![station], rate, unit_s, units);
            world.scenario.clients.kinds = vec![kind("high", *high, 1.0, 1), kind("low", *low, 1.0, 0)];
            world.by_kind = true;
            world
        }
        Model::Balanced { policy, servers, mu, limit, .. } => balanced(model, *policy, *servers, *mu, *limit),
        Model::Weighted { weights, mu, .. } => weighted(weights, mu, rate, unit_s, units),
        Model::Tandem { mu, .. } => {
            let names: Vec<String> = (1..=mu.len()).map(|stage| format!("stage-{stage}")).collect();
            // A worker is held while its calls are made, so the stages are called one after the other by a door that
            // has workers for all and no work of its own.
            let mut door = world::service("door", 1, 10_000, Dist::Fixed(Span::ZERO));
            door.calls = names.iter().map(|name| world::call(name)).collect();
            let stages = names.iter().zip(mu).map(|(name, mu)| world::service(name, 1, 1, exponential(*mu)));
            let mut world = World::of(std::iter::once(door).chain(stages).collect(), rate, unit_s, units);
            world.chain = names;
            world
        }
        Model::Feedback { mu, fail, .. } => {
            let mut station = world::service("station", 1, 1, exponential(*mu));
            station.errors = Share::percent(fail * 100.0);
            let mut world = World::of(vec![station], rate, unit_s, units);
            world.scenario.clients.retries = Retries {
                limit: 10,
                base: Span::ZERO,
                cap: Span::ZERO,
                jitter: Jitter::None,
                ..Retries::default()
            };
            world
        }
        Model::Repair { machines, fail, repair, crews, .. } => {
            let fleet = world::service("fleet", *machines, 1, Dist::Fixed(Span::from_millis(1)));
            let units = (20_000.0 / (fail * f64::from(*machines))).min(200_000.0);
            let mut world = World::of(vec![fleet], 1e-3, 1.0, units);
            let mean = |rate: f64| Dist::Exponential(Span::from_secs_f64(1.0 / rate));
            world.scenario.faults = vec![Fault {
                name: "wear".to_owned(),
                when: When::At(Span::ZERO),
                lasts: None,
                what: FaultKind::Breakdowns {
                    service: "fleet".to_owned(),
                    up: mean(*fail),
                    repair: mean(*repair),
                    crews: *crews,
                },
            }];
            world.machines = true;
            world
        }
    }
}

fn kind(name: &str, weight: f64, cost: f64, priority: u8) -> Kind {
    Kind {
        name: name.to_owned(),
        weight,
        cost,
        value: 0.0,
        priority,
        writes: false,
        idempotent: true,
        counts_as: None,
    }
}

fn balanced(model: &Model, policy: Policy, servers: u32, mu: f64, limit: bool) -> World {
    let load = model.load();
    let servers = if limit { many(load) } else { servers };
    let rate = if limit { model.rate() * f64::from(servers) } else { model.rate() };
    let unit_s = if limit { 1.0 } else { rate / RATE };
    let mut fleet = world::service("fleet", servers, 1, Dist::Exponential(Span::from_secs_f64(unit_s / mu)));
    fleet.balancer = match policy {
        Policy::Random => Balancer::Random,
        Policy::RoundRobin => Balancer::RoundRobin,
        Policy::Shortest => Balancer::LeastRequest { choices: 0, with_replacement: false },
        Policy::ShortestOf { choices, with_replacement } => {
            Balancer::LeastRequest { choices, with_replacement }
        }
    };
    if !limit {
        // Each server sees its share of the requests only.
        let count = requests(load) * f64::from(servers).sqrt();
        return World::of(vec![fleet], rate, unit_s, count / rate);
    }
    // With so many servers a short time tells much, once they have filled up: by the differential equations of the
    // limit the mean is within 0.2 % by then.
    let settling = 6.0 / (1.0 - load) / mu;
    let measured = 40.0 / mu;
    let mut world = World::of(vec![fleet], rate, unit_s, settling + measured);
    world.warm = Time::ZERO + Span::from_secs_f64(settling * unit_s);
    world.look = Span::from_secs_f64(unit_s / mu / 2.0);
    world
}

/// Servers chosen by weight: the route splits between two pools, of which the slower runs a release with a defect of
/// latency; equal servers stand in one pool behind a random balancer. With three sorts of servers, rules send three kinds
/// of request, each with its own cost, to the three pools.
fn weighted(weights: &[f64], mu: &[f64], rate: f64, unit_s: f64, units: f64) -> World {
    let mut sorts: Vec<(f64, f64, Vec<usize>)> = Vec::new();
    for (server, pair) in weights.iter().zip(mu).enumerate() {
        match sorts.iter_mut().find(|(weight, mu, _)| (*weight, *mu) == (*pair.0, *pair.1)) {
            Some((_, _, members)) => members.push(server),
            None => sorts.push((*pair.0, *pair.1, vec![server])),
        }
    }
    assert!(sorts.len() <= 3, "a target has three pools, not {}", sorts.len());
    sorts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let fastest = sorts[0].1;
    let mean = Span::from_secs_f64(unit_s / fastest);
    let mut fleet = world::service("fleet", sorts[0].2.len() as u32, 1, Dist::Exponential(mean));
    fleet.balancer = Balancer::Random;
    let mut world = World::of(vec![fleet], rate, unit_s, units * weights.len() as f64);
    for (pool, (_, _, members)) in Pool::ALL.into_iter().zip(&sorts).skip(1) {
        world.actions.push(Action::Scale { pool, to: members.len() as u32 });
    }
    let share = |sort: &(f64, f64, Vec<usize>)| sort.0 * sort.2.len() as f64;
    if sorts.len() == 2 {
        world.scenario.releases[1].defects = vec![Defect {
            name: "slow".to_owned(),
            when: Vec::new(),
            then: Effect::Latency(fastest / sorts[1].1),
        }];
        world.actions.push(Action::Route(Route::split(Share::percent(share(&sorts[1]) * 100.0))));
    } else if sorts.len() == 3 {
        let mut route = Route::all_to(Pool::Stable);
        for (pool, sort) in Pool::ALL.into_iter().zip(&sorts) {
            world.scenario.clients.kinds.push(kind(pool.name(), share(sort), fastest / sort.1, 0));
            route.rules.push(MatchRule {
                cohorts: Vec::new(),
                kinds: vec![pool.name().to_owned()],
                headers: vec![],
                to: pool,
            });
        }
        world.actions.push(Action::Route(route));
    }
    let fleet_order: Vec<usize> = sorts.iter().flat_map(|sort| sort.2.iter().copied()).collect();
    world.order = (0..weights.len())
        .map(|server| fleet_order.iter().position(|other| *other == server).unwrap_or(0))
        .collect();
    world
}
