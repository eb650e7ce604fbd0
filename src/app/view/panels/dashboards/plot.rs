//! One chart: thin lines, few labels, the current values beside the title. `egui_plot` draws axes, grid and lines; the
//! crosshair that all charts share, and what keys and clicks do, are ours.

mod limits;
mod lines;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, Context, EventFilter, Id, Key, Pos2, Rangef, Rect, Response, RichText, Sense, Stroke,
    Ui, UiBuilder, Vec2, WidgetInfo, WidgetType,
};
use egui_plot::{LineStyle, PlotBounds, PlotPoint, PlotTransform, PlotUi, Polygon, Text, VLine};

use crate::app::model::LabCommand;
use crate::app::model::charts::{Of, Topic};
use crate::app::model::markers::MarkerKind;
use crate::app::model::order::Order;
use crate::app::texts::{spoken, tf};
use crate::app::view::panels::chart::{self, AXES, LETTERS, chart, ends, steps};
use crate::app::view::panels::dashboards::board::Board;
use crate::app::view::panels::dashboards::scale::{axis, beside, written};
use crate::app::view::panels::dashboards::summary::{self, titled};
use crate::app::view::panels::dashboards::table;
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::panels::transport::scrub;
use crate::app::view::theme::{Mark, Theme, title_font};
use crate::app::view::widgets;
use crate::engine::Time;
use crate::library::cards::find;

/// The height of the title, and the room for half of the last time beyond the right end, in points.
const TITLE: f32 = 20.0;
const END: f32 = 14.0;

/// What part of the values a chart shows, and where.
pub(super) struct Frame {
    /// The first and the last second that are shown.
    from: f64,
    until: f64,
    /// The greatest value that is shown, and the distance of the grid lines.
    top: f64,
    step: f64,
}

impl Frame {
    /// What egui_plot is to show: a little more on every side, so that no line is cut in half at the edge.
    fn bounds(&self) -> PlotBounds {
        let (width, height) = (self.until - self.from, self.top);
        let most = [self.until + 0.012 * width, 1.03 * height];
        PlotBounds::from_min_max([self.from, -0.03 * height], most)
    }

    /// A value as it is drawn: one that does not fit lies on the edge.
    fn fitted(&self, value: f64) -> f64 {
        value.clamp(-0.02 * self.top, 1.02 * self.top)
    }

    fn time(&self, seconds: f64) -> Time {
        chart::time(seconds.clamp(self.from, self.until))
    }
}

/// Between the title and the axes, in points: half of the topmost number stands above its line.
const ABOVE: f32 = 4.0;

/// The moment that the crosshair of all charts is at.
fn crosshair() -> Id {
    Id::new("crosshair of the charts")
}

/// Draws the chart of a topic into the space of `ui`.
pub fn show(ui: &mut Ui, board: &Board<'_>, topic: Topic, out: &mut Vec<LabCommand>) {
    let rect = ui.max_rect();
    let name = titled(board, topic);
    let table_id = ui.id().with("is table");
    let mut is_table: bool = ui.data(|data| data.get_temp(table_id)).unwrap_or(false);
    let corner = Rect::from_min_size(rect.right_top() - Vec2::new(18.0, 0.0), Vec2::splat(18.0));
    if table_button(ui, board, corner, &name, is_table).clicked() {
        is_table = !is_table;
        ui.data_mut(|data| data.insert_temp(table_id, is_table));
    }
    let head = Rect::from_min_max(rect.min, Pos2::new(corner.left() - 4.0, rect.top() + TITLE));
    let body = Rect::from_min_max(Pos2::new(rect.left(), head.bottom() + ABOVE), rect.max);
    let cross: Option<Time> = ui.data(|data| data.get_temp(crosshair()));
    let title = values(ui, board, topic, head, &name, cross);
    to_card(ui, topic, title, out);
    if is_table {
        ui.scope_builder(UiBuilder::new().max_rect(body), |ui| table::show(ui, board, topic));
        return;
    }
    let body = body.with_max_x(body.right() - END);
    ui.scope_builder(UiBuilder::new().max_rect(body), |ui| draw(ui, board, topic, cross, out));
}

/// Draws the axes and all that stands between them.
fn draw(ui: &mut Ui, board: &Board<'_>, topic: Topic, cross: Option<Time>, out: &mut Vec<LabCommand>) {
    let frame = framed(board, topic);
    let grid = steps(frame.top, frame.step, ui.available_height() - AXES[1]);
    let times = ends(frame.from, frame.until);
    let shown = chart(&board.theme, move |value| beside(topic, value))
        .y_grid_spacer(move |_| grid.clone())
        .x_grid_spacer(move |_| times.clone())
        .grid_spacing(Rangef::new(1.0, 2.0))
        .sense(Sense::click())
        .show(ui, |plot| {
            let bounds = frame.bounds();
            plot.set_plot_bounds(bounds);
            // That of the plot itself is of the frame before.
            let transform = PlotTransform::new(plot.response().rect, bounds, false);
            ahead(plot, board, &frame);
            plot.vline(VLine::new("now", frame.until).color(board.theme.faint));
            limits::lines(plot, board, topic, &frame, &transform);
            marks(plot, board, &transform);
            lines::behind(plot, board, topic, &frame, &transform);
            lines::own(plot, board, topic, &frame, &transform);
            let at = point(plot.ctx(), board, &frame, &transform, plot.response(), cross, out);
            if let Some(at) = at.filter(|at| *at >= board.from && *at <= board.now) {
                plot.vline(VLine::new("crosshair", at.as_secs_f64()).color(board.theme.mute));
            }
        });
    limits::show(ui, board, topic, &frame, &shown.transform, out);
    let response = shown.response;
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::WidgetType::Image, true, summary::sentence(board, topic))
    });
    if response.has_focus() {
        widgets::outline(ui.painter(), response.rect.expand(2.0), 2, board.theme.mute);
    }
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
fn values(ui: &Ui, board: &Board<'_>, topic: Topic, head: Rect, name: &str, cross: Option<Time>) -> Rect {
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
            Of::Whole => put(text, theme.text, None),
        }
    }
    if cross.is_some() {
        put(clock(at), theme.mute, None);
    }
    let room = (x - head.left()).max(24.0);
    let whole = painter.layout_no_wrap(name.to_owned(), title_font(), theme.text);
    let galley = if whole.size().x <= room {
        whole
    } else {
        let short = summary::short(topic, board.choice.quantile);
        let mut job = LayoutJob::simple_singleline(short, title_font(), theme.text);
        job.wrap = TextWrapping::truncate_at_width(room);
        painter.layout_job(job)
    };
    let place =
        Rect::from_min_size(Pos2::new(head.left(), head.center().y - galley.size().y / 2.0), galley.size());
    painter.galley(place.min, galley, theme.text);
    place
}

/// The title of a chart opens the card of what it shows.
fn to_card(ui: &Ui, topic: Topic, title: Rect, out: &mut Vec<LabCommand>) {
    let Some(card) = card_of(topic).and_then(|id| find(id, spoken().id)) else { return };
    let text = tf("glossary.card {}", &[&card.title]);
    let response = ui.interact(title, ui.id().with("card"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &text));
    if response.on_hover_text(&text).clicked() {
        out.push(LabCommand::Card(card.id.clone()));
    }
}

/// The card of what a chart shows; money needs none.
const fn card_of(topic: Topic) -> Option<&'static str> {
    match topic {
        Topic::Requests => Some("weight"),
        Topic::Errors => Some("error-ratio"),
        Topic::Latency => Some("p99"),
        Topic::Budget => Some("burn-rate"),
        Topic::Exposure => Some("blast-radius"),
        Topic::Capacity | Topic::Saturation => Some("saturation"),
        Topic::Flag => Some("feature-flag"),
        Topic::Cost => None,
    }
}

fn framed(board: &Board<'_>, topic: Topic) -> Frame {
    let step = board.charts.step;
    let range = (board.from.0 / step.0) as usize..(board.now.0 / step.0) as usize + 1;
    let own = summary::lines(board, topic).into_iter();
    let behind = board.behind.iter().flat_map(|(_, charts)| charts.of_topic(topic, board.choice.quantile));
    let values = own.chain(behind.filter(|line| line.of != Of::Truth)).flat_map(|line| {
        let end = range.end.min(line.values.len());
        line.values[range.start.min(end)..end].iter().flatten()
    });
    let following = board.following.iter().filter(|limit| limit.is_on(topic, board.choice.quantile));
    let following = following.filter_map(|limit| {
        let quantile = board.choice.quantile;
        range.clone().filter_map(|at| limit.level_at(board.charts, quantile, at)).max_by(f64::total_cmp)
    });
    let levels = levels(board, topic).map(|(level, _)| level).chain(following);
    let most = values.copied().fold(0.0, f64::max);
    // A level far above all values would press them flat.
    let level =
        levels.filter(|level| *level <= 4.0 * most.max(1e-9) || topic == Topic::Errors).fold(0.0, f64::max);
    let (top, step) = axis(most.max(level), topic);
    Frame { from: board.from.as_secs_f64(), until: board.now.as_secs_f64(), top, step }
}

/// The plan's levels for a chart, with their names.
fn levels<'a>(board: &'a Board<'a>, topic: Topic) -> impl Iterator<Item = (f64, &'a str)> {
    let quantile = board.choice.quantile;
    let of_chart = board.levels.iter().filter(move |level| level.is_on(topic, quantile));
    of_chart.map(|level| (level.level, level.name.as_str()))
}

/// A text beside a point, `away` from it in points of the screen.
fn label(text: &str, [x, y]: [f64; 2], away: Vec2, anchor: Align2, transform: &PlotTransform) -> Text {
    let [right, down] = transform.dvalue_dpos();
    let at = PlotPoint::new(x + f64::from(away.x) * right, y + f64::from(away.y) * down);
    Text::new(text, at, RichText::new(text).size(LETTERS)).anchor(anchor)
}

/// What is known beforehand, as shades behind the lines.
fn ahead(plot: &mut PlotUi<'_>, board: &Board<'_>, frame: &Frame) {
    for known in &board.known_ahead {
        let from = known.from.as_secs_f64().max(frame.from);
        let until = known.until.as_secs_f64().min(frame.until);
        if from >= until {
            continue;
        }
        let (low, high) = (-0.02 * frame.top, 1.02 * frame.top);
        let corners = vec![[from, low], [until, low], [until, high], [from, high]];
        let color = scrub::colour(&board.theme, known.kind).gamma_multiply(0.13);
        let shade = Polygon::new(known.text.as_str(), corners).fill_color(color);
        plot.polygon(shade.stroke(Stroke::NONE));
    }
}

/// Dotted verticals where something changed.
fn marks(plot: &mut PlotUi<'_>, board: &Board<'_>, transform: &PlotTransform) {
    let shown = board.markers.iter().filter(|moment| moment.at >= board.from && moment.at <= board.now);
    let mut last = f32::NEG_INFINITY;
    for moment in shown.filter(|moment| !matches!(moment.kind, MarkerKind::Check)) {
        let color = match moment.kind {
            MarkerKind::Weight(_) | MarkerKind::Flag => board.theme.candidate,
            MarkerKind::Alert | MarkerKind::Phase(_) => board.theme.harm,
            MarkerKind::Hand | MarkerKind::Release | MarkerKind::Check => board.theme.mute,
        };
        let at = moment.at.as_secs_f64();
        let x = transform.position_from_point_x(at);
        if x - last < 3.0 {
            continue;
        }
        last = x;
        let style = LineStyle::Dashed { length: 2.0 };
        plot.vline(VLine::new("change", at).color(color.gamma_multiply(0.7)).style(style));
    }
}

/// Moves the crosshair with the mouse and the arrow keys, and seeks with a click; returns where the crosshair is now.
fn point(
    ctx: &Context,
    board: &Board<'_>,
    frame: &Frame,
    transform: &PlotTransform,
    response: &Response,
    cross: Option<Time>,
    out: &mut Vec<LabCommand>,
) -> Option<Time> {
    let time = |at: Pos2| frame.time(transform.value_from_position(at).x);
    let mut next = cross;
    let own = response.id;
    let owner = Id::new("owner of the crosshair");
    let is_owner = ctx.data(|data| data.get_temp::<Id>(owner)) == Some(own);
    if let Some(at) = response.hover_pos() {
        next = Some(time(at));
    } else if response.has_focus() {
        let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ctx.memory_mut(|memory| memory.set_focus_lock_filter(own, arrows));
        let at = cross.unwrap_or(board.charts.known(board.now));
        let step = board.charts.step;
        let (back, on) =
            ctx.input(|input| (input.key_pressed(Key::ArrowLeft), input.key_pressed(Key::ArrowRight)));
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
        ctx.data_mut(|data| {
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
    // The mouse may be gone by the time its click arrives.
    let clicked = response.interact_pointer_pos().map(time).or(next);
    if response.clicked()
        && let Some(at) = clicked
    {
        out.push(LabCommand::Play(Order::Seek(at)));
    }
    next.or(cross)
}

/// The colour of a line.
pub(super) const fn color(theme: &Theme, of: Of) -> Color32 {
    match of {
        Of::Stable => theme.baseline,
        Of::Candidate => theme.candidate,
        Of::Control => theme.control,
        Of::Whole => theme.text,
        Of::Truth => theme.mirrored,
    }
}
