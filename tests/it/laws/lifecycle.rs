//! Instances come, are seen, drain and go as Kubernetes has them do.

use rollout_lab::engine::{Dist, Rate, Span, Time};
use rollout_lab::scenario::{Checks, Defect, Drain, Effect, Probe, Probes, Scenario};
use rollout_lab::sim::{Action, Cause, Fact, Pool, Simulation, What};

use crate::laws::simulate;
use crate::world;

fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

/// Four instances whose work takes up to two seconds, whose proxies learn within three, and which wait that long before
/// they stop listening.
fn draining() -> Scenario {
    let work = Dist::Uniform { min: Span::from_millis(100), max: secs(2) };
    let mut service = world::service("shop", 4, 4, work);
    service.queue = 8;
    service.endpoints.proxies = 3;
    service.endpoints.lag = Dist::Uniform { min: Span::ZERO, max: secs(3) };
    // Eight may wait for four workers: two rounds of two seconds, and the one that runs.
    service.drain = Drain { pre_stop: secs(3), grace: secs(3 + 3 * 2), finishes_work: true, budget: None };
    world::scenario(vec![service], Rate::per_second(9.0), secs(300))
}

fn resize(simulation: &mut Simulation, sizes: &[u32]) {
    for to in sizes {
        let next = simulation.now() + secs(20);
        simulation.act(Action::Scale { pool: Pool::Stable, to: *to }, "");
        simulation.run_until(next);
    }
}

fn dropped(facts: &[Fact]) -> u32 {
    facts.iter().map(|fact| if let What::Gone { dropped, .. } = fact.what { dropped } else { 0 }).sum()
}

/// Law 21: a drain drops nothing that fits its grace.
#[test]
fn a_drain_drops_nothing_that_fits_its_grace() {
    for seed in 0..10 {
        let mut simulation = simulate(&draining(), seed);
        resize(&mut simulation, &[3, 4, 5, 3, 6, 4, 5, 3, 4, 3, 6, 3]);
        let gone = simulation.facts().iter().filter(|fact| matches!(fact.what, What::Gone { .. })).count();
        assert!(gone >= 10, "{gone} instances went");
        assert_eq!(dropped(simulation.facts()), 0);
        assert_eq!(simulation.causes()[Cause::Drained as usize], 0);
    }
}

#[test]
fn without_pre_stop_the_proxies_that_know_late_send_to_closed_doors() {
    let mut scenario = draining();
    scenario.services[0].drain.pre_stop = Span::ZERO;
    let mut simulation = simulate(&scenario, 1);
    resize(&mut simulation, &[3, 4, 5, 3, 6, 4]);
    assert_eq!(dropped(simulation.facts()), 0, "what has begun is finished");
    assert!(simulation.causes()[Cause::Drained as usize] > 0);
}

/// Law 21: killed exactly at the end of the grace.
#[test]
fn what_is_left_is_killed_exactly_at_the_end_of_the_grace() {
    let cases = [
        (Span::ZERO, secs(4), secs(4)),
        (secs(2), secs(4), secs(4)),
        // Once preStop has eaten the grace, there are two seconds more (Kubernetes).
        (secs(6), secs(4), secs(6)),
    ];
    for (pre_stop, grace, killed) in cases {
        let mut service = world::service("shop", 1, 50, Dist::Fixed(secs(60)));
        service.drain = Drain { pre_stop, grace, finishes_work: true, budget: None };
        let mut simulation = simulate(&world::scenario(vec![service], Rate::per_second(5.0), secs(100)), 1);
        simulation.run_until(Time::from_secs(10));
        let held = world::loads(&simulation, "shop")[0];
        simulation.act(Action::Scale { pool: Pool::Stable, to: 0 }, "");
        simulation.run();
        let gone = simulation.facts().iter().find(|fact| matches!(fact.what, What::Gone { .. }));
        let gone = gone.expect("it goes");
        assert_eq!(gone.at, Time::from_secs(10) + killed, "preStop {pre_stop}, grace {grace}");
        assert!(dropped(simulation.facts()) >= held && held > 10, "it had {held}");
    }
}

#[test]
fn an_instance_that_drops_its_work_goes_at_once() {
    let mut service = world::service("shop", 1, 50, Dist::Fixed(secs(60)));
    service.drain = Drain { pre_stop: secs(1), grace: secs(30), finishes_work: false, budget: None };
    let mut simulation = simulate(&world::scenario(vec![service], Rate::per_second(5.0), secs(100)), 1);
    simulation.run_until(Time::from_secs(10));
    simulation.act(Action::Scale { pool: Pool::Stable, to: 0 }, "");
    simulation.run();
    let gone = simulation.facts().iter().find(|fact| matches!(fact.what, What::Gone { .. }));
    assert_eq!(gone.map(|fact| fact.at), Some(Time::from_secs(11)));
    assert!(simulation.causes()[Cause::Drained as usize] > 0);
}

/// Laws 20 and 21: a proxy is behind by no more than its lag; from then on a terminating instance gets nothing new.
#[test]
fn once_the_lag_is_over_every_proxy_knows_exactly_the_ready_ones() {
    let mut scenario = draining();
    scenario.services[0].boot.start = Dist::Fixed(secs(2));
    for seed in 0..5 {
        let mut simulation = simulate(&scenario, seed);
        for to in [6, 2, 5, 3, 7, 1, 4] {
            simulation.act(Action::Scale { pool: Pool::Stable, to }, "");
            simulation.run_until(simulation.now() + secs(2 + 3));
            let ready: Vec<u32> = simulation
                .instances("shop")
                .iter()
                .filter(|instance| instance.ready)
                .map(|instance| instance.number)
                .collect();
            assert_eq!(ready.len() as u32, to);
            assert!(simulation.known("shop").iter().all(|known| *known == ready), "seed {seed}, size {to}");
        }
    }
}

#[test]
fn instances_cost_exactly_the_time_they_exist() {
    let mut service = world::service("shop", 2, 1, Dist::Fixed(Span::from_millis(1)));
    service.boot.pull = Dist::Fixed(secs(5));
    service.drain.pre_stop = secs(7);
    let mut simulation = simulate(&world::scenario(vec![service], Rate::per_second(1.0), secs(100)), 1);
    simulation.run_until(Time::from_secs(10));
    simulation.act(Action::Scale { pool: Pool::Stable, to: 5 }, "");
    simulation.run_until(Time::from_secs(40));
    simulation.act(Action::Scale { pool: Pool::Stable, to: 1 }, "");
    simulation.run();
    // Two for all the time less what the second was spared, three from 10 s on, and four of the five until 47 s.
    let exact = secs(100) + secs(47) + secs(37) * 3;
    assert_eq!(simulation.record().truth.instance_time, exact);
}

#[test]
fn a_crash_loop_backs_off_as_kubernetes_does() {
    let mut service = world::service("shop", 1, 1, Dist::Fixed(Span::from_millis(1)));
    service.boot.start = Dist::Fixed(secs(3));
    let mut scenario = world::scenario(vec![service], Rate::per_second(1.0), secs(3000));
    scenario.releases[1].defects = vec![Defect {
        name: "dies".to_owned(),
        when: Vec::new(),
        then: Effect::CrashLoop { after: secs(20) },
    }];
    let mut simulation = simulate(&scenario, 1);
    simulation.act(Action::Scale { pool: Pool::Candidate, to: 1 }, "");
    simulation.run();
    let crashes: Vec<Time> = simulation
        .facts()
        .iter()
        .filter(|fact| matches!(fact.what, What::Crashed { .. }))
        .map(|fact| fact.at)
        .collect();
    let waits: Vec<u64> =
        crashes.windows(2).map(|pair| (pair[1].since(pair[0]) - secs(3 + 20)).0 / 1_000_000_000).collect();
    assert_eq!(waits[..8], [10, 20, 40, 80, 160, 300, 300, 300]);
}

/// Why the first instance that crashes does, and how long after its launch.
fn first_kill(probes: Probes, start: Dist, seed: u64) -> Option<(Span, String)> {
    let mut scenario = draining();
    scenario.services[0].boot.start = start;
    scenario.services[0].probes = probes;
    let mut simulation = simulate(&scenario, seed);
    simulation.run_until(Time::from_secs(10));
    simulation.act(Action::Scale { pool: Pool::Candidate, to: 1 }, "");
    simulation.run();
    let crash = simulation.facts().iter().find(|fact| matches!(fact.what, What::Crashed { .. }))?;
    Some((crash.at.since(Time::from_secs(10)), crash.because.clone()))
}

/// Kubernetes: probes begin with the container. One that needs a minute to listen is killed by a liveness probe of three times
/// ten seconds, is spared by a startup probe that waits long enough, and is killed by one that does not.
#[test]
fn a_slow_start_is_killed_by_liveness_and_spared_by_a_patient_startup_probe() {
    let every = |failure_threshold| Probe { period: secs(10), failure_threshold, ..Probe::default() };
    let probes = |startup| Probes { startup, readiness: Some(every(3)), liveness: Some(every(3)) };
    let minute = || Dist::Fixed(secs(60));
    for seed in 0..10 {
        let (after, why) = first_kill(probes(None), minute(), seed).expect("it is killed");
        // The first check comes within a period; two more follow.
        assert!((secs(20)..=secs(30)).contains(&after), "seed {seed}: killed after {after}");
        assert_eq!(why, "its liveness probe failed 3 times in a row: the process does not listen yet");
        assert_eq!(first_kill(probes(Some(every(30))), minute(), seed), None, "seed {seed}");
        let (after, why) = first_kill(probes(Some(every(5))), minute(), seed).expect("it is killed");
        assert!((secs(40)..=secs(50)).contains(&after), "seed {seed}: killed after {after}");
        assert_eq!(why, "its startup probe failed 5 times in a row: the process does not listen yet");
        assert_eq!(first_kill(probes(None), Dist::Fixed(secs(15)), seed), None, "seed {seed}: it is quick");
    }
}

/// A probe that kills an instance is named in the log, with what it found.
#[test]
fn a_restart_names_the_probe_and_what_it_found() {
    let alive = |checks| Probes {
        liveness: Some(Probe { period: secs(2), failure_threshold: 2, checks, ..Probe::default() }),
        ..Probes::default()
    };
    for seed in 0..5 {
        let mut scenario = draining();
        scenario.services[0].probes = alive(Checks::Queue);
        (scenario.services[0].instances, scenario.services[0].queue) = (1, 1_000);
        let mut simulation = simulate(&scenario, seed);
        simulation.run_until(Time::from_secs(120));
        let why = |simulation: &Simulation| {
            let is_crash = |fact: &&Fact| matches!(fact.what, What::Crashed { .. });
            simulation.facts().iter().find(is_crash).map(|fact| fact.because.clone())
        };
        let found = "its queue is too long to answer within the probe's timeout";
        assert_eq!(why(&simulation), Some(format!("its liveness probe failed 2 times in a row: {found}")));

        let mut scenario = draining();
        scenario.services[0].probes = alive(Checks::Process);
        let then = Effect::FailLiveness;
        scenario.releases[1].defects = vec![Defect { name: "unalive".to_owned(), when: Vec::new(), then }];
        let mut simulation = simulate(&scenario, seed);
        simulation.act(Action::Scale { pool: Pool::Candidate, to: 1 }, "");
        simulation.run_until(Time::from_secs(120));
        let found = "it answers with an error";
        assert_eq!(why(&simulation), Some(format!("its liveness probe failed 2 times in a row: {found}")));
    }
}
