//! The sandbox: every scenario in words, and the choices to open it with.

use egui::{Button, DragValue, Frame, Margin, RichText, ScrollArea, Stroke, Ui};

use crate::app::model::catalog::World;
use crate::app::model::sandbox::SandboxCommand;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;
use crate::scenario::{Fault, FaultKind, MetricsTrouble, Scenario, ToolTrouble, Traffic, When};

/// The widest that a card grows, in points: longer lines are hard to read.
pub(super) const WIDEST: f32 = 860.0;

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("sandbox").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(24, 20)).show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(WIDEST));
            ui.label(RichText::new(t("sandbox.intro")).color(theme.mute));
            ui.add_space(8.0);
            for world in &lab.catalog.worlds {
                card(ui, lab, world, &theme, out);
                ui.add_space(4.0);
            }
        });
    });
}

fn card(ui: &mut Ui, lab: &Lab, world: &World, theme: &Theme, out: &mut Vec<LabCommand>) {
    let is_chosen = lab.chosen.world == world.id;
    let edge = if is_chosen { theme.candidate } else { theme.line };
    let frame = widgets::card(theme).fill(theme.panel).stroke(Stroke::new(1.0, edge));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let scenario = &world.scenario;
        let title = RichText::new(&scenario.title).family(semibold()).color(theme.text);
        let response = ui.add(Button::selectable(is_chosen, title).frame(false).wrap());
        if response.clicked() {
            out.push(LabCommand::Sandbox(SandboxCommand::Choose(world.id.clone())));
        }
        ui.scope(|ui| {
            ui.visuals_mut().override_text_color = Some(theme.mute);
            widgets::markdown(ui, &scenario.about);
        });
        ui.label(widgets::small(theme, drawn(scenario)));
        if is_chosen {
            widgets::rule(ui, theme);
            choices(ui, lab, scenario, theme, out);
        }
    });
}

/// A scenario as a picture in words.
pub fn drawn(scenario: &Scenario) -> String {
    let service = |name: &str| {
        let instances = scenario.service(name).map_or(0, |service| service.instances);
        tf("sandbox.service {} {}", &[&name, &instances])
    };
    let mut parts = vec![tf("sandbox.chain {} {}", &[&service(&scenario.entry), &scenario.zones.len()])];
    for from in &scenario.services {
        if !from.calls.is_empty() {
            let to: Vec<String> = from.calls.iter().map(|call| service(&call.to)).collect();
            parts.push(tf("sandbox.calls {} {}", &[&from.name, &to.join(", ")]));
        }
    }
    if let Some(traffic) = scenario.traffic.first() {
        parts.push(rate(traffic, scenario));
    }
    parts.push(tf(
        "sandbox.counts {} {} {}",
        &[&(scenario.releases.len().saturating_sub(1)), &scenario.faults.len(), &scenario.horizon],
    ));
    parts.join(" · ")
}

/// How much traffic there is, in words.
fn rate(traffic: &Traffic, scenario: &Scenario) -> String {
    let rates: Vec<f64> =
        traffic.shape.lines(scenario.horizon).iter().map(|(_, rate)| rate.hertz()).collect();
    let lowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = rates.iter().copied().fold(0.0, f64::max);
    let whole = |rate: f64| crate::exercise::format::decimal(rate, 0);
    if rates.is_empty() {
        t("sandbox.closed").to_owned()
    } else if highest - lowest < 1.0 {
        tf("sandbox.rate {}", &[&whole(highest)])
    } else {
        tf("sandbox.rates {} {}", &[&whole(lowest), &whole(highest)])
    }
}

fn choices(ui: &mut Ui, lab: &Lab, scenario: &Scenario, theme: &Theme, out: &mut Vec<LabCommand>) {
    let case = &lab.chosen.case;
    let mut ask = |command: SandboxCommand| out.push(LabCommand::Sandbox(command));
    widgets::title(ui, theme, t("sandbox.release"));
    ui.horizontal_wrapped(|ui| {
        for release in scenario.releases.iter().skip(1) {
            let is_on = case.release.as_ref() == Some(&release.name);
            if ui.radio(is_on, &release.name).on_hover_text(&release.notes).clicked() {
                ask(SandboxCommand::Release(release.name.clone()));
            }
        }
    });
    if let Some(release) = case.release.as_deref().and_then(|name| scenario.release(name)) {
        ui.label(widgets::small(theme, &release.notes));
    }
    widgets::title(ui, theme, t("sandbox.traffic"));
    ui.horizontal_wrapped(|ui| {
        for (index, traffic) in scenario.traffic.iter().enumerate() {
            let is_on = case.traffic.as_ref().map_or(index == 0, |name| *name == traffic.name);
            let text = format!("{}: {}", traffic.name, rate(traffic, scenario));
            if ui.radio(is_on, text).clicked() {
                ask(SandboxCommand::Traffic(traffic.name.clone()));
            }
        }
    });
    if !scenario.faults.is_empty() {
        widgets::title(ui, theme, t("sandbox.faults"));
    }
    for fault in &scenario.faults {
        let mut strikes = case.faults.contains(&fault.name);
        ui.horizontal_wrapped(|ui| {
            if widgets::checkbox(ui, &mut strikes, &fault.name).changed() {
                ask(SandboxCommand::Fault(fault.name.clone(), strikes));
            }
            ui.label(widgets::small(theme, said(fault)));
        });
    }
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(t("sandbox.seed"));
        let mut seed = lab.chosen.seed;
        if ui.add(DragValue::new(&mut seed).range(1..=9999)).labelled_by(label.id).changed() {
            ask(SandboxCommand::Seed(seed));
        }
        ui.label(widgets::small(theme, t("sandbox.seed_note")));
    });
    ui.add_space(4.0);
    if widgets::main_button(ui, theme, t("sandbox.open"), None).clicked() {
        ask(SandboxCommand::Open);
    }
}

/// A fault in a sentence.
pub(super) fn said(fault: &Fault) -> String {
    let what = match &fault.what {
        FaultKind::Crash { service, instances } => tf("fault.crash {} {}", &[instances, service]),
        FaultKind::NodeDrain { service, instances } => tf("fault.node_drain {} {}", &[instances, service]),
        FaultKind::Breakdowns { service, .. } => tf("fault.breakdowns {}", &[service]),
        FaultKind::ZoneLoss { zone } => tf("fault.zone {}", &[zone]),
        FaultKind::Brownout { service, instances: None, latency, errors } => {
            tf("fault.brownout {} {} {}", &[service, latency, errors])
        }
        FaultKind::Brownout { service, instances: Some(count), latency, errors } => {
            tf("fault.brownout_of_some {} {} {} {}", &[count, service, latency, errors])
        }
        FaultKind::Network { service, loss, delay } => tf("fault.network {} {} {}", &[service, loss, delay]),
        FaultKind::Metrics(MetricsTrouble::Lost) => t("fault.metrics_lost").to_owned(),
        FaultKind::Metrics(MetricsTrouble::Late(by)) => tf("fault.metrics_late {}", &[by]),
        FaultKind::Metrics(MetricsTrouble::Unlabelled) => t("fault.metrics_unlabelled").to_owned(),
        FaultKind::FlagService => t("fault.flags").to_owned(),
        FaultKind::DeployTool(ToolTrouble::Stuck) => t("fault.tool_stuck").to_owned(),
        FaultKind::DeployTool(ToolTrouble::Slow(by)) => tf("fault.tool_slow {}", &[by]),
        FaultKind::DeployTool(ToolTrouble::RollbackFails) => t("fault.rollback").to_owned(),
    };
    let when = match &fault.when {
        When::At(at) => tf("fault.at {}", &[at]),
        When::Between(from, to) => tf("fault.between {} {}", &[from, to]),
        When::Every(_) => t("fault.again").to_owned(),
    };
    match &fault.lasts {
        Some(lasts) => tf("fault.lasting {} {} {}", &[&what, &when, lasts]),
        None => tf("fault.ongoing {} {}", &[&what, &when]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_drawn_in_words_and_its_faults_are_sentences() {
        let scenario = crate::library::load::scenario("checkout").unwrap().value;
        let words = drawn(&scenario);
        assert!(words.contains("checkout ×12"), "{words}");
        assert!(words.contains("requests a second"), "{words}");
        let said: Vec<String> = scenario.faults.iter().map(said).collect();
        assert!(said[0].contains("between 7m and 9m") && said[0].contains("for 5m"), "{}", said[0]);
        assert!(said.iter().all(|said| !said.contains("{}")), "{said:?}");
    }
}
