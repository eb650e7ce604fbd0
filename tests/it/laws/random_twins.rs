//! Law 46 in random worlds: releases of equal behaviour harm alike, a worse defect harms no fewer in the mean, and nothing is done
//! differently before something different could be seen. And whom an experiment by hand harms.

use std::cell::{Cell, RefCell};

use rollout_lab::engine::{Dist, Level, Share, Span, Time};
use rollout_lab::exercise::{HandAction, play};
use rollout_lab::scenario::{Fault, FaultKind, Scenario, When};
use rollout_lab::sim::{Case, ExperimentFact, ManualAction, What};
use rollout_lab::telemetry::{Condition, Metric, Query, Subject};

use super::chaos;
use super::twins::{CANARY, NOTHING, affected, errors, outage, plan, run, shop};

#[test]
fn two_releases_of_equal_behaviour_harm_the_same_users() {
    let harmed = Cell::new(0);
    chaos::in_random_worlds(24, |chaos| {
        let mut scenario = chaos.scenario();
        let name = scenario.releases[1].name.clone();
        let mut other = scenario.releases[1].clone();
        other.name = "another".to_owned();
        scenario.releases.push(other);
        let faults: Vec<String> = scenario.faults.iter().map(|fault| fault.name.clone()).collect();
        let with = |release: &str| {
            let release = Some(release.to_owned());
            let case = Case { release, faults: faults.clone(), ..Case::default() };
            let truth = play(&scenario, &case, &plan(CANARY), &[], chaos.seed).unwrap().truth;
            (affected(&truth), truth.harmed_by_cohort, truth.last_harm)
        };
        let one = with(&name);
        assert_eq!(one, with("another"));
        harmed.set(harmed.get() + one.0.0);
    });
    assert!(harmed.get() > 100, "{} users harmed in all worlds", harmed.get());
}

#[test]
fn a_worse_defect_harms_no_fewer_in_the_mean() {
    let harmed = |percent: f64| {
        let worlds = RefCell::new(Vec::new());
        chaos::in_random_worlds(30, |chaos| {
            let mut scenario = chaos.scenario();
            scenario.releases[1].defects = errors(percent);
            worlds.borrow_mut().push(run(&scenario, CANARY, chaos.seed).truth.users_harmed);
        });
        worlds.into_inner()
    };
    let [none, one, five, thirty] = [0.0, 1.0, 5.0, 30.0].map(harmed);
    // A single world whose evictions come otherwise can outweigh what one failure in a hundred does to all of them (one of these harms 39
    // users fewer by it), so that worlds are counted: most are worse, few are better by luck.
    for worse in [&one, &five, &thirty] {
        let more = none.iter().zip(worse).filter(|(before, now)| before < now).count();
        let fewer = none.iter().zip(worse).filter(|(before, now)| before > now).count();
        assert!(
            more >= 5 && more >= 3 * fewer,
            "{more} worlds are worse and {fewer} better: {none:?} {worse:?}"
        );
    }
    let sums = [none, five, thirty].map(|worlds| worlds.iter().sum::<u64>());
    assert!(sums.windows(2).all(|pair| pair[0] < pair[1]), "{sums:?}");
}

#[test]
fn nothing_is_done_differently_before_something_different_is_seen() {
    const CHECKED: &str = r#"Canary(steps: [Weight("50%"), Analyse(for: "6m", checks: [
        (name: "errors", query: (metric: ErrorRatio, over: "30s"), pass: Below("20%"), interval: "5s", failure_limit: 2),
    ])])"#;
    let differing = Cell::new(0);
    chaos::in_random_worlds(24, |chaos| {
        let at = Span::from_secs(20 + chaos.seed % 40);
        let mut scenario = chaos.scenario();
        scenario.monitoring.lag = Dist::Fixed(Span::from_secs(4));
        let mut struck = scenario.clone();
        let (service, errors) = (scenario.target.clone(), Share::percent(90.0));
        let what = FaultKind::Brownout { service, instances: None, latency: 1.0, errors };
        struck.faults.push(Fault { name: "later".to_owned(), when: When::At(at), lasts: None, what });
        let asked = |scenario: &Scenario| -> Vec<(Time, String)> {
            let asks = run(scenario, CHECKED, chaos.seed).facts.into_iter();
            let asks = asks.filter(|fact| matches!(fact.what, What::Asked { .. }));
            asks.map(|fact| (fact.at, fact.what.to_string())).collect()
        };
        let (calm, struck) = (asked(&scenario), asked(&struck));
        let seen = Time::ZERO + at + Span::from_secs(4);
        let before =
            |asks: &[(Time, String)]| asks.iter().filter(|(at, _)| *at < seen).cloned().collect::<Vec<_>>();
        assert_eq!(before(&calm), before(&struck));
        differing.set(differing.get() + u32::from(calm != struck));
    });
    assert!(differing.get() >= 3, "the fault is noticed in {} of 24 worlds", differing.get());
}

/// At these seconds, each with or without a condition that ends it: when they began and ended, whether by the condition, and whom they harmed.
fn experiments(at: &[(u64, bool)]) -> (Vec<(u64, Option<bool>)>, u64) {
    let mut scenario = shop();
    scenario.faults = vec![outage(50.0)];
    let errors = Query { over: Span::from_secs(30), ..Query::new(Metric::ErrorRatio, Subject::Target) };
    let stop = Condition::Above(errors, Level::Share(Share::percent(10.0)));
    let hand = |(at, stops): &(u64, bool)| HandAction {
        at: Time::from_secs(*at),
        action: ManualAction::Experiment { fault: "outage".to_owned(), stop: stops.then(|| stop.clone()) },
        because: "to know".to_owned(),
    };
    let actions: Vec<HandAction> = at.iter().map(hand).collect();
    let record = play(&scenario, &Case::default(), &plan(NOTHING), &actions, 2).unwrap();
    let moments = record.facts.iter().filter_map(|fact| {
        let at = fact.at.since(Time::ZERO).as_secs_f64() as u64;
        match &fact.what {
            What::Experiment(ExperimentFact::Began(_)) => Some((at, None)),
            What::Experiment(ExperimentFact::Ended { stopped, .. }) => Some((at, Some(*stopped))),
            _ => None,
        }
    });
    (moments.collect(), record.truth.users_harmed)
}

#[test]
fn an_experiment_harms_whom_it_strikes_until_its_time_or_its_condition_ends_it() {
    let (whole, harmed) = experiments(&[(100, false)]);
    assert_eq!(whole, [(100, None), (160, Some(false))]);
    assert!(harmed > 300, "{harmed} of 400 users");
    let (stopped, fewer) = experiments(&[(100, true)]);
    assert_eq!((stopped[0], stopped[1].1), ((100, None), Some(true)));
    assert!(stopped[1].0 < 145, "{stopped:?}");
    assert!(fewer < harmed, "{fewer} and {harmed} users");
    // The end that was booked for the first is not that of the second; and one at a time.
    let (twice, _) = experiments(&[(100, true), (150, false), (155, false)]);
    assert_eq!(twice[2..], [(150, None), (210, Some(false))], "{twice:?}");
}
