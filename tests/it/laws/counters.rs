//! Counters that instances keep for themselves, as Prometheus client libraries do (law 6): resets, what is lost, staleness.

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::scenario::{Counter, Fault, FaultKind, MetricsTrouble, Scenario, When};
use rollout_lab::sim::{Action, Pool, Route, Setup, Simulation};
use rollout_lab::telemetry::{Metric, Query, Sample, Store, Subject};

use crate::conformance::upstream::prometheus::{increase_of, latest_of};
use crate::laws::{simulate, simulate_with};
use crate::world;

const MINUTE: Span = Span::from_secs(60);
const STALE: Span = Span::from_secs(300);

/// Two instances that answer 40 requests a second between them and count for themselves.
fn shop(faults: Vec<Fault>) -> Scenario {
    let service = world::service("shop", 2, 8, Dist::Exponential(Span::from_millis(20)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(40.0), Span::from_secs(1800));
    scenario.monitoring.counted_by = Counter::Instances;
    scenario.monitoring.lag = Dist::Fixed(Span::ZERO);
    scenario.faults = faults;
    scenario
}

fn fault(name: &str, at_s: u64, lasts_s: Option<u64>, what: FaultKind) -> Fault {
    Fault {
        name: name.to_owned(),
        when: When::At(Span::from_secs(at_s)),
        lasts: lasts_s.map(Span::from_secs),
        what,
    }
}

fn crash(at_s: u64) -> Fault {
    fault("crash", at_s, None, FaultKind::Crash { service: "shop".to_owned(), instances: 1 })
}

fn run(scenario: &Scenario, seed: u64) -> Simulation {
    let mut simulation = simulate(scenario, seed);
    simulation.run();
    simulation
}

/// All that was scraped in a run.
fn seen(simulation: &Simulation) -> Store {
    simulation.record().observed.metrics
}

fn ask(seen: &Store, metric: Metric, of: Subject, at: Time) -> Option<f64> {
    let query = Query { metric, of, over: MINUTE, zone: None, cohort: None, kind: None };
    seen.recall(&query, at, Time::from_secs(1800))
}

fn samples(simulation: &Simulation, of: &Subject) -> Vec<Vec<Sample>> {
    simulation.record().observed.metrics.samples(of, simulation.now())
}

/// How often a counter fell.
fn resets(samples: &[Sample]) -> usize {
    let counts: Vec<u64> = samples.iter().filter_map(|(_, count)| *count).collect();
    counts.windows(2).filter(|pair| pair[1] < pair[0]).count()
}

#[test]
fn a_restart_is_a_counter_reset_and_the_rate_takes_it_in_its_stride() {
    for seed in 0..10 {
        let simulation = run(&shop(vec![crash(607)]), seed);
        let (series, metrics) = (samples(&simulation, &Subject::Target), seen(&simulation));
        assert_eq!(series.len(), 2, "one series for each instance, restarted or not");
        let fell: Vec<usize> = series.iter().map(|samples| resets(samples)).collect();
        assert_eq!(fell.iter().sum::<usize>(), 1, "seed {seed}");
        let marks = series.iter().flatten().filter(|(_, count)| count.is_none()).count();
        assert_eq!(marks, 1, "one scrape did not find the instance that was down");
        let rate =
            |at_s| ask(&metrics, Metric::RequestRate, Subject::Target, Time::from_secs(at_s)).expect("data");
        // While the window holds the reset, what was counted between the last scrape and the crash is missing: 7 s of one
        // instance, and 10 s in which the other answered all.
        for at_s in [600, 610, 620, 630, 640, 650, 660, 700] {
            assert!((26.0..48.0).contains(&rate(at_s)), "seed {seed}: {} at {at_s} s", rate(at_s));
        }
        let restarts = ask(&metrics, Metric::Restarts, Subject::Target, Time::from_secs(650));
        assert!(
            restarts.is_some_and(|restarts| restarts > 0.9),
            "the control plane keeps count: {restarts:?}"
        );
    }
}

#[test]
fn every_rate_is_prometheus_rate_over_each_instances_own_samples() {
    for seed in 0..8 {
        let faults = vec![
            Fault {
                name: "crashes".to_owned(),
                when: When::Every(Dist::Exponential(Span::from_secs(100))),
                lasts: None,
                what: FaultKind::Crash { service: "shop".to_owned(), instances: 1 },
            },
            fault("dark", 900, Some(90), FaultKind::Metrics(MetricsTrouble::Lost)),
        ];
        let simulation = run(&shop(faults), seed);
        let (series, metrics) = (samples(&simulation, &Subject::Target), seen(&simulation));
        assert!(series.iter().map(|samples| resets(samples)).sum::<usize>() > 3, "seed {seed}");
        for at_s in (60..1800).step_by(7) {
            let at = Time::from_secs(at_s);
            let parts = series.iter().filter_map(|samples| increase_of(samples, at, MINUTE));
            let wanted = parts.reduce(|sum, growth| sum + growth).map(|growth| growth / 60.0);
            let found = ask(&metrics, Metric::RequestRate, Subject::Target, at);
            let near = match (found, wanted) {
                (Some(found), Some(wanted)) => (found - wanted).abs() < 1e-9,
                (found, wanted) => found == wanted,
            };
            assert!(near, "seed {seed} at {at_s} s: {found:?} is not {wanted:?}");
        }
    }
}

#[test]
fn a_counter_never_falls_but_at_a_restart_and_never_says_more_than_was_answered() {
    for seed in 0..5 {
        let mut simulation = simulate(&shop(Vec::new()), seed);
        for minute in 1..=30 {
            simulation.run_until(Time::from_secs(minute * 60));
            let counted: u64 = samples(&simulation, &Subject::Target)
                .iter()
                .filter_map(|samples| samples.iter().rev().find_map(|(_, count)| *count))
                .sum();
            let requests = simulation.requests();
            assert!(counted <= requests.arrived - requests.in_flight, "seed {seed}: {counted}");
        }
        for samples in samples(&simulation, &Subject::Target) {
            assert_eq!(resets(&samples), 0, "seed {seed}: nothing restarted");
        }
    }
}

#[test]
fn an_instance_that_goes_is_marked_stale_at_the_next_scrape() {
    let mut simulation = simulate(&shop(Vec::new()), 1);
    simulation.run_until(Time::from_secs(607));
    simulation.act(Action::Scale { pool: Pool::Stable, to: 1 }, "");
    simulation.run();
    let gone: Vec<Vec<Sample>> = samples(&simulation, &Subject::Target)
        .into_iter()
        .filter(|samples| samples.last().is_some_and(|(_, count)| count.is_none()))
        .collect();
    let [gone] = gone.as_slice() else { panic!("one instance went: {gone:?}") };
    let marked = Time::from_secs(615);
    assert_eq!(gone.last(), Some(&(marked, None)));
    assert!(latest_of(gone, Time::from_secs(614), STALE).is_some());
    assert_eq!(latest_of(gone, marked, STALE), None);
}

#[test]
fn without_scrapes_nothing_is_marked_and_the_last_gauge_stands_for_five_minutes() {
    let dark = fault("dark", 607, Some(600), FaultKind::Metrics(MetricsTrouble::Lost));
    let simulation = run(&shop(vec![dark]), 2);
    let metrics = seen(&simulation);
    let saturation =
        |at_s| ask(&metrics, Metric::Saturation, Subject::Target, Time::from_secs(at_s)).is_some();
    // The last scrape was at 600 s.
    assert!(saturation(899) && !saturation(900) && !saturation(1_205) && saturation(1_215));
    for samples in samples(&simulation, &Subject::Target) {
        assert!(samples.iter().all(|(_, count)| count.is_some()));
        assert!(latest_of(&samples, Time::from_secs(899), STALE).is_some());
        assert_eq!(latest_of(&samples, Time::from_secs(900), STALE), None);
    }
}

#[test]
fn who_counts_changes_what_is_seen_and_nothing_else() {
    let scenario = shop(vec![crash(300)]);
    let mut by_proxies = scenario.clone();
    by_proxies.monitoring.counted_by = Counter::Proxies;
    let (own, theirs) = (run(&scenario, 3), run(&by_proxies, 3));
    assert_eq!(own.digest(), theirs.digest());
    assert!(samples(&theirs, &Subject::Target).iter().all(|samples| resets(samples) == 0));
}

#[test]
fn what_no_instance_answered_is_counted_by_the_proxies_alone() {
    let lossy = |counted_by| {
        let what =
            FaultKind::Network { service: "shop".to_owned(), loss: Share::percent(30.0), delay: Span::ZERO };
        let mut scenario = shop(vec![fault("lossy", 300, None, what)]);
        scenario.clients.timeout = Some(Span::from_secs(1));
        scenario.monitoring.counted_by = counted_by;
        ask(&seen(&run(&scenario, 4)), Metric::ErrorRatio, Subject::Target, Time::from_secs(900))
            .expect("data")
    };
    assert!((0.25..0.35).contains(&lossy(Counter::Proxies)));
    assert_eq!(lossy(Counter::Instances), 0.0);
}

#[test]
fn the_candidates_instances_are_the_candidates_and_lose_their_label_with_it() {
    let unlabelled = fault("unlabelled", 900, Some(300), FaultKind::Metrics(MetricsTrouble::Unlabelled));
    let mut simulation = simulate_with(&shop(vec![unlabelled]), Setup::default(), 5);
    simulation.act(Action::Scale { pool: Pool::Candidate, to: 2 }, "");
    simulation.act(Action::Route(Route::split(Share::percent(50.0))), "");
    simulation.run();
    let metrics = seen(&simulation);
    let rate = |of, at_s| ask(&metrics, Metric::RequestRate, of, Time::from_secs(at_s));
    for at_s in [600, 1_000, 1_500] {
        let dark = at_s == 1_000;
        let (baseline, candidate) = (rate(Subject::Baseline, at_s), rate(Subject::Candidate, at_s));
        let range = if dark { 34.0..46.0 } else { 16.0..24.0 };
        assert!(baseline.is_some_and(|rate| range.contains(&rate)), "{baseline:?} at {at_s} s");
        assert_eq!(candidate.is_some(), !dark, "{candidate:?} at {at_s} s");
    }
}
