//! Grading: the one path to a score, whoever asks.

use rand::RngExt;
use rayon::prelude::*;

use super::allow::{injected, not_allowed};
use super::score::hundredths;
use super::seeds::seeds_of;
use super::verdict::ENGINE_VERSION;
use super::{CaseResult, Criterion, CriterionResult, Exercise, ExerciseCase, HandAction, RunResult, Session};
use super::{Verdict, format, play};
use crate::control::Plan;
use crate::engine::Chance;
use crate::scenario::{Issue, Scenario, Severity};
use crate::sim::{Case, Record, Term};

/// What a learner hands in: a plan, or a session, which is a plan with actions by hand.
///
/// A session is graded as a plan whose owner does the same things at the same simulated times in every run of every
/// case, not only in the one they met: what is scored is the decision, and acting without looking is one.
#[derive(Clone, Debug, PartialEq)]
pub struct HandIn {
    /// Its name in results.
    pub name: String,
    /// The plan.
    pub plan: Plan,
    /// What is done by hand, in every run.
    pub actions: Vec<HandAction>,
}

impl HandIn {
    /// A plan, and nothing by hand.
    pub fn of_plan(name: impl Into<String>, plan: Plan) -> Self {
        Self { name: name.into(), plan, actions: Vec::new() }
    }

    /// A session's plan and its actions; the case and the seed it was recorded with do not matter.
    pub fn of_session(name: impl Into<String>, session: Session) -> Self {
        Self { name: name.into(), plan: session.plan, actions: session.actions }
    }
}

/// How to grade.
#[derive(Clone, Copy, Default)]
pub struct Grading<'a> {
    /// How many seeds a case of weight 1 is run with; default the exercise's own number.
    pub seeds: Option<u32>,
    /// What makes the seeds unpredictable; default nothing.
    pub secret: Option<&'a str>,
    /// Called after each run, from any thread.
    pub on_run: Option<&'a (dyn Fn() + Sync)>,
}

impl Grading<'_> {
    /// How many runs grading one hand-in takes.
    pub fn runs(&self, exercise: &Exercise) -> u64 {
        let weights: u64 = exercise.cases.iter().map(|case| u64::from(case.weight)).sum();
        weights * u64::from(self.seeds.unwrap_or(exercise.seeds))
    }
}

/// Grades a hand-in: runs it in every case with every seed, in parallel, and scores the records by the rubric. The
/// verdict depends on the arguments alone, not on how many threads there are.
///
/// # Errors
/// What the hand-in changes though it may not (code `not-allowed`), or else what is wrong with its plan. Paths are those of
/// a plan's fields.
pub fn grade(
    exercise: &Exercise,
    scenario: &Scenario,
    starter: &Plan,
    hand_in: &HandIn,
    how: &Grading<'_>,
) -> Result<Verdict, Vec<Issue>> {
    let mut refused = not_allowed(exercise, starter, &hand_in.plan);
    refused.extend(injected(&hand_in.actions));
    if !refused.is_empty() {
        return Err(refused);
    }
    let wrong = errors(hand_in.plan.problems(Some(scenario)));
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let one = |case: &Case, seed: u64| play(scenario, case, &hand_in.plan, &hand_in.actions, seed);
    grade_runs(exercise, scenario, &hand_in.name, &one, how)
}

/// The verdict on whatever `one` does in a case with a seed. The rubric and the seeds are the same for all.
pub(super) fn grade_runs(
    exercise: &Exercise,
    scenario: &Scenario,
    name: &str,
    one: &(dyn Fn(&Case, u64) -> Result<Record, Vec<Issue>> + Sync),
    how: &Grading<'_>,
) -> Result<Verdict, Vec<Issue>> {
    let jobs: Vec<(usize, u64)> = (0..exercise.cases.len())
        .flat_map(|index| {
            let seeds = seeds_of(exercise, &exercise.cases[index], how.seeds, how.secret);
            seeds.into_iter().map(move |seed| (index, seed))
        })
        .collect();
    let cases: Vec<Case> = exercise.cases.iter().map(|case| exercise.draw(case)).collect();
    let runs: Vec<Result<Run, Vec<Issue>>> = jobs
        .par_iter()
        .map(|(index, seed)| {
            let record = one(&cases[*index], *seed)?;
            let values = exercise.rubric.iter().map(|criterion| criterion.measure.of(&record, scenario));
            let run = Run {
                case: *index,
                result: RunResult::of(&record, scenario),
                values: values.map(|value| value.unwrap_or(f64::INFINITY)).collect(),
            };
            if let Some(on_run) = how.on_run {
                on_run();
            }
            Ok(run)
        })
        .collect();
    let runs: Vec<Run> = runs.into_iter().collect::<Result<_, _>>()?;
    Ok(verdict(exercise, &scenario.cost.currency, name, runs))
}

fn errors(issues: Vec<Issue>) -> Vec<Issue> {
    issues.into_iter().filter(|issue| issue.severity == Severity::Error).collect()
}

/// What one run leaves for the verdict: all else of its record is dropped at once, to keep memory small.
struct Run {
    case: usize,
    result: RunResult,
    /// Value of each criterion's measure, infinite for never.
    values: Vec<f64>,
}

fn verdict(exercise: &Exercise, currency: &str, name: &str, runs: Vec<Run>) -> Verdict {
    let criteria: Vec<CriterionResult> = (0..exercise.rubric.len())
        .map(|index| {
            let criterion = &exercise.rubric[index];
            let looked_at: Vec<f64> = runs
                .iter()
                .filter(|run| criterion.looks_at(&exercise.cases[run.case].name))
                .map(|run| run.values[index])
                .collect();
            scored(exercise, criterion, &looked_at, currency)
        })
        .collect();
    let luck = luck(exercise, &runs);
    let mut cases: Vec<CaseResult> = exercise.cases.iter().map(CaseResult::empty).collect();
    for run in runs {
        cases[run.case].runs.push(run.result);
    }
    let score = hundredths(criteria.iter().map(|criterion| criterion.points).sum());
    Verdict {
        exercise: exercise.id.clone(),
        submission: name.to_owned(),
        score,
        max_score: hundredths(exercise.max_score()),
        pass_score: exercise.pass,
        passed: score >= exercise.pass,
        criteria,
        cases,
        engine_version: ENGINE_VERSION.to_owned(),
        luck,
    }
}

/// How many times the runs are drawn anew to see how far luck moves a score.
const REDRAWS: u64 = 100;

/// The standard deviation of the score over runs drawn anew, case by case, from those there were.
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
        let points = exercise.rubric.iter().enumerate().map(|(index, criterion)| {
            let cases = exercise.cases.iter().zip(&drawn).filter(|(case, _)| criterion.looks_at(&case.name));
            let values: Vec<f64> = cases.flat_map(|(_, runs)| runs).map(|run| run.values[index]).collect();
            criterion.points_for(criterion.over.together(&values))
        });
        points.sum::<f64>()
    });
    let scores: Vec<f64> = scores.collect();
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let squares: f64 = scores.iter().map(|score| (score - mean) * (score - mean)).sum();
    Some((squares / (scores.len() - 1) as f64).sqrt())
}

fn scored(exercise: &Exercise, criterion: &Criterion, values: &[f64], currency: &str) -> CriterionResult {
    let value = criterion.over.together(values);
    let names = exercise.cases.iter().map(|case| &case.name);
    CriterionResult {
        id: criterion.id.clone(),
        category: criterion.category,
        points: criterion.points_for(value),
        max_points: criterion.points,
        measured: format::measured(criterion, value, currency),
        wanted: format::wanted(criterion, currency),
        say: criterion.say.clone(),
        cases: names.filter(|name| criterion.looks_at(name)).cloned().collect(),
        value,
        measure: criterion.measure,
        full: criterion.full,
        zero: criterion.zero,
    }
}

impl Criterion {
    /// Whether it looks at the case called `name`: at all cases when it names none.
    pub fn looks_at(&self, name: &str) -> bool {
        self.on.is_empty() || self.on.iter().any(|on| on == name)
    }
}

impl Exercise {
    /// The sum of all points.
    pub fn max_score(&self) -> f64 {
        self.rubric.iter().map(|criterion| criterion.points).sum()
    }

    /// One of its cases as the simulation takes it.
    pub fn draw(&self, case: &ExerciseCase) -> Case {
        Case {
            name: case.name.clone(),
            release: Some(case.release.clone()),
            faults: case.faults.clone(),
            traffic: case.traffic.clone(),
            term: Term { bake: Some(self.bake), deadline: self.deadline },
        }
    }
}

impl CaseResult {
    fn empty(case: &ExerciseCase) -> Self {
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
    use super::super::sample;
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
    fn the_number_of_runs_is_known_beforehand() {
        assert_eq!(Grading::default().runs(&sample::exercise()), 15);
        assert_eq!(Grading { seeds: Some(2), ..Grading::default() }.runs(&sample::exercise()), 6);
    }

    #[test]
    fn a_session_that_lets_faults_loose_is_refused() {
        let inject = crate::sim::ManualAction::Inject { fault: "outage".into() };
        let hand = HandAction::new(crate::engine::Time::from_secs(60), inject);
        let hand_in = HandIn { actions: vec![hand], ..HandIn::of_plan("mine.ron", sample::plan()) };
        let refused =
            grade(&sample::exercise(), &sample::scenario(), &sample::plan(), &hand_in, &Grading::default());
        assert_eq!(refused.unwrap_err()[0].path, "actions[0].action");
    }

    #[test]
    fn a_hand_in_that_changes_what_it_may_not_is_refused_before_any_run() {
        let mut plan = sample::plan();
        plan.flags = vec![("new".to_owned(), crate::engine::Share::ALL)];
        let hand_in = HandIn::of_plan("mine.ron", plan);
        let refused =
            grade(&sample::exercise(), &sample::scenario(), &sample::plan(), &hand_in, &Grading::default());
        let issues = refused.unwrap_err();
        assert_eq!((issues[0].path.as_str(), issues[0].code), ("flags", "not-allowed"));
    }
}
