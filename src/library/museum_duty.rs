//! The files of an incident that is met on duty: an Operate exercise that is written when it is asked for, from the incident's own files and
//! from what all incidents share.

use std::path::Path;

use super::load::{Exhibit, exhibit};
use super::shipped::{FolderFiles, Loaded, incident_ids};
use super::{Problem, read_ron, write_ron};
use crate::exercise::Exercise;

/// What all incidents share: the rubric, the hints, what may be done.
const SHARED: &str = include_str!("../../assets/museum-duty.ron");
/// The brief, with gaps for what the incident's world is called and about.
const BRIEF: &str = include_str!("../../assets/museum-duty.md");
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
    name.strip_prefix(PREFIX).is_some_and(|id| !id.is_empty() && !id.contains('/'))
}

/// The files of the exercise called `name`, as a folder has them.
///
/// # Errors
/// Nothing of that name, or the first thing that is wrong with the incident's files.
pub fn files(name: &str) -> Result<FolderFiles, Problem> {
    let incident = if Path::new(name).is_dir() { name } else { name.strip_prefix(PREFIX).unwrap_or(name) };
    let first = |problems: Vec<Problem>| {
        let unknown = || Problem::of_file(name, "not-found", "no such incident");
        problems.into_iter().next().unwrap_or_else(unknown)
    };
    of(name, &exhibit(incident).map_err(first)?).map_err(|why| Problem::of_file(name, "cannot-write", why))
}

/// The files of the exercise of an incident, in a folder called `folder`.
fn of(folder: &str, exhibit: &Exhibit) -> Result<FolderFiles, String> {
    let (shared, _) = read_ron::<Exercise>("museum-duty.ron", SHARED)
        .map_err(|problems| problems.first().map_or_else(String::new, ToString::to_string))?;
    let duty = exhibit.incident.on_duty(&exhibit.id, shared, &exhibit.scenario, &exhibit.naive);
    let brief = [("{title}", &exhibit.scenario.title), ("{about}", &exhibit.scenario.about)];
    let brief =
        brief.iter().fold(BRIEF.replace("{name}", folder), |text, (gap, word)| text.replace(gap, word));
    let texts = [
        ("brief.md".to_owned(), brief),
        ("exercise.ron".to_owned(), write_ron(&duty.exercise)?),
        (format!("{}.ron", duty.scenario.id), write_ron(&duty.scenario)?),
        ("solution.ron".to_owned(), write_ron(&duty.solution)?),
        ("starter.ron".to_owned(), write_ron(&duty.plan)?),
        ("wrong-blame-the-release.ron".to_owned(), write_ron(&duty.wrong)?),
    ];
    let file = |(name, text): (String, String)| Loaded { file: format!("{folder}/{name}"), text };
    Ok(FolderFiles { id: duty.exercise.id, folder: folder.to_owned(), files: texts.map(file).into() })
}
