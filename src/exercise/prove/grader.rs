//! Grades plans over sets of secret seeds, each plan in each set once, and stops where nothing is left to be decided.

use std::collections::BTreeMap;

use super::super::grade::{Known, grade_sparingly};
use super::super::{Grading, HandIn, Lesson, Secret, Verdict, grade};
use crate::scenario::Issue;

/// What a proof is doing, for a progress bar. It may come from any thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A part of the proof begins, and takes at most this many runs.
    Begins(&'static str, u64),
    /// A run is over.
    Run,
    /// So many runs are not needed.
    Spared(u64),
}

/// The key of the sets' seeds. The sets are the gradings of students "proof-1", "proof-2" and so on, so that they are as secret
/// seeds are and yet the same at every proof.
const KEY: &str = "rollout-lab proof";

/// How many seeds a case gets: as many as in a grading, or one (for a first look).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Size {
    /// A single seed for a case of weight 1.
    Small,
    /// As many as a grading has.
    Whole,
}

/// One plan, graded in one set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// Points.
    pub score: f64,
    /// Whether it passes.
    pub passed: bool,
    /// How clearly it passes (above 0) or fails, in points.
    pub margin: f64,
    /// Points by criterion.
    pub points: Vec<f64>,
    /// Values by criterion, infinite for what never happened.
    pub values: Vec<f64>,
}

/// Grades plans of one lesson, and remembers.
pub(super) struct Grader<'a> {
    /// The lesson.
    pub lesson: &'a Lesson<'a>,
    seeds: Option<u32>,
    told: &'a (dyn Fn(Told) + Sync),
    known: BTreeMap<String, Mark>,
    /// The runs of each plan.
    runs: BTreeMap<String, Known>,
}

impl<'a> Grader<'a> {
    /// A grader that takes `seeds` for a case of weight 1, default the exercise's own number.
    pub fn new(lesson: &'a Lesson<'a>, seeds: Option<u32>, told: &'a (dyn Fn(Told) + Sync)) -> Self {
        Self { lesson, seeds, told, known: BTreeMap::new(), runs: BTreeMap::new() }
    }

    /// Says that a part begins which grades `plans` whole sets at most.
    pub fn begins(&self, part: &'static str, plans: u64) {
        self.begins_runs(part, plans * self.runs(Size::Whole));
    }

    /// Says that a part begins which takes so many runs at most.
    pub fn begins_runs(&self, part: &'static str, runs: u64) {
        (self.told)(Told::Begins(part, runs));
    }

    /// Says that so many whole sets are not needed.
    pub fn spares(&self, sets: u64) {
        self.spares_runs(sets * self.runs(Size::Whole));
    }

    /// Says that so many runs are not needed.
    pub fn spares_runs(&self, runs: u64) {
        (self.told)(Told::Spared(runs));
    }

    /// How many runs one set takes.
    pub fn runs(&self, size: Size) -> u64 {
        self.grading(size, None, None).runs(self.lesson.exercise)
    }

    fn grading<'g>(
        &self,
        size: Size,
        secret: Option<&'g Secret>,
        on_run: Option<&'g (dyn Fn() + Sync)>,
    ) -> Grading<'g> {
        let seeds = match size {
            Size::Small => Some(1),
            Size::Whole => self.seeds,
        };
        Grading { seeds, secret, on_run }
    }

    /// `hand_in` in set number `set`, from 1. Where nothing can be earned any more, the values are those of the runs until then.
    ///
    /// # Errors
    /// Why it cannot be graded: it changes what it may not, or is no sound plan.
    pub fn mark(&mut self, hand_in: &HandIn, set: u32, size: Size) -> Result<Mark, Vec<Issue>> {
        let plan = known_as(hand_in);
        let key = format!("{set} {size:?} {plan}");
        if let Some(known) = self.known.get(&key) {
            (self.told)(Told::Spared(self.runs(size)));
            return Ok(known.clone());
        }
        let secret = secret(set);
        let tick = || (self.told)(Told::Run);
        let how = self.grading(size, Some(&secret), Some(&tick));
        let lesson = self.lesson;
        let runs = self.runs.entry(plan).or_default();
        let before = runs.len();
        let verdict = grade_sparingly(lesson.exercise, lesson.scenario, lesson.starter, hand_in, &how, runs)?;
        let made = runs.len() - before;
        self.spares_runs(self.runs(size).saturating_sub(made as u64));
        let mark = Mark::of(&verdict);
        self.known.insert(key, mark.clone());
        Ok(mark)
    }

    /// The same with all runs made, so that every value is that of all of them.
    ///
    /// # Errors
    /// As [`Grader::mark`].
    pub fn mark_in_full(&self, hand_in: &HandIn, set: u32, size: Size) -> Result<Mark, Vec<Issue>> {
        let (secret, lesson) = (secret(set), self.lesson);
        let tick = || (self.told)(Told::Run);
        let how = self.grading(size, Some(&secret), Some(&tick));
        let verdict = grade(lesson.exercise, lesson.scenario, lesson.starter, hand_in, &how)?;
        Ok(Mark::of(&verdict))
    }
}

/// What makes the seeds of a set.
pub(super) fn secret(set: u32) -> Secret {
    Secret::new(KEY, "", &format!("proof-{set}"), 1).expect("the key is not empty")
}

/// The plan and what is done by hand, without its names: what else has them is graded alike.
fn known_as(hand_in: &HandIn) -> String {
    let plan = crate::control::Plan { title: String::new(), ..hand_in.plan.clone() };
    serde_json::to_string(&(&plan, &hand_in.actions)).unwrap_or_default()
}

impl Mark {
    fn of(verdict: &Verdict) -> Self {
        Self {
            score: verdict.score,
            passed: verdict.passed,
            margin: margin(verdict),
            points: verdict.criteria.iter().map(|line| line.points).collect(),
            values: verdict.criteria.iter().map(|line| line.value).collect(),
        }
    }
}

/// How far a hand-in is from passing, in points: the least of what its score has above what is needed, and of what each required
/// criterion has above half of its points, on a scale of 40 for all of them. So a required criterion with three quarters of its
/// points is as clear a pass as 10 points, and one with three eighths as clear a failure as 5.
pub(super) fn margin(verdict: &Verdict) -> f64 {
    let required = verdict.criteria.iter().filter(|line| line.required);
    let above_half = required.map(|line| 40.0 * (line.points / line.max_points - 0.5));
    above_half.fold(verdict.score - verdict.pass_score, f64::min)
}

/// Whether the mean of the values lies surely on one side of `limit`: farther from it than three standard errors, where a
/// single value is taken to vary by at least `spread`. It takes two values at least, so that one lucky set decides nothing.
pub(super) fn is_decided(values: &[f64], limit: f64, spread: f64) -> bool {
    let count = values.len() as f64;
    if values.len() < 2 {
        return false;
    }
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let deviation = (squares / (count - 1.0)).sqrt().max(spread);
    (mean - limit).abs() > 3.0 * deviation / count.sqrt()
}

/// The mean; 0 of nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_from_the_limit_needs_few_values_and_what_is_near_many() {
        assert!(!is_decided(&[50.0], 65.0, 1.0), "one set decides nothing");
        assert!(is_decided(&[50.0, 51.0], 65.0, 1.0));
        assert!(!is_decided(&[64.0, 63.0], 65.0, 1.0));
        assert!(is_decided(&[63.0; 40], 65.0, 1.0));
        assert!(!is_decided(&[20.0, 80.0, 20.0], 65.0, 1.0), "what varies much needs more");
    }
}
