//! One mistake at a time: where it is found, and what is said of it.

mod events;
mod load;
mod services;

use super::super::*;
use super::*;
use crate::engine::{Dist, Rate, Share};

/// Breaks one thing.
type Change = fn(&mut Scenario);

/// Two services, two cohorts, two kinds, two releases, one fault, one SLO, and nothing wrong.
pub(super) fn tiny() -> Scenario {
    let text = r#"(
        format: 1, id: "tiny", title: "Tiny", horizon: "30m", entry: "shop", target: "shop",
        zones: ["a", "b"],
        services: [
            (name: "shop", instances: 4, workers: 8, demand: Fixed("20ms"), calls: [(to: "pay")]),
            (name: "pay", instances: 2, workers: 8, demand: Fixed("10ms")),
        ],
        clients: (
            users: 1000,
            cohorts: [(name: "free", weight: 9.0), (name: "paid", weight: 1.0)],
            kinds: [(name: "browse", weight: 9.0), (name: "buy", weight: 1.0, counts_as: "orders")],
        ),
        traffic: [(name: "steady", shape: Constant("100/s"))],
        releases: [
            (name: "v1"),
            (name: "v2", flag: "new-cart", defects: [(name: "slow", when: [Chance("1%")], then: Latency(2.0))]),
        ],
        faults: [(name: "slow-pay", when: At("10m"), lasts: "5m", what: Brownout(service: "pay", latency: 3.0))],
        slos: [(name: "availability", objective: "99.9%")],
    )"#;
    let options = ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
        .with_default_extension(ron::extensions::Extensions::UNWRAP_NEWTYPES);
    options.from_str(text).expect("a scenario")
}

/// The one issue of the tiny scenario after this change, as `severity code path: message`.
fn after(change: impl FnOnce(&mut Scenario)) -> String {
    let issues = all_after(change);
    assert_eq!(issues.len(), 1, "{issues:#?}");
    issues.into_iter().next().expect("one")
}

fn all_after(change: impl FnOnce(&mut Scenario)) -> Vec<String> {
    let mut scenario = tiny();
    change(&mut scenario);
    let written = |issue: Issue| {
        let severity = if issue.severity == Severity::Error { "error" } else { "warning" };
        format!("{severity} {} {}: {}", issue.code, issue.path, issue.message)
    };
    scenario.problems().into_iter().map(written).collect()
}

/// The place and code alone of all issues after this change.
fn places(change: impl FnOnce(&mut Scenario)) -> Vec<String> {
    let head = |text: String| text.split(": ").next().unwrap_or_default().to_owned();
    all_after(change).into_iter().map(head).collect()
}

fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

fn defect(scenario: &mut Scenario) -> &mut Defect {
    &mut scenario.releases[1].defects[0]
}

fn hit(scenario: &mut Scenario, what: FaultKind) {
    scenario.faults[0].what = what;
}

fn traffic(scenario: &mut Scenario, shape: Shape) {
    scenario.traffic[0].shape = shape;
}

#[test]
fn nothing_is_said_of_what_is_right() {
    assert_eq!(tiny().problems(), []);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let issues = places(|s| {
        s.format = 2;
        s.entry = "shpo".to_owned();
        s.services[1].workers = 0;
        s.clients.users = 0;
        s.traffic.clear();
        s.releases[1].data.writes = 0;
        s.monitoring.buckets.clear();
    });
    assert_eq!(
        issues,
        [
            "error wrong-format format",
            "error unknown-name entry",
            "error out-of-range services[1].workers",
            "error out-of-range clients.users",
            "error empty traffic",
            "error out-of-range releases[1].data.writes",
            "warning unreadable releases[1].data.writes",
            "error empty monitoring.buckets",
        ]
    );
}

#[test]
fn the_top_of_the_file_is_checked() {
    assert_eq!(
        after(|s| s.format = 7),
        "error wrong-format format: found format 7; this build reads format 1"
    );
    assert_eq!(
        after(|s| s.id = "Tiny shop".to_owned()),
        "error bad-name id: found \"Tiny shop\"; an id has 1 to 64 characters of a-z, 0-9, _ and -"
    );
    assert!(after(|s| s.id = "x".repeat(65)).starts_with("error bad-name id"));
    assert!(after(|s| s.title = " ".to_owned()).starts_with("error empty title"));
    assert_eq!(
        places(|s| s.horizon = Span::ZERO),
        ["error out-of-range horizon", "error out-of-range release_at", "warning never faults[0].when"]
    );
    assert_eq!(
        after(|s| s.horizon = secs(31 * 86_400)),
        "error out-of-range horizon: found 31d; a run lasts more than 0s, up to 30d"
    );
    assert!(after(|s| s.release_at = s.horizon).contains("the run ends at 30m; begin earlier"));
    assert_eq!(after(|s| s.zones.clear()), "error empty zones: there must be at least one zone");
    assert!(
        after(|s| s.zones = (0..33).map(|zone| zone.to_string()).collect())
            .contains("found 33; allowed are up to 32")
    );
}

#[test]
fn names_are_present_and_no_two_alike() {
    assert_eq!(
        after(|s| s.releases[1].name = "v1".to_owned()),
        "error duplicate-name releases[1].name: there is already a release \"v1\"; each needs its own name"
    );
    assert!(after(|s| s.zones[1] = "a".to_owned()).starts_with("error duplicate-name zones[1]"));
    assert!(after(|s| s.clients.kinds[0].name.clear()).starts_with("error bad-name clients.kinds[0].name"));
    assert!(after(|s| s.clients.cohorts[0].name = " free".to_owned()).contains("no space at either end"));
    assert!(after(|s| s.slos[0].name = "a\nb".to_owned()).contains("found \"a b\""));
    assert!(after(|s| s.faults.push(s.faults[0].clone())).starts_with("error duplicate-name faults[1].name"));
    assert!(
        after(|s| s.traffic.push(s.traffic[0].clone())).starts_with("error duplicate-name traffic[1].name")
    );
}

#[test]
fn unknown_names_come_with_the_nearest_valid_one() {
    let cases: [(Change, &str); 9] = [
        (|s| s.target = "shopp".to_owned(), "target: unknown service \"shopp\"; did you mean \"shop\"?"),
        (
            |s| s.services[0].calls[0].to = "pya".to_owned(),
            "services[0].calls[0].to: unknown service \"pya\"; did you mean \"pay\"?",
        ),
        (
            |s| defect(s).when = vec![DefectTrigger::Cohort(vec!["paid".to_owned(), "fre".to_owned()])],
            "releases[1].defects[0].when[0][1]: unknown cohort \"fre\"; did you mean \"free\"?",
        ),
        (
            |s| defect(s).when = vec![DefectTrigger::Kind(vec!["sell".to_owned()])],
            "releases[1].defects[0].when[0][0]: unknown kind \"sell\"; allowed: \"browse\", \"buy\"",
        ),
        (
            |s| defect(s).when = vec![DefectTrigger::FlagOn("new_cart".to_owned())],
            "releases[1].defects[0].when[0]: unknown flag \"new_cart\"; did you mean \"new-cart\"?",
        ),
        (
            |s| defect(s).then = Effect::ExtraCalls { to: "Pay".to_owned(), times: 3 },
            "releases[1].defects[0].then.to: unknown service \"Pay\"; did you mean \"pay\"?",
        ),
        (
            |s| hit(s, FaultKind::ZoneLoss { zone: "c".to_owned() }),
            "faults[0].what.zone: unknown zone \"c\"; allowed: \"a\", \"b\"",
        ),
        (
            |s| hit(s, FaultKind::Crash { service: "shops".to_owned(), instances: 1 }),
            "faults[0].what.service: unknown service \"shops\"; did you mean \"shop\"?",
        ),
        (
            |s| {
                s.clients.cohorts.clear();
                defect(s).when = vec![DefectTrigger::Cohort(vec!["free".to_owned()])];
            },
            "releases[1].defects[0].when[0][0]: unknown cohort \"free\"; there is no cohort to name",
        ),
    ];
    for (change, wanted) in cases {
        let found = all_after(change);
        assert!(found.contains(&format!("error unknown-name {wanted}")), "{wanted}: {found:#?}");
    }
}

#[test]
fn numbers_out_of_range_are_said_with_the_range() {
    let cases: [(Change, &str); 24] = [
        (|s| s.services[0].instances = 0, "services[0].instances: found 0; allowed is 1 to 20000"),
        (|s| s.services[0].queue = 2_000_000, "services[0].queue: found 2000000; allowed is 0 to 1000000"),
        (
            |s| s.services[0].errors = Share::percent(101.0),
            "services[0].errors: found 101%; allowed is 0% to 100%",
        ),
        (
            |s| s.services[0].calls[0].share = Share::percent(200.0),
            "services[0].calls[0].share: found 200%; allowed is 0% to 100%",
        ),
        (|s| s.services[0].calls[0].timeout = Span::ZERO, "services[0].calls[0].timeout: found 0s"),
        (
            |s| s.services[0].calls[0].retries.limit = 11,
            "services[0].calls[0].retries.limit: found 11; allowed is 0 to 10",
        ),
        (
            |s| s.clients.retries = Retries { limit: 1, cap: Span::from_millis(1), ..Retries::default() },
            "clients.retries.cap: the longest wait",
        ),
        (
            |s| s.services[0].endpoints.proxies = 65,
            "services[0].endpoints.proxies: found 65; allowed is 1 to 64",
        ),
        (
            |s| s.services[0].balancer = Balancer::RingHash { ring_size: 0 },
            "services[0].balancer.ring_size: found 0",
        ),
        (
            |s| s.services[0].balancer = Balancer::LeastRequest { choices: 1001, with_replacement: true },
            "services[0].balancer.choices: found 1001",
        ),
        (
            |s| s.services[0].memory.limit_mb = 256.0,
            "services[0].memory.limit_mb: the limit, 256 MB, must be above",
        ),
        (
            |s| s.services[0].boot.warm_up = Some(WarmUp { from: Share::ZERO, over: secs(30) }),
            "services[0].boot.warm_up.from: found 0%",
        ),
        (|s| s.clients.cohorts[1].weight = 0.0, "clients.cohorts[1].weight: found 0; allowed is above 0"),
        (
            |s| s.clients.kinds[1].cost = f64::NAN,
            "clients.kinds[1].cost: found NaN; allowed is above 0, up to 1000",
        ),
        (|s| s.clients.kinds[1].value = -1.0, "clients.kinds[1].value: found -1"),
        (|s| s.clients.users = 1_000_001, "clients.users: found 1000001; allowed is 1 to 1000000"),
        (|s| s.clients.timeout = Some(Span::ZERO), "clients.timeout: found 0s"),
        (
            |s| s.slos[0].objective = Share::ALL,
            "slos[0].objective: found 100%; allowed is above 0% and below 100%",
        ),
        (|s| s.monitoring.scrape = Span::ZERO, "monitoring.scrape: found 0s; allowed is 100ms or more"),
        (|s| s.cost.instance_hour = f64::INFINITY, "cost.instance_hour: found inf"),
        (
            |s| defect(s).then = Effect::Latency(0.0),
            "releases[1].defects[0].then: found 0; allowed is above 0, up to 1000",
        ),
        (
            |s| defect(s).when = vec![DefectTrigger::Busy(Share::ALL)],
            "releases[1].defects[0].when[0]: more than 100%",
        ),
        (
            |s| s.releases[1].data.reads.clear(),
            "releases[1].data.reads: there must be at least one row format",
        ),
        (|s| s.services[0].demand = Dist::Lognormal { p50: secs(2), p99: secs(1) }, "services[0].demand"),
    ];
    for (change, wanted) in cases {
        let found = all_after(change);
        assert!(
            found.iter().any(|text| text.starts_with("error") && text.contains(wanted)),
            "{wanted}: {found:#?}"
        );
    }
}
