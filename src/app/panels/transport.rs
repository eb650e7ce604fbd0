//! Time: play, pause, step, speed, scrub, jump, fork.

use egui::Ui;

use crate::app::player::Order;
use crate::app::run::Run;
use crate::app::texts::t;
use crate::app::{Command, Lab, widgets};

/// Draws the transport of the run that is open.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<Command>) {
    let theme = lab.theme();
    ui.horizontal(|ui| {
        if widgets::button(ui, &theme, t("transport.play"), Some("Space")).clicked() {
            out.push(Command::Play(Order::Toggle));
        }
        ui.label(widgets::number(format!("{}", run.player.view().now), theme.text).size(20.0));
    });
}
