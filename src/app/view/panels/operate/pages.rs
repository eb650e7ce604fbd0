//! The pages that are not acknowledged yet, each with its button.

use egui::Ui;

use crate::app::texts::{t, tf};
use crate::app::view::panels::operate::action_pane::ActionPane;
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::widgets;
use crate::sim::ManualAction;

/// Draws them; nothing when there are none.
pub(super) fn show(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let view = pane.view;
    if view.pages.is_empty() || view.is_over() {
        return;
    }
    ui.add_space(4.0);
    widgets::title(ui, &pane.theme, t("operate.pages"));
    for page in &view.pages {
        let Some(alert) = page.alerts.first() else { continue };
        ui.horizontal_wrapped(|ui| {
            ui.label(tf("operate.page", &[&clock(page.at), &page.alerts.join(", ")]));
            let action = ManualAction::Acknowledge { alert: alert.clone() };
            if pane.button(ui, None, &tf("operate.acknowledge", &[alert]), &action).clicked() {
                pane.act(action);
            }
        });
    }
    ui.add(egui::Label::new(widgets::small(&pane.theme, t("operate.acknowledge_note"))).wrap());
}
