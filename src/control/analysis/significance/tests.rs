//! Tests of the significance of what checks compare.

use super::*;
use crate::control::analysis::assess::Verdict;
use crate::control::analysis::measure::{evidence, measure};
use crate::control::fake_cluster::{check, counted, store};
use crate::control::{Counted, Limit};
use crate::engine::Share;

const NOW: Time = Time::from_secs(120);

fn verdict(test: Test, candidate: f64, baseline: f64) -> Verdict {
    measure(&check(Limit::NotWorse(test)), &store(120, candidate, baseline), NOW).verdict
}

#[test]
fn what_chance_could_make_passes_and_what_it_could_not_fails() {
    for test in [
        Test::TwoProportions { alpha: 0.05 },
        Test::Fisher { alpha: 0.05 },
        Test::Sequential { alpha: 0.05, tau2: 0.000_1 },
    ] {
        assert_eq!(verdict(test.clone(), 0.010, 0.010), Verdict::Successful, "{test}");
        assert_eq!(verdict(test.clone(), 0.020, 0.010), Verdict::Failed, "{test}");
        assert_eq!(verdict(test.clone(), 0.005, 0.010), Verdict::Successful, "{test}");
    }
}

#[test]
fn the_first_request_that_fails_convicts_nobody_by_a_sequential_test() {
    let check = check(Limit::NotWorse(Test::Sequential { alpha: 0.05, tau2: 0.000_1 }));
    let seen = measure(&check, &counted((1, 1), (2_128, 165)), NOW);
    let sentence = evidence(&check, &seen);
    assert!(sentence.starts_with("1 of 1 requests"), "{sentence}");
    assert_eq!(seen.verdict, Verdict::Successful, "{sentence}");
}

#[test]
fn the_evidence_gives_the_numbers() {
    let check = check(Limit::NotWorse(Test::Fisher { alpha: 0.05 }));
    let seen = measure(&check, &store(120, 0.031, 0.001), NOW);
    let sentence = evidence(&check, &seen);
    assert!(
        sentence.starts_with("1395 of 45000 requests of candidate over 1m failed, 45 of 45000"),
        "{sentence}"
    );
    assert!(sentence.ends_with("(limit 0.05)"), "{sentence}");
}

#[test]
fn a_split_that_is_not_the_one_meant_is_a_mismatch() {
    let split = |percent| Test::SampleRatio {
        alpha: 0.001,
        candidate: Share::percent(percent),
        of: Counted::Requests,
    };
    assert_eq!(verdict(split(50.0), 0.0, 0.0), Verdict::Successful);
    assert_eq!(verdict(split(10.0), 0.0, 0.0), Verdict::Failed);
}

#[test]
fn no_data_is_no_verdict() {
    let check = check(Limit::NotWorse(Test::Fisher { alpha: 0.05 }));
    let seen = measure(&check, &store(0, 0.0, 0.0), NOW);
    assert_eq!(seen.verdict, Verdict::Error);
    assert_eq!(
        evidence(&check, &seen),
        "error ratio of candidate over 1m has too few data for Fisher's exact test"
    );
}

#[test]
fn a_muted_metric_is_told_of_and_counts_in_no_score() {
    let text = "(metrics: [(metric: ErrorRatio, direction: Increase, muted: true), (metric: RequestRate)])";
    let judge = Test::Kayenta(ron::from_str(text).expect("a judge"));
    let mut check = check(Limit::NotWorse(judge));
    check.query.over = Span::from_secs(600);
    let seen = measure(&check, &store(900, 0.05, 0.01), Time::from_secs(900));
    let sentence = evidence(&check, &seen);
    assert_eq!(seen.verdict, Verdict::Successful, "{sentence}");
    assert!(sentence.contains("error ratio (muted) is High"), "{sentence}");
}

#[test]
fn kayenta_fails_a_release_whose_metric_is_high() {
    let judge = |critical| {
        let text = format!("(metrics: [(metric: ErrorRatio, direction: Increase, critical: {critical})])");
        Test::Kayenta(ron::from_str(&text).expect("a judge"))
    };
    let mut check = check(Limit::NotWorse(judge(false)));
    check.query.over = Span::from_secs(600);
    let at = |candidate| measure(&check, &store(900, candidate, 0.01), Time::from_secs(900));
    assert_eq!(at(0.05).verdict, Verdict::Failed);
    assert_eq!(at(0.01).verdict, Verdict::Successful);
    let sentence = evidence(&check, &at(0.05));
    assert!(sentence.contains("score of candidate over 10m is 0 of 100"), "{sentence}");
    assert!(sentence.contains("error ratio is High"), "{sentence}");
}
