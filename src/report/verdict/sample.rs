//! Fixed verdicts for the tests of this room.

use crate::exercise::class::{Class, Marks, Refusal, RefusalKind, Row};
use crate::exercise::{
    CaseResult, CriterionResult, LosingRun, Measure, RunResult, Standard, Verdict, sample,
};

/// A verdict in which one criterion is met in part and the other not at all.
pub(crate) fn verdict() -> Verdict {
    let exercise = sample::exercise();
    let mut record = sample::record();
    let good = RunResult::of(&record, &sample::scenario());
    (record.seed, record.truth.users_harmed) = (8, 900);
    crate::exercise::sample::roll_back(&mut record, 900);
    let bad = RunResult::of(&record, &sample::scenario());
    let line = |index: usize, points: f64, measured: &str, wanted: &str| {
        let criterion = &exercise.rubric[index];
        CriterionResult {
            id: criterion.id.clone(),
            category: criterion.category,
            standard: criterion.standard,
            points,
            own_points: points,
            needs: criterion.needs.clone(),
            required: criterion.required,
            missed: false,
            max_points: criterion.points,
            measured: measured.to_owned(),
            wanted: wanted.to_owned(),
            say: criterion.say.clone(),
            cases: criterion.on.clone(),
            value: [900.0, f64::INFINITY][index],
            measure: [Measure::UsersHarmed, Measure::TimeToComplete][index],
            full: criterion.full,
            zero: criterion.zero,
            losing: Some(LosingRun { case: exercise.cases[1 - index].name.clone(), seed: 8 }),
        }
    };
    let case = |index: usize, runs: Vec<RunResult>| {
        let case = &exercise.cases[index];
        CaseResult {
            name: case.name.clone(),
            release: case.release.clone(),
            faults: case.faults.clone(),
            traffic: case.traffic.clone(),
            runs,
        }
    };
    Verdict {
        revision: 1,
        exercise_hash: "0123456789abcdef".repeat(4),
        sessions: Vec::new(),
        exercise: exercise.id.clone(),
        submission: "hand-ins/eva.ron".to_owned(),
        score: 26.67,
        max_score: 100.0,
        pass_score: 70.0,
        passed: false,
        criteria: vec![
            line(0, 26.67, "p90 900 users", "at most 150 users (no points from 1,500)"),
            line(1, 0.0, "median never", "at most 10m (no points from 15m)"),
        ],
        cases: vec![case(0, vec![good.clone(), bad.clone()]), case(1, vec![bad])],
        engine_version: "0.1.0".to_owned(),
        luck: None,
        secret: None,
        remarks: Vec::new(),
        reached: None,
    }
}

/// The same with a criterion that lost points through another, which is required and was missed.
pub(crate) fn gated() -> Verdict {
    let mut verdict = verdict();
    let [caught, in_time] = &mut verdict.criteria[..] else { unreachable!("the sample has two criteria") };
    (caught.own_points, caught.points, caught.needs) = (60.0, 0.0, Some(in_time.id.clone()));
    (caught.standard, in_time.standard) =
        (Some(Standard::DesignRollback), Some(Standard::ImplementStrategies));
    (in_time.required, in_time.missed) = (true, true);
    (verdict.score, verdict.passed) = (0.0, false);
    verdict
}

/// A class of students all called eva, with these verdicts, or the problems of what could not be graded.
pub(crate) fn class(outcomes: Vec<Result<Verdict, Vec<String>>>) -> Class {
    let mut class = Class::new(&sample::exercise(), &sample::scenario(), None);
    let row = |outcome: Result<Verdict, Vec<String>>| Row {
        student: "eva".to_owned(),
        file: "hand-ins/eva.ron".to_owned(),
        hand_in_hash: "ab".repeat(32),
        outcome: match outcome {
            Ok(verdict) => Ok(Marks::of(&verdict)),
            Err(problems) => Err(Refusal::of(RefusalKind::HandIn, problems)),
        },
        not_written: None,
        listed: None,
    };
    class.rows = outcomes.into_iter().map(row).collect();
    class
}
