//! What is said about trouble: the cause that is named, and the status update.

use egui::{ComboBox, Id, TextEdit, Ui};

use crate::app::texts::t;
use crate::app::view::panels::operate::action_pane::ActionPane;
use crate::app::view::widgets;
use crate::sim::{ManualAction, Suspect};

/// Draws both.
pub(super) fn show(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    cause(ui, pane);
    status(ui, pane);
    ui.add(egui::Label::new(widgets::small(&pane.theme, t("operate.incident_note"))).wrap());
}

/// The choice of a cause, and the button that names it.
fn cause(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let services = pane.run.scenario.services.iter().map(|service| service.name.as_str());
    let all = Suspect::all(services);
    let id = Id::new("cause by hand");
    let mut place: usize = ui.data(|data| data.get_temp(id)).unwrap_or(0).min(all.len() - 1);
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(t("operate.cause"));
        let choice =
            ComboBox::from_id_salt("cause").selected_text(all[place].to_string()).show_ui(ui, |ui| {
                for (index, suspect) in all.iter().enumerate() {
                    ui.selectable_value(&mut place, index, suspect.to_string());
                }
            });
        choice.response.labelled_by(label.id);
        let action = ManualAction::Localise(all[place].clone());
        if pane.button(ui, None, t("operate.name_cause"), &action).clicked() {
            pane.act(action);
        }
    });
    ui.data_mut(|data| data.insert_temp(id, place));
}

/// The field for a status update, and the button that sends it.
fn status(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let id = Id::new("status update by hand");
    let mut text: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let width = ui.available_width().min(420.0);
    let field = TextEdit::singleline(&mut text)
        .id(id.with("field"))
        .hint_text(t("operate.status"))
        .char_limit(300)
        .desired_width(width);
    let response = ui.add(field);
    let written = text.clone();
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, t("operate.status"));
        info.current_text_value = Some(written.clone());
        info
    });
    let action = ManualAction::Tell(text.trim().to_owned());
    let why_not = text.trim().is_empty().then_some(t("operate.tell_not"));
    if pane.button(ui, why_not, t("operate.tell"), &action).clicked() {
        pane.act(action);
        text.clear();
    }
    ui.data_mut(|data| data.insert_temp(id, text));
}
