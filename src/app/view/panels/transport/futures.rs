//! The futures that are kept beside the run.

use egui::Ui;

use crate::app::model::LabCommand;
use crate::app::model::order::Order;
use crate::app::model::snapshot::Snapshot;
use crate::app::texts::{t, tf};
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::sim::RolloutPhase;

/// Draws a button that unfolds them; nothing when there are none.
pub fn show(ui: &mut Ui, theme: &Theme, view: &Snapshot, out: &mut Vec<LabCommand>) {
    if view.futures.is_empty() {
        return;
    }
    let names: Vec<&str> = view.futures.iter().map(|future| future.name.as_str()).collect();
    ui.menu_button(tf("transport.futures", &[&names.join(" ")]), |ui| {
        ui.set_min_width(300.0);
        widgets::title(ui, theme, t("transport.futures_title"));
        for (index, future) in view.futures.iter().enumerate() {
            ui.horizontal(|ui| {
                ui.label(tf("transport.future", &[&future.name, &clock(future.forked)]));
                ui.label(widgets::small(theme, phase(future.record.observed.phase)));
                let mut ask = |ui: &mut Ui, text: &str, label: String, order: Order| {
                    let response = ui.button(text);
                    response.widget_info(|| {
                        egui::WidgetInfo::labeled(egui::WidgetType::Button, true, label.as_str())
                    });
                    if response.clicked() {
                        out.push(LabCommand::Play(order));
                        ui.close();
                    }
                };
                let take_up = tf("transport.take_up_named", &[&future.name]);
                ask(ui, t("transport.take_up"), take_up, Order::TakeUp(index));
                let forget = tf("transport.forget_named", &[&future.name]);
                ask(ui, t("transport.forget"), forget, Order::Forget(index));
            });
        }
        ui.add(egui::Label::new(widgets::small(theme, t("transport.futures_about"))).wrap());
    });
}

/// How a rollout stands, in words.
pub(in crate::app) fn phase(phase: RolloutPhase) -> &'static str {
    match phase {
        RolloutPhase::NotStarted => t("phase.not_started"),
        RolloutPhase::InProgress => t("phase.in_progress"),
        RolloutPhase::Paused => t("phase.paused"),
        RolloutPhase::RollingBack => t("phase.rolling_back"),
        RolloutPhase::Completed => t("phase.completed"),
        RolloutPhase::RolledBack => t("phase.rolled_back"),
        RolloutPhase::Failed => t("phase.failed"),
    }
}
