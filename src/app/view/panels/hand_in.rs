//! Handing in: the student's name, what is in the file, and where it is.

use egui::{RichText, TextEdit, TextStyle, Ui};

use crate::app::model::hand_in::{HandInCommand, LONGEST, file_stem};
use crate::app::model::run::Run;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::format::decimal;

/// Draws it.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let Some((run, entry)) = lab.run.as_ref().and_then(|run| Some((run, run.entry()?))) else {
        ui.label(t("hand_in.nothing"));
        return;
    };
    ui.label(RichText::new(&entry.exercise.title).color(theme.text));
    let label = ui.label(widgets::small(&theme, t("hand_in.student")));
    let mut name = lab.settings.student.clone();
    let field = TextEdit::singleline(&mut name).char_limit(LONGEST).desired_width(f32::INFINITY);
    if ui.add(field).labelled_by(label.id).changed() {
        out.push(LabCommand::HandIn(HandInCommand::Student(name)));
    }
    ui.add_space(4.0);
    widgets::title(ui, &theme, t("hand_in.what"));
    contents(run)
        .into_iter()
        .for_each(|line| drop(ui.label(RichText::new(format!("· {line}")).color(theme.mute))));
    ui.add_space(4.0);
    let why_not = file_stem(&lab.settings.student).is_empty().then_some(t("hand_in.no_name"));
    if widgets::main_button_unless(ui, &theme, why_not, t("hand_in.write"), None).clicked() {
        out.push(LabCommand::HandIn(HandInCommand::Write));
    }
    written(ui, lab, &theme, out);
}

/// Where the file is, once it is written.
fn written(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    let Some(handed) = &lab.handed_in else { return };
    widgets::card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(tf("hand_in.written {}", &[&handed.file.display()])).color(theme.good));
        if let Some(earlier) = &handed.earlier {
            ui.label(widgets::small(theme, tf("hand_in.earlier {}", &[&earlier.display()])));
        }
        ui.label(widgets::coded(t("hand_in.give"), &TextStyle::Small, theme.mute, ui));
        if widgets::button(ui, theme, t("hand_in.folder"), None).clicked() {
            out.push(LabCommand::HandIn(HandInCommand::OpenFolder));
        }
    });
}

/// What is in the file, a line each.
fn contents(run: &Run) -> Vec<String> {
    let session = run.session();
    let title = if session.plan.title.is_empty() { t("hand_in.untitled") } else { &session.plan.title };
    let mut lines = vec![tf("hand_in.plan {}", &[&title])];
    lines.push(match session.actions.len() {
        0 => t("hand_in.no_actions").to_owned(),
        count => tf("hand_in.actions {}", &[&count]),
    });
    if let crate::app::model::notes::Forecast::Made(said) = session.forecast {
        lines.push(tf("hand_in.prediction {}", &[&crate::app::view::panels::brief::prediction::said(said)]));
    }
    let verdict = run.debrief.as_ref().and_then(|debrief| debrief.verdict.as_ref()?.as_ref().ok());
    lines.push(match verdict {
        Some(verdict) => {
            tf("hand_in.score {} {}", &[&decimal(verdict.score, 1), &decimal(verdict.max_score, 1)])
        }
        None => t("hand_in.no_score").to_owned(),
    });
    lines
}
