//! An experiment by hand: the hypothesis, the fault that tries it, the condition that ends it, and what is concluded.

use egui::{ComboBox, Id, TextEdit, Ui};

use crate::app::texts::t;
use crate::app::view::panels::operate::action_pane::ActionPane;
use crate::app::view::widgets;
use crate::engine::{Level, Share, Span};
use crate::sim::{Conclusion, ManualAction};
use crate::telemetry::{Condition, Metric, Query, Subject};

/// Whether the exercise allows experiments, and there is a fault that can be tried.
pub(super) fn is_offered(pane: &ActionPane<'_>) -> bool {
    faults(pane)
        .into_iter()
        .any(|fault| pane.run.may_by_hand(&ManualAction::Experiment { fault, stop: None }))
}

/// The faults that can be tried: those that end.
fn faults(pane: &ActionPane<'_>) -> Vec<String> {
    let lasting = pane.run.scenario.faults.iter().filter(|fault| fault.lasts.is_some());
    lasting.map(|fault| fault.name.clone()).collect()
}

/// Draws all of it.
pub(super) fn show(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    hypothesis(ui, pane);
    trial(ui, pane);
    conclusion(ui, pane);
    ui.add(egui::Label::new(widgets::small(&pane.theme, t("operate.experiment_note"))).wrap());
}

fn errors() -> Query {
    Query { over: Span::from_secs(60), ..Query::new(Metric::ErrorRatio, Subject::Target) }
}

/// A field for a share; `None` while it holds none.
fn level(ui: &mut Ui, pane: &ActionPane<'_>, label: &'static str, first: &str) -> Option<Level> {
    let id = Id::new(("level of an experiment", label));
    let mut text: String = ui.data(|data| data.get_temp(id)).unwrap_or_else(|| first.to_owned());
    ui.horizontal_wrapped(|ui| {
        let name = ui.label(t(label));
        let field = TextEdit::singleline(&mut text).id(id.with("field")).char_limit(10).desired_width(60.0);
        ui.add(field).labelled_by(name.id);
    });
    let share = text.trim().parse::<Share>().ok().filter(|share| *share <= Share::ALL);
    if share.is_none() {
        ui.label(widgets::small(&pane.theme, t("operate.no_level")));
    }
    ui.data_mut(|data| data.insert_temp(id, text));
    share.map(Level::Share)
}

fn hypothesis(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let below = level(ui, pane, "operate.steady", "1%");
    let action =
        ManualAction::Hypothesise(Condition::Below(errors(), below.unwrap_or(Level::Share(Share::ALL))));
    let why_not = below.is_none().then_some(t("operate.no_level"));
    if pane.button(ui, why_not, t("operate.write_down"), &action).clicked() {
        pane.act(action);
    }
}

fn trial(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let all = faults(pane);
    let id = Id::new("fault of an experiment");
    let mut place: usize = ui.data(|data| data.get_temp(id)).unwrap_or(0).min(all.len().saturating_sub(1));
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(t("operate.fault"));
        let choice = ComboBox::from_id_salt("fault to try").selected_text(&all[place]).show_ui(ui, |ui| {
            for (index, fault) in all.iter().enumerate() {
                ui.selectable_value(&mut place, index, fault);
            }
        });
        choice.response.labelled_by(label.id);
    });
    ui.data_mut(|data| data.insert_temp(id, place));
    let above = level(ui, pane, "operate.stop", "2%");
    let stop = above.map(|level| Condition::Above(errors(), level));
    let action = ManualAction::Experiment { fault: all[place].clone(), stop };
    let why_not = above.is_none().then_some(t("operate.no_level"));
    if pane.button(ui, why_not, t("operate.try"), &action).clicked() {
        pane.act(action);
    }
}

fn conclusion(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    ui.horizontal_wrapped(|ui| {
        ui.label(t("operate.conclude"));
        for conclusion in Conclusion::ALL.iter().copied() {
            let text = match conclusion {
                Conclusion::Keep => t("operate.keep"),
                Conclusion::Drop => t("operate.drop"),
                Conclusion::Postpone => t("operate.postpone"),
            };
            let action = ManualAction::Conclude(conclusion);
            if pane.button(ui, None, text, &action).clicked() {
                pane.act(action);
            }
        }
    });
}
