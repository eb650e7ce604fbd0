//! The form: every field of the plan that may be changed, in groups.

use egui::{Align, CollapsingHeader, Context, Id, Ui};

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
        (t("plan.group.resilience"), &["balancer", "upstream", "shedding", "calls", "autoscaler"]),
        (t("plan.group.flags"), &["flags", "flag_rules"]),
        (t("plan.group.on_call"), &["on_call"]),
        (t("plan.group.gates"), &["gates"]),
        (t("plan.group.rollback"), &["rollback"]),
    ]
}

/// The field that is to be shown, when it is drawn next.
fn wanted_id() -> Id {
    Id::new("field of the plan to show")
}

/// Shows the form at a field of the plan, such as `analysis`, when it is drawn next: unfolded, in sight and with the keyboard.
pub fn go_to(ctx: &Context, field: &str) {
    ctx.data_mut(|data| data.insert_temp(wanted_id(), field.to_owned()));
}

/// The field that is still to be shown.
pub(super) fn wanted(ui: &Ui) -> Option<String> {
    ui.data(|data| data.get_temp(wanted_id()))
}

/// It is shown now.
pub(super) fn found(ui: &Ui) {
    ui.data_mut(|data| data.remove::<String>(wanted_id()));
}

/// Draws the form.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>, outline: &Outline) {
    section(ui, &pane.theme, t("plan.settings"));
    let knobs = shape::fields("Plan");
    let wanted = wanted(ui);
    // What the learner may not change has no group: what they may do about it is the strategy.
    let wanted =
        wanted.map(|field| if pane.editor.may_change(&field) { field } else { "strategy".to_owned() });
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
            .map(|name| {
                crate::app::view::panels::plan::pane::problems_at(pane.editor.problems(), outline, name).len()
            })
            .sum();
        let text = match wrong {
            0 => title.to_owned(),
            wrong => tf("plan.group_wrong", &[&title, &wrong]),
        };
        // What the exercises are about is open at first.
        let is_first = names.contains(&"strategy");
        let is_wanted = wanted.as_ref().is_some_and(|field| names.contains(&field.as_str()));
        let header = CollapsingHeader::new(text).id_salt(title).default_open(is_first);
        let shown = header.open(is_wanted.then_some(true)).show(ui, |ui| {
            for name in may {
                if let Some(knob) = knobs.iter().find(|knob| knob.name == name) {
                    at_path(ui, name, |ui| field::knob(ui, pane, outline, knob, name));
                }
            }
        });
        if is_wanted {
            shown.header_response.request_focus();
            shown.header_response.scroll_to_me(Some(Align::TOP));
            found(ui);
        }
    }
    if !kept.is_empty() {
        ui.label(widgets::faint(&pane.theme, tf("plan.kept", &[&kept.join(", ")])));
    }
}
