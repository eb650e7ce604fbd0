//! One chart: thin lines, few labels, the current values beside the title.

mod lines;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, EventFilter, Id, Key, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, UiBuilder, Vec2,
};

use crate::app::model::LabCommand;
use crate::app::model::charts::{Of, Topic};
use crate::app::model::markers::MarkerKind;
use crate::app::model::order::Order;
use crate::app::texts::tf;
use crate::app::view::panels::dashboards::board::Board;
use crate::app::view::panels::dashboards::scale::{axis, beside, written};
use crate::app::view::panels::dashboards::summary::{self, name, title};
use crate::app::view::panels::dashboards::table;
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::theme::{Mark, Theme, title_font};
use crate::app::view::widgets;
use crate::engine::Time;

/// Where things stand within a chart: the title's height, the axis' width, the times' height.
const TITLE: f32 = 20.0;

const AXIS: f32 = 38.0;

const TIMES: f32 = 14.0;

/// A chart's coordinates.
pub(super) struct Frame {
    /// Where lines are drawn.
    pub rect: Rect,
    from: f64,
    until: f64,
    top: f64,
}

impl Frame {
    /// Where a time is.
    pub fn x(&self, at: Time) -> f32 {
        let share = (at.as_secs_f64() - self.from) / (self.until - self.from).max(1e-9);
        self.rect.left() + self.rect.width() * share as f32
    }

    /// Where a value is.
    pub fn y(&self, value: f64) -> f32 {
        self.rect.bottom() - self.rect.height() * (value / self.top).clamp(-0.02, 1.02) as f32
    }

    fn time(&self, x: f32) -> Time {
        let share = f64::from((x - self.rect.left()) / self.rect.width()).clamp(0.0, 1.0);
        Time(((self.from + share * (self.until - self.from)).max(0.0) * 1e9) as u64)
    }
}

/// The moment that the crosshair of all charts is at.
fn crosshair() -> Id {
    Id::new("crosshair of the charts")
}

/// Draws the chart of a topic into the space of `ui`.
pub fn show(ui: &mut Ui, board: &Board<'_>, topic: Topic, out: &mut Vec<LabCommand>) {
    let rect = ui.max_rect();
    let name = title(topic, board.choice.quantile);
    let table_id = ui.id().with("is table");
    let mut is_table: bool = ui.data(|data| data.get_temp(table_id)).unwrap_or(false);
    let corner = Rect::from_min_size(rect.right_top() - Vec2::new(18.0, 0.0), Vec2::splat(18.0));
    if table_button(ui, board, corner, &name, is_table).clicked() {
        is_table = !is_table;
        ui.data_mut(|data| data.insert_temp(table_id, is_table));
    }
    let head = Rect::from_min_max(rect.min, Pos2::new(corner.left() - 4.0, rect.top() + TITLE));
    let body = Rect::from_min_max(Pos2::new(rect.left(), head.bottom()), rect.max);
    let cross: Option<Time> = ui.data(|data| data.get_temp(crosshair()));
    values(ui, board, topic, head, &name, cross);
    if is_table {
        ui.scope_builder(UiBuilder::new().max_rect(body), |ui| table::show(ui, board, topic));
        return;
    }
    let inner = Rect::from_min_max(
        Pos2::new(body.left() + AXIS, body.top() + 4.0),
        Pos2::new(body.right() - 2.0, body.bottom() - TIMES),
    );
    let frame = framed(board, topic, inner);
    grid(ui, board, topic, &frame);
    marks(ui, board, &frame);
    lines::behind(ui, board, topic, &frame);
    lines::own(ui, board, topic, &frame);
    let response = ui.interact(inner, ui.id().with("plot"), Sense::click());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::WidgetType::Image, true, summary::sentence(board, topic))
    });
    point(ui, board, &frame, &response, cross, out);
}

fn table_button(ui: &Ui, board: &Board<'_>, rect: Rect, name: &str, is_table: bool) -> Response {
    let response = ui.interact(rect, ui.id().with("table"), Sense::click());
    let label = if is_table { tf("chart.as_chart", &[&name]) } else { tf("chart.as_table", &[&name]) };
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, label.as_str()));
    let is_lit = response.hovered() || response.has_focus() || is_table;
    let color = if is_lit { board.theme.text } else { board.theme.faint };
    let sign = Rect::from_center_size(rect.center(), Vec2::new(10.0, 8.0));
    for row in 0..3 {
        let y = sign.top() + 4.0 * row as f32;
        ui.painter().hline(sign.x_range(), y, Stroke::new(1.0, color));
    }
    ui.painter().vline(sign.left() + 3.5, sign.y_range(), Stroke::new(1.0, color));
    if response.has_focus() {
        widgets::outline(ui.painter(), rect, 3, color);
    }
    response.on_hover_text(label)
}

/// The title, and the values of the lines now or at the crosshair.
fn values(ui: &Ui, board: &Board<'_>, topic: Topic, head: Rect, name: &str, cross: Option<Time>) {
    let (theme, painter) = (&board.theme, ui.painter());
    let at = board.charts.known(cross.unwrap_or(board.now).min(board.now));
    let mut x = head.right();
    let mut put = |text: String, color: Color32, mark: Option<(Mark, Color32)>| {
        let end = Pos2::new(x, head.center().y);
        x = widgets::number_at(painter, end, Align2::RIGHT_CENTER, &text, 11.0, color).left();
        if let Some((mark, color)) = mark {
            let rect = Rect::from_center_size(Pos2::new(x - 8.0, head.center().y), Vec2::splat(8.0));
            widgets::mark(painter, rect, mark, color, theme.background);
            x = rect.left();
        }
        x -= 10.0;
    };
    for line in summary::lines(board, topic) {
        let Some(value) = line.at(at, board.charts.step) else { continue };
        let text = written(topic, value, board.currency);
        match line.of {
            Of::Stable => put(text, theme.text, Some((Mark::Round, theme.baseline))),
            Of::Candidate => put(text, theme.text, Some((Mark::Hatched, theme.candidate))),
            Of::Control => put(text, theme.text, Some((Mark::Square, theme.control))),
            Of::Truth => put(format!("{} {text}", summary::name(topic, line.of)), theme.mute, None),
            Of::Whole | Of::Able => put(text, theme.text, None),
        }
    }
    if cross.is_some() {
        put(clock(at), theme.mute, None);
    }
    let mut job = LayoutJob::simple_singleline(name.to_owned(), title_font(), theme.text);
    job.wrap = TextWrapping::truncate_at_width((x - head.left()).max(24.0));
    let galley = painter.layout_job(job);
    painter.galley(Pos2::new(head.left(), head.center().y - galley.size().y / 2.0), galley, theme.text);
}

fn framed(board: &Board<'_>, topic: Topic, rect: Rect) -> Frame {
    let step = board.charts.step;
    let range = (board.from.0 / step.0) as usize..(board.now.0 / step.0) as usize + 1;
    let own = summary::lines(board, topic).into_iter();
    let behind = board.behind.iter().flat_map(|(_, charts)| charts.of_topic(topic, board.choice.quantile));
    let values = own.chain(behind.filter(|line| line.of != Of::Truth)).flat_map(|line| {
        let end = range.end.min(line.values.len());
        line.values[range.start.min(end)..end].iter().flatten()
    });
    let levels = levels(board, topic).map(|(level, _)| level);
    let most = values.copied().fold(0.0, f64::max);
    // A level far above all values would press them flat.
    let level =
        levels.filter(|level| *level <= 4.0 * most.max(1e-9) || topic == Topic::Errors).fold(0.0, f64::max);
    let (top, _) = axis(most.max(level), topic);
    Frame { rect, from: board.from.as_secs_f64(), until: board.now.as_secs_f64(), top }
}

/// The plan's levels for a chart, with their names.
fn levels<'a>(board: &'a Board<'a>, topic: Topic) -> impl Iterator<Item = (f64, &'a str)> {
    let quantile = board.choice.quantile;
    let of_chart = board
        .levels
        .iter()
        .filter(move |level| level.topic == topic && level.quantile.is_none_or(|of| of == quantile));
    of_chart.map(|level| (level.level, level.name.as_str()))
}

/// Lines and labels of both axes, and the plan's levels.
fn grid(ui: &Ui, board: &Board<'_>, topic: Topic, frame: &Frame) {
    let (theme, painter, rect) = (&board.theme, ui.painter(), frame.rect);
    let (_, step) = axis(frame.top / 1.021, topic);
    let dense = f64::from(rect.height()) * step / frame.top < 13.0;
    let mut value = 0.0;
    let mut index = 0;
    while value <= frame.top * 1.001 {
        let y = frame.y(value);
        painter.hline(rect.x_range(), y, Stroke::new(1.0, theme.tint(theme.line, 0.7)));
        if !dense || index % 2 == 0 {
            let at = Pos2::new(rect.left() - 6.0, y);
            widgets::number_at(painter, at, Align2::RIGHT_CENTER, &beside(topic, value), 9.5, theme.faint);
        }
        value += step;
        index += 1;
    }
    for (at, anchor) in [(board.from, Align2::LEFT_TOP), (board.now, Align2::RIGHT_TOP)] {
        let place = Pos2::new(frame.x(at), rect.bottom() + 3.0);
        widgets::number_at(painter, place, anchor, &clock(at), 9.5, theme.faint);
    }
    painter.vline(rect.right(), rect.y_range(), Stroke::new(1.0, theme.faint));
    for (level, name) in levels(board, topic).filter(|(level, _)| *level <= frame.top) {
        let y = frame.y(level);
        let ends = [Pos2::new(rect.left(), y), Pos2::new(rect.right(), y)];
        painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, theme.caution), 5.0, 3.0));
        let at = Pos2::new(rect.left() + 4.0, y - 1.0);
        let (anchor, at) = if y - rect.top() < 14.0 {
            (Align2::LEFT_TOP, at + Vec2::new(0.0, 2.0))
        } else {
            (Align2::LEFT_BOTTOM, at)
        };
        widgets::text_at(painter, at, anchor, name, 9.5, theme.tint(theme.caution, 0.75));
    }
}

/// Dotted verticals where something changed.
fn marks(ui: &Ui, board: &Board<'_>, frame: &Frame) {
    let shown = board.markers.iter().filter(|moment| moment.at >= board.from && moment.at <= board.now);
    let mut last = f32::NEG_INFINITY;
    for moment in shown.filter(|moment| !matches!(moment.kind, MarkerKind::Check)) {
        let color = match moment.kind {
            MarkerKind::Weight(_) | MarkerKind::Flag => board.theme.candidate,
            MarkerKind::Alert | MarkerKind::Phase(_) => board.theme.harm,
            MarkerKind::Hand | MarkerKind::Check => board.theme.mute,
        };
        let x = frame.x(moment.at);
        if x - last < 3.0 {
            continue;
        }
        last = x;
        let ends = [Pos2::new(x, frame.rect.top()), Pos2::new(x, frame.rect.bottom())];
        ui.painter().extend(Shape::dashed_line(&ends, Stroke::new(1.0, color.gamma_multiply(0.7)), 2.0, 3.0));
    }
}

/// The crosshair, and what mouse and keys do with it.
fn point(
    ui: &Ui,
    board: &Board<'_>,
    frame: &Frame,
    response: &Response,
    cross: Option<Time>,
    out: &mut Vec<LabCommand>,
) {
    let theme = &board.theme;
    let mut next = cross;
    let own = response.id;
    let owner = Id::new("owner of the crosshair");
    let is_owner = ui.data(|data| data.get_temp::<Id>(owner)) == Some(own);
    if let Some(at) = response.hover_pos() {
        next = Some(frame.time(at.x));
    } else if response.has_focus() {
        widgets::outline(ui.painter(), response.rect.expand(2.0), 2, theme.mute);
        let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(own, arrows));
        let at = cross.unwrap_or(board.charts.known(board.now));
        let step = board.charts.step;
        let (back, on) =
            ui.input(|input| (input.key_pressed(Key::ArrowLeft), input.key_pressed(Key::ArrowRight)));
        next = match (back, on) {
            (true, false) => Some(Time(at.0.saturating_sub(step.0)).max(board.from)),
            (false, true) => Some((at + step).min(board.now)),
            _ => Some(at),
        };
    } else if is_owner {
        next = None;
    }
    let touched = response.hover_pos().is_some() || response.has_focus();
    if touched || is_owner {
        ui.data_mut(|data| {
            match next {
                Some(next) => drop(data.insert_temp(crosshair(), next)),
                None => data.remove::<Time>(crosshair()),
            }
            if touched {
                data.insert_temp(owner, own);
            } else {
                data.remove::<Id>(owner);
            }
        });
    }
    if let Some(at) = next.or(cross).filter(|at| *at >= board.from && *at <= board.now) {
        let x = frame.x(at);
        ui.painter().vline(x, frame.rect.y_range(), Stroke::new(1.0, theme.mute));
    }
    // The mouse may be gone by the time its click arrives.
    let clicked = response.interact_pointer_pos().map(|at| frame.time(at.x)).or(next);
    if response.clicked()
        && let Some(at) = clicked
    {
        out.push(LabCommand::Play(Order::Seek(at)));
    }
}

/// The colour of a line.
pub(super) const fn color(theme: &Theme, of: Of) -> Color32 {
    match of {
        Of::Stable => theme.baseline,
        Of::Candidate => theme.candidate,
        Of::Control => theme.control,
        Of::Whole => theme.text,
        Of::Able => theme.good,
        Of::Truth => theme.mirrored,
    }
}

/// What a line is called where several lines of one colour could be meant.
pub(super) fn told(topic: Topic, of: Of) -> &'static str {
    name(topic, of)
}
