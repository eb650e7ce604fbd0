//! Notices to the learner, in a corner of the window.

use egui::{Align2, Area, Context, Id, Order, ScrollArea, Sense, Stroke, TextStyle, Vec2};

use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::widgets;

/// How many are shown at once, the newest.
const SHOWN: usize = 3;

/// Draws the newest notices.
pub fn show(ctx: &Context, lab: &Lab, out: &mut Vec<LabCommand>) {
    if lab.notices.is_empty() {
        return;
    }
    let theme = lab.theme();
    let room = ctx.content_rect().size();
    let area = Area::new(Id::new("notices")).order(Order::Foreground);
    // In a run, what rolls back stands in the right corner, and time at the foot: neither may be covered.
    let (corner, aside) = match lab.screen {
        Screen::Run => (Align2::CENTER_BOTTOM, [0.0, -112.0]),
        _ => (Align2::RIGHT_BOTTOM, [-16.0, -16.0]),
    };
    area.anchor(corner, aside).show(ctx, |ui| {
        ui.set_width(380.0_f32.min(room.x - 32.0));
        let first = lab.notices.len().saturating_sub(SHOWN);
        for (index, notice) in lab.notices.iter().enumerate().skip(first) {
            let edge = if notice.is_trouble { theme.harm } else { theme.line };
            widgets::card(&theme).stroke(Stroke::new(1.0, edge)).show(ui, |ui| {
                ui.set_width(ui.available_width());
                if notice.is_trouble {
                    ui.horizontal(|ui| {
                        let (rect, _) = ui.allocate_exact_size(Vec2::splat(12.0), Sense::hover());
                        widgets::cross(ui.painter(), rect.center(), 4.0, theme.harm);
                        ui.label(widgets::small(&theme, t("notices.trouble")));
                    });
                }
                let each = (room.y / 4.0).max(48.0);
                ScrollArea::vertical().id_salt(("notice", index)).max_height(each).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    let response = ui.label(widgets::coded(&notice.text, &TextStyle::Body, theme.text, ui));
                    ctx.accesskit_node_builder(response.id, |node| {
                        node.set_live(if notice.is_trouble {
                            egui::accesskit::Live::Assertive
                        } else {
                            egui::accesskit::Live::Polite
                        });
                    });
                });
                let is_last = index + 1 == lab.notices.len();
                let key = (is_last && lab.overlay.is_none()).then(|| t("key.escape"));
                if widgets::button(ui, &theme, t("notices.dismiss"), key).clicked() {
                    out.push(LabCommand::Dismiss(index));
                }
            });
        }
        if first > 0 {
            ui.label(widgets::small(&theme, tf("notices.more {}", &[&first])));
        }
    });
}
