//! An instance: its state and its history.

use egui::{RichText, Ui};

use crate::app::model::run::Run;
use crate::app::model::stage::Thing;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::inspector::lines::{moment, pair, told};
use crate::app::view::panels::operate;
use crate::app::view::panels::stage::card;
use crate::app::view::stage::{PoolNames, words};
use crate::app::view::widgets;
use crate::sim::{Action, Fact, What};

/// How many facts are listed, the last ones.
const LISTED: usize = 30;

/// Draws what is known of an instance of the target.
pub(super) fn show(ui: &mut Ui, lab: &Lab, run: &Run, number: u32, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let view = run.player.snapshot();
    let world = &view.world;
    told(ui, &theme, &card::lines(world, PoolNames::of(&run.plan), Thing::Instance(number)));
    if let Some(figure) = world.figure(number) {
        ui.add_space(4.0);
        let width = ui.available_width().min(220.0);
        let full = figure.memory > 0.85;
        let color = if full { theme.caution } else { theme.mute };
        let name = tf("inspector.memory", &[&words::percent(f64::from(figure.memory))]);
        let bar = widgets::bar(ui, &theme, width, figure.memory, color);
        bar.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::ProgressIndicator, true, &name));
        pair(ui, &theme, t("inspector.created"), figure.created.to_string());
        let names = [t("inspector.startup"), t("inspector.readiness"), t("inspector.liveness")];
        for (name, (passed, failed)) in names.into_iter().zip(figure.probes) {
            let text = match (passed, failed) {
                (0, 0) => t("inspector.probe_none").to_owned(),
                (_, 0) => tf("inspector.probe_passed", &[&passed]),
                _ => tf("inspector.probe_failed", &[&failed]),
            };
            pair(ui, &theme, name, text);
        }
    }
    ui.add_space(4.0);
    operate::instance::show(ui, lab, run, number, out);
    ui.add_space(8.0);
    widgets::title(ui, &theme, t("inspector.life"));
    let facts = view.record.facts.iter().rev();
    let mine: Vec<&Fact> =
        facts.filter(|fact| is_about(&fact.what, &world.service, number)).take(LISTED).collect();
    if mine.is_empty() {
        ui.label(widgets::small(&theme, t("inspector.no_facts")));
    }
    for fact in mine {
        ui.horizontal_wrapped(|ui| {
            moment(ui, &theme, fact.at, out);
            let because = if fact.because.is_empty() {
                String::new()
            } else {
                format!(": {}", translated(&fact.because))
            };
            ui.label(RichText::new(format!("{}{because}", translated(&fact.what.to_string()))).size(12.0));
        });
    }
}

/// Whether something that happened is about this instance.
fn is_about(what: &What, of: &str, number: u32) -> bool {
    match what {
        What::Ready { service, instance, .. }
        | What::NotReady { service, instance, .. }
        | What::Ejected { service, instance, .. }
        | What::Restored { service, instance, .. }
        | What::Gone { service, instance, .. }
        | What::Crashed { service, instance, .. }
        | What::BreakerMoved { service, instance, .. } => *instance == number && service == of,
        What::Asked {
            action: Action::DrainInstance { instance } | Action::RestartInstance { instance },
            ..
        } => *instance == number,
        _ => false,
    }
}
