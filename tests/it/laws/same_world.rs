//! The same world under every plan: what is given does not depend on what is decided, nor on how it is written down.

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{
    Balancer, Clients, Discipline, Fault, FaultKind, Retries, Scenario, Shape, When,
};
use rollout_lab::sim::{Action, Pool, Requests, Route, Simulation};

use super::chaos::{self, on};
use super::routing::{arrivals, roomy, take};
use crate::laws::simulate;
use crate::world;

/// Demand that differs from request to request.
fn varied() -> Scenario {
    let mut scenario = roomy();
    scenario.services[0].demand = Dist::Lognormal { p50: Span::from_millis(20), p99: Span::from_millis(200) };
    scenario
}

#[test]
fn arrivals_users_kinds_and_demands_are_the_same_under_every_route() {
    let routes = [
        Route::all_to(Pool::Stable),
        Route::all_to(Pool::Candidate),
        Route::split(Share::percent(30.0)),
        Route { sticky: true, ..Route::split(Share::percent(70.0)) },
        Route::by_instances(),
    ];
    let until = Time::from_secs(30);
    let mut first = None;
    for route in routes {
        let mut simulation = simulate(&varied(), 21);
        take(&mut simulation, route.clone());
        let seen: Vec<(Time, u32, usize)> = arrivals(&mut simulation, until)
            .iter()
            .map(|request| (request.at, request.user, request.kind))
            .collect();
        simulation.run();
        let latency = simulation.record().truth.latency;
        let (arrived, demands) = first.get_or_insert_with(|| (seen.clone(), latency.clone()));
        assert_eq!(*arrived, seen, "who asks for what, and when, under {route:?}");
        assert_eq!(*demands, latency, "how much work it is, under {route:?}");
    }
}

#[test]
fn arrivals_are_the_same_whatever_the_service_does() {
    let counts = |simulation: &mut Simulation| -> Vec<u64> {
        (1..=20)
            .map(|tens| {
                simulation.run_until(Time::from_secs(tens * 10));
                simulation.requests().arrived
            })
            .collect()
    };
    let good = counts(&mut simulate(&varied(), 22));
    let mut bad = varied();
    bad.services[0].workers = 1;
    bad.services[0].queue = 3;
    bad.services[0].errors = Share::percent(50.0);
    bad.services[0].discipline = Discipline::ProcessorSharing;
    bad.services[0].balancer = Balancer::Random;
    bad.clients = Clients {
        timeout: Some(Span::from_millis(50)),
        retries: Retries { limit: 3, ..Retries::default() },
        ..bad.clients
    };
    let mut simulation = simulate(&bad, 22);
    take(&mut simulation, Route::split(Share::percent(50.0)));
    assert_eq!(counts(&mut simulation), good);
}

#[test]
fn a_candidate_without_weight_is_none() {
    let run = |candidates: u32| {
        let mut simulation = simulate(&varied(), 24);
        simulation.act(Action::Scale { pool: Pool::Candidate, to: candidates }, "");
        simulation.act(Action::Route(Route::split(Share::ZERO)), "");
        simulation.run();
        let truth = simulation.record().truth;
        (truth.requests, truth.latency, truth.causes, truth.max_exposure)
    };
    assert_eq!(run(0), run(3));
}

#[test]
fn one_zone_is_no_zones_and_names_do_not_matter() {
    let chaos = chaos::Chaos {
        seed: 5,
        services: 3,
        features: on::CALLS | on::LAGS | on::RETRIES,
        actions: Vec::new(),
    };
    let mut one = chaos.scenario();
    one.zones = vec!["a".to_owned()];
    let mut other = one.clone();
    other.zones = vec!["somewhere".to_owned()];
    let run = |scenario: &Scenario| {
        let mut simulation = simulate(scenario, 5);
        simulation.run();
        simulation.digest()
    };
    assert_eq!(run(&one), run(&other));
    let mut three = one.clone();
    three.zones = ["a", "b", "c"].map(str::to_owned).to_vec();
    assert_eq!(run(&one), run(&three), "zones matter only when one is lost");
}

#[test]
fn units_are_only_a_way_of_writing() {
    let write = |lines: &str| lines.parse::<Span>().expect("a span");
    let with = |work: &str, timeout: &str, rate: &str| {
        let service = world::service("shop", 2, 2, Dist::Exponential(write(work)));
        let rate: Rate = rate.parse().expect("a rate");
        let mut scenario = world::scenario(vec![service], rate, write("2m"));
        scenario.clients.timeout = Some(write(timeout));
        let mut simulation = simulate(&scenario, 25);
        simulation.run();
        simulation.digest()
    };
    assert_eq!(with("25ms", "250ms", "90/s"), with("0.025s", "0.25s", "5400/m"));
    assert_eq!(with("25ms", "250ms", "90/s"), with("25000us", "0.25s", "90/s"));
    assert_ne!(with("25ms", "250ms", "90/s"), with("26ms", "250ms", "90/s"));
}

#[test]
fn what_is_to_come_changes_nothing_before_it_comes() {
    let struck = Span::from_secs(50);
    let before = Time(struck.0 - 1);
    chaos::in_random_worlds(24, |chaos| {
        let plain = chaos.scenario();
        let mut doomed = plain.clone();
        // A fault of its own after all others, so that theirs keep their places.
        doomed.faults.push(Fault {
            name: "later".to_owned(),
            when: When::At(struck),
            lasts: None,
            what: FaultKind::Brownout {
                service: "s0".to_owned(),
                instances: None,
                latency: 5.0,
                errors: Share::percent(50.0),
            },
        });
        let [mut first, mut second] = [&plain, &doomed].map(|scenario| {
            let mut simulation = simulate(scenario, chaos.seed);
            chaos.play(&mut simulation, before, Span::from_secs(1));
            simulation
        });
        assert_eq!(first.digest(), second.digest(), "nothing differs before the fault");
        assert_eq!(first.facts(), second.facts());
        let requests: [Requests; 2] = [first.requests(), second.requests()];
        assert_eq!(requests[0], requests[1]);
        let end = first.horizon();
        chaos.play(&mut first, end, Span::from_secs(1));
        chaos.play(&mut second, end, Span::from_secs(1));
        assert_ne!(first.digest(), second.digest(), "the fault does strike");
    });
}

#[test]
fn traffic_to_come_changes_nothing_before_it_comes() {
    let shape = |late: f64| Shape::Trace {
        file: String::new(),
        points: vec![
            (Span::ZERO, Rate::per_second(50.0)),
            (Span::from_secs(60), Rate::per_second(50.0)),
            (Span::from_secs(61), Rate::per_second(late)),
        ],
    };
    let run = |late: f64, until: u64| {
        let mut scenario = varied();
        scenario.traffic[0].shape = shape(late);
        let mut simulation = simulate(&scenario, 26);
        simulation.run_until(Time::from_secs(until));
        simulation.digest()
    };
    assert_eq!(run(50.0, 60), run(500.0, 60));
    assert_ne!(run(50.0, 62), run(500.0, 62));
}

/// Law 16 for grey failures: to strike every instance is to strike the service, and to strike some is to spare the rest.
#[test]
fn a_fault_of_all_instances_is_one_of_the_service_and_one_of_some_spares_the_others() {
    let with = |instances: Option<u32>, seed: u64| {
        let mut scenario = varied();
        scenario.faults.push(Fault {
            name: "grey".to_owned(),
            when: When::At(Span::from_secs(20)),
            lasts: None,
            what: FaultKind::Brownout {
                service: scenario.services[0].name.clone(),
                instances,
                latency: 2.0,
                errors: Share::ALL,
            },
        });
        let mut simulation = simulate(&scenario, seed);
        simulation.run();
        let record = simulation.record();
        (record.digest, record.truth.requests.failed)
    };
    for seed in [3, 4, 5] {
        let all = varied().services[0].instances;
        let (service, failed) = with(None, seed);
        assert_eq!(with(Some(all), seed), (service, failed), "seed {seed}");
        let (_, of_one) = with(Some(1), seed);
        let share = of_one as f64 / failed as f64 * f64::from(all);
        assert!((0.9..1.1).contains(&share), "seed {seed}: {share}");
    }
}
