//! Exercises: cases, rubric, grading, and the check that a lesson bears load.
//!
//! Pure: files come in as values and a [`Verdict`] goes out as a value, whatever the number of threads that ran it. Nothing
//! here reads a file, lays out a page or prints.

mod allow;
pub mod audit;
mod by_hand;
mod claims;
pub mod class;
mod compare;
pub mod course;
mod duty;
mod essence;
pub mod evidence;
pub mod examples;
mod extra_check;
pub mod format;
mod grade;
mod hand_action;
pub mod harmed;
pub mod incident;
pub mod judges;
mod lesson;
mod marking;
mod measure;
mod openings;
mod operate;
mod operate_lesson;
pub mod outline;
mod play;
mod playback;
mod playbook;
pub mod power;
pub mod predict;
mod problems;
pub mod prove;
mod recorded;
mod regret;
pub mod rehearsal;
mod replay;
mod rubric;
mod rubric_problems;
#[cfg(test)]
pub(crate) mod sample;
mod score;
mod secret;
mod seeds;
mod session;
pub mod signature;
mod spec;
pub mod sweep;
mod totals;
mod tradeoff;
mod translation;
mod turns;
mod twins;
mod unit;
mod variants;
mod verdict;
mod watches;
mod what_if;

pub use allow::not_allowed;
pub use compare::{COMPARED, Compared, Comparison, Difference, Entrant, MeasureSummary, compare};
pub use duty::{CaseSession, Duty, FORMAT as DUTY_FORMAT, MOST_WATCHES};
pub use extra_check::ExtraCheck;
pub use grade::{Grading, HandIn, grade};
pub use hand_action::{HandAction, hand_problems};
pub use lesson::{Lesson, Role, Trial, WRONG_PREFIX};
pub use measure::Measure;
pub use operate::grade_duty;
pub use operate_lesson::{OperateLesson, Tried};
pub use play::play;
pub use playback::Playback;
pub use playbook::{Cue, FORMAT as PLAYBOOK_FORMAT, Playbook, PlaybookRule};
pub use problems::MAX_BAKE;
pub use replay::{Replay, replay};
pub use rubric::{Category, CauseText, Criterion, Over, Standard};
pub use secret::{KeyUse, Secret, SeedSource, hex_sha256};
pub use seeds::seeds_of;
pub use session::{Answer, FORMAT as SESSION_FORMAT, Session};
pub use spec::{
    Alike, Allow, Covers, Decoration, Exercise, ExerciseCase, ExerciseKind, FORMAT as EXERCISE_FORMAT, Hint,
    NextInTrain, WrongPlan,
};
pub use totals::Total;
pub use tradeoff::{Contender, Spot, tradeoff};
pub use translation::{ExerciseTexts, FORMAT as TRANSLATION_FORMAT};
pub use turns::Turn;
pub use unit::Unit;
pub use variants::{FaultVariants, Variants};
pub use verdict::{
    CaseResult, CohortHarmed, CriterionResult, ENGINE_VERSION, LegResult, LosingRun, Reached, RunResult,
    SessionResult, Verdict, causes_of, harmed_of, outcome, train_of,
};
pub use what_if::{Alternative, Choice, Met, WhatIf, spares, what_if};
