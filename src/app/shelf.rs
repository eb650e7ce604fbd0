//! The learner's own plans. Whatever is changed about an exercise's plan is kept by itself, one file a plan, and is there
//! again when the exercise is opened.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Lab;
use super::editor::EditorCommand;
use super::run::Subject;
use super::texts::tf;
use crate::control::Plan;
use crate::library::{Problem, folder, kept, write_ron};

/// A plan that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptPlan {
    /// By which it is known; its file is `shelf/NUMBER.ron`.
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

/// What can be asked about plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShelfCommand {
    /// Open the plan of this number, on its exercise or scenario.
    Open(u32),
    /// Call it otherwise.
    Rename(u32, String),
    /// Throw it away.
    Delete(u32),
    /// Take back the plan that was thrown away last.
    Undo,
}

/// All plans.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shelf {
    /// Those that are kept, by number.
    pub plans: Vec<KeptPlan>,
    /// The one that is open.
    pub open: Option<u32>,
    /// Those thrown away since the lab was opened, oldest first. Where one of them is still played, it is kept again only
    /// once it is changed.
    pub removed: Vec<KeptPlan>,
    /// The texts of these, as they were written, where they were what their exercise or scenario would have been opened
    /// with.
    texts: Vec<Option<String>>,
    /// The highest number of any file in the folder, read or not: what stands there is not written over.
    highest: u32,
}

fn file(number: u32) -> String {
    format!("{number}.ron")
}

fn place(data: &Path) -> PathBuf {
    data.join("shelf")
}

impl Shelf {
    /// The plans kept in the data folder, and what the learner should be told about them.
    pub fn load(data: &Path) -> (Self, Vec<String>) {
        let (mut shelf, mut notices) = (Self::default(), Vec::new());
        let here = place(data);
        if !folder::is_folder(&here) {
            return (shelf, notices);
        }
        let paths = match folder::entries(&here) {
            Ok(paths) => paths,
            Err(problem) => return (shelf, vec![problem.rendered()]),
        };
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "ron")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
            shelf.highest = shelf.highest.max(number.unwrap_or(0));
            match kept::load::<KeptPlan>(&here, &name) {
                Ok((plan, notice)) => {
                    notices.extend(notice);
                    match plan {
                        Some(plan) if file(plan.number) == name => shelf.plans.push(plan),
                        Some(plan) => notices.push(tf("plans.misnamed {} {}", &[&name, &plan.number])),
                        None => {}
                    }
                }
                Err(problem) => notices.push(problem.rendered()),
            }
        }
        shelf.plans.sort_by_key(|plan| plan.number);
        (shelf, notices)
    }

    /// The plan of this number.
    pub fn get(&self, number: u32) -> Option<&KeptPlan> {
        self.plans.iter().find(|plan| plan.number == number)
    }

    /// The plan for an exercise that was opened last.
    pub fn for_exercise(&self, exercise: &str) -> Option<&KeptPlan> {
        self.plans
            .iter()
            .filter(|plan| plan.exercise == exercise)
            .max_by_key(|plan| (plan.opened, plan.number))
    }

    /// All plans, those opened last first.
    pub fn newest_first(&self) -> Vec<&KeptPlan> {
        let mut plans: Vec<&KeptPlan> = self.plans.iter().collect();
        plans.sort_by_key(|plan| std::cmp::Reverse((plan.opened, plan.number)));
        plans
    }

    /// Puts a plan on the shelf under a number that is free, and gives that.
    pub fn add(&mut self, name: String, exercise: String, scenario: String, plan: Plan, opened: i64) -> u32 {
        let taken = self.plans.iter().chain(&self.removed).map(|plan| plan.number).max();
        let number = taken.unwrap_or(0).max(self.highest) + 1;
        self.plans.push(KeptPlan { number, name, exercise, scenario, opened, plan });
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

impl Lab {
    /// Does what is asked about plans.
    pub(super) fn apply_shelf(&mut self, command: ShelfCommand) {
        match command {
            ShelfCommand::Open(number) => self.open_kept(number),
            ShelfCommand::Rename(number, name) => {
                let name = name.trim();
                if let Some(plan) = self.shelf.plans.iter_mut().find(|plan| plan.number == number)
                    && !name.is_empty()
                {
                    plan.name = name.chars().take(80).collect();
                    self.keep_on_shelf(number);
                }
            }
            ShelfCommand::Delete(number) => {
                let Some(index) = self.shelf.plans.iter().position(|plan| plan.number == number) else {
                    return;
                };
                let plan = self.shelf.plans.remove(index);
                if self.shelf.open == Some(number) {
                    self.shelf.open = None;
                }
                let removed =
                    self.start.data.as_deref().map(|data| kept::remove(&place(data), &file(number)));
                let text = self.forget_text(&plan);
                self.shelf.removed.push(plan);
                self.shelf.texts.push(text);
                if let Some(Err(problem)) = removed {
                    self.trouble(problem.rendered());
                }
            }
            ShelfCommand::Undo => {
                let Some(plan) = self.shelf.removed.pop() else { return };
                let text = self.shelf.texts.pop().flatten();
                let number = plan.number;
                if let Some(text) = text {
                    self.keep_text(&plan, &text);
                }
                let ids = (plan.exercise.clone(), plan.scenario.clone());
                if self.run.as_ref().is_some_and(|run| run.subject.ids() == ids && run.plan == plan.plan) {
                    self.shelf.open = Some(number);
                }
                self.shelf.plans.push(plan);
                self.shelf.plans.sort_by_key(|plan| plan.number);
                self.keep_on_shelf(number);
            }
        }
    }

    pub(super) fn open_kept(&mut self, number: u32) {
        let Some(kept) = self.shelf.get(number).cloned() else { return };
        let subject = match self.catalog.exercise(&kept.exercise) {
            Some(entry) => Subject::Exercise(entry.clone()),
            None => match self.catalog.world(&kept.scenario) {
                Some(world) => Subject::World(world.clone()),
                None => {
                    self.trouble(tf("open.no_scenario", &[&kept.scenario]));
                    return;
                }
            },
        };
        if self.open(subject, kept.plan.clone(), 0, 1) {
            self.write(&kept.plan);
            self.shelf.open = Some(number);
            self.touch(number);
        }
    }

    /// Puts a plan before the learner in place of what is being written.
    pub(super) fn write(&mut self, plan: &Plan) {
        match write_ron(plan) {
            Ok(text) => self.apply_plan(EditorCommand::SetText(text)),
            Err(message) => self.trouble(message),
        }
    }

    /// Notes that a plan was opened now.
    pub(super) fn touch(&mut self, number: u32) {
        if let Some(plan) = self.shelf.plans.iter_mut().find(|plan| plan.number == number) {
            plan.opened = now();
            self.keep_on_shelf(number);
        }
    }

    /// Keeps the plan of the run that is open, when it was changed.
    pub(super) fn shelve(&mut self) {
        let Some(run) = &self.run else { return };
        let (exercise, scenario) = run.subject.ids();
        let open = self.shelf.open.and_then(|number| self.shelf.get(number));
        let open = open
            .filter(|kept| kept.exercise == exercise && (!exercise.is_empty() || kept.scenario == scenario));
        if open.is_some_and(|kept| kept.plan == run.plan) {
            return;
        }
        let entry = run.entry();
        let is_shown =
            entry.and_then(|entry| entry.solution.as_ref()).is_some_and(|(_, plan)| *plan == run.plan);
        let is_given = match entry {
            Some(entry) => entry.starter == run.plan,
            None => super::sandbox::is_given(&run.plan),
        };
        // What was given is nobody's own.
        let is_same =
            |gone: &KeptPlan| gone.plan == run.plan && gone.exercise == exercise && gone.scenario == scenario;
        let is_unwanted = open.is_none() && self.shelf.removed.iter().any(is_same);
        if is_shown || is_unwanted || is_given {
            return;
        }
        let plan = run.plan.clone();
        let number = match open.map(|kept| kept.number) {
            Some(number) => {
                if let Some(kept) = self.shelf.plans.iter_mut().find(|kept| kept.number == number) {
                    kept.plan = plan;
                }
                number
            }
            None => {
                let name = tf("plans.name {}", &[&run.subject.title()]);
                self.shelf.add(name, exercise, scenario, plan, now())
            }
        };
        self.shelf.open = Some(number);
        self.keep_on_shelf(number);
    }

    pub(super) fn keep_on_shelf(&mut self, number: u32) {
        let (Some(data), Some(plan)) = (self.start.data.clone(), self.shelf.get(number)) else { return };
        if let Err(problem) = save(&data, plan) {
            self.trouble(problem.rendered());
        }
    }
}

/// Keeps a plan in the data folder.
pub(super) fn save(data: &Path, plan: &KeptPlan) -> Result<(), Problem> {
    kept::save(&place(data), &file(plan.number), plan)
}
