//! Actions by hand on one instance of the target.

use egui::{ComboBox, Ui};

use crate::app::model::run::Run;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::operate::action_pane::{ActionPane, confirmed};
use crate::app::view::panels::stage::card;
use crate::app::view::stage::PoolNames;
use crate::app::view::widgets;
use crate::sim::{InstanceState, ManualAction};

/// Draws the buttons for an instance, for the inspector.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, number: u32, out: &mut Vec<LabCommand>) {
    buttons(ui, &mut ActionPane::new(lab, run, out), number);
}

/// Draws the choice of an instance, and its buttons.
pub(super) fn chosen(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let world = &pane.view.world;
    let pool_names = PoolNames::of(&pane.run.plan);
    let name = |number: u32| card::title(world, pool_names, Thing::Instance(number));
    let now = pane.chosen.map_or_else(|| t("operate.no_instance").to_owned(), name);
    let mut next = None;
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(t("operate.instance"));
        let choice = ComboBox::from_id_salt("instance by hand").selected_text(now).show_ui(ui, |ui| {
            for figure in world.pools.iter().flat_map(|pool| &pool.figures) {
                let is_chosen = pane.chosen == Some(figure.number);
                if ui.selectable_label(is_chosen, name(figure.number)).clicked() {
                    next = Some(figure.number);
                }
            }
        });
        choice.response.labelled_by(label.id);
    });
    if let Some(number) = next {
        pane.out.push(LabCommand::Stage(StageCommand::Choose(Some(Thing::Instance(number)))));
    }
    if let Some(number) = pane.chosen {
        buttons(ui, pane, number);
    }
}

fn buttons(ui: &mut Ui, pane: &mut ActionPane<'_>, number: u32) {
    let Some(figure) = pane.view.world.figure(number) else { return };
    let life = figure.state;
    let is_going = matches!(life, InstanceState::Draining | InstanceState::Stopping);
    let is_up = matches!(
        life,
        InstanceState::Starting | InstanceState::Checking | InstanceState::Warming | InstanceState::Ready
    );
    let is_over = pane.view.is_over().then_some(t("operate.over"));
    let going = is_going.then_some(t("operate.is_going"));
    let down = (!is_up).then_some(t("operate.is_down"));
    let commands = [
        (
            is_over.or(going),
            tf("operate.drain_this", &[&number]),
            t("operate.drain_this_sure"),
            ManualAction::DrainInstance { instance: number },
        ),
        (
            is_over.or(going).or(down),
            tf("operate.restart_this", &[&number]),
            t("operate.restart_this_sure"),
            ManualAction::RestartInstance { instance: number },
        ),
    ];
    for (why_not, text, sure, action) in commands {
        let asks = pane.button(ui, why_not, &text, &action).clicked();
        if confirmed(ui, pane, &text, asks, sure) {
            pane.act(action);
        }
    }
    if let Some(why) = going.or(down).filter(|_| is_over.is_none()) {
        ui.add(egui::Label::new(widgets::small(&pane.theme, why)).wrap());
    }
}
