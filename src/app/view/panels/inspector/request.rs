//! A request: who sent it, how it was routed and why, its tries, how it ended, and the field of the plan that is behind that.

use egui::{RichText, Ui};

use crate::app::model::panes::Pane;
use crate::app::model::run::Run;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::subject::Subject;
use crate::app::model::world::Seen;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::inspector::lines::{moment, pair};
use crate::app::view::panels::{bring, plan};
use crate::app::view::stage::blame::{self, Blame};
use crate::app::view::stage::{PoolNames, words};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::sim::{Cause, ManualAction, Outcome, RouteReason};

/// Draws the selected request.
pub(super) fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let world = &run.player.snapshot().world;
    let tries = &lab.stage.tries;
    let Some(last) = tries.iter().rev().find(|seen| !seen.one_try.mirrored).or(tries.last()) else {
        ui.label(widgets::small(&theme, t("stage.card.forgotten")));
        return;
    };
    let one = &last.one_try;
    let kind = world.kinds.get(usize::from(one.kind)).map_or("", String::as_str);
    ui.label(RichText::new(tf("stage.card.request", &[&kind, &one.user])).strong());
    let group = world.groups.get(usize::from(one.cohort)).map_or("", |group| group.name.as_str());
    if !group.is_empty() {
        pair(ui, &theme, t("inspector.group"), group);
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::faint(&theme, t("inspector.asked")));
        moment(ui, &theme, one.first, out);
    });
    let on = world.flags.iter().zip(0..8).filter(|(_, bit)| one.flags >> bit & 1 == 1);
    let on: Vec<&str> = on.map(|((name, _), _)| name.as_str()).collect();
    if !world.flags.is_empty() {
        let flags = if on.is_empty() { t("inspector.no_flags").to_owned() } else { on.join(", ") };
        pair(ui, &theme, t("inspector.flags"), flags);
    }
    for (index, seen) in tries.iter().enumerate() {
        ui.add_space(6.0);
        widgets::card(&theme).show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            the_try(ui, lab, run, index, seen, out);
        });
    }
}

fn the_try(ui: &mut Ui, lab: &Lab, run: &Run, index: usize, seen: &Seen, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let (world, pool_names) = (&run.player.snapshot().world, PoolNames::of(&run.plan));
    let one = &seen.one_try;
    let title = if one.mirrored {
        t("inspector.copy").to_owned()
    } else {
        tf("inspector.try", &[&(u32::from(one.attempt) + 1)])
    };
    ui.push_id(("inspector.try", index), |ui| {
        widgets::title(ui, &theme, &title);
        let release = world.pool(one.pool).map_or("", |pool| pool.release.as_str());
        let way = format!("{} {release}", pool_names.name(one.pool));
        pair(ui, &theme, t("inspector.sent"), format!("{way}: {}", reason(seen)));
        match seen.instance {
            Some(number) => {
                let name = tf("inspector.instance", &[&world.service, &number]);
                if ui.add(egui::Button::new(name).small()).clicked() {
                    out.push(LabCommand::Stage(StageCommand::Choose(Some(Thing::Instance(number)))));
                }
            }
            None => drop(ui.label(widgets::small(&theme, t("inspector.no_instance")))),
        }
        if one.started > one.arrived {
            let waited = words::time(one.started.since(one.arrived).as_secs_f64());
            pair(ui, &theme, t("inspector.waited"), waited);
        }
        ended(ui, &theme, seen);
        if let Some(cause) = one.cause {
            why(ui, lab, run, seen, cause, out);
        }
        if one.goes_on {
            ui.label(widgets::small(&theme, t("inspector.goes_on")));
        }
    });
}

fn ended(ui: &mut Ui, theme: &Theme, seen: &Seen) {
    let one = &seen.one_try;
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::faint(theme, t("inspector.ended")));
        if one.failed() {
            let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(10.0), egui::Sense::hover());
            widgets::cross(ui.painter(), rect.center(), 3.2, theme.harm);
        }
        let text = match one.outcome {
            Outcome::Answered => t("inspector.answered"),
            Outcome::Failed => t("inspector.failed"),
            Outcome::Rejected => t("inspector.rejected"),
            Outcome::TimedOut => t("inspector.timed_out"),
        };
        let after = words::time(one.latency().as_secs_f64());
        ui.label(RichText::new(tf("inspector.after", &[&text, &one.at, &after])).size(12.0));
    });
}

/// The cause, and what of the plan is behind it; what would give the case away only once the run is over.
fn why(ui: &mut Ui, lab: &Lab, run: &Run, seen: &Seen, cause: Cause, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let view = run.player.snapshot();
    let told = blame::is_open(cause) || view.is_over() || matches!(run.subject, Subject::World(_));
    if !told {
        ui.label(widgets::small(&theme, t("inspector.cause_later")));
        return;
    }
    pair(ui, &theme, t("inspector.cause"), cause.meaning());
    let by_hand = view.actions.iter().any(|entry| {
        entry.at <= seen.one_try.arrived
            && matches!(entry.action, ManualAction::Route(_) | ManualAction::Flag { .. })
    });
    let found = blame::blame(&run.plan, &view.record.facts, seen, by_hand);
    let Some(Blame { field, path, is_set, why, decision }) = found else {
        ui.label(widgets::small(&theme, t("inspector.no_blame")));
        return;
    };
    let line = if is_set { field.to_owned() } else { tf("inspector.default", &[&field]) };
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::faint(&theme, t("inspector.plan")));
        ui.label(widgets::number(line, theme.text));
    });
    if is_set {
        place(ui, lab, run, &path, out);
    }
    ui.label(widgets::small(&theme, why));
    if let Some(fact) = decision {
        let text = tf(
            "inspector.decision",
            &[&fact.at, &translated(&fact.what.to_string()), &translated(&fact.because)],
        );
        ui.label(widgets::small(&theme, text));
    }
}

/// The line of the plan's text where the field at `path` begins, and a way there.
fn place(ui: &mut Ui, lab: &Lab, run: &Run, path: &str, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let located = match run.editor.outline() {
        Ok(outline) if outline.bytes(path).is_some() => outline.locate(path),
        _ => None,
    };
    let Some((line, column, text)) = located else {
        ui.label(widgets::small(&theme, t("inspector.line_gone")));
        return;
    };
    let text = tf("inspector.line {} {}", &[&line, &text.trim()]);
    ui.add(egui::Label::new(widgets::number(text, theme.text).size(11.5)).wrap());
    if run.editor.differs_from(&run.plan) {
        ui.label(widgets::small(&theme, t("inspector.line_now")));
    }
    if lab.has_pane(Pane::Plan) && ui.add(egui::Button::new(t("inspector.show_line")).small()).clicked() {
        plan::jump(ui.ctx(), line, column);
        bring::bring(ui, lab, Pane::Plan, out);
    }
}

/// Why it was sent there.
fn reason(seen: &Seen) -> String {
    let one = &seen.one_try;
    if one.mirrored {
        return t("inspector.way.copy").to_owned();
    }
    match seen.reason {
        None => t("inspector.way.before").to_owned(),
        Some(RouteReason::Rule(rule)) => tf("inspector.way.rule", &[&(rule + 1)]),
        Some(RouteReason::Place { place, sticky: true }) => tf("inspector.way.user", &[&place]),
        Some(RouteReason::Place { place, sticky: false }) => tf("inspector.way.luck", &[&place]),
        Some(RouteReason::Kept) => t("inspector.way.kept").to_owned(),
        Some(RouteReason::Only) => t("inspector.way.only").to_owned(),
        Some(RouteReason::Everywhere) => t("inspector.way.everywhere").to_owned(),
    }
}
