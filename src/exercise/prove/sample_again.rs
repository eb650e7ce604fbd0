//! Repeats a drawn sample of a proof: the same plans in the same sets must earn the same points.

use super::Proving;
use super::entrants::entrants;
use super::grader::{Grader, Size};
use super::proof::hundredths;
use super::proof::{Proof, Role};
use crate::engine::Chance;

/// Runs that a sample takes at most, with one plan in one set at least: some ten seconds of the largest exercises.
const MOST_RUNS: u64 = 120;

/// One repeated grading.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// The plan.
    pub plan: String,
    /// Number of the set, from 1.
    pub set: u32,
    /// The points in the proof.
    pub then: f64,
    /// The points now; none when the plan is refused now, or no longer there.
    pub now: Option<f64>,
}

impl Again {
    /// Whether it came out as in the proof.
    pub fn is_same(&self) -> bool {
        self.now.is_some_and(|now| (now - self.then).abs() < 0.005)
    }
}

/// Grades some plans of `proof` again in sets that it holds: the solution first, then others. What is drawn depends on the proof
/// alone.
pub fn repeated(proving: &Proving<'_>, proof: &Proof) -> Vec<Again> {
    let mut grader = Grader::new(&proving.lesson, proof.seeds, proving.told);
    let entrants = entrants(&proving.lesson, proving.others);
    let most = (MOST_RUNS / grader.runs(Size::Whole).max(1)).max(1) as usize;
    let drawn = drawn(proof, most);
    grader.begins("repeating a sample of the proof", drawn.len() as u64);
    let again = |(row, set): (usize, u32)| {
        let row = &proof.plans[row];
        let hand_in =
            entrants.iter().find(|entrant| entrant.name == row.plan).map(|entrant| &entrant.hand_in);
        let now = match hand_in {
            Some(Ok(hand_in)) => {
                grader.mark(hand_in, set, Size::Whole).ok().map(|mark| hundredths(mark.score))
            }
            Some(Err(_)) | None => None,
        };
        Again { plan: row.plan.clone(), set, then: row.scores[set as usize - 1], now }
    };
    drawn.into_iter().map(again).collect()
}

/// Rows and sets, `most` at most: one of the solution, then any but those of other exercises' solutions, which the proof does not rest on:
/// they change with their own exercises.
fn drawn(proof: &Proof, most: usize) -> Vec<(usize, u32)> {
    let all = |own: bool| {
        let rows = proof.plans.iter().enumerate().filter(|(_, row)| row.role != Role::OtherSolution);
        let rows = rows.filter(move |(_, row)| (row.role == Role::Solution) == own);
        rows.flat_map(|(index, row)| (1..=row.scores.len() as u32).map(move |set| (index, set))).collect()
    };
    let (mut own, mut others): (Vec<(usize, u32)>, Vec<(usize, u32)>) = (all(true), all(false));
    let stream = Chance::new(0).stream(&format!("sample {}", proof.rests_on), 0);
    let mut found = Vec::new();
    for draw in 0..most as u64 {
        let from = if draw == 0 { &mut own } else { &mut others };
        if !from.is_empty() {
            found.push(from.remove(stream.below(draw, from.len() as u64) as usize));
        }
    }
    found
}
