//! Which question is asked before a run: the exercise's own list, or else questions by turns; and what is wrong with a list.

use super::{AT_LEAST, Asked, Prediction, Question};
use crate::engine::{Chance, Span};
use crate::exercise::{Exercise, ExerciseKind, Measure};
use crate::scenario::{Issue, Scenario};

/// How many questions an exercise may list.
const MAX_QUESTIONS: usize = 20;

/// A course is told by the minute; of fewer minutes than these it has no shape (modelling choice: one to rise, two to come back).
const SHORTEST_COURSE: Span = Span::from_secs(180);

/// What is asked before the run of this number, from 0: a function of the exercise alone, so that everybody is asked the same;
/// `None` when the exercise asks nothing, as an Operate exercise without a list does. Where it lists no questions, numbers are asked for when the rubric looks at them.
pub fn next_question(exercise: &Exercise, number: u32) -> Option<Asked> {
    if let Some(listed) = &exercise.predictions {
        return listed.get(number as usize % listed.len().max(1)).cloned();
    }
    if exercise.kind == ExerciseKind::Operate {
        return None;
    }
    let measures = |measure: Measure| exercise.rubric.iter().any(|criterion| criterion.measure == measure);
    let mut all = vec![Question::FirstSign];
    all.extend(measures(Measure::UsersHarmed).then_some(Question::UsersHarmed));
    all.push(Question::Course);
    all.extend(measures(Measure::TimeToComplete).then_some(Question::Minutes));
    let first = Chance::new(0).stream(&format!("question {}", exercise.id), 0).below(0, all.len() as u64);
    Some(Asked { ask: all[(first as usize + number as usize) % all.len()], say: None })
}

/// What is wrong with the questions that an exercise lists; with its scenario, also which of them no run in it could answer.
pub(in crate::exercise) fn problems(
    exercise: &Exercise,
    scenario: Option<&Scenario>,
    found: &mut Vec<Issue>,
) {
    let listed = exercise.predictions.as_deref().unwrap_or_default();
    if listed.len() > MAX_QUESTIONS {
        let message = format!("{} questions; write at most {MAX_QUESTIONS}", listed.len());
        found.push(Issue::error("predictions", "out-of-range", message));
    }
    for (index, asked) in listed.iter().enumerate() {
        if asked.say.as_ref().is_some_and(|say| say.trim().is_empty()) {
            let message = "the question is empty; write it, or leave `say` out for the lab's own words";
            found.push(Issue::error(format!("predictions[{index}].say"), "empty", message));
        }
        let answerable = scenario.and_then(|scenario| no_answer(asked.ask, exercise, scenario));
        if let Some(message) = answerable {
            found.push(Issue::error(format!("predictions[{index}].ask"), "no-answer", message));
        }
    }
}

/// Why no run of this exercise could answer a question.
fn no_answer(question: Question, exercise: &Exercise, scenario: &Scenario) -> Option<String> {
    match question {
        Question::FirstSign => {
            let peaks = exercise.cases.iter().map(|case| scenario.target_peak(case.traffic.as_deref()));
            let a_minute = 60.0 * peaks.fold(0.0, f64::max);
            (a_minute < AT_LEAST as f64).then(|| {
                format!(
                    "FirstSign needs {AT_LEAST} requests in a minute to tell a sign from luck, and \"{}\" gets at most {a_minute:.0}; \
                     ask for UsersHarmed, Course or Minutes",
                    scenario.target
                )
            })
        }
        Question::Course => {
            let left = scenario.horizon - scenario.release_at;
            (left < SHORTEST_COURSE).then(|| {
                format!(
                    "Course needs {SHORTEST_COURSE} after the release, and the scenario ends {left} after it; ask for FirstSign, \
                     UsersHarmed or Minutes"
                )
            })
        }
        Question::UsersHarmed | Question::Minutes => None,
    }
}

/// Why a prediction is no answer; `None` when it is one.
pub(in crate::exercise) fn not_a_number(prediction: Prediction) -> Option<String> {
    match prediction {
        Prediction::UsersHarmed(number) | Prediction::Minutes(number)
            if !number.is_finite() || number < 0.0 =>
        {
            Some(format!("{number} was predicted; write a number from 0 on"))
        }
        Prediction::UsersHarmed(_)
        | Prediction::Minutes(_)
        | Prediction::FirstSign(_)
        | Prediction::Course(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    fn listing(asked: &[(Question, Option<&str>)]) -> Exercise {
        let asked = asked.iter().map(|(ask, say)| Asked { ask: *ask, say: say.map(str::to_owned) });
        Exercise { predictions: Some(asked.collect()), ..sample::exercise() }
    }

    fn found(exercise: &Exercise, scenario: &Scenario) -> Vec<(String, &'static str)> {
        let issues = exercise.problems(Some(scenario));
        issues.into_iter().map(|issue| (issue.path, issue.code)).collect()
    }

    #[test]
    fn questions_take_turns_and_are_the_same_for_everybody() {
        let exercise = sample::exercise();
        let asked: Vec<Question> =
            (0..4).map(|number| next_question(&exercise, number).unwrap().ask).collect();
        for one in [Question::FirstSign, Question::UsersHarmed, Question::Course, Question::Minutes] {
            assert!(asked.contains(&one), "{one:?}");
        }
        assert_eq!(next_question(&exercise, 4).unwrap().ask, asked[0]);
    }

    #[test]
    fn an_exercise_asks_what_it_lists_one_after_the_other() {
        let exercise = listing(&[(Question::Course, Some("How will it go?")), (Question::Minutes, None)]);
        let asked = |number: u32| next_question(&exercise, number).unwrap();
        assert_eq!((asked(0).ask, asked(0).say.as_deref()), (Question::Course, Some("How will it go?")));
        assert_eq!((asked(1).ask, asked(1).say), (Question::Minutes, None));
        assert_eq!(asked(2), asked(0));
        assert_eq!(found(&exercise, &sample::scenario()), []);
    }

    #[test]
    fn an_empty_list_asks_nothing() {
        let exercise = listing(&[]);
        assert_eq!(next_question(&exercise, 0), None);
        assert_eq!(next_question(&exercise, 7), None);
        assert_eq!(found(&exercise, &sample::scenario()), []);
    }

    #[test]
    fn a_question_needs_words_and_an_answer_in_its_world() {
        let scenario = sample::scenario();
        let path = |index: usize, field: &str| format!("predictions[{index}].{field}");
        let exercise = listing(&[(Question::Minutes, None), (Question::Minutes, Some(" "))]);
        assert_eq!(found(&exercise, &scenario), [(path(1, "say"), "empty")]);
        assert_eq!(
            found(&listing(&[(Question::Course, None); 21]), &scenario),
            [("predictions".into(), "out-of-range")]
        );
        let mut quiet = scenario.clone();
        let rate = |text: &str| crate::scenario::Shape::Constant(text.parse().unwrap());
        quiet.traffic[0].shape = rate("1.6/s");
        let exercise = listing(&[(Question::FirstSign, None)]);
        assert_eq!(found(&exercise, &quiet), [(path(0, "ask"), "no-answer")]);
        quiet.traffic[0].shape = rate("1.7/s");
        assert_eq!(found(&exercise, &quiet), []);
        let mut short = scenario;
        short.horizon = short.release_at + Span::from_secs(179);
        assert_eq!(found(&listing(&[(Question::Course, None)]), &short), [(path(0, "ask"), "no-answer")]);
        assert_eq!(found(&listing(&[(Question::UsersHarmed, None)]), &short), []);
    }
}
