//! What watches the rollout: the checks of the analysis, whether the step can see what they look for, and the triggers.

use egui::{RichText, Ui};

use super::{Pane, both_ends, meter, section};
use crate::app::texts::{t, tf};
use crate::app::widgets;
use crate::control::{Check, Limit, Response, Test};
use crate::engine::Time;
use crate::sim::What;

/// Draws the checks, the meter and the triggers.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    let Some(plan) = pane.editor.plan() else { return };
    let theme = pane.theme;
    let placed = plan.placed_checks();
    if !placed.is_empty() {
        section(ui, &theme, t("plan.analysis"));
    }
    for placed in &placed {
        let check = &placed.check;
        both_ends(
            ui,
            |ui| {
                ui.label(sentence(check));
                let often =
                    tf("plan.check_often", &[&check.interval, &(check.failure_limit + 1), &placed.place]);
                ui.label(widgets::small(&theme, often));
            },
            RichText::new(""),
        );
    }
    meter::show(ui, pane);
    if !plan.triggers.is_empty() {
        section(ui, &theme, t("plan.triggers"));
    }
    for trigger in &plan.triggers {
        let fired = fired(pane, &trigger.alert);
        let (word, color) = match fired {
            Some(_) => (t("plan.fired"), theme.harm),
            None => (t("plan.armed"), theme.mute),
        };
        both_ends(
            ui,
            |ui| {
                let then = response(&trigger.then);
                ui.label(tf("plan.trigger", &[&trigger.alert, &then]));
            },
            RichText::new(word).small().color(color),
        );
    }
}

/// When the alert called `name` last fired in the run.
fn fired(pane: &Pane<'_>, name: &str) -> Option<Time> {
    let view = pane.run.player.view();
    let fact = view.record.facts.iter().rev().find(|fact| match &fact.what {
        What::AlertFiring(alert) => alert == name,
        _ => false,
    });
    fact.map(|fact| fact.at)
}

fn sentence(check: &Check) -> String {
    let limit = match &check.pass {
        Limit::Below(level) => tf("plan.limit.below", &[level]),
        Limit::Above(level) => tf("plan.limit.above", &[level]),
        Limit::AtMostBaseline { factor, plus } if plus.value() > 0.0 => {
            tf("plan.limit.at_most_plus", &[factor, plus])
        }
        Limit::AtMostBaseline { factor, .. } => tf("plan.limit.at_most", &[factor]),
        Limit::AtLeastBaseline { factor } => tf("plan.limit.at_least", &[factor]),
        Limit::NotWorse(test) => tf("plan.limit.not_worse", &[&name_of(test)]),
    };
    tf("plan.check", &[&check.name, &limit])
}

fn name_of(test: &Test) -> &'static str {
    match test {
        Test::TwoProportions { .. } => t("plan.test.two_proportions"),
        Test::Fisher { .. } => t("plan.test.fisher"),
        Test::Sequential { .. } => t("plan.test.sequential"),
        Test::SampleRatio { .. } => t("plan.test.sample_ratio"),
        Test::Welch { .. } => t("plan.test.welch"),
        Test::MannWhitney { .. } => t("plan.test.mann_whitney"),
        Test::Kayenta(_) => t("plan.test.kayenta"),
    }
}

fn response(then: &Response) -> String {
    match then {
        Response::Abort => t("plan.then.abort").to_owned(),
        Response::Pause => t("plan.then.pause").to_owned(),
        Response::KillFlag => t("plan.then.kill_flag").to_owned(),
        Response::Page => t("plan.then.page").to_owned(),
        Response::Scale(amount) => tf("plan.then.scale", &[amount]),
        Response::OpenBreaker(to) => tf("plan.then.open_breaker", &[to]),
        Response::Shed(share) => tf("plan.then.shed", &[share]),
    }
}
