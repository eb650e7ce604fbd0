//! The debrief: the score and why, what happened, what other decisions would have come to, and what could be known when.

mod cohorts;
mod decisions;
pub mod export;
mod reasons;
mod score;
mod spots;
mod timeline;

use egui::{CentralPanel, Frame, Key, Panel, ScrollArea, Ui};

use crate::app::debrief::{Awaited, Debrief, DebriefCommand};
use crate::app::run::Run;
use crate::app::texts::{t, tf};
use crate::app::theme::Theme;
use crate::app::{Command, Lab, widgets};

/// Below this width, in points, all stands in one column.
const WIDE: f32 = 900.0;

/// Draws the debrief of the run that is open.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<Command>) {
    let theme = lab.theme();
    Panel::top("debrief_bar")
        .frame(widgets::panel(&theme))
        .resizable(false)
        .show(ui, |ui| buttons(ui, lab, run, &theme, out));
    let Some(debrief) = &run.debrief else {
        CentralPanel::default()
            .frame(widgets::panel(&theme))
            .show(ui, |ui| ui.label(widgets::small(&theme, t("debrief.none"))));
        return;
    };
    let is_wide = ui.available_width() >= WIDE;
    if is_wide {
        let width = (ui.available_width() * 0.31).clamp(320.0, 560.0);
        Panel::left("debrief_score")
            .frame(widgets::panel(&theme))
            .exact_size(width)
            .resizable(false)
            .show(ui, |ui| scrolled(ui, "score", |ui| score::show(ui, &theme, run, debrief)));
    }
    let frame = Frame::new().fill(theme.background).inner_margin(egui::Margin::symmetric(20, 16));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        scrolled(ui, "happened", |ui| {
            if !is_wide {
                score::show(ui, &theme, run, debrief);
            }
            happened(ui, &theme, run, debrief, is_wide);
        });
    });
}

fn scrolled(ui: &mut Ui, id: &str, inside: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(id).auto_shrink([false, false]).show(ui, inside);
}

fn buttons(ui: &mut Ui, lab: &Lab, run: &Run, theme: &Theme, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        let title = match &run.subject {
            crate::app::run::Subject::Exercise(entry) => &entry.exercise.title,
            crate::app::run::Subject::World(world) => &world.scenario.title,
        };
        widgets::title(ui, theme, &tf("debrief.of", &[title]));
        let id = run.entry().map(|entry| &entry.id);
        let last = lab.catalog.exercises.last().map(|entry| &entry.id);
        let idle = ui.ctx().memory(|memory| memory.focused().is_none());
        let mut ask = |does: bool, command: DebriefCommand| {
            if does {
                out.push(Command::Debrief(command));
            }
        };
        ask(widgets::button(ui, theme, t("debrief.export"), None).clicked(), DebriefCommand::Export);
        ask(widgets::button(ui, theme, t("debrief.save"), None).clicked(), DebriefCommand::SaveSession);
        let again = idle && lab.overlay.is_none() && ui.input(|input| input.key_pressed(Key::R));
        let clicked = widgets::button(ui, theme, t("debrief.again"), Some("R")).clicked();
        ask(again || clicked, DebriefCommand::TryAgain);
        if id.is_some() && id != last {
            let clicked = widgets::main_button(ui, theme, t("debrief.next"), None).clicked();
            ask(clicked, DebriefCommand::NextExercise);
        }
    });
}

fn happened(ui: &mut Ui, theme: &Theme, run: &Run, debrief: &Debrief, is_wide: bool) {
    widgets::title(ui, theme, t("debrief.happened"));
    let Some(found) = arrived(ui, theme, &debrief.found) else { return };
    timeline::show(ui, theme, found);
    section(ui, theme, t("debrief.decisions"));
    decisions::show(ui, theme, found);
    ui.add_space(12.0);
    if is_wide {
        ui.columns(3, |columns| {
            reasons::why(&mut columns[0], theme, found);
            reasons::knowable(&mut columns[1], theme, found);
            spots::show(&mut columns[2], theme, debrief);
        });
    } else {
        reasons::why(ui, theme, found);
        section(ui, theme, "");
        reasons::knowable(ui, theme, found);
        section(ui, theme, "");
        spots::show(ui, theme, debrief);
    }
    let case = &run.case.1;
    let mut drawn = vec![case.name.clone(), case.release.clone().unwrap_or_default()];
    drawn.extend(case.faults.iter().cloned());
    ui.add_space(12.0);
    ui.label(widgets::small(theme, tf("debrief.case", &[&drawn.join(" · "), &run.seed])));
}

/// What has come in; or else says that it is being worked out, or why it cannot be.
fn arrived<'a, T>(ui: &mut Ui, theme: &Theme, awaited: &'a Awaited<T>) -> Option<&'a T> {
    match awaited {
        Some(Ok(value)) => return Some(value),
        Some(Err(why)) => drop(ui.label(egui::RichText::new(why).color(theme.harm))),
        None => {
            ui.label(widgets::small(theme, t("debrief.working")));
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
        }
    }
    None
}

fn section(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add_space(12.0);
    if !text.is_empty() {
        widgets::title(ui, theme, text);
    }
}
