//! Every number and every quantity of every kind of file, set to the ends of its type and beyond: the file is refused, or it runs within
//! what a run may take, without a panic.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Rate, Share, Span};
use rollout_lab::exercise::{Exercise, Playbook, Session, play};
use rollout_lab::library::{FileKind, shipped};
use rollout_lab::scenario::{Issue, Scenario, Severity};
use rollout_lab::sim::Case;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::as_json;

/// The paths of all leaves of a file that are a number or a quantity, and what each is set to.
fn extremes(value: &Value) -> Vec<(String, Vec<Value>)> {
    fn walk(value: &Value, at: &str, found: &mut Vec<(String, Vec<Value>)>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, inner)| {
                    walk(inner, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found)
                });
            }
            Value::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(index, inner)| walk(inner, &format!("{at}/{index}"), found));
            }
            Value::Number(number) if number.is_f64() => {
                found.push((at.to_owned(), vec![json!(0.0), json!(1e-300), json!(f64::MAX), json!(-1.0)]));
            }
            Value::Number(_) => {
                found.push((
                    at.to_owned(),
                    vec![json!(0), json!(255), json!(u32::MAX), json!(u64::MAX), json!(-1)],
                ));
            }
            Value::String(text) if text.parse::<Span>().is_ok() => {
                found.push((
                    at.to_owned(),
                    ["0s", "1ns", "3650d", "18446744073709551615ns"].map(Value::from).to_vec(),
                ));
            }
            Value::String(text) if text.parse::<Share>().is_ok() => {
                found.push((
                    at.to_owned(),
                    ["0%", "0.0000001%", "100000%", "99999999999999999999%"].map(Value::from).to_vec(),
                ));
            }
            Value::String(text) if text.parse::<Rate>().is_ok() => {
                found.push((
                    at.to_owned(),
                    ["0/s", "0.000000000001/s", "1000000000/s", "99999999999999999999/s"]
                        .map(Value::from)
                        .to_vec(),
                ));
            }
            Value::String(_) | Value::Null | Value::Bool(_) => {}
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

/// Sets each leaf of a file to each of its extremes, and gives what can be read to `try_it`. How many were tried, and how many could be
/// read.
fn tried<T: DeserializeOwned>(file: &Value, mut try_it: impl FnMut(&str, &Value, T)) -> [usize; 2] {
    let mut counts = [0, 0];
    for (pointer, values) in extremes(file) {
        for value in values {
            counts[0] += 1;
            let mut changed = file.clone();
            *changed.pointer_mut(&pointer).unwrap() = value.clone();
            if let Ok(read) = serde_json::from_value::<T>(changed) {
                counts[1] += 1;
                try_it(&pointer, &value, read);
            }
        }
    }
    counts
}

fn is_sound(issues: &[Issue]) -> bool {
    issues.iter().all(|issue| issue.severity == Severity::Warning)
}

/// A small world: a minute of a few requests.
fn world() -> Scenario {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good/scenario-flagged.ron");
    let text = std::fs::read_to_string(path).unwrap();
    let mut world: Scenario = serde_json::from_value(as_json::<Scenario>("scenario", &text)).unwrap();
    world.horizon = Span::from_secs(60);
    world.release_at = Span::from_secs(5);
    world
}

#[test]
fn every_extreme_of_a_scenario_is_refused_or_runs() {
    let file = serde_json::to_value(world()).unwrap();
    let (plan, _) =
        rollout_lab::library::read_ron::<Plan>("plan", "(format: 1, strategy: Rolling())").unwrap();
    let counts = tried::<Scenario>(&file, |pointer, value, scenario| {
        if !is_sound(&scenario.problems()) {
            return;
        }
        let cost = scenario.run_cost();
        assert!(cost.refused().is_none(), "{pointer} = {value}: {cost:?}");
        // What takes long is bounded all the same, and is not run here.
        if cost.steps < 100_000.0 {
            let ended = play(&scenario, &Case::default(), &plan, &[], 1);
            assert!(ended.is_ok(), "{pointer} = {value}: {ended:?}");
        }
    });
    assert!(counts[0] > 300 && counts[1] > 100, "{counts:?}");
}

#[test]
fn every_extreme_of_a_plan_is_refused_or_runs() {
    let world = world();
    let mut seen = std::collections::BTreeSet::new();
    let mut all = 0;
    for (path, text) in
        shipped::files().iter().filter(|(path, _)| path.ends_with(".ron") && !path.starts_with("scenarios/"))
    {
        if FileKind::of(path, text) != FileKind::Plan {
            continue;
        }
        let file = as_json::<Plan>(path, text);
        // One plan of each strategy is enough.
        if !seen.insert(file["strategy"].to_string().split(':').next().map(str::to_owned)) {
            continue;
        }
        let counts = tried::<Plan>(&file, |pointer, value, plan| {
            let _ = plan.problems(None);
            if is_sound(&plan.problems(Some(&world))) {
                let ended = play(&world, &Case::default(), &plan, &[], 1);
                assert!(ended.is_ok(), "{path}: {pointer} = {value}: {ended:?}");
            }
        });
        all += counts[0];
    }
    assert!(all > 500, "{all}");
}

#[test]
fn every_extreme_of_an_exercise_or_a_playbook_is_judged_without_a_panic() {
    let world = world();
    for (path, text) in shipped::files().iter().filter(|(path, _)| path.ends_with(".ron")) {
        let kind = FileKind::of(path, text);
        if kind == FileKind::Exercise {
            tried::<Exercise>(&as_json::<Exercise>(path, text), |_, _, exercise| {
                let _ = (exercise.problems(Some(&world)), exercise.max_score());
            });
        }
        if kind == FileKind::Playbook {
            tried::<Playbook>(&as_json::<Playbook>(path, text), |_, _, playbook| {
                let _ = playbook.problems(None);
            });
        }
    }
}

#[test]
fn every_extreme_of_a_session_is_refused_or_runs() {
    let world = world();
    let actions = r#"[
        (at: "1s", action: Scale(pool: Candidate, to: 3)),
        (at: "2s", action: Resize(to: 5)),
        (at: "3s", action: Route(weights: Some((9000, 1000, 0)), mirror: Some((Candidate, "10%")))),
        (at: "4s", action: Flag(name: "new-cart", share: "50%")),
        (at: "5s", action: DrainInstance(instance: 1)),
        (at: "6s", action: RestartInstance(instance: 2)),
        (at: "7s", action: Shed(share: "10%")),
        (at: "8s", action: Command(Abort)),
    ]"#;
    let text = format!(
        "(format: 1, scenario: \"x\", case: (name: \"\", release: None, faults: [], traffic: None), seed: 1, \
         plan: (format: 1, strategy: Rolling()), actions: {actions})"
    );
    let file = as_json::<Session>("session", &text);
    let counts = tried::<Session>(&file, |pointer, value, session| {
        let sound = is_sound(&session.problems(Some(&world)));
        if sound && pointer.starts_with("/actions") {
            let ended = play(&world, &session.case, &session.plan, &session.actions, session.seed);
            assert!(ended.is_ok(), "{pointer} = {value}: {ended:?}");
        }
    });
    assert!(counts[0] > 60, "{counts:?}");
}
