//! Small worlds: a scenario in a few words, everything that is not asked for switched off.

use crate::engine::{Dist, Rate, Share, Span};
use crate::scenario::{
    Balancer, Boot, Call, Clients, Cost, DataUse, Discipline, Drain, Endpoints, FORMAT, Fidelity, Memory,
    Monitoring, People, Probes, Release, Retries, Scenario, Service, Shape, Spacing, Traffic, Upstream,
};

/// A service without probes whose instances come up at once and whose one proxy learns everything at once.
pub fn service(name: &str, instances: u32, workers: u32, demand: Dist) -> Service {
    Service {
        name: name.to_owned(),
        instances,
        workers,
        demand,
        queue: 1_000_000,
        discipline: Discipline::Fifo,
        errors: Share::ZERO,
        calls: Vec::new(),
        boot: Boot { pull: Dist::Fixed(Span::ZERO), start: Dist::Fixed(Span::ZERO), warm_up: None },
        memory: Memory::default(),
        probes: Probes::default(),
        drain: Drain::default(),
        balancer: Balancer::RoundRobin,
        upstream: Upstream::default(),
        endpoints: Endpoints { proxies: 1, lag: Dist::Fixed(Span::ZERO), route_lag: Dist::Fixed(Span::ZERO) },
        shedding: None,
    }
}

/// A call that every request makes and waits for as long as it takes.
pub fn call(to: &str) -> Call {
    Call {
        to: to.to_owned(),
        share: Share::ALL,
        timeout: Span::from_secs(86_400),
        retries: Retries::default(),
        required: true,
        breaker: None,
        limits: None,
        cancels: false,
        carries_deadline: false,
        cache: None,
        hedge: None,
    }
}

/// A release in which nothing is wrong.
pub fn release(name: &str) -> Release {
    Release {
        name: name.to_owned(),
        notes: String::new(),
        flag: None,
        defects: Vec::new(),
        data: DataUse::default(),
    }
}

/// Poisson arrivals at the first service, which is also the target; patient clients; instant people; two sound releases.
pub fn scenario(services: Vec<Service>, rate: Rate, horizon: Span) -> Scenario {
    let first = services[0].name.clone();
    Scenario {
        format: FORMAT,
        id: "test".to_owned(),
        title: "A small world".to_owned(),
        about: String::new(),
        fidelity: Fidelity::Requests,
        horizon,
        release_at: Span::ZERO,
        zones: vec!["a".to_owned()],
        entry: first.clone(),
        target: first,
        services,
        clients: Clients {
            users: 10_000,
            cohorts: Vec::new(),
            kinds: Vec::new(),
            timeout: None,
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
        releases: vec![release("v1"), release("v2")],
        faults: Vec::new(),
        flag_service: None,
        freezes: Vec::new(),
        slos: Vec::new(),
        monitoring: Monitoring::default(),
        people: People { act: Dist::Fixed(Span::ZERO), ..People::default() },
        cost: Cost::default(),
    }
}
