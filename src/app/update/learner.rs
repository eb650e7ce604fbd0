//! Records grades, hints and openings in the learner's progress.

use crate::app::model::Lab;
use crate::app::model::learner::Habits;
use crate::exercise::Verdict;
use crate::library::progress;

impl Lab {
    /// Notes that a plan of the learner's was graded, and with how many points it counts; `None` when it was done with help.
    pub fn note_verdict(&mut self, verdict: &Verdict, counts: Option<f64>) {
        let scenario = self.catalog.exercise(&verdict.exercise).map(|entry| entry.scenario.clone());
        let tries = self.learner.course.exercises.entry(verdict.exercise.clone()).or_default();
        tries.attempts += 1;
        if let Some(scenario) = scenario {
            tries.habits = Habits::of(verdict, &scenario);
        }
        if let Some(points) = counts {
            self.note_score(&verdict.exercise, points);
            if verdict.passed {
                self.note_pass(&verdict.exercise);
            }
        }
        self.keep_learner();
    }

    /// Notes that a hint was taken.
    pub fn note_hint(&mut self, exercise: &str) {
        self.learner.course.exercises.entry(exercise.to_owned()).or_default().hints += 1;
        self.keep_learner();
    }

    /// Notes that the solution was shown; once an exercise was passed, that is no help any more.
    pub fn note_solution(&mut self, exercise: &str) {
        let has_passed = self.catalog.exercise(exercise).is_some_and(|entry| self.learner.has_passed(entry));
        let tries = self.learner.course.exercises.entry(exercise.to_owned()).or_default();
        tries.assisted |= !has_passed;
        self.keep_learner();
    }

    /// Notes that an exercise was opened.
    pub(in crate::app) fn note_opening(&mut self, exercise: &str) {
        self.learner.course.openings += 1;
        let opened = self.learner.course.openings;
        self.learner.course.exercises.entry(exercise.to_owned()).or_default().opened = opened;
        self.keep_learner();
    }

    fn note_score(&mut self, exercise: &str, score: f64) {
        let better = self.learner.best.get(exercise).is_none_or(|best| score > *best);
        if score.is_finite() && better {
            self.learner.best.insert(exercise.to_owned(), score);
        }
        let Some(folder) = self.start.data.clone() else { return };
        match progress::record(&folder, exercise, score) {
            // Another window may have done better.
            Ok(progress) => {
                self.learner.best.extend(progress.best);
                if let Some(notice) = progress.notice {
                    self.trouble(notice);
                }
            }
            Err(problem) => self.not_saved(&problem),
        }
    }

    pub(in crate::app) fn keep_learner(&mut self) {
        let Some(folder) = self.start.data.clone() else { return };
        let saved = self.learner.save(&folder);
        self.saved(saved);
    }
}
