//! Actions that are needed more rarely: what is said about trouble, undo, weights, flags, pools, breakers, load shedding, the runbook.

use egui::{CollapsingHeader, DragValue, Id, Response, Ui};

use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::operate::action_pane::{ActionPane, confirmed};
use crate::app::view::panels::operate::orders::{by_hand, stands};
use crate::app::view::panels::operate::{experiment, incident};
use crate::app::view::widgets;
use crate::engine::Share;
use crate::sim::{InstanceState, ManualAction, Pool, RolloutCommand, Route};

/// Draws the parts, each folded until it is wanted.
pub fn show(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let part = |ui: &mut Ui,
                pane: &mut ActionPane<'_>,
                title: &'static str,
                draw: fn(&mut Ui, &mut ActionPane<'_>)| {
        CollapsingHeader::new(title).id_salt(title).show(ui, |ui| {
            if pane.view.is_over() {
                note(ui, pane, t("operate.over"));
            }
            let why_not = pane.view.is_over().then_some(t("operate.over"));
            widgets::unless(ui, why_not, |ui| draw(ui, pane));
        });
    };
    part(ui, pane, t("operate.part_incident"), incident::show);
    if experiment::is_offered(pane) {
        part(ui, pane, t("operate.part_experiment"), experiment::show);
    }
    part(ui, pane, t("operate.part_back"), back);
    part(ui, pane, t("operate.part_weight"), weight);
    if !pane.view.world.flags.is_empty() {
        part(ui, pane, t("operate.part_flags"), flags);
    }
    part(ui, pane, t("operate.part_pools"), pools);
    if !calls(pane).is_empty() {
        part(ui, pane, t("operate.part_calls"), breakers);
    }
    part(ui, pane, t("operate.part_load"), shed);
    if pane.run.plan.on_call.is_some() {
        part(ui, pane, t("operate.part_runbook"), runbook);
    }
}

fn note(ui: &mut Ui, pane: &ActionPane<'_>, text: &str) {
    ui.add(egui::Label::new(widgets::small(&pane.theme, text)).wrap());
}

fn back(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    for (command, text, why_not) in [
        (RolloutCommand::Undo, t("operate.undo"), t("operate.undo_not")),
        (RolloutCommand::Retry, t("operate.retry"), t("operate.retry_not")),
    ] {
        let why_not = (!pane.view.allows(command)).then_some(why_not);
        if pane.button(ui, why_not, text, &ManualAction::Command(command)).clicked() {
            pane.ask(command);
        }
        if let Some(why) = why_not {
            note(ui, pane, why);
        }
    }
}

/// A number that is being chosen, called as `label` says. It is kept until the lab is closed.
fn chosen(
    ui: &mut Ui,
    label: &Response,
    what: (&str, &str),
    first: f64,
    range: std::ops::RangeInclusive<f64>,
    unit: &str,
) -> f64 {
    let id = Id::new(("chosen by hand", what));
    let mut value: f64 = ui.data(|data| data.get_temp(id)).unwrap_or(first);
    ui.add(DragValue::new(&mut value).range(range).max_decimals(1).suffix(unit)).labelled_by(label.id);
    ui.data_mut(|data| data.insert_temp(id, value));
    value
}

fn weight(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let candidate = pane.view.world.pools.iter().find(|pool| pool.pool == Pool::Candidate);
    let has_ready = candidate.is_some_and(|pool| {
        pool.figures
            .iter()
            .any(|figure| matches!(figure.state, InstanceState::Ready | InstanceState::Warming))
    });
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(t("operate.weight"));
        let percent = chosen(ui, &label, ("weight", ""), 10.0, 0.0..=100.0, " %");
        let action = ManualAction::Route(Route { sticky: true, ..Route::split(Share::percent(percent)) });
        if pane.button(ui, None, t("operate.set_weight"), &action).clicked() {
            pane.act(action);
        }
    });
    note(ui, pane, if has_ready { t("operate.weight_note") } else { t("operate.weight_empty") });
}

fn flags(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let flags = pane.view.world.flags.clone();
    for (name, share) in &flags {
        ui.horizontal_wrapped(|ui| {
            let label = ui.label(name);
            let percent = chosen(ui, &label, ("flag", name), share * 100.0, 0.0..=100.0, " %");
            let action = ManualAction::Flag { name: name.clone(), share: Share::percent(percent) };
            if pane.button(ui, None, &tf("operate.set_flag", &[name]), &action).clicked() {
                pane.act(action);
            }
        });
    }
    let kill = ManualAction::Command(RolloutCommand::KillFlag);
    let why_not = (!pane.view.allows(RolloutCommand::KillFlag)).then(|| stands(pane.view, pane.run));
    if pane.button(ui, why_not.as_deref(), t("operate.kill_flag"), &kill).clicked() {
        pane.act(kill);
    }
}

fn pools(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    for pool in Pool::ALL {
        let figures = pane.view.world.pools.iter().find(|now| now.pool == pool).map(|now| now.figures.len());
        let Some(count) = figures.filter(|count| *count > 0 || pool == Pool::Candidate) else { continue };
        ui.horizontal_wrapped(|ui| {
            let label = ui.label(tf("operate.pool", &[&pool.name(), &count]));
            let to = chosen(ui, &label, ("pool", pool.name()), count as f64, 0.0..=500.0, "") as u32;
            let action = ManualAction::Scale { pool, to };
            if pane.button(ui, None, &tf("operate.scale", &[&pool.name()]), &action).clicked() {
                pane.act(action);
            }
        });
        ui.horizontal_wrapped(|ui| {
            let why_not = (count == 0).then_some(t("operate.pool_empty"));
            let fewer = ManualAction::Scale { pool, to: count.saturating_sub(1) as u32 };
            for (text, sure, action) in [
                (tf("operate.drain", &[&pool.name()]), t("operate.drain_sure"), fewer),
                (
                    tf("operate.restart", &[&pool.name()]),
                    t("operate.restart_sure"),
                    ManualAction::Restart { pool },
                ),
            ] {
                let asks = pane.button(ui, why_not, &text, &action).clicked();
                if confirmed(ui, pane, &text, asks, sure) {
                    pane.act(action);
                }
            }
        });
    }
    note(ui, pane, t("operate.pools_note"));
    crate::app::view::panels::operate::instance::chosen(ui, pane);
}

/// The services that the target calls.
fn calls(pane: &ActionPane<'_>) -> Vec<String> {
    let scenario = &pane.run.scenario;
    let target = scenario.service(&scenario.target);
    target.map(|target| target.calls.iter().map(|call| call.to.clone()).collect()).unwrap_or_default()
}

fn breakers(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    for to in calls(pane) {
        ui.horizontal_wrapped(|ui| {
            for (text, open) in [(tf("operate.open", &[&to]), true), (tf("operate.release", &[&to]), false)] {
                let action = ManualAction::OpenBreaker { to: to.clone(), open };
                if pane.button(ui, None, &text, &action).clicked() {
                    pane.act(action);
                }
            }
        });
    }
    note(ui, pane, t("operate.calls_note"));
}

fn shed(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(t("operate.shed_share"));
        let percent = chosen(ui, &label, ("shed", ""), 20.0, 0.0..=100.0, " %");
        for (text, share) in
            [(t("operate.shed"), Share::percent(percent)), (t("operate.shed_end"), Share::ZERO)]
        {
            let action = ManualAction::Shed { share };
            if pane.button(ui, None, text, &action).clicked() {
                pane.act(action);
            }
        }
    });
    note(ui, pane, t("operate.shed_note"));
}

fn runbook(ui: &mut Ui, pane: &mut ActionPane<'_>) {
    let Some(on_call) = &pane.run.plan.on_call else { return };
    let scenario = &pane.run.scenario;
    let replicas = scenario.service(&scenario.target).map_or(1, |target| target.instances);
    for entry in &on_call.runbook {
        let action = by_hand(&entry.then, replicas);
        let told = action.as_ref().map_or_else(
            || t("operate.runbook_page").to_owned(),
            |action| translated(&action.to_string()).into_owned(),
        );
        ui.horizontal_wrapped(|ui| {
            ui.label(tf("operate.runbook", &[&entry.alert]));
            match action {
                Some(action) => {
                    if pane.button(ui, None, &told, &action).clicked() {
                        pane.act(action);
                    }
                }
                // Nothing is to be done, only somebody called.
                None => drop(ui.label(told)),
            }
        });
    }
}
