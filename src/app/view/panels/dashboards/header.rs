//! The options above the charts: time window, quantile, and which charts.

use egui::{Align, Layout, Ui, Vec2};

use crate::app::model::charts::{Quantile, Topic};
use crate::app::model::dashboards::{Choice, Window};
use crate::app::model::run::Run;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::panels::dashboards::summary::title;
use crate::app::view::widgets;

/// Below this width, in points, the groups of choices stand close together.
const NARROW: f32 = 360.0;

/// Draws the choices.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let choice = &lab.settings.dashboards;
    let theme = lab.theme();
    let mut ask = |choice: Choice| out.push(LabCommand::Set(Setting::Dashboards(choice)));
    ui.horizontal(|ui| {
        ui.spacing_mut().button_padding = Vec2::new(6.0, 1.0);
        ui.spacing_mut().interact_size.y = 18.0;
        ui.spacing_mut().item_spacing.x = 2.0;
        // In a narrow pane all the room goes to the words.
        let gap = if ui.available_width() < NARROW { 2.0 } else { 10.0 };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.menu_button(widgets::small(&theme, t("dashboards.charts")), |ui| {
                ui.set_min_width(220.0);
                for &topic in Topic::ALL {
                    let mut shown = choice.topics.contains(&topic);
                    if widgets::checkbox(ui, &mut shown, title(topic, choice.quantile)).clicked() {
                        ask(choice.toggled(topic));
                    }
                }
                ui.separator();
                let mut reference_runs = choice.reference_runs;
                if widgets::checkbox(ui, &mut reference_runs, t("dashboards.reference_runs")).clicked() {
                    ask(Choice { reference_runs, ..choice.clone() });
                }
                let mut truth = choice.truth;
                if widgets::checkbox(ui, &mut truth, t("dashboards.truth")).clicked() {
                    ask(Choice { truth, ..choice.clone() });
                }
                let view = run.player.snapshot();
                if !run.may_show_references() {
                    ui.label(widgets::faint(&theme, t("dashboards.reference_when")));
                } else if !view.is_over() {
                    ui.label(widgets::faint(&theme, t("dashboards.truth_when")));
                }
            });
            ui.add_space(gap);
            for quantile in Quantile::ALL.into_iter().rev() {
                let is_chosen = choice.quantile == quantile;
                if widgets::choice(ui, &theme, is_chosen, quantile.name()).clicked() {
                    ask(Choice { quantile, ..choice.clone() });
                }
            }
            ui.add_space(gap);
            for window in Window::ALL.into_iter().rev() {
                if widgets::choice(ui, &theme, choice.window == window, name(window)).clicked() {
                    ask(Choice { window, ..choice.clone() });
                }
            }
        });
    });
}

fn name(window: Window) -> &'static str {
    match window {
        Window::Five => t("dashboards.five"),
        Window::Fifteen => t("dashboards.fifteen"),
        Window::All => t("dashboards.all"),
    }
}
