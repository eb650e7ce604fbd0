//! The time bar: the present time of the run, how far it was seen, its markers, what is known beforehand, and the pauses of the plan.

use egui::{Align2, CornerRadius, EventFilter, FontId, Key, Pos2, Rect, Sense, Stroke, Ui, Vec2};

use crate::app::model::LabCommand;
use crate::app::model::known::{self, Known, KnownKind};
use crate::app::model::markers::Marker;
use crate::app::model::order::Order;
use crate::app::model::run::Run;
use crate::app::model::snapshot::Snapshot;
use crate::app::texts::tf;
use crate::app::view::panels::transport::clock::tick_step;
use crate::app::view::panels::transport::futures::Branches;
use crate::app::view::panels::transport::marks::{self, Cluster};
use crate::app::view::panels::transport::{futures, pauses};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::engine::{Span, Time};

/// How high the bar is with its marks and times, in points.
const HEIGHT: f32 = 58.0;

/// How high the bar of a run is with its marks, its times and its futures, in points.
pub fn height(view: &Snapshot) -> f32 {
    HEIGHT + futures::row(view)
}

const TRACK: f32 = 35.0;

const SIGNS: f32 = 21.0;

const LABELS: f32 = 8.0;

const TIMES: f32 = 52.0;

/// Draws the bar over the width that there is.
pub fn show(ui: &mut Ui, theme: &Theme, run: &Run, out: &mut Vec<LabCommand>) {
    let view = run.player.snapshot();
    let width = ui.available_width().max(120.0);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, height(view)), Sense::hover());
    let track = Rect::from_min_max(
        Pos2::new(rect.left() + 10.0, rect.top() + TRACK - 3.0),
        Pos2::new(rect.right() - 18.0, rect.top() + TRACK + 3.0),
    );
    let end = view.end.as_secs_f64().max(1e-9);
    let place = |time: Time| track.left() + track.width() * (time.as_secs_f64() / end).min(1.0) as f32;
    times(ui, theme, rect, view.end, &place);
    known::known(run).iter().for_each(|known| shade(ui, theme, track, known, &place));
    bar(ui, theme, track, view, &place);
    let markers: Vec<Marker> = view.markers.iter().filter(|moment| moment.at <= view.seen).cloned().collect();
    let font = FontId::proportional(10.5);
    let width = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), font.clone(), theme.mute).size().x;
    let bounds = [rect.left(), rect.right()];
    let found = marks::clusters(&markers, bounds, |moment| place(moment.at), width);
    for cluster in &found {
        label(ui, theme, rect.top(), &markers, cluster, &place, out);
    }
    seek(ui, track, view, out);
    let row = rect.with_min_y(rect.top() + HEIGHT);
    futures::branches(ui, theme, view, (Branches { bar: track.bottom(), row }, &place), out);
    pauses::show(ui, theme, run, track, out);
}

/// A stretch of time about which something is known, behind the bar.
fn shade(ui: &Ui, theme: &Theme, track: Rect, known: &Known, place: &impl Fn(Time) -> f32) {
    let x = place(known.from)..=place(known.until);
    let area = Rect::from_x_y_ranges(x, track.y_range().expand(7.0));
    let color = colour(theme, known.kind);
    ui.painter().rect_filled(area, 2.0, theme.tint(color, 0.3));
    if known.kind == KnownKind::Freeze {
        widgets::hatch(ui.painter(), area, theme.tint(color, 0.5));
    }
    let text = tf("known.when {} {} {}", &[&known.text, &known.from, &known.until]);
    let response = ui.interact(area, ui.id().with(("known", known.from, &known.text)), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, text.as_str()));
    response.on_hover_text(text);
}

/// The colour of what is known.
pub fn colour(theme: &Theme, kind: KnownKind) -> egui::Color32 {
    match kind {
        KnownKind::Freeze => theme.baseline,
        KnownKind::Peak => theme.caution,
        KnownKind::Fault => theme.harm,
    }
}

/// Times below the bar.
fn times(ui: &Ui, theme: &Theme, rect: Rect, end: Time, place: &impl Fn(Time) -> f32) {
    let step = tick_step(Span(end.0), (rect.width() / 90.0) as usize);
    let mut at = Time::ZERO;
    while at <= end {
        let center = Pos2::new(place(at), rect.top() + TIMES);
        widgets::number_at(ui.painter(), center, Align2::CENTER_CENTER, &at.to_string(), 10.0, theme.faint);
        at += step;
    }
}

fn bar(ui: &Ui, theme: &Theme, track: Rect, view: &Snapshot, place: &impl Fn(Time) -> f32) {
    let round = CornerRadius::same(3);
    let until = |time| Rect::from_min_max(track.min, Pos2::new(place(time), track.max.y));
    ui.painter().rect_filled(track, round, theme.line);
    ui.painter().rect_filled(until(view.seen), round, theme.tint(theme.baseline, 0.4));
    ui.painter().rect_filled(until(view.now), round, theme.baseline);
    let knob = Pos2::new(place(view.now), track.center().y);
    ui.painter().circle(knob, 7.0, theme.text, Stroke::new(2.0, theme.panel));
}

/// One label with its signs; a click goes there.
fn label(
    ui: &Ui,
    theme: &Theme,
    top: f32,
    markers: &[Marker],
    cluster: &Cluster,
    place: &impl Fn(Time) -> f32,
    out: &mut Vec<LabCommand>,
) {
    let of_it = &markers[cluster.markers.clone()];
    let [left, right] = cluster.span;
    let area = Rect::from_min_max(Pos2::new(left - 2.0, top), Pos2::new(right + 2.0, top + SIGNS + 6.0));
    let id = ui.id().with(("mark", cluster.markers.start));
    let told: Vec<String> =
        of_it.iter().map(|moment| tf("transport.mark", &[&moment.text, &moment.at])).collect();
    let response = ui.interact(area, id, Sense::click()).on_hover_ui(|ui| {
        told.iter().take(12).for_each(|line| drop(ui.label(line)));
    });
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, told.join(", ")));
    if response.clicked() {
        out.push(LabCommand::Play(Order::Seek(of_it[0].at)));
    }
    let is_lit = response.hovered() || response.has_focus();
    if response.has_focus() {
        widgets::outline(ui.painter(), area, 3, theme.text);
    }
    let ink = if is_lit { theme.text } else { theme.mute };
    let at = Pos2::new((left + right) / 2.0, top + LABELS);
    widgets::text_at(ui.painter(), at, Align2::CENTER_CENTER, &cluster.label, 10.5, ink);
    let mut last = f32::NEG_INFINITY;
    for moment in of_it {
        let x = place(moment.at);
        if x - last >= 3.0 {
            marks::sign(ui.painter(), Pos2::new(x, top + SIGNS), moment.kind, theme);
            last = x;
        }
    }
}

/// A click, a drag, or an arrow key on the bar.
fn seek(ui: &Ui, track: Rect, view: &Snapshot, out: &mut Vec<LabCommand>) {
    let id = ui.id().with("time bar");
    let response = ui.interact(track.expand2(Vec2::new(8.0, 7.0)), id, Sense::click_and_drag());
    let label = tf("transport.bar", &[&view.now, &view.end, &view.seen]);
    response.widget_info(|| egui::WidgetInfo::slider(true, view.now.as_secs_f64(), label.as_str()));
    if (response.clicked() || response.dragged())
        && let Some(at) = response.interact_pointer_pos()
    {
        let share = f64::from((at.x - track.left()) / track.width()).clamp(0.0, 1.0);
        let time = Time((view.end.0 as f64 * share) as u64);
        // Within half a point of where it is, nothing was meant.
        let half_point = view.end.as_secs_f64() / f64::from(track.width()) / 2.0;
        if (time.as_secs_f64() - view.now.as_secs_f64()).abs() > half_point {
            out.push(LabCommand::Play(Order::Seek(time)));
        }
    }
    if !response.has_focus() {
        return;
    }
    widgets::outline(ui.painter(), response.rect, 6, ui.visuals().text_color());
    let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
    let step = if ui.input(|input| input.modifiers.shift) { 60 } else { 10 };
    for (key, order) in [
        (Key::ArrowRight, Order::StepSeconds(step)),
        (Key::ArrowLeft, Order::StepSeconds(-step)),
        (Key::Home, Order::Seek(Time::ZERO)),
        (Key::End, Order::Seek(view.end)),
    ] {
        if ui.input(|input| input.key_pressed(key)) {
            out.push(LabCommand::Play(order));
        }
    }
}
