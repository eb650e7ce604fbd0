//! The debrief: the score with its reasons, what happened, what other decisions would have led to, and what was known when.

mod awaited;
mod cases;
mod cohorts;
mod decisions;
pub mod export;
mod reasons;
mod score;
mod spots;
pub(super) mod story;
mod timeline;

use egui::{CentralPanel, Context, Frame, Panel, RichText, ScrollArea, Ui};

use crate::app::model::debrief::{Debrief, DebriefCommand};
use crate::app::model::run::Run;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::debrief::awaited::arrived;
use crate::app::view::panels::train;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;

/// Below this width, in points, all stands in one column.
const WIDE: f32 = 900.0;

/// From this width of the window on, in points, its bar has room for what can be done here.
const ROOMY: f32 = 1180.0;

/// Draws the debrief of the run that is open.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    if !is_in_bar(ui.ctx()) {
        Panel::top("debrief_bar").frame(widgets::panel(&theme)).resizable(false).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                actions(lab, run).into_iter().for_each(|action| action.show(ui, &theme, run, out));
            });
        });
    }
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
            .show(ui, |ui| scrolled(ui, "score", |ui| points(ui, lab, run, debrief, out)));
    }
    let frame = Frame::new().fill(theme.background).inner_margin(egui::Margin::symmetric(20, 16));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        scrolled(ui, "happened", |ui| {
            happened(ui, lab, (run, debrief), is_wide, out);
            if !is_wide {
                points(ui, lab, run, debrief, out);
            }
        });
    });
}

/// The score, and the cases that it is for; after the introduction, what comes now.
fn points(ui: &mut Ui, lab: &Lab, run: &Run, debrief: &Debrief, out: &mut Vec<LabCommand>) {
    let theme = &lab.theme();
    if run.introduction.is_some() {
        let first = lab.learner.next(&lab.catalog);
        ui.label(RichText::new(t("welcome.over")).color(theme.text));
        if let Some(first) = first {
            let begin = tf("welcome.first {}", &[&first.exercise.title]);
            if widgets::main_button(ui, theme, &begin, None).clicked() {
                out.push(LabCommand::OpenExercise(first.id.clone()));
            }
        }
        return;
    }
    score::show(ui, theme, run, debrief);
    cases::show(ui, theme, run, debrief, out);
    if let Some(Ok(verdict)) = &debrief.verdict {
        story::passed(ui, theme, run, verdict);
    }
}

fn scrolled(ui: &mut Ui, id: &str, inside: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(id).auto_shrink([false, false]).show(ui, inside);
}

/// A button of the debrief.
pub(super) struct DebriefAction {
    text: &'static str,
    key: Option<String>,
    /// Whether it is what most will do next.
    is_main: bool,
    /// What is asked when it is pressed.
    command: fn(&Run) -> DebriefCommand,
}

impl DebriefAction {
    /// Draws its button.
    pub(super) fn show(self, ui: &mut Ui, theme: &Theme, run: &Run, out: &mut Vec<LabCommand>) {
        let draw = if self.is_main { widgets::main_button } else { widgets::button };
        if draw(ui, theme, self.text, self.key.as_deref()).clicked() {
            out.push(LabCommand::Debrief((self.command)(run)));
        }
    }
}

/// Whether the window has room for the actions in its own bar; they have a line of their own without.
pub(super) fn is_in_bar(ctx: &Context) -> bool {
    ctx.content_rect().width() >= ROOMY
}

/// The buttons of the debrief of `run`.
pub(super) fn actions(lab: &Lab, run: &Run) -> Vec<DebriefAction> {
    let action =
        |text, key, command: fn(&Run) -> DebriefCommand| DebriefAction { text, key, is_main: false, command };
    let mut actions = vec![
        action(t("debrief.export"), None, |run| DebriefCommand::Export(export::page(run))),
        action(t("debrief.picture"), lab.settings.keys.written("picture"), |_| DebriefCommand::Picture),
        action(t("debrief.save"), None, |_| DebriefCommand::SaveSession),
        action(t("debrief.again"), lab.settings.keys.written("restart"), |_| DebriefCommand::TryAgain),
    ];
    let Some(entry) = run.entry() else { return actions };
    actions.insert(3, action(t("hand_in.button"), None, |_| DebriefCommand::HandIn));
    actions.push(match lab.learner.after(&lab.catalog, &entry.id) {
        Some(_) => action(t("debrief.next"), None, |_| DebriefCommand::NextExercise),
        // All are passed.
        None => action(t("screen.course"), None, |_| DebriefCommand::Course),
    });
    // What most will do next: go on after a pass, and try again after none.
    let verdict = run.debrief.as_ref().and_then(|debrief| debrief.verdict.as_ref()?.as_ref().ok());
    if let Some(verdict) = verdict {
        let main = actions.len() - if verdict.passed { 1 } else { 2 };
        actions[main].is_main = true;
    }
    actions
}

fn happened(
    ui: &mut Ui,
    lab: &Lab,
    (run, debrief): (&Run, &Debrief),
    is_wide: bool,
    out: &mut Vec<LabCommand>,
) {
    let theme = &lab.theme();
    let Some(found) = arrived(ui, theme, &debrief.findings) else { return };
    story::show(ui, lab, run, debrief, found, out);
    train::debriefed(ui, lab, run, out);
    widgets::title(ui, theme, t("debrief.happened"));
    timeline::show(ui, theme, found);
    section(ui, theme, t("debrief.decisions"));
    decisions::show(ui, theme, found);
    ui.add_space(12.0);
    if is_wide {
        ui.spacing_mut().item_spacing.x = 28.0;
        ui.columns(3, |columns| {
            let left = egui::Layout::top_down(egui::Align::LEFT);
            columns[0].with_layout(left, |ui| reasons::why(ui, theme, found));
            columns[1].with_layout(left, |ui| reasons::evidence(ui, theme, found));
            columns[2].with_layout(left, |ui| spots::show(ui, theme, debrief));
        });
        ui.reset_style();
    } else {
        reasons::why(ui, theme, found);
        section(ui, theme, "");
        reasons::evidence(ui, theme, found);
        section(ui, theme, "");
        spots::show(ui, theme, debrief);
    }
    let case = &run.case.1;
    let mut drawn = vec![run.case_name(&case.name).to_owned(), case.release.clone().unwrap_or_default()];
    drawn.extend(case.faults.iter().cloned());
    ui.add_space(12.0);
    ui.label(widgets::small(theme, tf("debrief.case", &[&drawn.join(" · "), &run.seed])));
}

fn section(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add_space(12.0);
    if !text.is_empty() {
        widgets::title(ui, theme, text);
    }
}
