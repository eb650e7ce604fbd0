//! The plan, as a form and as text. Both show the same plan: the form changes the text at the place of a field.

mod entry;
mod field;
mod foot;
mod form;
mod list;
mod map;
mod meter;
mod outlook;
mod pane;
mod seek;
pub mod steps;
mod text;
mod tools;
mod watch;

use egui::{Key, KeyboardShortcut, Modifiers, ScrollArea, Ui, UiBuilder};
pub use form::go_to;
pub use text::jump;
pub(super) use text::put_cursor;

use crate::app::model::editor::EditorCommand;
use crate::app::model::run::Run;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
pub(super) use crate::app::view::panels::plan::pane::{Fields, Written, at_path};
use crate::app::view::panels::plan::pane::{Pane, section};
use crate::app::view::widgets;
pub(super) use field::knob;

/// From this width on, form and text stand side by side when both are asked for.
const BOTH: f32 = 620.0;

/// What the foot leaves to the form or the text at the least, in points: as much as a list takes that is scrolled.
const LEAST: f32 = 70.0;

/// The room that the buttons of undo and redo take, in points.
const UNDO_AND_REDO: f32 = 80.0;

/// What of the plan is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Form,
    Text,
    Both,
}

/// Draws the plan of the run that is open.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let fields = Fields::new(lab.theme(), Written::Plan(&run.editor), out);
    let mut pane = Pane { fields, run, editor: &run.editor, has_dialogs: lab.dialogs.are_there() };
    keys(ui, &mut pane);
    tools::take_dropped(ui, &mut pane);
    let id = ui.id().with("mode");
    let mut mode = ui.data(|data| data.get_temp::<Mode>(id)).unwrap_or_default();
    let room = ui.available_width() >= BOTH;
    ui.horizontal_wrapped(|ui| {
        widgets::title(ui, &pane.theme, t("pane.plan"));
        for (of, name) in
            [(Mode::Form, t("plan.form")), (Mode::Text, t("plan.text")), (Mode::Both, t("plan.both"))]
        {
            let chosen = mode == of || (!room && mode == Mode::Both && of == Mode::Form);
            if (of != Mode::Both || room) && ui.selectable_label(chosen, name).clicked() {
                mode = of;
            }
        }
        // Both on one line, the next where this has no room for them.
        if ui.available_size_before_wrap().x < UNDO_AND_REDO {
            ui.end_row();
        }
        tools::undo(ui, &mut pane);
    });
    if mode == Mode::Form && text::is_awaited(ui) {
        mode = Mode::Text;
    } else if mode == Mode::Text && form::wanted(ui).is_some() && pane.editor.outline().is_ok() {
        mode = Mode::Form;
    }
    ui.data_mut(|data| data.insert_temp(id, mode));
    let whole = ui.available_rect_before_wrap();
    let foot = foot::height(whole.height());
    if whole.height() < foot + LEAST {
        // The foot has no place of its own: it comes after what is scrolled.
        scrolled(ui, "low", |ui| {
            if mode == Mode::Text {
                whole_text(ui, &mut pane);
            } else {
                whole_form(ui, &mut pane);
            }
            foot::show(ui, &mut pane, mode == Mode::Text);
        });
        pane.settle();
        return;
    }
    let (mut above, mut below) = (whole, whole);
    below.min.y = whole.max.y - foot;
    above.max.y = below.min.y - 4.0;
    if let Some((extent, height)) = outlook::place(whole.size(), run) {
        let mut between = above;
        between.min.y = above.max.y - height;
        above.max.y = between.min.y - 4.0;
        ui.scope_builder(UiBuilder::new().max_rect(between), |ui| {
            outlook::show(ui, &pane.theme, run, extent);
        });
    }
    ui.scope_builder(UiBuilder::new().max_rect(above), |ui| match mode {
        Mode::Both if room => ui.columns(2, |columns| {
            scrolled(&mut columns[0], "form", |ui| whole_form(ui, &mut pane));
            scrolled(&mut columns[1], "text", |ui| text::show(ui, &mut pane));
        }),
        Mode::Text => scrolled(ui, "text", |ui| whole_text(ui, &mut pane)),
        Mode::Form | Mode::Both => scrolled(ui, "form", |ui| whole_form(ui, &mut pane)),
    });
    let told_in_text = mode == Mode::Text || (mode == Mode::Both && room);
    ui.scope_builder(UiBuilder::new().max_rect(below), |ui| foot::show(ui, &mut pane, told_in_text));
    pane.settle();
}

fn scrolled(ui: &mut Ui, name: &str, inside: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(("plan", name)).auto_shrink([false, false]).show(ui, inside);
}

fn whole_text(ui: &mut Ui, pane: &mut Pane<'_>) {
    tools::came_to(ui, pane);
    text::show(ui, pane);
    section(ui, &pane.theme, t("plan.whole"));
    tools::show(ui, pane);
}

fn whole_form(ui: &mut Ui, pane: &mut Pane<'_>) {
    tools::came_to(ui, pane);
    match pane.editor.outline() {
        Ok(outline) => {
            steps::show(ui, pane, outline);
            watch::show(ui, pane);
            form::show(ui, pane, outline);
        }
        Err(_) => {
            ui.label(t("plan.mend_first"));
            text::problems(ui, pane);
        }
    }
    section(ui, &pane.theme, t("plan.whole"));
    tools::show(ui, pane);
}

/// Undo and redo by keys, when the focus is in the plan's pane or nowhere.
fn keys(ui: &mut Ui, pane: &mut Pane<'_>) {
    let here = ui.max_rect();
    let ours = match ui.memory(|memory| memory.focused()) {
        Some(id) => ui.ctx().read_response(id).is_some_and(|response| here.contains(response.rect.center())),
        None => true,
    };
    if !ours {
        return;
    }
    let pressed = |ui: &Ui, modifiers: Modifiers, key: Key| {
        ui.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key)))
    };
    let redo =
        pressed(ui, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) || pressed(ui, Modifiers::COMMAND, Key::Y);
    if redo {
        pane.ask(EditorCommand::Redo);
    } else if pressed(ui, Modifiers::COMMAND, Key::Z) {
        pane.ask(EditorCommand::Undo);
    }
}
