//! The question before a run, asked when the learner lets time pass for the first time.

use egui::{Align2, Area, Context, Id, Order, ScrollArea};

use crate::app::model::notes::{BriefCommand, Forecast};
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::panels::brief::prediction;
use crate::app::view::widgets;

/// How wide the card is at most, in points.
const WIDTH: f32 = 320.0;

/// How far the card stands above the foot of the window, so that the transport stays free.
const ABOVE: f32 = 112.0;

/// Draws the card above the transport, while the question is being asked.
pub fn show(ctx: &Context, lab: &Lab, out: &mut Vec<LabCommand>) {
    let asking = lab.run.as_ref().filter(|run| lab.screen == Screen::Run && run.notes.predicts);
    let Some(asked) = asking.and_then(|run| run.question()) else { return };
    let theme = lab.theme();
    let room = ctx.content_rect().size();
    let area = Area::new(Id::new("predict at play")).order(Order::Foreground);
    area.anchor(Align2::LEFT_BOTTOM, [16.0, -ABOVE]).show(ctx, |ui| {
        let card = widgets::card(&theme).stroke(egui::Stroke::new(1.0, theme.baseline));
        card.show(ui, |ui| {
            ui.set_width(WIDTH.min(room.x - 48.0));
            widgets::title(ui, &theme, t("predict.first"));
            ScrollArea::vertical().id_salt("predict at play").max_height((room.y - 220.0).max(96.0)).show(
                ui,
                |ui| {
                    ui.set_width(ui.available_width());
                    prediction::ask(ui, &theme, &asked, out);
                },
            );
            ui.add_space(4.0);
            let key = lab.settings.keys.written("play");
            if widgets::button(ui, &theme, t("predict.play"), key.as_deref()).clicked() {
                out.push(LabCommand::Brief(BriefCommand::Forecast(Forecast::Skipped)));
            }
        });
    });
}
