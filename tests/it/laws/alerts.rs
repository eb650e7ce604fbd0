//! Alerts, as Prometheus and Alertmanager raise them.

use rollout_lab::engine::{Dist, Level, Rate, Share, Span, Time};
use rollout_lab::scenario::{Fault, FaultKind, MetricsTrouble, Scenario, When};
use rollout_lab::sim::{Action, Pool, Route, Setup, What};
use rollout_lab::telemetry::{AlertRule, Condition, Metric, Query, Subject, Urgency};

use crate::laws::simulate_with;
use crate::world;

fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

/// Errors that come and go.
fn flickering() -> Scenario {
    let service = world::service("shop", 2, 8, Dist::Exponential(Span::from_millis(20)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(40.0), secs(3600));
    scenario.faults = vec![Fault {
        name: "brownout".to_owned(),
        when: When::Every(Dist::Exponential(secs(300))),
        lasts: Some(secs(70)),
        what: FaultKind::Brownout {
            service: "shop".to_owned(),
            instances: None,
            latency: 1.0,
            errors: Share::percent(30.0),
        },
    }];
    scenario
}

fn rule(hold: Span) -> AlertRule {
    AlertRule {
        name: format!("errors for {hold}"),
        when: Condition::Above(
            Query::new(Metric::ErrorRatio, Subject::Target),
            Level::Share(Share::percent(5.0)),
        ),
        hold,
        keep_firing_for: Span::ZERO,
        urgency: Urgency::Page,
    }
}

/// Law 38: not before its `for`, and nobody is told before the group has waited.
#[test]
fn an_alert_never_fires_before_its_for_has_passed() {
    let holds = [0, 30, 60, 90, 240].map(secs);
    let (mut fired, mut passed_over) = (0, 0);
    for seed in 0..6 {
        let setup = Setup { alerts: holds.map(rule).to_vec(), ..Setup::default() };
        let mut simulation = simulate_with(&flickering(), setup, seed);
        simulation.run();
        let group_wait = secs(30);
        for hold in holds {
            let name = rule(hold).name;
            let (mut pending, mut firing): (Option<Time>, Option<Time>) = (None, None);
            let mut opened: Option<Time> = None;
            for fact in simulation.facts() {
                match &fact.what {
                    What::AlertPending(of) if *of == name => pending = Some(fact.at),
                    What::AlertFiring(of) if *of == name => {
                        fired += 1;
                        firing = Some(fact.at);
                        opened.get_or_insert(fact.at);
                        if !hold.is_zero() {
                            let since = pending.expect("pending before it fires");
                            assert!(
                                fact.at.since(since) >= hold,
                                "{name} fired after {}",
                                fact.at.since(since)
                            );
                        }
                    }
                    What::AlertResolved(of) if *of == name => {
                        passed_over += u32::from(firing.is_none());
                        (pending, firing) = (None, None);
                    }
                    What::Paged(of) if *of == name => {
                        let since = opened.take().expect("firing before somebody is woken");
                        assert!(fact.at.since(since) >= group_wait);
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(fired > 50 && passed_over > 5, "{fired} fired, {passed_over} were over before their time");
}

/// Law 15.
#[test]
fn what_is_longer_in_doubt_fires_no_earlier() {
    let holds = [0, 60, 120].map(secs);
    let setup = Setup { alerts: holds.map(rule).to_vec(), ..Setup::default() };
    let mut simulation = simulate_with(&flickering(), setup, 3);
    simulation.run();
    let first = |hold: Span| {
        let name = rule(hold).name;
        let fires =
            |fact: &&rollout_lab::sim::Fact| matches!(&fact.what, What::AlertFiring(of) if *of == name);
        simulation.facts().iter().find(fires).map_or(Time::NEVER, |fact| fact.at)
    };
    assert!(first(holds[0]) < Time::NEVER);
    assert!(first(holds[0]) <= first(holds[1]) && first(holds[1]) <= first(holds[2]));
}

/// Law 41.
#[test]
fn trouble_with_the_monitoring_changes_what_is_seen_and_nothing_else() {
    let world = |trouble: Option<MetricsTrouble>| {
        let mut scenario = flickering();
        if let Some(trouble) = trouble {
            scenario.faults.push(Fault {
                name: "blind".to_owned(),
                when: When::At(secs(600)),
                lasts: Some(secs(1200)),
                what: FaultKind::Metrics(trouble),
            });
        }
        let setup = Setup { alerts: vec![rule(Span::ZERO)], ..Setup::default() };
        let mut simulation = simulate_with(&scenario, setup, 4);
        simulation.run();
        let record = simulation.record();
        let fired = record.facts.iter().filter(|fact| matches!(fact.what, What::AlertFiring(_))).count();
        (record.truth.requests, record.truth.latency, record.truth.points, fired)
    };
    let seen = world(None);
    for trouble in [MetricsTrouble::Lost, MetricsTrouble::Late(secs(300)), MetricsTrouble::Unlabelled] {
        let blind = world(Some(trouble.clone()));
        assert_eq!((&seen.0, &seen.1, &seen.2), (&blind.0, &blind.1, &blind.2), "{trouble:?}");
    }
    assert!(world(Some(MetricsTrouble::Lost)).3 < seen.3, "what is not seen raises no alert");
}

#[test]
fn a_lost_label_moves_what_is_counted_from_then_on_and_nothing_else() {
    let mut scenario = flickering();
    scenario.faults = vec![Fault {
        name: "unlabelled".to_owned(),
        when: When::At(secs(1200)),
        lasts: Some(secs(1200)),
        what: FaultKind::Metrics(MetricsTrouble::Unlabelled),
    }];
    let mut simulation = simulate_with(&scenario, Setup::default(), 5);
    simulation.act(Action::Scale { pool: Pool::Candidate, to: 2 }, "");
    simulation.act(Action::Route(Route::split(Share::percent(50.0))), "");
    simulation.run();
    let metrics = simulation.record().observed.metrics;
    let over = secs(120);
    let rate = |at: u64| {
        let query = Query {
            metric: Metric::RequestRate,
            of: Subject::Baseline,
            over,
            zone: None,
            cohort: None,
            kind: None,
        };
        metrics.recall(&query, Time::from_secs(at), simulation.now()).unwrap_or(0.0)
    };
    for at in (300..3600).step_by(15) {
        // Half of 40 a second, all of it while the label is lost, something between where the window holds both.
        let range = match at {
            0..=1200 | 2536.. => 17.0..23.0,
            1336..=2400 => 36.0..44.0,
            _ => 17.0..44.0,
        };
        assert!(range.contains(&rate(at)), "at {at} s the baseline seems to get {} a second", rate(at));
    }
}
