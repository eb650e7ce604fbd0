//! Whom the run harmed: a bar for each cohort, region, plan and device, as long as its share of harmed users.

use egui::{Align, Layout, RichText, Ui};

use crate::app::model::findings::Findings;
use crate::app::texts::{t, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::format::{counted, percent};
use crate::exercise::harmed::{Hit, Split, Trait};

/// Draws it; nothing when there are no cohorts, or no user was harmed.
pub(super) fn show(ui: &mut Ui, theme: &Theme, found: &Findings) {
    if found.harmed.is_empty() {
        return;
    }
    ui.add_space(12.0);
    widgets::title(ui, theme, t("debrief.whom"));
    for split in &found.harmed {
        ui.add_space(4.0);
        ui.label(widgets::faint(theme, by(split.by)));
        let most = most(split) as f32;
        for hit in &split.groups {
            ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                ui.label(widgets::number(value(hit), theme.mute));
                ui.with_layout(Layout::top_down(Align::LEFT), |ui| ui.label(RichText::new(name(hit))));
            });
            let width = ui.available_width();
            widgets::bar(ui, theme, width, hit.share() as f32 / most, theme.harm);
        }
    }
}

/// By what a split tells users apart.
pub(super) fn by(by: Trait) -> &'static str {
    match by {
        Trait::Cohort => t("debrief.whom.cohort"),
        Trait::Region => t("debrief.whom.region"),
        Trait::Plan => t("debrief.whom.plan"),
        Trait::Device => t("debrief.whom.device"),
    }
}

/// The name of a group.
pub(super) fn name(hit: &Hit) -> String {
    if hit.name.is_empty() { t("debrief.whom.none").to_owned() } else { hit.name.clone() }
}

/// How many of a group were harmed, of how many, and which share that is.
pub(super) fn value(hit: &Hit) -> String {
    tf("debrief.whom.of", &[&counted(hit.harmed), &counted(hit.users), &percent(hit.share())])
}

/// The share that the longest bar stands for.
pub(super) fn most(split: &Split) -> f64 {
    split.groups.iter().map(Hit::share).fold(f64::MIN_POSITIVE, f64::max)
}
