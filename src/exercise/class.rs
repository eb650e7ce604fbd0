//! A class: what each hand-in to one exercise came to, as plain data that is kept in files, sent between processes and merged.

mod alike;
mod analysis;
mod listed;
mod marks;
mod row;
mod sketch;

use super::secret::exercise_hash;
use super::{Category, ENGINE_VERSION, Exercise, KeyUse, Secret, Standard, Total};
use crate::scenario::Scenario;

pub use alike::Alike;
pub use analysis::{Analysis, ItemAnalysis, LOW_DISCRIMINATION};
pub use listed::{Listed, Moment, with_list};
pub use marks::{Mark, Marks};
pub use row::{Ignored, Refusal, RefusalKind, Row};
pub use sketch::Sketch;

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Id of the exercise.
    pub exercise: String,
    /// Title of the exercise.
    pub title: String,
    /// Number of the exercise's edition.
    pub revision: u32,
    /// Hash of what of the exercise and its scenario changes scores, in hexadecimal.
    pub exercise_hash: String,
    /// Version of the engine.
    pub engine_version: String,
    /// The most points.
    pub max_score: f64,
    /// Points needed to pass.
    pub pass_score: f64,
    /// The lines of the rubric, so that tables have the same columns whatever was handed in.
    pub rubric: Vec<RubricLine>,
    /// The use of a key for the seeds, without a student; none for the exercise's own seeds.
    pub key: Option<KeyUse>,
    /// The hand-ins, in the order of the students' names.
    pub rows: Vec<Row>,
    /// What lay in the folder and was not taken for a hand-in.
    pub ignored: Vec<Ignored>,
    /// Whether there is a list of the class; rows without a student on it are then of nobody in the class.
    pub has_list: bool,
    /// The exercise's wrong plans by name, graded, to compare hand-ins with; none where nobody asked for that.
    pub wrong: Vec<(String, Marks)>,
}

/// A line of the rubric, as a column of tables.
#[derive(Clone, Debug, PartialEq)]
pub struct RubricLine {
    /// Its id.
    pub id: String,
    /// What it measures, for people.
    pub title: String,
    /// Its category.
    pub category: Category,
    /// The assessment criterion of the lesson that it belongs to, if the rubric says so.
    pub standard: Option<Standard>,
    /// The most points that can be earned.
    pub max_points: f64,
}

impl Class {
    /// A class of `exercise` without a hand-in yet; `secret` is what makes its seeds secret, of any student.
    pub fn new(exercise: &Exercise, scenario: &Scenario, secret: Option<&Secret>) -> Self {
        let line = |criterion: &super::Criterion| RubricLine {
            id: criterion.id.clone(),
            title: criterion.measure.title().to_owned(),
            category: criterion.category,
            standard: criterion.standard,
            max_points: criterion.points,
        };
        Self {
            exercise: exercise.id.clone(),
            title: exercise.title.clone(),
            revision: exercise.revision,
            exercise_hash: exercise_hash(exercise, scenario),
            engine_version: ENGINE_VERSION.to_owned(),
            max_score: exercise.max_score(),
            pass_score: exercise.pass,
            rubric: exercise.rubric.iter().map(line).collect(),
            key: secret.map(|secret| KeyUse { student: String::new(), ..secret.used() }),
            rows: Vec::new(),
            ignored: Vec::new(),
            has_list: false,
            wrong: Vec::new(),
        }
    }

    /// The marks there are.
    pub fn marks(&self) -> impl Iterator<Item = &Marks> {
        self.rows.iter().filter_map(|row| row.outcome.as_ref().ok())
    }

    /// Number of hand-ins that could not be graded.
    pub fn ungraded(&self) -> usize {
        self.rows.iter().filter(|row| row.outcome.is_err()).count()
    }

    /// The mean of the class in each of the totals that `of` gives for a hand-in.
    pub fn means(&self, of: fn(&Marks) -> Vec<Total>) -> Vec<Total> {
        Total::means(&self.marks().map(of).collect::<Vec<_>>())
    }

    /// Whether every hand-in was graded and every report that was asked for was written.
    pub fn is_complete(&self) -> bool {
        self.rows.iter().all(|row| row.outcome.is_ok() && row.not_written.is_none())
    }
}
