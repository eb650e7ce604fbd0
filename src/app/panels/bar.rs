//! The bar on top: where one is, and what is always at hand.

use egui::{Align, Layout, Panel, RichText, Ui};

use crate::app::lab::{Lab, Overlay, Screen};
use crate::app::texts::t;
use crate::app::theme::title_font;
use crate::app::{Command, widgets};

/// Draws the bar.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<Command>) {
    let theme = lab.theme();
    Panel::top("bar").frame(widgets::panel(&theme)).resizable(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(t("lab.name")).font(title_font()).size(13.5));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if widgets::button(ui, &theme, t("bar.keys"), None).clicked() {
                    out.push(Command::Show(Overlay::Keys));
                }
                if widgets::button(ui, &theme, t("bar.commands"), Some("Ctrl K")).clicked() {
                    out.push(Command::Show(Overlay::Palette));
                }
                if lab.screen != Screen::Course
                    && widgets::button(ui, &theme, t("bar.course"), None).clicked()
                {
                    out.push(Command::Go(Screen::Course));
                }
            });
        });
    });
}
