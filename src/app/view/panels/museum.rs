//! The incident museum: real outages, what they teach, and a scenario to play each.

use egui::{Frame, Margin, RichText, ScrollArea, Ui};

use crate::app::model::sandbox::{Exhibit, SandboxCommand};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;

const WIDEST: f32 = 860.0;

/// What is written beside an exhibit.
pub struct Words {
    /// Whose incident, and when.
    pub title: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// What it teaches.
    pub lesson: &'static str,
    /// Where it is written down.
    pub source: &'static str,
}

/// What is written beside an exhibit.
pub fn words(exhibit: Exhibit) -> Words {
    let [title, happened, lesson, source] = match exhibit {
        Exhibit::Registry => {
            [t("registry.title"), t("registry.happened"), t("registry.lesson"), t("registry.source")]
        }
        Exhibit::Skew => [t("skew.title"), t("skew.happened"), t("skew.lesson"), t("skew.source")],
        Exhibit::Leak => [t("leak.title"), t("leak.happened"), t("leak.lesson"), t("leak.source")],
        Exhibit::Fuse => [t("fuse.title"), t("fuse.happened"), t("fuse.lesson"), t("fuse.source")],
        Exhibit::Fleet => [t("fleet.title"), t("fleet.happened"), t("fleet.lesson"), t("fleet.source")],
        Exhibit::Loss => [t("loss.title"), t("loss.happened"), t("loss.lesson"), t("loss.source")],
        Exhibit::Rollback => {
            [t("rollback.title"), t("rollback.happened"), t("rollback.lesson"), t("rollback.source")]
        }
        Exhibit::Cache => [t("cache.title"), t("cache.happened"), t("cache.lesson"), t("cache.source")],
        Exhibit::Load => [t("load.title"), t("load.happened"), t("load.lesson"), t("load.source")],
        Exhibit::Window => [t("window.title"), t("window.happened"), t("window.lesson"), t("window.source")],
    };
    Words { title, happened, lesson, source }
}

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("museum").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(24, 20)).show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(WIDEST));
            ui.label(RichText::new(t("museum.intro")).color(theme.mute));
            ui.add_space(8.0);
            for &exhibit in Exhibit::ALL {
                card(ui, lab, exhibit, &theme, out);
                ui.add_space(4.0);
            }
        });
    });
}

fn card(ui: &mut Ui, lab: &Lab, exhibit: Exhibit, theme: &Theme, out: &mut Vec<LabCommand>) {
    let words = words(exhibit);
    let (world, release, faults, _) = exhibit.retold();
    widgets::card(theme).fill(theme.panel).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(words.title).family(semibold()).color(theme.text));
        ui.label(RichText::new(words.happened).color(theme.text));
        ui.label(RichText::new(words.lesson).color(theme.mute));
        ui.label(widgets::faint(theme, tf("museum.source {}", &[&words.source])));
        ui.horizontal_wrapped(|ui| {
            let response = widgets::button(ui, theme, t("museum.relive"), None);
            response.widget_info(|| {
                let label = tf("museum.relive {}", &[&words.title]);
                egui::WidgetInfo::labeled(egui::WidgetType::Button, true, label)
            });
            if response.clicked() {
                out.push(LabCommand::Sandbox(SandboxCommand::Relive(exhibit)));
            }
            let scenario = lab.catalog.world(world).map(|world| world.scenario.title.as_str());
            let with: Vec<&str> = [release].into_iter().chain(faults.iter().copied()).collect();
            let text = tf("museum.retold {} {}", &[&scenario.unwrap_or(world), &with.join(", ")]);
            ui.label(widgets::small(theme, text));
        });
    });
}
