//! What all parts of the plan's pane share: what they draw from, what they ask for, and small widgets.

use egui::{Align, Layout, RichText, Ui, UiBuilder};

use crate::app::model::LabCommand;
use crate::app::model::editor::{Editor, EditorCommand};
use crate::app::model::run::Run;
use crate::app::texts::tf;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::library::{Outline, Problem};

/// What all parts of the pane draw from and hand back to.
pub(super) struct Pane<'a> {
    pub(super) theme: Theme,
    pub(super) run: &'a Run,
    pub(super) editor: &'a Editor,
    /// Whether the desktop has file dialogs.
    pub(super) has_dialogs: bool,
    pub(super) out: &'a mut Vec<LabCommand>,
    /// The places, line and column, of the problems that a field has told in this frame.
    pub(super) told: Vec<(u32, u32)>,
    /// Whether the field that is being typed into was drawn in this frame, and has the keyboard.
    pub(super) is_typing: bool,
}

impl Pane<'_> {
    pub(super) fn ask(&mut self, command: EditorCommand) {
        self.out.push(LabCommand::Plan(command));
    }

    pub(super) fn set(&mut self, path: &str, value: impl Into<String>) {
        self.ask(EditorCommand::SetField { path: path.to_owned(), value: value.into() });
    }
}

/// The title of a part of the form, with a line under it.
pub(super) fn section(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add_space(8.0);
    widgets::title(ui, theme, text);
    widgets::rule(ui, theme);
}

/// A problem, shown at the field that it is about.
pub(super) fn trouble(ui: &mut Ui, theme: &Theme, message: &str) {
    ui.label(RichText::new(tf("plan.wrong", &[&message])).small().color(theme.harm));
}

/// The problems whose place is within the value at `path`.
pub(super) fn problems_at<'a>(editor: &'a Editor, outline: &Outline, path: &str) -> Vec<&'a Problem> {
    if editor.problems().is_empty() {
        return Vec::new();
    }
    let Some(bytes) = outline.bytes(path) else { return Vec::new() };
    let place = |offset: usize| {
        let (line, column, _) = outline.source().place(offset);
        (line, column)
    };
    let (from, to) = (place(bytes.start), place(bytes.end));
    let within = |problem: &&Problem| (from..to).contains(&(problem.line, problem.column));
    editor.problems().iter().filter(within).collect()
}

/// Draws the widgets of the value at `path`. Their ids depend on the path alone, not on how many widgets stand before them, so a
/// field keeps the keyboard when a message appears above it.
pub(super) fn at_path<R>(ui: &mut Ui, path: &str, draw: impl FnOnce(&mut Ui) -> R) -> R {
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
