//! What checks and analyses come to, at their limits and around them: one table, `tests/golden/judgements.txt`. Where it differs the test says
//! all of it, to be read and kept.

use std::fmt::Write;

use super::measure::{evidence, measure};
use super::results::{CheckResults, Place};
use super::test_result::digits;
use super::{AnalysisRun, Answers, Verdict, keeps};
use crate::control::compiled_plan::CompiledPlan;
use crate::control::fake_cluster::{self, Cluster, canary, counted, plan, store};
use crate::control::{Check, Plan, Step, Strategy};
use crate::engine::Time;
use crate::sim::{CheckState, RolloutPhase};
use crate::telemetry::Store;

/// A check with this limit, and what else a file may say of it; of the error ratio over a minute unless it begins with a query.
fn check(rest: &str) -> Check {
    if rest.starts_with('(') {
        return fake_cluster::read(&format!("(name: \"it\", query: {rest})"));
    }
    fake_cluster::read(&format!("(name: \"it\", query: (metric: ErrorRatio, over: \"1m\"), {rest})"))
}

/// Requests and failures of the candidate and of the baseline in the last minute, in which each limit is looked at.
type Counts = [(u64, u64); 2];

const LIMITS: &[(&str, &[Counts])] = &[
    ("pass: Below(\"1%\")", &[[(1000, 9), (0, 0)], [(1000, 10), (0, 0)], [(0, 0), (1000, 0)]]),
    ("pass: Above(\"1%\")", &[[(1000, 10), (0, 0)], [(1000, 11), (0, 0)]]),
    (
        "pass: AtMostBaseline(factor: 2.0)",
        &[
            [(1000, 20), (1000, 10)],
            [(1000, 21), (1000, 10)],
            [(1000, 0), (1000, 0)],
            [(1000, 5), (0, 0)],
            [(0, 0), (1000, 5)],
        ],
    ),
    ("pass: AtMostBaseline(plus: \"1%\")", &[[(1000, 20), (1000, 10)], [(1000, 21), (1000, 10)]]),
    ("pass: AtLeastBaseline(factor: 0.5)", &[[(1000, 5), (1000, 10)], [(1000, 4), (1000, 10)]]),
    (
        "pass: Below(\"1%\"), fail: Above(\"5%\")",
        &[[(1000, 9), (0, 0)], [(1000, 10), (0, 0)], [(1000, 50), (0, 0)], [(1000, 51), (0, 0)]],
    ),
    (
        "pass: Below(\"1%\"), fail: AtLeastBaseline(factor: 5.0)",
        &[
            [(1000, 9), (0, 0)],
            [(1000, 9), (1000, 1)],
            [(1000, 9), (1000, 2)],
            [(1000, 49), (1000, 10)],
            [(1000, 50), (1000, 10)],
        ],
    ),
    ("pass: Below(\"1%\"), min_requests: 100", &[[(100, 0), (0, 0)], [(99, 0), (0, 0)], [(0, 0), (0, 0)]]),
    ("pass: Below(\"1%\"), min_requests: 100, no_data: Fail", &[[(99, 0), (0, 0)], [(0, 0), (0, 0)]]),
    ("pass: Below(\"1%\"), no_data: Pass", &[[(0, 0), (0, 0)]]),
    ("pass: Below(\"1%\"), no_data: Inconclusive", &[[(0, 0), (0, 0)]]),
    ("pass: AtMostBaseline(factor: 2.0), against: Control", &[[(1000, 20), (1000, 10)]]),
    (
        "(metric: Failures, over: \"1m\"), pass: AtMostBaseline(factor: 2.0)",
        &[[(1000, 20), (500, 5)], [(1000, 21), (500, 5)], [(0, 0), (500, 5)], [(1000, 20), (0, 0)]],
    ),
    ("(metric: Failures, over: \"1m\"), pass: Below(1.0)", &[[(1000, 59), (0, 0)], [(1000, 60), (0, 0)]]),
    ("(metric: RequestRate, over: \"1m\"), pass: Above(1.0)", &[[(60, 0), (0, 0)], [(61, 0), (0, 0)]]),
    // At exactly its level a test fails: sides with as many failures have p = 0.5 by the normal test, one of one against none of one by
    // Fisher's.
    (
        "pass: NotWorse(TwoProportions(alpha: 0.5))",
        &[
            [(100, 5), (100, 5)],
            [(100, 4), (100, 5)],
            [(100, 0), (100, 0)],
            [(100, 100), (100, 100)],
            [(0, 0), (100, 5)],
            [(100, 5), (0, 0)],
            [(0, 0), (0, 0)],
            [(10, 20), (10, 5)],
        ],
    ),
    ("pass: NotWorse(TwoProportions(alpha: 0.499))", &[[(100, 5), (100, 5)], [(100, 6), (100, 5)]]),
    (
        "pass: NotWorse(Fisher(alpha: 0.5))",
        &[[(1, 1), (1, 0)], [(1, 0), (1, 1)], [(0, 0), (9, 1)], [(9, 1), (0, 0)], [(5, 9), (5, 0)]],
    ),
    ("pass: NotWorse(Fisher(alpha: 0.49))", &[[(1, 1), (1, 0)], [(4, 3), (4, 1)], [(9, 8), (9, 1)]]),
    (
        "pass: NotWorse(Sequential(alpha: 0.05))",
        &[
            [(1000, 10), (1000, 10)],
            [(1000, 40), (1000, 10)],
            [(1000, 9), (1000, 40)],
            [(1, 1), (1, 0)],
            [(100_000, 1200), (100_000, 1000)],
            [(0, 0), (1000, 10)],
        ],
    ),
    ("pass: NotWorse(Sequential(alpha: 1.0))", &[[(1000, 10), (1000, 10)], [(1000, 5), (1000, 10)]]),
    ("pass: NotWorse(Sequential(alpha: 0.05, tau2: 0.01))", &[[(1000, 40), (1000, 10)]]),
    (
        "pass: NotWorse(SampleRatio(candidate: \"50%\"))",
        &[[(1000, 0), (1000, 0)], [(1000, 0), (1140, 0)], [(1000, 0), (1200, 0)], [(0, 0), (0, 0)]],
    ),
    ("pass: NotWorse(SampleRatio(candidate: \"50%\", alpha: 1.0))", &[[(1000, 0), (1000, 0)]]),
    (
        "pass: NotWorse(SampleRatio(candidate: \"10%\", alpha: 0.05))",
        &[[(100, 0), (900, 0)], [(120, 0), (880, 0)]],
    ),
    (
        "pass: NotWorse(TwoProportions(alpha: 0.05)), min_requests: 100, no_data: Inconclusive",
        &[[(99, 50), (1000, 5)], [(100, 50), (1000, 5)], [(0, 0), (1000, 5)]],
    ),
];

const NOW: Time = Time::from_secs(120);

fn line(table: &mut String, what: &str, check: &Check, metrics: &Store, now: Time) {
    let seen = measure(check, metrics, now);
    let kept = keeps(&check.query, &check.pass, metrics, now);
    writeln!(table, "    {what}: {}, kept {kept:?}: {}", seen.verdict.name(), evidence(check, &seen))
        .unwrap();
}

/// Error ratios of the candidate and of the baseline over fifteen minutes, for checks of samples.
const RATIOS: [(f64, f64); 4] = [(0.01, 0.01), (0.05, 0.01), (0.01, 0.05), (0.0, 0.0)];

const OF_SAMPLES: &[&str] = &[
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Welch(alpha: 0.05))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(MannWhitney(alpha: 0.05))",
    "(metric: RequestRate, over: \"10m\"), pass: NotWorse(MannWhitney(alpha: 0.05))",
    "(metric: Failures, over: \"10m\"), pass: NotWorse(MannWhitney(alpha: 0.05))",
    "(metric: ErrorRatio, over: \"1m\"), pass: NotWorse(MannWhitney(alpha: 0.05))",
    "(metric: ErrorRatio, over: \"2m\"), pass: NotWorse(MannWhitney(alpha: 0.05))",
    "(metric: ErrorRatio, over: \"1m\"), pass: NotWorse(MannWhitney(alpha: 0.05, every: \"30s\"))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio)]))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio, direction: Increase, critical: true)]))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio, direction: Decrease)]))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio, allowed_increase: 5.0), (metric: RequestRate)]))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio, allowed_increase: 5.1), (metric: RequestRate)]))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio, effect: Cles), (metric: RequestRate)], pass: 50.0))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio), (metric: RequestRate)], pass: 60.0, marginal: 50.0))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio), (metric: RequestRate)], pass: 60.0, marginal: 51.0))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio, groups: [\"a\"]), (metric: RequestRate, groups: [\"b\"])], weights: {\"a\": 25.0}, pass: 75.0))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio), (metric: Business(\"orders\"), must_have_data: true)], pass: 50.0))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio), (metric: Business(\"orders\"))], pass: 50.0))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: Business(\"orders\"))]))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: Business(\"orders\"), nan: Replace)]))",
    "(metric: ErrorRatio, over: \"10m\"), pass: NotWorse(Kayenta(metrics: [(metric: ErrorRatio, muted: true), (metric: Business(\"orders\"))]))",
    "(metric: Failures, over: \"10m\"), pass: AtMostBaseline(factor: 2.0)",
    "(metric: Failures, over: \"10m\"), pass: Below(1.0)",
    "(metric: RequestRate, over: \"10m\"), pass: Above(1000.0)",
    "(metric: Business(\"orders\"), over: \"10m\"), pass: AtLeastBaseline(factor: 0.9)",
    "(metric: QueueDepth, over: \"10m\"), pass: Below(1.0)",
    "(metric: Latency(0.99), over: \"10m\"), pass: Below(\"100ms\")",
];

/// Checks of an analysis, how long it takes, and the candidate's error ratio for so many seconds each.
type Course<'a> = (&'a str, u64, &'a [(u64, f64)]);

const BAD: f64 = 0.03;

const COURSES: &[Course<'_>] = &[
    ("pass: Below(\"1%\"), initial_delay: \"60s\"", 150, &[(300, 0.0)]),
    ("pass: Below(\"1%\"), initial_delay: \"60s\"", 150, &[(300, BAD)]),
    ("pass: Below(\"1%\"), initial_delay: \"60s\", failure_limit: 1", 200, &[(300, BAD)]),
    ("pass: Below(\"1%\"), initial_delay: \"60s\", failure_limit: 3", 150, &[(300, BAD)]),
    ("pass: Below(\"1%\"), initial_delay: \"60s\", failure_limit: -1", 150, &[(300, BAD)]),
    (
        "pass: Below(\"1%\"), initial_delay: \"60s\", failure_limit: -1, consecutive_success_limit: 9, count: 3",
        300,
        &[(300, BAD)],
    ),
    ("pass: Below(\"1%\"), initial_delay: \"60s\", count: 2", 600, &[(300, 0.0)]),
    ("pass: Below(\"1%\"), initial_delay: \"60s\", consecutive_success_limit: 2", 600, &[(300, 0.0)]),
    (
        "pass: Below(\"1%\"), initial_delay: \"60s\", consecutive_success_limit: 4, count: 3, failure_limit: 1",
        600,
        &[(400, 0.0)],
    ),
    ("pass: Below(\"1%\"), fail: Above(\"5%\"), initial_delay: \"60s\"", 200, &[(300, BAD)]),
    (
        "pass: Below(\"1%\"), fail: Above(\"5%\"), initial_delay: \"60s\", inconclusive_limit: 2",
        100,
        &[(300, BAD)],
    ),
    ("pass: Below(\"1%\"), initial_delay: \"60s\", dry_run: true", 150, &[(300, BAD)]),
    (
        "pass: Below(\"1%\"), against: Control, initial_delay: \"60s\", min_requests: 1000000000",
        120,
        &[(300, 0.0)],
    ),
    (
        "pass: Below(\"1%\"), initial_delay: \"60s\", min_requests: 1000000000, no_data: Inconclusive",
        120,
        &[(300, 0.0)],
    ),
    (
        "pass: Below(\"1%\"), initial_delay: \"60s\", min_requests: 1000000000, consecutive_error_limit: 1",
        120,
        &[(300, 0.0)],
    ),
    (
        "pass: Below(\"1%\"), initial_delay: \"60s\", min_requests: 1000000000, consecutive_error_limit: 0, no_data: Fail",
        120,
        &[(300, 0.0)],
    ),
    ("pass: Below(\"1%\"), initial_delay: \"60s\", min_requests: 1000000000", 85, &[(300, 0.0)]),
    ("pass: Below(\"1%\")", 60, &[(300, 0.0)]),
    (
        "pass: Below(\"1%\"), dry_run: true, initial_delay: \"60s\", min_requests: 1000000000",
        150,
        &[(300, 0.0)],
    ),
    ("pass: Below(\"1%\"), initial_delay: \"180s\"", 100, &[(300, BAD)]),
    ("pass: Below(\"1%\"), initial_delay: \"100s\"", 100, &[(300, BAD)]),
    (
        "pass: Below(\"1%\"), initial_delay: \"60s\", failure_limit: 2",
        300,
        &[(100, 0.0), (20, 0.2), (300, 0.0)],
    ),
];

/// What a plan of one analysis between two weights is seen to do.
fn course((check, seconds, errors): Course<'_>, table: &mut String) {
    let analysis = fake_cluster::read(&format!(
        "(for: \"{seconds}s\", checks: [(name: \"errors\", query: (metric: ErrorRatio, over: \"1m\"), {check})])"
    ));
    let steps = vec![fake_cluster::read("Weight(\"20%\")"), Step::Analyse(analysis)];
    let of: Plan = plan(Strategy::Canary(canary(steps)));
    let mut cluster = Cluster::of(&of);
    for (seconds, ratio) in errors {
        cluster.errors = *ratio;
        cluster.run(*seconds);
    }
    let told = cluster.log.iter().filter(|line| line.contains("check") || line.contains("analysis"));
    told.for_each(|line| writeln!(table, "    {line}").unwrap());
    writeln!(table, "    {:?} at {}", cluster.phase, cluster.now).unwrap();
}

#[test]
fn every_limit_test_and_course_comes_to_what_is_kept() {
    let mut table = String::new();
    for (limit, counts) in LIMITS {
        writeln!(table, "{limit}").unwrap();
        for [candidate, baseline] in *counts {
            let what = format!("{} of {} against {} of {}", candidate.1, candidate.0, baseline.1, baseline.0);
            line(&mut table, &what, &check(limit), &counted(*candidate, *baseline), NOW);
        }
    }
    for of in OF_SAMPLES {
        writeln!(table, "{of}").unwrap();
        let check: Check = fake_cluster::read(&format!("(name: \"it\", query: {of})"));
        for (candidate, baseline) in RATIOS {
            let metrics = store(900, candidate, baseline);
            line(
                &mut table,
                &format!("{candidate} against {baseline}"),
                &check,
                &metrics,
                Time::from_secs(900),
            );
        }
        line(&mut table, "nothing", &check, &store(0, 0.0, 0.0), Time::from_secs(900));
    }
    for one in COURSES {
        writeln!(table, "{} for {} s, {:?}", one.0, one.1, one.2).unwrap();
        course(*one, &mut table);
    }
    let kept = include_str!("../../../tests/golden/judgements.txt");
    let differ = table.lines().zip(kept.lines()).find(|(now, then)| now != then);
    assert!(table == kept, "{differ:?}, or one is longer; all of it is now:\n{table}");
}

#[test]
fn answers_are_counted_each_in_its_kind_and_a_row_ends_with_another() {
    use Verdict::{Error, Failed, Inconclusive, Successful};
    let mut all = Answers::default();
    for answer in [Successful, Successful, Error, Error, Failed, Inconclusive, Successful] {
        all.add(answer);
    }
    let wanted = Answers {
        measured: 7,
        count: 5,
        successful: 3,
        failed: 1,
        inconclusive: 1,
        error: 2,
        consecutive_error: 0,
        consecutive_success: 1,
    };
    assert_eq!(all, wanted);
    all.add(Error);
    assert_eq!((all.consecutive_error, all.consecutive_success), (1, 0));
}

#[test]
fn a_goal_is_worth_nothing_where_nobody_knows_how_the_users_were_split() {
    let ab = r#"Ab(for: "90s", goal: (checks: [
        (name: "errors", query: (metric: ErrorRatio, over: "1m"), pass: Below("1%")),
    ]))"#;
    let of = |ab: &str| {
        let mut cluster = Cluster::of(&plan(fake_cluster::read(ab)));
        cluster.run(300);
        let told = cluster.log.iter().find(|line| line.contains(" analysis ")).cloned().unwrap_or_default();
        (cluster.phase, told)
    };
    let (phase, told) = of(ab);
    assert_eq!(phase, RolloutPhase::Paused);
    assert!(told.ends_with("analysis is inconclusive at check split of users"), "{told}");
    let (phase, told) = of(&ab.replace("goal:", "sample_ratio: None, goal:"));
    assert_eq!(phase, RolloutPhase::Completed);
    assert!(told.ends_with("analysis passed: 1 of 1 measurements were good"), "{told}");
}

#[test]
fn numbers_are_written_with_three_digits() {
    for (value, text) in [
        (0.0, "0"),
        (100.0, "100"),
        (99.96, "100"),
        (1200.0, "1200"),
        (1234.6, "1235"),
        (12.34, "12.3"),
        (1.5, "1.5"),
        (-1.5, "-1.5"),
        (0.25, "0.25"),
        (0.001_234_5, "0.00123"),
        (0.000_123_4, "0.000123"),
        (0.000_1, "0.0001"),
        (0.000_099, "9.9e-5"),
        (-0.000_01, "-1.0e-5"),
        (f64::INFINITY, "inf"),
        (f64::NAN, "NaN"),
    ] {
        assert_eq!(digits(value), text);
    }
}

#[test]
fn results_are_those_of_each_analysis_in_its_place_and_what_runs_no_more_is_left() {
    let two = r#"(for: "2m", checks: [(name: "a", query: (metric: ErrorRatio), pass: Below("1%")), (name: "b", query: (metric: ErrorRatio), pass: Below("1%"))])"#;
    let one = r#"(for: "2m", checks: [(name: "c", query: (metric: ErrorRatio), pass: Below("1%"))])"#;
    let steps = vec![
        fake_cluster::read("Weight(\"10%\")"),
        Step::Analyse(fake_cluster::read(two)),
        Step::Analyse(fake_cluster::read(one)),
    ];
    let compiled = CompiledPlan::of(&plan(Strategy::Steps(steps)), None);
    let states = |results: &CheckResults, running: Option<Place>| -> Vec<CheckState> {
        results.of(&compiled, |place| Some(place) == running).iter().map(|check| check.state).collect()
    };
    use CheckState::{Ahead, Left, Running};
    let mut results = CheckResults::default();
    assert_eq!(states(&results, None), [Ahead; 3]);
    let start = |analysis: &str| AnalysisRun::start(&fake_cluster::read(analysis), false, Time::ZERO);
    results.note(Place::Step(2), &start(one));
    assert_eq!(states(&results, Some(Place::Step(2))), [Ahead, Ahead, Running]);
    results.note(Place::Step(1), &start(two));
    results.note(Place::Step(1), &start(two));
    assert_eq!(states(&results, Some(Place::Step(1))), [Running, Running, Left]);
    assert_eq!(states(&results, None), [Left; 3]);
    results.clear();
    assert_eq!(states(&results, None), [Ahead; 3]);
}

#[test]
fn a_check_without_a_count_is_measured_once_or_for_ever() {
    use super::assess::effective_count;
    assert_eq!(
        [(None, true), (None, false), (Some(3), true), (Some(3), false)]
            .map(|(count, interval)| { effective_count(count, interval) }),
        [None, Some(1), Some(3), Some(3)]
    );
}
