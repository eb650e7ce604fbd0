//! The author's mode: the files of an exercise, the form or the text of one, what the checker still wants, and how the exercise plays.

mod choose;
mod form;
mod wishes;

use egui::{FontId, Frame, Id, Margin, RichText, ScrollArea, TextEdit, Ui};

use crate::app::model::author::beginning::BeginningCommand;
use crate::app::model::author::way::Way;
use crate::app::model::author::{Addition, Author, AuthorCommand, AuthorFile};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::plan::put_cursor;
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;

/// Below this width, in points, the parts stand below each other.
const NARROW: f32 = 900.0;

/// The widest that a page is shown, in points: a hundred letters.
const PAGE: f32 = 630.0;

/// Size of the letters of files and pages.
const SIZE: f32 = 11.5;

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("author").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(20, 16)).show(ui, |ui| {
            let mut asked = Vec::new();
            match &lab.author {
                None => choose::show(ui, lab, &theme, &mut asked),
                Some(author) if ui.available_width() < NARROW => {
                    ui.set_width(ui.available_width());
                    parts(ui, lab, author, &theme, &mut asked, out);
                    text(ui, author, &theme, &mut asked, out);
                    wishes::show(ui, author, &theme, &mut asked);
                    page(ui, author, &theme);
                }
                Some(author) => {
                    // A page of a hundred letters a line takes as much as there is.
                    let is_page = author.shown.as_ref().is_some_and(|shown| shown.page.is_some());
                    let room = if is_page { (ui.available_width() * 0.5).min(PAGE) } else { 0.0 };
                    let [left, right] = [190.0, room.max(320.0)];
                    let middle = (ui.available_width() - left - right - 32.0).max(200.0);
                    ui.horizontal_top(|ui| {
                        ui.spacing_mut().item_spacing.x = 16.0;
                        column(ui, left, |ui| parts(ui, lab, author, &theme, &mut asked, out));
                        column(ui, middle, |ui| text(ui, author, &theme, &mut asked, out));
                        column(ui, right, |ui| {
                            wishes::show(ui, author, &theme, &mut asked);
                            page(ui, author, &theme);
                        });
                    });
                }
            }
            out.extend(asked.into_iter().map(LabCommand::Author));
        });
    });
}

fn column(ui: &mut Ui, width: f32, draw: impl FnOnce(&mut Ui)) {
    ui.vertical(|ui| {
        ui.set_width(width);
        draw(ui);
    });
}

/// The files, the cases, and what can be done with the whole.
fn parts(
    ui: &mut Ui,
    lab: &Lab,
    author: &Author,
    theme: &Theme,
    out: &mut Vec<AuthorCommand>,
    lab_out: &mut Vec<LabCommand>,
) {
    if widgets::button(ui, theme, t("author.others"), None).clicked() {
        out.push(AuthorCommand::Leave);
    }
    if author.made.is_some() {
        let why_not = (!author.is_as_made()).then_some(t("author.new.changed"));
        if widgets::button_unless(ui, theme, why_not, t("author.new.take_back"), None).clicked() {
            out.push(AuthorCommand::Beginning(BeginningCommand::TakeBack));
        }
    }
    ui.add_space(8.0);
    widgets::title(ui, theme, t("author.files"));
    for (index, file) in author.files.iter().enumerate() {
        let is_open = index == author.open;
        if ui.selectable_label(is_open, RichText::new(&file.name).color(theme.text)).clicked() && !is_open {
            out.push(AuthorCommand::Show(file.name.clone()));
        }
    }
    ui.add_space(8.0);
    widgets::title(ui, theme, t("author.cases"));
    for case in &author.cases {
        if widgets::button(ui, theme, &tf("author.preview {}", &[case]), None).clicked() {
            out.push(AuthorCommand::Preview(case.clone()));
        }
    }
    if widgets::button(ui, theme, t("author.calibrate"), None).clicked() {
        out.push(AuthorCommand::Calibrate);
    }
    let why_not = author.is_proven.then_some(t("author.proving"));
    let proof = widgets::button_unless(ui, theme, why_not, t("author.prove"), None);
    if wishes::is_awaited(ui, &Way::Proof) {
        wishes::came_to(&proof);
    }
    if proof.on_hover_text(t("author.prove_how")).clicked() {
        out.push(AuthorCommand::Prove);
    }
    if author.is_proven {
        ui.label(widgets::small(theme, t("author.proving")));
    }
    ui.add_space(8.0);
    widgets::title(ui, theme, t("author.record"));
    ui.label(widgets::small(theme, t("author.record_how")));
    if widgets::button(ui, theme, t("author.play"), None).clicked() {
        lab_out.push(LabCommand::OpenExercise(author.id.clone()));
    }
    let is_played = lab.run.as_ref().and_then(|run| run.entry()).is_some_and(|entry| entry.id == author.id);
    let why_not = (!is_played).then_some(t("author.not_played"));
    if widgets::button_unless(ui, theme, why_not, t("author.keep_solution"), None).clicked() {
        out.push(AuthorCommand::KeepAs("solution".to_owned()));
    }
    let id = Id::new("name of a wrong plan");
    let mut name: String = ui.data(|data| data.get_temp(id)).unwrap_or_else(|| "wrong-".to_owned());
    let field = TextEdit::singleline(&mut name).id(id.with("field")).desired_width(ui.available_width());
    let field = ui.add(field);
    field.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, t("author.wrong_name")));
    ui.data_mut(|data| data.insert_temp(id, name.clone()));
    if wishes::is_awaited(ui, &Way::WrongPlan) {
        wishes::came_to(&field);
    }
    if widgets::button_unless(ui, theme, why_not, t("author.keep_wrong"), None).clicked() {
        out.push(AuthorCommand::KeepAs(name.clone()));
    }
    if widgets::button(ui, theme, t("author.copy_wrong"), None).clicked() {
        out.push(AuthorCommand::CopyAs(name));
    }
}

/// The file that is shown: the exercise as a form or as text, others as text.
fn text(
    ui: &mut Ui,
    author: &Author,
    theme: &Theme,
    out: &mut Vec<AuthorCommand>,
    lab_out: &mut Vec<LabCommand>,
) {
    let Some(file) = author.file() else { return };
    let id = Id::new("the exercise as text");
    let mut as_text: bool = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    match wishes::awaited(ui) {
        Some(Way::Field(_)) if file.outline.is_ok() => as_text = false,
        Some(Way::Place(..)) => as_text = true,
        _ => {}
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(&file.name).family(semibold()).color(theme.text));
        if author.shows_exercise() {
            for (of, named) in [(false, t("author.form")), (true, t("author.text"))] {
                if ui.selectable_label(as_text == of, named).clicked() {
                    as_text = of;
                }
            }
        }
        let [undo, redo] = file.can();
        if widgets::button_unless(ui, theme, (!undo).then_some(t("plan.no_undo")), t("author.undo"), None)
            .clicked()
        {
            out.push(AuthorCommand::Undo);
        }
        if widgets::button_unless(ui, theme, (!redo).then_some(t("plan.no_redo")), t("author.redo"), None)
            .clicked()
        {
            out.push(AuthorCommand::Redo);
        }
        for addition in Addition::ALL.into_iter().filter(|_| author.shows_exercise()) {
            let named = match addition {
                Addition::Case => t("author.add_case"),
                Addition::Criterion => t("author.add_criterion"),
                Addition::Hint => t("author.add_hint"),
            };
            if widgets::button(ui, theme, named, None).clicked() {
                out.push(AuthorCommand::Add(addition));
            }
        }
    });
    ui.data_mut(|data| data.insert_temp(id, as_text));
    ui.add_space(4.0);
    if author.shows_exercise() && !as_text {
        form::show(ui, *theme, author, file, lab_out);
    } else {
        typed(ui, file, out);
    }
}

/// A file as text.
fn typed(ui: &mut Ui, file: &AuthorFile, out: &mut Vec<AuthorCommand>) {
    let mut written = file.text.clone();
    let edit = TextEdit::multiline(&mut written)
        .id(Id::new(("file of the exercise", &file.name)))
        .font(FontId::monospace(SIZE))
        .code_editor()
        .lock_focus(false)
        .desired_width(ui.available_width())
        .desired_rows(16);
    let output = edit.show(ui);
    let response = &output.response.response;
    if let Some(Way::Place(name, line, column)) = wishes::awaited(ui)
        && name == file.name
    {
        put_cursor(ui, &output, &written, (line, column));
        wishes::arrived(ui);
    }
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, file.name.as_str());
        info.current_text_value = Some(file.text.clone());
        info
    });
    if written != file.text {
        out.push(AuthorCommand::Type(written));
    }
}

/// A preview or a calibration.
fn page(ui: &mut Ui, author: &Author, theme: &Theme) {
    let Some(shown) = &author.shown else { return };
    widgets::title(ui, theme, &shown.title);
    match &shown.page {
        None => drop(ui.label(widgets::small(theme, t("author.working")))),
        Some(Ok(page)) => {
            ScrollArea::horizontal().id_salt("author page").show(ui, |ui| {
                let text = RichText::new(page).font(FontId::monospace(10.0)).color(theme.text);
                ui.add(egui::Label::new(text).extend());
            });
        }
        Some(Err(why)) => drop(ui.label(RichText::new(why).color(theme.harm))),
    }
}
