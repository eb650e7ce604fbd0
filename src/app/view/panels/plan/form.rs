//! The form: every field of the plan that may be changed, in groups.

use egui::{CollapsingHeader, Ui};

use crate::app::model::editor::shape;
use crate::app::texts::{t, tf};
use crate::app::view::panels::plan::field;
use crate::app::view::panels::plan::pane::{Pane, at_path, section};
use crate::app::view::widgets;
use crate::library::Outline;

/// A group of the form: its title, and the plan's fields in it.
type Group = (&'static str, &'static [&'static str]);

fn groups() -> [Group; 9] {
    [
        (t("plan.group.strategy"), &["strategy", "title"]),
        (t("plan.group.health"), &["probes", "drain"]),
        (t("plan.group.analysis"), &["checks", "analysis"]),
        (t("plan.group.alerts"), &["alerts", "burn_alerts", "notifications", "triggers"]),
        (t("plan.group.resilience"), &["balancer", "upstream", "calls", "autoscaler"]),
        (t("plan.group.flags"), &["flags", "flag_rules"]),
        (t("plan.group.on_call"), &["on_call"]),
        (t("plan.group.gates"), &["gates"]),
        (t("plan.group.rollback"), &["rollback"]),
    ]
}

/// Draws the form.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>, outline: &Outline) {
    section(ui, &pane.theme, t("plan.settings"));
    let knobs = shape::fields("Plan");
    let mut kept = Vec::new();
    for (title, names) in groups() {
        let (may, fixed): (Vec<&str>, Vec<&str>) =
            names.iter().copied().partition(|name| pane.editor.may_change(name));
        kept.extend(fixed.into_iter().map(|name| field::plain(name).to_lowercase()));
        if may.iter().all(|name| *name == "title") {
            continue;
        }
        let wrong: usize = may
            .iter()
            .map(|name| crate::app::view::panels::plan::pane::problems_at(pane.editor, outline, name).len())
            .sum();
        let text = match wrong {
            0 => title.to_owned(),
            wrong => tf("plan.group_wrong", &[&title, &wrong]),
        };
        // What the exercises are about is open at first.
        let is_first = names.contains(&"strategy");
        CollapsingHeader::new(text).id_salt(title).default_open(is_first).show(ui, |ui| {
            for name in may {
                if let Some(knob) = knobs.iter().find(|knob| knob.name == name) {
                    at_path(ui, name, |ui| field::knob(ui, pane, outline, knob, name));
                }
            }
        });
    }
    if !kept.is_empty() {
        ui.label(widgets::faint(&pane.theme, tf("plan.kept", &[&kept.join(", ")])));
    }
}
