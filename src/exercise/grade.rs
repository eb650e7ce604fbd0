//! Grading: the only way to a score, for the command line and the window alike.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::allow::not_allowed;
use super::by_hand::not_allowed_by_hand;
use super::marking::{Run, verdict};
use super::regret::graded_run;
use super::secret::exercise_hash;
use super::seeds::seeds_of;
use super::{
    Criterion, Exercise, ExerciseCase, HandAction, Measure, Met, RunResult, Secret, Session, Verdict,
    hand_problems,
};
use crate::control::Plan;
use crate::scenario::{Issue, Scenario, Severity};
use crate::sim::{Budget, Case, Record, TOO_COSTLY};

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
    /// The session that it was read from, if it was one. Its claims are checked and do not change the score.
    pub session: Option<Box<Session>>,
}

impl HandIn {
    /// A plan, and nothing by hand.
    pub fn of_plan(name: impl Into<String>, plan: Plan) -> Self {
        Self { name: name.into(), plan, actions: Vec::new(), session: None }
    }

    /// A session's plan and its actions; the case and the seed it was recorded with do not matter.
    pub fn of_session(name: impl Into<String>, session: Session) -> Self {
        let (plan, actions) = (session.plan.clone(), session.actions.clone());
        Self { name: name.into(), plan, actions, session: Some(Box::new(session)) }
    }

    /// Whether it is `plan`, with any title, and has no actions by hand.
    pub fn is_plan(&self, plan: &Plan) -> bool {
        let titled = Plan { title: self.plan.title.clone(), ..plan.clone() };
        self.actions.is_empty() && self.plan == titled
    }

    /// Issues with its plan, at their paths in its file: a session's plan stands under `plan`.
    fn in_file(&self, mut issues: Vec<Issue>) -> Vec<Issue> {
        if self.session.is_some() {
            issues.iter_mut().for_each(|issue| issue.path = format!("plan.{}", issue.path));
        }
        issues
    }

    /// Whether it can be graded.
    ///
    /// # Errors
    /// As [`grade`].
    fn admitted(&self, exercise: &Exercise, scenario: &Scenario, starter: &Plan) -> Result<(), Vec<Issue>> {
        let refused = self.refused(exercise, scenario, starter);
        if !refused.is_empty() {
            return Err(refused);
        }
        let wrong = errors(self.plan.problems(Some(scenario)));
        if wrong.is_empty() { Ok(()) } else { Err(self.in_file(wrong)) }
    }

    /// Its run in a case with a seed, as it is graded.
    fn run(
        &self,
        exercise: &Exercise,
        scenario: &Scenario,
        case: &Case,
        seed: u64,
    ) -> Result<Record, Vec<Issue>> {
        let met = Met { scenario, case, plan: &self.plan, actions: &self.actions, seed };
        graded_run(&met, exercise.measures(Measure::Regret))
    }

    /// What it does that the exercise does not allow, or that cannot be done.
    fn refused(&self, exercise: &Exercise, scenario: &Scenario, starter: &Plan) -> Vec<Issue> {
        let mut refused = self.in_file(not_allowed(exercise, scenario, starter, &self.plan));
        refused.extend(
            self.session.as_ref().and_then(|session| session.of_another_scenario(exercise, scenario)),
        );
        refused.extend(not_allowed_by_hand(exercise, &self.actions));
        if refused.is_empty() {
            refused.extend(hand_problems(&self.actions, &self.plan, Some((scenario, Some(exercise.bake)))));
        }
        refused
    }
}

/// How to grade.
#[derive(Clone, Copy, Default)]
pub struct Grading<'a> {
    /// How many seeds a case of weight 1 is run with; default the exercise's own number.
    pub seeds: Option<u32>,
    /// The secret that makes the seeds unpredictable; default none.
    pub secret: Option<&'a Secret>,
    /// Called after each run, from any thread.
    pub on_run: Option<&'a (dyn Fn() + Sync)>,
}

impl Grading<'_> {
    /// How many runs grading one hand-in takes.
    pub fn runs(&self, exercise: &Exercise) -> u64 {
        let weights: u64 = exercise.cases.iter().map(|case| u64::from(case.weight)).sum();
        weights.saturating_mul(u64::from(self.seeds.unwrap_or(exercise.seeds)))
    }
}

/// Grades a hand-in: runs it in every case with every seed, in parallel, and scores the records by the rubric. The
/// verdict depends on the arguments alone, not on how many threads there are.
///
/// # Errors
/// What the hand-in changes or does though it may not (code `not-allowed`), or else what is wrong with its plan. Paths are those
/// of its file: of a plan, or of a session.
pub fn grade(
    exercise: &Exercise,
    scenario: &Scenario,
    starter: &Plan,
    hand_in: &HandIn,
    how: &Grading<'_>,
) -> Result<Verdict, Vec<Issue>> {
    hand_in.admitted(exercise, scenario, starter)?;
    let one = |case: &Case, seed: u64| hand_in.run(exercise, scenario, case, seed);
    let mut verdict = grade_runs(exercise, scenario, &hand_in.name, &one, how)?;
    verdict.remarks = match &hand_in.session {
        Some(session) => session.false_claims(scenario)?,
        None => Vec::new(),
    };
    Ok(verdict)
}

/// The verdict on the runs that `one` makes of a case and a seed.
pub(super) fn grade_runs(
    exercise: &Exercise,
    scenario: &Scenario,
    name: &str,
    one: &(dyn Fn(&Case, u64) -> Result<Record, Vec<Issue>> + Sync),
    how: &Grading<'_>,
) -> Result<Verdict, Vec<Issue>> {
    let runs = make(exercise, scenario, &jobs(exercise, scenario, how), one, how)?;
    let verdict = verdict(exercise, &scenario.cost.currency, name, runs);
    let exercise_hash = exercise_hash(exercise, scenario);
    Ok(Verdict { exercise_hash, secret: how.secret.map(Secret::used), ..verdict })
}

/// The runs of one hand-in so far, by case and seed.
pub(super) type Known = BTreeMap<(usize, u64), Run>;

/// Grades a hand-in as [`grade`] does and comes to the same points, with fewer runs: those in `known`, to which new ones are added,
/// are not made again; and when the criteria that need no other earn nothing, the cases that only the others look at are left out,
/// since nothing can be earned in them. What was measured in those cases is then missing from the verdict.
///
/// # Errors
/// As [`grade`].
pub(super) fn grade_sparingly(
    exercise: &Exercise,
    scenario: &Scenario,
    starter: &Plan,
    hand_in: &HandIn,
    how: &Grading<'_>,
    known: &mut Known,
) -> Result<Verdict, Vec<Issue>> {
    hand_in.admitted(exercise, scenario, starter)?;
    let one = |case: &Case, seed: u64| hand_in.run(exercise, scenario, case, seed);
    let roots = || exercise.rubric.iter().filter(|criterion| criterion.needs.is_none());
    let is_first = |(case, _): &Job| roots().any(|root| root.looks_at(&exercise.cases[*case].name));
    let (first, rest): (Vec<Job>, Vec<Job>) = jobs(exercise, scenario, how).into_iter().partition(is_first);
    let mut runs_of = |jobs: &[Job]| -> Result<Vec<Run>, Vec<Issue>> {
        let new: Vec<Job> = jobs.iter().copied().filter(|job| !known.contains_key(job)).collect();
        let runs = make(exercise, scenario, &new, &one, how)?;
        known.extend(new.into_iter().zip(runs));
        Ok(jobs.iter().map(|job| known[job].clone()).collect())
    };
    let marked = |runs: &[Run]| verdict(exercise, &scenario.cost.currency, &hand_in.name, runs.to_vec());
    let mut runs = runs_of(&first)?;
    let so_far = marked(&runs);
    if rest.is_empty() || so_far.score == 0.0 {
        return Ok(so_far);
    }
    runs.extend(runs_of(&rest)?);
    Ok(marked(&runs))
}

/// A run to be made: the position of its case, and its seed.
type Job = (usize, u64);

/// The runs of a grading.
fn jobs(exercise: &Exercise, scenario: &Scenario, how: &Grading<'_>) -> Vec<Job> {
    let source = how.secret.map(|secret| secret.source(exercise, scenario));
    let of = |(index, case): (usize, &ExerciseCase)| {
        let seeds = seeds_of(exercise, case, how.seeds, source.as_ref());
        seeds.into_iter().map(move |seed| (index, seed))
    };
    exercise.cases.iter().enumerate().flat_map(of).collect()
}

/// Makes these runs, in parallel; they come in the order of `jobs`.
fn make(
    exercise: &Exercise,
    scenario: &Scenario,
    jobs: &[Job],
    one: &(dyn Fn(&Case, u64) -> Result<Record, Vec<Issue>> + Sync),
    how: &Grading<'_>,
) -> Result<Vec<Run>, Vec<Issue>> {
    // One run that costs too much is enough: the others, which may cost as much, are then left out.
    let costly = AtomicBool::new(false);
    let runs: Vec<Result<Run, Vec<Issue>>> = jobs
        .par_iter()
        .map(|(index, seed)| {
            if costly.load(Ordering::Relaxed) {
                return Err(Vec::new());
            }
            let case = exercise.draw(&exercise.cases[*index], scenario, *seed);
            let record = one(&case, *seed).inspect_err(|issues| {
                if issues.iter().any(|issue| issue.code == TOO_COSTLY) {
                    costly.store(true, Ordering::Relaxed);
                }
            })?;
            let values = exercise.rubric.iter().map(|criterion| criterion.measure.of(&record, scenario));
            let run = Run {
                case: *index,
                result: RunResult { variation: *case.variation, ..RunResult::of(&record, scenario) },
                values: values.map(|value| value.unwrap_or(f64::INFINITY)).collect(),
            };
            if let Some(on_run) = how.on_run {
                on_run();
            }
            Ok(run)
        })
        .collect();
    if costly.into_inner() {
        return Err(vec![Issue::error("", TOO_COSTLY, too_costly(scenario.budget()))]);
    }
    runs.into_iter().collect()
}

/// The same sentence whichever run was the first to cost too much.
fn too_costly(Budget { steps, bytes }: Budget) -> String {
    format!(
        "too costly to be graded: a run takes more than {} million steps of work or {} MiB of memory, the most that it may take in this scenario; make fewer instances, retries, checks or alerts, or longer intervals",
        steps / 1_000_000,
        bytes >> 20
    )
}

fn errors(issues: Vec<Issue>) -> Vec<Issue> {
    issues.into_iter().filter(|issue| issue.severity == Severity::Error).collect()
}

impl Criterion {
    /// Whether it looks at the case called `name`: at all cases when it names none.
    pub fn looks_at(&self, name: &str) -> bool {
        self.on.is_empty() || self.on.iter().any(|on| on == name)
    }
}

impl Exercise {
    /// Whether a criterion measures `measure`.
    pub(super) fn measures(&self, measure: Measure) -> bool {
        self.rubric.iter().any(|criterion| criterion.measure == measure)
    }

    /// The sum of all points.
    pub fn max_score(&self) -> f64 {
        self.rubric.iter().map(|criterion| criterion.points).sum()
    }
}

#[cfg(test)]
mod tests;
