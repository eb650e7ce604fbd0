//! What each part of the model solution is worth: the points that are lost without it.

use super::super::HandIn;
use super::cuts::{Cut, cuts};
use super::entrants::may;
use super::grader::{Grader, Size, is_decided, mean};
use super::proof::{DECORATION, hundredths};
use super::{PartRow, usual};

/// Small sets of a first look.
const LOOKS: u32 = 2;
/// A first look decides when every difference is at most this, or at least [`MUCH`].
const NOTHING: f64 = 0.005;
/// See [`NOTHING`].
const MUCH: f64 = 15.0;
/// Whole sets that are run at most when a first look does not decide.
const MOST_SETS: u32 = 5;
/// A difference is taken to vary by this much at least from set to set, in points (modelling choice).
const SPREAD: f64 = 1.0;

/// Grades the solution with each change, in the same sets as the solution itself.
///
/// A first look takes two small sets, one seed for a case of weight 1. When the changed plan does exactly as well in both, or loses
/// 15 points or more in both, that decides. Otherwise whole sets follow, until the mean difference lies three standard errors
/// from 3 points, five at most.
pub(super) fn worth(grader: &mut Grader<'_>, sets: u32) -> Vec<PartRow> {
    let lesson = grader.lesson;
    let usual = usual(lesson);
    let cuts = cuts(lesson.solution, &usual, &|plan| may(lesson, plan));
    let sets = sets.min(MOST_SETS);
    grader.begins("parts of the solution", cuts.len() as u64 * u64::from(sets));
    cuts.iter().filter_map(|cut| row(grader, cut, sets)).collect()
}

fn row(grader: &mut Grader<'_>, cut: &Cut, sets: u32) -> Option<PartRow> {
    let looks = LOOKS.min(sets);
    let mut found = Vec::new();
    let nothing = |found: &[(f64, bool)]| found.iter().all(|(lost, _)| lost.abs() <= NOTHING);
    let much = |found: &[(f64, bool)]| found.iter().all(|(lost, _)| *lost >= MUCH);
    for set in 1..=looks {
        found.push(without(grader, cut, set, Size::Small)?);
        if !nothing(&found) && !much(&found) {
            break;
        }
    }
    if nothing(&found) || much(&found) {
        grader.spares(u64::from(sets));
    } else {
        found.clear();
        for set in 1..=sets {
            found.push(without(grader, cut, set, Size::Whole)?);
            let lost: Vec<f64> = found.iter().map(|(lost, _)| *lost).collect();
            if is_decided(&lost, DECORATION, SPREAD) {
                grader.spares(u64::from(sets - set));
                break;
            }
        }
    }
    let lost: Vec<f64> = found.iter().map(|(lost, _)| *lost).collect();
    let passes = found.iter().filter(|(_, passes)| *passes).count() as u32;
    Some(PartRow {
        what: cut.what.clone(),
        paths: cut.paths.clone(),
        costs: hundredths(mean(&lost)),
        passes: (passes, found.len() as u32),
    })
}

/// The points lost in a set without the part, and whether the plan passes all the same; none for a plan that cannot be graded.
fn without(grader: &mut Grader<'_>, cut: &Cut, set: u32, size: Size) -> Option<(f64, bool)> {
    let solution = HandIn::of_plan("solution.ron", grader.lesson.solution.clone());
    let changed = HandIn::of_plan(&cut.what, cut.plan.clone());
    let (with, without) = (grader.mark(&solution, set, size).ok()?, grader.mark(&changed, set, size).ok()?);
    Some((with.score - without.score, without.passed))
}
