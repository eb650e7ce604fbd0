//! The commands of saved plans, and when a plan is saved automatically.

use crate::app::model::Lab;
use crate::app::model::editor::EditorCommand;
use crate::app::model::saved_plans::{SavedPlan, SavedPlansCommand, file, now, place, save};
use crate::app::model::subject::Subject;
use crate::app::texts::tf;
use crate::control::Plan;
use crate::library::{kept, write_ron};

impl Lab {
    /// Applies a command about saved plans.
    pub(in crate::app) fn apply_saved_plans(&mut self, command: SavedPlansCommand) {
        match command {
            SavedPlansCommand::Open(number) => self.open_saved_plan(number),
            SavedPlansCommand::Rename(number, name) => {
                let name = name.trim();
                if let Some(plan) = self.saved_plans.plans.iter_mut().find(|plan| plan.number == number)
                    && !name.is_empty()
                {
                    plan.name = name.chars().take(80).collect();
                    self.save_plan(number);
                }
            }
            SavedPlansCommand::Delete(number) => {
                let Some(index) = self.saved_plans.plans.iter().position(|plan| plan.number == number) else {
                    return;
                };
                let plan = self.saved_plans.plans.remove(index);
                if self.saved_plans.open == Some(number) {
                    self.saved_plans.open = None;
                }
                let removed =
                    self.start.data.as_deref().map(|data| kept::remove(&place(data), &file(number)));
                let text = self.forget_text(&plan);
                self.saved_plans.removed.push(plan);
                self.saved_plans.texts.push(text);
                if let Some(Err(problem)) = removed {
                    self.not_saved(&problem);
                }
            }
            SavedPlansCommand::Undo => {
                let Some(plan) = self.saved_plans.removed.pop() else { return };
                let text = self.saved_plans.texts.pop().flatten();
                let number = plan.number;
                if let Some(text) = text {
                    self.keep_text(&plan, &text);
                }
                let ids = (plan.exercise.clone(), plan.scenario.clone());
                if self.run.as_ref().is_some_and(|run| run.subject.ids() == ids && run.plan == plan.plan) {
                    self.saved_plans.open = Some(number);
                }
                self.saved_plans.plans.push(plan);
                self.saved_plans.plans.sort_by_key(|plan| plan.number);
                self.save_plan(number);
            }
        }
    }

    pub(in crate::app) fn open_saved_plan(&mut self, number: u32) {
        let Some(kept) = self.saved_plans.get(number).cloned() else { return };
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
        self.classroom.leads = false;
        self.leave_introduction();
        if self.open(subject, kept.plan.clone(), 0, 1) {
            self.write(&kept.plan);
            self.saved_plans.open = Some(number);
            self.touch(number);
        }
    }

    /// Replaces the text in the editor by a plan.
    pub(in crate::app) fn write(&mut self, plan: &Plan) {
        match write_ron(plan) {
            Ok(text) => self.apply_plan(EditorCommand::SetText(text)),
            Err(message) => self.trouble(message),
        }
    }

    /// Notes that a plan was opened now.
    pub(in crate::app) fn touch(&mut self, number: u32) {
        if let Some(plan) = self.saved_plans.plans.iter_mut().find(|plan| plan.number == number) {
            plan.opened = now();
            self.save_plan(number);
        }
    }

    /// Saves the plan of the open run, if it was changed.
    pub(in crate::app) fn save_played_plan(&mut self) {
        let Some(run) = self.run.as_ref().filter(|run| run.introduction.is_none()) else { return };
        let (exercise, scenario) = run.subject.ids();
        let open = self.saved_plans.open.and_then(|number| self.saved_plans.get(number));
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
            None => crate::app::model::sandbox::is_given(&run.plan) || self.catalog.is_of_museum(&run.plan),
        };
        // A plan that was provided is not the learner's own.
        let is_same = |gone: &SavedPlan| {
            gone.plan == run.plan && gone.exercise == exercise && gone.scenario == scenario
        };
        let is_unwanted = open.is_none() && self.saved_plans.removed.iter().any(is_same);
        if is_shown || is_unwanted || is_given {
            return;
        }
        let plan = run.plan.clone();
        let number = match open.map(|kept| kept.number) {
            Some(number) => {
                if let Some(kept) = self.saved_plans.plans.iter_mut().find(|kept| kept.number == number) {
                    kept.plan = plan;
                }
                number
            }
            None => {
                let name = tf("plans.name {}", &[&run.subject.title()]);
                self.saved_plans.add(name, exercise, scenario, plan, now())
            }
        };
        self.saved_plans.open = Some(number);
        self.save_plan(number);
    }

    pub(in crate::app) fn save_plan(&mut self, number: u32) {
        let (Some(data), Some(plan)) = (self.start.data.clone(), self.saved_plans.get(number)) else {
            return;
        };
        let saved = save(&data, plan);
        self.saved(saved);
    }
}
