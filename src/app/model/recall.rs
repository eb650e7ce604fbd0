//! Questions about exercises that were passed, asked again when what was learnt may have faded: a week later at first, then after ever
//! longer times. Nothing here knows what day it is; the window says.

use serde::{Deserialize, Serialize};

use crate::app::model::catalog::Entry;

/// After how many days the first question comes, and how many a wrong answer waits. The times between doubles from there, as in spaced
/// repetition (Cepeda et al. 2006: gaps of a tenth to a fifth of the time that it is to be kept).
const FIRST: u32 = 7;

const AFTER_WRONG: u32 = 2;

/// The longest time between two questions, as a number of doublings.
const MOST_DOUBLINGS: u32 = 4;

/// How many answers are offered.
pub const OFFERED: usize = 3;

/// When an exercise is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// The day, counted from 1 January 1970.
    pub due: u32,
    /// How often it was answered.
    pub round: u32,
    /// How many of the last answers were right without a wrong one between.
    pub right: u32,
}

/// A question about an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The exercise's id and title.
    pub exercise: [String; 2],
    /// The goal that it is about.
    pub goal: String,
    /// What it takes, as the exercise says it of this goal and of others.
    pub answers: Vec<String>,
    /// Position of the right answer.
    pub right: usize,
}

/// A question that was answered, until its answer was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The question.
    pub question: Question,
    /// Position of the answer that was given.
    pub given: usize,
    /// In how many days it is asked again.
    pub days: u32,
}

/// The commands about these questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecallCommand {
    /// Answer the question that is asked, by the answer's position.
    Answer(usize),
    /// Ask it tomorrow.
    Later,
    /// The answer was read.
    Read,
}

impl Recall {
    /// For an exercise that was passed on this day.
    pub const fn first(today: u32) -> Self {
        Self { due: today + FIRST, round: 0, right: 0 }
    }

    /// After an answer on this day.
    #[must_use]
    pub fn answered(self, today: u32, is_right: bool) -> Self {
        let right = if is_right { self.right + 1 } else { 0 };
        let days = if is_right { FIRST << right.min(MOST_DOUBLINGS) } else { AFTER_WRONG };
        Self { due: today + days, round: self.round + 1, right }
    }
}

/// The question about an exercise in this round; none where it says of fewer than three goals what they take.
pub fn question(entry: &Entry, round: u32) -> Option<Question> {
    let mut said: Vec<(&str, &str)> = Vec::new();
    for criterion in &entry.exercise.rubric {
        if !criterion.say.is_empty() && said.iter().all(|(_, say)| *say != criterion.say) {
            said.push((&criterion.id, &criterion.say));
        }
    }
    if said.len() < OFFERED {
        return None;
    }
    let round = round as usize;
    let goal = round % said.len();
    // The right answer stands at another place each time.
    let right = (round * 2 + said.len()) % OFFERED;
    let others: Vec<usize> = (1..OFFERED).map(|step| (goal + step) % said.len()).collect();
    let mut order = others;
    order.insert(right, goal);
    Some(Question {
        exercise: [entry.id.clone(), entry.exercise.title.clone()],
        goal: said[goal].0.to_owned(),
        answers: order.into_iter().map(|index| said[index].1.to_owned()).collect(),
        right,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::catalog::Catalog;

    #[test]
    fn right_answers_are_asked_for_ever_more_seldom_and_a_wrong_one_soon() {
        let mut recall = Recall::first(100);
        assert_eq!(recall.due, 107);
        let mut waits = Vec::new();
        for _ in 0..6 {
            let today = recall.due;
            recall = recall.answered(today, true);
            waits.push(recall.due - today);
        }
        assert_eq!(waits, [14, 28, 56, 112, 112, 112]);
        let wrong = recall.answered(1000, false);
        assert_eq!((wrong.due, wrong.right), (1002, 0));
        assert_eq!(wrong.answered(1002, true).due, 1016);
    }

    #[test]
    fn every_exercise_with_a_plan_has_questions_whose_right_answer_is_about_the_goal() {
        let catalog = Catalog::load(None);
        let mut places = [0; OFFERED];
        for entry in &catalog.exercises {
            for round in 0..12 {
                let Some(asked) = question(entry, round) else { continue };
                let of = |goal: &str| &entry.exercise.rubric.iter().find(|one| one.id == goal).unwrap().say;
                assert_eq!(&asked.answers[asked.right], of(&asked.goal), "{}", entry.id);
                let mut each = asked.answers.clone();
                each.sort();
                each.dedup();
                assert_eq!(each.len(), OFFERED, "{}: {:?}", entry.id, asked.answers);
                places[asked.right] += 1;
            }
        }
        assert!(places.iter().all(|count| *count > 20), "{places:?}");
    }
}
