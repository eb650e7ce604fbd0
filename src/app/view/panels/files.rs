//! Chooses a file to open, and saves a backup of all progress.

use std::path::{Path, PathBuf};

use egui::{Button, Id, RichText, TextEdit, Ui};

use crate::app::model::dialogs::DialogPurpose;
use crate::app::model::files::{FilesCommand, name};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;

/// Draws it.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let mut ask = |command| out.push(LabCommand::Files(command));
    let is_side = lab.files.side.is_some();
    let intro = if is_side { t("compare.files") } else { t("files.intro") };
    ui.label(RichText::new(intro).color(theme.mute));
    path(ui, lab, &mut ask);
    if let Some(problem) = &lab.files.problem {
        ui.label(RichText::new(problem).color(theme.text));
    }
    dialogs(ui, lab, is_side, &mut ask);
    ui.horizontal_wrapped(|ui| {
        if let Some(above) = lab.files.folder.parent()
            && widgets::button(ui, &theme, t("files.up"), None).clicked()
        {
            ask(FilesCommand::Look(above.to_owned()));
        }
        if is_side {
            return;
        }
        if widgets::button(ui, &theme, t("files.take_folder"), None).clicked() {
            ask(FilesCommand::Take(lab.files.folder.clone()));
        }
        if widgets::button(ui, &theme, t("files.export"), None).clicked() {
            ask(FilesCommand::Export);
        }
    });
    if !is_side {
        ui.label(widgets::small(&theme, tf("files.export_note {}", &[&crate::app::model::backup::FILE])));
    }
    widgets::rule(ui, &theme);
    ui.spacing_mut().item_spacing.y = 2.0;
    for folder in &lab.files.folders {
        if row(ui, &theme, folder, t("files.folder")) {
            ask(FilesCommand::Look(folder.clone()));
        }
    }
    for file in &lab.files.files {
        if row(ui, &theme, file, "") {
            ask(FilesCommand::Take(file.clone()));
        }
    }
    if lab.files.files.is_empty() && lab.files.problem.is_none() {
        ui.label(widgets::small(&theme, t("files.none")));
    }
}

/// Offers the dialogs of the desktop, where it has any.
fn dialogs(ui: &mut Ui, lab: &Lab, is_side: bool, ask: &mut impl FnMut(FilesCommand)) {
    if !lab.dialogs.are_there() {
        return;
    }
    let theme = lab.theme();
    let all = [
        (DialogPurpose::File, t("files.choose_file")),
        (DialogPurpose::Folder, t("files.choose_folder")),
        (DialogPurpose::Progress, t("files.save_progress")),
    ];
    let why_not = lab.dialogs.is_open().then_some(t("files.dialog_is_open"));
    widgets::unless(ui, why_not, |ui| {
        ui.horizontal_wrapped(|ui| {
            for (purpose, name) in &all[..if is_side { 1 } else { 3 }] {
                if widgets::button(ui, &theme, name, None).clicked() {
                    ask(FilesCommand::Dialog(*purpose));
                }
            }
        });
    });
    let note = if lab.dialogs.is_open() { t("files.dialog_is_open") } else { t("files.or_here") };
    ui.label(widgets::small(&theme, note));
}

fn row(ui: &mut Ui, theme: &Theme, path: &Path, kind: &str) -> bool {
    let button = Button::selectable(false, RichText::new(name(path)).color(theme.text))
        .right_text(widgets::faint(theme, kind))
        .min_size(egui::vec2(ui.available_width(), 26.0));
    let response = ui.add(button);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::WidgetType::Button, true, format!("{} {kind}", name(path)).trim_end())
    });
    response.clicked()
}

/// The folder that is shown, which can be written as well; a file that is written is opened.
fn path(ui: &mut Ui, lab: &Lab, ask: &mut impl FnMut(FilesCommand)) {
    let id = Id::new("path to open");
    let shown = lab.files.folder.display().to_string();
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| shown.clone());
    let field = ui.add(TextEdit::singleline(&mut text).id(id.with("field")).desired_width(f32::INFINITY));
    field.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, t("files.path")));
    if field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) && text != shown {
        let path = PathBuf::from(text.trim());
        ask(if crate::library::folder::is_folder(&path) {
            FilesCommand::Look(path)
        } else {
            FilesCommand::Take(path)
        });
    }
    // What is written lasts while it is being written.
    let is_writing = field.has_focus();
    ui.data_mut(|data| {
        if is_writing {
            data.insert_temp(id, text);
        } else {
            data.remove::<String>(id);
        }
    });
}
