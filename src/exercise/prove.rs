//! Proves a lesson: that its solution passes whatever the luck, that nothing passes without what it teaches, and that every part
//! of the solution is needed.
//!
//! Plans are graded over sets of secret seeds, as students' hand-ins are ([`grade`](super::grade) is the only way to a score). A
//! plan is graded in one set after another until nothing is left to be decided; how many sets that took stands in the result.
//! Nothing here reads a file: a [`Proof`] goes out as a value and comes in as one.

mod calibrate;
mod cuts;
mod effort;
mod entrants;
mod grader;
mod judge;
mod null;
mod operate;
mod parts;
mod plans;
mod proof;
mod sample_again;
mod search;
mod statics;
mod tree;
mod variation;
mod words;

pub use calibrate::{Calibration, Group, Spread, calibrate};
pub use effort::Effort;
pub use grader::Told;
pub use judge::{excuse, judged, of_plans, speaks_for};
pub use proof::{FORMAT, FoundPlan, PROOF_FILE, PartRow, PlanRow, Proof, Role, SearchResult, rests_on};
pub use sample_again::{Again, repeated};
pub use statics::readable;

use super::verdict::ENGINE_VERSION;
use super::{Lesson, play};
use crate::control::{Plan, Strategy};
use crate::engine::Time;
use crate::sim::Record;
use crate::telemetry::Query;
use grader::Grader;

/// What is proved: a lesson, and the solutions of other exercises by their names.
#[derive(Clone, Copy)]
pub struct Proving<'a> {
    /// The lesson.
    pub lesson: Lesson<'a>,
    /// Solutions of other exercises.
    pub others: &'a [(String, Plan)],
    /// Told what happens.
    pub told: &'a (dyn Fn(Told) + Sync),
}

impl Proving<'_> {
    /// Makes the whole proof, and returns beside it the plans of the search that pass, by their names. The result depends on the
    /// lesson, the other solutions and the effort alone.
    pub fn prove(&self, effort: Effort) -> (Proof, Vec<(String, Plan)>) {
        let mut grader = Grader::new(&self.lesson, effort.seeds, self.told);
        let plans = plans::table(&mut grader, &entrants::entrants(&self.lesson, self.others), effort.sets);
        let parts = parts::worth(&mut grader, effort.sets);
        let (search, passing) = search::search(&mut grader, self.others, effort);
        (Proof { parts, search, ..self.of_plans(effort, plans) }, passing)
    }

    /// Grades the lesson's own plans (solution, starter, wrong solutions) in every set, whether anything is left to be decided or
    /// not. The result is a proof without parts and without a search, which is not one to be kept.
    pub fn own_plans(&self, effort: Effort) -> Proof {
        let mut grader = Grader::new(&self.lesson, effort.seeds, self.told);
        let plans = plans::whole_table(&mut grader, &entrants::own(&self.lesson), effort.sets);
        self.of_plans(effort, plans)
    }

    fn of_plans(&self, effort: Effort, plans: Vec<PlanRow>) -> Proof {
        Proof {
            format: FORMAT,
            exercise: self.lesson.exercise.id.clone(),
            engine: ENGINE_VERSION.to_owned(),
            rests_on: rests_on(&self.lesson),
            sets: effort.sets,
            seeds: effort.seeds,
            criteria: self.lesson.exercise.rubric.iter().map(|criterion| criterion.id.clone()).collect(),
            plans,
            parts: Vec::new(),
            search: SearchResult::default(),
        }
    }
}

/// What monitoring says of the version that runs today, on a day when nothing is released: the answer of each query at the
/// middle of the run.
fn usual(lesson: &Lesson<'_>) -> impl Fn(&Query) -> Option<f64> {
    let plan = Plan { strategy: Strategy::Nothing, ..lesson.starter.clone() };
    let case = lesson.exercise.cases.first().map(|case| lesson.exercise.draw(case, lesson.scenario, 1));
    let record: Option<Record> = case.and_then(|case| play(lesson.scenario, &case, &plan, &[], 1).ok());
    let middle = Time::ZERO + lesson.scenario.release_at;
    move |query| record.as_ref()?.observed.metrics.ask(query, middle)
}
