//! The inspector: details of what is selected on the stage, and lists of failures and terminations to select.

mod gantt;
mod instance;
mod lines;
mod request;

use egui::{RichText, ScrollArea, Ui};

use crate::app::model::run::Run;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::world::World;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::inspector::lines::told;
use crate::app::view::panels::stage::card;
use crate::app::view::stage::{PoolNames, words};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;

/// How many failures are listed.
const LISTED: usize = 12;

/// Draws the pane.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let pool_names = PoolNames::of(&run.plan);
    let view = run.player.snapshot();
    let world = &view.world;
    ScrollArea::vertical().id_salt("inspector").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        ui.spacing_mut().item_spacing.y = 4.0;
        match lab.stage.chosen {
            None if world.is_counted => {
                drop(ui.label(widgets::small(&theme, t("inspector.nothing_counted"))))
            }
            None => drop(ui.label(widgets::small(&theme, t("inspector.nothing")))),
            Some(thing) => {
                ui.horizontal_wrapped(|ui| {
                    if widgets::button(ui, &theme, t("inspector.close"), None).clicked() {
                        out.push(LabCommand::Stage(StageCommand::Choose(None)));
                    }
                    if let Thing::Instance(number) = thing {
                        follow(ui, lab, &theme, number, out);
                    }
                });
                match thing {
                    Thing::Instance(number) => instance::show(ui, lab, run, number, out),
                    Thing::Request(_) => request::show(ui, lab, run, out),
                    thing => told(ui, &theme, &card::lines(world, pool_names, thing)),
                }
                if let Thing::Pool(pool) | Thing::Harm(pool) = thing {
                    ui.add_space(8.0);
                    failures(ui, &theme, world, pool_names, Some(pool), out);
                }
            }
        }
        let departures = world.departures.iter().rev();
        let mut of_target = departures.filter(|one| one.service == world.service);
        let departure = match lab.stage.chosen {
            Some(Thing::Instance(number)) => of_target.find(|one| one.number == number),
            _ => of_target.next(),
        };
        let leave = |ui: &mut Ui| {
            if let Some(departure) = departure {
                ui.add_space(12.0);
                gantt::show(ui, &theme, departure, view.now);
            }
        };
        let is_instance = matches!(lab.stage.chosen, Some(Thing::Instance(_)));
        if is_instance {
            leave(ui);
        }
        if !matches!(lab.stage.chosen, Some(Thing::Pool(_) | Thing::Harm(_))) {
            ui.add_space(12.0);
            failures(ui, &theme, world, pool_names, None, out);
        }
        if !is_instance {
            leave(ui);
        }
    });
}

fn follow(ui: &mut Ui, lab: &Lab, theme: &Theme, number: u32, out: &mut Vec<LabCommand>) {
    let follows = lab.stage.follows == Some(number);
    let (text, command) = if follows {
        (t("inspector.let_go"), StageCommand::Follow(None))
    } else {
        (t("inspector.follow"), StageCommand::Follow(Some(number)))
    };
    if widgets::button(ui, theme, text, None).clicked() {
        out.push(LabCommand::Stage(command));
    }
}

fn failures(
    ui: &mut Ui,
    theme: &Theme,
    world: &World,
    pool_names: PoolNames,
    of: Option<crate::sim::Pool>,
    out: &mut Vec<LabCommand>,
) {
    widgets::title(ui, theme, t("inspector.failures"));
    let mine = world.failures.iter().filter(|seen| of.is_none_or(|pool| seen.one_try.pool == pool));
    let mut any = false;
    for seen in mine.take(LISTED) {
        any = true;
        let one = &seen.one_try;
        let kind = world.kinds.get(usize::from(one.kind)).map_or("", String::as_str);
        let text = tf(
            "inspector.failure",
            &[&one.at, &words::outcome(one.outcome), &kind, &pool_names.name(one.pool)],
        );
        let text = RichText::new(text).size(12.0);
        let button = egui::Button::selectable(false, text).wrap();
        if ui.add(button).clicked() {
            out.push(LabCommand::Stage(StageCommand::Choose(Some(Thing::Request(one.request)))));
        }
    }
    if world.is_counted {
        ui.label(widgets::small(theme, t("inspector.counted")));
    } else if !any {
        ui.label(widgets::small(theme, t("inspector.no_failures")));
    }
}
