use rollout_lab::engine::*;
use rollout_lab::scenario::*;
use rollout_lab::sim::*;
use std::time::Instant;
fn svc(n: u32, demand: Dist, b: Balancer, errors: Share) -> Service {
    Service {
        name: "s".into(),
        instances: n,
        workers: 1,
        demand,
        queue: 1_000_000,
        discipline: Discipline::Fifo,
        errors,
        calls: vec![],
        boot: Boot::default(),
        memory: Memory::default(),
        probes: Probes::default(),
        drain: Drain::default(),
        balancer: b,
        endpoints: Endpoints { proxies: 1, lag: Dist::Fixed(Span(0)), route_lag: Dist::Fixed(Span(0)) },
    }
}
fn scenario(s: Service, rate: f64, horizon: u64) -> Scenario {
    Scenario {
        format: 1,
        id: "w".into(),
        title: "w".into(),
        about: "".into(),
        horizon: Span::from_secs(horizon),
        release_at: Span::from_secs(1),
        zones: vec!["a".into()],
        entry: "s".into(),
        target: "s".into(),
        services: vec![s],
        clients: Clients {
            users: 100_000,
            cohorts: vec![],
            kinds: vec![],
            timeout: None,
            patience: None,
            slow_after: None,
            retries: Retries::default(),
        },
        traffic: vec![Traffic {
            name: "c".into(),
            shape: Shape::Constant(Rate::per_second(rate)),
            spacing: Spacing::Poisson,
        }],
        releases: vec![
            Release {
                name: "v1".into(),
                notes: "".into(),
                flag: None,
                defects: vec![],
                data: DataUse::default(),
            },
            Release {
                name: "v2".into(),
                notes: "".into(),
                flag: None,
                defects: vec![],
                data: DataUse::default(),
            },
        ],
        faults: vec![],
        slos: vec![],
        monitoring: Monitoring::default(),
        people: People::default(),
        cost: Cost::default(),
    }
}
fn main() {
    let which = std::env::args().nth(1).unwrap_or("w1".into());
    let n: f64 = std::env::args().nth(2).map_or(5e6, |s| s.parse().unwrap());
    let servers: u32 = std::env::args().nth(3).map_or(100, |s| s.parse().unwrap());
    let sc = if which == "w1" {
        scenario(
            svc(1, Dist::Exponential(Span::from_millis(1)), Balancer::RoundRobin, Share::ZERO),
            900.0,
            (n / 900.0) as u64,
        )
    } else {
        let s2 = 3.25f64.ln();
        let p50 = 0.010 / (s2 / 2.0).exp();
        let p99 = p50 * (2.3263478740408408 * s2.sqrt()).exp();
        scenario(
            svc(
                servers,
                Dist::Lognormal { p50: Span::from_secs_f64(p50), p99: Span::from_secs_f64(p99) },
                Balancer::LeastRequest { choices: 2, with_replacement: false },
                "0.1%".parse().unwrap(),
            ),
            80.0 * servers as f64,
            (n / (80.0 * servers as f64)) as u64,
        )
    };
    for _ in 0..3 {
        let mut sim = Simulation::new(&sc, &Case::default(), Setup::default(), vec![], 1).unwrap();
        let t = Instant::now();
        sim.run();
        let e = t.elapsed();
        let r = sim.record();
        println!(
            "{which} {} req {:.1} ns/req events {} mean {:.3} ms p50 {:?} p99 {:?} {}",
            r.truth.requests.arrived,
            e.as_nanos() as f64 / r.truth.requests.arrived as f64,
            r.events,
            r.truth.latency.mean().as_millis_f64(),
            r.truth.latency.quantile(0.5).as_millis_f64(),
            r.truth.latency.quantile(0.99).as_millis_f64(),
            r.digest
        );
    }
}
