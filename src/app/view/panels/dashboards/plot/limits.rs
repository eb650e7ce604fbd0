//! The limits of the plan that is written, at the right edge of their chart: dragged, or moved by the arrow keys. While one is held it
//! says what it would have caught so far.

use egui::{EventFilter, Id, Key, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2};
use egui_plot::PlotTransform;

use crate::app::model::LabCommand;
use crate::app::model::charts::Topic;
use crate::app::model::editor::{EditorCommand, ladder};
use crate::app::model::limits::MovableLimit;
use crate::app::texts::tf;
use crate::app::view::panels::dashboards::board::Board;
use crate::app::view::panels::dashboards::plot::Frame;
use crate::app::view::widgets;
use crate::library::knobs::Kind;
use crate::library::patch;

/// Draws the handles of a chart.
pub(super) fn show(
    ui: &Ui,
    board: &Board<'_>,
    topic: Topic,
    frame: &Frame,
    transform: &PlotTransform,
    out: &mut Vec<LabCommand>,
) {
    let quantile = board.choice.quantile;
    let here = board.limits.iter().filter(|limit| {
        limit.at.topic == topic
            && limit.at.quantile.is_none_or(|of| of == quantile)
            && limit.at.level <= 1.02 * frame.top
    });
    // One that lies upon another is moved once that is away.
    let mut taken: Vec<f32> = Vec::new();
    for limit in here {
        let y = transform.position_from_point_y(limit.at.level);
        if taken.iter().all(|other| (other - y).abs() > 4.0) {
            taken.push(y);
            handle(ui, board, limit, (frame, transform), out);
        }
    }
}

fn handle(
    ui: &Ui,
    board: &Board<'_>,
    limit: &MovableLimit,
    (frame, transform): (&Frame, &PlotTransform),
    out: &mut Vec<LabCommand>,
) {
    let theme = &board.theme;
    let edge = transform.frame();
    let y = transform.position_from_point_y(limit.at.level).clamp(edge.top(), edge.bottom());
    let tip = Pos2::new(edge.right() - 2.0, y);
    let area = Rect::from_min_max(tip - Vec2::new(3.0, 7.0), tip + Vec2::new(13.0, 7.0));
    let id = Id::new(("limit on a chart", &limit.path));
    let response = ui.interact(area, id, Sense::click_and_drag());
    let written = limit.written(limit.at.level);
    let name = tf("handle.limit {} {}", &[&limit.at.name, &written]);
    let caught = limit.caught(board.charts, board.choice.quantile, board.known);
    let so_far = match caught.first {
        Some(first) => tf("handle.caught {} {} {}", &[&caught.beyond, &caught.readings, &first]),
        None => tf("handle.caught_none {}", &[&caught.readings]),
    };
    response.widget_info(|| egui::WidgetInfo::slider(true, limit.at.level, name.as_str()));
    ui.ctx().accesskit_node_builder(id, |node| node.set_description(so_far.clone()));
    let is_held = response.dragged() || response.hovered() || response.has_focus();
    let color = if is_held { theme.text } else { theme.caution };
    let corners = vec![tip, tip + Vec2::new(9.0, -5.0), tip + Vec2::new(9.0, 5.0)];
    ui.painter().add(Shape::convex_polygon(corners, color, Stroke::NONE));
    if is_held {
        ui.painter().hline(edge.x_range(), y, Stroke::new(1.0, theme.text));
        let text = format!("{name}: {so_far}");
        let galley = ui.painter().layout_no_wrap(text, egui::FontId::proportional(10.5), theme.text);
        // Over the line, or under it where there is no room above.
        let above = y - galley.size().y - 4.0 >= edge.top();
        let top = if above { y - galley.size().y - 4.0 } else { y + 4.0 };
        let left = (edge.right() - galley.size().x - 6.0).max(edge.left());
        let place = Rect::from_min_size(Pos2::new(left, top), galley.size());
        ui.painter().rect_filled(place.expand(2.0), 2.0, theme.panel);
        ui.painter().galley(place.min, galley, theme.text);
    }
    let mut ask = |level: String| {
        let value = patch::quoted(&level);
        out.push(LabCommand::Plan(EditorCommand::SetField { path: limit.path.clone(), value }));
    };
    if response.clicked() {
        response.request_focus();
    }
    if response.dragged()
        && let Some(at) = response.interact_pointer_pos()
    {
        let level = transform.value_from_position(at).y.clamp(0.0, frame.top);
        let next = limit.written(level);
        if next != written {
            ask(next);
        }
    }
    if response.has_focus() {
        widgets::outline(ui.painter(), area, 3, theme.text);
        let arrows = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
        for (key, up) in [(Key::ArrowUp, true), (Key::ArrowDown, false)] {
            if ui.input(|input| input.key_pressed(key))
                && let Some(next) = ladder::next(&Kind::Level, &written, up)
            {
                ask(next);
            }
        }
    }
}
