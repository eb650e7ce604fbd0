//! Everything that egui draws. A panel reads the lab and hands back commands; it changes nothing itself.

pub mod bar;
pub mod brief;
pub mod course;
pub mod dock;
pub mod keys;
pub mod museum;
pub mod inspector;
pub mod nav;
pub mod notices;
pub mod overlay;
pub mod palette;
pub mod picture;
pub mod plans;
pub mod sandbox;
pub mod settings;
pub mod stage;
pub mod stub;
pub mod transport;

use egui::{CentralPanel, Frame, Panel, Ui};

use super::lab::{Lab, Screen};
use super::{Command, widgets};

/// Draws the whole window into `ui`, and adds what was asked for to `out`.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<Command>) {
    let theme = lab.theme();
    super::keys::read(ui.ctx(), lab, out);
    bar::show(ui, lab, out);
    match (lab.screen, &lab.run) {
        (Screen::Run, Some(run)) => {
            Panel::bottom("transport")
                .frame(widgets::panel(&theme))
                .resizable(false)
                .show(ui, |ui| transport::show(ui, lab, run, out));
            CentralPanel::no_frame().show(ui, |ui| dock::show(ui, lab, run, out));
        }
        _ => {
            nav::show(ui, lab, out);
            let frame = Frame::new().fill(theme.background);
            CentralPanel::default().frame(frame).show(ui, |ui| match lab.screen {
                Screen::Sandbox => sandbox::show(ui, lab, out),
                Screen::Museum => museum::show(ui, lab, out),
                Screen::Plans => plans::show(ui, lab, out),
                _ => course::show(ui, lab, out),
            });
        }
    }
    let ctx = ui.ctx().clone();
    notices::show(&ctx, lab, out);
    overlay::show(&ctx, lab, out);
}
