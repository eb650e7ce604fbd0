//! What a plan uses, as words: the choices it makes and the settings it gives. The words that a solution has and its starter has
//! not are what there is to learn; a plan that passes without any of them passes without the lesson.

use std::collections::BTreeSet;

use serde_json::Value;

use super::tree::{Path, Place, is_choice, plan_of, tree, visit, without};
use crate::control::Plan;

/// The choices of a plan (`Analyse`, `ErrorRatio`, `Business orders`), and the settings that differ from their defaults.
pub(super) fn words(plan: &Plan) -> BTreeSet<String> {
    let whole = tree(plan);
    let mut found = BTreeSet::new();
    let mut settings: Vec<Path> = Vec::new();
    visit(&whole, &Path::default(), &mut |path, value| {
        if matches!(path.field(), "title" | "format" | "name" | "why") {
            return;
        }
        match path.0.last() {
            Some(Place::Choice(name)) => {
                found.insert(name.clone());
            }
            Some(Place::Field(_)) => settings.push(path.clone()),
            Some(Place::Item(_)) | None => {}
        }
        if let Value::String(text) = value {
            match path.0.last() {
                _ if is_choice(text) => found.insert(text.clone()),
                Some(Place::Choice(name)) if name == "Business" => found.insert(format!("{name} {text}")),
                _ => false,
            };
        }
    });
    let original = plan_of(&whole);
    for path in settings {
        let plain = plan_of(&without(&whole, std::slice::from_ref(&path)));
        if plain.is_some() && plain != original {
            found.insert(path.field().to_owned());
        }
    }
    found
}

/// What there is to learn: the words of the solution that the starter has not.
pub(super) fn lesson_words(starter: &Plan, solution: &Plan) -> BTreeSet<String> {
    &words(solution) - &words(starter)
}

#[cfg(test)]
mod tests {
    use super::super::super::{ExtraCheck, sample};
    use super::*;

    #[test]
    fn what_a_solution_adds_is_what_there_is_to_learn() {
        let starter = sample::plan();
        let solution = ExtraCheck::Errors.added_to(&starter);
        let learned = lesson_words(&starter, &solution);
        for word in ["ErrorRatio", "AtMostBaseline", "analysis", "plus"] {
            assert!(learned.contains(word), "{word}: {learned:?}");
        }
        assert!(!learned.contains("Weight") && !learned.contains("title"), "{learned:?}");
        assert!(lesson_words(&starter, &starter).is_empty());
    }
}
