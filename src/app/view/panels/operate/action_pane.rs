//! The parts that all sections of the pane share, and the question before an action that cannot be undone.

use egui::{Id, Ui};

use crate::app::model::keys::OwnKeys;
use crate::app::model::order::Order;
use crate::app::model::run::Run;
use crate::app::model::snapshot::Snapshot;
use crate::app::model::stage::Thing;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::sim::{ManualAction, RolloutCommand};

/// The state that all sections of the pane use, and the commands that they ask for.
pub(super) struct ActionPane<'a> {
    pub(super) theme: Theme,
    pub(super) keys: &'a OwnKeys,
    pub(super) view: &'a Snapshot,
    pub(super) run: &'a Run,
    /// The instance that is chosen on the stage.
    pub(super) chosen: Option<u32>,
    /// The command that the introduction waits for.
    pub(super) lit: Option<RolloutCommand>,
    /// Why the next action is done, as typed.
    pub(super) because: String,
    pub(super) out: &'a mut Vec<LabCommand>,
}

impl<'a> ActionPane<'a> {
    pub(super) fn new(lab: &'a Lab, run: &'a Run, out: &'a mut Vec<LabCommand>) -> Self {
        let chosen = match lab.stage.chosen {
            Some(Thing::Instance(number)) => Some(number),
            _ => None,
        };
        let keys = &lab.settings.keys;
        Self {
            theme: lab.theme(),
            keys,
            view: run.player.snapshot(),
            run,
            chosen,
            lit: Some(RolloutCommand::Abort).filter(|command| lab.is_lit(*command)),
            because: String::new(),
            out,
        }
    }

    pub(super) fn act(&mut self, action: ManualAction) {
        // A reason belongs to one action.
        let because = std::mem::take(&mut self.because).trim().to_owned();
        self.out.push(LabCommand::Play(Order::Act { action, because }));
    }

    pub(super) fn ask(&mut self, command: RolloutCommand) {
        self.act(ManualAction::Command(command));
    }
}

/// Asks before an action that cannot be undone; true when it was confirmed.
pub(super) fn confirmed(ui: &mut Ui, pane: &ActionPane<'_>, what: &str, asks: bool, sentence: &str) -> bool {
    let id = Id::new(("asked twice", what));
    let mut is_open = asks || ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let mut is_sure = false;
    if is_open {
        let card = widgets::card(&pane.theme).show(ui, |ui| {
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
