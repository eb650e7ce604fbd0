//! What is shipped inside the binary, and how a name on the command line is found: first among what is shipped, then on
//! the disk.
//!
//! A scenario is `scenarios/ID.ron`; an exercise is a folder `exercises/NN-ID`; an incident of the museum is a folder
//! `scenarios/museum/ID`, and its scenario has the incident's id.

use std::fs;
use std::path::Path;

use super::disk::load_text;
use super::loaded::base;
use super::museum_duty;
use super::outline::Outline;
use super::problem::Problem;
use crate::engine::nearest;

pub use super::loaded::{FolderFiles, Loaded, without_number};

/// Path (relative, with `/`) and text of each shipped file, sorted by path.
type Files = [(&'static str, &'static str)];

static FILES: &Files = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The folder of the museum.
const MUSEUM: &str = "scenarios/museum/";

/// All shipped files: path (relative, with `/`) and text, sorted by path.
pub fn files() -> &'static [(&'static str, &'static str)] {
    FILES
}

/// The ids of the shipped scenarios, sorted.
pub fn scenario_ids() -> Vec<&'static str> {
    scenarios_in(FILES)
}

/// The ids of the shipped incidents, sorted.
pub fn incident_ids() -> Vec<&'static str> {
    incidents_in(FILES)
}

/// The ids of the shipped exercises, in the order of their folders' numbers.
pub fn exercise_ids() -> Vec<&'static str> {
    exercises_in(FILES).into_iter().map(|(id, _)| id).collect()
}

/// The scenario `name`: the id of a shipped one or of a shipped incident, or a path.
///
/// # Errors
/// Nothing of that name, with the nearest and all there are; or as for [`load_text`].
pub fn find_scenario_text(name: &str) -> Result<Loaded, Problem> {
    find_scenario_in(FILES, name)
}

/// The exercise `name`: the id of a shipped one, its folder's name, the path of a folder or of its `exercise.ron`, or `museum/` and the id
/// of an incident that is met on duty.
///
/// # Errors
/// Nothing of that name, with the nearest and all there are; or as for [`load_text`].
pub fn exercise_files(name: &str) -> Result<FolderFiles, Problem> {
    if museum_duty::is_one(name) {
        return museum_duty::files(name);
    }
    exercise_files_in(FILES, name)
}

/// Whether `folder` is the folder of a shipped exercise, as [`exercise_files`] gives it.
pub fn is_shipped(folder: &str) -> bool {
    exercises_in(FILES).iter().any(|(_, of)| *of == folder)
}

/// What to say when `name` is the id of a shipped exercise and the folder that one works in holds an exercise of that name too: the
/// shipped one is meant.
pub fn shadowed(name: &str) -> Option<String> {
    shadowed_in(Path::new("."), name)
}

fn shadowed_in(here: &Path, name: &str) -> Option<String> {
    if !exercises_in(FILES).iter().any(|(id, _)| *id == name) {
        return None;
    }
    let bears = |folder: &Path| {
        let text = fs::read_to_string(folder.join("exercise.ron")).ok()?;
        let outline = Outline::of("exercise.ron", &text).ok();
        let is_called = folder.file_name().is_some_and(|of| of == name);
        (is_called || outline.as_ref().and_then(|outline| outline.plain("id")) == Some(name)).then_some(())
    };
    let own = match bears(here) {
        Some(()) => ".".to_owned(),
        None => {
            let folders = super::folder::entries(here).ok()?;
            let own = folders.into_iter().find(|folder| folder.is_dir() && bears(folder).is_some())?;
            format!("./{}", own.file_name()?.to_string_lossy())
        }
    };
    Some(format!("{name}: the shipped exercise is meant; for your own one of that name write {own}"))
}

/// `path`, written as only a path can be: what lies there is meant, though something shipped is called like it.
pub fn as_path(path: &str) -> String {
    if is_path(path) { path.to_owned() } else { format!("./{path}") }
}

/// The incident `name`: the id of a shipped one, or the path of a folder that holds `incident.ron`.
///
/// # Errors
/// Nothing of that name, with the nearest and all there are; or as for [`load_text`].
pub fn incident_files(name: &str) -> Result<FolderFiles, Problem> {
    incident_files_in(FILES, name)
}

/// Any file by its path on the disk, or, when nothing is there, by its path among what is shipped
/// (`exercises/05-canary/solution.ron`) or the id of an exercise or an incident and the file's name (`canary/solution.ron`,
/// `canary/solution`).
///
/// # Errors
/// As for [`load_text`].
pub fn find_text(path: &str) -> Result<Loaded, Problem> {
    let written = path.rsplit_once('/').filter(|(folder, _)| museum_duty::is_one(folder));
    let Some((folder, name)) = written.filter(|_| !Path::new(path).exists()) else {
        return find_text_in(FILES, path);
    };
    let files = museum_duty::files(folder)?;
    let found = files.file(name).or_else(|| files.file(&format!("{name}.ron")));
    found.cloned().ok_or_else(|| Problem::of_file(path, "not-found", "the exercise has no such file"))
}

fn loaded(path: &str, text: &str) -> Loaded {
    Loaded { file: path.to_owned(), text: text.to_owned() }
}

fn scenarios_in(files: &Files) -> Vec<&'static str> {
    let id = |path: &'static str| path.strip_prefix("scenarios/")?.strip_suffix(".ron");
    files.iter().filter_map(|(path, _)| id(path)).filter(|id| !id.contains('/')).collect()
}

fn incidents_in(files: &Files) -> Vec<&'static str> {
    let id = |path: &'static str| path.strip_prefix(MUSEUM)?.strip_suffix("/incident.ron");
    files.iter().filter_map(|(path, _)| id(path)).collect()
}

/// Id and folder of each exercise.
fn exercises_in(files: &Files) -> Vec<(&'static str, &'static str)> {
    let folder =
        |path: &'static str| path.strip_suffix("/exercise.ron").filter(|it| it.starts_with("exercises/"));
    files
        .iter()
        .filter_map(|(path, _)| folder(path))
        .map(|folder| (without_number(base(folder)), folder))
        .collect()
}

/// True for what can only be meant as a path.
fn is_path(name: &str) -> bool {
    name.contains(['/', '\\']) || name.ends_with(".ron") || name == "." || name == ".."
}

fn find_scenario_in(files: &Files, name: &str) -> Result<Loaded, Problem> {
    let shipped = [format!("scenarios/{name}.ron"), format!("{MUSEUM}{name}/scenario.ron")];
    if let Some((path, text)) = files.iter().find(|(path, _)| shipped.iter().any(|name| name == path)) {
        return Ok(loaded(path, text));
    }
    if is_path(name) || Path::new(name).exists() {
        return find_text_in(files, name);
    }
    Err(unknown("scenario", name, &scenarios_in(files)))
}

fn exercise_files_in(files: &Files, name: &str) -> Result<FolderFiles, Problem> {
    let exercises = exercises_in(files);
    let plain = name.trim_end_matches(['/', '\\']);
    let plain = plain.strip_suffix("/exercise.ron").unwrap_or(plain);
    let named = |(id, folder): &&(&str, &str)| *id == name || base(folder) == name;
    let by_path = |(_, folder): &&(&str, &str)| *folder == plain;
    let on_disk = Path::new(plain).is_dir();
    let found = exercises.iter().find(named).or_else(|| exercises.iter().find(by_path).filter(|_| !on_disk));
    if let Some((id, folder)) = found {
        return Ok(shipped_folder(files, id, folder));
    }
    if on_disk {
        return folder_on_disk(plain, "exercise.ron", "an exercise");
    }
    if is_path(name) {
        let message =
            "no such exercise folder; name a folder that holds exercise.ron, or the id of a shipped exercise";
        return Err(Problem::of_file(name, "not-found", message));
    }
    let ids: Vec<&str> = exercises.iter().map(|(id, _)| *id).collect();
    Err(unknown("exercise", name, &ids))
}

fn incident_files_in(files: &Files, name: &str) -> Result<FolderFiles, Problem> {
    let ids = incidents_in(files);
    let plain = name.trim_end_matches(['/', '\\']);
    let plain = plain.strip_suffix("/incident.ron").unwrap_or(plain);
    let on_disk = Path::new(plain).is_dir();
    let by_path = |id: &&&str| plain.strip_prefix(MUSEUM) == Some(id) && !on_disk;
    if let Some(id) = ids.iter().find(|id| **id == name).or_else(|| ids.iter().find(by_path)) {
        return Ok(shipped_folder(files, id, &format!("{MUSEUM}{id}")));
    }
    if on_disk {
        return folder_on_disk(plain, "incident.ron", "an incident");
    }
    Err(unknown("incident", name, &ids))
}

/// The files of the shipped folder `folder`, which is known as `id`.
fn shipped_folder(files: &Files, id: &str, folder: &str) -> FolderFiles {
    let inside = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let files =
        files.iter().filter(|(path, _)| inside(path)).map(|(path, text)| loaded(path, text)).collect();
    FolderFiles { id: id.to_owned(), folder: folder.to_owned(), files }
}

/// The files of a folder on the disk that must hold `needed`, which makes it `what`.
fn folder_on_disk(folder: &str, needed: &str, what: &str) -> Result<FolderFiles, Problem> {
    let cannot =
        |error| Problem::of_file(folder, "cannot-read", format!("the folder cannot be read: {error}"));
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        names.push(entry.map_err(cannot)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    if !names.iter().any(|name| name == needed) {
        let message = format!("this folder holds no {needed}; name the folder of {what}");
        return Err(Problem::of_file(folder, "not-found", message));
    }
    let kept = |name: &&String| [".ron", ".md", ".csv"].iter().any(|ending| name.ends_with(ending));
    let load = |name: &String| {
        let file = format!("{folder}/{name}");
        load_text(Path::new(&file)).map(|text| Loaded { file, text })
    };
    let files = names.iter().filter(kept).map(load).collect::<Result<_, _>>()?;
    let full = fs::canonicalize(folder).map_err(cannot)?;
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(FolderFiles { id: without_number(&name).to_owned(), folder: folder.to_owned(), files })
}

fn find_text_in(files: &Files, path: &str) -> Result<Loaded, Problem> {
    let problem = match load_text(Path::new(path)) {
        Ok(text) => return Ok(loaded(path, &text)),
        Err(problem) if problem.code == "not-found" => problem,
        Err(problem) => return Err(problem),
    };
    let by_id = path.split_once('/').and_then(|(id, file)| {
        let exercise = exercises_in(files).into_iter().find(|(it, _)| *it == id);
        let incident = || incidents_in(files).contains(&id).then(|| format!("{MUSEUM}{id}"));
        let folder = exercise.map(|(_, folder)| folder.to_owned()).or_else(incident)?;
        Some(format!("{folder}/{file}"))
    });
    let is_it =
        |wanted: &str, shipped: &str| shipped == wanted || shipped.strip_suffix(".ron") == Some(wanted);
    let found = files
        .iter()
        .find(|(shipped, _)| is_it(path, shipped) || by_id.as_ref().is_some_and(|it| is_it(it, shipped)));
    found.map(|(path, text)| loaded(path, text)).ok_or(problem)
}

fn unknown(what: &str, name: &str, ids: &[&str]) -> Problem {
    let all = if ids.is_empty() { "none".into() } else { ids.join(", ") };
    let message = match nearest(name, ids.iter().copied()) {
        Some(near) => format!("no {what} of that name; did you mean \"{near}\"? (shipped: {all})"),
        None => format!("no {what} of that name; give a path, or one that is shipped: {all}"),
    };
    Problem::of_file(name, "not-found", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Names that nothing on the disk has: the tests run in a folder that holds the real ones.
    const SHIPPED: &Files = &[
        ("exercises/97-teapot/exercise.ron", "(id: \"teapot\")"),
        ("exercises/98-kettle/brief.md", "# Kettle"),
        ("exercises/98-kettle/exercise.ron", "(id: \"kettle\")"),
        ("exercises/98-kettle/solution.ron", "(s)"),
        ("exercises/98-kettle/wrong-blind.ron", "(w)"),
        ("scenarios/attic.ron", "(c)"),
        ("scenarios/garden.ron", "(s)"),
        ("scenarios/museum/flood/incident.ron", "(i)"),
        ("scenarios/museum/flood/naive.ron", "(n)"),
        ("scenarios/museum/flood/scenario.ron", "(f)"),
    ];

    #[test]
    fn what_is_shipped_is_found_by_id_and_by_path() {
        assert_eq!(find_scenario_in(SHIPPED, "garden").unwrap().file, "scenarios/garden.ron");
        for name in ["kettle", "98-kettle", "exercises/98-kettle/exercise.ron"] {
            let found = exercise_files_in(SHIPPED, name).unwrap();
            assert_eq!((found.id.as_str(), found.files.len()), ("kettle", 4), "{name}");
            assert_eq!(found.file("brief.md").unwrap().text, "# Kettle");
            assert_eq!(found.starting("wrong-").count(), 1);
        }
        for path in ["kettle/solution", "kettle/solution.ron"] {
            assert_eq!(find_text_in(SHIPPED, path).unwrap().file, "exercises/98-kettle/solution.ron");
        }
    }

    #[test]
    fn an_incident_and_its_scenario_are_found_by_its_id() {
        assert_eq!((scenarios_in(SHIPPED), incidents_in(SHIPPED)), (vec!["attic", "garden"], vec!["flood"]));
        assert_eq!(find_scenario_in(SHIPPED, "flood").unwrap().text, "(f)");
        for name in ["flood", "scenarios/museum/flood", "scenarios/museum/flood/incident.ron"] {
            let found = incident_files_in(SHIPPED, name).unwrap();
            assert_eq!((found.id.as_str(), found.files.len()), ("flood", 3), "{name}");
        }
        assert_eq!(find_text_in(SHIPPED, "flood/naive").unwrap().text, "(n)");
        let unknown = incident_files_in(SHIPPED, "floud").unwrap_err().to_string();
        assert_eq!(unknown, "floud: no incident of that name; did you mean \"flood\"? (shipped: flood)");
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_and_the_list() {
        assert_eq!(
            find_scenario_in(SHIPPED, "gardn").unwrap_err().to_string(),
            "gardn: no scenario of that name; did you mean \"garden\"? (shipped: attic, garden)"
        );
        assert_eq!(
            exercise_files_in(SHIPPED, "xyz").unwrap_err().to_string(),
            "xyz: no exercise of that name; give a path, or one that is shipped: teapot, kettle"
        );
        assert_eq!(find_text_in(SHIPPED, "no/such.ron").unwrap_err().code, "not-found");
    }

    #[test]
    fn a_folder_on_disk_is_an_exercise_when_it_holds_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("07-mine");
        fs::create_dir(&path).unwrap();
        let name = path.display().to_string();
        let missing = exercise_files_in(SHIPPED, &name).unwrap_err();
        assert_eq!(missing.message, "this folder holds no exercise.ron; name the folder of an exercise");
        fs::write(path.join("exercise.ron"), "(x)").unwrap();
        fs::write(path.join("picture.png"), [0xff]).unwrap();
        for name in [name.clone(), format!("{name}/"), format!("{name}/exercise.ron")] {
            let found = exercise_files_in(SHIPPED, &name).unwrap();
            assert_eq!((found.id.as_str(), found.files.len()), ("mine", 1));
        }
    }

    #[test]
    fn the_shipped_table_is_sorted_and_relative() {
        assert!(files().is_sorted());
        assert!(
            files().iter().all(|(path, _)| path.starts_with("scenarios/") || path.starts_with("exercises/"))
        );
    }
}
