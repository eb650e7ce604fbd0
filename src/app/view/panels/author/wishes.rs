//! What the checker still wants: a line for each, errors first as it says them. Each leads to what it speaks of.

use egui::{Button, Id, Response, RichText, Ui, WidgetInfo, WidgetType};

use crate::app::model::author::way::Way;
use crate::app::model::author::{Author, AuthorCommand};
use crate::app::texts::{t, translated};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::library::{Problem, Severity};

/// Frames in which a way may be gone: groups unfold on it.
const FRAMES: u32 = 16;

fn awaited_id() -> Id {
    Id::new("way of the author")
}

/// The way that is being gone.
pub(super) fn awaited(ui: &Ui) -> Option<Way> {
    ui.data(|data| data.get_temp::<(Way, u32)>(awaited_id())).map(|(way, _)| way)
}

/// Whether this way is being gone.
pub(super) fn is_awaited(ui: &Ui, way: &Way) -> bool {
    awaited(ui).as_ref() == Some(way)
}

/// Its end was reached.
pub(super) fn arrived(ui: &Ui) {
    ui.data_mut(|data| data.remove::<(Way, u32)>(awaited_id()));
}

/// Its end is this control: it comes into sight and has the keyboard.
pub(super) fn came_to(response: &Response) {
    response.request_focus();
    response.scroll_to_me(None);
    response.ctx.data_mut(|data| data.remove::<(Way, u32)>(awaited_id()));
}

/// One frame less is left for the way.
pub(super) fn goes_on(ui: &Ui) {
    let left = ui.data(|data| data.get_temp::<(Way, u32)>(awaited_id()));
    match left {
        Some((way, left @ 1..)) => {
            ui.data_mut(|data| data.insert_temp(awaited_id(), (way, left - 1)));
            ui.ctx().request_repaint();
        }
        Some(_) => arrived(ui),
        None => {}
    }
}

/// Draws the list.
pub(super) fn show(ui: &mut Ui, author: &Author, theme: &Theme, out: &mut Vec<AuthorCommand>) {
    widgets::title(ui, theme, t("author.checklist"));
    let Some(problems) = &author.checked else {
        ui.label(widgets::small(theme, t("author.checking")));
        return;
    };
    if problems.is_empty() {
        ui.label(RichText::new(t("author.sound")).color(theme.good));
    }
    for problem in problems {
        let color = if problem.severity == Severity::Error { theme.harm } else { theme.caution };
        let sign = if problem.severity == Severity::Error { "\u{00d7}" } else { "!" };
        ui.horizontal_top(|ui| {
            ui.label(RichText::new(sign).color(color));
            let said = said(problem);
            // A row beside a sign does not wrap by itself.
            let line = Button::new(RichText::new(&said).small().color(theme.text)).frame(false).wrap();
            let line = ui.add(line);
            line.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, said.as_str()));
            if line.on_hover_text(t("author.lead")).clicked() {
                lead(ui, author.way(problem), out);
            }
        });
    }
    ui.add_space(8.0);
}

/// Sets out on a way: shows its file, and what it leads to when that is drawn next.
fn lead(ui: &Ui, way: Way, out: &mut Vec<AuthorCommand>) {
    match &way {
        Way::Field(_) => out.push(AuthorCommand::Show("exercise.ron".to_owned())),
        Way::Place(file, ..) => out.push(AuthorCommand::Show(file.clone())),
        Way::Proof | Way::WrongPlan => {}
    }
    ui.data_mut(|data| data.insert_temp(awaited_id(), (way, FRAMES)));
    ui.ctx().request_repaint();
}

/// A problem with its place: the file's own name, and the line where there is one.
fn said(problem: &Problem) -> String {
    let file = problem.file.rsplit(['/', '\\']).next().unwrap_or_default();
    match problem.line {
        0 => format!("{file}: {}", translated(&problem.message)),
        line => format!("{file}:{line}: {}", translated(&problem.message)),
    }
}
