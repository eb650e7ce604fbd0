//! Lines of the inspector: a sentence, a pair of name and value, a moment.

use egui::{RichText, Ui};

use crate::app::model::LabCommand;
use crate::app::texts::{t, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::engine::Time;

/// Lines of text, the first as a title.
pub(super) fn told(ui: &mut Ui, theme: &Theme, lines: &[String]) {
    for (index, line) in lines.iter().enumerate() {
        let text = if index == 0 { RichText::new(line).strong() } else { widgets::small(theme, line) };
        ui.label(text);
    }
}

/// A name and what stands for it, in a line that wraps.
pub(super) fn pair(ui: &mut Ui, theme: &Theme, name: &str, value: impl Into<String>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(widgets::faint(theme, name));
        ui.label(RichText::new(value).size(12.0).color(theme.text));
    });
}

/// A moment that can be gone to.
pub(super) fn moment(ui: &mut Ui, theme: &Theme, at: Time, out: &mut Vec<LabCommand>) {
    let text = widgets::number(at.to_string(), theme.mute);
    let response = ui.add(egui::Button::new(text).small().frame(false)).on_hover_text(t("inspector.jump"));
    let name = tf("inspector.jump_to", &[&at]);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &name));
    if response.clicked() {
        out.push(LabCommand::Play(crate::app::model::order::Order::Seek(at)));
    }
}
