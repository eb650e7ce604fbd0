//! What an exercise's folder holds in another language: `texts.LANGUAGE.ron` and `brief.LANGUAGE.md`.

use super::Problem;
use super::load;
use super::shipped::{FolderFiles, Loaded};
use crate::exercise::{Exercise, ExerciseTexts};

/// How the names of the files of texts begin.
pub const TEXTS_PREFIX: &str = "texts.";

/// An exercise as it is told in another language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Its words; without any, none is replaced.
    pub texts: ExerciseTexts,
    /// Its brief, in Markdown; `None` where only the original is there.
    pub brief: Option<String>,
}

/// The exercise of these files in the language of this code, such as `de` or `de-AT`; of a dialect without texts, the language is
/// taken. Nothing where there is neither.
///
/// # Errors
/// Everything that is wrong with the file of texts.
pub fn told(files: &FolderFiles, exercise: &Exercise, language: &str) -> Result<Told, Vec<Problem>> {
    let plain = plain_language(language);
    let file = |before: &str, after: &str| {
        let named = |code: &str| files.file(&format!("{before}.{code}.{after}"));
        named(language).or_else(|| named(plain))
    };
    let brief = file("brief", "md").map(|loaded| loaded.text.clone());
    let texts = file("texts", "ron").map(|loaded| texts(loaded, exercise)).transpose()?;
    Ok(Told { texts: texts.unwrap_or_default(), brief })
}

/// The language of a dialect: `de` of `de-AT`.
pub(super) fn plain_language(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// The words in a file, checked against the exercise they are of.
///
/// # Errors
/// Everything that is wrong with them.
pub fn texts(loaded: &Loaded, exercise: &Exercise) -> Result<ExerciseTexts, Vec<Problem>> {
    let read = load::read::<ExerciseTexts>(loaded)?;
    load::errors(read.place(&read.value.problems(exercise), ""))?;
    Ok(read.value)
}
