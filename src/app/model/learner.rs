//! The learner's progress: best scores, attempts, hints, and the habits that the attempts show. It is saved in the data folder
//! after every change.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::app::model::catalog::{Catalog, Entry};
use crate::app::model::recall::{Question, Recall, question};
use crate::app::model::told::told;
use crate::app::texts::translated;
use crate::exercise::{Verdict, outcome};
use crate::library::{Format, Problem, Versioned, kept, progress};
use crate::scenario::Scenario;
use crate::sim::RolloutPhase;

const FILE: &str = "course.ron";

/// What was done about one exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tries {
    /// How often a plan was graded.
    pub attempts: u32,
    /// How many hints were taken.
    pub hints: u32,
    /// Whether the solution was shown before a plan passed.
    pub assisted: bool,
    /// When it was last opened, counted in openings; 0 is never.
    pub opened: u64,
    /// What the plan did that was graded last.
    pub habits: Habits,
    /// When it is asked about, once it was passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<Recall>,
}

/// How often plans did right by good and by bad releases, in graded runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Habits {
    /// Runs in which the release was bad.
    pub bad: u32,
    /// Of these, those in which it went back.
    pub stopped: u32,
    /// Runs in which the release was good.
    pub good: u32,
    /// Of these, those in which it went back.
    pub undone: u32,
}

/// What is saved besides the best scores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Course {
    /// Version of the file format; a file without it is of version 1.
    pub format: Format<1>,
    /// How many exercises and scenarios were opened so far.
    pub openings: u64,
    /// What was done, by exercise.
    pub exercises: BTreeMap<String, Tries>,
}

impl Versioned for Course {
    const NEWEST: u32 = 1;
}

/// The learner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learner {
    /// Best scores, by exercise.
    pub best: BTreeMap<String, f64>,
    /// Tries and habits.
    pub course: Course,
}

impl Learner {
    /// The learner whose progress is kept in `folder`, and what they should be told about it.
    pub fn load(folder: &Path) -> (Self, Vec<String>) {
        let (mut learner, mut notices) = (Self::default(), Vec::new());
        match progress::load(folder) {
            Ok(progress) => {
                learner.best = progress.best;
                notices.extend(progress.notice.map(|text| translated(&text).into_owned()));
            }
            Err(problem) => notices.push(told(&problem)),
        }
        match kept::load::<Course>(folder, FILE) {
            Ok((course, notice)) => {
                learner.course = course.unwrap_or_default();
                notices.extend(notice.map(|text| translated(&text).into_owned()));
            }
            Err(problem) => notices.push(told(&problem)),
        }
        (learner, notices)
    }

    /// What was done about an exercise.
    pub fn tries(&self, exercise: &str) -> Option<&Tries> {
        self.course.exercises.get(exercise)
    }

    /// Whether an exercise was passed.
    pub fn has_passed(&self, entry: &Entry) -> bool {
        self.best.get(&entry.id).is_some_and(|best| *best >= entry.exercise.pass)
    }

    /// How many of the exercises were passed.
    pub fn passed(&self, catalog: &Catalog) -> usize {
        catalog.exercises.iter().filter(|entry| self.has_passed(entry)).count()
    }

    /// The exercise to do next: the first that was not passed and whose `needs` were; or else the first that was not
    /// passed.
    pub fn next<'a>(&self, catalog: &'a Catalog) -> Option<&'a Entry> {
        let open = || catalog.exercises.iter().filter(|entry| !self.has_passed(entry));
        let is_ready = |entry: &Entry| {
            let needed = entry.exercise.needs.iter().filter_map(|id| catalog.exercise(id));
            needed.into_iter().all(|needed| self.has_passed(needed))
        };
        open().find(|entry| is_ready(entry)).or_else(|| open().next()).map(AsRef::as_ref)
    }

    /// The exercise that comes after this one; after the last, the first that was not passed. None when nothing is left.
    pub fn after<'a>(&self, catalog: &'a Catalog, id: &str) -> Option<&'a Entry> {
        let place = catalog.exercises.iter().position(|entry| entry.id == id);
        let next = place.and_then(|place| catalog.exercises.get(place + 1)).map(AsRef::as_ref);
        next.or_else(|| self.next(catalog).filter(|entry| entry.id != id))
    }

    /// The habits over all exercises.
    pub fn habits(&self) -> Habits {
        let mut all = Habits::default();
        for Tries { habits, .. } in self.course.exercises.values() {
            all.bad += habits.bad;
            all.stopped += habits.stopped;
            all.good += habits.good;
            all.undone += habits.undone;
        }
        all
    }

    /// The question that is due on this day: the one that has been for longest. None where nobody says what day it is.
    pub fn question_due(&self, catalog: &Catalog, today: Option<u32>) -> Option<Question> {
        let today = today?;
        let due = self.course.exercises.iter().filter_map(|(id, tries)| {
            let recall = tries.recall.filter(|recall| recall.due <= today)?;
            Some((recall.due, question(catalog.exercise(id)?, recall.round)?))
        });
        due.min_by_key(|(due, _)| *due).map(|(_, question)| question)
    }

    /// Keeps tries and habits in `folder`. Best scores are kept by [`progress::record`].
    pub(in crate::app) fn save(&self, folder: &Path) -> Result<(), Problem> {
        kept::save(folder, FILE, &self.course)
    }
}

impl Habits {
    /// What a verdict's plan did in a scenario.
    pub fn of(verdict: &Verdict, scenario: &Scenario) -> Self {
        let mut habits = Self::default();
        for case in &verdict.cases {
            let is_bad = scenario.release(&case.release).is_some_and(|release| !release.defects.is_empty());
            let runs = case.runs.len() as u32;
            let back = outcome(RolloutPhase::RolledBack);
            let went_back = case.runs.iter().filter(|run| run.phase == back).count() as u32;
            if is_bad {
                habits.bad += runs;
                habits.stopped += went_back;
            } else {
                habits.good += runs;
                habits.undone += went_back;
            }
        }
        habits
    }
}
