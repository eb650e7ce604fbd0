//! Incidents: what is seen, when it can be known, who does what and in which order (laws 38 to 41).

use std::cell::Cell;

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Level, Rate, Share, Span, Time};
use rollout_lab::exercise::play;
use rollout_lab::library::read_ron;
use rollout_lab::scenario::{
    Cohort, Defect, DefectTrigger, Effect, Fault, FaultKind, MetricsTrouble, Scenario, Slo, When,
};
use rollout_lab::sim::{Case, Fact, RolloutPhase, Setup, Simulation, Twin, What, Who};
use rollout_lab::telemetry::{AlertRule, Condition, Metric, Query, Subject, Urgency};

use super::chaos::{self, on};
use crate::laws::{simulate, simulate_with};
use crate::world;

fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

fn shop(rate: f64, horizon_s: u64) -> Scenario {
    let service = world::service("shop", 4, 8, Dist::Exponential(Span::from_millis(20)));
    world::scenario(vec![service], Rate::per_second(rate), secs(horizon_s))
}

fn first(facts: &[Fact], wanted: impl Fn(&What) -> bool) -> Option<Time> {
    facts.iter().find(|fact| wanted(&fact.what)).map(|fact| fact.at)
}

/// Law 38: without data a threshold alert is silent, whatever goes on, and only absence fires; with data it fires again.
#[test]
fn an_outage_of_the_monitoring_silences_thresholds_and_rings_for_absence() {
    let query = Query::new(Metric::ErrorRatio, Subject::Target);
    let rule = |name: &str, when| AlertRule {
        name: name.to_owned(),
        when,
        hold: Span::ZERO,
        keep_firing_for: Span::ZERO,
        urgency: Urgency::Page,
    };
    let alerts = vec![
        rule("errors", Condition::Above(query.clone(), Level::Share(Share::percent(5.0)))),
        rule("few errors", Condition::Below(query.clone(), Level::Share(Share::percent(5.0)))),
        rule("absent", Condition::Absent(query)),
    ];
    let mut scenario = shop(40.0, 1800);
    let fault = |name: &str, at_s, lasts_s, what| Fault {
        name: name.to_owned(),
        when: When::At(secs(at_s)),
        lasts: Some(secs(lasts_s)),
        what,
    };
    let bad = FaultKind::Brownout {
        service: "shop".to_owned(),
        instances: None,
        latency: 1.0,
        errors: Share::percent(50.0),
    };
    scenario.faults =
        vec![fault("bad", 300, 1200, bad), fault("dark", 600, 600, FaultKind::Metrics(MetricsTrouble::Lost))];
    let mut simulation = simulate_with(&scenario, Setup { alerts, ..Setup::default() }, 1);
    simulation.run();
    let fires_at = |name: &str, at: Time| {
        let of_it = |fact: &&Fact| {
            fact.at <= at
                && matches!(&fact.what, What::AlertFiring(of) | What::AlertResolved(of) if of == name)
        };
        let last = simulation.facts().iter().rfind(of_it);
        last.is_some_and(|fact| matches!(fact.what, What::AlertFiring(_)))
    };
    let states = |at_s| ["errors", "few errors", "absent"].map(|name| fires_at(name, Time::from_secs(at_s)));
    assert_eq!(states(200), [false, true, false], "all is well");
    assert_eq!(states(590), [true, false, false], "half of all fails");
    assert_eq!(states(1_150), [false, false, true], "half of all fails, and nobody sees it");
    assert_eq!(states(1_400), [true, false, false], "it is seen again");
    assert_eq!(states(1_790), [false, true, false], "it is over");
}

/// Law 39: what is spent of an error budget is the bad requests, all of them since the start, over those that it allows;
/// nothing gives any of it back.
#[test]
fn a_budget_is_spent_by_bad_requests_and_never_given_back() {
    for seed in 0..4 {
        let mut scenario = shop(30.0, 1800);
        let (objective, window) = (Share::percent(99.0), secs(30 * 86_400));
        scenario.slos = vec![Slo { name: "success".to_owned(), objective, window }];
        scenario.faults = vec![Fault {
            name: "bad".to_owned(),
            when: When::Every(Dist::Exponential(secs(300))),
            lasts: Some(secs(40)),
            what: FaultKind::Brownout {
                service: "shop".to_owned(),
                instances: None,
                latency: 1.0,
                errors: Share::percent(40.0),
            },
        }];
        let mut simulation = simulate(&scenario, seed);
        let mut before = 0.0;
        for minute in 1..=30 {
            simulation.run_until(Time::from_secs(60 * minute));
            let truth = simulation.record().truth;
            let requests = truth.requests;
            let bad = (requests.failed + requests.rejected + requests.timed_out) as f64;
            let a_month = requests.arrived as f64 * window.as_secs_f64() / (60.0 * minute as f64);
            let spent = truth.budget_spent * a_month * 0.01;
            assert!((spent - bad).abs() < 1e-6 * (bad + 1.0), "seed {seed}: {spent} spent by {bad}");
            assert!(spent >= before - 1e-6, "seed {seed}: {before}, then {spent}");
            before = spent;
        }
        assert!(before > 0.0);
    }
}

/// Law 40: nobody acts before it can be known. The first sign of trouble is a scrape after it, seen after the lag; an alert
/// fires at an evaluation after that; what it triggers follows; and people are paged, answer, understand and act in that
/// order, each after the time that it takes.
#[test]
fn no_one_acts_before_the_information_is_there() {
    let plan = r#"(
        format: 1,
        strategy: Canary(steps: [Weight("20%"), Pause("60m")]),
        alerts: [(name: "errors", when: Above((metric: ErrorRatio, of: Candidate, over: "2m"), "2%"))],
        triggers: [(alert: "errors", then: Pause)],
        on_call: (runbook: [(alert: "errors", then: Abort)]),
    )"#;
    let plan: Plan = read_ron("plan", plan).unwrap().0;
    for (seed, scrape) in (0..12).zip([5, 10, 15, 30].into_iter().cycle()) {
        let lag = secs(seed % 5 * 3);
        let act = secs(7 + seed);
        let mut scenario = shop(40.0, 3600);
        scenario.release_at = secs(200 + 7 * seed);
        scenario.monitoring.scrape = secs(scrape);
        scenario.monitoring.lag = Dist::Fixed(lag);
        scenario.people.acknowledge = Dist::Uniform { min: secs(30), max: secs(300) };
        scenario.people.diagnose = Dist::Uniform { min: secs(60), max: secs(600) };
        scenario.people.act = Dist::Fixed(act);
        scenario.releases[1].defects.push(Defect {
            name: "errors".to_owned(),
            when: vec![DefectTrigger::Chance(Share::percent(30.0))],
            then: Effect::Errors,
        });
        let case = Case::default();
        let controllers = plan.controllers(&scenario, &case);
        let mut simulation = Simulation::new(&scenario, &case, plan.setup(), controllers, seed).unwrap();
        simulation.compare_with(Twin::new(&scenario, &case, seed, None).unwrap());
        simulation.run();
        let facts = simulation.facts();
        let harm = simulation.record().truth.first_harm.expect("users are harmed");
        let scraped = Time::ZERO + secs(scrape) * (harm.0.div_ceil(secs(scrape).0));
        let asked = |by: Who| first(facts, |what| matches!(what, What::Asked { who, .. } if *who == by));
        let chain = [
            ("seen", Some(scraped + lag)),
            ("fires", first(facts, |what| matches!(what, What::AlertFiring(_)))),
            ("a trigger asks", asked(Who::Trigger)),
            ("paused", first(facts, |what| *what == What::Phase(RolloutPhase::Paused))),
            ("paged", first(facts, |what| matches!(what, What::Paged(_)))),
            ("acknowledged", first(facts, |what| matches!(what, What::Acknowledged(_)))),
            ("diagnosed", first(facts, |what| matches!(what, What::Diagnosed(_)))),
            ("the on-call asks", asked(Who::OnCall)),
            ("aborted", first(facts, |what| *what == What::Phase(RolloutPhase::RollingBack))),
        ];
        let times: Vec<Time> = chain
            .iter()
            .map(|(what, at)| at.unwrap_or_else(|| panic!("seed {seed}: never {what}")))
            .collect();
        assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "seed {seed}: {chain:?}");
        assert!(times[5].since(times[4]) >= secs(30), "seed {seed}: answered in {chain:?}");
        assert!(times[6].since(times[5]) >= secs(30), "seed {seed}: half of a minute with a runbook");
        assert!(times[8].since(times[7]) >= act, "seed {seed}: hands are slow");
    }
}

/// Law 41: trouble with the monitoring changes what is seen and nothing that is true, in any world.
#[test]
fn trouble_with_the_monitoring_changes_no_truth_in_random_worlds() {
    let differ = Cell::new(0);
    chaos::in_random_worlds(12, |chaos| {
        let world = chaos::Chaos { features: chaos.features | on::METRICS, ..chaos.clone() };
        let run = |trouble: MetricsTrouble| {
            let mut scenario = world.scenario();
            for fault in &mut scenario.faults {
                if matches!(fault.what, FaultKind::Metrics(_)) {
                    fault.what = FaultKind::Metrics(trouble.clone());
                }
            }
            let mut simulation = simulate(&scenario, world.seed);
            for (at, action) in world.asks() {
                simulation.run_until(at);
                simulation.act(action, "chaos");
            }
            simulation.run();
            let record = simulation.record();
            let query = Query {
                metric: Metric::RequestRate,
                of: Subject::Target,
                over: secs(30),
                zone: None,
                cohort: None,
                kind: None,
            };
            let seen = record.observed.metrics.series(&query, secs(5), simulation.now());
            let truth = record.truth;
            ((truth.requests, truth.causes, truth.latency, truth.points), seen)
        };
        let (truth, seen) = run(MetricsTrouble::Late(secs(40)));
        for trouble in [MetricsTrouble::Lost, MetricsTrouble::Unlabelled] {
            let other = run(trouble.clone());
            assert_eq!(truth, other.0, "{trouble:?}");
            differ.set(differ.get() + u32::from(seen != other.1));
        }
    });
    assert!(differ.get() >= 6, "what is seen differed in {} of 24 worlds", differ.get());
}

/// Laws 20, 24 and 25 would hold in worlds where nothing happens, too: proxies do eject and panic in the random ones,
/// breakers open, copies go, and requests are shed.
#[test]
fn random_worlds_have_trouble_of_every_kind() {
    let counts: [Cell<u64>; 5] = Default::default();
    chaos::in_random_worlds(40, |chaos| {
        let features = chaos.features | on::UPSTREAM | on::GUARDS | on::SHEDDING | on::CALLS | on::ERRORS;
        let world = chaos::Chaos { features, services: 3, ..chaos.clone() };
        let mut simulation = world.simulate();
        world.play(&mut simulation, Time::from_secs(chaos::HORIZON_S), secs(30));
        let record = simulation.record();
        let count =
            |wanted: fn(&What) -> bool| record.facts.iter().filter(|fact| wanted(&fact.what)).count() as u64;
        let found = [
            count(|what| matches!(what, What::Ejected { .. })),
            count(|what| matches!(what, What::Panic { begins: true, .. })),
            count(|what| matches!(what, What::BreakerMoved { open: true, .. })),
            record.truth.hedges,
            simulation.causes()[rollout_lab::sim::Cause::Shed as usize],
        ];
        for (sum, found) in counts.iter().zip(found) {
            sum.set(sum.get() + found);
        }
    });
    let sums = counts.map(|count| count.get());
    assert!(sums.iter().all(|sum| *sum >= 10), "ejected, panicked, opened, hedged, shed: {sums:?}");
}

/// Harm is counted once for each user, in the cohort that the user is of.
#[test]
fn each_harmed_user_is_counted_in_their_cohort() {
    let mut scenario = shop(40.0, 900);
    scenario.release_at = secs(60);
    let cohort = |name: &str, weight: f64| Cohort {
        name: name.to_owned(),
        weight,
        region: String::new(),
        plan: String::new(),
        device: String::new(),
        headers: Vec::new(),
    };
    scenario.clients.cohorts = vec![cohort("web", 70.0), cohort("app", 20.0), cohort("tablet", 10.0)];
    for (when, hurt) in [
        (DefectTrigger::Cohort(vec!["tablet".to_owned()]), [false, false, true]),
        (DefectTrigger::Cohort(vec!["web".to_owned(), "app".to_owned()]), [true, true, false]),
        (DefectTrigger::Chance(Share::percent(50.0)), [true; 3]),
    ] {
        let mut scenario = scenario.clone();
        let then = Effect::Errors;
        scenario.releases[1].defects = vec![Defect { name: "errors".to_owned(), when: vec![when], then }];
        let plan: Plan = read_ron("plan", "(format: 1, strategy: Rolling())").unwrap().0;
        let case = Case::default();
        let truth = play(&scenario, &case, &plan, &[], 5).unwrap().truth;
        assert!(truth.users_harmed > 0);
        assert_eq!(truth.harmed_by_cohort.iter().sum::<u64>(), truth.users_harmed);
        assert_eq!(truth.users_by_cohort.iter().sum::<u64>(), u64::from(scenario.clients.users));
        let pairs = truth.harmed_by_cohort.iter().zip(&truth.users_by_cohort);
        assert!(pairs.clone().all(|(harmed, users)| harmed <= users), "{:?}", pairs.collect::<Vec<_>>());
        assert_eq!(truth.harmed_by_cohort.iter().map(|count| *count > 0).collect::<Vec<_>>(), hurt);
    }
}

/// Simulated people look before they approve: while an alert fires or a page is open they refuse, each by name, and when all is
/// quiet they approve. The audit record names each of them.
#[test]
fn nobody_approves_while_an_alert_fires_and_each_is_named() {
    let plan = r#"(
        format: 1,
        strategy: Canary(steps: [Weight("20%"), Pause("4m"), Approve, Weight("60%"), Pause("60s")]),
        alerts: [(name: "errors", when: Above((metric: ErrorRatio, of: Candidate, over: "2m"), "10%"))],
        gates: (approvals: (people: 2, simulated: 2)),
    )"#;
    let plan: Plan = read_ron("plan", plan).expect("it is sound").0;
    for seed in 0..4 {
        for (is_sound, phase) in [(true, RolloutPhase::Completed), (false, RolloutPhase::Paused)] {
            let mut scenario = shop(40.0, 1800);
            scenario.people.act = Dist::Exponential(secs(30));
            if !is_sound {
                let (when, then) = (vec![DefectTrigger::Chance(Share::percent(50.0))], Effect::Errors);
                scenario.releases[1].defects = vec![Defect { name: "errors".to_owned(), when, then }];
            }
            let case = Case::default();
            let controllers = plan.controllers(&scenario, &case);
            let mut simulation =
                Simulation::new(&scenario, &case, plan.setup(), controllers, seed).expect("it is sound");
            simulation.run();
            let record = simulation.record();
            assert_eq!(record.observed.phase, phase, "seed {seed}, sound: {is_sound}");
            let said = |wanted: &str| -> Vec<(Who, String)> {
                let of = |fact: &Fact| match &fact.what {
                    What::Decided { who, what } if what.starts_with(wanted) => {
                        Some((*who, fact.because.clone()))
                    }
                    _ => None,
                };
                record.facts.iter().filter_map(of).collect()
            };
            let (yes, no) = (said("approves the next step"), said("does not approve the next step"));
            let by = |all: &[(Who, String)], who| all.iter().filter(|(one, _)| *one == who).count();
            for who in [Who::OnCall, Who::Approver] {
                assert_eq!(by(&yes, who), usize::from(is_sound), "seed {seed}: {yes:?}");
                assert_eq!(by(&no, who), usize::from(!is_sound), "seed {seed}: {no:?}");
            }
            assert!(no.iter().all(|(_, why)| why == "alert errors fires"), "{no:?}");
            let audit = rollout_lab::report::audit::audit(&record.facts);
            for who in [Who::OnCall, Who::Approver] {
                assert!(audit.iter().any(|entry| entry.who == who.name()), "{} is in the record", who.name());
            }
        }
    }
}

/// A judge whose samples are as short as the time between two scrapes has no data, and what nobody has judged does not ship.
#[test]
fn an_analysis_that_never_had_data_does_not_let_a_release_pass() {
    let plan = |every: &str| {
        let text = format!(
            r#"(format: 1, strategy: Canary(steps: [Weight("20%"), Pause("3m"), Analyse(checks: [(
                name: "judge", query: (metric: ErrorRatio, over: "3m"), interval: "5m",
                pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio)], every: "{every}")),
            )], for: "15s")]))"#
        );
        read_ron::<Plan>("plan", &text).expect("it is sound").0
    };
    for seed in 0..4 {
        let scenario = shop(40.0, 1800);
        for (every, phase) in [("15s", RolloutPhase::Paused), ("30s", RolloutPhase::Completed)] {
            let plan = plan(every);
            let warned = plan.problems(Some(&scenario)).iter().any(|issue| issue.code == "short-window");
            assert_eq!(warned, phase == RolloutPhase::Paused, "{every}");
            let case = Case::default();
            let controllers = plan.controllers(&scenario, &case);
            let mut simulation =
                Simulation::new(&scenario, &case, plan.setup(), controllers, seed).expect("it is sound");
            simulation.run();
            let record = simulation.record();
            let last = record.facts.iter().rfind(|fact| matches!(fact.what, What::Phase(_)));
            let why = last.map(|fact| fact.because.clone()).unwrap_or_default();
            assert_eq!(record.observed.phase, phase, "seed {seed}, {every}: {why}");
            assert_eq!(why.contains("measurements had any"), phase == RolloutPhase::Paused, "{why}");
        }
    }
}
