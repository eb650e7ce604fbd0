//! The glossary: the concept cards, with a search. A card says what a word means, computes a small example by one knob, and leads to
//! the exercises and the reading where it is met.

use egui::{Button, Id, RichText, TextEdit, Ui, WidgetInfo, WidgetType};

use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{spoken, t, tf};
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets::{self, Rail};
use crate::library::cards::{Card, cards, find};

/// Draws it: the card that is open, and the words that there are.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let language = spoken().id;
    if let Some(card) = lab.card.as_deref().and_then(|id| find(id, language)) {
        widgets::card(&theme).show(ui, |ui| {
            ui.set_width(ui.available_width());
            one(ui, lab, &theme, card, out);
        });
        ui.add_space(8.0);
    }
    let slot = Id::new("search of the glossary");
    let mut search = ui.data(|data| data.get_temp::<String>(slot)).unwrap_or_default();
    let field =
        TextEdit::singleline(&mut search).hint_text(t("glossary.search")).desired_width(f32::INFINITY);
    let response = ui.add(field);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, t("glossary.search")));
    let wanted = search.trim().to_lowercase();
    ui.data_mut(|data| data.insert_temp(slot, search));
    ui.add_space(4.0);
    let has = |card: &&Card| {
        let said = card.names().chain([card.says.as_str()]);
        wanted.is_empty() || said.into_iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    let found: Vec<&Card> = cards(language).into_iter().filter(has).collect();
    if found.is_empty() {
        ui.label(widgets::small(&theme, t("glossary.none")));
    }
    ui.horizontal_wrapped(|ui| {
        for card in found {
            let is_open = lab.card.as_deref() == Some(card.id.as_str());
            if ui.selectable_label(is_open, &card.title).clicked() {
                out.push(LabCommand::Card(card.id.clone()));
            }
        }
    });
}

/// Draws a card.
fn one(ui: &mut Ui, lab: &Lab, theme: &Theme, card: &Card, out: &mut Vec<LabCommand>) {
    ui.label(RichText::new(&card.title).family(semibold()).size(15.0).color(theme.text));
    ui.label(RichText::new(&card.says).color(theme.text));
    ui.add_space(6.0);
    let knob = card.example.knob();
    let slot = Id::new(("knob of a card", card.id.as_str()));
    let mut value = ui.data(|data| data.get_temp::<f64>(slot)).unwrap_or(knob.start);
    let label = ui.label(widgets::small(theme, card.knob.as_str()));
    let unit = if knob.unit.is_empty() { String::new() } else { format!(" {}", knob.unit) };
    let rail = Rail { range: knob.range.clone(), step: Some(knob.step), unit: &unit, decimals: 2 };
    if widgets::slider(ui, &label, &mut value, rail).changed() {
        value = knob.fitted(value);
        ui.data_mut(|data| data.insert_temp(slot, value));
    }
    ui.label(RichText::new(card.answered(value)).color(theme.text));
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::small(theme, t("glossary.met")));
        for id in &card.met {
            let Some(entry) = lab.catalog.exercise(id) else { continue };
            let button = Button::new(entry.exercise.title.as_str()).wrap();
            let spoken = tf("do.exercise {}", &[&entry.exercise.title]);
            let response = ui.add(button);
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &spoken));
            if response.clicked() {
                out.push(LabCommand::Close);
                out.push(LabCommand::OpenExercise(id.clone()));
            }
        }
    });
    for address in &card.reading {
        ui.hyperlink_to(tf("glossary.read {}", &[&host(address)]), address);
    }
}

/// The host of an address, by which a reader knows whose page it is.
fn host(address: &str) -> &str {
    address.split('/').nth(2).unwrap_or(address)
}
