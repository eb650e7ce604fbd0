//! What the power of a plan comes to where it is known beforehand.

use super::super::sample;
use super::*;
use crate::control::Plan;

/// Half of the requests for five minutes; `check` looks at the errors.
fn plan(check: &str) -> Plan {
    let text = format!(
        "(format: 1, strategy: Canary(steps: [Weight(\"50%\"), Pause(\"1m\"), Analyse(for: \"5m\", checks: [
            (name: \"errors\", query: (metric: ErrorRatio), {check}),
        ])]))"
    );
    use ron::extensions::Extensions;
    let extensions =
        Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES | Extensions::UNWRAP_VARIANT_NEWTYPES;
    ron::Options::default().with_default_extension(extensions).from_str(&text).expect("a plan")
}

/// Half an hour less of waiting, and one request in a hundred fails.
fn scenario() -> Scenario {
    let mut scenario = sample::scenario();
    scenario.horizon = Span::from_secs(720);
    scenario.services[0].errors = Share::percent(1.0);
    scenario
}

fn errors(percent: f64) -> Regression {
    Regression::Errors(Share::percent(percent))
}

fn of(plan: &Plan, levels: &[Regression], runs: usize) -> Power {
    power(&scenario(), &Case::default(), plan, levels, (runs, 1), &|| ()).expect("all is known")
}

#[test]
fn a_large_regression_is_caught_and_none_is_not() {
    let plan = plan("pass: Below(\"3%\"), interval: \"1m\"");
    let found = of(&plan, &[Regression::None, errors(10.0), Regression::Slower(1.1)], 3);
    let rolled: Vec<usize> = found.levels.iter().map(|level| level.rolled_back).collect();
    assert_eq!(rolled, [0, 3, 0]);
    assert!(found.levels[1].seconds_to_roll_back.is_some() && found.levels[0].seconds_to_roll_back.is_none());
    assert!(found.levels[1].harmed > found.levels[0].harmed);
    assert_eq!(found.smallest_caught(|of| matches!(of, Regression::Errors(_))), Some(&found.levels[1]));
    assert_eq!(found.smallest_caught(|of| matches!(of, Regression::Slower(_))), None);
    assert_eq!(found.false_alarms().map(|level| level.rolled_back), Some(0));
}

#[test]
fn the_defects_of_the_release_give_way_to_the_regression() {
    let plan = plan("pass: Below(\"3%\")");
    let case = Case { release: Some("v2-errors".to_owned()), ..Case::default() };
    let found = power(&scenario(), &case, &plan, &[Regression::None], (2, 1), &|| ()).unwrap();
    assert_eq!(found.levels[0].rolled_back, 0);
}

#[test]
fn what_is_simulated_agrees_with_the_formula_where_looks_are_apart() {
    // About 3,000 requests a look, five looks, none of them may fail.
    let plan = plan("pass: NotWorse(TwoProportions(alpha: 0.02)), interval: \"1m\", count: 5");
    let levels = [Regression::None, errors(0.4)];
    let found = of(&plan, &levels, 40);
    for (level, exact) in found.levels.iter().zip(&found.exact[0].levels) {
        let all = exact.all_looks.expect("looks are apart");
        let error = (all * (1.0 - all) / 40.0).sqrt();
        let off = (level.share() - all).abs();
        assert!(
            off < 3.5 * error + 0.02,
            "{:?}: {} of runs, {all} by formula",
            level.regression,
            level.share()
        );
    }
}

#[test]
fn looks_that_share_requests_have_no_formula_together() {
    let plan = plan("pass: Below(\"3%\"), interval: \"20s\"");
    let found = of(&plan, &[Regression::None, errors(2.0)], 1);
    let level = found.exact[0].levels[1];
    assert_eq!(level.all_looks, None);
    assert!(level.one_look > 0.3 && level.one_look < 0.7, "{level:?}");
    assert!(level.needed_requests.unwrap() > 300.0 && level.needed_s.unwrap() > 6.0, "{level:?}");
}

#[test]
fn a_median_of_an_even_number_is_the_lower_of_the_middle() {
    assert_eq!(ranked(vec![4.0, 1.0, 3.0, 2.0], 0.5), Some(2.0));
    assert_eq!(ranked((1..=10).map(f64::from).collect(), 0.9), Some(9.0));
    assert_eq!(ranked(Vec::new(), 0.5), None);
}

#[test]
fn an_interval_of_few_runs_is_wide_and_within_the_possible() {
    let mut level = of_runs(Regression::None, &[]);
    (level.runs, level.rolled_back) = (20, 0);
    let [low, high] = level.interval();
    assert_eq!(low, 0.0);
    assert!((high - 0.161_1).abs() < 1e-4, "{high}");
}
