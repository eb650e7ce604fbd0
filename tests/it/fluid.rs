//! The fluid mode through the command: how far it is from the request mode, what it refuses, and what it costs.

use std::fs;
use std::path::Path;

use crate::commands::call;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const WORLD: &str = r#"(
    format: 1, id: "edge", title: "An edge", horizon: "6m", release_at: "1m", entry: "edge", target: "edge",
    services: [(name: "edge", instances: 40, workers: 4, demand: Lognormal(p50: "8ms", p99: "60ms"), errors: "0.1%")],
    clients: (users: 50000, cohorts: [(name: "eu", weight: 2), (name: "us", weight: 1)], slow_after: Some("200ms")),
    traffic: [(name: "steady", shape: Constant("RATE/s"))],
    releases: [(name: "v1"), (name: "v2"), (name: "bad", defects: [(name: "x", when: [Chance("5%")], then: Errors)])],
)"#;

const PLAN: &str = r#"(format: 1, title: "A tenth, then all", strategy: Canary(steps: [Weight("10%"), Analyse(checks: [(
    name: "errors", query: (metric: ErrorRatio, of: Candidate, over: "40s"), pass: Below("2%"), interval: "10s",
    initial_delay: "40s", count: 4, failure_limit: 1, min_requests: 100)])]))"#;

/// A folder with the world at a rate, and the plan.
fn folder(rate: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.ron"), WORLD.replace("RATE", &rate.to_string())).unwrap();
    fs::write(folder.path().join("plan.ron"), PLAN).unwrap();
    folder
}

/// What `run` says as JSON.
fn run(folder: &Path, arguments: &str) -> serde_json::Value {
    let answer = call(folder, &format!("run world.ron --plan plan.ron --format json {arguments}"));
    assert!(answer.code < 2, "{}", answer.stderr);
    serde_json::from_str(&answer.stdout).unwrap()
}

/// The gate runs thirty of them in release. Worlds in which luck in a queue decides who is late are not among them (`docs/reliability.md`).
#[test]
fn random_worlds_answer_as_fast_and_decide_as_in_the_request_mode() {
    let answer = call(Path::new(ROOT), "soak --both --worlds 6");
    assert_eq!(answer.code, 0, "{}", answer.stdout);
    let first = answer.stdout.lines().next().unwrap_or_default();
    let agreed = first
        .strip_prefix("6 worlds, each with 4 seeds: the rollout ended alike in both modes in ")
        .and_then(|rest| rest.strip_suffix(" of 24 pairs of runs"));
    let agreed: u32 = agreed.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("{first}"));
    assert!((23..=24).contains(&agreed), "{first}");
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let folder = folder(900);
    for seed in [1, 7, 4_000_000_000_u64] {
        let [first, again] =
            [0, 1].map(|_| run(folder.path(), &format!("--fidelity fluid --release bad --seed {seed}")));
        assert_eq!(first, again);
        let other = run(folder.path(), &format!("--fidelity fluid --release bad --seed {}", seed + 1));
        assert_ne!(first["digest"], other["digest"]);
    }
}

#[test]
fn both_modes_send_a_bad_release_back_and_a_sound_one_out() {
    let folder = folder(900);
    for (release, phase) in [("bad", "rolled back"), ("v2", "completed")] {
        for fidelity in ["requests", "fluid"] {
            let came = run(folder.path(), &format!("--release {release} --fidelity {fidelity}"));
            let said = came["rollout"]["phase"].as_str().unwrap_or_default().replace('_', " ").to_lowercase();
            assert_eq!(said, phase, "{release} in {fidelity}: {came}");
        }
    }
}

/// Ticks between which nothing changes are drawn together; none is left out, whatever changes and whenever. Evenly spaced requests can be counted.
#[test]
fn every_request_of_a_rollout_comes_once() {
    let folder = folder(901);
    let world = fs::read_to_string(folder.path().join("world.ron")).unwrap();
    let world = world.replace("Constant(\"901/s\")", "Constant(\"901/s\"), spacing: Even");
    fs::write(folder.path().join("world.ron"), world).unwrap();
    for release in ["v2", "bad"] {
        let came = run(folder.path(), &format!("--fidelity fluid --release {release}"));
        let counted = |what: &str| came["requests"][what].as_u64().unwrap();
        assert_eq!(counted("arrived"), 901 * 6 * 60, "{release}");
        let ended = ["succeeded", "failed", "rejected", "timed_out", "in_flight"].map(counted);
        assert_eq!(ended.iter().sum::<u64>(), 901 * 6 * 60, "{release}: {ended:?}");
    }
}

/// Answers of cohorts that no check asks about are drawn together: those of the one that is asked about are its own.
#[test]
fn a_check_of_one_cohort_sees_its_users_and_nobody_else() {
    let folder = folder(900);
    let cohorts = r#"(name: "africa", weight: 1), (name: "asia", weight: 2), (name: "eu", weight: 2), (name: "us", weight: 1)"#;
    let world =
        WORLD.replace("RATE", "900").replace(r#"(name: "eu", weight: 2), (name: "us", weight: 1)"#, cohorts);
    let world = world.replace(r#"when: [Chance("5%")]"#, r#"when: [Cohort(["eu"]), Chance("5%")]"#);
    assert!(world.contains("asia") && world.contains("Cohort"));
    fs::write(folder.path().join("world.ron"), world).unwrap();
    for (asked, phase) in
        [("eu", "rolled back"), ("africa", "completed"), ("asia", "completed"), ("us", "completed")]
    {
        let plan = PLAN.replace("of: Candidate,", &format!("of: Candidate, cohort: \"{asked}\","));
        fs::write(folder.path().join("plan.ron"), plan.replace("min_requests: 100", "min_requests: 20"))
            .unwrap();
        for fidelity in ["requests", "fluid"] {
            let came = run(folder.path(), &format!("--release bad --fidelity {fidelity}"));
            let said = came["rollout"]["phase"].as_str().unwrap_or_default().replace('_', " ").to_lowercase();
            assert_eq!(said, phase, "{asked} in {fidelity}: {came}");
        }
    }
}

/// A site whose front door asks two services, of which one fails often and is tried again.
const WORLD_OF_CALLS: &str = r#"(
    format: 1, id: "shop", title: "A shop", horizon: "4m", release_at: "1m", entry: "shop", target: "shop",
    services: [
        (
            name: "shop", instances: 30, workers: 8, demand: Lognormal(p50: "8ms", p99: "60ms"), errors: "0.5%",
            calls: [
                (to: "stock", share: "60%", timeout: "120ms", retries: (limit: 2, base: "20ms")),
                (to: "taste", timeout: "60ms", required: false),
            ],
        ),
        (
            name: "stock", instances: 20, workers: 4, demand: Lognormal(p50: "10ms", p99: "80ms"), errors: "4%",
            calls: [(to: "store", timeout: "2s")],
        ),
        (name: "taste", instances: 20, workers: 4, demand: Exponential("20ms"), errors: "2%"),
        (name: "store", instances: 10, workers: 4, demand: Lognormal(p50: "5ms", p99: "20ms"), errors: "0.2%"),
    ],
    clients: (users: 50000, timeout: Some("400ms") RETRIES),
    traffic: [(name: "steady", shape: Constant("900/s"))],
    releases: [(name: "v1"), (name: "v2"), (name: "bad", defects: [(name: "x", when: [Chance("5%")], then: Errors)])],
    faults: [(name: "slow-stock", when: At("2m"), lasts: "1m", what: Brownout(service: "stock", latency: 2.0, errors: "10%"))],
)"#;

/// What is compared of a run in both modes, and how far apart it may be: failures are a thousand of one run, and luck is a part of that.
const COMPARED: [(&[&str], f64); 4] = [
    (&["latency_ms", "p50"], 0.03),
    (&["latency_ms", "p95"], 0.03),
    (&["latency_ms", "p99"], 0.05),
    (&["requests", "failed"], 0.12),
];

#[test]
fn calls_and_their_retries_come_to_the_same_as_one_by_one() {
    let folder = folder(900);
    fs::write(folder.path().join("world.ron"), WORLD_OF_CALLS.replace("RETRIES", "")).unwrap();
    let [one_by_one, counts] = ["requests", "fluid"].map(|fidelity| {
        run(folder.path(), &format!("--release v2 --fault slow-stock --seed 5 --fidelity {fidelity}"))
    });
    for (place, bound) in COMPARED {
        let of = |came: &serde_json::Value| {
            let value = place.iter().fold(came, |value, key| &value[*key]);
            value.as_f64().unwrap_or_else(|| panic!("{place:?}: {came}"))
        };
        let (right, found) = (of(&one_by_one), of(&counts));
        assert!((found / right - 1.0).abs() < bound, "{place:?}: {found} is not {right}");
    }
}

#[test]
fn clients_that_try_again_fail_by_the_square_of_what_one_try_does() {
    let folder = folder(900);
    let failed = |retries: &str| {
        fs::write(folder.path().join("world.ron"), WORLD_OF_CALLS.replace("RETRIES", retries)).unwrap();
        let came = run(folder.path(), "--release v2 --seed 5 --fidelity fluid");
        came["requests"]["failed"].as_f64().unwrap() / came["requests"]["arrived"].as_f64().unwrap()
    };
    let once = failed("");
    let twice = failed(r#", retries: (limit: 1, base: "50ms")"#);
    assert!(once > 0.004 && twice > once * once * 0.2 && twice < once * once * 5.0, "{once} {twice}");
    let few = failed(
        r#", retries: (limit: 1, base: "50ms", budget: Some(Ratio(share: "0.2%", reserve: "0.1/s")))"#,
    );
    assert!(few < once * 0.8 && few > once * 0.3, "{once} {few}");
}

/// Each of the thirty callers has a budget of its own, which allows some six retries in ten seconds; one budget of them all would allow a
/// quarter more.
#[test]
fn callers_that_have_used_up_their_budgets_fail_as_often_as_one_by_one() {
    let folder = folder(900);
    let budget = r#"retries: (limit: 2, base: "20ms", budget: Some(Ratio(share: "3%", reserve: "0.1/s")))"#;
    let world = WORLD_OF_CALLS.replace(r#"retries: (limit: 2, base: "20ms")"#, budget).replace("RETRIES", "");
    fs::write(folder.path().join("world.ron"), world).unwrap();
    let [one_by_one, counts] = ["requests", "fluid"].map(|fidelity| {
        let came =
            run(folder.path(), &format!("--release v2 --fault slow-stock --seed 5 --fidelity {fidelity}"));
        came["requests"]["failed"].as_f64().unwrap() / came["requests"]["arrived"].as_f64().unwrap()
    });
    assert!((counts / one_by_one - 1.0).abs() < 0.03, "{counts} is not {one_by_one}");
}

#[test]
fn a_thousand_times_the_rate_takes_as_many_events() {
    let [few, many] = [900, 900_000].map(|rate| {
        let folder = folder(rate);
        let world = fs::read_to_string(folder.path().join("world.ron")).unwrap();
        let instances = (40 * rate / 900).min(20_000);
        let world =
            world.replace("instances: 40, workers: 4", &format!("instances: {instances}, workers: 10"));
        fs::write(folder.path().join("world.ron"), world).unwrap();
        run(folder.path(), "--fidelity fluid --release v2")
    });
    let arrived = |came: &serde_json::Value| came["requests"]["arrived"].as_f64().unwrap();
    assert!(
        (arrived(&many) / arrived(&few) / 1_000.0 - 1.0).abs() < 0.01,
        "{} {}",
        arrived(&few),
        arrived(&many)
    );
    let folder = folder(900_000);
    let answer = call(folder.path(), "run world.ron --plan plan.ron --fidelity requests");
    assert_eq!(answer.code, 2);
    assert!(
        answer.stderr.contains("too-costly") || answer.stderr.contains("allowed are up to"),
        "{}",
        answer.stderr
    );
}

#[test]
fn what_the_mode_cannot_say_is_refused_by_name() {
    let folder = folder(900);
    let world = fs::read_to_string(folder.path().join("world.ron")).unwrap();
    let changes = [
        ("workers: 4,", "workers: 4, discipline: ProcessorSharing,", "services[0].discipline"),
        ("workers: 4,", "workers: 4, balancer: Maglev(),", "services[0].balancer"),
        ("slow_after", "retries: (limit: 1, budget: Some(Throttle())), slow_after", "clients.retries.budget"),
        (
            r#"errors: "0.1%")],"#,
            r#"errors: "0.1%", calls: [(to: "store", breaker: Some(open_for: "10s"))]), (name: "store", instances: 4, workers: 4, demand: Fixed("1ms"))],"#,
            "services[0].calls[0].breaker",
        ),
        ("Constant(\"900/s\")", "Closed(users: 10, think: Fixed(\"1s\"))", "traffic[0].shape"),
        ("then: Errors", "then: Leak(per_request_mb: 1)", "releases[2].defects[0].then"),
        ("900/s", "90000/s", "traffic[0].shape"),
    ];
    for (from, to, place) in changes {
        assert!(world.contains(from), "{from}");
        fs::write(folder.path().join("world.ron"), world.replace(from, to)).unwrap();
        let answer = call(folder.path(), "run world.ron --plan plan.ron --fidelity fluid");
        assert_eq!(answer.code, 2, "{to}");
        assert!(answer.stderr.contains("the fluid mode cannot say this"), "{place}: {}", answer.stderr);
    }
}
