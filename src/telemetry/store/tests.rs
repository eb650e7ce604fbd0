//! What the store answers.

use super::*;

const OLD: SeriesId = SeriesId(0);
const NEW: SeriesId = SeriesId(1);

fn at(seconds: u64) -> Time {
    Time::from_secs(seconds)
}

fn empty() -> Store {
    let bounds = [Span::from_millis(100), Span::from_millis(500)];
    let mut store = Store::new(2, &bounds, &["orders".to_owned()], Span::from_secs(300));
    store.name(Subject::Baseline, &[OLD]);
    store.name(Subject::Candidate, &[NEW]);
    store.name(Subject::Target, &[OLD, NEW]);
    store
}

/// Each second 10 requests, 1 of them failed, 8 within 100 ms, 9 within 500 ms, 5 orders.
fn row(seconds: u64) -> Row {
    Row {
        requests: 100_000 + 10 * seconds,
        errors: 10_000 + seconds,
        within: vec![80_000 + 8 * seconds, 90_000 + 9 * seconds],
        business: vec![50_000 + 5 * seconds],
        restarts: 100 + seconds / 60,
        busy: 3,
        workers: 8,
        queue: 2,
        ready: 4,
        memory: 0.25,
    }
}

fn filled() -> Store {
    let mut store = empty();
    for seconds in (0..=300).step_by(15) {
        store.push(OLD, at(seconds), at(seconds + 2), row(seconds));
    }
    store
}

fn ask(store: &Store, metric: Metric, of: Subject, seconds: u64) -> Option<f64> {
    store.ask(
        &Query { metric, of, over: Span::from_secs(60), zone: None, cohort: None, kind: None },
        at(seconds),
    )
}

fn near(answer: Option<f64>, wanted: f64) {
    let answer = answer.expect("data");
    assert!((answer - wanted).abs() < 1e-9, "{answer} is not {wanted}");
}

#[test]
fn a_steady_world_is_answered_steadily() {
    let store = filled();
    let base = || Subject::Baseline;
    near(ask(&store, Metric::RequestRate, base(), 290), 10.0);
    near(ask(&store, Metric::ErrorRatio, base(), 290), 0.1);
    near(ask(&store, Metric::Business("orders".to_owned()), base(), 290), 5.0);
    near(ask(&store, Metric::Latency(0.4), base(), 290), 0.05);
    near(ask(&store, Metric::Latency(0.85), base(), 290), 0.3);
    near(ask(&store, Metric::Latency(0.99), base(), 290), 0.5);
    near(ask(&store, Metric::Saturation, base(), 290), 0.375);
    near(ask(&store, Metric::QueueDepth, base(), 290), 2.0);
    near(ask(&store, Metric::ReadyInstances, base(), 290), 4.0);
    near(ask(&store, Metric::Memory, base(), 290), 0.25);
    assert_eq!(store.seen_in(&base(), Span::from_secs(60), at(290)).map(|seen| seen.requests), Some(450));
    let seen = store.seen_in(&base(), Span::from_secs(60), at(290));
    assert_eq!(seen, Some(Seen { requests: 450, errors: 45 }));
}

#[test]
fn two_sides_are_counted_from_the_same_scrape_to_the_same_scrape() {
    // Both count ten requests a second. The scrape of 285 s has been seen of the new side only, that of 240 s of the old.
    let mut store = empty();
    for seconds in (0..=285).step_by(15) {
        let late = |is_late: bool| at(seconds + if is_late { 60 } else { 2 });
        store.push(OLD, at(seconds), late(seconds == 285), row(seconds));
        store.push(NEW, at(seconds), late(seconds == 240), row(seconds));
    }
    let query = |of| Query { over: Span::from_secs(60), ..Query::new(Metric::ErrorRatio, of) };
    let alone = |of| store.seen_of(&query(of), at(290)).map(|seen| seen.requests);
    assert_eq!((alone(Subject::Candidate), alone(Subject::Baseline)), (Some(300), Some(300)));
    let both = store.seen_of_both(&query(Subject::Candidate), &Subject::Baseline, at(290));
    assert_eq!(both, Some([Seen { requests: 150, errors: 15 }; 2]), "from 255 s to 270 s");
    let none = store.seen_of_both(&query(Subject::Candidate), &Subject::Control, at(290));
    assert_eq!(none, None);
}

#[test]
fn restarts_grow_over_the_window() {
    // Samples from 240 s to 285 s, all after the fourth restart; from 165 s to 210 s one restart, carried from
    // 45 s to the window's 60 s as Prometheus' increase() does.
    let store = filled();
    near(ask(&store, Metric::Restarts, Subject::Baseline, 290), 0.0);
    near(ask(&store, Metric::Restarts, Subject::Baseline, 222), 4.0 / 3.0);
}

#[test]
fn what_was_never_scraped_has_no_data() {
    let store = filled();
    assert_eq!(ask(&store, Metric::RequestRate, Subject::Candidate, 290), None);
    assert_eq!(ask(&store, Metric::RequestRate, Subject::Service("db".to_owned()), 290), None);
    assert_eq!(ask(&store, Metric::Business("refunds".to_owned()), Subject::Baseline, 290), None);
    assert_eq!(ask(&store, Metric::QueueDepth, Subject::Candidate, 290), None);
    assert_eq!(
        store.seen_in(&Subject::Candidate, Span::from_secs(60), at(290)).map(|seen| seen.requests),
        None
    );
}

#[test]
fn a_pool_without_instances_has_no_memory_and_no_saturation() {
    let mut store = empty();
    let none = Row { within: vec![0, 0], business: vec![0], ..Row::default() };
    store.push(NEW, at(0), at(0), none.clone());
    for metric in [Metric::Memory, Metric::Saturation] {
        assert_eq!(ask(&store, metric, Subject::Candidate, 5), None);
    }
    store.push(NEW, at(15), at(15), Row { workers: 8, memory: 0.3, ..none });
    near(ask(&store, Metric::Memory, Subject::Candidate, 20), 0.3);
}

#[test]
fn a_sample_is_unknown_until_it_is_visible() {
    let store = filled();
    assert_eq!(ask(&store, Metric::RequestRate, Subject::Baseline, 16), None);
    assert!(ask(&store, Metric::RequestRate, Subject::Baseline, 17).is_some());
    assert_eq!(ask(&store, Metric::QueueDepth, Subject::Baseline, 1), None);
    let query = Query {
        metric: Metric::QueueDepth,
        of: Subject::Baseline,
        over: Span::from_secs(60),
        zone: None,
        cohort: None,
        kind: None,
    };
    assert_eq!(store.recall(&query, at(1), at(2)), Some(2.0));
}

#[test]
fn no_requests_are_no_error_ratio_and_no_latency() {
    let mut store = empty();
    for seconds in [0, 15, 30] {
        let idle = Row { within: vec![0, 0], business: vec![0], ..Row::default() };
        store.push(NEW, at(seconds), at(seconds), idle);
    }
    assert_eq!(ask(&store, Metric::RequestRate, Subject::Candidate, 30), Some(0.0));
    assert_eq!(ask(&store, Metric::ErrorRatio, Subject::Candidate, 30), None);
    assert_eq!(ask(&store, Metric::Latency(0.5), Subject::Candidate, 30), None);
    assert_eq!(ask(&store, Metric::Saturation, Subject::Candidate, 30), None);
}

#[test]
fn the_target_is_the_sum_of_its_releases() {
    let mut store = filled();
    for seconds in (240..=285).step_by(15) {
        let all_failed =
            Row { requests: 50_000 + 10 * seconds, errors: 50_000 + 10 * seconds, memory: 0.75, ..row(0) };
        store.push(NEW, at(seconds), at(seconds), all_failed);
    }
    near(ask(&store, Metric::ErrorRatio, Subject::Candidate, 290), 1.0);
    near(ask(&store, Metric::ErrorRatio, Subject::Target, 290), 11.0 / 20.0);
    near(ask(&store, Metric::RequestRate, Subject::Target, 290), 20.0);
    near(ask(&store, Metric::Memory, Subject::Target, 290), 0.75);
    near(ask(&store, Metric::ReadyInstances, Subject::Target, 290), 8.0);
    assert_eq!(
        store.seen_in(&Subject::Target, Span::from_secs(60), at(290)).map(|seen| seen.requests),
        Some(900)
    );
}

#[test]
fn a_series_that_goes_leaves_its_gauges_at_once_and_its_rates_with_the_window() {
    let mut store = filled();
    store.gone(OLD, at(315), at(315));
    assert!(ask(&store, Metric::ReadyInstances, Subject::Baseline, 314).is_some());
    assert_eq!(ask(&store, Metric::ReadyInstances, Subject::Baseline, 315), None);
    assert!(ask(&store, Metric::RequestRate, Subject::Baseline, 330).is_some());
    assert_eq!(ask(&store, Metric::RequestRate, Subject::Baseline, 345), None);
}

#[test]
fn a_chart_has_a_point_for_every_step() {
    let store = filled();
    let query = Query {
        metric: Metric::RequestRate,
        of: Subject::Baseline,
        over: Span::from_secs(60),
        zone: None,
        cohort: None,
        kind: None,
    };
    let chart = store.series(&query, Span::from_secs(60), at(150));
    assert_eq!(chart.iter().map(|(at, _)| at.0 / 1_000_000_000).collect::<Vec<_>>(), [0, 60, 120]);
    assert_eq!(chart[0].1, None);
    near(chart[2].1, 10.0);
    assert!(store.series(&query, Span::ZERO, at(150)).is_empty());
}

#[test]
fn what_becomes_visible_later_changes_no_earlier_answer() {
    let query = Query {
        metric: Metric::ErrorRatio,
        of: Subject::Baseline,
        over: Span::from_secs(60),
        zone: None,
        cohort: None,
        kind: None,
    };
    let mut store = filled();
    let before = store.series(&query, Span::from_secs(5), at(300));
    store.push(OLD, at(310), at(400), row(310));
    assert_eq!(store.series(&query, Span::from_secs(5), at(300)), before);
}
