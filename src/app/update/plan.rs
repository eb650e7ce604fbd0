//! The commands of the plan's editor, and when the plan's text is saved.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::app::model::Lab;
use crate::app::model::editor::command::{Exported, Unsaved};
use crate::app::model::editor::{Editor, EditorCommand};
use crate::app::model::saved_plans::SavedPlan;
use crate::app::model::subject::Subject;
use crate::app::model::told::{told, told_in_a_line};
use crate::app::texts::{t, tf, translated};
use crate::control::Plan;
use crate::library::disk::{load_text, save_atomic};
use crate::library::{Problem, patch, plans, read_ron};
use crate::manifest::{self, Format};

/// A plan is saved this long after its last change, and at the latest [`AT_LATEST`] after its first.
const AFTER: Duration = Duration::from_millis(400);

const AT_LATEST: Duration = Duration::from_secs(1);

impl Editor {
    /// Does what is asked; `now` is the lab's clock.
    ///
    /// # Errors
    /// Why it cannot be done. The text is unchanged then.
    pub fn apply(&mut self, command: EditorCommand, now: Duration) -> Result<(), Problem> {
        // One field is typed into at a time: whatever else is done, what was typed comes first.
        let goes_on = match &command {
            EditorCommand::Draft(draft) => self.draft().is_none_or(|before| before.path == draft.path),
            EditorCommand::Discard | EditorCommand::Undo => true,
            _ => false,
        };
        if !goes_on {
            self.settle()?;
        }
        let changed = match command {
            EditorCommand::Draft(draft) => {
                self.set_draft(Some(draft));
                return Ok(());
            }
            EditorCommand::Settle => return Ok(()),
            EditorCommand::Discard => {
                self.set_draft(None);
                return Ok(());
            }
            EditorCommand::Undo => {
                self.undo();
                return Ok(());
            }
            EditorCommand::SetText(text) => {
                self.change(text, Some((String::new(), now)));
                return Ok(());
            }
            EditorCommand::SetField { path, value } => {
                let changed = patch::set(&self.text, &path, &value)?;
                self.change(changed, Some((path, now)));
                return Ok(());
            }
            EditorCommand::Remove(path) => patch::remove(&self.text, &path)?,
            EditorCommand::Insert { list, at, value } => patch::insert(&self.text, &list, at, &value)?,
            EditorCommand::Move { list, from, to } => patch::shift(&self.text, &list, from, to)?,
            EditorCommand::Duplicate { list, at } => patch::duplicate(&self.text, &list, at)?,
            EditorCommand::Reset => Self::starter(&self.subject).to_owned(),
            EditorCommand::Redo => {
                self.redo();
                return Ok(());
            }
            EditorCommand::Template(index) => return self.template(index),
            EditorCommand::Import { name, text } => {
                self.open(&name, &text);
                return Ok(());
            }
            EditorCommand::Open(path) => {
                let text = load_text(&path)?;
                self.open(&path.display().to_string(), &text);
                return Ok(());
            }
            EditorCommand::Export { to, path } => {
                self.exported = Some(self.export(to, path));
                return Ok(());
            }
            EditorCommand::PutAway => {
                (self.import, self.exported) = (None, None);
                return Ok(());
            }
        };
        self.change(changed, None);
        Ok(())
    }

    fn export(&self, to: Option<&'static Format>, path: PathBuf) -> Result<Exported, String> {
        let (text, unsaid) = match (to, self.playable()) {
            (None, _) => (self.text.clone(), Vec::new()),
            (Some(format), Some(plan)) => {
                let exported = manifest::export(plan, format)?;
                (exported.text, exported.unsaid)
            }
            (Some(_), None) => {
                return Err(self.problems.first().map(told_in_a_line).unwrap_or_default());
            }
        };
        save_atomic(&path, text.as_bytes()).map_err(|problem| told_in_a_line(&problem))?;
        Ok(Exported { path, unsaid })
    }
}

/// The name under which the plan for `subject` is kept. A scenario may be called as an exercise is.
fn plan_id(subject: &Subject) -> String {
    let (exercise, scenario) = subject.ids();
    id_of(&exercise, &scenario)
}

/// The same, by the ids of an exercise, empty in the sandbox, and of a scenario.
fn id_of(exercise: &str, scenario: &str) -> String {
    if exercise.is_empty() { format!("sandbox-{scenario}") } else { exercise.to_owned() }
}

impl Lab {
    /// Applies a command to the plan of the open run.
    pub(in crate::app) fn apply_plan(&mut self, command: EditorCommand) {
        let now = self.clock;
        let Some(run) = &mut self.run else { return };
        let before = run.editor.text_to_keep();
        let done = run.editor.apply(command, now);
        if run.editor.text_to_keep() != before {
            let since = run.unsaved.0.map_or(now, |(first, _)| first);
            run.unsaved = Unsaved(Some((since, now)));
        }
        if let Err(problem) = done {
            self.trouble(told_in_a_line(&problem));
        }
        if !self.start.threads {
            self.keep_plan();
        }
    }

    /// The editor with which `subject` is opened: that of the run that is open, when it is of the same; else with the
    /// text that was kept, or what learners start from.
    pub(in crate::app) fn editor_for(&mut self, subject: &Subject) -> Editor {
        let id = plan_id(subject);
        if let Some(run) = self.run.as_ref().filter(|run| plan_id(&run.subject) == id) {
            return run.editor.clone();
        }
        let kept = self.start.data.as_deref().map(|folder| plans::load(folder, &id));
        let text = match kept {
            Some(Ok(text)) => text,
            Some(Err(problem)) => {
                self.trouble(told(&problem));
                None
            }
            None => None,
        };
        let text = text.unwrap_or_else(|| Editor::starter(subject).to_owned());
        Editor::new(subject.clone(), text)
    }

    /// Makes what is being typed into a field of the plan part of its text, before the plan is used or left.
    pub(in crate::app) fn settle_plan(&mut self) {
        if self.run.as_ref().is_some_and(|run| run.editor.draft().is_some()) {
            self.apply_plan(EditorCommand::Settle);
        }
    }

    /// Restarts the run with the plan as it is written, or says why it cannot be played.
    pub(in crate::app) fn restart(&mut self) {
        self.settle_plan();
        let Some(run) = &self.run else { return };
        let (subject, case, seed) = (run.subject.clone(), run.case.0, run.seed);
        match run.editor.playable().cloned() {
            Some(plan) => {
                self.open(subject, plan, case, seed);
            }
            None => {
                let first = run.editor.problems().first();
                let said = first.map(|p| tf("plan.line", &[&p.line, &p.column, &translated(&p.message)]));
                self.trouble(format!("{} {}", t("plan.no_restart"), said.unwrap_or_default()));
            }
        }
    }

    /// Deletes the saved text of a plan that is deleted, and returns it. Nothing happens when another text is saved there.
    pub(in crate::app) fn forget_text(&mut self, plan: &SavedPlan) -> Option<String> {
        let id = id_of(&plan.exercise, &plan.scenario);
        if let Some(run) = self.run.as_mut().filter(|run| plan_id(&run.subject) == id)
            && run.editor.plan() == Some(&plan.plan)
        {
            // A change that is not saved yet is not wanted either.
            run.unsaved = Unsaved::default();
        }
        let folder = self.start.data.as_deref()?;
        let text = plans::load(folder, &id).ok().flatten()?;
        let is_same = read_ron::<Plan>("plan", &text).is_ok_and(|(kept, _)| kept == plan.plan);
        if !is_same {
            return None;
        }
        if let Err(problem) = plans::remove(folder, &id) {
            self.not_saved(&problem);
        }
        Some(text)
    }

    /// Saves the text of a plan that was restored, unless another was written meanwhile.
    pub(in crate::app) fn keep_text(&mut self, plan: &SavedPlan, text: &str) {
        let id = id_of(&plan.exercise, &plan.scenario);
        let Some(folder) = self.start.data.as_deref() else { return };
        if matches!(plans::load(folder, &id), Ok(None))
            && let Err(problem) = plans::save(folder, &id, text)
        {
            self.not_saved(&problem);
        }
    }

    /// Saves the plan when it was changed and the learner pauses, or has typed for long.
    pub(in crate::app) fn keep_plan_in_time(&mut self) {
        let now = self.clock;
        let due = |(first, last): (Duration, Duration)| now >= last + AFTER || now >= first + AT_LATEST;
        if self.run.as_ref().and_then(|run| run.unsaved.0).is_some_and(due) {
            self.keep_plan();
        }
    }

    /// Saves the plan now, if it was changed.
    pub(in crate::app) fn keep_plan(&mut self) {
        let Some(run) = &mut self.run else { return };
        if run.unsaved.0.take().is_none() {
            return;
        }
        let kept = self
            .start
            .data
            .as_deref()
            .map(|folder: &Path| plans::save(folder, &plan_id(&run.subject), &run.editor.text_to_keep()));
        if let Some(saved) = kept {
            self.saved(saved);
        }
    }
}
