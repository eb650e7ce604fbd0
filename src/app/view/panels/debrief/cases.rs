//! The result of each case that the score covers. The learner played one of them and can open any.

use egui::{Button, Grid, RichText, Ui, WidgetInfo, WidgetType};

use crate::app::model::LabCommand;
use crate::app::model::debrief::Debrief;
use crate::app::model::run::{Run, RunCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::brief::goals::capitalized;
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;
use crate::exercise::format::{counted, percent};
use crate::exercise::{CaseResult, Over};

/// The least width of the column of names, in points.
const NAME: f32 = 96.0;

/// The width of a column of figures, with the gap before it, in points.
const FIGURE: f32 = 90.0;

/// Draws them, when they are graded.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, debrief: &Debrief, out: &mut Vec<LabCommand>) {
    let Some(Ok(verdict)) = &debrief.verdict else { return };
    ui.add_space(8.0);
    widgets::title(ui, theme, t("debrief.cases"));
    // A grid gives a text that wraps no room of its own: names have what the figures leave.
    let names = (ui.available_width() - 3.0 * FIGURE).clamp(NAME, 3.0 * NAME);
    Grid::new("cases").num_columns(4).spacing([14.0, 2.0]).show(ui, |ui| {
        for head in
            [t("debrief.cases.case"), t("debrief.cases.out"), t("debrief.cases.back"), t("debrief.harmed")]
        {
            ui.label(widgets::small(theme, head));
        }
        ui.end_row();
        for (index, case) in verdict.cases.iter().enumerate() {
            let is_seen = index == run.case.0;
            let name = RichText::new(capitalized(&case.name));
            let name = if is_seen { name.family(semibold()) } else { name };
            let named = |ui: &mut Ui| {
                ui.set_width(names);
                ui.add(Button::new(name).frame(false).wrap())
            };
            let response = ui.vertical(named).inner;
            let spoken = tf("debrief.cases.meet {}", &[&case.name]);
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &spoken));
            if response.on_hover_text(&spoken).clicked() {
                out.push(LabCommand::Run(RunCommand::Case(index)));
            }
            for figure in figures(case) {
                ui.label(widgets::number(figure, theme.text));
            }
            ui.end_row();
        }
    });
    ui.label(widgets::faint(theme, t("debrief.cases.how")));
}

/// The share of its runs that completed, the share that went back, and the users harmed in the middle one.
fn figures(case: &CaseResult) -> [String; 3] {
    let share = |phase: &str| percent(case.share(phase));
    let harmed: Vec<f64> = case.runs.iter().map(|run| run.users_harmed as f64).collect();
    [share("completed"), share("rolled_back"), counted(Over::Median.together(&harmed).round() as u64)]
}
