//! One mistake at a time, and what is said of it.

use super::*;
use crate::engine::{Dist, Rate, Share};
use crate::scenario::{Severity, Shape, Slo, Spacing, Traffic};
use crate::telemetry::Urgency;

/// One service, `shop`, one counter, `orders`, one SLO, `availability`, a run of 30 m.
fn scenario() -> Scenario {
    let text = r#"(
        format: 1, id: "tiny", title: "Tiny", horizon: "30m", entry: "shop", target: "shop",
        services: [(name: "shop", instances: 2, workers: 4, demand: Fixed("10ms"))],
        clients: (users: 100, kinds: [(name: "buy", weight: 1.0, counts_as: "orders")]),
        traffic: [], releases: [(name: "v1")],
    )"#;
    let options = ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
        .with_default_extension(ron::extensions::Extensions::UNWRAP_NEWTYPES);
    let mut scenario: Scenario = options.from_str(text).expect("a scenario");
    let shape = Shape::Constant(Rate::per_second(10.0));
    scenario.traffic.push(Traffic { name: "steady".to_owned(), shape, spacing: Spacing::Poisson });
    scenario.slos.push(Slo {
        name: "availability".to_owned(),
        objective: Share::percent(99.9),
        window: Span::from_secs(30 * 86_400),
    });
    scenario.monitoring.lag = Dist::Fixed(Span::from_secs(2));
    scenario
}

fn query(metric: Metric) -> Query {
    Query { metric, of: Subject::Candidate, over: Span::from_secs(60), zone: None, cohort: None, kind: None }
}

fn burn_rate() -> Condition {
    Condition::BurnRate {
        slo: "availability".to_owned(),
        objective: None,
        of: Subject::Target,
        factor: 14.4,
        long: Span::from_secs(3600),
        short: Span::from_secs(300),
    }
}

fn rule(when: Condition) -> AlertRule {
    let hold = Span::from_secs(120);
    AlertRule { name: "it".to_owned(), when, hold, keep_firing_for: Span::ZERO, urgency: Urgency::Page }
}

fn only(issues: Vec<Issue>) -> (String, Severity, String) {
    assert_eq!(issues.len(), 1, "{issues:?}");
    let issue = issues.into_iter().next().expect("one");
    (issue.path, issue.severity, issue.message)
}

#[test]
fn nothing_is_said_of_what_is_right() {
    let scenario = scenario();
    let conditions = [
        Condition::Above(query(Metric::ErrorRatio), Level::Share(Share::percent(2.0))),
        Condition::Above(query(Metric::Latency(0.99)), Level::Span(Span::from_millis(500))),
        Condition::Below(query(Metric::Business("orders".to_owned())), Level::Rate(Rate::per_second(1.0))),
        Condition::Above(query(Metric::Restarts), Level::Number(2.0)),
        Condition::Absent(Query { of: Subject::Service("shop".to_owned()), ..query(Metric::QueueDepth) }),
        burn_rate(),
    ];
    for condition in conditions {
        assert_eq!(rule(condition).problems("alerts[0]", &scenario), []);
    }
}

#[test]
fn unknown_names_are_found_with_the_nearest_one() {
    let scenario = scenario();
    let (path, _, message) = only(query(Metric::Business("order".to_owned())).problems("q", &scenario));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("q.metric", "unknown business counter \"order\"; did you mean \"orders\"?")
    );
    let of = Query { of: Subject::Service("shpo".to_owned()), ..query(Metric::ErrorRatio) };
    let (path, _, message) = only(of.problems("q", &scenario));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("q.of", "unknown service \"shpo\"; did you mean \"shop\"?")
    );
    let mut wrong = burn_rate();
    if let Condition::BurnRate { slo, .. } = &mut wrong {
        *slo = "availabilty".to_owned();
    }
    let (path, _, message) = only(rule(wrong).problems("alerts[2]", &scenario));
    assert_eq!(path, "alerts[2].when.slo");
    assert!(message.ends_with("did you mean \"availability\"?"), "{message}");
}

#[test]
fn a_quantile_is_a_part_of_one() {
    let (path, severity, message) = only(query(Metric::Latency(99.0)).problems("q", &scenario()));
    assert_eq!((path.as_str(), severity), ("q.metric", Severity::Error));
    assert_eq!(message, "quantile 99: allowed is above 0, up to 1; p99 is Latency(0.99)");
    assert_eq!(only(query(Metric::Latency(f64::NAN)).problems("q", &scenario())).0, "q.metric");
}

#[test]
fn a_window_must_hold_scrapes_unless_it_is_of_a_gauge() {
    let over = |seconds| Query { over: Span::from_secs(seconds), ..query(Metric::ErrorRatio) };
    assert_eq!(only(over(0).problems("q", &scenario())).1, Severity::Error);
    let (path, severity, message) = only(over(20).problems("q", &scenario()));
    assert_eq!((path.as_str(), severity), ("q.over", Severity::Warning));
    assert!(message.contains("no data; 1m or more"), "{message}");
    assert!(only(over(45).problems("q", &scenario())).2.contains("fewer than four scrapes"));
    let gauge = Query { over: Span::ZERO, ..query(Metric::Memory) };
    assert_eq!(gauge.problems("q", &scenario()), []);
}

#[test]
fn a_level_has_the_unit_of_its_metric() {
    let errors = Condition::Above(query(Metric::ErrorRatio), Level::Span(Span::from_secs(2)));
    let (path, _, message) = only(errors.problems("when", &scenario()));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("when", "error ratio is compared with 2s; write \"2.5%\"")
    );
    let percent = Condition::Above(query(Metric::ErrorRatio), Level::Number(2.0));
    assert!(only(percent.problems("when", &scenario())).2.contains("never above 100%"));
    let depth = Condition::Above(query(Metric::QueueDepth), Level::Share(Share::percent(50.0)));
    assert!(only(depth.problems("when", &scenario())).2.ends_with("write a bare number"));
}

#[test]
fn a_rule_that_can_never_fire_is_refused() {
    let mut late = rule(burn_rate());
    late.hold = Span::from_secs(1800);
    let (path, _, message) = only(late.problems("alerts[0]", &scenario()));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("alerts[0].for", "30m is as long as the whole run, 30m: it would never fire")
    );
    let mut nameless = rule(burn_rate());
    nameless.name = " ".to_owned();
    assert_eq!(only(nameless.problems("alerts[0]", &scenario())).0, "alerts[0].name");
}

#[test]
fn burn_rates_have_a_factor_and_a_shorter_short_window() {
    let mut wrong = burn_rate();
    if let Condition::BurnRate { factor, short, .. } = &mut wrong {
        (*factor, *short) = (f64::INFINITY, Span::from_secs(7200));
    }
    let paths: Vec<String> =
        wrong.problems("when", &scenario()).into_iter().map(|issue| issue.path).collect();
    assert_eq!(paths, ["when.factor", "when.short"]);
}
