//! The words of an exercise in another language. They stand in a file of their own beside the exercise and change none of its scores:
//! seeds, proofs and names in files stay as they are, only what is shown is said otherwise.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Exercise;
use crate::scenario::Issue;

/// The newest format version of translations that this build reads.
pub const FORMAT: u32 = 1;

/// The words of an exercise in another language, `texts.LANGUAGE.ron` in its folder, such as `texts.de.ron`. What is left out stays as
/// the exercise has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExerciseTexts {
    /// Version of the file format; [`FORMAT`] is the newest.
    pub format: u32,
    /// The title. Default the exercise's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The subject. Default the exercise's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The objectives, as many as the exercise has. Default the exercise's.
    #[serde(default)]
    pub objectives: Vec<String>,
    /// What the cases are called, by their names in the exercise. Default those names.
    #[serde(default)]
    pub cases: BTreeMap<String, String>,
    /// What the criteria are called and say, by their ids. Default as the exercise has them.
    #[serde(default)]
    pub criteria: BTreeMap<String, CriterionTexts>,
    /// What the hints say, as many as the exercise has. Default the exercise's.
    #[serde(default)]
    pub hints: Vec<String>,
    /// The questions before a run, as many as the exercise lists. Default the exercise's.
    #[serde(default)]
    pub predictions: Vec<String>,
}

/// The words of a criterion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CriterionTexts {
    /// What it is called.
    pub name: String,
    /// What the learner is told.
    pub say: String,
    /// What the learner is told by the cause of most failures, in the order of the exercise's `causes`. Default the exercise's.
    #[serde(default)]
    pub causes: Vec<String>,
}

impl ExerciseTexts {
    /// Everything that does not fit the exercise.
    pub fn problems(&self, exercise: &Exercise) -> Vec<Issue> {
        let mut found = Vec::new();
        found.extend(other_format(self.format, FORMAT));
        let mut counted = |field: &str, given: usize, wanted: usize| {
            found.extend(other_number(field, given, ("exercise", wanted)));
        };
        counted("objectives", self.objectives.len(), exercise.objectives.len());
        counted("hints", self.hints.len(), exercise.hints.len());
        counted("predictions", self.predictions.len(), exercise.predictions.as_ref().map_or(0, Vec::len));
        for criterion in &exercise.rubric {
            if let Some(texts) = self.criteria.get(&criterion.id) {
                let field = format!("criteria.{}.causes", criterion.id);
                counted(&field, texts.causes.len(), criterion.causes.len());
            }
        }
        let cases = || exercise.cases.iter().map(|case| case.name.as_str());
        for name in self.cases.keys().filter(|name| cases().all(|case| case != *name)) {
            found.push(Issue::unknown(format!("cases.{name}"), "case", name, cases()));
        }
        let ids = || exercise.rubric.iter().map(|criterion| criterion.id.as_str());
        for id in self.criteria.keys().filter(|id| ids().all(|known| known != *id)) {
            found.push(Issue::unknown(format!("criteria.{id}"), "criterion", id, ids()));
        }
        found
    }

    /// The exercise with these words. Its names and numbers are as before.
    #[must_use]
    pub fn applied(&self, exercise: &Exercise) -> Exercise {
        let mut told = exercise.clone();
        replace(&mut told.title, &self.title);
        replace(&mut told.subject, &self.subject);
        told.objectives.iter_mut().zip(&self.objectives).for_each(|(text, by)| replace(text, by));
        told.hints.iter_mut().zip(&self.hints).for_each(|(hint, by)| replace(&mut hint.say, by));
        let asked = told.predictions.iter_mut().flatten();
        asked.zip(&self.predictions).for_each(|(asked, by)| asked.say = Some(by.clone()));
        for criterion in &mut told.rubric {
            let Some(texts) = self.criteria.get(&criterion.id) else { continue };
            replace(&mut criterion.say, &texts.say);
            criterion
                .causes
                .iter_mut()
                .zip(&texts.causes)
                .for_each(|(cause, by)| replace(&mut cause.say, by));
        }
        told
    }

    /// What a case is called.
    pub fn case<'a>(&'a self, name: &'a str) -> &'a str {
        self.cases.get(name).map_or(name, String::as_str)
    }

    /// What a criterion is called.
    pub fn criterion<'a>(&'a self, id: &'a str) -> &'a str {
        self.criteria.get(id).map_or(id, |texts| texts.name.as_str())
    }
}

/// Says `text` as `by` does; an empty `by` says nothing else.
pub(super) fn replace(text: &mut String, by: &str) {
    if !by.is_empty() {
        by.clone_into(text);
    }
}

/// What is wrong with the version that a file of texts says, where this build reads up to `newest`.
pub(super) fn other_format(format: u32, newest: u32) -> Option<Issue> {
    let message = format!("{format}; this build reads format {newest}");
    (format == 0 || format > newest).then(|| Issue::error("format", "format", message))
}

/// What is wrong with a list of `given` texts in `field`, where what they are of has another number. No texts at all are fine.
pub(super) fn other_number(field: &str, given: usize, (of, wanted): (&str, usize)) -> Option<Issue> {
    let message =
        format!("{given} texts, and the {of} has {wanted}; write one for each, or leave the field out");
    (given > 0 && given != wanted).then(|| Issue::error(field, "other-number", message))
}

#[cfg(test)]
mod tests {
    use super::super::essence::essence;
    use super::super::sample;
    use super::*;

    #[test]
    fn other_words_change_no_score_and_what_is_left_out_stays() {
        let exercise = sample::exercise();
        let id = exercise.rubric[0].id.clone();
        let say = CriterionTexts { name: "Name".to_owned(), say: "Sagt es.".to_owned(), causes: Vec::new() };
        let texts = ExerciseTexts {
            format: FORMAT,
            title: "Titel".to_owned(),
            criteria: BTreeMap::from([(id.clone(), say)]),
            ..ExerciseTexts::default()
        };
        assert_eq!(texts.problems(&exercise), []);
        let told = texts.applied(&exercise);
        assert_eq!((told.title.as_str(), told.rubric[0].say.as_str()), ("Titel", "Sagt es."));
        assert_eq!((&told.subject, &told.hints), (&exercise.subject, &exercise.hints));
        assert_eq!((texts.criterion(&id), texts.case("other")), ("Name", "other"));
        let scenario = sample::scenario();
        assert_eq!(essence(&told, &scenario), essence(&exercise, &scenario));
    }
}
