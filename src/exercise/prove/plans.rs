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
    marked(grader, entrants, sets, &is_over)
}

/// Grades every entrant in every set.
pub(super) fn whole_table(grader: &mut Grader<'_>, entrants: &[Entrant], sets: u32) -> Vec<PlanRow> {
    marked(grader, entrants, sets, &|_, _| false)
}

/// Grades all entrants set by set, so that all meet a world while its twin is kept, each until it is over.
fn marked(
    grader: &mut Grader<'_>,
    entrants: &[Entrant],
    sets: u32,
    is_over: &dyn Fn(Role, &[Mark]) -> bool,
) -> Vec<PlanRow> {
    grader.begins("the plans", entrants.len() as u64 * u64::from(sets));
    let mut all: Vec<Result<Vec<Mark>, String>> = entrants
        .iter()
        .map(|entrant| entrant.hand_in.as_ref().map(|_| Vec::new()).map_err(String::clone))
        .collect();
    for set in 1..=sets {
        for (entrant, found) in entrants.iter().zip(&mut all) {
            let (Ok(hand_in), Ok(marks)) = (&entrant.hand_in, found.as_mut()) else {
                grader.spares(1);
                continue;
            };
            if is_over(entrant.role, marks) {
                grader.spares(1);
                continue;
            }
            match grader.mark(hand_in, set, Size::Whole) {
                Ok(mark) => marks.push(mark),
                Err(issues) => {
                    grader.spares(1);
                    let why = issues.into_iter().next().map(|issue| issue.message);
                    *found = Err(why.unwrap_or_default());
                }
            }
        }
    }
    entrants.iter().zip(&all).map(|(entrant, found)| row(entrant, found)).collect()
}

fn row(entrant: &Entrant, found: &Result<Vec<Mark>, String>) -> PlanRow {
    let marks = found.as_deref().unwrap_or_default();
    let margins = || marks.iter().map(|mark| mark.margin);
    let most: fn(f64, f64) -> f64 = if entrant.role == Role::Solution { f64::min } else { f64::max };
    let first = marks.first().map(|mark| mark.points.clone()).unwrap_or_default();
    let of_margins = |most: fn(f64, f64) -> f64| hundredths(margins().reduce(most).unwrap_or_default());
    PlanRow {
        plan: entrant.name.clone(),
        role: entrant.role,
        scores: marks.iter().map(|mark| hundredths(mark.score)).collect(),
        passes: marks.iter().filter(|mark| mark.passed).count() as u32,
        worst: of_margins(f64::min),
        best: of_margins(f64::max),
        points: marks.iter().fold(first, |points, mark| {
            points.iter().zip(&mark.points).map(|(a, b)| hundredths(most(*a, *b))).collect()
        }),
        refused: found.as_ref().err().cloned(),
    }
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
