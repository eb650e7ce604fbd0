//! Actions by hand, each with the time that it takes. They are recorded and replayed.

mod action_pane;
mod experiment;
mod incident;
pub(super) mod instance;
mod more;
mod orders;
mod pages;
mod takes;

use egui::{Align, Button, Id, Layout, Response, RichText, ScrollArea, TextEdit, Ui, Vec2};

use crate::app::model::run::Run;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::operate::action_pane::{ActionPane, confirmed};
pub(in crate::app::view) use crate::app::view::panels::operate::orders::stands;
use crate::app::view::panels::operate::takes::Takes;
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::widgets;
use crate::control::Step;
use crate::sim::{ManualAction, RolloutCommand, RolloutPhase};

/// Draws the pane.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let mut pane = ActionPane::new(lab, run, out);
    ScrollArea::vertical().id_salt("operate").auto_shrink([false, false]).show(ui, |ui| {
        widgets::title(ui, &pane.theme, t("operate.title"));
        reason(ui, &mut pane);
        main(ui, &mut pane);
        let words = stands(pane.view, pane.run);
        ui.add(egui::Label::new(widgets::small(&pane.theme, words)).wrap());
        last(ui, &pane);
        pages::show(ui, &mut pane);
        more::show(ui, &mut pane);
        ui.data_mut(|data| data.insert_temp(Id::new(REASON), pane.because));
    });
}

/// Identity of the field for the reason.
const REASON: &str = "reason of the next action by hand";

/// The field for the reason of the next action, which the audit record keeps.
fn reason(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    pane.because = ui.data(|data| data.get_temp(Id::new(REASON))).unwrap_or_default();
    let width = ui.available_width().min(420.0);
    let field = TextEdit::singleline(&mut pane.because)
        .id(Id::new((REASON, "field")))
        .hint_text(t("operate.reason"))
        .char_limit(200)
        .desired_width(width);
    let response = ui.add(field);
    let written = pane.because.clone();
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, t("operate.reason"));
        info.current_text_value = Some(written.clone());
        info
    });
}

/// The four that are needed most.
fn main(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    // Buttons wider than that are no easier to hit.
    let width = ui.available_width().min(420.0);
    let columns = if width >= 190.0 { 2.0 } else { 1.0 };
    let size = Vec2::new((width - 8.0 * (columns - 1.0)) / columns - 1.0, 28.0);
    let pauses = pane.view.phase != RolloutPhase::Paused;
    let mut asks = false;
    ui.with_layout(Layout::left_to_right(Align::TOP).with_main_wrap(true), |ui| {
        ui.set_max_width(width);
        let button = Main { text: t("operate.abort"), shortcut: Some("roll_back"), size, harm: true };
        if button.show(ui, pane, RolloutCommand::Abort).clicked() {
            pane.ask(RolloutCommand::Abort);
        }
        let (text, command) = if pauses {
            (t("operate.pause"), RolloutCommand::Pause)
        } else {
            (t("operate.resume"), RolloutCommand::Resume)
        };
        if (Main { text, shortcut: Some("hold"), size, harm: false }).show(ui, pane, command).clicked() {
            pane.ask(command);
        }
        // Where it waits for an approval, the next step is approved.
        let text = if waits_for_approval(pane) { t("operate.approve") } else { t("operate.promote") };
        let button = Main { text, shortcut: Some("promote"), size, harm: false };
        if button.show(ui, pane, RolloutCommand::Promote).clicked() {
            pane.ask(RolloutCommand::Promote);
        }
        let button = Main { text: t("operate.full"), shortcut: None, size, harm: false };
        asks = button.show(ui, pane, RolloutCommand::PromoteFull).clicked();
    });
    if confirmed(ui, pane, "full", asks, t("operate.full_sure")) {
        pane.ask(RolloutCommand::PromoteFull);
    }
}

/// Whether the step that the rollout is at waits for an approval.
fn waits_for_approval(pane: &ActionPane<'_>) -> bool {
    let Some(list) = pane.run.plan.strategy.step_list() else { return false };
    let now = pane.view.progress.as_ref().filter(|progress| !progress.reversed);
    let at = now.and_then(|progress| progress.at.checked_sub(list.before));
    at.and_then(|at| list.steps.get(at)) == Some(&Step::Approve)
}

/// Below this width, in points, a button has no room for its key.
const NARROW: f32 = 118.0;

/// A button of the four.
struct Main {
    text: &'static str,
    /// The id of the shortcut that does the same.
    shortcut: Option<&'static str>,
    size: Vec2,
    harm: bool,
}

impl Main {
    fn show(self, ui: &mut Ui, pane: &ActionPane<'_>, command: RolloutCommand) -> Response {
        let enabled = pane.view.allows(command);
        // What cannot be done has no colour of its own: its name stays readable.
        let is_loud = self.harm && enabled;
        let ink = if is_loud { widgets::ink_on(pane.theme.harm) } else { pane.theme.text };
        let takes = Takes::of(pane, &ManualAction::Command(command));
        let mut button = Button::new(RichText::new(self.text).color(ink)).min_size(self.size);
        // A narrow one has room for its name alone; the list of keys has the key.
        let is_narrow = self.size.x < NARROW;
        let shortcut = self.shortcut.filter(|_| !is_narrow);
        if let Some(key) = shortcut.and_then(|shortcut| pane.keys.written(shortcut)) {
            let color = if is_loud { ink } else { pane.theme.mute };
            button = button.right_text(RichText::new(key).monospace().size(10.5).color(color));
        }
        if is_loud {
            button = button.fill(pane.theme.harm);
        }
        let size = Vec2::new(self.size.x, self.size.y + 14.0);
        let below = |ui: &mut Ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if is_narrow {
                ui.spacing_mut().button_padding.x = 5.0;
            }
            let response = ui.add_enabled(enabled, button);
            ui.label(widgets::faint(&pane.theme, takes.short()));
            response
        };
        let response = ui.allocate_ui_with_layout(size, Layout::top_down(Align::LEFT), below).inner;
        if pane.lit == Some(command) {
            widgets::outline(ui.painter(), response.rect.expand(3.0), 7, pane.theme.caution);
            response.scroll_to_me(None);
        }
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, enabled, self.text));
        let why_not = (!enabled).then(|| stands(pane.view, pane.run));
        widgets::explained(takes.tell(response), why_not.as_deref())
    }
}

/// What was asked for last, while it may still be on its way.
fn last(ui: &mut Ui, pane: &ActionPane<'_>) {
    let now = pane.view.now;
    let recent = pane.view.actions.iter().rev().find(|entry| entry.at <= now);
    if let Some(entry) = recent.filter(|entry| now.since(entry.at).as_secs_f64() < 60.0) {
        let takes = Takes::of(pane, &entry.action).sentence();
        let text = tf("operate.last", &[&clock(entry.at), &translated(&entry.action.to_string()), &takes]);
        ui.add(egui::Label::new(widgets::small(&pane.theme, text)).wrap());
    }
}
