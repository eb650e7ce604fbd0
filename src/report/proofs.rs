//! What solutions, starters, wrong solutions and policies earned in the proofs of exercises, as a page.

use std::fmt::Write as _;

use crate::exercise::Exercise;
use crate::exercise::format::decimal;
use crate::exercise::prove::{PlanRow, Proof, Role};

/// The page `docs/proofs.md`: a table for each exercise that has a proof.
pub fn markdown(all: &[(Exercise, Proof)]) -> String {
    let mut text = String::from(
        "# What plans earn\n\n\
         `rollout-lab check --prove` grades the plans of an exercise over twenty sets of secret seeds; a set is the grading of one \
         student. A plan that must fail is graded in no more sets than it takes to be sure. Of the null policies (plans and responses \
         that decide nothing) and of the solutions of other exercises, the one that came nearest to passing is listed. A plan whose points \
         would do fails by a criterion that is required. This page is written by `rollout-lab list --proofs`, and a test compares the two.\n",
    );
    for (exercise, proof) in all {
        let _ = write!(
            text,
            "\n## {}\n\n{}; {} points of {} pass.\n\n| plan | sets | lowest | mean | highest | passes |\n|---|---|---|---|---|---|\n",
            exercise.id,
            exercise.title,
            decimal(exercise.pass, 0),
            decimal(exercise.max_score(), 0)
        );
        for row in shown(proof) {
            text += &line(row);
        }
    }
    text
}

/// The rows that are shown: all of the exercise's own, and of the others the one of each role that came nearest to passing.
fn shown(proof: &Proof) -> Vec<&PlanRow> {
    let graded = || proof.plans.iter().filter(|row| !row.scores.is_empty());
    let own = graded().filter(|row| matches!(row.role, Role::Solution | Role::Starter | Role::Wrong));
    let nearest = |role: Role| {
        let rows = graded().filter(move |row| row.role == role);
        rows.max_by(|a, b| {
            (a.best, mean(a)).partial_cmp(&(b.best, mean(b))).unwrap_or(std::cmp::Ordering::Equal)
        })
    };
    own.chain(nearest(Role::Null)).chain(nearest(Role::OtherSolution)).collect()
}

fn mean(row: &PlanRow) -> f64 {
    row.scores.iter().sum::<f64>() / row.scores.len().max(1) as f64
}

fn line(row: &PlanRow) -> String {
    let name = row.plan.trim_end_matches(".ron");
    let name = match row.role {
        Role::Null => format!("policy: {name}"),
        Role::Solution | Role::Starter | Role::Wrong | Role::OtherSolution => name.to_owned(),
    };
    let lowest = row.scores.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = row.scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let points = |points: f64| decimal((points * 10.0).round() / 10.0, 1);
    format!(
        "| {name} | {} | {} | {} | {} | {} |\n",
        row.scores.len(),
        points(lowest),
        points(mean(row)),
        points(highest),
        row.passes
    )
}
