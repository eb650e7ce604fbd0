//! Alert states as Prometheus has them, and burn-rate alerts as the SRE workbook has them.

use super::*;
use crate::telemetry::{Row, SeriesId};

fn at(seconds: u64) -> Time {
    Time::from_secs(seconds)
}

fn query(metric: Metric) -> Query {
    Query { metric, of: Subject::Candidate, over: Span::from_secs(60), zone: None, cohort: None, kind: None }
}

fn rule(when: Condition, hold_s: u64, keep_s: u64) -> AlertRule {
    AlertRule {
        name: "rule".to_owned(),
        when,
        hold: Span::from_secs(hold_s),
        keep_firing_for: Span::from_secs(keep_s),
        urgency: Urgency::Page,
    }
}

/// Runs a rule on a scripted gauge (the queue), one sample at each evaluation; one letter for each state.
fn states(when: Condition, hold_s: u64, keep_s: u64, every_s: u64, samples: &[u32]) -> String {
    let mut store = Store::new(1, &[], &[], Span::from_secs(300));
    store.name(Subject::Candidate, &[SeriesId(0)]);
    let mut alerts = Alerts::new(vec![rule(when, hold_s, keep_s)], Vec::new());
    let letters = samples.iter().enumerate().map(|(index, queue)| {
        let now = at(index as u64 * every_s);
        store.push(SeriesId(0), now, now, Row { queue: *queue, ..Row::default() });
        let before = alerts.states()[0];
        let changed = alerts.evaluate(&store, now);
        assert_eq!(changed.is_empty(), before == alerts.states()[0], "a change is told, and only a change");
        match alerts.states()[0] {
            AlertState::Inactive => '.',
            AlertState::Pending(_) => 'p',
            AlertState::Firing(_) => 'F',
        }
    });
    letters.collect()
}

fn above_50() -> Condition {
    Condition::Above(query(Metric::QueueDepth), Level::Number(50.0))
}

#[test]
fn an_alert_goes_through_the_states_of_prometheus() {
    // (for, keep_firing_for, evaluation interval, samples, states). The first three are asserted by Prometheus
    // (rules/alerting_test.go, cmd/promtool/testdata); the others follow from its rule.
    let cases: [(u64, u64, u64, &[u32], &str); 6] = [
        (60, 60, 60, &[75, 85, 70, 70, 10, 10], "pFFFF."),
        (300, 0, 60, &[60, 60, 60, 60, 60, 60, 60], "pppppFF"),
        (0, 0, 60, &[60, 40, 60], "F.F"),
        (300, 0, 30, &[40, 80, 30, 30, 80, 80], ".p..pp"),
        (60, 180, 30, &[40, 60, 60, 40, 30, 60, 60, 60, 60], ".pp..ppFF"),
        (120, 180, 60, &[80, 80, 80, 30, 30, 60, 30, 30, 30, 30], "ppFFFFFFF."),
    ];
    for (hold, keep, every, samples, wanted) in cases {
        assert_eq!(
            states(above_50(), hold, keep, every, samples),
            wanted,
            "for {hold} s, keep {keep} s: {samples:?}"
        );
    }
}

#[test]
fn the_level_itself_is_neither_above_nor_below() {
    let below = Condition::Below(query(Metric::QueueDepth), Level::Number(50.0));
    assert_eq!(states(above_50(), 0, 0, 60, &[50, 51]), ".F");
    assert_eq!(states(below, 0, 0, 60, &[50, 49]), ".F");
}

#[test]
fn lost_metrics_silence_a_threshold_and_raise_an_absence() {
    let mut store = Store::new(1, &[], &[], Span::from_secs(300));
    store.name(Subject::Candidate, &[SeriesId(0)]);
    store.push(SeriesId(0), at(0), at(0), Row { queue: 99, ..Row::default() });
    let absent = Condition::Absent(query(Metric::QueueDepth));
    let mut alerts = Alerts::new(vec![rule(above_50(), 0, 0), rule(absent, 0, 0)], Vec::new());
    assert_eq!(alerts.evaluate(&store, at(15)), [(0, AlertState::Firing(at(15)))]);
    assert_eq!(alerts.reading(0, &store, at(15)), Some(99.0));
    store.gone(SeriesId(0), at(30), at(30));
    assert_eq!(alerts.evaluate(&store, at(30)), [(0, AlertState::Inactive), (1, AlertState::Firing(at(30)))]);
}

const SCRAPE_S: u64 = 15;

/// A store with 3 d without an error, then the given stretches of (seconds, error ratio) at 1000 requests a second;
/// the second answer is when the first stretch begins.
fn burning(stretches: &[(u64, f64)]) -> (Store, u64) {
    let start = 3 * 86_400;
    let mut store = Store::new(1, &[], &[], Span::from_secs(300));
    store.name(Subject::Target, &[SeriesId(0)]);
    let mut row = Row { requests: 1_000_000_000, ..Row::default() };
    let mut push = |now: u64, ratio: f64| {
        row.requests += 1000 * SCRAPE_S;
        row.errors += (1000.0 * SCRAPE_S as f64 * ratio).round() as u64;
        store.push(SeriesId(0), at(now), at(now), row.clone());
    };
    let mut now = 0;
    for (seconds, ratio) in [(start, 0.0)].iter().chain(stretches) {
        let end = now + seconds;
        while now < end {
            now += SCRAPE_S;
            push(now, *ratio);
        }
    }
    (store, start)
}

/// When the burn-rate rule starts and stops firing, in seconds after the first stretch began.
fn firing(stretches: &[(u64, f64)], factor: f64, long_s: u64, short_s: u64) -> Vec<(u64, bool)> {
    let (store, start) = burning(stretches);
    let when = Condition::BurnRate {
        slo: "good".to_owned(),
        objective: None,
        of: Subject::Target,
        factor,
        long: Span::from_secs(long_s),
        short: Span::from_secs(short_s),
    };
    let mut alerts = Alerts::new(vec![rule(when, 0, 0)], vec![("good".to_owned(), 0.001)]);
    let total: u64 = stretches.iter().map(|(seconds, _)| seconds).sum();
    let mut turns = Vec::new();
    for seconds in (0..=total).step_by(15) {
        let changed = alerts.evaluate(&store, at(start + seconds));
        turns.extend(changed.iter().map(|(_, state)| (seconds, matches!(state, AlertState::Firing(_)))));
    }
    turns
}

/// True when `seconds` is the expected moment, or up to one scrape and one evaluation later.
fn soon_after(seconds: u64, expected: f64) -> bool {
    seconds as f64 >= expected && seconds as f64 <= expected + 2.0 * SCRAPE_S as f64
}

#[test]
fn a_burn_rate_alert_fires_and_resets_when_the_workbook_says() {
    // SLO 99.9 %: (error ratio, outage in seconds, factor, long and short window, detection, reset after the end).
    // SRE workbook, "Alerting on SLOs".
    let cases = [
        (1.0, 600, 14.4, 3_600, 300, 51.84, 295.68),
        (0.5, 210, 14.4, 3_600, 300, 103.68, 291.36),
        (0.05, 1_200, 14.4, 3_600, 300, 1036.8, 213.6),
        (0.1, 3_600, 6.0, 21_600, 1_800, 1296.0, 1692.0),
    ];
    for (ratio, outage, factor, long, short, detection, reset) in cases {
        let turns = firing(&[(outage, ratio), (3_600, 0.0)], factor, long, short);
        let [(fired, true), (ended, false)] = turns[..] else { panic!("{ratio} for {outage} s: {turns:?}") };
        assert!(soon_after(fired, detection), "{ratio}: fired at {fired}, expected {detection}");
        // A rate sees what happened between the first and the last scrape of its window, which is one scrape less.
        let after = (ended - outage + SCRAPE_S) as f64;
        assert!(
            after >= reset && after <= reset + 3.0 * SCRAPE_S as f64,
            "{ratio}: {after}, expected {reset}"
        );
    }
}

#[test]
fn a_slow_burn_and_a_short_outage_do_not_page() {
    assert_eq!(firing(&[(7_200, 0.014), (1_800, 0.0)], 14.4, 3_600, 300), []);
    assert_eq!(firing(&[(30, 1.0), (3_600, 0.0)], 14.4, 3_600, 300), []);
    // But a ticket is written for the slow one, after 1 of 14 budgets' share of three days.
    let turns = firing(&[(21_600, 0.014)], 1.0, 259_200, 21_600);
    let [(fired, true)] = turns[..] else { panic!("{turns:?}") };
    assert!(soon_after(fired, 259_200.0 / 14.0), "{fired}");
}

#[test]
fn an_unknown_slo_is_no_data() {
    let when = Condition::BurnRate {
        slo: "good".to_owned(),
        objective: None,
        of: Subject::Target,
        factor: 1.0,
        long: Span::from_secs(3_600),
        short: Span::from_secs(300),
    };
    let (store, start) = burning(&[(3_600, 1.0)]);
    let mut alerts = Alerts::new(vec![rule(when.clone(), 0, 0)], vec![("other".to_owned(), 0.001)]);
    assert_eq!(alerts.evaluate(&store, at(start + 3_600)), []);
    assert!(!when.holds(&store, None, at(start + 3_600)));
    assert!(when.holds(&store, Some(0.001), at(start + 3_600)));
}

#[test]
fn a_count_per_second_is_not_low_because_its_window_began_before_the_run() {
    let mut store = Store::new(1, &[], &[], Span::from_secs(300));
    store.name(Subject::Candidate, &[SeriesId(0)]);
    let low = Condition::Below(query(Metric::RequestRate), Level::Number(8.0));
    // Ten requests a second, and none from 150 s on.
    for second in (0..=240).step_by(15) {
        let row = Row { requests: 10 * second.min(150), ..Row::default() };
        store.push(SeriesId(0), at(second), at(second), row);
    }
    let reads_low = |second| low.reading(&store, None, at(second)).is_some_and(|rate| rate < 8.0);
    assert!(reads_low(30) && !low.holds(&store, None, at(30)));
    assert!(!reads_low(60) && !low.holds(&store, None, at(60)));
    assert!(reads_low(210) && low.holds(&store, None, at(210)));
}

#[test]
fn a_burn_rate_at_its_factor_does_not_fire_yet_and_the_lower_of_both_windows_counts() {
    let burn = |factor: f64, long: u64, short: u64| Condition::BurnRate {
        slo: "good".to_owned(),
        objective: None,
        of: Subject::Target,
        factor,
        long: Span::from_secs(long),
        short: Span::from_secs(short),
    };
    let (store, start) = burning(&[(600, 0.5)]);
    let now = at(start + 600);
    let reading = |long, short| burn(1.0, long, short).reading(&store, Some(0.125), now).unwrap();
    let (long, short) = (reading(3_600, 3_600), reading(300, 300));
    assert!(long < 1.0 && short == 4.0, "{long} and {short}");
    assert_eq!([reading(3_600, 300), reading(300, 3_600)], [long; 2]);
    assert!(!burn(4.0, 300, 300).holds(&store, Some(0.125), now));
    assert!(burn(3.999, 300, 300).holds(&store, Some(0.125), now));
    assert!(!burn(long, 3_600, 300).holds(&store, Some(0.125), now));
    // Nothing is known of a budget of nothing, since no errors of no budget is no number.
    let calm = burning(&[(600, 0.0)]).0;
    assert!(!burn(0.0, 300, 300).holds(&calm, Some(0.0), now));
}

#[test]
fn an_objective_of_its_own_comes_before_that_of_the_slo() {
    let when = |objective| Condition::BurnRate {
        slo: "good".to_owned(),
        objective,
        of: Subject::Target,
        factor: 1.0,
        long: Span::from_secs(300),
        short: Span::from_secs(300),
    };
    let (store, start) = burning(&[(600, 0.05)]);
    let rules = vec![rule(when(Some(Share::percent(90.0))), 0, 0), rule(when(None), 0, 0)];
    let budgets = vec![("other".to_owned(), 0.5), ("good".to_owned(), 0.025)];
    let mut alerts = Alerts::new(rules, budgets);
    let changed = alerts.evaluate(&store, at(start + 600));
    assert_eq!(changed, [(1, AlertState::Firing(at(start + 600)))]);
    let near = |index: usize, wanted: f64| {
        let reading = alerts.reading(index, &store, at(start + 600)).unwrap();
        assert!((reading - wanted).abs() < 1e-9, "{reading}");
    };
    near(0, 0.5);
    near(1, 2.0);
}

#[test]
fn a_rule_knows_what_it_asks_and_how_far_back_that_reaches() {
    let above = rule(above_50(), 20, 5);
    assert_eq!((above.when.query(), above.reach()), (Some(&query(Metric::QueueDepth)), Span::from_secs(80)));
    assert_eq!(above.when.subject(), &Subject::Candidate);
    let absent = rule(Condition::Absent(query(Metric::QueueDepth)), 0, 0);
    assert_eq!((absent.when.query().is_some(), absent.reach()), (true, Span::from_secs(60)));
    for (long, short) in [(3_600, 300), (300, 3_600)] {
        let burns = Condition::BurnRate {
            slo: "good".to_owned(),
            objective: None,
            of: Subject::Target,
            factor: 1.0,
            long: Span::from_secs(long),
            short: Span::from_secs(short),
        };
        let burns = rule(burns, 60, 0);
        assert_eq!((burns.when.query(), burns.reach()), (None, Span::from_secs(3_660)));
        assert_eq!(burns.when.subject(), &Subject::Target);
    }
}

#[test]
fn an_alert_fires_at_the_first_look_at_which_it_has_held_long_enough_and_stops_when_it_was_kept() {
    let mut watch = Watch::default();
    let mut see = |holds: bool, second: u64| {
        watch.see(holds, Span::from_secs(60), Span::from_secs(30), at(second));
        watch.state()
    };
    use AlertState::{Firing, Inactive, Pending};
    for (holds, second, wanted) in [
        (false, 0, Inactive),
        (true, 10, Pending(at(10))),
        (true, 69, Pending(at(10))),
        (true, 70, Firing(at(70))),
        (true, 200, Firing(at(70))),
        (false, 210, Firing(at(70))),
        (false, 239, Firing(at(70))),
        (true, 239, Firing(at(70))),
        (false, 240, Firing(at(70))),
        (false, 269, Firing(at(70))),
        (false, 270, Inactive),
        (true, 280, Pending(at(280))),
        (false, 281, Inactive),
        (true, 340, Pending(at(340))),
    ] {
        assert_eq!(see(holds, second), wanted, "at {second} s");
    }
}
