//! Loads the files that the command line names: plans and hand-ins (which may be real manifests), scenarios, exercises.

use crate::control::Plan;
use crate::exercise::{HandIn, Session};
pub(super) use crate::library::load::{
    Read, Ready, errors, exercise, file, needed, read, read_scenario, scenario, scenario_named, scenario_of,
    scenario_text_of,
};
use crate::library::shipped::Loaded;
use crate::library::{FileKind, Outline, Problem};
pub(super) use crate::manifest::read_plan;
use crate::scenario::{Issue, Scenario};

use super::output::Trouble;

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

/// The plan or the session in a file.
pub(super) fn given(loaded: &Loaded) -> Result<Given, Vec<Problem>> {
    let name = loaded.file.as_str();
    if FileKind::of(name, &loaded.text) == FileKind::Session {
        let read = read::<Session>(loaded)?;
        return Ok(Given { hand_in: HandIn::of_session(name, read.value), outline: read.outline });
    }
    let read = read_plan(loaded)?;
    Ok(Given { hand_in: HandIn::of_plan(name, read.value), outline: read.outline })
}
