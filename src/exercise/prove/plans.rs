//! The table of plans: what each earns over the sets.

use super::entrants::Entrant;
use super::grader::{Grader, Mark, Size, is_decided, mean};
use super::proof::{CLEAR_FAIL, hundredths};
use super::{PlanRow, Role};

/// Fewest sets for a plan that must fail, unless one decides against it.
const FEWEST: usize = 2;
/// A score is taken to vary by this much at least from set to set, in points (modelling choice).
const SPREAD: f64 = 2.0;

/// Grades every entrant. The solution is graded in every set. A plan that must fail is decided once it passes in one set or fails
/// too narrowly, or when its scores are surely below: see [`is_surely_below`].
pub(super) fn table(grader: &mut Grader<'_>, entrants: &[Entrant], sets: u32) -> Vec<PlanRow> {
    grader.begins("the plans", entrants.len() as u64 * u64::from(sets));
    entrants.iter().map(|entrant| row(grader, entrant, sets)).collect()
}

fn row(grader: &mut Grader<'_>, entrant: &Entrant, sets: u32) -> PlanRow {
    let mut row = PlanRow {
        plan: entrant.name.clone(),
        role: entrant.role,
        scores: Vec::new(),
        passes: 0,
        worst: 0.0,
        best: 0.0,
        points: Vec::new(),
        refused: None,
    };
    let hand_in = match &entrant.hand_in {
        Ok(hand_in) => hand_in,
        Err(why) => {
            grader.spares(u64::from(sets));
            row.refused = Some(why.clone());
            return row;
        }
    };
    let mut marks: Vec<Mark> = Vec::new();
    for set in 1..=sets {
        match grader.mark(hand_in, set, Size::Whole) {
            Ok(mark) => marks.push(mark),
            Err(issues) => {
                grader.spares(u64::from(sets));
                row.refused = issues.into_iter().next().map(|issue| issue.message);
                return row;
            }
        }
        if is_over(entrant.role, &marks) {
            grader.spares(u64::from(sets - set));
            break;
        }
    }
    let margins = || marks.iter().map(|mark| mark.margin);
    row.scores = marks.iter().map(|mark| hundredths(mark.score)).collect();
    row.passes = marks.iter().filter(|mark| mark.passed).count() as u32;
    row.worst = hundredths(margins().fold(f64::INFINITY, f64::min));
    row.best = hundredths(margins().fold(f64::NEG_INFINITY, f64::max));
    let most: fn(f64, f64) -> f64 = if entrant.role == Role::Solution { f64::min } else { f64::max };
    let first = marks.first().map(|mark| mark.points.clone()).unwrap_or_default();
    row.points = marks.iter().fold(first, |points, mark| {
        points.iter().zip(&mark.points).map(|(a, b)| hundredths(most(*a, *b))).collect()
    });
    row
}

/// Whether no further set can change what is said about a plan.
fn is_over(role: Role, marks: &[Mark]) -> bool {
    if role == Role::Solution {
        return false;
    }
    let margins: Vec<f64> = marks.iter().map(|mark| mark.margin).collect();
    let refuted = margins.iter().any(|margin| *margin > CLEAR_FAIL);
    refuted && marks.len() >= FEWEST || is_surely_below(&margins)
}

/// Whether a plan surely fails clearly in every set, after these: at least two sets; the mean lies three standard errors below the
/// limit, and no single score comes nearer to it than four standard deviations of the scores.
fn is_surely_below(margins: &[f64]) -> bool {
    let middle = mean(margins);
    let squares: f64 = margins.iter().map(|margin| (margin - middle) * (margin - middle)).sum();
    let deviation = (squares / (margins.len().max(2) - 1) as f64).sqrt().max(SPREAD);
    margins.len() >= FEWEST
        && is_decided(margins, CLEAR_FAIL, SPREAD)
        && margins.iter().all(|margin| margin + 4.0 * deviation < CLEAR_FAIL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_far_below_needs_two_sets_and_one_near_the_limit_all() {
        assert!(!is_surely_below(&[-40.0]));
        assert!(is_surely_below(&[-40.0, -38.0]));
        assert!(!is_surely_below(&[-10.0, -9.0]));
        assert!(!is_surely_below(&[-60.0, -20.0, -60.0]), "what varies by so much may come nearer");
    }
}
