//! The marks of one hand-in: its verdict without the runs, in numbers that are the same after writing and reading.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::score::hundredths;
use super::super::{Category, CriterionResult, KeyUse, Over, RunResult, Standard, Total, Verdict};
use super::Sketch;

/// The marks of one hand-in. All numbers have at most two digits after the point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// Points earned.
    pub score: f64,
    /// The most points that can be earned.
    pub max_score: f64,
    /// Points needed.
    pub pass_score: f64,
    /// Whether the score reaches what is needed, and no required criterion was missed.
    pub passed: bool,
    /// The lines of the rubric, in its order.
    pub criteria: Vec<Mark>,
    /// False claims of the hand-in, as sentences.
    pub remarks: Vec<String>,
    /// Number of the exercise's edition.
    pub revision: u32,
    /// Hash of what of the exercise and its scenario changes scores, in hexadecimal.
    pub exercise_hash: String,
    /// Version of the engine.
    pub engine_version: String,
    /// The use of a key for the seeds; none for the exercise's own seeds.
    pub key: Option<KeyUse>,
    /// Standard deviation of the score in points, from luck alone; none when no case has several runs.
    pub luck: Option<f64>,
    /// Users harmed, as the mean over all runs.
    pub users_harmed: f64,
    /// From the start of the rollout until the candidate served everybody, in seconds: the median over the runs in which it did;
    /// none when it never did.
    pub time_to_complete_s: Option<f64>,
    /// Failed requests in all runs by their true cause, without causes of none.
    pub causes: BTreeMap<String, u64>,
    /// Name of the plan's strategy; empty where none is planned.
    pub strategy: String,
    /// Whether it is the model solution, with any title.
    pub is_solution: bool,
    /// What it is compared with others by.
    pub sketch: Sketch,
}

/// A line of the rubric, scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Its id.
    pub id: String,
    /// What it measures, for people.
    pub title: String,
    /// Its category.
    pub category: Category,
    /// The assessment criterion of the lesson that it belongs to, if the rubric says so.
    pub standard: Option<Standard>,
    /// Points earned.
    pub points: f64,
    /// Points earned by its own value: `points` is less where the criterion that it needs did not earn all of its own.
    pub own_points: f64,
    /// The most points that can be earned.
    pub max_points: f64,
    /// Id of the criterion that it needs.
    pub needs: Option<String>,
    /// Whether a hand-in fails that earns less than half of its points.
    pub required: bool,
    /// Whether it is required and earned less than half of its points.
    pub missed: bool,
    /// What was measured, with its unit.
    pub measured: String,
    /// What was wanted, with its unit.
    pub wanted: String,
    /// What the learner is told.
    pub say: String,
}

impl Marks {
    /// The marks in a verdict. It does not say which plan it is about.
    pub fn of(verdict: &Verdict) -> Self {
        let runs = || verdict.cases.iter().flat_map(|case| &case.runs);
        let harmed: f64 = runs().map(|run: &RunResult| run.users_harmed as f64).sum();
        let times: Vec<f64> = runs().filter_map(|run| run.time_to_complete_s).collect();
        let mut causes: BTreeMap<String, u64> = BTreeMap::new();
        for (cause, count) in runs().flat_map(|run| &run.causes).filter(|(_, count)| **count > 0) {
            *causes.entry((*cause).to_owned()).or_default() += count;
        }
        Self {
            score: hundredths(verdict.score),
            max_score: hundredths(verdict.max_score),
            pass_score: hundredths(verdict.pass_score),
            passed: verdict.passed,
            criteria: verdict.criteria.iter().map(Mark::of).collect(),
            remarks: verdict.remarks.clone(),
            revision: verdict.revision,
            exercise_hash: verdict.exercise_hash.clone(),
            engine_version: verdict.engine_version.clone(),
            key: verdict.secret.clone(),
            luck: verdict.luck.map(hundredths),
            users_harmed: hundredths(harmed / runs().count().max(1) as f64),
            time_to_complete_s: (!times.is_empty()).then(|| hundredths(Over::Median.together(&times))),
            causes,
            strategy: String::new(),
            is_solution: false,
            sketch: Sketch::default(),
        }
    }

    /// Points by category, in the lesson's order; both categories are named.
    pub fn by_category(&self) -> Vec<Total> {
        let total = |category: &Category| {
            let lines = self.criteria.iter().filter(|line| line.category == *category);
            Total::of(category.key(), category.title(), lines.map(Mark::points))
        };
        Category::ALL.iter().map(total).collect()
    }

    /// Points by assessment criterion, in the lesson's order; those that no criterion of the rubric belongs to are left out.
    pub fn by_standard(&self) -> Vec<Total> {
        let total = |standard: &Standard| {
            let lines = self.criteria.iter().filter(|line| line.standard == Some(*standard));
            Total::of(standard.key(), standard.title(), lines.map(Mark::points))
        };
        Standard::ALL.iter().map(total).filter(|total| total.max_points > 0.0).collect()
    }
}

impl Mark {
    /// The line in numbers with two digits.
    pub fn of(line: &CriterionResult) -> Self {
        Self {
            id: line.id.clone(),
            title: line.measure.title().to_owned(),
            category: line.category,
            standard: line.standard,
            points: hundredths(line.points),
            own_points: hundredths(line.own_points),
            max_points: hundredths(line.max_points),
            needs: line.needs.clone(),
            required: line.required,
            missed: line.missed,
            measured: line.measured.clone(),
            wanted: line.wanted.clone(),
            say: line.say.clone(),
        }
    }

    const fn points(&self) -> (f64, f64) {
        (self.points, self.max_points)
    }

    /// Points lost.
    pub fn lost(&self) -> f64 {
        self.max_points - self.points
    }
}
