//! The learner's saved plans, one file each.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::model::told::told;
use crate::app::texts::{tf, translated};
use crate::control::Plan;
use crate::library::{Format, Problem, Versioned, folder, kept};

/// A saved plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    /// Version of the file format; a file without it is of version 1.
    #[serde(default)]
    pub format: Format<1>,
    /// Its number; its file is `shelf/NUMBER.ron`.
    pub number: u32,
    /// What the learner calls it.
    pub name: String,
    /// The exercise that it is for; empty in the sandbox.
    #[serde(default)]
    pub exercise: String,
    /// The scenario that it is for.
    pub scenario: String,
    /// When it was last opened, in seconds since 1970.
    #[serde(default)]
    pub opened: i64,
    /// The plan.
    pub plan: Plan,
}

impl Versioned for SavedPlan {
    const NEWEST: u32 = 1;
}

/// The commands about saved plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SavedPlansCommand {
    /// Open the plan of this number, on its exercise or scenario.
    Open(u32),
    /// Rename it.
    Rename(u32, String),
    /// Delete it.
    Delete(u32),
    /// Restore the plan that was deleted last.
    Undo,
}

/// All plans.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedPlans {
    /// The plans, by number.
    pub plans: Vec<SavedPlan>,
    /// The one that is open.
    pub open: Option<u32>,
    /// Those deleted since the lab was opened, oldest first. While a run still plays one of them, it is saved again only
    /// once it is changed.
    pub removed: Vec<SavedPlan>,
    /// The texts of these, as they were written, where they were what their exercise or scenario would have been opened
    /// with.
    pub(in crate::app) texts: Vec<Option<String>>,
    /// The highest number of any file in the folder, read or not: what stands there is not written over.
    highest: u32,
}

pub(in crate::app) fn file(number: u32) -> String {
    format!("{number}.ron")
}

pub(in crate::app) fn place(data: &Path) -> PathBuf {
    data.join("shelf")
}

impl SavedPlans {
    /// The plans kept in the data folder, and what the learner should be told about them.
    pub fn load(data: &Path) -> (Self, Vec<String>) {
        let (mut saved_plans, mut notices) = (Self::default(), Vec::new());
        let here = place(data);
        if !folder::is_folder(&here) {
            return (saved_plans, notices);
        }
        let paths = match folder::entries(&here) {
            Ok(paths) => paths,
            Err(problem) => return (saved_plans, vec![told(&problem)]),
        };
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "ron")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
            saved_plans.highest = saved_plans.highest.max(number.unwrap_or(0));
            match kept::load::<SavedPlan>(&here, &name) {
                Ok((plan, notice)) => {
                    notices.extend(notice.map(|text| translated(&text).into_owned()));
                    match plan {
                        Some(plan) if file(plan.number) == name => saved_plans.plans.push(plan),
                        Some(plan) => notices.push(tf("plans.misnamed {} {}", &[&name, &plan.number])),
                        None => {}
                    }
                }
                Err(problem) => notices.push(told(&problem)),
            }
        }
        saved_plans.plans.sort_by_key(|plan| plan.number);
        (saved_plans, notices)
    }

    /// The plan of this number.
    pub fn get(&self, number: u32) -> Option<&SavedPlan> {
        self.plans.iter().find(|plan| plan.number == number)
    }

    /// The plan for an exercise that was opened last.
    pub fn for_exercise(&self, exercise: &str) -> Option<&SavedPlan> {
        self.plans
            .iter()
            .filter(|plan| plan.exercise == exercise)
            .max_by_key(|plan| (plan.opened, plan.number))
    }

    /// All plans, those opened last first.
    pub fn newest_first(&self) -> Vec<&SavedPlan> {
        let mut plans: Vec<&SavedPlan> = self.plans.iter().collect();
        plans.sort_by_key(|plan| std::cmp::Reverse((plan.opened, plan.number)));
        plans
    }

    /// Saves a plan under a free number, and returns the number.
    pub fn add(&mut self, name: String, exercise: String, scenario: String, plan: Plan, opened: i64) -> u32 {
        let taken = self.plans.iter().chain(&self.removed).map(|plan| plan.number).max();
        let number = taken.unwrap_or(0).max(self.highest) + 1;
        self.plans.push(SavedPlan { format: Format, number, name, exercise, scenario, opened, plan });
        number
    }
}

/// Seconds since 1970, for the eye only.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A time as people write it, in UTC.
pub fn date(seconds: i64) -> String {
    let Ok(time) = jiff::Timestamp::from_second(seconds) else { return String::new() };
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Keeps a plan in the data folder.
pub(in crate::app) fn save(data: &Path, plan: &SavedPlan) -> Result<(), Problem> {
    kept::save(&place(data), &file(plan.number), plan)
}
