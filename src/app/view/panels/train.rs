//! The releases of a train: beside the task while it runs, and in the debrief with what each was. A click goes to where one began.

use egui::{Grid, RichText, Ui};

use crate::app::model::order::Order;
use crate::app::model::run::Run;
use crate::app::model::screen::Screen;
use crate::app::model::train::{Train, began};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::LegResult;
use crate::exercise::format::counted;

/// Which release of how many is on its way, in a few words; `None` where one release goes out.
pub(super) fn place(run: &Run) -> Option<String> {
    let train = Train::of(run)?;
    Some(tf("train.of {} of {}", &[&train.came.len(), &train.count()]))
}

/// What became of a release, in a few words.
fn outcome(train: &Train, place: usize) -> String {
    let leg = &train.came[place];
    if train.is_on_its_way(place) {
        return tf("train.now", &[&clock(began(leg))]);
    }
    match leg.outcome {
        "delivered" => t("train.delivered").to_owned(),
        "rolled_back" => t("train.rolled_back").to_owned(),
        "superseded" => t("train.superseded").to_owned(),
        _ => t("train.unsettled").to_owned(),
    }
}

/// A release as a button, which goes to where it began.
fn release(ui: &mut Ui, (number, leg): (usize, &LegResult), outcome: &str, is_now: bool) -> bool {
    let text = tf("train.line", &[&number, &leg.release]);
    let response = ui.selectable_label(is_now, text);
    let named = tf("train.line.named {} {} {}", &[&number, &leg.release, &outcome]);
    response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::Button, true, is_now, &named));
    response.clicked()
}

/// Draws the releases of the run that is open, as far as they have come; nothing where one release goes out.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, out: &mut Vec<LabCommand>) {
    let Some(train) = Train::of(run) else { return };
    ui.add_space(8.0);
    widgets::title(ui, theme, t("train.title"));
    Grid::new("train").num_columns(2).spacing([12.0, 2.0]).show(ui, |ui| {
        for (place, leg) in train.came.iter().enumerate() {
            let is_now = train.is_on_its_way(place);
            let said = outcome(&train, place);
            if release(ui, (place + 1, leg), &said, is_now) {
                out.push(LabCommand::Play(Order::Seek(began(leg))));
            }
            let color = if is_now { theme.text } else { theme.mute };
            ui.label(RichText::new(said).small().color(color));
            ui.end_row();
        }
    });
    let to_come = train.left[0] + train.left[1];
    if to_come > 0 {
        ui.label(widgets::faint(theme, tf("train.to_come", &[&to_come])));
    }
}

/// Draws what became of each in the debrief, with what it was and whom it harmed; nothing where one release went out.
pub(super) fn debriefed(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let Some(train) = Train::of(run) else { return };
    ui.add_space(12.0);
    widgets::title(ui, &theme, t("train.title"));
    ui.label(RichText::new(sum(&train)).color(theme.text));
    Grid::new("train in the debrief").num_columns(3).spacing([16.0, 4.0]).show(ui, |ui| {
        for (place, leg) in train.came.iter().enumerate() {
            let said = said(&train, place);
            if release(ui, (place + 1, leg), &said, false) {
                out.push(LabCommand::Go(Screen::Run));
                out.push(LabCommand::Play(Order::Seek(began(leg))));
            }
            let is_right =
                matches!((leg.is_sound, leg.outcome), (true, "delivered") | (false, "rolled_back"));
            let color = if is_right { theme.good } else { theme.harm };
            ui.label(RichText::new(said).color(color));
            ui.label(widgets::number(tf("train.harmed", &[&harmed(leg)]), theme.text));
            ui.end_row();
        }
    });
    ui.add_space(12.0);
}

/// How many were harmed while it went out; fewer than none where users who were harmed before are not any more.
fn harmed(leg: &LegResult) -> String {
    let sign = if leg.users_harmed < 0 { "-" } else { "" };
    format!("{sign}{}", counted(leg.users_harmed.unsigned_abs()))
}

fn said(train: &Train, place: usize) -> String {
    let what = if train.came[place].is_sound { t("train.good") } else { t("train.bad") };
    tf("train.was {} {}", &[&outcome(train, place), &what])
}

/// How many were delivered and stopped, and how many never came.
fn sum(train: &Train) -> String {
    let [[delivered, good], [stopped, bad]] = train.sum();
    let sum = tf("train.sum", &[&delivered, &good, &stopped, &bad]);
    match train.left[0] + train.left[1] {
        0 => sum,
        left => format!("{sum} {}", tf("train.never", &[&left])),
    }
}

/// The same as rows for a page: the sentence, and the cells of each release.
pub(super) fn rows(run: &Run) -> Option<(String, Vec<Vec<String>>)> {
    let train = Train::of(run)?;
    let row = |(place, leg): (usize, &LegResult)| {
        vec![
            (place + 1).to_string(),
            leg.release.clone(),
            clock(began(leg)),
            said(&train, place),
            harmed(leg),
        ]
    };
    let rows = train.came.iter().enumerate().map(row).collect();
    Some((sum(&train), rows))
}
