//! The list of keys.

use egui::{Grid, RichText, Ui};

use crate::app::keys::{deeds, written};
use crate::app::texts::t;
use crate::app::{Lab, widgets};

/// Draws it.
pub fn show(ui: &mut Ui, lab: &Lab) {
    let theme = lab.theme();
    Grid::new("keys").num_columns(2).spacing([24.0, 6.0]).show(ui, |ui| {
        let keyed = deeds(lab).into_iter().filter_map(|deed| deed.key.map(|key| (written(key), deed.name)));
        let more = [
            (t("keys.question_mark"), t("do.keys")),
            (t("keys.numbers"), t("keys.cards")),
            (t("keys.tab"), t("keys.next")),
            (t("keys.enter"), t("keys.press")),
        ];
        let more = more.map(|(key, name)| (key.to_owned(), name.to_owned()));
        for (key, name) in keyed.chain(more) {
            ui.label(widgets::number(key, theme.text));
            ui.label(RichText::new(name).color(theme.mute));
            ui.end_row();
        }
    });
}
