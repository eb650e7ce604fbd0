//! The path of a new learner: what an exercise says, its brief and its hints, names every knob that its model solution has beyond the
//! starter. Nobody has to look at the solution to know what there is.

use std::collections::BTreeSet;

use regex::Regex;
use rollout_lab::exercise::{Exercise, ExerciseKind, Measure};
use rollout_lab::library::read_ron;
use rollout_lab::library::shipped::{exercise_files, exercise_ids};

/// The names of fields and choices that a file has, without those in its comments and texts.
fn names(text: &str) -> BTreeSet<String> {
    let apart = Regex::new(r#"//[^\n]*|"(?:[^"\\]|\\.)*""#).unwrap();
    let name = Regex::new(r"\b([a-z][a-z_0-9]*)\s*:|\b([A-Z][A-Za-z0-9]*)\b").unwrap();
    let plain = apart.replace_all(text, " ");
    let found =
        name.captures_iter(&plain).filter_map(|of| Some(of.get(1).or(of.get(2))?.as_str().to_owned()));
    found.collect()
}

/// What `told` does not name of all that `solution` has and `starter` has not. What every file and everything in it has, a title, a
/// name, and a choice that is none, needs no telling.
fn untold(told: &str, starter: &str, solution: &str) -> Vec<String> {
    let known = ["format", "title", "name", "None", "Some"];
    let has = names(starter);
    let mut needed = names(solution);
    needed.retain(|name| !has.contains(name) && !known.contains(&name.as_str()));
    let is_told = |name: &String| Regex::new(&format!(r"\b{name}\b")).unwrap().is_match(told);
    needed.into_iter().filter(|name| !is_told(name)).collect()
}

#[test]
fn every_brief_names_every_knob_that_its_solution_needs() {
    let mut wrong = Vec::new();
    for id in exercise_ids() {
        let files = exercise_files(id).unwrap();
        let text = |name: &str| files.file(name).map(|file| file.text.as_str()).unwrap_or_default();
        let exercise = read_ron::<Exercise>(id, text("exercise.ron")).unwrap().0;
        if exercise.kind != ExerciseKind::Plan {
            continue;
        }
        let hints: Vec<&str> = exercise.hints.iter().map(|hint| hint.say.as_str()).collect();
        let told = format!("{}\n{}", text("brief.md"), hints.join("\n"));
        let untold = untold(&told, text("starter.ron"), text("solution.ron"));
        if !untold.is_empty() {
            wrong.push(format!("{id}: neither the brief nor a hint names {}", untold.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_knob_that_only_the_solution_has_is_missed() {
    let starter = "(format: 1, strategy: Canary(steps: [Weight(\"5%\")]))";
    let solution =
        "(format: 1, strategy: Canary(steps: [Weight(\"5%\"), Analyse(checks: [])]), // drain: ()\n)";
    assert_eq!(untold("`checks` in a step", starter, solution), ["Analyse"]);
    assert!(untold("`Analyse(checks: ...)`", starter, solution).is_empty());
}

/// Who loses points since users failed is told by what they failed.
#[test]
fn every_exercise_in_which_users_fail_has_advice_by_cause() {
    let mut without = Vec::new();
    for id in exercise_ids() {
        let files = exercise_files(id).unwrap();
        let text = files.file("exercise.ron").map(|file| file.text.as_str()).unwrap_or_default();
        let exercise = read_ron::<Exercise>(id, text).unwrap().0;
        let of_users = |measure: Measure| matches!(measure, Measure::UsersHarmed | Measure::FailedShare);
        let users_fail = exercise.rubric.iter().any(|criterion| of_users(criterion.measure));
        if users_fail && exercise.rubric.iter().all(|criterion| criterion.causes.is_empty()) {
            without.push(id);
        }
    }
    assert_eq!(without, Vec::<&str>::new());
}
