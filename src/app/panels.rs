//! Everything that egui draws. A panel reads the lab and hands back commands; it changes nothing itself.

pub mod bar;
pub mod brief;
pub mod course;
pub mod dashboards;
pub mod debrief;
pub mod dock;
pub mod inspector;
pub mod log;
pub mod nav;
pub mod operate;
pub mod picture;
pub mod plan;
pub mod stage;
pub mod transport;

use egui::{CentralPanel, Frame, Panel, Ui};

use super::lab::{Lab, Screen};
use super::{Command, widgets};

/// Draws the whole window into `ui`, and adds what was asked for to `out`.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<Command>) {
    let theme = lab.theme();
    bar::show(ui, lab, out);
    match (lab.screen, &lab.run) {
        (Screen::Run, Some(run)) => {
            Panel::bottom("transport")
                .frame(widgets::panel(&theme))
                .resizable(false)
                .show(ui, |ui| transport::show(ui, lab, run, out));
            CentralPanel::no_frame().show(ui, |ui| dock::show(ui, lab, run, out));
        }
        (Screen::Debrief, Some(run)) => debrief::show(ui, lab, run, out),
        _ => {
            nav::show(ui, lab, out);
            CentralPanel::default()
                .frame(Frame::new().fill(theme.background))
                .show(ui, |ui| course::show(ui, lab, out));
        }
    }
}
