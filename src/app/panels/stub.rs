//! A pane that is not there yet.

use egui::Ui;

/// Draws its name.
pub fn show(ui: &mut Ui, name: &str) {
    ui.label(name);
}
