//! Exercises: cases, rubric, grading, and the check that a lesson bears load.
//!
//! Pure: files come in as values and a [`Verdict`] goes out as a value. Nothing here formats or prints.

mod rubric;
mod session;
mod spec;
mod verdict;

pub use rubric::{Category, Criterion, Measure, Over};
pub use session::{HandAction, Session};
pub use spec::{Allow, Exercise, ExerciseCase, Hint};
pub use verdict::{CaseResult, CriterionResult, RunResult, Verdict};
