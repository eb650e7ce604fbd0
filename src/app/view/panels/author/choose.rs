//! The exercises of one's own, to choose from, and what is said of a new one.

use egui::{ComboBox, Id, RichText, TextEdit, TextStyle, Ui, WidgetInfo, WidgetType};

use crate::app::model::Lab;
use crate::app::model::author::AuthorCommand;
use crate::app::model::author::beginning::{Beginning, BeginningCommand, PARTS, Said, worlds};
use crate::app::texts::{t, tf};
use crate::app::view::panels::course::part_name;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::library::folder::is_folder;

/// The widest that a field grows, in points: longer lines are hard to read.
const WIDEST: f32 = 560.0;

/// Draws both.
pub(super) fn show(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<AuthorCommand>) {
    ui.label(widgets::coded(t("author.intro"), &TextStyle::Body, theme.mute, ui));
    ui.add_space(8.0);
    match &lab.beginning {
        Some(beginning) => begin(ui, lab, beginning, theme, out),
        None => {
            let why_not = lab.own_folder().is_none().then_some(t("author.new.nowhere"));
            if widgets::main_button_unless(ui, theme, why_not, t("author.new"), None).clicked() {
                out.push(AuthorCommand::Beginning(BeginningCommand::Open));
            }
        }
    }
    ui.add_space(12.0);
    let own: Vec<_> = lab.catalog.exercises.iter().filter(|entry| entry.is_own).collect();
    let read = own.iter().map(|entry| (&entry.id, &entry.exercise.title, &entry.folder));
    // One that cannot be read is mended here as well.
    let is_own = |name: &str| own.iter().all(|entry| entry.folder != name) && is_folder(name.as_ref());
    let broken = lab.catalog.broken.iter().map(|(name, _)| name).filter(|name| is_own(name));
    for (id, title, folder) in read.chain(broken.map(|name| (name, name, name))) {
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, theme, &tf("author.edit {}", &[title]), None).clicked() {
                out.push(AuthorCommand::Open(id.clone()));
            }
            // Some may be called alike.
            if title != folder {
                ui.label(widgets::small(theme, folder));
            }
        });
    }
    if own.is_empty() {
        ui.label(widgets::coded(t("author.none"), &TextStyle::Body, theme.text, ui));
    }
}

/// What is said of a new exercise, with what is wrong beside it.
fn begin(ui: &mut Ui, lab: &Lab, now: &Beginning, theme: &Theme, out: &mut Vec<AuthorCommand>) {
    let Some(own) = lab.own_folder() else { return };
    let mut ask = |command| out.push(AuthorCommand::Beginning(command));
    widgets::title(ui, theme, t("author.new"));
    ui.label(widgets::small(theme, tf("author.new.where {}", &[&own.display()])));
    let width = ui.available_width().min(WIDEST);
    for what in Said::ALL {
        let (name, hint) = match what {
            Said::Id => (t("author.new.id"), t("author.new.id_hint")),
            Said::Title => (t("author.new.name"), t("author.new.name_hint")),
            Said::Objectives => (t("author.new.objectives"), t("author.new.objectives_hint")),
        };
        ui.label(widgets::small(theme, name));
        let mut text = now.of(what).to_owned();
        let id = Id::new(("new exercise", what as usize));
        let edit = match what {
            Said::Objectives => TextEdit::multiline(&mut text).desired_rows(2),
            Said::Id | Said::Title => TextEdit::singleline(&mut text),
        };
        let field = ui.add(edit.id(id).hint_text(hint).desired_width(width));
        let written = text.clone();
        field.widget_info(|| {
            let mut info = WidgetInfo::labeled(WidgetType::TextEdit, true, name);
            info.current_text_value = Some(written.clone());
            info
        });
        let wrong = now.problem(what, &lab.catalog, &own).filter(|_| now.judged[what as usize]);
        if let Some(wrong) = &wrong {
            widgets::outline(ui.painter(), field.rect, 4, theme.harm);
            ui.ctx().accesskit_node_builder(id, |node| node.set_description(wrong.as_str()));
        }
        // The place of the line is kept.
        let line = wrong.as_deref().map_or(" ".to_owned(), |wrong| tf("plan.wrong", &[&wrong]));
        ui.label(RichText::new(line).small().color(theme.harm));
        if field.changed() {
            ask(BeginningCommand::Say(what, text));
        }
        if field.lost_focus() {
            ask(BeginningCommand::Leave(what));
        }
    }
    let label = ui.label(widgets::small(theme, t("author.new.scenario")));
    let named = |id: &str| {
        let world = lab.catalog.world(id);
        world.map_or_else(|| id.to_owned(), |world| format!("{id}: {}", world.scenario.title))
    };
    let list = ComboBox::from_id_salt("scenario of a new exercise").width(width).truncate();
    let list = list.selected_text(named(&now.scenario)).show_ui(ui, |ui| {
        for world in worlds(&lab.catalog) {
            if ui.selectable_label(world.id == now.scenario, named(&world.id)).clicked() {
                ask(BeginningCommand::Scenario(world.id.clone()));
            }
        }
    });
    list.response.labelled_by(label.id);
    let label = ui.label(widgets::small(theme, t("author.new.part")));
    let list = ComboBox::from_id_salt("part of a new exercise").width(width).truncate();
    let list = list.selected_text(part_name(now.part)).show_ui(ui, |ui| {
        for part in PARTS {
            if ui.selectable_label(part == now.part, part_name(part)).clicked() {
                ask(BeginningCommand::Part(part));
            }
        }
    });
    list.response.labelled_by(label.id);
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        if widgets::main_button(ui, theme, t("author.new.make"), None).clicked() {
            ask(BeginningCommand::Make);
        }
        if widgets::button(ui, theme, t("author.new.cancel"), None).clicked() {
            ask(BeginningCommand::Cancel);
        }
    });
}
