//! What the folder of an exercise or of an incident holds in another language: `texts.LANGUAGE.ron` and `brief.LANGUAGE.md`.

use std::collections::BTreeSet;

use super::Problem;
use super::checked::{Read, errors, read};
use super::loaded::{FolderFiles, Loaded};
use crate::exercise::incident::{Incident, IncidentTexts};
use crate::exercise::{Exercise, ExerciseTexts};
use crate::scenario::Scenario;

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
    let brief = in_language(files, "brief", language, "md").map(|loaded| loaded.text.clone());
    let texts = in_language(files, "texts", language, "ron");
    let texts = texts.map(|loaded| texts_of_exercise(loaded, exercise)).transpose()?;
    Ok(Told { texts: texts.map(|read| read.value).unwrap_or_default(), brief })
}

/// The words of the incident of these files in the language of this code, as for [`told`]; without any, none is replaced.
///
/// # Errors
/// Everything that is wrong with the file of texts.
pub fn incident_told(
    files: &FolderFiles,
    incident: &Incident,
    scenario: &Scenario,
    language: &str,
) -> Result<IncidentTexts, Vec<Problem>> {
    let texts = in_language(files, "texts", language, "ron");
    let texts = texts.map(|loaded| texts_of_incident(loaded, incident, scenario)).transpose()?;
    Ok(texts.map(|read| read.value).unwrap_or_default())
}

/// The file `BEFORE.LANGUAGE.AFTER`, or that of the language of which this one is a dialect.
fn in_language<'a>(files: &'a FolderFiles, before: &str, language: &str, after: &str) -> Option<&'a Loaded> {
    let named = |code: &str| files.file(&format!("{before}.{code}.{after}"));
    named(language).or_else(|| named(plain_language(language)))
}

/// The codes of the languages in which a folder has a brief or texts, sorted.
pub(super) fn languages_of(files: &FolderFiles) -> BTreeSet<String> {
    let code = |loaded: &Loaded| {
        let name = loaded.file.rsplit(['/', '\\']).next()?;
        let texts = name.strip_prefix(TEXTS_PREFIX).and_then(|rest| rest.strip_suffix(".ron"));
        let code = texts.or_else(|| name.strip_prefix("brief.")?.strip_suffix(".md"))?;
        Some(code.to_owned())
    };
    files.files.iter().filter_map(code).collect()
}

/// The language of a dialect: `de` of `de-AT`.
pub(super) fn plain_language(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// The words in a file, checked against the exercise they are of.
///
/// # Errors
/// Everything that is wrong with them.
pub fn texts_of_exercise(loaded: &Loaded, exercise: &Exercise) -> Result<Read<ExerciseTexts>, Vec<Problem>> {
    let read = read::<ExerciseTexts>(loaded)?;
    errors(read.place(&read.value.problems(exercise), ""))?;
    Ok(read)
}

/// The words in a file, checked against the incident they are of.
///
/// # Errors
/// Everything that is wrong with them.
pub fn texts_of_incident(
    loaded: &Loaded,
    incident: &Incident,
    scenario: &Scenario,
) -> Result<Read<IncidentTexts>, Vec<Problem>> {
    let read = read::<IncidentTexts>(loaded)?;
    errors(read.place(&read.value.problems(incident, scenario), ""))?;
    Ok(read)
}
