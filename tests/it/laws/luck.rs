//! Law 17: every draw belongs to a thing. An unrelated service, other faults, other alerts and another plan change no other
//! thing's arrivals, demands, starts, probes, lags, breakdowns, scrapes and people's times.

use std::collections::BTreeMap;

use rollout_lab::engine::{Dist, Level, Rate, Share, Span, Time};
use rollout_lab::scenario::{
    Balancer, Breaker, Cache, Call, Endpoints, Fault, FaultKind, Probe, Probes, Scenario, When,
};
use rollout_lab::sim::{Action, Case, Pool, Route, Setup, Simulation, What};
use rollout_lab::telemetry::{AlertRule, Condition, Metric, Query, Subject, Urgency};

use super::chaos::{self, Chaos, HORIZON_S};
use crate::laws::{simulate, simulate_with};
use crate::world;

const END: Time = Time::from_secs(HORIZON_S);

/// All that happened to other things than those whose names begin with "apart".
fn facts_of_the_rest(simulation: &Simulation) -> Vec<(Time, String, String)> {
    let all = simulation.facts().iter();
    let texts = all.map(|fact| (fact.at, fact.what.to_string(), fact.because.clone()));
    texts.filter(|(_, what, _)| !what.contains("apart")).collect()
}

fn query(of: Subject) -> Query {
    Query { metric: Metric::RequestRate, of, over: Span::from_secs(60), zone: None, cohort: None, kind: None }
}

/// A service that nobody calls, with trouble of its own, added to a random world: where it stands in the file is drawn.
fn with_a_service_apart(chaos: &Chaos) -> Scenario {
    let mut scenario = chaos.scenario();
    let other = Chaos { seed: chaos.seed ^ 77, services: 1, features: chaos.features, actions: Vec::new() };
    let mut apart = other.scenario().services[0].clone();
    apart.name = "apart".to_owned();
    let place = (chaos.seed % (chaos.services as u64 + 1)) as usize;
    scenario.services.insert(place, apart);
    let fault = |name: &str, when, what| Fault { name: name.to_owned(), when, lasts: None, what };
    let (service, every) = ("apart".to_owned(), Dist::Exponential(Span::from_secs(15)));
    let wear = FaultKind::Breakdowns {
        service: service.clone(),
        up: every.clone(),
        repair: every.clone(),
        crews: 1,
    };
    scenario.faults.insert(0, fault("apart wears", When::At(Span::ZERO), wear));
    let crash = FaultKind::Crash { service, instances: 1 };
    scenario.faults.insert(0, fault("apart crashes", When::Every(every), crash));
    scenario
}

#[test]
fn an_unrelated_service_changes_nobody_elses_result() {
    chaos::in_random_worlds(48, |chaos| {
        let [alone, beside] = [chaos.scenario(), with_a_service_apart(chaos)].map(|scenario| {
            let mut simulation = simulate(&scenario, chaos.seed);
            chaos.play(&mut simulation, END, Span::from_secs(1_000));
            simulation
        });
        assert_eq!(facts_of_the_rest(&alone), facts_of_the_rest(&beside));
        let (one, other) = (alone.record(), beside.record());
        assert_eq!(one.truth.requests, other.truth.requests);
        assert_eq!(one.truth.causes, other.truth.causes);
        assert_eq!(one.truth.latency, other.truth.latency);
        assert_eq!(one.truth.instance_time, other.truth.instance_time);
        let mut subjects = vec![Subject::Target, Subject::Baseline, Subject::Candidate];
        subjects.extend(alone.instances("s0").first().map(|_| Subject::Service("s0".to_owned())));
        for of in subjects {
            let seen = |record: &rollout_lab::sim::Record| {
                record.observed.metrics.series(&query(of.clone()), Span::from_millis(500), END)
            };
            assert_eq!(seen(&one), seen(&other), "what is seen of {of}, and when");
        }
    });
}

/// When something happened to one thing: an instance as `pool/ordinal`, with the service and what it was.
type Times = BTreeMap<(String, String, String), Vec<Time>>;

/// A world in which only luck decides how long things take: no load to speak of, probes that check the process only.
fn slow_to_start() -> Scenario {
    let soon = |mean_s: u64| Dist::Exponential(Span::from_secs(mean_s));
    let probe = Probe { period: Span::from_secs(7), ..Probe::default() };
    let service = |name: &str| {
        let mut service = world::service(name, 3, 8, Dist::Exponential(Span::from_millis(5)));
        (service.boot.pull, service.boot.start) = (soon(5), soon(6));
        service.probes = Probes { startup: None, readiness: Some(probe), liveness: None };
        service.endpoints = Endpoints { proxies: 4, lag: soon(2), route_lag: soon(2) };
        service
    };
    let mut services = vec![service("shop"), service("stock")];
    services[0].calls = vec![Call {
        breaker: Some(Breaker::default()),
        cache: Some(Cache { keys: 50, ttl: Span::from_secs(20), skew: 1.0, shared: false }),
        ..world::call("stock")
    }];
    let mut scenario = world::scenario(services, Rate::per_second(3.0), Span::from_secs(240));
    let (service, every) = ("stock".to_owned(), soon(40));
    scenario.faults = vec![
        Fault {
            name: "wear".to_owned(),
            when: When::At(Span::ZERO),
            lasts: None,
            what: FaultKind::Breakdowns {
                service: service.clone(),
                up: every.clone(),
                repair: soon(10),
                crews: 9,
            },
        },
        Fault {
            name: "crash".to_owned(),
            when: When::Every(every),
            lasts: None,
            what: FaultKind::Crash { service, instances: 1 },
        },
    ];
    scenario
}

/// Runs to the end and notes when what happened to each instance, and when each proxy learned of it.
fn times_of(simulation: &mut Simulation, asks: &[(u64, Action)]) -> Times {
    let mut times = Times::new();
    let mut known: BTreeMap<(String, usize, u32), ()> = BTreeMap::new();
    let mut asks = asks.iter().peekable();
    loop {
        while let Some((_, action)) = asks.next_if(|(at, _)| Time::from_secs(*at) <= simulation.now()) {
            simulation.act(action.clone(), "the plan");
        }
        if !simulation.step() {
            break;
        }
        let now = simulation.now();
        for service in ["shop", "stock"] {
            let names = names_of(simulation, service);
            for (proxy, knows) in simulation.known(service).into_iter().enumerate() {
                for number in knows {
                    if known.insert((service.to_owned(), proxy, number), ()).is_none() {
                        let what = format!("proxy {proxy} knows it");
                        times
                            .entry((service.to_owned(), names[&number].clone(), what))
                            .or_default()
                            .push(now);
                    }
                }
            }
        }
    }
    let names = ["shop", "stock"].map(|service| names_of(simulation, service));
    for fact in simulation.facts() {
        let (service, number, what) = match &fact.what {
            What::Ready { service, instance, .. } => (service, instance, "ready"),
            What::NotReady { service, instance, .. } => (service, instance, "not ready"),
            What::Crashed { service, instance, .. } => (service, instance, "down"),
            _ => continue,
        };
        let name = names[usize::from(service == "stock")][number].clone();
        times.entry((service.clone(), name, what.to_owned())).or_default().push(fact.at);
    }
    times
}

/// Each instance's pool and ordinal, by its number.
fn names_of(simulation: &Simulation, service: &str) -> BTreeMap<u32, String> {
    let mut counts = [0; 3];
    let mut names = BTreeMap::new();
    for instance in simulation.instances(service) {
        let ordinal = &mut counts[instance.pool.index()];
        names.insert(instance.number, format!("{}/{ordinal}", instance.pool.name()));
        *ordinal += 1;
    }
    names
}

#[test]
fn another_plan_leaves_every_instance_its_own_times() {
    for seed in 0..12 {
        let candidates = (60, Action::Scale { pool: Pool::Candidate, to: 3 });
        let plan = vec![candidates.clone()];
        let busier = vec![
            (5, Action::Scale { pool: Pool::Control, to: 2 }),
            (10, Action::Route(Route::split(Share::ZERO))),
            (15, Action::Test { pool: Pool::Stable, requests: 3, over: Span::from_secs(3), id: 1 }),
            (20, Action::Shed { share: Share::ZERO }),
            candidates,
        ];
        let scenario = slow_to_start();
        let [first, second] = [plan, busier].map(|asks| times_of(&mut simulate(&scenario, seed), &asks));
        let shared: Vec<_> = first.keys().filter(|key| second.contains_key(*key)).collect();
        assert!(shared.len() > 30, "seed {seed}: {} kinds of times to compare", shared.len());
        for key in shared {
            assert_eq!(first[key], second[key], "seed {seed}: {key:?}");
        }
    }
}

#[test]
fn another_fault_leaves_every_fault_its_own_strikes() {
    for seed in 0..12 {
        let strikes = |others: bool| {
            let mut scenario = slow_to_start();
            let between = When::Between(Span::from_secs(10), Span::from_secs(200));
            let what = FaultKind::Brownout {
                service: "shop".to_owned(),
                instances: None,
                latency: 1.5,
                errors: Share::ZERO,
            };
            let lasts = Some(Span::from_secs(5));
            scenario.faults.push(Fault { name: "slow".to_owned(), when: between.clone(), lasts, what });
            if others {
                let what = FaultKind::Crash { service: "shop".to_owned(), instances: 1 };
                scenario
                    .faults
                    .insert(0, Fault { name: "apart".to_owned(), when: between, lasts: None, what });
            }
            let mut simulation = simulate(&scenario, seed);
            simulation.run();
            let begins = |name: &str| -> Vec<Time> {
                let of_it =
                    simulation.facts().iter().filter(|fact| fact.what == What::FaultBegan(name.to_owned()));
                of_it.map(|fact| fact.at).collect()
            };
            let down = simulation.facts().iter().filter_map(|fact| match &fact.what {
                What::Crashed { service, instance, .. } if service == "stock" => Some((fact.at, *instance)),
                _ => None,
            });
            (begins("slow"), begins("crash"), down.collect::<Vec<_>>())
        };
        let (alone, beside) = (strikes(false), strikes(true));
        assert!(!alone.0.is_empty() && !alone.2.is_empty(), "seed {seed}: {alone:?}");
        assert_eq!(alone, beside, "seed {seed}");
    }
}

#[test]
fn an_extra_launch_does_not_choose_other_victims() {
    let mut spared = 0;
    for seed in 0..20 {
        let victim = |extra: u32| {
            let mut scenario = slow_to_start();
            scenario.services[0].instances = 12;
            let what = FaultKind::Crash { service: "shop".to_owned(), instances: 1 };
            let when = When::At(Span::from_secs(200));
            scenario.faults = vec![Fault { name: "one".to_owned(), when, lasts: None, what }];
            let mut simulation = simulate(&scenario, seed);
            simulation.act(Action::Scale { pool: Pool::Control, to: extra }, "");
            simulation.run();
            simulation.facts().iter().find_map(|fact| match fact.what {
                What::Crashed { instance, pool, .. } => Some((instance, pool)),
                _ => None,
            })
        };
        let (one, other) = (victim(0).expect("a crash"), victim(1).expect("a crash"));
        assert!(one == other || other.1 == Pool::Control, "seed {seed}: {one:?}, then {other:?}");
        spared += u32::from(one == other);
    }
    assert!(spared >= 15, "the extra one is hit in one of thirteen: {spared} of 20 the same");
}

#[test]
fn another_alert_and_another_order_leave_people_their_times() {
    let rule = |name: &str, when| AlertRule {
        name: name.to_owned(),
        when,
        hold: Span::ZERO,
        keep_firing_for: Span::ZERO,
        urgency: Urgency::Page,
    };
    for seed in 0..12 {
        let times = |others: bool| {
            let mut scenario = slow_to_start();
            scenario.faults.clear();
            scenario.horizon = Span::from_secs(2_400);
            scenario.people.act = Dist::Exponential(Span::from_secs(9));
            let level = |rate: f64| Level::Number(rate);
            let mut alerts = vec![rule("quiet", Condition::Below(query(Subject::Target), level(100.0)))];
            if others {
                alerts.insert(0, rule("here", Condition::Above(query(Subject::Target), level(0.0))));
            }
            let setup = Setup { alerts, runbook: Some(Vec::new()), ..Setup::default() };
            let case = Case::default();
            let mut simulation = Simulation::new(&scenario, &case, setup, Vec::new(), seed).expect("a world");
            if others {
                simulation.act(Action::Scale { pool: Pool::Control, to: 1 }, "");
            }
            simulation.run_until(Time::from_secs(50));
            simulation.act(Action::Scale { pool: Pool::Candidate, to: 1 }, "");
            simulation.run();
            let at = |wanted: &What| {
                simulation.facts().iter().find(|fact| fact.what == *wanted).map(|fact| fact.at)
            };
            let quiet = "quiet".to_owned();
            let launched = What::Launched { service: "shop".to_owned(), pool: Pool::Candidate, count: 1 };
            [What::Paged(quiet.clone()), What::Acknowledged(quiet.clone()), What::Diagnosed(quiet), launched]
                .map(|what| at(&what))
        };
        let (one, other) = (times(false), times(true));
        let [paged, answered, _, launched] = &one;
        let known = [paged, answered, launched].iter().all(|at| at.is_some());
        assert!(known, "seed {seed}: {one:?}, though the cause may be found after the end");
        assert_eq!(one, other, "seed {seed}");
    }
}

/// Consistent hashing sends a user to the same instance whatever another pool launched first.
#[test]
fn a_hash_ring_knows_an_instance_by_what_it_is() {
    for balancer in [Balancer::RingHash { ring_size: 1024 }, Balancer::Maglev { table_size: 1021 }] {
        let chosen = |extra: u32| {
            let mut scenario = slow_to_start();
            scenario.services[0].balancer = balancer;
            scenario.faults.clear();
            let mut simulation = simulate_with(&scenario, Setup::default(), 3);
            simulation.act(Action::Scale { pool: Pool::Control, to: extra }, "");
            simulation.run_until(Time::from_secs(60));
            simulation.act(Action::Scale { pool: Pool::Candidate, to: 4 }, "");
            simulation.run_until(Time::from_secs(150));
            simulation.act(Action::Route(Route::all_to(Pool::Candidate)), "");
            simulation.sample_traces();
            simulation.run();
            let names = names_of(&simulation, "shop");
            let tries = simulation.sampled_tries(Time::from_secs(200)).1;
            let chosen: Vec<(u32, String)> = tries
                .iter()
                .filter_map(|one| Some((one.user, names.get(&simulation.instance_of(one)?)?.clone())))
                .collect();
            chosen
        };
        let (one, other) = (chosen(0), chosen(2));
        assert!(one.len() > 20, "{} tries", one.len());
        assert_eq!(one, other, "{balancer:?}");
    }
}
