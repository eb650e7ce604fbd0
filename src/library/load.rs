//! Names become values: files found, read, and checked against what they refer to.

use std::path::Path;

use super::folder::is_taken;
use super::shipped::{
    FolderFiles, Loaded, exercise_files, find_scenario_text, find_text, incident_files, incident_ids,
};
use super::{Problem, Severity, read_trace};
use crate::control::Plan;
use crate::engine::nearest;
use crate::exercise::Exercise;
use crate::exercise::incident::Incident;
use crate::scenario::{Fidelity, Scenario, Shape};

pub use super::checked::{Read, errors, read};

/// One problem as the only one.
fn alone(problem: Problem) -> Vec<Problem> {
    vec![problem]
}

/// The scenario called `name`, ready to be simulated.
pub fn scenario(name: &str) -> Result<Read<Scenario>, Vec<Problem>> {
    let read = read_scenario(&find_scenario_text(name).map_err(alone)?)?;
    errors(read.place(&read.value.problems(), ""))?;
    Ok(read)
}

/// The same with another fidelity than the file's, where one is given.
pub fn scenario_at(name: &str, fidelity: Option<Fidelity>) -> Result<Read<Scenario>, Vec<Problem>> {
    let mut read = read_scenario(&find_scenario_text(name).map_err(alone)?)?;
    read.value.fidelity = fidelity.unwrap_or(read.value.fidelity);
    errors(read.place(&read.value.problems(), ""))?;
    Ok(read)
}

/// The scenario that the field `scenario` of another file names, ready to be simulated.
pub fn scenario_named<T>(name: &str, by: &Read<T>) -> Result<Read<Scenario>, Vec<Problem>> {
    let unknown = |problem: Problem| {
        let message = format!("\"{name}\": {}", problem.message);
        by.outline.problem("scenario", problem.code, message, Severity::Error)
    };
    let read = read_scenario(&find_scenario_text(name).map_err(|problem| alone(unknown(problem)))?)?;
    errors(read.place(&read.value.problems(), ""))?;
    Ok(read)
}

/// A scenario with the traces it names, not checked further.
pub fn read_scenario(loaded: &Loaded) -> Result<Read<Scenario>, Vec<Problem>> {
    let mut read = read::<Scenario>(loaded)?;
    let mut problems = Vec::new();
    for (index, traffic) in read.value.traffic.iter_mut().enumerate() {
        let Shape::Trace { file, points } = &mut traffic.shape else { continue };
        if file.is_empty() || !points.is_empty() {
            continue;
        }
        let field = format!("traffic[{index}].shape.file");
        if file.contains(['/', '\\', ':']) || *file == ".." {
            let message = "a trace is a file beside the scenario; write its name without a folder";
            problems.push(read.outline.problem(&field, "not-a-file", message, Severity::Error));
            continue;
        }
        match find_text(&beside(&loaded.file, file)).and_then(|trace| read_trace(&trace.file, &trace.text)) {
            Ok(rows) => *points = rows,
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

/// The path of the file `name` in the folder of `file`.
fn beside(file: &str, name: &str) -> String {
    match file.rfind(['/', '\\']) {
        Some(end) => format!("{}{name}", &file[..=end]),
        None => name.to_owned(),
    }
}

/// The file at `path`, on the disk or among what is shipped; a slip in the name of an exercise's file gets the nearest one.
pub fn file(path: &str) -> Result<Loaded, Problem> {
    find_text(path).map_err(|problem| nearest_in_exercise(path).unwrap_or(problem))
}

fn nearest_in_exercise(path: &str) -> Option<Problem> {
    let (id, name) = path.split_once('/')?;
    if is_taken(Path::new(id)) {
        return None;
    }
    let files = match exercise_files(id) {
        Ok(files) => files,
        Err(unknown) => return Some(Problem::of_file(path, "not-found", unknown.message)),
    };
    let names: Vec<&str> = files.files.iter().filter_map(|file| file.file.rsplit('/').next()).collect();
    let plans: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".ron")).collect();
    let hint = match nearest(name.trim_end_matches(".ron"), plans.iter().copied()) {
        Some(near) => format!("did you mean \"{id}/{near}\"?"),
        None => format!("there are: {}", plans.join(", ")),
    };
    Some(Problem::of_file(
        path,
        "not-found",
        format!("the exercise \"{}\" has no such file; {hint}", files.id),
    ))
}

/// An exercise, its scenario and its starter, ready for grading.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Its folder, shipped or on the disk.
    pub folder: String,
    /// The exercise.
    pub exercise: Exercise,
    /// Its scenario, with the traces it names.
    pub scenario: Scenario,
    /// What learners start from.
    pub starter: Plan,
    /// The model solution; none in a folder without one, with one that cannot be read, or of an Operate exercise.
    pub solution: Option<Plan>,
}

/// The exercise called `name`.
pub fn exercise(name: &str) -> Result<Ready, Vec<Problem>> {
    let files = exercise_files(name).map_err(alone)?;
    let read = read::<Exercise>(needed(&files, "exercise.ron").map_err(alone)?)?;
    let scenario = scenario_of(&files, &read.value.scenario)?;
    errors(read.place(&read.value.problems(Some(&scenario.value)), ""))?;
    let starter = self::read::<Plan>(needed(&files, "starter.ron").map_err(alone)?)?;
    errors(starter.place(&starter.value.problems(Some(&scenario.value)), ""))?;
    let solution = files.file("solution.ron").and_then(|file| self::read::<Plan>(file).ok());
    let solution = solution.map(|read| read.value);
    Ok(Ready {
        folder: files.folder,
        exercise: read.value,
        scenario: scenario.value,
        starter: starter.value,
        solution,
    })
}

/// An incident of the museum with its scenario and plans, ready to be retold.
#[derive(Clone, Debug)]
pub struct Exhibit {
    /// Its id.
    pub id: String,
    /// Its folder, shipped or on the disk.
    pub folder: String,
    /// What happened, and what the retelling must meet.
    pub incident: Incident,
    /// Its world.
    pub scenario: Scenario,
    /// The plan that shows the outage.
    pub naive: Plan,
    /// The plan that spares most of it.
    pub recommended: Plan,
    /// What its author should look at.
    pub warnings: Vec<Problem>,
}

/// The incident called `name`: a folder with `incident.ron`, `scenario.ron`, `naive.ron` and `recommended.ron`.
pub fn exhibit(name: &str) -> Result<Exhibit, Vec<Problem>> {
    let files = incident_files(name).map_err(alone)?;
    let incident = read::<Incident>(needed(&files, "incident.ron").map_err(alone)?)?;
    let scenario = read_scenario(needed(&files, "scenario.ron").map_err(alone)?)?;
    let mut problems = scenario.place(&scenario.value.problems(), "");
    let mut plan = |file| {
        let plan = self::read::<Plan>(needed(&files, file).map_err(alone)?)?;
        problems.extend(plan.place(&plan.value.problems(Some(&scenario.value)), ""));
        Ok::<Plan, Vec<Problem>>(plan.value)
    };
    let (naive, recommended) = (plan("naive.ron")?, plan("recommended.ron")?);
    problems.extend(incident.place(&incident.value.problems(&scenario.value, &naive), ""));
    if scenario.value.id != files.id {
        let message = format!(
            "the id is \"{}\" and the folder \"{}\"; give both the same name",
            scenario.value.id, files.id
        );
        problems.push(scenario.outline.problem("id", "id", message, Severity::Error));
    }
    errors(problems.clone())?;
    let (incident, scenario) = (incident.value, scenario.value);
    let (id, folder) = (files.id, files.folder);
    Ok(Exhibit { id, folder, incident, scenario, naive, recommended, warnings: problems })
}

/// The shipped incidents by their dates, and what is wrong with those that cannot be retold, by their ids.
pub fn museum() -> (Vec<Exhibit>, Vec<(String, Vec<Problem>)>) {
    let (mut exhibits, mut broken) = (Vec::new(), Vec::new());
    for id in incident_ids() {
        match exhibit(id) {
            Ok(exhibit) => exhibits.push(exhibit),
            Err(problems) => broken.push((id.to_owned(), problems)),
        }
    }
    exhibits.sort_by(|a, b| (&a.incident.date, &a.id).cmp(&(&b.incident.date, &b.id)));
    (exhibits, broken)
}

/// The scenario that an exercise names, ready to be simulated.
pub fn scenario_of(files: &FolderFiles, name: &str) -> Result<Read<Scenario>, Vec<Problem>> {
    let read = read_scenario(&scenario_text_of(files, name).map_err(alone)?)?;
    errors(read.place(&read.value.problems(), ""))?;
    Ok(read)
}

/// A file `NAME.ron` in the exercise's own folder comes first, then what is shipped, then a path seen from the folder.
pub fn scenario_text_of(files: &FolderFiles, name: &str) -> Result<Loaded, Problem> {
    if let Some(own) = files.file(&format!("{name}.ron")).or_else(|| files.file(name)) {
        return Ok(own.clone());
    }
    find_scenario_text(name).or_else(|problem| {
        let seen_from_folder = format!("{}/{name}", files.folder);
        if is_taken(Path::new(&seen_from_folder)) { find_text(&seen_from_folder) } else { Err(problem) }
    })
}

/// A file that every exercise has.
pub fn needed<'a>(files: &'a FolderFiles, name: &str) -> Result<&'a Loaded, Problem> {
    files.file(name).ok_or_else(|| {
        let message = format!("the exercise has no {name}; write one");
        Problem::of_file(format!("{}/{name}", files.folder), "not-found", message)
    })
}
