//! What can be said against an exercise without running anything: cases that nobody looks at, plans that are the same, hints that
//! give the solution away, claims about plans that are not there.

use super::super::{Exercise, Lesson, WRONG_PREFIX};
use super::tree::{Path, tree, visit};
use crate::control::Plan;
use crate::engine::{Rate, Share, Span};
use crate::scenario::Issue;
use serde_json::Value;

/// A hint before the last may hold fewer of the solution's numbers than this (modelling choice: two can be luck).
const TELLING: usize = 3;

/// Everything that can be read off the files. Paths are those of the exercise's file.
pub fn readable(lesson: &Lesson<'_>) -> Vec<Issue> {
    let mut found = Vec::new();
    objectives(lesson.exercise, &mut found);
    cases(lesson.exercise, &mut found);
    plans(lesson, &mut found);
    hints(lesson, &mut found);
    found
}

/// What the exercise says is learned, and no criterion says that it tests.
fn objectives(exercise: &Exercise, found: &mut Vec<Issue>) {
    let tested = |number: usize| {
        exercise.rubric.iter().any(|line| line.objectives.iter().any(|tests| *tests as usize == number))
    };
    if !exercise.objectives.is_empty() && exercise.rubric.iter().all(|line| line.objectives.is_empty()) {
        let message =
            "no criterion says which objectives it tests; write their numbers, such as objectives: [1]";
        found.push(Issue::warning("objectives", "untested-objective", message));
        return;
    }
    for index in (0..exercise.objectives.len()).filter(|index| !tested(index + 1)) {
        let message = format!(
            "no criterion tests objective {}; name it in the `objectives` of one that does, or leave it out",
            index + 1
        );
        found.push(Issue::error(format!("objectives[{index}]"), "untested-objective", message));
    }
}

fn cases(exercise: &Exercise, found: &mut Vec<Issue>) {
    for (index, case) in exercise.cases.iter().enumerate() {
        if exercise.rubric.iter().all(|criterion| !criterion.looks_at(&case.name)) {
            let message =
                format!("no criterion looks at \"{}\"; give it one, or leave the case out", case.name);
            found.push(Issue::error(format!("cases[{index}]"), "unused-case", message));
        }
    }
}

fn plans(lesson: &Lesson<'_>, found: &mut Vec<Issue>) {
    let untitled = |plan: &Plan| Plan { title: String::new(), ..plan.written_out().into_owned() };
    let starter = untitled(lesson.starter);
    let own = std::iter::once(("solution.ron", lesson.solution));
    let wrong = lesson.wrong.iter().map(|(name, plan)| (name.as_str(), plan));
    for (name, plan) in own.chain(wrong) {
        if untitled(plan) == starter {
            let message = format!("{name} is the starter under another name; change it");
            found.push(Issue::error("", "same-as-starter", message));
        }
    }
    for (index, claim) in lesson.exercise.wrong.iter().enumerate() {
        let name = |(file, _): &(String, Plan)| {
            file.trim_start_matches(WRONG_PREFIX).trim_end_matches(".ron").to_owned()
        };
        let names: Vec<String> = lesson.wrong.iter().map(name).collect();
        if !names.contains(&claim.plan) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            found.push(Issue::unknown(format!("wrong[{index}].plan"), "wrong solution", &claim.plan, names));
        }
    }
}

/// Hints before the last that hold several numbers of the solution which the starter does not hold.
fn hints(lesson: &Lesson<'_>, found: &mut Vec<Issue>) {
    let known = quantities(lesson.starter);
    let told: Vec<String> =
        quantities(lesson.solution).into_iter().filter(|number| !known.contains(number)).collect();
    let before_last = lesson.exercise.hints.len().saturating_sub(1);
    for (index, hint) in lesson.exercise.hints[..before_last].iter().enumerate() {
        let said = numbers_in(&hint.say);
        let given: Vec<&str> =
            told.iter().filter(|number| said.contains(number)).map(String::as_str).collect();
        if given.len() >= TELLING {
            let message = format!(
                "it holds {} numbers of the solution ({}); only the last hint may give the solution away",
                given.len(),
                given.join(", ")
            );
            found.push(Issue::error(format!("hints[{index}].say"), "hint-tells", message));
        }
    }
}

/// The quantities of a plan, each once, as [`numbers_in`] writes them. Whole numbers below 10 are left out: any text has some.
fn quantities(plan: &Plan) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    visit(&tree(plan), &Path::default(), &mut |_, value| {
        let number = match value {
            Value::Number(number) => {
                number.as_f64().filter(|number| tells(*number)).map(|number| number.to_string())
            }
            Value::String(text) => quantity(text),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        found.extend(number.filter(|number| !found.contains(number)));
    });
    found
}

/// Whether a bare number says something about a solution.
fn tells(number: f64) -> bool {
    number.fract() != 0.0 || number >= 10.0
}

/// A quantity with its unit, written in one way: seconds, percent, or per second.
fn quantity(text: &str) -> Option<String> {
    let share = text.parse::<Share>().ok().map(|share| share.to_string());
    let span = || text.parse::<Span>().ok().map(|span| format!("{}s", span.as_secs_f64()));
    let rate = || text.parse::<Rate>().ok().map(|rate| rate.to_string());
    share.or_else(span).or_else(rate).filter(|text| !text.starts_with("0s") && text != "0%")
}

/// The numbers of a text with their units, each written as [`quantity`] does: `10 %`, `"2m"` and `two` give `10%` and `120s`.
fn numbers_in(text: &str) -> Vec<String> {
    let joined = text.replace(" %", "%").replace(" minutes", "m").replace(" seconds", "s");
    let cut = |c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '%' || c == '/');
    let words = joined.split(cut).map(|word| word.trim_matches('.'));
    let number = |word: &str| {
        let bare = word.parse::<f64>().ok().filter(|number| tells(*number)).map(|number| number.to_string());
        bare.or_else(|| quantity(word))
    };
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::{Hint, WrongPlan, sample};
    use super::*;
    use crate::control::{Strategy, fails_after};

    fn codes(
        change: impl FnOnce(&mut Exercise, &mut Plan, &mut Vec<(String, Plan)>),
    ) -> Vec<(String, &'static str)> {
        let (mut exercise, scenario, starter) = (sample::exercise(), sample::scenario(), sample::plan());
        let solution = Plan { analysis: Some(fails_after(Span::from_secs(61))), ..sample::plan() };
        let mut solution = solution;
        let mut wrong =
            vec![("wrong-blind.ron".to_owned(), Plan { strategy: Strategy::Recreate, ..sample::plan() })];
        change(&mut exercise, &mut solution, &mut wrong);
        let lesson = Lesson {
            exercise: &exercise,
            scenario: &scenario,
            starter: &starter,
            solution: &solution,
            wrong: &wrong,
        };
        readable(&lesson).into_iter().map(|issue| (issue.path, issue.code)).collect()
    }

    #[test]
    fn a_sound_exercise_has_nothing_to_be_read() {
        assert_eq!(codes(|_, _, _| ()), []);
    }

    #[test]
    fn each_objective_is_tested_by_a_criterion_that_says_so() {
        let of = |numbers: [&'static [u32]; 2]| {
            codes(|exercise, _, _| {
                exercise.objectives = vec!["Split traffic".into(), "Look at each step".into()];
                exercise.rubric.iter_mut().zip(numbers).for_each(|(line, of)| line.objectives = of.to_vec());
            })
        };
        assert_eq!(of([&[1], &[1, 2]]), []);
        assert_eq!(of([&[], &[2]]), [("objectives[0]".to_owned(), "untested-objective")]);
        assert_eq!(of([&[], &[]]), [("objectives".to_owned(), "untested-objective")]);
    }

    #[test]
    fn a_case_that_no_criterion_looks_at_is_found() {
        let found = codes(|exercise, _, _| exercise.rubric.truncate(1));
        assert_eq!(found, [("cases[0]".to_owned(), "unused-case")]);
    }

    #[test]
    fn a_plan_that_is_the_starter_is_found_whatever_its_title() {
        let found = codes(|_, _, wrong| wrong[0].1 = Plan { title: "Other".into(), ..sample::plan() });
        assert_eq!(found, [(String::new(), "same-as-starter")]);
    }

    #[test]
    fn a_claim_is_about_a_plan_that_is_there() {
        let claim = |exercise: &mut Exercise| {
            exercise.wrong = vec![WrongPlan { plan: "blnd".into(), fails: vec!["caught".into()] }];
        };
        assert_eq!(codes(|exercise, _, _| claim(exercise)), [("wrong[0].plan".to_owned(), "unknown-name")]);
    }

    #[test]
    fn only_the_last_hint_holds_the_solutions_numbers() {
        let hint = |say: &str| Hint { say: say.to_owned(), cost: 0.0 };
        let telling = "Wait 61 s; Weight 35 %, then 2.5 %; count: 18";
        let hints = |exercise: &mut Exercise, plan: &mut Plan, first: &str| {
            let text = r#"{"Canary":{"steps":[{"Weight":"35%"},{"Weight":"2.5%"},{"Scale":18}]}}"#;
            plan.strategy = serde_json::from_str(text).unwrap();
            exercise.hints = vec![hint(first), hint(telling)];
        };
        assert_eq!(codes(|exercise, plan, _| hints(exercise, plan, "Wait, look, then 35 %.")), []);
        let found = codes(|exercise, plan, _| hints(exercise, plan, telling));
        assert_eq!(found, [("hints[0].say".to_owned(), "hint-tells")]);
    }
}
