//! The panels, all that egui draws. A panel reads the lab and hands back commands; it changes nothing itself.

pub mod author;
pub mod bar;
pub mod brief;
pub mod bring;
pub mod chart;
pub mod classroom;
pub mod compare;
pub mod course;
pub mod dashboards;
pub mod debrief;
pub mod dock;
pub mod files;
pub mod glossary;
pub mod hand_in;
pub mod inspector;
pub mod judges;
pub mod keys;
pub mod log;
pub mod museum;
pub mod nav;
pub mod notices;
pub mod operate;
pub mod overlay;
pub mod palette;
pub mod picture;
pub mod plan;
pub mod plans;
pub mod predict;
pub mod recall;
pub mod rehearsal;
pub mod sandbox;
pub mod settings;
pub mod stage;
pub mod train;
pub mod transport;
pub mod welcome;

use std::path::PathBuf;

use egui::{CentralPanel, Context, Frame, OutputCommand, Panel, RichText, Ui};

use crate::app::model::files::FilesCommand;
use crate::app::model::panes::Pane;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::widgets;

/// Draws the whole window into `ui`, and adds what was asked for to `out`.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    crate::app::view::keys::read(ui.ctx(), lab, out);
    if lab.start.follows.is_some() {
        class(ui, lab, out);
        return;
    }
    dropped(ui, lab, out);
    bar::show(ui, lab, out);
    welcome::strip(ui, lab, out);
    match (lab.screen, &lab.run) {
        (Screen::Run, Some(run)) => {
            Panel::bottom("transport")
                .frame(widgets::bar_panel(ui, &theme))
                .resizable(false)
                .show(ui, |ui| transport::show(ui, lab, run, out));
            CentralPanel::no_frame().show(ui, |ui| dock::show(ui, lab, run, pane, out));
        }
        (Screen::Debrief, Some(run)) => debrief::show(ui, lab, run, out),
        (Screen::Compare, _) => {
            nav::show(ui, lab, out);
            let frame = Frame::new().fill(theme.background).inner_margin(egui::Margin::symmetric(20, 16));
            CentralPanel::default().frame(frame).show(ui, |ui| compare::show(ui, lab, out));
        }
        (Screen::Classroom, _) => {
            nav::show(ui, lab, out);
            let frame = Frame::new().fill(theme.background).inner_margin(egui::Margin::symmetric(20, 16));
            CentralPanel::default().frame(frame).show(ui, |ui| classroom::show(ui, lab, out));
        }
        _ => {
            nav::show(ui, lab, out);
            let frame = Frame::new().fill(theme.background);
            CentralPanel::default().frame(frame).show(ui, |ui| match lab.screen {
                Screen::Sandbox => sandbox::show(ui, lab, out),
                Screen::Museum => museum::show(ui, lab, out),
                Screen::Plans => plans::show(ui, lab, out),
                Screen::Author => author::show(ui, lab, out),
                Screen::Rehearsal => rehearsal::show(ui, lab, out),
                Screen::Course | Screen::Compare | Screen::Classroom | Screen::Run | Screen::Debrief => {
                    course::show(ui, lab, out)
                }
            });
        }
    }
    let ctx = ui.ctx().clone();
    predict::show(&ctx, lab, out);
    notices::show(&ctx, lab, out);
    overlay::show(&ctx, lab, out);
    anchor(&ctx);
    pages(&ctx, out);
}

/// Says which pages the links lead to that were followed: where no browser comes up, nothing else would be seen.
fn pages(ctx: &Context, out: &mut Vec<LabCommand>) {
    ctx.output(|output| {
        let followed = output.commands.iter().filter_map(|command| match command {
            OutputCommand::OpenUrl(page) => Some(&page.url),
            _ => None,
        });
        out.extend(followed.map(|address| LabCommand::Explain(tf("link.page {}", &[address]))));
    });
}

/// Draws what the class sees of a run that is led in another window.
fn class(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let Some(run) = &lab.run else {
        CentralPanel::default().frame(widgets::panel(&theme)).show(ui, |ui| {
            ui.centered_and_justified(|ui| ui.label(RichText::new(t("lead.waits")).color(theme.mute)));
        });
        return;
    };
    Panel::top("class").frame(widgets::panel(&theme)).resizable(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            widgets::title(ui, &theme, &run.scenario.title);
            ui.label(widgets::number(run.player.snapshot().now.to_string(), theme.text));
        });
    });
    CentralPanel::no_frame().show(ui, |ui| dock::show(ui, lab, run, pane, out));
    notices::show(ui.ctx(), lab, out);
}

/// What draws a pane of an open run: a line for each.
fn pane(pane: Pane) -> dock::Draw {
    match pane {
        Pane::Brief => brief::show,
        Pane::Stage => stage::show,
        Pane::Dashboards => dashboards::show,
        Pane::Log => log::show,
        Pane::Plan => plan::show,
        Pane::Operate => operate::show,
        Pane::Inspector => inspector::show,
    }
}

/// Files that were dropped on the window are opened.
fn dropped(ui: &Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let paths = ui.input(|input| {
        let files = input.raw.dropped_files.iter();
        files.map(|file| file.path().to_path_buf()).collect::<Vec<_>>()
    });
    // The plan's pane takes manifests itself, and shows in place what did not become part of the plan.
    let is_taken = |path: &PathBuf| {
        lab.screen == Screen::Run
            && path.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json")
    };
    let paths = paths.into_iter().filter(|path| !is_taken(path));
    out.extend(paths.map(|path| LabCommand::Files(FilesCommand::Take(path))));
}

/// What has just been given the focus may not be drawn yet, or no longer. The accessibility tree must contain it all the same.
fn anchor(ctx: &egui::Context) {
    if let Some(id) = ctx.memory(|memory| memory.focused()) {
        ctx.accesskit_node_builder(id, |_| {});
    }
}
