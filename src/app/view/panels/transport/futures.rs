//! The futures that are kept beside the run.

use egui::{Color32, Pos2, Rect, Sense, Stroke, Ui};

use crate::app::model::LabCommand;
use crate::app::model::order::Order;
use crate::app::model::snapshot::{Future, Snapshot};
use crate::app::texts::{t, tf};
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::engine::Time;
use crate::exercise::format::counted;
use crate::sim::{Record, RolloutPhase};
use crate::telemetry::Subject;

/// The longest name of a future, in letters.
const LONGEST: usize = 24;

/// Draws a button that unfolds them; nothing when there are none.
pub fn show(ui: &mut Ui, theme: &Theme, view: &Snapshot, out: &mut Vec<LabCommand>) {
    if view.futures.is_empty() {
        return;
    }
    let names: Vec<&str> = view.futures.iter().map(|future| future.name.as_str()).collect();
    ui.menu_button(tf("transport.futures", &[&names.join(" ")]), |ui| {
        ui.set_min_width(300.0);
        widgets::title(ui, theme, t("transport.futures_title"));
        for (index, future) in view.futures.iter().enumerate() {
            ui.horizontal(|ui| {
                name_field(ui, index, future, out);
                ui.label(tf("transport.future", &[&clock(future.forked)]));
                ui.label(widgets::small(theme, phase(future.record.observed.phase)));
                let (text, color) = difference(theme, view, future);
                ui.label(widgets::number(text, color));
                let mut ask = |ui: &mut Ui, text: &str, label: String, order: Order| {
                    let response = ui.button(text);
                    response.widget_info(|| {
                        egui::WidgetInfo::labeled(egui::WidgetType::Button, true, label.as_str())
                    });
                    if response.clicked() {
                        out.push(LabCommand::Play(order));
                        ui.close();
                    }
                };
                let take_up = tf("transport.take_up_named", &[&future.name]);
                ask(ui, t("transport.take_up"), take_up, Order::TakeUp(index));
                let forget = tf("transport.forget_named", &[&future.name]);
                ask(ui, t("transport.forget"), forget, Order::Forget(index));
            });
        }
        ui.add(egui::Label::new(widgets::small(theme, t("transport.futures_about"))).wrap());
    });
}

/// The height of the row of branches under the times of the bar, in points; none without futures.
pub(super) const fn row(view: &Snapshot) -> f32 {
    if view.futures.is_empty() { 0.0 } else { 16.0 }
}

/// Where the branches stand on the time bar.
pub(super) struct Branches {
    /// The bottom of the bar, in points.
    pub bar: f32,
    /// The bounds of their row under the times of the bar, in points.
    pub row: Rect,
}

/// The futures as branches of the time bar: each leaves it where it was forked, and has its name and what it differs by beside it, as
/// far as there is room. A click switches to one.
pub(super) fn branches(
    ui: &Ui,
    theme: &Theme,
    view: &Snapshot,
    (at, place): (Branches, impl Fn(Time) -> f32),
    out: &mut Vec<LabCommand>,
) {
    let mut order: Vec<usize> = (0..view.futures.len()).collect();
    order.sort_by_key(|index| view.futures[*index].forked);
    let font = egui::FontId::proportional(11.5);
    let mut free = at.row.left();
    for (nth, index) in order.iter().copied().enumerate() {
        let future = &view.futures[index];
        let (text, color) = difference(theme, view, future);
        let from = Pos2::new(place(future.forked), at.bar);
        // One beside another where both were forked at about the same time.
        let bend = Pos2::new((from.x + 8.0).max(free), at.row.center().y);
        let end = bend.x + 9.0;
        let next = order.get(nth + 1).map_or(f32::INFINITY, |next| place(view.futures[*next].forked));
        let room = at.row.right().min(if next > end + 40.0 { next } else { f32::INFINITY }) - end - 10.0;
        let said = tf("transport.branch_said {} {}", &[&future.name, &text]);
        let galley = [said.as_str(), &future.name].into_iter().find_map(|said| {
            let galley = ui.painter().layout_no_wrap(said.to_owned(), font.clone(), color);
            (galley.size().x <= room).then_some(galley)
        });
        let width = galley.as_ref().map_or(0.0, |galley| galley.size().x + 4.0);
        let area = Rect::from_x_y_ranges(bend.x - 4.0..=end + width, at.row.y_range());
        let response = ui.interact(area, ui.id().with(("branch", index)), Sense::click());
        let label = tf("transport.branch {} {} {}", &[&future.name, &clock(future.forked), &text]);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, label.as_str()));
        if response.clicked() {
            out.push(LabCommand::Play(Order::TakeUp(index)));
        }
        let ink = if response.hovered() || response.has_focus() { theme.text } else { color };
        if response.has_focus() {
            widgets::outline(ui.painter(), area.expand(1.0), 3, theme.text);
        }
        ui.painter().line(vec![from, bend, Pos2::new(end, bend.y)], Stroke::new(1.5, ink));
        if let Some(galley) = galley {
            let corner = Pos2::new(end + 4.0, bend.y - galley.size().y / 2.0);
            ui.painter().galley_with_override_text_color(corner, galley, ink);
        }
        free = end + width + 10.0;
        response.on_hover_text(label);
    }
}

/// The name of a future, which can be changed.
fn name_field(ui: &mut Ui, index: usize, future: &Future, out: &mut Vec<LabCommand>) {
    let slot = ui.id().with(("name of a future", index));
    let mut name = ui.data(|data| data.get_temp::<String>(slot)).unwrap_or_else(|| future.name.clone());
    let response = ui.add(egui::TextEdit::singleline(&mut name).desired_width(110.0).char_limit(LONGEST));
    let label = tf("transport.future_name", &[&future.name]);
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, label.as_str());
        info.current_text_value = Some(name.clone());
        info
    });
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(slot, name));
        return;
    }
    ui.data_mut(|data| data.remove::<String>(slot));
    if response.lost_focus() && name != future.name && !name.trim().is_empty() {
        out.push(LabCommand::Play(Order::Name(index, name)));
    }
}

/// How many more requests, or fewer, had failed by now in a future than in the run, as both were counted.
fn difference(theme: &Theme, view: &Snapshot, future: &Future) -> (String, Color32) {
    let failed = |record: &Record| {
        let since = view.now.since(Time::ZERO);
        record.observed.metrics.seen_in(&Subject::Target, since, view.now).map_or(0, |seen| seen.errors)
    };
    let (ours, theirs) = (failed(&view.record), failed(&future.record));
    match theirs.cmp(&ours) {
        std::cmp::Ordering::Less => (tf("transport.fewer", &[&counted(ours - theirs)]), theme.good),
        std::cmp::Ordering::Greater => (tf("transport.more", &[&counted(theirs - ours)]), theme.harm),
        std::cmp::Ordering::Equal => (t("transport.as_many").to_owned(), theme.mute),
    }
}

/// How a rollout stands, in words.
pub(in crate::app) fn phase(phase: RolloutPhase) -> &'static str {
    match phase {
        RolloutPhase::NotStarted => t("phase.not_started"),
        RolloutPhase::InProgress => t("phase.in_progress"),
        RolloutPhase::Paused => t("phase.paused"),
        RolloutPhase::RollingBack => t("phase.rolling_back"),
        RolloutPhase::Completed => t("phase.completed"),
        RolloutPhase::RolledBack => t("phase.rolled_back"),
        RolloutPhase::Failed => t("phase.failed"),
    }
}
