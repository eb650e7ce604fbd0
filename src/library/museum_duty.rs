//! The files of an incident that is met on duty: an Operate exercise that is written when it is asked for, from the incident's own files and
//! from what all incidents share.

use std::collections::BTreeSet;
use std::path::Path;

use super::load::{Exhibit, exhibit, needed};
use super::shipped::{FolderFiles, Loaded, as_path, incident_files, incident_ids};
use super::translations::{incident_told, languages_of};
use super::{Problem, read_ron, write_ron};
use crate::exercise::{Exercise, ExerciseTexts};

/// What all incidents share, as the files of an exercise's folder: the exercise with its rubric, its hints and what may be done; the brief, with
/// gaps for what the incident's world is called and about; and both in other languages.
static SHARED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/duty.rs"));
/// The folder of [`SHARED`].
const FOLDER: &str = "assets/duty";
/// What stands before an incident's id in the name of its exercise.
const PREFIX: &str = "museum/";

/// The names of the exercises in which the shipped incidents are met on duty, such as `museum/knight-2012`.
pub fn names() -> impl Iterator<Item = String> {
    incident_ids().into_iter().map(|id| format!("{PREFIX}{id}"))
}

/// Whether an exercise's name means an incident that is met on duty: `museum/` and the id of a shipped one, or the path of a folder that holds
/// an incident of one's own.
pub fn is_one(name: &str) -> bool {
    let folder = Path::new(name);
    if folder.is_dir() {
        return folder.join("incident.ron").is_file() && !folder.join("exercise.ron").is_file();
    }
    id_of(name).is_some_and(|id| !id.is_empty() && !id.contains('/'))
}

/// The id of the incident that a name means: after the prefix, or in the id of its exercise, `museum-knight-2012`.
fn id_of(name: &str) -> Option<&str> {
    let by_exercise = || name.strip_prefix("museum-").filter(|id| incident_ids().contains(id));
    name.strip_prefix(PREFIX).or_else(by_exercise)
}

/// The files of the exercise called `name`, as a folder has them.
///
/// # Errors
/// Nothing of that name, or the first thing that is wrong with the incident's files.
pub fn files(name: &str) -> Result<FolderFiles, Problem> {
    let incident =
        if Path::new(name).is_dir() { as_path(name) } else { id_of(name).unwrap_or(name).to_owned() };
    let own = incident_files(&incident)?;
    of(name, &exhibit(&incident).map_err(first)?, &own)
}

/// The files of the exercise of an incident, in a folder called `folder`. `own` are the files of the incident itself.
fn of(folder: &str, exhibit: &Exhibit, own: &FolderFiles) -> Result<FolderFiles, Problem> {
    let shared = shared();
    let exercise = read_shared::<Exercise>(needed(&shared, "exercise.ron")?)?;
    let duty = exhibit.incident.on_duty(&exhibit.id, exercise, &exhibit.scenario, &exhibit.naive);
    let written = |name: &str, text: Result<String, String>| match text {
        Ok(text) => Ok((name.to_owned(), text)),
        Err(why) => Err(Problem::of_file(folder, "cannot-write", why)),
    };
    let mut texts = vec![
        written("exercise.ron", write_ron(&duty.exercise))?,
        written(&format!("{}.ron", duty.scenario.id), write_ron(&duty.scenario))?,
        written("solution.ron", write_ron(&duty.solution))?,
        written("starter.ron", write_ron(&duty.plan))?,
        written("wrong-blame-the-release.ron", write_ron(&duty.wrong))?,
    ];
    let filled = |text: &str, title: &str, about: &str| {
        [("{name}", folder), ("{title}", title), ("{about}", about)]
            .iter()
            .fold(text.to_owned(), |text, (gap, word)| text.replace(gap, word))
    };
    // An incident with a brief of its own is told by that, in every language.
    let with_brief = if own.file("brief.md").is_some() { own } else { &shared };
    let brief = |name: &str| with_brief.file(name).map(|loaded| loaded.text.as_str());
    let scenario = &exhibit.scenario;
    texts.extend(
        brief("brief.md").map(|text| ("brief.md".to_owned(), filled(text, &scenario.title, &scenario.about))),
    );
    let languages: BTreeSet<String> = [own, &shared].into_iter().flat_map(languages_of).collect();
    for code in languages {
        let told = incident_told(own, &exhibit.incident, scenario, &code).map_err(first)?;
        let scenario = told.applied_to(scenario);
        let name = format!("brief.{code}.md");
        texts.extend(brief(&name).map(|text| (name.clone(), filled(text, &scenario.title, &scenario.about))));
        let name = format!("texts.{code}.ron");
        if let Some(loaded) = shared.file(&name) {
            let mut words = read_shared::<ExerciseTexts>(loaded)?;
            words.title = filled(&words.title, &scenario.title, &scenario.about);
            words.criteria.retain(|id, _| duty.exercise.rubric.iter().any(|kept| kept.id == *id));
            texts.push(written(&name, write_ron(&words))?);
        }
    }
    texts.sort();
    let file = |(name, text): (String, String)| Loaded { file: format!("{folder}/{name}"), text };
    let files = texts.into_iter().map(file).collect();
    Ok(FolderFiles { id: duty.exercise.id, folder: folder.to_owned(), files })
}

/// What all incidents share.
fn shared() -> FolderFiles {
    let file = |(path, text): &(&str, &str)| Loaded { file: (*path).to_owned(), text: (*text).to_owned() };
    FolderFiles { id: "duty".to_owned(), folder: FOLDER.to_owned(), files: SHARED.iter().map(file).collect() }
}

/// One of the files that all incidents share.
fn read_shared<T>(loaded: &Loaded) -> Result<T, Problem>
where
    T: serde::de::DeserializeOwned + Send,
{
    read_ron::<T>(&loaded.file, &loaded.text).map(|(value, _)| value).map_err(first)
}

/// The first of some problems.
fn first(problems: Vec<Problem>) -> Problem {
    let unknown = || Problem::of_file(FOLDER, "not-found", "no such incident");
    problems.into_iter().next().unwrap_or_else(unknown)
}
