//! Marking: from the runs of all cases to points, criterion by criterion, and whether they are enough.

use rand::RngExt;

use super::score::{Award, awards, hundredths};
use super::verdict::ENGINE_VERSION;
use super::{CaseResult, CriterionResult, Exercise, ExerciseCase, LosingRun, RunResult, Verdict, format};
use crate::engine::Chance;
use crate::sim::Cause;

/// What is kept of one run for the verdict. The rest of its record is dropped at once, to keep memory small.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// Position of its case in the exercise.
    pub case: usize,
    /// The run as the verdict holds it.
    pub result: RunResult,
    /// Value of each criterion's measure, infinite for never.
    pub values: Vec<f64>,
}

/// The verdict on `runs`, which may come in any order of their cases.
pub(super) fn verdict(exercise: &Exercise, currency: &str, name: &str, runs: Vec<Run>) -> Verdict {
    let values: Vec<f64> = (0..exercise.rubric.len())
        .map(|index| {
            let criterion = &exercise.rubric[index];
            let looked_at = runs.iter().filter(|run| criterion.looks_at(&exercise.cases[run.case].name));
            criterion.over.together(&looked_at.map(|run| run.values[index]).collect::<Vec<f64>>())
        })
        .collect();
    let awards = awards(&exercise.rubric, &values);
    let criteria: Vec<CriterionResult> = (0..exercise.rubric.len())
        .map(|index| {
            let line = scored(exercise, index, values[index], awards[index], currency);
            CriterionResult {
                say: said(exercise, index, &runs),
                losing: losing(exercise, index, &runs),
                ..line
            }
        })
        .collect();
    let luck = luck(exercise, &runs);
    let mut cases: Vec<CaseResult> = exercise.cases.iter().map(CaseResult::empty).collect();
    for run in runs {
        cases[run.case].runs.push(run.result);
    }
    Verdict { luck, ..of_criteria(exercise, name, criteria, cases) }
}

/// The verdict that these lines and runs come to.
pub(super) fn of_criteria(
    exercise: &Exercise,
    name: &str,
    criteria: Vec<CriterionResult>,
    cases: Vec<CaseResult>,
) -> Verdict {
    let score = hundredths(criteria.iter().map(|criterion| criterion.points).sum());
    Verdict {
        exercise: exercise.id.clone(),
        revision: exercise.revision,
        exercise_hash: String::new(),
        submission: name.to_owned(),
        score,
        max_score: hundredths(exercise.max_score()),
        pass_score: exercise.pass,
        passed: score >= exercise.pass && criteria.iter().all(|line| !line.missed),
        criteria,
        cases,
        sessions: Vec::new(),
        engine_version: ENGINE_VERSION.to_owned(),
        luck: None,
        secret: None,
        remarks: Vec::new(),
        reached: None,
    }
}

/// Number of bootstrap samples for the spread of a score.
const REDRAWS: u64 = 100;

/// Standard deviation of the score over bootstrap samples, drawn case by case from the runs.
fn luck(exercise: &Exercise, runs: &[Run]) -> Option<f64> {
    let by_case: Vec<Vec<&Run>> =
        (0..exercise.cases.len()).map(|case| runs.iter().filter(|run| run.case == case).collect()).collect();
    if by_case.iter().all(|runs| runs.len() < 2) {
        return None;
    }
    let scores = (0..REDRAWS).map(|redraw| {
        let dice = Chance::new(redraw);
        let drawn: Vec<Vec<&Run>> = by_case
            .iter()
            .enumerate()
            .map(|(case, runs)| {
                let count = runs.len() as u64;
                let mut rng = dice.stream("redraw", case as u64).rng();
                (0..count).map(|_| runs[rng.random_range(0..count) as usize]).collect()
            })
            .collect();
        let value = |index: usize| {
            let criterion = &exercise.rubric[index];
            let cases = exercise.cases.iter().zip(&drawn).filter(|(case, _)| criterion.looks_at(&case.name));
            let values: Vec<f64> = cases.flat_map(|(_, runs)| runs).map(|run| run.values[index]).collect();
            criterion.over.together(&values)
        };
        let values: Vec<f64> = (0..exercise.rubric.len()).map(value).collect();
        awards(&exercise.rubric, &values).iter().map(|award| award.points).sum::<f64>()
    });
    let scores: Vec<f64> = scores.collect();
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let squares: f64 = scores.iter().map(|score| (score - mean) * (score - mean)).sum();
    Some((squares / (scores.len() - 1) as f64).sqrt())
}

/// The result of the criterion at `index`, whose runs together have `value`; `currency` is used for money.
pub(super) fn scored(
    exercise: &Exercise,
    index: usize,
    value: f64,
    award: Award,
    currency: &str,
) -> CriterionResult {
    let criterion = &exercise.rubric[index];
    let names = exercise.cases.iter().map(|case| &case.name);
    CriterionResult {
        id: criterion.id.clone(),
        category: criterion.category,
        standard: criterion.standard,
        points: award.points,
        own_points: award.own,
        max_points: criterion.points,
        needs: criterion.needs.clone(),
        required: criterion.required,
        missed: criterion.required && award.points < criterion.points / 2.0,
        measured: format::measured(criterion, value, currency),
        wanted: format::wanted(criterion, currency),
        say: criterion.say.clone(),
        cases: names.filter(|name| criterion.looks_at(name)).cloned().collect(),
        value,
        measure: criterion.measure,
        full: criterion.full,
        zero: criterion.zero,
        losing: None,
    }
}

/// The run that earns least by the criterion at `index`, among equals the one that harmed most users, or the first.
fn losing(exercise: &Exercise, index: usize, runs: &[Run]) -> Option<LosingRun> {
    let criterion = &exercise.rubric[index];
    let points = |run: &Run| criterion.points_for(run.values[index]);
    let fell_short =
        |run: &&Run| criterion.looks_at(&exercise.cases[run.case].name) && points(run) < criterion.points;
    let harmed = |run: &Run| run.result.users_harmed;
    let least = runs
        .iter()
        .filter(fell_short)
        .min_by(|a, b| points(a).total_cmp(&points(b)).then(harmed(b).cmp(&harmed(a))))?;
    Some(LosingRun { case: exercise.cases[least.case].name.clone(), seed: least.result.seed })
}

/// What the learner is told about the criterion at `index`: the text for the cause that more than half of the failed requests
/// have in the runs that fell short of all points, or else its `say`. Ordinary errors, which every run has, are not counted.
pub(super) fn said(exercise: &Exercise, index: usize, runs: &[Run]) -> String {
    let criterion = &exercise.rubric[index];
    let fell_short = |run: &&Run| {
        criterion.looks_at(&exercise.cases[run.case].name)
            && criterion.points_for(run.values[index]) < criterion.points
    };
    let failed = |cause: Cause| -> u64 {
        runs.iter().filter(fell_short).filter_map(|run| run.result.causes.get(cause.name())).sum()
    };
    let counts = Cause::ALL.map(|cause| (cause, if cause == Cause::Background { 0 } else { failed(cause) }));
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    let of_most = counts.into_iter().find(|(_, count)| 2 * count > all);
    let text = of_most.and_then(|(cause, _)| criterion.causes.iter().find(|text| text.cause == cause));
    text.map_or(&criterion.say, |text| &text.say).clone()
}

impl CaseResult {
    pub(super) fn empty(case: &ExerciseCase) -> Self {
        Self {
            name: case.name.clone(),
            release: case.release.clone(),
            faults: case.faults.clone(),
            traffic: case.traffic.clone(),
            runs: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CauseText, sample};
    use super::*;

    fn run(case: usize, values: [f64; 2]) -> Run {
        Run { case, result: RunResult::of(&sample::record(), &sample::scenario()), values: values.to_vec() }
    }

    #[test]
    fn a_criterion_sees_only_the_runs_of_its_cases() {
        let runs = vec![run(0, [9e9, 600.0]), run(0, [9e9, 750.0]), run(1, [825.0, f64::INFINITY])];
        let verdict = verdict(&sample::exercise(), "USD", "mine.ron", runs);
        let points: Vec<f64> = verdict.criteria.iter().map(|criterion| criterion.points).collect();
        assert_eq!(points, [30.0, 30.0]);
        assert_eq!(verdict.criteria[0].measured, "p90 825 users");
        assert_eq!(verdict.criteria[1].measured, "median 11m15s");
        assert_eq!(verdict.criteria[1].wanted, "at most 10m (no points from 15m)");
        assert_eq!(verdict.criteria[1].cases, ["healthy"]);
        assert_eq!((verdict.score, verdict.max_score, verdict.passed), (60.0, 100.0, false));
        assert_eq!(verdict.cases[0].runs.len(), 2);
    }

    #[test]
    fn the_run_to_look_at_is_the_one_that_lost_the_most() {
        let mut runs =
            vec![run(0, [9e9, 700.0]), run(0, [0.0, 600.0]), run(1, [150.0, 0.0]), run(1, [2000.0, 0.0])];
        runs.iter_mut().zip(1..).for_each(|(run, seed)| run.result.seed = seed);
        let found = |index| losing(&sample::exercise(), index, &runs).map(|run| (run.case, run.seed));
        assert_eq!(found(0), Some(("errors".to_owned(), 4)), "the healthy runs are not looked at");
        assert_eq!(found(1), Some(("healthy".to_owned(), 1)));
        assert_eq!(losing(&sample::exercise(), 0, &runs[..3]), None);
    }

    #[test]
    fn luck_moves_a_score_only_as_far_as_the_runs_differ() {
        let same =
            || vec![run(0, [0.0, 700.0]), run(0, [0.0, 700.0]), run(1, [825.0, 0.0]), run(1, [825.0, 0.0])];
        assert!(luck(&sample::exercise(), &same()).unwrap() < 1e-9);
        let apart = vec![run(1, [150.0, 0.0]), run(1, [1500.0, 0.0])];
        // P90 of two is the larger: of four equal draws three have the one worth nothing, one the one worth 60 points.
        let moved = luck(&sample::exercise(), &apart).unwrap();
        assert!((moved - 60.0 * 0.1875_f64.sqrt()).abs() < 4.0, "{moved}");
        assert_eq!(luck(&sample::exercise(), &same()[..1]), None);
    }

    #[test]
    fn exactly_the_points_needed_pass() {
        let runs = vec![run(0, [0.0, 600.0]), run(1, [1500.0, 0.0])];
        let mut exercise = sample::exercise();
        exercise.pass = 40.0;
        assert!(verdict(&exercise, "USD", "mine.ron", runs).passed);
    }

    #[test]
    fn who_misses_what_is_required_does_not_pass_whatever_the_sum() {
        let mut exercise = sample::exercise();
        (exercise.pass, exercise.rubric[1].required) = (60.0, true);
        let graded = |minutes: f64| {
            let runs = vec![run(0, [0.0, 60.0 * minutes]), run(1, [0.0, 0.0])];
            let verdict = verdict(&exercise, "USD", "mine.ron", runs);
            (verdict.score, verdict.criteria[1].missed, verdict.passed)
        };
        assert_eq!(graded(12.5), (80.0, false, true), "half of the points are enough");
        assert_eq!(graded(12.6), (79.2, true, false));
    }

    #[test]
    fn points_lost_through_another_criterion_are_told_apart_from_its_own() {
        let mut exercise = sample::exercise();
        exercise.rubric[1].needs = Some("caught".to_owned());
        let runs = vec![run(0, [0.0, 600.0]), run(1, [825.0, 0.0])];
        let verdict = verdict(&exercise, "USD", "mine.ron", runs);
        let line = &verdict.criteria[1];
        assert_eq!((line.own_points, line.points, verdict.score), (40.0, 20.0, 50.0));
        assert_eq!(line.needs.as_deref(), Some("caught"));
    }

    #[test]
    fn a_text_is_said_by_the_cause_of_most_failures_in_the_runs_that_lost_points() {
        let text = |cause: Cause, say: &str| CauseText { cause, say: say.to_owned() };
        let mut exercise = sample::exercise();
        exercise.rubric[0].causes =
            vec![text(Cause::Overload, "more instances"), text(Cause::NoInstance, "wait for ready")];
        let with = |case: usize, harmed: f64, failed: &[(Cause, u64)]| {
            let mut run = run(case, [harmed, 0.0]);
            run.result.causes = failed.iter().map(|(cause, count)| (cause.name(), *count)).collect();
            run
        };
        let say = |runs: Vec<Run>| verdict(&exercise, "USD", "x", runs).criteria[0].say.clone();
        let crowd = || with(1, 0.0, &[(Cause::Overload, 900)]);
        let none = |count| {
            with(1, 900.0, &[(Cause::NoInstance, count), (Cause::Defect, 9), (Cause::Background, 90)])
        };
        assert_eq!(
            say(vec![none(10), crowd()]),
            "wait for ready",
            "the run that met its goal does not count"
        );
        assert_eq!(say(vec![none(9)]), exercise.rubric[0].say, "half is not most");
        let elsewhere = with(0, 900.0, &[(Cause::NoInstance, 99)]);
        assert_eq!(say(vec![elsewhere, with(1, 900.0, &[])]), exercise.rubric[0].say);
    }
}
