//! Loads the files that the command line names: plans and hand-ins (which may be real manifests), scenarios, exercises.

use std::path::{Path, PathBuf};

use crate::control::Plan;
use crate::exercise::{Duty, HandIn, Reached, Session};
use crate::library::folder::{entries, is_folder, is_taken};
use crate::library::load;
pub(super) use crate::library::load::{
    Read, Ready, errors, file, needed, read, read_scenario, scenario, scenario_at, scenario_named,
    scenario_of, scenario_text_of,
};
use crate::library::shipped::{Loaded, exercise_files, is_shipped, shadowed};
use crate::library::{FileKind, Outline, Problem};
pub(super) use crate::manifest::read_plan;
use crate::scenario::{Issue, Scenario};

use super::output::{Output, Trouble};

/// The exercise called `name`. Where a folder of one's own has the name of a shipped one, it is said which is meant.
pub(super) fn exercise(name: &str) -> Result<Ready, Vec<Problem>> {
    if let Some(remark) = shadowed(name) {
        Output::new(false).remark(&remark);
    }
    load::exercise(name)
}

/// How an exercise of one's own and a hand-in to it are reached from any folder; none for a shipped exercise.
pub(super) fn reached(ready: &Ready, hand_in: &str) -> Option<Reached> {
    let of = |path: &str| std::path::absolute(path).ok().map(|path| path.display().to_string());
    let is_own = is_taken(&Path::new(&ready.folder).join("exercise.ron")) && !is_shipped(&ready.folder);
    // A hand-in may be a file of the exercise itself, by its name among what is shipped.
    let submission = of(hand_in).filter(|path| is_taken(Path::new(path)));
    let submission = submission.unwrap_or_else(|| hand_in.to_owned());
    is_own.then(|| Some(Reached { exercise: of(&ready.folder)?, submission })).flatten()
}

/// The brief of an exercise for the terminal. That of an incident on duty has its gaps filled.
pub(super) fn brief(ready: &Ready) -> Result<String, Problem> {
    let files = exercise_files(&ready.folder)?;
    Ok(crate::library::brief::with_commands(&needed(&files, "brief.md")?.text))
}

/// The plan at `path`, checked against `scenario`.
pub(super) fn plan(path: &str, scenario: &Scenario) -> Result<Plan, Trouble> {
    Ok(plan_with_warnings(path, scenario)?.0)
}

/// The plan at `path`, checked against `scenario`, and its warnings.
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

/// The scenario of the session in `file`: a shipped one, a path seen from here, or a file beside the session.
pub(super) fn scenario_beside(file: &str, session: &Read<Session>) -> Result<Read<Scenario>, Vec<Problem>> {
    let name = &session.value.scenario;
    scenario_named(name, session).or_else(|problems| {
        let folder = Path::new(file).parent().unwrap_or(Path::new(""));
        let beside = [folder.join(name), folder.join(format!("{name}.ron"))];
        match beside.iter().find(|path| is_taken(path)) {
            Some(path) => scenario(&path.display().to_string()),
            None => Err(problems),
        }
    })
}

/// A hand-in, and the places of its fields.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub hand_in: HandIn,
    outline: Outline,
}

impl Given {
    /// Issues with it, placed in its file.
    pub fn place(&self, issues: &[Issue]) -> Vec<Problem> {
        Read { value: (), outline: self.outline.clone() }.place(issues, "")
    }
}

/// The files at `path`, in which what was done on duty is handed in: one, or all in a folder.
pub(super) fn duty_files(path: &Path) -> Result<Vec<Loaded>, Problem> {
    if !is_folder(path) {
        return Ok(vec![file(&path.display().to_string())?]);
    }
    let is_ron = |file: &&PathBuf| file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ron"));
    entries(path)?.iter().filter(is_ron).map(|path| file(&path.display().to_string())).collect()
}

/// What was done on duty, in a file or in all files of a folder, checked as a hand-in for `ready`'s exercise.
pub(super) fn duty(path: &str, ready: &Ready) -> Result<Duty, Vec<Problem>> {
    duty_in(path, &duty_files(Path::new(path)).map_err(|problem| vec![problem])?, ready)
}

/// What was done on duty in `files`, which were handed in as `name`.
pub(super) fn duty_in(name: &str, files: &[Loaded], ready: &Ready) -> Result<Duty, Vec<Problem>> {
    let mut all: Option<Duty> = None;
    for loaded in files {
        let next = one_duty(loaded, ready)?;
        match &mut all {
            None => all = Some(next),
            Some(all) => {
                let joined = all.join(next);
                let problem = |issue: Issue| Problem::of_file(&loaded.file, issue.code, issue.message);
                joined.map_err(|issue| vec![problem(issue)])?;
            }
        }
    }
    all.ok_or_else(|| {
        let message = "the folder holds no hand-in; put what `rollout-lab play` keeps into it";
        vec![Problem::of_file(name, "not-found", message)]
    })
}

fn one_duty(loaded: &Loaded, ready: &Ready) -> Result<Duty, Vec<Problem>> {
    let path = loaded.file.as_str();
    let kind = FileKind::of(path, &loaded.text);
    if kind != FileKind::Duty {
        let id = &ready.exercise.id;
        let message = format!(
            "this is {}, and exercise \"{id}\" is done by hand: play it with `rollout-lab play {id}`, and hand in what that keeps",
            kind.name()
        );
        return Err(vec![Problem::of_file(path, "other-kind", message)]);
    }
    let read = read::<Duty>(loaded)?;
    errors(read.place(&read.value.problems(&ready.exercise, &ready.scenario, &ready.starter), ""))?;
    Ok(read.value)
}

/// The plan or the session in a file.
pub(super) fn given(loaded: &Loaded) -> Result<Given, Vec<Problem>> {
    let name = loaded.file.as_str();
    if FileKind::of(name, &loaded.text) == FileKind::Duty {
        let message =
            "this is what was done on duty in an Operate exercise; hand in a plan or a session here";
        return Err(vec![Problem::of_file(name, "other-kind", message)]);
    }
    if FileKind::of(name, &loaded.text) == FileKind::Session {
        let read = read::<Session>(loaded)?;
        return Ok(Given { hand_in: HandIn::of_session(name, read.value), outline: read.outline });
    }
    let read = read_plan(loaded)?;
    Ok(Given { hand_in: HandIn::of_plan(name, read.value), outline: read.outline })
}
