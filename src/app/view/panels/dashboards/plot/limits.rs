//! The limits of the plan that is written, at the right edge of their chart: dragged, or moved by the arrow keys. While one is held it
//! says what it would have caught so far. And the limits of the plan that is played, as lines.

use egui::{Align2, EventFilter, Id, Key, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2};
use egui_plot::{HLine, LineStyle, PlotPoints, PlotTransform, PlotUi};

use crate::app::model::LabCommand;
use crate::app::model::charts::{Of, Topic};
use crate::app::model::editor::EditorCommand;
use crate::app::model::limits::{Against, ChartLimit};
use crate::app::texts::tf;
use crate::app::view::panels::dashboards::board::Board;
use crate::app::view::panels::dashboards::plot::{Frame, label, levels};
use crate::app::view::widgets;
use crate::engine::Time;

/// The limits of the plan that is played, as dashed lines with their names: its levels, and those that follow the baseline from when on the
/// candidate is measured.
pub(super) fn lines(
    plot: &mut PlotUi<'_>,
    board: &Board<'_>,
    topic: Topic,
    frame: &Frame,
    transform: &PlotTransform,
) {
    let theme = &board.theme;
    for (level, name) in levels(board, topic).filter(|(level, _)| *level <= frame.top) {
        let style = LineStyle::dashed_dense();
        plot.hline(HLine::new(name, level).color(theme.caution).style(style));
        let is_high = transform.position_from_point_y(level) - transform.frame().top() < 14.0;
        let (anchor, down) = if is_high { (Align2::LEFT_TOP, 1.0) } else { (Align2::LEFT_BOTTOM, -1.0) };
        let text = label(name, [frame.from, level], Vec2::new(4.0, down), anchor, transform);
        plot.text(text.color(theme.caution));
    }
    for limit in board.following.iter().filter(|limit| limit.is_on(topic, board.choice.quantile)) {
        let points = course(board, limit, frame);
        let Some(first) = points.first().copied() else { continue };
        let style = LineStyle::dashed_dense();
        plot.line(
            egui_plot::Line::new(limit.name.as_str(), PlotPoints::new(points))
                .stroke(Stroke::new(1.0, theme.caution))
                .style(style),
        );
        let text = label(&limit.name, first, Vec2::new(-3.0, 0.0), Align2::RIGHT_CENTER, transform);
        plot.text(text.color(theme.caution));
    }
}

/// The moments that are shown at which the candidate was measured, and where a limit lies at them.
fn course(board: &Board<'_>, limit: &ChartLimit, frame: &Frame) -> Vec<[f64; 2]> {
    let quantile = board.choice.quantile;
    let step = board.charts.step;
    let candidate = board.charts.of_topic(limit.topic, quantile).find(|line| line.of == Of::Candidate);
    let Some(candidate) = candidate else { return Vec::new() };
    let shown = (board.from.0 / step.0) as usize..=(board.now.0 / step.0) as usize;
    let measured = shown.filter(|at| candidate.values.get(*at).is_some_and(Option::is_some));
    let level = |at: usize| limit.level_at(board.charts, quantile, at).map(|level| frame.fitted(level));
    measured.filter_map(|at| Some([Time(step.0 * at as u64).as_secs_f64(), level(at)?])).collect()
}

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
    // One that lies upon another is moved once that is away.
    let mut taken: Vec<f32> = Vec::new();
    for limit in board.limits.iter().filter(|limit| limit.is_on(topic, quantile)) {
        let level = limit.level(board.charts, quantile, board.known);
        let Some(level) = level.filter(|level| *level <= 1.02 * frame.top) else { continue };
        let y = transform.position_from_point_y(level);
        if taken.iter().all(|other| (other - y).abs() > 4.0) {
            taken.push(y);
            handle(ui, board, (limit, level), (frame, transform), out);
        }
    }
}

fn handle(
    ui: &Ui,
    board: &Board<'_>,
    (limit, level): (&ChartLimit, f64),
    (frame, transform): (&Frame, &PlotTransform),
    out: &mut Vec<LabCommand>,
) {
    let theme = &board.theme;
    let quantile = board.choice.quantile;
    let edge = transform.frame();
    let y = transform.position_from_point_y(level).clamp(edge.top(), edge.bottom());
    let tip = Pos2::new(edge.right() - 2.0, y);
    let area = Rect::from_min_max(tip - Vec2::new(3.0, 7.0), tip + Vec2::new(13.0, 7.0));
    let id = Id::new(("limit on a chart", &limit.path));
    let response = ui.interact(area, id, Sense::click_and_drag());
    let name = tf("handle.limit {} {}", &[&limit.name, &limit.said()]);
    let caught = limit.caught(board.charts, quantile, board.known);
    let so_far = match caught.first {
        Some(first) => tf("handle.caught {} {} {}", &[&caught.beyond, &caught.readings, &first]),
        None => tf("handle.caught_none {}", &[&caught.readings]),
    };
    response.widget_info(|| egui::WidgetInfo::slider(true, level, name.as_str()));
    ui.ctx().accesskit_node_builder(id, |node| node.set_description(so_far.clone()));
    let is_held = response.dragged() || response.hovered() || response.has_focus();
    let color = if is_held { theme.text } else { theme.caution };
    let corners = vec![tip, tip + Vec2::new(9.0, -5.0), tip + Vec2::new(9.0, 5.0)];
    ui.painter().add(Shape::convex_polygon(corners, color, Stroke::NONE));
    if is_held {
        held(ui, board, limit, (frame, transform, y), format!("{name}: {so_far}"));
    }
    let mut ask = |[path, value]: [String; 2]| {
        out.push(LabCommand::Plan(EditorCommand::SetField { path, value }));
    };
    if response.clicked() {
        response.request_focus();
    }
    if response.dragged()
        && let Some(at) = response.interact_pointer_pos()
    {
        let level = transform.value_from_position(at).y.clamp(0.0, frame.top);
        limit.moved(level, board.charts, quantile, board.known).into_iter().for_each(&mut ask);
    }
    if response.has_focus() {
        widgets::outline(ui.painter(), area, 3, theme.text);
        let arrows = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
        for (key, up) in [(Key::ArrowUp, true), (Key::ArrowDown, false)] {
            if ui.input(|input| input.key_pressed(key)) {
                limit.stepped(up).into_iter().for_each(&mut ask);
            }
        }
    }
}

/// What a limit that is held says, inside its chart; and where it lies.
fn held(
    ui: &Ui,
    board: &Board<'_>,
    limit: &ChartLimit,
    (frame, transform, y): (&Frame, &PlotTransform, f32),
    text: String,
) {
    let theme = &board.theme;
    let edge = transform.frame();
    let stroke = Stroke::new(1.0, theme.text);
    match limit.against {
        Against::Level(_) => drop(ui.painter().hline(edge.x_range(), y, stroke)),
        Against::Baseline { .. } => {
            let points = course(board, limit, frame).into_iter();
            let place = |[x, y]: [f64; 2]| {
                Pos2::new(transform.position_from_point_x(x), transform.position_from_point_y(y))
            };
            ui.painter().add(Shape::line(points.map(place).collect(), stroke));
        }
    }
    let font = egui::FontId::proportional(10.5);
    let galley = ui.painter().layout(text, font, theme.text, edge.width() - 8.0);
    // Over the line, or under it where there is no room above.
    let high = galley.size().y + 4.0;
    let top = if y - high >= edge.top() { y - high } else { (y + 4.0).min(edge.bottom() - high) };
    let left = (edge.right() - galley.size().x - 4.0).max(edge.left());
    let place = Rect::from_min_size(Pos2::new(left, top), galley.size());
    ui.painter().rect_filled(place.expand(2.0), 2.0, theme.panel);
    ui.painter().galley(place.min, galley, theme.text);
}
