//! `run`: one run as a page and as JSON.

use super::{ask, fields, json, numbers};

const RUN: &str = "run checkout --plan canary/solution --release v2-errors --seed 7";

#[test]
fn a_run_is_told_as_a_timeline_with_its_numbers() {
    let answer = ask(RUN);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    for part in ["What happened", "In numbers", "Why requests failed", "exposure", "failures", "seed 7"] {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
    assert!(answer.stdout.lines().all(|line| line.chars().count() <= 100), "{}", answer.stdout);
}

#[test]
fn the_json_of_a_run_keeps_its_contract() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = json(here, &format!("{RUN} --format json"), 0);
    for field in [
        "scenario",
        "plan",
        "release",
        "seed",
        "digest",
        "engine_version",
        "simulated_s",
        "events",
        "requests",
        "causes",
        "users_harmed",
        "latency_ms",
        "rollout",
        "detection_s",
        "alerts",
        "instance_seconds",
        "timeline",
    ] {
        assert!(run.get(field).is_some(), "{field}");
    }
    for field in ["phase", "started_s", "completed_s", "rolled_back_s", "max_exposure_percent"] {
        assert!(run["rollout"].get(field).is_some(), "rollout.{field}");
    }
    for field in ["p50", "p95", "p99"] {
        assert!(run["latency_ms"][field].as_f64().unwrap() > 0.0, "latency_ms.{field}");
    }
    let phases = ["completed", "rolled_back", "paused", "failed", "in_progress"];
    assert!(phases.contains(&run["rollout"]["phase"].as_str().unwrap()));
    let requests = |field: &str| run["requests"][field].as_u64().unwrap();
    let ended = ["succeeded", "failed", "rejected", "timed_out", "in_flight"].map(requests);
    assert_eq!(requests("arrived"), ended.iter().sum::<u64>());
    let causes: u64 = run["causes"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(causes, ended[1] + ended[2] + ended[3], "every failed request has one cause");
    let harmed: u64 = run["harmed_by_cohort"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["users_harmed"].as_u64().unwrap())
        .sum();
    assert_eq!(run["users_harmed"], harmed, "every harmed user is of one cohort");
    let first = &run["timeline"][0];
    assert!(first["at_s"].is_number() && first["fact"].is_string() && first["because"].is_string());
    let mut found = Vec::new();
    numbers(&run, "", &mut found);
    assert!(found.iter().all(|(_, number)| number.is_finite()));
    let mut names = Vec::new();
    fields(&run, &mut names);
    let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    assert!(names.iter().all(|name| name.chars().all(snake)), "{names:?}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_another_run() {
    assert_eq!(ask(RUN).stdout, ask(RUN).stdout);
    assert_ne!(ask(RUN).stdout, ask(&RUN.replace("seed 7", "seed 8")).stdout);
}

#[test]
fn names_that_are_not_there_get_the_nearest_one() {
    for (line, hint) in [
        ("run chekout --plan canary/solution", "\"checkout\""),
        ("run checkout --plan canary/solutoin", "\"canary/solution\""),
        ("run checkout --plan canary/solution --release v2-eror", "\"v2-errors\""),
        ("run checkout --plan canary/solution --fault payment-brownout", "\"payments-brownout\""),
    ] {
        let answer = ask(line);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{line}");
        assert!(answer.stderr.contains(&format!("did you mean {hint}?")), "{line}: {}", answer.stderr);
    }
}

#[test]
fn a_hand_action_is_told_and_changes_the_run() {
    let here = env!("CARGO_MANIFEST_DIR");
    let run = |hand: Option<&str>| {
        let line = "run checkout --plan canary/starter --release v2-errors --format json";
        let mut call = crate::lab::lab(std::path::Path::new(here)).args(line.split(' '));
        if let Some(hand) = hand {
            call = call.arg("--hand").arg(hand);
        }
        let answer = call.answer();
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        serde_json::from_str::<serde_json::Value>(&answer.stdout).unwrap()
    };
    assert_eq!(run(None)["rollout"]["phase"], "completed");
    let stopped = run(Some("6m abort"));
    assert_eq!(stopped["rollout"]["phase"], "rolled_back");
    assert!(stopped["timeline"].as_array().unwrap().iter().any(|fact| fact["fact"] == "Learner asks: abort"));
}

#[test]
fn a_hand_action_may_come_while_a_settled_rollout_is_watched() {
    let here = env!("CARGO_MANIFEST_DIR");
    let run = |last: &str| {
        let line = "run checkout --plan canary/solution --bake 10m --format json --hand";
        let call = crate::lab::lab(std::path::Path::new(here)).args(line.split(' '));
        call.arg("29m undo").arg("--hand").arg(last).answer()
    };
    // The run of checkout lasts 30 minutes, and an undo of its last minute is watched for ten more.
    let done = run("36m resize 12");
    assert_eq!(done.code, 0, "{}", done.stderr);
    let facts: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let facts = facts["timeline"].as_array().unwrap();
    assert!(
        facts.iter().any(|fact| fact["at_s"] == 2160.0
            && fact["fact"] == "Learner asks: resize the target to 12 instances"),
        "{facts:?}"
    );
    let late = run("50m resize 12");
    assert_eq!((late.code, late.stdout.as_str()), (2, ""));
    assert!(late.stderr.contains("--hand: 50:00 is not before the end of the run, 50:00"), "{}", late.stderr);
}

#[test]
fn a_page_of_an_alert_that_the_plan_does_not_have_is_refused_before_the_run() {
    let here = env!("CARGO_MANIFEST_DIR");
    let line = "run checkout --plan production-testing/starter --hand";
    let call = crate::lab::lab(std::path::Path::new(here)).args(line.split(' ')).arg("9m acknowledge error");
    let answer = call.answer();
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    assert!(
        answer.stderr.contains("--hand: unknown alert \"error\"; did you mean \"errors\"?"),
        "{}",
        answer.stderr
    );
}

#[test]
fn half_the_weight_is_tried_of_what_follows_a_shadow() {
    let folder = tempfile::tempdir().unwrap();
    let of = |then: &str| {
        let plan = format!("(format: 1, strategy: Shadow(share: \"20%\", for: \"1m\", then: [{then}]))");
        std::fs::write(folder.path().join("plan.ron"), plan).unwrap();
        let line = "run checkout --plan plan.ron --release v2-errors --seed 7 --what-if --format json";
        let run = json(folder.path(), line, 0);
        let others = run["what_if"].as_array().expect("a list").clone();
        let half = others.into_iter().find(|other| other["decision"] == "half the weight");
        (run["users_harmed"].as_u64().unwrap(), half.map(|half| half["users_harmed"].as_u64().unwrap()))
    };
    let (actual, half) = of("Weight(\"20%\"), Pause(\"5m\")");
    assert!(half.is_some_and(|half| half < actual), "{half:?} of {actual}");
    assert_eq!(of("Pause(\"1m\")").1, None, "copies are no users");
}

#[test]
fn other_decisions_in_the_same_world_are_told_when_asked_for() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = json(here, &format!("{RUN} --what-if --format json"), 0);
    let others = run["what_if"].as_array().expect("a list");
    let harmed = |decision: &str| {
        let other = others.iter().find(|other| other["decision"] == decision);
        other.unwrap_or_else(|| panic!("{decision}: {others:?}"))["users_harmed"].as_u64().unwrap()
    };
    let actual = run["users_harmed"].as_u64().unwrap();
    assert_eq!(harmed("not shipped at all"), 0);
    assert!(harmed("rolled back 1m sooner") < harmed("rolled back 30s sooner"), "{others:?}");
    assert!(harmed("rolled back 30s sooner") < actual, "{others:?}");
    assert!(actual < harmed("rolled back 30s later"), "{others:?}");
    assert!(harmed("rolled back 30s later") < harmed("rolled back 2m later"), "{others:?}");
    assert!(harmed("rolled back 2m later") < harmed("no monitoring"), "{others:?}");
    let most: Vec<_> = others.iter().filter(|other| other["matters_most"] == true).collect();
    assert_eq!(most.len(), 1, "{others:?}");
    assert_eq!(most[0]["decision"], "rolled back 1m sooner");
    let text = ask(&format!("{RUN} --what-if")).stdout;
    let row = text.lines().find(|line| line.contains("not shipped at all")).expect("a row");
    assert!(row.contains(" not shipped ") && !row.contains("in progress"), "{row}");

    let page = ask(&format!("{RUN} --what-if"));
    assert!(page.stdout.contains("What if, in the same world"), "{}", page.stdout);
    assert!(page.stdout.lines().all(|line| line.chars().count() <= 100), "{}", page.stdout);
    let plain = json(here, &format!("{RUN} --format json"), 0);
    assert!(plain.get("what_if").is_none());
    assert_eq!(plain["digest"], run["digest"]);
}

/// Argo Rollouts measures again 10 s after a measurement in error, whatever the interval (`DefaultErrorRetryInterval`).
#[test]
fn a_measurement_without_data_is_repeated_after_ten_seconds() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let plan = r#"(format: 1, strategy: Canary(steps: [Weight("10%"), Analyse(for: "10m", checks: [
        (name: "errors", query: (metric: ErrorRatio), pass: AtMostBaseline(plus: "2%"), interval: "60s",
         consecutive_error_limit: 60),
    ])]))"#;
    std::fs::write(folder.path().join("plan.ron"), plan).expect("the plan can be written");
    let run = json(
        folder.path(),
        "run checkout --plan plan.ron --release v2 --fault metrics-dark --seed 7 --format json",
        0,
    );
    let facts: Vec<(f64, &str)> = run["timeline"]
        .as_array()
        .expect("a timeline")
        .iter()
        .map(|entry| (entry["at_s"].as_f64().expect("a time"), entry["fact"].as_str().expect("a fact")))
        .collect();
    let said = |fact: &str| fact.starts_with("check errors:") && fact.contains("has no data");
    let silent: Vec<f64> = facts.iter().filter(|(_, fact)| said(fact)).map(|(at, _)| *at).collect();
    assert!(silent.len() > 30, "the metrics are dark for seven minutes: {silent:?}");
    assert!(silent.windows(2).all(|pair| (pair[1] - pair[0] - 10.0).abs() < 1e-6), "{silent:?}");
    // Once there is data, the interval counts again: one measurement a minute.
    let ended = facts.iter().find(|(_, fact)| fact.starts_with("analysis passed")).expect("it passes");
    assert!(ended.1.contains(&format!("4 of {} measurements were good", silent.len() + 4)), "{}", ended.1);
}
