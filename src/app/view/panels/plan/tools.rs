//! Tools for the whole plan: undo, templates, import and export, and the differences from the starter.

use std::path::PathBuf;

use egui::{
    CollapsingHeader, Key, KeyboardShortcut, Modifiers, RichText, TextEdit, Ui, WidgetInfo, WidgetType,
};
use similar::ChangeTag;

use crate::app::model::LabCommand;
use crate::app::model::dialogs::DialogPurpose;
use crate::app::model::editor::EditorCommand;
use crate::app::model::files::FilesCommand;
use crate::app::model::keys::written;
use crate::app::model::screen::Overlay;
use crate::app::model::told::told_in_a_line;
use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::plan::pane::Pane;
use crate::app::view::widgets;
use crate::library::templates::PLANS;
use crate::manifest::{FORMATS, Kind};

/// The most findings of an import that are listed.
const MOST: usize = 200;

/// Takes in manifests that are dropped onto the window.
pub(super) fn take_dropped(ui: &Ui, pane: &mut Pane<'_>) {
    let dropped = ui.input(|input| input.raw.dropped_files.clone());
    for file in dropped {
        let path = file.path();
        let is_manifest = path.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json");
        if is_manifest {
            pane.ask(EditorCommand::Open(path.to_owned()));
        }
    }
}

/// Draws undo and redo, in a line with others.
pub(super) fn undo(ui: &mut Ui, pane: &mut Pane<'_>) {
    let theme = pane.theme;
    for (may, sign, name, why_not, key, command) in [
        (pane.editor.can_undo(), "↩", t("plan.undo"), t("plan.no_undo"), Key::Z, EditorCommand::Undo),
        (pane.editor.can_redo(), "↪", t("plan.redo"), t("plan.no_redo"), Key::Y, EditorCommand::Redo),
    ] {
        let key = written(KeyboardShortcut::new(Modifiers::COMMAND, key));
        let response = widgets::button_unless(ui, &theme, (!may).then_some(why_not), sign, None);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, may, name));
        if response.on_hover_text(tf("plan.by_key {} {}", &[&name, &key])).clicked() {
            pane.ask(command);
        }
    }
}

/// Draws the tools for the whole plan.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    CollapsingHeader::new(t("plan.begin")).id_salt("begin").show(ui, |ui| begin(ui, pane));
    CollapsingHeader::new(t("plan.files")).id_salt("files").show(ui, |ui| files(ui, pane));
    CollapsingHeader::new(t("plan.differences")).id_salt("differences").show(ui, |ui| differences(ui, pane));
}

fn begin(ui: &mut Ui, pane: &mut Pane<'_>) {
    let theme = pane.theme;
    if widgets::button(ui, &theme, t("plan.reset"), None).clicked() {
        pane.ask(EditorCommand::Reset);
    }
    ui.label(widgets::small(&theme, t("plan.templates")));
    let allowed = pane.editor.strategies();
    for (index, template) in PLANS.iter().enumerate() {
        let may = allowed.as_ref().is_none_or(|names| names.iter().any(|name| name == template.strategy));
        let why_not = (!may).then_some(t("plan.template_not_allowed"));
        if widgets::button_unless(ui, &theme, why_not, template.name, None).clicked() {
            pane.ask(EditorCommand::Template(index));
        }
    }
}

fn files(ui: &mut Ui, pane: &mut Pane<'_>) {
    let theme = pane.theme;
    let id = ui.id().with("path");
    let mut path: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let label = ui.label(widgets::small(&theme, t("plan.path")));
    let edit = TextEdit::singleline(&mut path).hint_text("rollout.yaml").desired_width(f32::INFINITY);
    if ui.add(edit).labelled_by(label.id).changed() {
        ui.data_mut(|data| data.insert_temp(id, path.clone()));
    }
    let file = PathBuf::from(path.trim());
    let named = !path.trim().is_empty();
    let button = |ui: &mut Ui, why_not: Option<&str>, text: &str| {
        widgets::button_unless(ui, &theme, why_not, text, None).clicked()
    };
    let unnamed = (!named).then_some(t("plan.no_path"));
    if button(ui, unnamed, t("plan.open")) {
        pane.ask(EditorCommand::Open(file.clone()));
    }
    if button(ui, None, t("plan.choose")) {
        pane.out.push(LabCommand::Show(Overlay::Open));
    }
    ui.label(widgets::faint(&theme, t("plan.drop")));
    let broken = pane.editor.playable().is_none().then_some(t("plan.not_playable"));
    let unnamed = unnamed.filter(|_| !pane.has_dialogs);
    let saves = FORMATS.map(|format| (Some(format), broken, tf("plan.save_for", &[&format.title])));
    for (to, broken, text) in [(None, None, t("plan.save").to_owned())].into_iter().chain(saves) {
        if !button(ui, broken.or(unnamed), &text) {
            continue;
        }
        if named {
            pane.ask(EditorCommand::Export { to, path: file.clone() });
        } else {
            pane.out.push(LabCommand::Files(FilesCommand::Dialog(DialogPurpose::Plan(to))));
        }
    }
}

fn differences(ui: &mut Ui, pane: &Pane<'_>) {
    let theme = pane.theme;
    let lines = pane.editor.diff();
    if lines.iter().all(|(tag, _)| *tag == ChangeTag::Equal) {
        ui.label(widgets::small(&theme, t("plan.no_differences")));
        return;
    }
    for (tag, text) in &lines {
        let color = match tag {
            ChangeTag::Equal => theme.faint,
            ChangeTag::Delete => theme.harm,
            ChangeTag::Insert => theme.good,
        };
        ui.add(egui::Label::new(RichText::new(format!("{tag} {text}")).monospace().color(color)).wrap());
    }
}

/// Draws the result of the last import or export.
pub(super) fn came_to(ui: &mut Ui, pane: &mut Pane<'_>) {
    let theme = pane.theme;
    let (import, exported) = (pane.editor.import(), pane.editor.exported());
    if import.is_none() && exported.is_none() {
        return;
    }
    let mut away = false;
    widgets::card(&theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        if let Some(import) = import {
            let heading = if import.problems.is_empty() {
                tf("plan.imported", &[&import.name, &import.findings.len()])
            } else {
                tf("plan.not_imported", &[&import.name])
            };
            ui.label(heading);
            for problem in &import.problems {
                ui.label(RichText::new(told_in_a_line(problem)).small().color(theme.harm));
            }
            for finding in import.findings.iter().filter(|of| of.kind != Kind::Ignored).take(MOST) {
                let color = if finding.kind == Kind::NotSupported { theme.harm } else { theme.mute };
                let text = tf("plan.finding", &[&finding.line, &finding.path, &translated(&finding.message)]);
                ui.label(RichText::new(text).small().color(color));
            }
        }
        match exported {
            Some(Ok(exported)) => {
                ui.label(tf("plan.exported", &[&exported.path.display()]));
                for line in &exported.unsaid {
                    ui.label(widgets::small(&theme, translated(line)));
                }
            }
            Some(Err(why)) => {
                ui.label(RichText::new(tf("plan.not_exported", &[&translated(why)])).color(theme.harm));
            }
            None => {}
        }
        away = widgets::button(ui, &theme, t("plan.put_away"), None).clicked();
    });
    if away {
        pane.ask(EditorCommand::PutAway);
    }
}
