//! Names on the command line become values: found, read, and checked against what they refer to.

use std::path::Path;

use ron::ser::PrettyConfig;

use crate::control::Plan;
use crate::engine::nearest;
use crate::exercise::{Exercise, HandIn, Session};
use crate::library::folder::is_taken;
use crate::library::shipped::{ExerciseFiles, Loaded, exercise_files, find_scenario_text, find_text};
use crate::library::{Outline, Problem, Severity, parse_options, read_ron, read_trace};
use crate::manifest;
use crate::scenario::{self, Issue, Scenario, Shape};

use super::output::Trouble;

/// A file's value, and where its fields stand.
#[derive(Clone, Debug)]
pub(super) struct Read<T> {
    pub value: T,
    pub outline: Outline,
}

impl<T> Read<T> {
    /// Issues with the value, placed in its file. Paths of the value stand under `prefix` in the file.
    pub fn place(&self, issues: &[Issue], prefix: &str) -> Vec<Problem> {
        let place = |issue: &Issue| {
            let path = match (prefix.is_empty(), issue.path.is_empty()) {
                (true, _) => issue.path.clone(),
                (false, true) => prefix.to_owned(),
                (false, false) => format!("{prefix}.{}", issue.path),
            };
            self.outline.problem(&path, issue.code, issue.message.as_str(), severity(issue.severity))
        };
        issues.iter().map(place).collect()
    }
}

fn severity(severity: scenario::Severity) -> Severity {
    match severity {
        scenario::Severity::Error => Severity::Error,
        scenario::Severity::Warning => Severity::Warning,
    }
}

/// Reads a file's text as a `T`.
pub(super) fn read<T: serde::de::DeserializeOwned + Send>(loaded: &Loaded) -> Result<Read<T>, Vec<Problem>> {
    read_ron(&loaded.file, &loaded.text).map(|(value, outline)| Read { value, outline })
}

/// The problems that keep a file from being used.
pub(super) fn errors(problems: Vec<Problem>) -> Result<(), Trouble> {
    let errors: Vec<Problem> =
        problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// The scenario called `name`, ready to be simulated.
pub(super) fn scenario(name: &str) -> Result<Read<Scenario>, Trouble> {
    let read = read_scenario(&find_scenario_text(name)?)?;
    errors(read.place(&read.value.problems(), ""))?;
    Ok(read)
}

/// The scenario that the field `scenario` of another file names, ready to be simulated.
pub(super) fn scenario_named<T>(name: &str, by: &Read<T>) -> Result<Read<Scenario>, Trouble> {
    let unknown = |problem: Problem| {
        let message = format!("\"{name}\": {}", problem.message);
        by.outline.problem("scenario", problem.code, message, Severity::Error)
    };
    let read = read_scenario(&find_scenario_text(name).map_err(unknown)?)?;
    errors(read.place(&read.value.problems(), ""))?;
    Ok(read)
}

/// A scenario with the traces it names, not checked further.
pub(super) fn read_scenario(loaded: &Loaded) -> Result<Read<Scenario>, Vec<Problem>> {
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
pub(super) fn file(path: &str) -> Result<Loaded, Problem> {
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

/// The plan in a file, which may be a real manifest.
pub(super) fn read_plan(loaded: &Loaded) -> Result<Read<Plan>, Vec<Problem>> {
    if !is_manifest(&loaded.file) {
        return read::<Plan>(loaded);
    }
    let imported = manifest::import(&loaded.file, &loaded.text, &manifest::Table::default())?;
    let text = parse_options().to_string_pretty(&imported.plan, PrettyConfig::default());
    let text =
        text.map_err(|error| vec![Problem::of_file(&loaded.file, "cannot-read", error.to_string())])?;
    // What is wrong with the plan has its place in the plan, as `import` writes it.
    read::<Plan>(&Loaded { file: format!("{} (imported)", loaded.file), text })
}

/// Whether a file is a real manifest, by its name.
fn is_manifest(file: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|ending| file.ends_with(ending))
}

/// The plan at `path`, fit for `scenario`.
pub(super) fn plan(path: &str, scenario: &Scenario) -> Result<Plan, Trouble> {
    Ok(plan_with_warnings(path, scenario)?.0)
}

/// The plan at `path`, fit for `scenario`, and what is not wrong with it but worth a look.
pub(super) fn plan_with_warnings(path: &str, scenario: &Scenario) -> Result<(Plan, Vec<Problem>), Trouble> {
    let read = read_plan(&file(path)?)?;
    let problems = read.place(&read.value.problems(Some(scenario)), "");
    errors(problems.clone())?;
    Ok((read.value, problems))
}

/// The session at `path`.
pub(super) fn session(path: &str) -> Result<Read<Session>, Trouble> {
    Ok(read::<Session>(&file(path)?)?)
}

/// A hand-in, and where the fields of its plan stand.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub hand_in: HandIn,
    outline: Outline,
    prefix: &'static str,
}

impl Given {
    /// Issues with its plan, placed in its file.
    pub fn place(&self, issues: &[Issue]) -> Vec<Problem> {
        Read { value: (), outline: self.outline.clone() }.place(issues, self.prefix)
    }
}

/// The plan or the session in a file, whichever it is.
pub(super) fn given(loaded: &Loaded) -> Result<Given, Vec<Problem>> {
    let name = loaded.file.as_str();
    let as_plan = match read_plan(loaded) {
        Ok(read) => {
            return Ok(Given {
                hand_in: HandIn::of_plan(name, read.value),
                outline: read.outline,
                prefix: "",
            });
        }
        Err(problems) => problems,
    };
    // What is not a plan is a session when it holds one.
    let holds_a_plan =
        as_plan.iter().any(|problem| problem.code == "unknown-field" && problem.field == "plan");
    if !holds_a_plan {
        return Err(as_plan);
    }
    let read = read::<Session>(loaded)?;
    Ok(Given { hand_in: HandIn::of_session(name, read.value), outline: read.outline, prefix: "plan" })
}

/// An exercise, its scenario and its starter, ready for grading.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub exercise: Exercise,
    pub scenario: Scenario,
    pub starter: Plan,
}

/// The exercise called `name`.
pub(super) fn exercise(name: &str) -> Result<Ready, Trouble> {
    let files = exercise_files(name)?;
    let read = read::<Exercise>(needed(&files, "exercise.ron")?)?;
    let scenario = scenario_of(&files, &read.value.scenario)?;
    errors(read.place(&read.value.problems(Some(&scenario.value)), ""))?;
    let starter = self::read::<Plan>(needed(&files, "starter.ron")?)?;
    errors(starter.place(&starter.value.problems(Some(&scenario.value)), ""))?;
    Ok(Ready { exercise: read.value, scenario: scenario.value, starter: starter.value })
}

/// The scenario that an exercise names, ready to be simulated.
pub(super) fn scenario_of(files: &ExerciseFiles, name: &str) -> Result<Read<Scenario>, Trouble> {
    let read = read_scenario(&scenario_text_of(files, name)?)?;
    errors(read.place(&read.value.problems(), ""))?;
    Ok(read)
}

/// A file `NAME.ron` in the exercise's own folder comes first, then what is shipped, then a path seen from the folder.
pub(super) fn scenario_text_of(files: &ExerciseFiles, name: &str) -> Result<Loaded, Problem> {
    if let Some(own) = files.file(&format!("{name}.ron")).or_else(|| files.file(name)) {
        return Ok(own.clone());
    }
    find_scenario_text(name).or_else(|problem| {
        let seen_from_folder = format!("{}/{name}", files.folder);
        if is_taken(Path::new(&seen_from_folder)) { find_text(&seen_from_folder) } else { Err(problem) }
    })
}

/// A file that every exercise has.
pub(super) fn needed<'a>(files: &'a ExerciseFiles, name: &str) -> Result<&'a Loaded, Problem> {
    files.file(name).ok_or_else(|| {
        let message = format!("the exercise has no {name}; write one");
        Problem::of_file(format!("{}/{name}", files.folder), "not-found", message)
    })
}
