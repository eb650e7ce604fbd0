//! Safety against speed: the learner's plan among others, as a picture and as a table.

use egui::{Align2, Grid, Pos2, Rect, Sense, Stroke, Ui, Vec2, WidgetInfo, WidgetType};

use crate::app::model::debrief::Debrief;
use crate::app::model::findings::{MODEL, YOU};
use crate::app::texts::{t, tf};
use crate::app::view::panels::debrief::awaited::arrived;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::Spot;
use crate::exercise::format::{decimal, lasting};

/// A spot in words.
pub(super) fn said(spot: &Spot) -> String {
    let takes = spot.takes.map_or_else(|| t("debrief.never_out").to_owned(), lasting);
    tf("debrief.spot", &[&spot.name, &decimal(spot.harmed, 0), &takes])
}

/// Draws the picture and the table.
pub(super) fn show(ui: &mut Ui, theme: &Theme, debrief: &Debrief) {
    widgets::title(ui, theme, t("debrief.spots"));
    if debrief.brief.entry().is_none() {
        ui.label(widgets::small(theme, t("debrief.free")));
        return;
    }
    let Some(spots) = arrived(ui, theme, &debrief.spots) else { return };
    picture(ui, theme, spots);
    Grid::new("spots").num_columns(3).spacing([12.0, 4.0]).show(ui, |ui| {
        for head in [t("debrief.plan"), t("debrief.harmed"), t("debrief.out_after")] {
            ui.label(widgets::small(theme, head));
        }
        ui.end_row();
        for spot in spots {
            ui.label(&spot.name);
            ui.label(widgets::number(decimal(spot.harmed, 0), theme.text));
            let takes = spot.takes.map_or_else(|| t("debrief.dash").to_owned(), lasting);
            ui.label(widgets::number(takes, theme.text));
            ui.end_row();
        }
    });
    ui.label(widgets::faint(theme, t("debrief.spots.how")));
}

fn picture(ui: &mut Ui, theme: &Theme, spots: &[Spot]) {
    let width = ui.available_width().min(420.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 150.0), Sense::hover());
    let spoken: Vec<String> = spots.iter().map(said).collect();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, spoken.join(" ")));
    let plot = Rect::from_min_max(rect.min + Vec2::new(6.0, 16.0), rect.max - Vec2::new(6.0, 18.0));
    let painter = ui.painter();
    painter.vline(plot.left(), plot.y_range(), Stroke::new(1.0, theme.line));
    painter.hline(plot.x_range(), plot.bottom(), Stroke::new(1.0, theme.line));
    let corner = Pos2::new(plot.left() + 4.0, rect.top());
    let name = widgets::text_at(painter, corner, Align2::LEFT_TOP, t("debrief.spots.y"), 10.5, theme.faint);
    let corner = Pos2::new(plot.right(), rect.bottom());
    widgets::text_at(painter, corner, Align2::RIGHT_BOTTOM, t("debrief.spots.x"), 10.5, theme.faint);
    let out: Vec<(&Spot, f64)> = spots.iter().filter_map(|spot| Some((spot, spot.takes?))).collect();
    let longest = out.iter().map(|(_, takes)| *takes).fold(1.0, f64::max);
    let worst = libm::log10(1.0 + out.iter().map(|(spot, _)| spot.harmed).fold(1.0, f64::max));
    let place = |spot: &Spot, takes: f64| {
        let x = plot.left() + 10.0 + (plot.width() - 20.0) * (takes / longest) as f32;
        let harm = (libm::log10(1.0 + spot.harmed) / worst) as f32;
        Pos2::new(x, plot.bottom() - 8.0 - (plot.height() - 16.0) * harm)
    };
    let look = |spot: &Spot| match spot.name.as_str() {
        YOU => (theme.baseline, 5.0),
        MODEL => (theme.good, 5.0),
        _ => (theme.mute, 3.5),
    };
    let mut taken: Vec<Rect> = vec![name];
    for (spot, takes) in &out {
        let (color, radius) = look(spot);
        painter.circle_filled(place(spot, *takes), radius, color);
        taken.push(Rect::from_center_size(place(spot, *takes), Vec2::splat(2.0 * radius)));
    }
    // The learner's own and the model have the first choice; a name without room is in the table beneath.
    let (ours, others): (Vec<_>, Vec<_>) = out.into_iter().partition(|(spot, _)| look(spot).1 > 4.0);
    for (spot, takes) in ours.into_iter().chain(others) {
        let size =
            painter.layout_no_wrap(spot.name.clone(), egui::FontId::proportional(11.0), theme.text).size();
        let (at, (_, radius)) = (place(spot, takes), look(spot));
        let reach = radius + 4.0;
        let beside = [
            (Vec2::new(reach, 0.0), Align2::LEFT_CENTER),
            (Vec2::new(-reach, 0.0), Align2::RIGHT_CENTER),
            (Vec2::new(0.0, reach), Align2::CENTER_TOP),
            (Vec2::new(0.0, -reach), Align2::CENTER_BOTTOM),
            (Vec2::new(-radius, reach), Align2::LEFT_TOP),
            (Vec2::new(-radius, -reach), Align2::LEFT_BOTTOM),
            (Vec2::new(radius, reach), Align2::RIGHT_TOP),
        ];
        let free = beside.into_iter().find(|(aside, anchor)| {
            let label = anchor.anchor_size(at + *aside, size);
            rect.contains_rect(label) && !taken.iter().any(|other| other.intersects(label))
        });
        if let Some((aside, anchor)) = free {
            taken.push(anchor.anchor_size(at + aside, size));
            widgets::text_at(painter, at + aside, anchor, &spot.name, 11.0, theme.text);
        }
    }
}
