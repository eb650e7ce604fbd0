//! The charts of a run, side by side, with one crosshair.

mod board;
mod header;
mod plot;
mod scale;
mod summary;
mod table;

use egui::{ScrollArea, Ui, UiBuilder, Vec2};

use crate::app::model::charts::Topic;
use crate::app::model::run::Run;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::panels::dashboards::board::Board;

/// The least height of a chart, and the height of those that scroll.
const HEIGHTS: [f32; 2] = [84.0, 132.0];

/// Room between charts.
const GAP: Vec2 = Vec2::new(20.0, 10.0);

/// Draws the pane.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    header::show(ui, lab, run, out);
    let board = Board::of(lab, run);
    if board.choice.topics.is_empty() {
        ui.label(t("dashboards.none"));
        return;
    }
    grid(ui, &board, &board.choice.topics, out);
}

/// Draws the charts of these topics in as many columns as have room.
pub fn grid(ui: &mut Ui, board: &Board<'_>, topics: &[Topic], out: &mut Vec<LabCommand>) {
    let space = ui.available_size();
    let columns = match space.x {
        width if width >= 720.0 => 3,
        width if width >= 460.0 => 2,
        _ => 1,
    };
    let columns = columns.min(topics.len());
    let rows = topics.len().div_ceil(columns);
    let fitting = (space.y - GAP.y * (rows - 1) as f32) / rows as f32;
    let height = if fitting >= HEIGHTS[0] { fitting.min(220.0) } else { HEIGHTS[1] };
    ScrollArea::vertical().id_salt("dashboards").auto_shrink([false, false]).show(ui, |ui| {
        let width = (ui.available_width() - GAP.x * (columns - 1) as f32) / columns as f32;
        ui.spacing_mut().item_spacing = GAP;
        for row in topics.chunks(columns) {
            ui.horizontal(|ui| {
                for topic in row {
                    let (_, rect) = ui.allocate_space(Vec2::new(width, height));
                    let builder = UiBuilder::new().max_rect(rect).id_salt(("chart", *topic as u8));
                    // A child of its own: what a chart fills of its place moves nothing beside it.
                    plot::show(&mut ui.new_child(builder), board, *topic, out);
                }
            });
        }
    });
}
