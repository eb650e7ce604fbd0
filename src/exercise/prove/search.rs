//! The search for plans that pass without the lesson: random plans made of the parts of all known ones, and a climb from the
//! starter that never sees the solution.

use std::collections::BTreeSet;

use super::super::HandIn;
use super::entrants::{may, other_plans};
use super::grader::{Grader, Size, mean};
use super::proof::hundredths;
use super::variation::{Dice, Parts};
use super::words::{lesson_words, words};
use super::{Effort, FoundPlan, SearchResult};
use crate::control::Plan;
use crate::engine::Chance;

/// A plan that is this far below passing at a first look is not looked at again, in points.
const OUT_OF_REACH: f64 = -20.0;
/// Whole sets in which a plan within reach is graded; it passes when it passes in most.
const SETS: u32 = 3;

/// A plan by its name.
pub(super) type Named = (String, Plan);

/// Tries `effort.random` random plans, and climbs `effort.climb` steps. The plans that pass are returned beside the result.
pub(super) fn search(
    grader: &mut Grader<'_>,
    others: &[Named],
    effort: Effort,
) -> (SearchResult, Vec<Named>) {
    let lesson = grader.lesson;
    let may = |plan: &Plan| may(lesson, plan);
    let others = other_plans(lesson, others);
    let wrong = lesson.wrong.iter().map(|(_, plan)| plan);
    let known: Vec<&Plan> = std::iter::once(lesson.starter).chain(wrong).chain(&others).collect();
    let learned = lesson_words(lesson.starter, lesson.solution);
    let small = grader.runs(Size::Small);
    grader.begins_runs("random plans", small * u64::from(effort.random));
    let mut plans = Vec::new();
    let mut result = SearchResult { random: 0, climbed: 0, quantiles: Vec::new(), passing: Vec::new() };

    let parts = Parts::of(known.iter().copied().chain([lesson.solution]));
    let mut scores = Vec::new();
    for number in 1..=effort.random {
        let mut dice = Dice::new(Chance::new(0).stream("random plans", u64::from(number)));
        let Some(plan) = parts.random(&mut dice, &may) else {
            grader.spares_runs(small);
            continue;
        };
        result.random += 1;
        let hand_in = HandIn::of_plan(format!("random {number}"), plan);
        let Ok(mark) = grader.mark(&hand_in, 1, Size::Small) else { continue };
        scores.push(mark.score);
        if mark.margin > OUT_OF_REACH
            && let Some(found) = passing(grader, &hand_in, effort.sets, &learned)
        {
            result.passing.push(found);
            plans.push((hand_in.name, hand_in.plan));
        }
    }
    result.quantiles = quantiles(&scores);

    grader.begins_runs("a climb from the starter", small * u64::from(effort.climb));
    let parts = Parts::of(known);
    let mut here = lesson.starter.clone();
    let mark = |grader: &mut Grader<'_>, plan: &Plan| {
        let marked = grader.mark(&HandIn::of_plan("climbed", plan.clone()), 1, Size::Small);
        marked.map_or(f64::NEG_INFINITY, |mark| mark.margin)
    };
    let mut height = mark(grader, &here);
    for step in 1..=effort.climb {
        let mut dice = Dice::new(Chance::new(0).stream("climb", u64::from(step)));
        let Some(next) = parts.changed(&here, &mut dice, &may) else {
            grader.spares_runs(small);
            continue;
        };
        result.climbed += 1;
        let found = mark(grader, &next);
        if found >= height {
            (here, height) = (next, found);
        }
    }
    let hand_in = HandIn::of_plan("climbed", here);
    if height > OUT_OF_REACH
        && let Some(found) = passing(grader, &hand_in, effort.sets, &learned)
    {
        result.passing.push(found);
        plans.push((hand_in.name, hand_in.plan));
    }
    (result, plans)
}

/// The plan, if it passes in most of up to three whole sets.
fn passing(
    grader: &mut Grader<'_>,
    hand_in: &HandIn,
    sets: u32,
    learned: &BTreeSet<String>,
) -> Option<FoundPlan> {
    let solution = HandIn::of_plan("solution.ron", grader.lesson.solution.clone());
    let sets = sets.min(SETS);
    grader.begins_runs("a plan that may pass", 2 * u64::from(sets) * grader.runs(Size::Whole));
    let (mut scores, mut models, mut passes) = (Vec::new(), Vec::new(), 0);
    for set in 1..=sets {
        let mark = grader.mark(hand_in, set, Size::Whole).ok()?;
        passes += u32::from(mark.passed);
        scores.push(mark.score);
        if 2 * (passes + sets - set) <= sets {
            grader.spares_runs((2 * u64::from(sets - set) + u64::from(set)) * grader.runs(Size::Whole));
            return None;
        }
    }
    for set in 1..=sets {
        models.push(grader.mark(&solution, set, Size::Whole).ok()?.score);
    }
    let used = words(&hand_in.plan);
    Some(FoundPlan {
        plan: hand_in.name.clone(),
        score: hundredths(mean(&scores)),
        solution: hundredths(mean(&models)),
        has: learned.intersection(&used).cloned().collect(),
        lacks: learned.difference(&used).cloned().collect(),
    })
}

/// The lowest, a quarter, half, three quarters, and the highest.
fn quantiles(scores: &[f64]) -> Vec<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    (0..5).filter_map(|quarter| sorted.get(last * quarter / 4).copied()).map(hundredths).collect()
}
