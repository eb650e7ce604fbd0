//! The first screen: parts and exercises.

use egui::Ui;

use crate::app::{Command, Lab};

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<Command>) {
    for entry in &lab.catalog.exercises {
        if ui.button(entry.exercise.title.as_str()).clicked() {
            out.push(Command::OpenExercise(entry.id.clone()));
        }
    }
}
