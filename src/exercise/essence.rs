//! The part of an exercise that changes scores: all but its words. Seeds and proofs rest on it, so that a word can be mended without new
//! worlds for everybody.

use serde_json::{Value, json};

use super::{Criterion, Exercise};
use crate::scenario::Scenario;

/// The exercise and its scenario without what is only said: titles, subjects, objectives, hints, what is claimed of plans, the place in the
/// lesson. So are fields without a value, that is none, no text and empty lists: a field that a later version of the lab adds, and
/// that a file leaves out, changes nothing.
pub(super) fn essence(exercise: &Exercise, scenario: &Scenario) -> Value {
    let exercise = Exercise {
        title: String::new(),
        subject: String::new(),
        part: 0,
        minutes: 0,
        objectives: Vec::new(),
        covers: Vec::new(),
        needs: Vec::new(),
        hints: Vec::new(),
        predictions: None,
        rubric: exercise.rubric.iter().map(untold).collect(),
        decoration: Vec::new(),
        alike: Vec::new(),
        wrong: Vec::new(),
        ..exercise.clone()
    };
    let scenario = Scenario { title: String::new(), about: String::new(), ..scenario.clone() };
    without_the_empty(json!([exercise, scenario]))
}

fn untold(criterion: &Criterion) -> Criterion {
    Criterion { say: String::new(), causes: Vec::new(), objectives: Vec::new(), ..criterion.clone() }
}

/// `value` without the fields of its objects that have no value.
pub(super) fn without_the_empty(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(_, value)| match value {
                Value::Null => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(_) | Value::Bool(_) | Value::Number(_) => true,
            });
            Value::Object(kept.map(|(name, value)| (name, without_the_empty(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_the_empty).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn words_do_not_count_and_numbers_do() {
        let of = |change: fn(&mut Exercise)| {
            let mut exercise = sample::exercise();
            change(&mut exercise);
            essence(&exercise, &sample::scenario())
        };
        let plain = of(|_| ());
        assert_eq!(of(|exercise| exercise.subject = "Another word".to_owned()), plain);
        assert_eq!(of(|exercise| exercise.rubric[0].say.push_str(" More.")), plain);
        assert_ne!(of(|exercise| exercise.seeds += 1), plain);
        assert_ne!(of(|exercise| exercise.revision += 1), plain);
        assert_ne!(of(|exercise| exercise.rubric[0].points += 1.0), plain);
    }
}
