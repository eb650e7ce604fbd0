//! Problems of what an exercise claims about itself: its part of the lesson, its objectives, its solution and its wrong
//! solutions.

use std::ops::RangeInclusive;

use super::super::Exercise;
use crate::scenario::Issue;

/// Parts of the lesson: 0 is the introduction (modelling choice: no lesson has more than nine further parts).
const PARTS: RangeInclusive<u32> = 0..=9;
/// How long an exercise may take, in minutes (modelling choice: at most half a day of work).
const MINUTES: RangeInclusive<u32> = 1..=240;

pub(super) fn check(exercise: &Exercise, found: &mut Vec<Issue>) {
    for (path, value, range) in [("part", exercise.part, PARTS), ("minutes", exercise.minutes, MINUTES)] {
        if !range.contains(&value) {
            let message = format!("{value}; write {} to {}", range.start(), range.end());
            found.push(Issue::error(path, "out-of-range", message));
        }
    }
    for (index, objective) in exercise.objectives.iter().enumerate() {
        if objective.trim().is_empty() {
            let message = "the objective is empty; say what is learned, or leave it out";
            found.push(Issue::error(format!("objectives[{index}]"), "empty", message));
        }
    }
    wrong_plans(exercise, found);
    for (index, alike) in exercise.alike.iter().enumerate() {
        for (field, text, wanted) in [
            ("solution", &alike.solution, "write the id of another exercise"),
            ("why", &alike.why, "say why its solution is a good answer here as well"),
        ] {
            if text.trim().is_empty() {
                let message = format!("the {field} is empty; {wanted}");
                found.push(Issue::error(format!("alike[{index}].{field}"), "empty", message));
            }
        }
    }
    for (index, decoration) in exercise.decoration.iter().enumerate() {
        for (field, text, wanted) in [
            ("what", &decoration.what, "write a path in the solution, such as strategy.steps[4]"),
            ("why", &decoration.why, "say why the part is there though nothing is lost without it"),
        ] {
            if text.trim().is_empty() {
                let message = format!("the {field} is empty; {wanted}");
                found.push(Issue::error(format!("decoration[{index}].{field}"), "empty", message));
            }
        }
    }
}

fn wrong_plans(exercise: &Exercise, found: &mut Vec<Issue>) {
    for (index, wrong) in exercise.wrong.iter().enumerate() {
        if exercise.wrong[..index].iter().any(|other| other.plan == wrong.plan) {
            let message = format!("\"{}\" stands above; write one entry for each plan", wrong.plan);
            found.push(Issue::error(format!("wrong[{index}].plan"), "duplicate", message));
        }
        if wrong.fails.is_empty() {
            let message = "no criterion; name those that this plan loses its points on";
            found.push(Issue::error(format!("wrong[{index}].fails"), "empty", message));
        }
        let ids = || exercise.rubric.iter().map(|criterion| criterion.id.as_str());
        for (place, id) in wrong.fails.iter().enumerate() {
            if !ids().any(|known| known == id) {
                let ids: Vec<&str> = ids().collect();
                found.push(Issue::unknown(format!("wrong[{index}].fails[{place}]"), "criterion", id, ids));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::found;
    use super::super::super::{Decoration, WrongPlan};

    #[test]
    fn the_place_in_the_lesson_and_the_objectives_make_sense() {
        assert_eq!(found(|e| e.part = 99), [("part".to_owned(), "out-of-range")]);
        assert_eq!(found(|e| e.minutes = 0), [("minutes".to_owned(), "out-of-range")]);
        assert_eq!(found(|e| e.objectives.push(" ".into())), [("objectives[1]".to_owned(), "empty")]);
    }

    #[test]
    fn a_claim_about_a_plan_names_criteria_that_there_are() {
        let wrong = |plan: &str, fails: &[&str]| WrongPlan {
            plan: plan.to_owned(),
            fails: fails.iter().map(|id| (*id).to_owned()).collect(),
        };
        assert_eq!(found(|e| e.wrong = vec![wrong("blind", &["caught"])]), []);
        assert_eq!(
            found(|e| e.wrong = vec![wrong("blind", &["cought"]), wrong("blind", &[])]),
            [
                ("wrong[0].fails[0]".to_owned(), "unknown-name"),
                ("wrong[1].plan".to_owned(), "duplicate"),
                ("wrong[1].fails".to_owned(), "empty")
            ]
        );
    }

    #[test]
    fn decoration_says_what_and_why() {
        let decoration = Decoration { what: "strategy".into(), why: String::new() };
        assert_eq!(found(|e| e.decoration = vec![decoration]), [("decoration[0].why".to_owned(), "empty")]);
    }
}
