//! What all parts of the plan's pane share: what they draw from, what they ask for, and small widgets. Fields are drawn from any file that
//! has them: a plan, or an exercise that is being written.

use std::ops::{Deref, DerefMut};

use egui::{Align, Layout, Response, RichText, Ui, UiBuilder};

use crate::app::model::LabCommand;
use crate::app::model::author::{AuthorCommand, AuthorFile};
use crate::app::model::editor::beginnings::{Beginning, beginnings};
use crate::app::model::editor::{Draft, Editor, EditorCommand};
use crate::app::model::run::Run;
use crate::app::texts::tf;
use crate::app::view::panels::plan::seek::Sought;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::library::knobs::Kind;
use crate::library::{Outline, Problem};

/// What all parts of the plan's pane draw from and hand back to: its fields, and what is around them.
pub(super) struct Pane<'a> {
    pub(super) fields: Fields<'a>,
    pub(super) run: &'a Run,
    pub(super) editor: &'a Editor,
    /// Whether the desktop has file dialogs.
    pub(super) has_dialogs: bool,
}

/// What fields draw from and hand back to.
pub(in crate::app::view::panels) struct Fields<'a> {
    pub(super) theme: Theme,
    /// The file that has them.
    pub(super) of: Written<'a>,
    pub(super) out: &'a mut Vec<LabCommand>,
    /// The places, line and column, of the problems that a field has told in this frame.
    pub(super) told: Vec<(u32, u32)>,
    /// Whether the field that is being typed into was drawn in this frame, and has the keyboard.
    pub(super) is_typing: bool,
    /// The field that is to come into sight and have the keyboard.
    pub(super) sought: Option<Sought>,
}

/// A file whose fields are drawn.
#[derive(Clone, Copy)]
pub(in crate::app::view::panels) enum Written<'a> {
    /// A plan.
    Plan(&'a Editor),
    /// An exercise, with what the checker says of its file.
    Exercise(&'a AuthorFile, &'a [Problem]),
}

impl<'a> Written<'a> {
    /// What is being typed into a field.
    pub(super) fn draft(self) -> Option<&'a Draft> {
        match self {
            Self::Plan(editor) => editor.draft(),
            Self::Exercise(file, _) => file.draft.as_ref(),
        }
    }

    /// What is wrong with it, in the order of its text.
    pub(super) fn problems(self) -> &'a [Problem] {
        match self {
            Self::Plan(editor) => editor.problems(),
            Self::Exercise(_, problems) => problems,
        }
    }

    /// What an item of a list of this kind may begin as, beside items that are called `taken`.
    pub(super) fn beginnings(self, kind: &Kind, taken: &[String]) -> Vec<Beginning> {
        match self {
            Self::Plan(editor) => beginnings(kind, editor, taken),
            Self::Exercise(..) => Vec::new(),
        }
    }

    /// The names of the strategies that may be chosen; none where all may.
    pub(super) fn strategies(self) -> Option<Vec<String>> {
        match self {
            Self::Plan(editor) => editor.strategies(),
            Self::Exercise(..) => None,
        }
    }

    /// The names that the field at `path` may hold, where it names something else of the file: a check that is written once, or an alert.
    pub(super) fn names(self, path: &str) -> Vec<String> {
        let Self::Plan(editor) = self else { return Vec::new() };
        let Some(plan) = editor.plan() else { return Vec::new() };
        match path.rsplit_once('.') {
            Some((_, "check")) => plan.checks.iter().map(|check| check.name.clone()).collect(),
            Some((_, "alert")) => plan.alert_rules().into_iter().map(|rule| rule.name).collect(),
            _ => Vec::new(),
        }
    }
}

impl<'a> Deref for Pane<'a> {
    type Target = Fields<'a>;

    fn deref(&self) -> &Self::Target {
        &self.fields
    }
}

impl DerefMut for Pane<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.fields
    }
}

impl<'a> Fields<'a> {
    /// The fields of a file, in a new frame.
    pub(in crate::app::view::panels) const fn new(
        theme: Theme,
        of: Written<'a>,
        out: &'a mut Vec<LabCommand>,
    ) -> Self {
        Self { theme, of, out, told: Vec::new(), is_typing: false, sought: None }
    }

    /// Brings the field at `path` into sight, unfolding what it is in, and gives it the keyboard.
    pub(in crate::app::view::panels) fn seek(&mut self, outline: &Outline, path: String) {
        self.sought = Some(Sought::new(outline, path));
    }

    /// Whether the field that is sought is at `path` or within it.
    pub(in crate::app::view::panels) fn seeks(&self, outline: &Outline, path: &str) -> bool {
        self.sought.as_ref().is_some_and(|sought| sought.is_within(outline, path))
    }

    /// Whether the field that is sought was found in this frame.
    pub(in crate::app::view::panels) fn has_found(&self) -> bool {
        self.sought.as_ref().is_some_and(Sought::is_found)
    }

    /// What is sought is in something that can be folded, which is open as a whole or not.
    pub(in crate::app::view::panels) fn unfolded(&mut self, is_whole: bool) {
        self.sought.iter_mut().for_each(|sought| sought.unfolded(is_whole));
    }

    /// What stands at `path` was drawn: where it is sought, or holds what is and nothing nearer was met, it comes into sight.
    pub(super) fn met(&mut self, outline: &Outline, path: &str, drawn: &Response, is_typed: bool) {
        if let Some(sought) = self.sought.as_mut().filter(|sought| sought.is_within(outline, path)) {
            sought.meet(path, drawn, is_typed);
        }
    }

    pub(super) fn ask(&mut self, command: EditorCommand) {
        self.out.push(match self.of {
            Written::Plan(_) => LabCommand::Plan(command),
            Written::Exercise(..) => LabCommand::Author(AuthorCommand::Edit(command)),
        });
    }

    /// Leaves the field that is being typed into, when it has lost the keyboard or is not there any more.
    pub(in crate::app::view::panels) fn settle(&mut self) {
        if self.of.draft().is_some() && !self.is_typing {
            self.ask(EditorCommand::Settle);
        }
    }

    pub(super) fn set(&mut self, path: &str, value: impl Into<String>) {
        self.ask(EditorCommand::SetField { path: path.to_owned(), value: value.into() });
    }
}

/// The title of a part of the form, with a line under it.
pub(super) fn section(ui: &mut Ui, theme: &Theme, text: &str) {
    if !widgets::is_low(ui) {
        ui.add_space(8.0);
    }
    widgets::title(ui, theme, text);
    widgets::rule(ui, theme);
}

/// A problem, shown at the field that it is about.
pub(super) fn trouble(ui: &mut Ui, theme: &Theme, message: &str) {
    ui.label(RichText::new(tf("plan.wrong", &[&message])).small().color(theme.harm));
}

/// The problems whose place is within the value at `path`.
pub(super) fn problems_at<'a>(problems: &'a [Problem], outline: &Outline, path: &str) -> Vec<&'a Problem> {
    if problems.is_empty() {
        return Vec::new();
    }
    let Some(bytes) = outline.bytes(path) else { return Vec::new() };
    let place = |offset: usize| {
        let (line, column, _) = outline.source().place(offset);
        (line, column)
    };
    let (from, to) = (place(bytes.start), place(bytes.end));
    let within = |problem: &&Problem| (from..to).contains(&(problem.line, problem.column));
    problems.iter().filter(within).collect()
}

/// Draws the widgets of the value at `path`. Their ids depend on the path alone, not on how many widgets stand before them, so a
/// field keeps the keyboard when a message appears above it.
pub(in crate::app::view::panels) fn at_path<R>(
    ui: &mut Ui,
    path: &str,
    draw: impl FnOnce(&mut Ui) -> R,
) -> R {
    let id = ui.id().with(("value", path));
    ui.scope_builder(UiBuilder::new().id(id), draw).inner
}

/// Text on the left and on the right of a line that may be narrow.
pub(super) fn both_ends(ui: &mut Ui, left: impl FnOnce(&mut Ui), right: RichText) {
    ui.horizontal_top(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            ui.label(right);
            ui.with_layout(Layout::top_down(Align::Min), left);
        });
    });
}
