//! The incident museum: real outages, what they teach, and a scenario to play each.

use egui::{Frame, Margin, RichText, ScrollArea, Ui};

use crate::app::model::catalog::Exhibit;
use crate::app::model::sandbox::{Retelling, SandboxCommand};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf, translated};
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;

const WIDEST: f32 = 860.0;

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("museum").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(24, 20)).show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(WIDEST));
            ui.label(RichText::new(t("museum.intro")).color(theme.mute));
            ui.add_space(8.0);
            for exhibit in lab.catalog.museum {
                card(ui, exhibit, &theme, out);
                ui.add_space(4.0);
            }
        });
    });
}

fn card(ui: &mut Ui, exhibit: &Exhibit, theme: &Theme, out: &mut Vec<LabCommand>) {
    let incident = &exhibit.incident;
    let day = incident.day().unwrap_or_else(|| incident.date.clone());
    let title = format!("{}, {}", incident.title, translated(&day));
    widgets::card(theme).fill(theme.panel).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(&title).family(semibold()).color(theme.text));
        ui.label(RichText::new(&incident.happened).color(theme.text));
        ui.label(RichText::new(&incident.lesson).color(theme.mute));
        ui.label(widgets::faint(theme, tf("museum.simplified {}", &[&incident.simplified])));
        ui.label(widgets::faint(theme, tf("museum.source {}", &[&incident.source])));
        ui.horizontal_wrapped(|ui| {
            for &how in Retelling::ALL {
                let label = label(how);
                let response = widgets::button(ui, theme, label, None);
                response.widget_info(|| {
                    let label = tf("museum.button {} {}", &[&label, &title]);
                    egui::WidgetInfo::labeled(egui::WidgetType::Button, true, label)
                });
                if response.clicked() {
                    let id = exhibit.world.id.clone();
                    out.push(LabCommand::Sandbox(SandboxCommand::Relive(id, how)));
                }
            }
            let on_duty = widgets::button(ui, theme, t("museum.on_duty"), None);
            on_duty.widget_info(|| {
                let label = tf("museum.button {} {}", &[&t("museum.on_duty"), &title]);
                egui::WidgetInfo::labeled(egui::WidgetType::Button, true, label)
            });
            if on_duty.clicked() {
                out.push(LabCommand::OpenExercise(format!("museum-{}", exhibit.world.id)));
            }
        });
        for idea in &incident.to_try {
            ui.label(widgets::small(theme, tf("museum.try {}", &[idea])));
        }
    });
}

fn label(how: Retelling) -> &'static str {
    match how {
        Retelling::Live => t("museum.live"),
        Retelling::AsItWas => t("museum.as_it_was"),
        Retelling::Recommended => t("museum.recommended"),
    }
}
