//! What can be done by hand, each with the time that it takes; everything is recorded and replayed.

pub(super) mod instance;
mod more;
mod orders;
mod pages;
mod takes;

use egui::{Align, Button, Id, Layout, Response, RichText, ScrollArea, Ui, Vec2};

use crate::app::keys::OwnKeys;
use crate::app::panels::transport::clock::clock;
use crate::app::player::Order;
use crate::app::run::Run;
use crate::app::stage::Thing;
use crate::app::texts::{t, tf};
use crate::app::theme::Theme;
use crate::app::view::View;
use crate::app::{Command, Lab, widgets};
use crate::sim::{ManualAction, RolloutCommand, RolloutPhase};

pub use orders::allows;
use orders::stands;
use takes::Takes;

/// What the pane's parts work with.
struct Desk<'a> {
    theme: Theme,
    keys: &'a OwnKeys,
    view: &'a View,
    run: &'a Run,
    /// The instance that is chosen on the stage.
    chosen: Option<u32>,
    out: &'a mut Vec<Command>,
}

impl<'a> Desk<'a> {
    fn new(lab: &'a Lab, run: &'a Run, out: &'a mut Vec<Command>) -> Self {
        let chosen = match lab.stage.chosen {
            Some(Thing::Instance(number)) => Some(number),
            _ => None,
        };
        let keys = &lab.settings.keys;
        Self { theme: lab.theme(), keys, view: run.player.view(), run, chosen, out }
    }

    fn act(&mut self, action: ManualAction) {
        self.out.push(Command::Play(Order::Act(action)));
    }

    fn ask(&mut self, command: RolloutCommand) {
        self.act(ManualAction::Command(command));
    }
}

/// Draws the pane.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<Command>) {
    let mut desk = Desk::new(lab, run, out);
    ScrollArea::vertical().id_salt("operate").auto_shrink([false, false]).show(ui, |ui| {
        widgets::title(ui, &desk.theme, t("operate.title"));
        main(ui, &mut desk);
        let words = stands(desk.view, desk.run);
        ui.add(egui::Label::new(widgets::small(&desk.theme, words)).wrap());
        last(ui, &desk);
        pages::show(ui, &mut desk);
        more::show(ui, &mut desk);
    });
}

/// The four that are needed most.
fn main(ui: &mut Ui, desk: &mut Desk<'_>) {
    // Buttons wider than that are no easier to hit.
    let width = ui.available_width().min(420.0);
    let columns = if width >= 190.0 { 2.0 } else { 1.0 };
    let size = Vec2::new((width - 8.0 * (columns - 1.0)) / columns - 1.0, 28.0);
    let pauses = desk.view.phase != RolloutPhase::Paused;
    let mut asks = false;
    ui.with_layout(Layout::left_to_right(Align::TOP).with_main_wrap(true), |ui| {
        ui.set_max_width(width);
        let button = Main { text: t("operate.abort"), deed: Some("roll_back"), size, harm: true };
        if button.show(ui, desk, RolloutCommand::Abort).clicked() {
            desk.ask(RolloutCommand::Abort);
        }
        let (text, command) = if pauses {
            (t("operate.pause"), RolloutCommand::Pause)
        } else {
            (t("operate.resume"), RolloutCommand::Resume)
        };
        if (Main { text, deed: Some("hold"), size, harm: false }).show(ui, desk, command).clicked() {
            desk.ask(command);
        }
        let button = Main { text: t("operate.promote"), deed: Some("promote"), size, harm: false };
        if button.show(ui, desk, RolloutCommand::Promote).clicked() {
            desk.ask(RolloutCommand::Promote);
        }
        let button = Main { text: t("operate.full"), deed: None, size, harm: false };
        asks = button.show(ui, desk, RolloutCommand::PromoteFull).clicked();
    });
    if confirmed(ui, desk, "full", asks, t("operate.full_sure")) {
        desk.ask(RolloutCommand::PromoteFull);
    }
}

/// Below this width, in points, a button has no room for its key.
const NARROW: f32 = 118.0;

/// A button of the four.
struct Main {
    text: &'static str,
    /// The name of the deed whose key does the same.
    deed: Option<&'static str>,
    size: Vec2,
    harm: bool,
}

impl Main {
    fn show(self, ui: &mut Ui, desk: &Desk<'_>, command: RolloutCommand) -> Response {
        let enabled = allows(desk.view, command);
        let ink = if self.harm { widgets::ink_on(desk.theme.harm) } else { desk.theme.text };
        let takes = Takes::of(desk, &ManualAction::Command(command));
        let mut button = Button::new(RichText::new(self.text).color(ink)).min_size(self.size);
        // A narrow one has room for its name alone; the list of keys has the key.
        let is_narrow = self.size.x < NARROW;
        let deed = self.deed.filter(|_| !is_narrow);
        if let Some(key) = deed.and_then(|deed| desk.keys.written(deed)) {
            let color = if self.harm { ink } else { desk.theme.mute };
            button = button.right_text(RichText::new(key).monospace().size(10.5).color(color));
        }
        if self.harm {
            button = button.fill(desk.theme.harm);
        }
        let size = Vec2::new(self.size.x, self.size.y + 14.0);
        let below = |ui: &mut Ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if is_narrow {
                ui.spacing_mut().button_padding.x = 5.0;
            }
            let response = ui.add_enabled(enabled, button);
            ui.label(widgets::faint(&desk.theme, takes.short()));
            response
        };
        let response = ui.allocate_ui_with_layout(size, Layout::top_down(Align::LEFT), below).inner;
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, enabled, self.text));
        takes.tell(response).on_disabled_hover_text(stands(desk.view, desk.run))
    }
}

/// What was asked for last, while it may still be on its way.
fn last(ui: &mut Ui, desk: &Desk<'_>) {
    let now = desk.view.now;
    let recent = desk.view.actions.iter().rev().find(|hand| hand.at <= now);
    if let Some(hand) = recent.filter(|hand| now.since(hand.at).as_secs_f64() < 60.0) {
        let takes = Takes::of(desk, &hand.action).sentence();
        let text = tf("operate.last", &[&clock(hand.at), &hand.action, &takes]);
        ui.add(egui::Label::new(widgets::small(&desk.theme, text)).wrap());
    }
}

/// What cannot be undone is asked twice: true when it was confirmed.
fn confirmed(ui: &mut Ui, desk: &Desk<'_>, what: &str, asks: bool, sentence: &str) -> bool {
    let id = Id::new(("asked twice", what));
    let mut is_open = asks || ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let mut is_sure = false;
    if is_open {
        let card = widgets::card(&desk.theme).show(ui, |ui| {
            ui.set_width((ui.available_width() - 24.0).max(60.0));
            ui.add(egui::Label::new(sentence).wrap());
            ui.horizontal_wrapped(|ui| {
                if ui.button(t("operate.sure")).clicked() {
                    (is_sure, is_open) = (true, false);
                }
                if ui.button(t("operate.not_sure")).clicked() {
                    is_open = false;
                }
            });
        });
        if asks {
            card.response.scroll_to_me(None);
        }
    }
    ui.data_mut(|data| data.insert_temp(id, is_open));
    is_sure
}
