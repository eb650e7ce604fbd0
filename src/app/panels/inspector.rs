//! The inspector: what is chosen on the stage, told at length; and the failures and departures that can be chosen.

mod gantt;
mod instance;
mod request;

use egui::{RichText, ScrollArea, Ui};

use super::stage::card;
use crate::app::run::Run;
use crate::app::stage::{Cast, StageCommand, Thing, World, words};
use crate::app::texts::{t, tf};
use crate::app::theme::Theme;
use crate::app::{Command, Lab, widgets};
use crate::engine::Time;

/// How many failures are listed.
const LISTED: usize = 12;

/// Draws the pane.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<Command>) {
    let theme = lab.theme();
    let cast = Cast::of(&run.plan);
    let view = run.player.view();
    let world = &view.world;
    ScrollArea::vertical().id_salt("inspector").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        ui.spacing_mut().item_spacing.y = 4.0;
        match lab.stage.chosen {
            None => drop(ui.label(widgets::small(&theme, t("inspector.nothing")))),
            Some(thing) => {
                ui.horizontal_wrapped(|ui| {
                    if widgets::button(ui, &theme, t("inspector.close"), None).clicked() {
                        out.push(Command::Stage(StageCommand::Choose(None)));
                    }
                    if let Thing::Instance(number) = thing {
                        follow(ui, lab, &theme, number, out);
                    }
                });
                match thing {
                    Thing::Instance(number) => instance::show(ui, lab, run, number, out),
                    Thing::Request(_) => request::show(ui, lab, run, out),
                    thing => told(ui, &theme, &card::lines(world, cast, thing)),
                }
                if let Thing::Pool(pool) | Thing::Harm(pool) = thing {
                    ui.add_space(8.0);
                    failures(ui, &theme, world, cast, Some(pool), out);
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
            failures(ui, &theme, world, cast, None, out);
        }
        if !is_instance {
            leave(ui);
        }
    });
}

/// Lines of text, the first as a title.
fn told(ui: &mut Ui, theme: &Theme, lines: &[String]) {
    for (index, line) in lines.iter().enumerate() {
        let text = if index == 0 { RichText::new(line).strong() } else { widgets::small(theme, line) };
        ui.label(text);
    }
}

/// A name and what stands for it, in a line that wraps.
pub(super) fn pair(ui: &mut Ui, theme: &Theme, name: &str, value: impl Into<String>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(widgets::faint(theme, name));
        ui.label(RichText::new(value).size(12.0).color(theme.text));
    });
}

/// A moment that can be gone to.
pub(super) fn moment(ui: &mut Ui, theme: &Theme, at: Time, out: &mut Vec<Command>) {
    let text = widgets::number(at.to_string(), theme.mute);
    let response = ui.add(egui::Button::new(text).small().frame(false)).on_hover_text(t("inspector.jump"));
    let name = tf("inspector.jump_to", &[&at]);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &name));
    if response.clicked() {
        out.push(Command::Play(crate::app::player::Order::Seek(at)));
    }
}

fn follow(ui: &mut Ui, lab: &Lab, theme: &Theme, number: u32, out: &mut Vec<Command>) {
    let follows = lab.stage.follows == Some(number);
    let (text, command) = if follows {
        (t("inspector.let_go"), StageCommand::Follow(None))
    } else {
        (t("inspector.follow"), StageCommand::Follow(Some(number)))
    };
    if widgets::button(ui, theme, text, None).clicked() {
        out.push(Command::Stage(command));
    }
}

fn failures(
    ui: &mut Ui,
    theme: &Theme,
    world: &World,
    cast: Cast,
    of: Option<crate::sim::Pool>,
    out: &mut Vec<Command>,
) {
    widgets::title(ui, theme, t("inspector.failures"));
    let mine = world.failures.iter().filter(|seen| of.is_none_or(|pool| seen.glimpse.pool == pool));
    let mut any = false;
    for seen in mine.take(LISTED) {
        any = true;
        let one = &seen.glimpse;
        let kind = world.kinds.get(usize::from(one.kind)).map_or("", String::as_str);
        let text =
            tf("inspector.failure", &[&one.at, &words::outcome(one.outcome), &kind, &cast.name(one.pool)]);
        let text = RichText::new(text).size(12.0);
        let button = egui::Button::selectable(false, text).wrap();
        if ui.add(button).clicked() {
            out.push(Command::Stage(StageCommand::Choose(Some(Thing::Request(one.request)))));
        }
    }
    if !any {
        ui.label(widgets::small(theme, t("inspector.no_failures")));
    }
}
