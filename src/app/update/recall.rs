//! The commands about questions that are asked again.

use crate::app::model::Lab;
use crate::app::model::recall::{Answered, Recall, RecallCommand};

impl Lab {
    /// Applies a command about the question that is due.
    pub(in crate::app) fn apply_recall(&mut self, command: RecallCommand) {
        if command == RecallCommand::Read {
            self.answered = None;
            return;
        }
        let (Some(question), Some(today)) =
            (self.learner.question_due(&self.catalog, self.start.today), self.start.today)
        else {
            return;
        };
        let tries = self.learner.course.exercises.entry(question.exercise[0].clone()).or_default();
        let Some(recall) = &mut tries.recall else { return };
        match command {
            RecallCommand::Answer(given) if given < question.answers.len() => {
                *recall = recall.answered(today, given == question.right);
                let days = recall.due - today;
                self.answered = Some(Answered { question, given, days });
            }
            RecallCommand::Later => recall.due = today + 1,
            RecallCommand::Answer(_) | RecallCommand::Read => {}
        }
        self.keep_learner();
    }

    /// Notes that an exercise was passed by the learner's own means: it is asked about in a week, unless it is already.
    pub(in crate::app) fn note_pass(&mut self, exercise: &str) {
        let Some(today) = self.start.today else { return };
        let tries = self.learner.course.exercises.entry(exercise.to_owned()).or_default();
        tries.recall.get_or_insert(Recall::first(today));
    }
}
