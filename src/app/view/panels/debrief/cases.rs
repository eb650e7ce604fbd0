//! The result of each case that the score covers. The learner played one of them and can open any.

use egui::{Button, Grid, RichText, Ui, WidgetInfo, WidgetType};

use crate::app::model::LabCommand;
use crate::app::model::case_order::{CaseStand, harmed, worst_first};
use crate::app::model::debrief::Debrief;
use crate::app::model::run::{Run, RunCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::brief::goals::capitalized;
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;
use crate::exercise::format::{counted, percent};
use crate::exercise::{CaseResult, Verdict};

/// The least width of the column of names, in points.
const NAME: f32 = 96.0;

/// The width of a column of figures, with the gap before it, in points.
const FIGURE: f32 = 90.0;

/// Draws them, when they are graded.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, debrief: &Debrief, out: &mut Vec<LabCommand>) {
    let Some(Ok(verdict)) = &debrief.verdict else { return };
    ui.add_space(8.0);
    widgets::title(ui, theme, t("debrief.cases"));
    let order = worst_first(verdict, &run.scenario);
    summary(ui, theme, run, verdict, &order, out);
    // A grid gives a text that wraps no room of its own: names have what the figures leave.
    let names = (ui.available_width() - 3.0 * FIGURE).clamp(NAME, 3.0 * NAME);
    Grid::new("cases").num_columns(4).spacing([14.0, 2.0]).show(ui, |ui| {
        for head in
            [t("debrief.cases.case"), t("debrief.cases.out"), t("debrief.cases.back"), t("debrief.harmed")]
        {
            ui.label(widgets::small(theme, head));
        }
        ui.end_row();
        for stand in &order {
            let (index, case) = (stand.index, &verdict.cases[stand.index]);
            let is_seen = index == run.case.0;
            let color = if stand.is_bad { theme.harm } else { theme.text };
            let name = RichText::new(capitalized(run.case_name(&case.name))).color(color);
            let name = if is_seen { name.family(semibold()) } else { name };
            let named = |ui: &mut Ui| {
                ui.set_width(names);
                ui.add(Button::new(name).frame(false).wrap())
            };
            let response = ui.vertical(named).inner;
            let spoken = tf("debrief.cases.meet {}", &[&run.case_name(&case.name)]);
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

/// How many cases went well, and the one to watch, in a sentence; a click plays it.
fn summary(
    ui: &mut Ui,
    theme: &Theme,
    run: &Run,
    verdict: &Verdict,
    order: &[CaseStand],
    out: &mut Vec<LabCommand>,
) {
    let bad = order.iter().filter(|stand| stand.is_bad).count();
    let said = match bad {
        0 => tf("debrief.cases.all_fine", &[&order.len()]),
        bad => tf("debrief.cases.some_bad", &[&order.len(), &(order.len() - bad), &bad]),
    };
    ui.label(RichText::new(said).color(if bad == 0 { theme.good } else { theme.text }));
    let worst = order.first().filter(|stand| stand.is_bad && stand.index != run.case.0);
    if let Some(worst) = worst {
        let name = run.case_name(&verdict.cases[worst.index].name);
        if widgets::button(ui, theme, &tf("debrief.cases.watch", &[&name]), None).clicked() {
            out.push(LabCommand::Run(RunCommand::Case(worst.index)));
        }
    }
}

/// The share of its runs that completed, the share that went back, and the users harmed in the middle one.
fn figures(case: &CaseResult) -> [String; 3] {
    let share = |phase: &str| percent(case.share(phase));
    [share("completed"), share("rolled_back"), counted(harmed(case).round() as u64)]
}
