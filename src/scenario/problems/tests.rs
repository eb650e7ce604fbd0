//! One mistake at a time: where it is found, and what is said of it.

use super::super::*;
use super::*;
use crate::engine::{Dist, Rate, Share};

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
        after(|s| s.zones = (0..17).map(|zone| zone.to_string()).collect())
            .contains("found 17; allowed are up to 16")
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
    let cases: [(fn(&mut Scenario), &str); 9] = [
        (|s| s.target = "shopp".to_owned(), "target: unknown service \"shopp\"; did you mean \"shop\"?"),
        (
            |s| s.services[0].calls[0].to = "pya".to_owned(),
            "services[0].calls[0].to: unknown service \"pya\"; did you mean \"pay\"?",
        ),
        (
            |s| defect(s).when = vec![Trigger::Cohort(vec!["paid".to_owned(), "fre".to_owned()])],
            "releases[1].defects[0].when[0][1]: unknown cohort \"fre\"; did you mean \"free\"?",
        ),
        (
            |s| defect(s).when = vec![Trigger::Kind(vec!["sell".to_owned()])],
            "releases[1].defects[0].when[0][0]: unknown kind \"sell\"; allowed: \"browse\", \"buy\"",
        ),
        (
            |s| defect(s).when = vec![Trigger::FlagOn("new_cart".to_owned())],
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
                defect(s).when = vec![Trigger::Cohort(vec!["free".to_owned()])];
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
    let cases: [(fn(&mut Scenario), &str); 24] = [
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
            |s| defect(s).when = vec![Trigger::Busy(Share::ALL)],
            "releases[1].defects[0].when[0]: more than 100%",
        ),
        (
            |s| s.releases[1].data.reads.clear(),
            "releases[1].data.reads: there must be at least one row format",
        ),
        (
            |s| s.services[0].demand = Dist::Lognormal { p50: secs(2), p99: secs(1) },
            "services[0].demand.p99: the 99th percentile, 1s",
        ),
    ];
    for (change, wanted) in cases {
        let found = all_after(change);
        assert!(
            found.iter().any(|text| text.starts_with("error") && text.contains(wanted)),
            "{wanted}: {found:#?}"
        );
    }
}

#[test]
fn the_fleets_together_have_a_limit() {
    let found = after(|s| {
        s.services[0].instances = 15_000;
        s.services[1].instances = 15_000;
    });
    assert_eq!(
        found,
        "error out-of-range services: all services together have 30000 instances; allowed are up to 20000"
    );
}

#[test]
fn a_cycle_is_told_with_its_way_round() {
    let back = || Call { to: "shop".to_owned(), ..tiny().services[0].calls[0].clone() };
    assert_eq!(
        after(|s| s.services[1].calls.push(back())),
        "error cycle services[1].calls[0].to: calls must not form a cycle, but shop calls pay calls shop; remove one of them"
    );
    assert!(after(|s| s.services[0].calls.push(back())).contains("but shop calls shop;"));
    let extra = after(|s| {
        s.target = "pay".to_owned();
        defect(s).then = Effect::ExtraCalls { to: "shop".to_owned(), times: 2 };
    });
    assert!(extra.starts_with("error cycle releases[1].defects[0].then.to: "), "{extra}");
}

#[test]
fn what_no_request_reaches_is_told() {
    let cut = after(|s| s.services[0].calls.clear());
    assert_eq!(cut, "warning unreachable services[1]: no request reaches \"pay\" from the entry, \"shop\"");
    let target = after(|s| {
        s.services[0].calls.clear();
        s.target = "pay".to_owned();
    });
    assert!(target.starts_with("error unreachable target: "), "{target}");
    // An extra call of a defect reaches it, too.
    let extra = all_after(|s| {
        s.services[0].calls.clear();
        defect(s).then = Effect::ExtraCalls { to: "pay".to_owned(), times: 2 };
    });
    assert_eq!(extra, [] as [&str; 0]);
}

#[test]
fn probes_follow_kubernetes() {
    let probe = || Some(Probe { success_threshold: 2, ..Probe::default() });
    assert_eq!(all_after(|s| s.services[0].probes.readiness = probe()), [] as [&str; 0]);
    assert_eq!(
        after(|s| s.services[0].probes.liveness = probe()),
        "error out-of-range services[0].probes.liveness.success_threshold: found 2; it must be 1 for a liveness probe (Kubernetes): leave it out"
    );
    let zero = Probe {
        period: Span::ZERO,
        timeout: Span::ZERO,
        success_threshold: 0,
        failure_threshold: 0,
        ..Probe::default()
    };
    let issues = Probes { startup: Some(zero), ..Probes::default() }.problems("probes");
    let paths: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "probes.startup.period",
            "probes.startup.timeout",
            "probes.startup.success_threshold",
            "probes.startup.failure_threshold"
        ]
    );
}

#[test]
fn a_grace_that_prestop_eats_up_is_told() {
    let found = after(|s| s.services[0].drain.pre_stop = secs(30));
    assert!(
        found.starts_with(
            "warning short-grace services[0].drain.grace: the grace of 30s includes the preStop of 30s"
        ),
        "{found}"
    );
}

#[test]
fn shapes_of_load_are_checked() {
    let rate = Rate::per_second;
    let trace = |points: &[(u64, f64)]| Shape::Trace {
        file: String::new(),
        points: points.iter().map(|(at, height)| (secs(*at), rate(*height))).collect(),
    };
    let cases = [
        (Shape::Constant(rate(0.0)), "error out-of-range traffic[0].shape"),
        (
            Shape::Ramp { from: rate(1.0), to: rate(2.0), at: secs(0), over: Span::ZERO },
            "error out-of-range traffic[0].shape.over",
        ),
        (
            Shape::Ramp { from: rate(0.0), to: rate(0.0), at: secs(0), over: secs(60) },
            "error empty traffic[0].shape",
        ),
        (
            Shape::Daily { mean: rate(5.0), peak_to_trough: 0.5, peak_at: secs(0), day: secs(86_400) },
            "error out-of-range traffic[0].shape.peak_to_trough",
        ),
        (
            Shape::Spike { base: rate(1.0), to: rate(9.0), at: secs(1800), lasts: secs(60) },
            "warning never traffic[0].shape.at",
        ),
        (
            Shape::FlashCrowd {
                base: rate(9.0),
                peak: rate(1.0),
                at: secs(60),
                rise: secs(60),
                half_life: secs(60),
            },
            "error out-of-range traffic[0].shape.peak",
        ),
        (trace(&[]), "error empty traffic[0].shape"),
        (trace(&[(0, 1.0), (10, 2.0), (10, 3.0)]), "error not-increasing traffic[0].shape.points[2].0"),
        (trace(&[(0, 0.0), (10, 0.0)]), "error empty traffic[0].shape.points"),
        (
            Shape::Closed { users: 0, think: Dist::Fixed(secs(1)) },
            "error out-of-range traffic[0].shape.users",
        ),
        (
            Shape::Closed { users: 5, think: Dist::Exponential(Span::ZERO) },
            "error bad-distribution traffic[0].shape.think",
        ),
    ];
    for (shape, wanted) in cases {
        let name = format!("{shape:?}");
        assert_eq!(places(|s| traffic(s, shape)), [wanted], "{name}");
    }
}

#[test]
fn a_defect_of_an_instance_cannot_depend_on_a_request() {
    let found = after(|s| defect(s).then = Effect::CrashLoop { after: secs(10) });
    assert_eq!(
        found,
        "error wrong-trigger releases[1].defects[0].when[0]: CrashLoop happens to an instance, whatever it is asked, so it cannot depend on Chance, which is asked of a request"
    );
    let fits = |s: &mut Scenario| {
        defect(s).when = vec![Trigger::UptimeOver(secs(60)), Trigger::BothVersions];
        defect(s).then = Effect::FailReadiness;
    };
    assert_eq!(all_after(fits), [] as [&str; 0]);
}

#[test]
fn what_never_happens_is_told() {
    let cases: [(fn(&mut Scenario), &str); 7] = [
        (
            |s| defect(s).when = vec![Trigger::Chance(Share::ZERO)],
            "warning never releases[1].defects[0].when[0]",
        ),
        (
            |s| defect(s).when = vec![Trigger::UptimeOver(secs(1800))],
            "warning never releases[1].defects[0].when[0]",
        ),
        (
            |s| {
                s.releases[0].defects = vec![Defect {
                    name: "x".to_owned(),
                    when: vec![Trigger::BothVersions],
                    then: Effect::Errors,
                }]
            },
            "warning never releases[0].defects[0].when[0]",
        ),
        (|s| s.releases[0].data.migrates_to = Some(1), "warning never releases[0].data.migrates_to"),
        (|s| s.faults[0].when = When::At(secs(7200)), "warning never faults[0].when"),
        (|s| s.faults[0].lasts = None, ""),
        (
            |s| {
                s.faults[0].lasts = None;
                s.faults[0].when = When::Every(Dist::Fixed(secs(60)));
            },
            "warning never faults[0].lasts",
        ),
    ];
    for (change, wanted) in cases {
        assert_eq!(places(change).join(""), wanted);
    }
}

#[test]
fn data_that_a_release_cannot_use_itself_is_told() {
    let formats = |s: &mut Scenario| {
        s.releases[1].data = DataUse { writes: 2, migrates_to: Some(2), ..DataUse::default() }
    };
    assert_eq!(
        all_after(formats),
        [
            "warning unreadable releases[1].data.writes: it writes row format 2 and cannot read it again",
            "warning unreadable releases[1].data.migrates_to: it migrates to schema 2 and cannot work with it"
        ]
    );
}

#[test]
fn faults_are_checked() {
    let service = || "pay".to_owned();
    let cases = [
        (
            FaultKind::Brownout { service: service(), latency: 1.0, errors: Share::ZERO },
            "warning no-effect faults[0].what",
        ),
        (
            FaultKind::Network { service: service(), loss: Share::ZERO, delay: Span::ZERO },
            "warning no-effect faults[0].what",
        ),
        (
            FaultKind::Network { service: service(), loss: Share::percent(150.0), delay: Span::ZERO },
            "error out-of-range faults[0].what.loss",
        ),
        (FaultKind::Metrics(MetricsTrouble::Late(Span::ZERO)), "error out-of-range faults[0].what"),
        (
            FaultKind::Breakdowns {
                service: service(),
                up: Dist::Fixed(Span::ZERO),
                repair: Dist::Fixed(secs(1)),
                crews: 1,
            },
            "error out-of-range faults[0].what.up",
        ),
    ];
    for (what, wanted) in cases {
        let name = format!("{what:?}");
        assert_eq!(places(|s| hit(s, what)), [wanted], "{name}");
    }
    let crash = places(|s| hit(s, FaultKind::Crash { service: service(), instances: 3 }));
    assert_eq!(crash, ["warning no-effect faults[0].lasts", "warning out-of-range faults[0].what.instances"]);
    assert!(
        after(|s| s.faults[0].when = When::Between(secs(60), secs(30))).contains("the end, 30s, is before")
    );
    assert!(
        after(|s| s.faults[0].when = When::Every(Dist::Fixed(Span::from_millis(1))))
            .contains("its mean is 1ms; allowed is 1s or more")
    );
}

#[test]
fn bucket_bounds_increase() {
    let found = after(|s| s.monitoring.buckets = vec![secs(1), secs(3), secs(2)]);
    assert_eq!(found, "error not-increasing monitoring.buckets[2]: bounds must increase, but 2s follows 3s");
    let stale = after(|s| s.monitoring.staleness = secs(10));
    assert!(stale.starts_with("warning short-window monitoring.staleness"), "{stale}");
}

#[test]
fn a_run_that_would_cost_too_much_is_refused_with_its_cost() {
    let busy = |per_second: f64| {
        move |s: &mut Scenario| {
            s.horizon = secs(86_400);
            s.services[0].instances = 2_000;
            s.services[1].instances = 1_000;
            traffic(s, Shape::Constant(Rate::per_second(per_second)));
        }
    };
    let found = after(busy(1_000.0));
    assert!(
        found.starts_with("error too-costly traffic[0].shape: a run of 1d holds about 86 M requests;"),
        "{found}"
    );
    assert_eq!(all_after(busy(500.0)), [] as [&str; 0]);
    let spike = |s: &mut Scenario| {
        busy(1.0)(s);
        let shape = Shape::Spike {
            base: Rate::per_second(1.0),
            to: Rate::per_second(1_500.0),
            at: secs(60),
            lasts: secs(60),
        };
        traffic(s, shape);
    };
    assert_eq!(
        all_after(spike),
        [] as [&str; 0],
        "only what the spike brings counts, not its peak for a day"
    );
    let probes = after(|s| {
        busy(1.0)(s);
        s.services[0].probes.readiness = Some(Probe { period: secs(1), ..Probe::default() });
    });
    assert!(
        probes.starts_with("error too-costly horizon: a run of 1d holds about 173 M probe checks"),
        "{probes}"
    );
    let hasty = after(|s| {
        s.services[0].demand = Dist::Fixed(Span::ZERO);
        traffic(s, Shape::Closed { users: 1, think: Dist::Fixed(Span::ZERO) });
    });
    assert!(hasty.starts_with("error out-of-range traffic[0].shape.think: each user"), "{hasty}");
}

#[test]
fn a_world_that_cannot_stand_its_own_load_is_told_with_numbers() {
    // The shop holds a worker for 20 ms and, while pay works, 10 ms: at 1100/s that is 33 workers of 32.
    let found = all_after(|s| traffic(s, Shape::Constant(Rate::per_second(1_100.0))));
    assert_eq!(
        found,
        [
            "warning overload services[0].instances: at the peak of \"steady\", 1100.0 requests a second, it needs 33.0 workers and has 32 (4 x 8): overloaded before anything is released"
        ]
    );
    assert_eq!(all_after(|s| traffic(s, Shape::Constant(Rate::per_second(1_000.0)))), [] as [&str; 0]);
    // Work that only a tenth of the requests make, at ten times the cost, is as much.
    let pricey = places(|s| {
        s.services[0].calls[0].share = Share::percent(10.0);
        s.clients.kinds[1].cost = 101.0;
        traffic(s, Shape::Constant(Rate::per_second(200.0)));
    });
    assert_eq!(pricey, ["warning overload services[0].instances"]);
}

#[test]
fn checking_a_dense_graph_is_quick() {
    // Every service calls all after it: 2^38 ways lead from the first to the last.
    let mut scenario = tiny();
    let model = scenario.services[1].clone();
    let call = scenario.services[0].calls[0].clone();
    scenario.services = (0..40).map(|index| Service { name: format!("s{index}"), ..model.clone() }).collect();
    for index in 0..40 {
        let callees = (index + 1..40).take(32);
        scenario.services[index].calls = callees
            .map(|callee| Call { to: format!("s{callee}"), share: Share::percent(1.0), ..call.clone() })
            .collect();
    }
    scenario.entry = "s0".to_owned();
    scenario.target = "s0".to_owned();
    scenario.faults.clear();
    assert_eq!(scenario.problems(), []);
}
