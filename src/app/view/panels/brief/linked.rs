//! A text of the author's, with the links that are buttons: what to look at is a press away.

use egui::Ui;

use crate::app::model::LabCommand;
use crate::app::model::run::{Run, RunCommand};
use crate::app::texts::translated;
use crate::app::view::concepts;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::library::brief::{LinkAction, links, without_links};
use crate::library::knobs;

/// Draws the text, and its buttons before it.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, text: &str, out: &mut Vec<LabCommand>) {
    for link in links(text) {
        match link.action {
            LinkAction::Play(name) => {
                let cases = run.entry().map(|entry| &entry.exercise.cases);
                let Some(case) = cases.and_then(|cases| cases.iter().position(|case| case.name == name))
                else {
                    continue;
                };
                if wide_button(ui, &link.says).clicked() {
                    out.push(LabCommand::Run(RunCommand::Case(case)));
                }
            }
            LinkAction::Explain(name) => explained(ui, theme, &link.says, &name),
        }
    }
    concepts::markdown(ui, &without_links(text), out);
}

/// A button whose words wrap in a narrow pane.
fn wide_button(ui: &mut Ui, text: &str) -> egui::Response {
    ui.add(egui::Button::new(text).wrap())
}

/// A button that unfolds what a type or field is.
fn explained(ui: &mut Ui, theme: &Theme, says: &str, name: &str) {
    let id = ui.id().with(("explained", name));
    let mut is_open = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or_default();
    let response = wide_button(ui, says);
    response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::Button, true, is_open, says));
    if response.clicked() {
        is_open = !is_open;
        ui.data_mut(|data| data.insert_temp(id, is_open));
    }
    if !is_open {
        return;
    }
    widgets::card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let of = knobs::types().iter().find(|of| of.name == name);
        if let Some(of) = of {
            ui.label(widgets::small(theme, translated(&of.about)));
        }
        for knob in knobs::find(name) {
            ui.label(widgets::small(theme, format!("{}: {}", knob.name, translated(&knob.about))));
        }
    });
}
