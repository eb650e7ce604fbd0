//! What tells the strategies apart: on one scenario, how many users each exposes and harms, how long it takes, what it costs.
//! These are the differences that the lesson is about.

use rollout_lab::exercise::{Entrant, Measure, compare};
use rollout_lab::sim::{Case, Record};

use crate::timelines::{PLANS, checkout, plan, record, releases};

/// The run of a strategy of the timelines, with its good or its bad release.
fn run(name: &str, good: bool) -> Record {
    let (_, strategy) = PLANS.iter().find(|(known, _)| *known == name).expect("a strategy of the timelines");
    let plan = plan(strategy);
    let [sound, bad] = releases(&plan.strategy);
    record(&checkout(), &plan, if good { sound } else { bad })
}

fn exposure(name: &str) -> f64 {
    run(name, false).truth.max_exposure.fraction()
}

fn harmed(name: &str) -> u64 {
    run(name, false).truth.users_harmed
}

#[test]
fn exposure_is_what_each_strategy_promises() {
    assert_eq!(exposure("nothing"), 0.0);
    assert_eq!(exposure("shadow"), 0.0, "copies expose nobody");
    for (name, most) in [("canary", 0.15), ("flag", 0.15), ("ab", 0.35), ("canary-by-instances", 0.35)] {
        let share = exposure(name);
        assert!(share > 0.0 && share <= most, "{name} exposes {share}");
    }
    for name in ["recreate", "rolling"] {
        assert!(exposure(name) > 0.95, "{name} exposes everybody");
    }
    assert_eq!(exposure("blue-green"), 0.0, "its smoke test meets the defect before users do");
}

#[test]
fn the_less_is_exposed_and_the_more_is_watched_the_fewer_are_harmed() {
    let order = ["shadow", "blue-green", "canary", "rolling"];
    let counts = order.map(harmed);
    assert!(counts.is_sorted(), "{order:?} harm {counts:?}");
    assert!(counts[3] > 30 * counts[2], "{order:?} harm {counts:?}");
}

#[test]
fn recreate_is_down_blue_green_costs_double_and_caution_takes_time() {
    let recreate = run("recreate", true);
    assert_eq!(recreate.truth.fewest_ready, 0);
    assert!(recreate.truth.users_harmed > 100, "{} users harmed", recreate.truth.users_harmed);
    let [rolling, blue_green, canary] = ["rolling", "blue-green", "canary"].map(|name| run(name, true));
    for record in [&rolling, &blue_green, &canary] {
        assert!(record.truth.fewest_ready > 0);
    }
    assert!(blue_green.truth.instance_time > rolling.truth.instance_time);
    let done = |record: &Record| record.observed.completed.expect("a good release gets out");
    assert!(done(&rolling) < done(&canary));
    assert!(done(&recreate) < done(&canary));
}

#[test]
fn compare_says_how_surely_a_canary_harms_fewer_than_a_rolling_update() {
    let named = ["rolling", "canary"].map(|name| {
        let (_, strategy) =
            PLANS.iter().find(|(known, _)| *known == name).expect("a strategy of the timelines");
        Entrant::of_plan(name, plan(strategy))
    });
    let case = Case { release: Some("v2-errors".to_owned()), ..Case::default() };
    let comparison = compare(&checkout(), &|_| case.clone(), &named, 4, 7, &|| {}).expect("both can be run");
    let figure = comparison.plans[1].measures.iter().find(|figure| figure.measure == Measure::UsersHarmed);
    let difference = figure.and_then(|figure| figure.difference).expect("paired runs");
    assert!(difference.mean < 0.0 && difference.is_clear(), "{difference:?}");
    assert_eq!(difference.pairs, 4);
}
