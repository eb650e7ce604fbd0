//! The bar at the top: the path to the current screen, and the commands that are always at hand.

use egui::{Align, Button, Label, Layout, Panel, RichText, Ui};

use crate::app::model::run::Run;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::subject::Subject;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::course::part_name;
use crate::app::view::panels::{debrief, train};
use crate::app::view::theme::{Theme, title_font};
use crate::app::view::widgets;

/// Below this width, in points, the bar has room for the most needed buttons only; the palette has them all.
const NARROW: f32 = 820.0;

/// Below this width, in points, it has room for the way back and the palette alone.
const TIGHT: f32 = 460.0;

/// Below this width, in points, that the buttons leave there is room for the name of the exercise, and not for the way to it.
const CRUMBS: f32 = 420.0;

/// Draws the bar.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    Panel::top("bar").frame(widgets::bar_panel(ui, &theme)).resizable(false).show(ui, |ui| {
        let is_narrow = ui.available_width() < NARROW;
        // Buttons come last in the order of Tab, as they do for the eye, and first for the room they need.
        let height = ui.spacing().interact_size.y;
        ui.allocate_ui_with_layout(
            egui::vec2(ui.available_width(), height),
            Layout::right_to_left(Align::Center),
            |ui| {
                let debriefed = lab.run.as_ref().filter(|_| lab.screen == Screen::Debrief);
                if let Some(run) = debriefed.filter(|_| debrief::is_in_bar(ui.ctx())) {
                    looking_back(ui, lab, run, &theme, out);
                } else {
                    buttons(ui, lab, is_narrow, &theme, out);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    crumbs(ui, lab, is_narrow, &theme, out)
                });
            },
        );
    });
}

/// Where one is.
fn crumbs(ui: &mut Ui, lab: &Lab, is_narrow: bool, theme: &Theme, out: &mut Vec<LabCommand>) {
    if ui.available_width() < 60.0 {
        // The buttons have taken all there is.
        return;
    }
    let run = lab.run.as_ref().filter(|_| matches!(lab.screen, Screen::Run | Screen::Debrief));
    let is_narrow = is_narrow || run.is_some() && ui.available_width() < CRUMBS;
    let name = RichText::new(t("lab.name")).font(title_font()).size(13.5).color(theme.text);
    let Some(run) = run else {
        ui.add(Label::new(name).truncate());
        return;
    };
    if !is_narrow {
        if ui.add(Button::new(name).frame(false)).clicked() {
            out.push(LabCommand::Go(Screen::Course));
        }
        ui.label(widgets::small(theme, "/"));
        ui.label(RichText::new(place(run)).color(theme.text));
        ui.label(widgets::small(theme, "/"));
    }
    let chip = case_seen(lab, run);
    let room = if is_narrow { 0.0 } else { 150.0 };
    ui.scope(|ui| {
        ui.set_max_width((ui.available_width() - room).max(60.0));
        ui.add(Label::new(RichText::new(run.subject.title()).color(theme.text)).truncate());
    });
    if !is_narrow && lab.screen == Screen::Debrief {
        ui.label(widgets::small(theme, "/"));
        ui.label(RichText::new(t("screen.debrief")).color(theme.text));
    } else if !is_narrow {
        widgets::chip(ui, theme, RichText::new(chip).small().color(theme.text));
    }
}

fn place(run: &Run) -> String {
    match &run.subject {
        Subject::Exercise(entry) => part_name(entry.exercise.part),
        Subject::World(_) => t("screen.sandbox").to_owned(),
    }
}

fn case_seen(lab: &Lab, run: &Run) -> String {
    if run.introduction.is_some() {
        return t("welcome.case").to_owned();
    }
    if let Some(on) = &lab.duty {
        return tf("bar.case {} of {}", &[&on.turn.number, &on.cases]);
    }
    match &run.subject {
        Subject::Exercise(entry) => {
            let case = tf("bar.case {} of {}", &[&(run.case.0 + 1), &entry.exercise.cases.len()]);
            match train::place(run) {
                Some(place) => format!("{case} \u{b7} {place}"),
                None => case,
            }
        }
        // Who leads a class keeps the release to themselves.
        Subject::World(_) if run.case.1.name == t("lead.case") => t("lead.case").to_owned(),
        Subject::World(_) => tf("bar.release {}", &[&run.case.1.release.as_deref().unwrap_or_default()]),
    }
}

/// The buttons of a debrief, from the right: what is done with it next is nearest to it.
fn looking_back(ui: &mut Ui, lab: &Lab, run: &Run, theme: &Theme, out: &mut Vec<LabCommand>) {
    for (text, entry, command) in [
        (t("bar.keys"), None, LabCommand::Show(Overlay::Keys)),
        (t("bar.commands"), Some("palette"), LabCommand::Show(Overlay::Palette)),
        (t("bar.run"), None, LabCommand::Go(Screen::Run)),
    ] {
        let key = entry.and_then(|entry| lab.settings.keys.written(entry));
        if widgets::button(ui, theme, text, key.as_deref()).clicked() {
            out.push(command);
        }
    }
    ui.add_space(12.0);
    debrief::actions(lab, run).into_iter().rev().for_each(|action| action.show(ui, theme, run, out));
}

fn buttons(ui: &mut Ui, lab: &Lab, is_narrow: bool, theme: &Theme, out: &mut Vec<LabCommand>) {
    let mut button = |ui: &mut Ui, text: &str, entry: Option<&str>, command: LabCommand| {
        let key = entry.filter(|_| !is_narrow).and_then(|entry| lab.settings.keys.written(entry));
        if widgets::button(ui, theme, text, key.as_deref()).clicked() {
            out.push(command);
        }
    };
    button(ui, t("bar.keys"), None, LabCommand::Show(Overlay::Keys));
    let is_run = matches!(lab.screen, Screen::Run | Screen::Debrief);
    let is_tight = ui.ctx().content_rect().width() < TIGHT;
    if !is_run && !is_tight {
        button(ui, t("bar.settings"), None, LabCommand::Show(Overlay::Settings));
    }
    button(ui, t("bar.commands"), Some("palette"), LabCommand::Show(Overlay::Palette));
    if is_run {
        if !is_narrow {
            button(ui, t("screen.compare"), None, LabCommand::Go(Screen::Compare));
            button(ui, t("screen.sandbox"), None, LabCommand::Go(Screen::Sandbox));
        }
        if lab.screen == Screen::Debrief {
            button(ui, t("bar.run"), None, LabCommand::Go(Screen::Run));
        }
        button(ui, t("screen.course"), None, LabCommand::Go(Screen::Course));
        let written = lab.author.as_ref().map(|author| &author.id);
        let is_written =
            written.is_some() && written == lab.run.as_ref().and_then(|run| Some(&run.entry()?.id));
        if is_written && !is_narrow {
            button(ui, t("screen.author"), None, LabCommand::Go(Screen::Author));
        }
    } else {
        if !is_tight {
            button(ui, t("bar.open"), Some("open"), LabCommand::Show(Overlay::Open));
        }
        if lab.run.is_some() {
            button(ui, t("bar.run"), None, LabCommand::Go(Screen::Run));
        }
    }
}
