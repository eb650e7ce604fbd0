//! The values of a chart as a table.

use egui::{ScrollArea, Ui, Vec2};

use crate::app::model::charts::Topic;
use crate::app::texts::t;
use crate::app::view::panels::dashboards::board::Board;
use crate::app::view::panels::dashboards::scale::written;
use crate::app::view::panels::dashboards::summary::{lines, name};
use crate::app::view::widgets;
use crate::engine::Time;

/// The width of a column.
const COLUMN: f32 = 74.0;

/// Draws the table, newest figures first.
pub fn show(ui: &mut Ui, board: &Board<'_>, topic: Topic) {
    let lines = lines(board, topic);
    if lines.is_empty() {
        ui.label(widgets::faint(&board.theme, t("chart.no_data")));
        return;
    }
    let step = board.charts.step;
    let last = board.charts.known(board.now).0 / step.0;
    let first = board.from.0.div_ceil(step.0).min(last);
    ui.spacing_mut().item_spacing = Vec2::new(4.0, 2.0);
    let cell = |ui: &mut Ui, text: egui::RichText| {
        ui.add_sized([COLUMN, 14.0], egui::Label::new(text).truncate());
    };
    ScrollArea::horizontal().id_salt("columns").show(ui, |ui| {
        ui.vertical(|ui| {
            ui.horizontal(|ui| {
                cell(ui, widgets::faint(&board.theme, t("chart.time")));
                lines.iter().for_each(|line| cell(ui, widgets::small(&board.theme, name(topic, line.of))));
            });
            let rows = (last - first + 1) as usize;
            ScrollArea::vertical().id_salt("rows").show_rows(ui, 14.0, rows, |ui, shown| {
                for row in shown {
                    let at = Time((last - row as u64) * step.0);
                    ui.horizontal(|ui| {
                        cell(ui, widgets::number(at.to_string(), board.theme.mute));
                        for line in &lines {
                            let value = line.at(at, step);
                            let text = value.map_or_else(
                                || "-".to_owned(),
                                |value| written(topic, value, board.currency),
                            );
                            cell(ui, widgets::number(text, board.theme.text));
                        }
                    });
                }
            });
        });
    });
}
