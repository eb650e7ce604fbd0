//! The foot of the plan's pane: whether the run plays this plan, what has to be corrected first, and the way to play it. It has
//! its place whatever it says, so that the form above never moves.

use egui::{FontId, RichText, TextStyle, TextWrapMode, Ui, WidgetInfo, WidgetType};

use crate::app::model::LabCommand;
use crate::app::model::run::RunCommand;
use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::plan::pane::Pane;
use crate::app::view::panels::plan::text;
use crate::app::view::widgets;
use crate::library::{Problem, Severity};

/// Its height in a pane of this height, in points: a line of text and a button, or in a low one the button in the line's place.
pub(super) fn height(of_pane: f32) -> f32 {
    if of_pane < LOW { 30.0 } else { 60.0 }
}

/// Below this height, in points, the room is the form's.
const LOW: f32 = 420.0;

/// Draws it. What a field above has told already is not told again.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>, is_told_elsewhere: bool) {
    let theme = pane.theme;
    ui.spacing_mut().item_spacing.y = 4.0;
    widgets::rule(ui, &theme);
    let errors = pane.editor.errors();
    let is_changed = pane.editor.differs_from(&pane.run.plan);
    let can_restart = is_changed && errors == 0;
    let is_low = ui.available_height() < 40.0;
    let left: Option<&Problem> = match pane.editor.outline() {
        Ok(_) if !is_told_elsewhere => {
            let told = &pane.told;
            pane.editor.problems().iter().find(|problem| !told.contains(&(problem.line, problem.column)))
        }
        _ => None,
    };
    if !(is_low && can_restart) {
        match left {
            Some(problem) => first_left(ui, pane, problem),
            None => {
                let (text, color) = match (errors, is_changed) {
                    (0, false) => (t("plan.is_played").to_owned(), theme.faint),
                    (0, true) if pane.run.plays_solution() => {
                        (t("plan.plays_solution").to_owned(), theme.text)
                    }
                    (0, true) => (t("plan.changed").to_owned(), theme.text),
                    _ => (tf("plan.to_correct {}", &[&errors]), theme.harm),
                };
                ui.add(egui::Label::new(RichText::new(text).small().color(color)).truncate());
            }
        }
    }
    let restart = if pane.run.plays_solution() { t("brief.solution.own") } else { t("plan.restart") };
    if can_restart && widgets::main_button(ui, &theme, restart, None).clicked() {
        pane.out.push(LabCommand::Run(RunCommand::Restart));
    }
}

/// A problem that no field tells, as a way to its place in the text.
fn first_left(ui: &mut Ui, pane: &Pane<'_>, problem: &Problem) {
    let theme = pane.theme;
    let told = tf("plan.line", &[&problem.line, &problem.column, &translated(&problem.message)]);
    let color = if problem.severity == Severity::Error { theme.harm } else { theme.caution };
    let font: FontId = TextStyle::Small.resolve(ui.style());
    let sign = RichText::new(tf("plan.wrong", &[&told])).font(font).color(color);
    let response = ui.add(egui::Button::new(sign).frame(false).wrap_mode(TextWrapMode::Truncate));
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, told.as_str()));
    if response.on_hover_text(&told).clicked() {
        text::jump(ui.ctx(), problem.line, problem.column);
    }
}
