//! The editor of the plan. The text is what counts: its comments and its order stay, and the form changes the text at the place
//! of a field. After every change the text is parsed and checked again.

pub mod beginnings;
pub mod command;
pub mod draft;
pub mod history;
pub mod ladder;

use std::sync::Arc;
use std::time::Duration;

pub use command::EditorCommand;
pub use draft::Draft;
use similar::{ChangeTag, TextDiff};

use crate::app::model::editor::history::History;
use crate::app::model::subject::Subject;
use crate::control::Plan;
use crate::exercise::{Allow, not_allowed};
pub use crate::library::knobs::example as shape;
use crate::library::templates::{PLACE, PLANS};
use crate::library::{Outline, Problem, Severity, patch, read_file, write_ron};
use crate::manifest::{self, Finding, Imported};
use crate::scenario::Scenario;

/// The file name in problems of the plan.
const FILE: &str = "plan";

/// The result of opening a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The file's name.
    pub name: String,
    /// Findings about fields that were changed, ignored or not supported.
    pub findings: Vec<Finding>,
    /// Why it could not become a plan. The text is unchanged then.
    pub problems: Vec<Problem>,
}

/// The editor of a plan.
#[derive(Clone, Debug)]
pub struct Editor {
    pub(in crate::app) subject: Subject,
    pub(in crate::app) text: String,
    outline: Result<Outline, Problem>,
    plan: Option<Plan>,
    pub(in crate::app) problems: Vec<Problem>,
    history: History,
    /// What is being typed into a field of the form.
    draft: Option<Draft>,
    pub(in crate::app) import: Option<Import>,
    pub(in crate::app) exported: Option<Result<command::Exported, String>>,
}

impl Editor {
    /// An editor for `subject` with `text`.
    pub fn new(subject: Subject, text: impl Into<String>) -> Self {
        let text = text.into();
        let mut editor = Self {
            subject,
            outline: Outline::of(FILE, &text),
            text,
            plan: None,
            problems: Vec::new(),
            history: History::default(),
            draft: None,
            import: None,
            exported: None,
        };
        editor.read();
        editor
    }

    /// The starter, as text.
    pub fn starter(subject: &Subject) -> &str {
        match subject {
            Subject::Exercise(entry) => &entry.starter_text,
            Subject::World(_) => crate::app::model::sandbox::FIRST_PLAN,
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as it is saved: with what is being typed in its place, which is not judged yet.
    pub fn text_to_keep(&self) -> String {
        let drafted = self.draft.as_ref().and_then(|draft| draft.within(&self.text).ok());
        drafted.unwrap_or_else(|| self.text.clone())
    }

    /// What is being typed into a field.
    pub const fn draft(&self) -> Option<&Draft> {
        self.draft.as_ref()
    }

    /// Where its fields stand.
    ///
    /// # Errors
    /// The first thing wrong with how it is written: the form cannot show it then.
    pub const fn outline(&self) -> Result<&Outline, &Problem> {
        self.outline.as_ref()
    }

    /// The plan, if the text can be read as one; it may have problems.
    pub const fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// Its problems, in the order of the text.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many of its problems keep it from being played.
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error).count()
    }

    /// The plan, if nothing keeps it from being played.
    pub fn playable(&self) -> Option<&Plan> {
        self.plan.as_ref().filter(|_| self.errors() == 0)
    }

    /// Whether it differs from `played`, the plan of the run.
    pub fn differs_from(&self, played: &Plan) -> bool {
        self.plan.as_ref() != Some(played)
    }

    /// Whether the learner may change the plan's field `field`, such as `analysis`; all in the sandbox.
    pub fn may_change(&self, field: &str) -> bool {
        match &self.subject {
            Subject::World(_) => true,
            Subject::Exercise(entry) => {
                let may = |name: &str| entry.exercise.allow.iter().any(|allow| allow.field() == Some(name));
                let name = match field {
                    // They decide nothing but where a strategy or an analysis uses them.
                    "checks" => return may("strategy") || may("analysis"),
                    "burn_alerts" | "notifications" => "alerts",
                    "flag_rules" => "flags",
                    name => name,
                };
                name == "title" || may(name)
            }
        }
    }

    /// The names of the strategies that the learner may choose; all in the sandbox.
    pub fn strategies(&self) -> Option<Vec<String>> {
        let Subject::Exercise(entry) = &self.subject else { return None };
        let named = entry.exercise.allow.iter().filter_map(|allow| match allow {
            Allow::Strategy(names) => Some(names.iter().map(|name| format!("{name:?}"))),
            _ => None,
        });
        Some(named.flatten().collect())
    }

    /// The report about the last import, until it is closed.
    pub const fn import(&self) -> Option<&Import> {
        self.import.as_ref()
    }

    /// The result of the last export, until it is closed.
    pub const fn exported(&self) -> Option<&Result<command::Exported, String>> {
        self.exported.as_ref()
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    /// The lines of the starter and of the text, each with whether it was kept, deleted or inserted.
    pub fn diff(&self) -> Vec<(ChangeTag, String)> {
        let starter: Vec<&str> = Self::starter(&self.subject).lines().collect();
        let text: Vec<&str> = self.text.lines().collect();
        let diff = TextDiff::from_slices(&starter, &text);
        diff.iter_all_changes().map(|change| (change.tag(), change.value().to_owned())).collect()
    }

    /// Replaces the text; the change can be undone. Typing without a pause is one step of undo.
    pub(in crate::app) fn change(&mut self, text: String, typed: Option<(String, Duration)>) {
        if text == self.text {
            return;
        }
        let before = std::mem::replace(&mut self.text, text);
        self.history.note(before, typed);
        self.read();
    }

    pub(in crate::app) fn set_draft(&mut self, draft: Option<Draft>) {
        self.draft = draft;
    }

    /// Makes what was typed into a field part of the text.
    ///
    /// # Errors
    /// Why it cannot. What was typed is dropped then.
    pub(in crate::app) fn settle(&mut self) -> Result<(), Problem> {
        if let Some(draft) = self.draft.take() {
            let text = draft.within(&self.text)?;
            self.change(text, None);
        }
        Ok(())
    }

    /// Goes back to the text before the last change; what is being typed is dropped first, and alone.
    pub(in crate::app) fn undo(&mut self) {
        if self.draft.take().is_some() {
            return;
        }
        if let Some(text) = self.history.undo(&self.text) {
            self.text = text;
            self.read();
        }
    }

    pub(in crate::app) fn redo(&mut self) {
        if let Some(text) = self.history.redo(&self.text) {
            self.text = text;
            self.read();
        }
    }

    /// What a template says of the fields that may be changed; all of it in the sandbox.
    pub(in crate::app) fn template(&mut self, index: usize) -> Result<(), Problem> {
        let Some(template) = PLANS.get(index) else { return Ok(()) };
        let text = template.text.replace(PLACE, crate::app::texts::t("plan.my_plan"));
        if matches!(self.subject, Subject::World(_)) {
            self.change(text, None);
            return Ok(());
        }
        let outline = Outline::of(FILE, &text)?;
        let mut changed = self.text.clone();
        for field in outline.keys("") {
            if self.may_change(field)
                && field != "title"
                && let Some(value) = outline.written(field)
            {
                changed = patch::set(&changed, field, value)?;
            }
        }
        self.change(changed, None);
        Ok(())
    }

    /// Reads a manifest or a plan that was opened under `name`.
    pub(in crate::app) fn open(&mut self, name: &str, text: &str) {
        let mut import = Import { name: name.to_owned(), findings: Vec::new(), problems: Vec::new() };
        if name.ends_with(".ron") {
            self.change(text.to_owned(), None);
        } else {
            match manifest::import(name, text, &manifest::Table::default()) {
                Ok(Imported { plan, findings, .. }) => {
                    import.findings = findings;
                    match write_ron(&plan) {
                        Ok(text) => self.change(text, None),
                        Err(message) => {
                            import.problems.push(Problem::of_file(name, "cannot-write", message));
                        }
                    }
                }
                Err(problems) => import.problems = problems,
            }
        }
        self.import = Some(import);
    }

    /// The world that the plan is for.
    pub fn scenario(&self) -> &Arc<Scenario> {
        match &self.subject {
            Subject::Exercise(entry) => &entry.scenario,
            Subject::World(world) => &world.scenario,
        }
    }

    /// Parses and checks the text.
    fn read(&mut self) {
        self.outline = Outline::of(FILE, &self.text);
        match read_file::<Plan>(FILE, &self.text) {
            Ok((plan, outline)) => {
                let mut issues = plan.problems(Some(self.scenario()));
                if let Subject::Exercise(entry) = &self.subject {
                    issues.extend(not_allowed(&entry.exercise, &entry.scenario, &entry.starter, &plan));
                }
                self.problems = issues.iter().map(|issue| outline.problem_of(issue)).collect();
                self.problems.sort_by_key(|problem| (problem.line, problem.column));
                self.plan = Some(plan);
            }
            Err(problems) => {
                self.problems = problems;
                self.plan = None;
            }
        }
    }
}
