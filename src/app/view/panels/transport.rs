//! The transport: play, pause, step, speed, seek, jump, fork. Each has a shortcut.

pub mod clock;
mod futures;
mod marks;
mod pauses;
pub mod scrub;

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Align, Button, Color32, Layout, PopupCloseBehavior, Pos2, Rect, Response, Shape, Ui, Vec2};

use crate::app::model::order::{Order, Sought, Speed};
use crate::app::model::run::{Run, RunCommand};
use crate::app::model::snapshot::Snapshot;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::HandAction;
use crate::sim::{ManualAction, RolloutCommand};

/// From this width on everything stands in one row.
const WIDE: f32 = 980.0;

/// The height of a row of controls, in points.
const ROW: f32 = 36.0;

/// Draws the transport of the run that is open.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let view = run.player.snapshot();
    let width = ui.available_width();
    if width >= WIDE {
        let row = Vec2::new(width, scrub::height(view));
        ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
            controls(ui, lab, view, out);
            ui.add_space(12.0);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                rest(ui, lab, view, out);
                ui.add_space(12.0);
                scrub::show(ui, &theme, run, out);
            });
        });
    } else {
        ui.scope(|ui| {
            // As high as the highest from the start: what comes before it in the row is in the middle too.
            ui.spacing_mut().interact_size.y = ROW;
            ui.horizontal_wrapped(|ui| {
                controls(ui, lab, view, out);
                rest(ui, lab, view, out);
            });
        });
        // A low window keeps its room for the panes; keys, the clock and the menus go to every time.
        if !widgets::is_low(ui) {
            scrub::show(ui, &theme, run, out);
        }
    }
}

fn controls(ui: &mut Ui, lab: &Lab, view: &Snapshot, out: &mut Vec<LabCommand>) {
    let theme = &lab.theme();
    let label = if view.is_playing { t("transport.pause") } else { t("transport.play") };
    if play_button(ui, lab, view, label).clicked() {
        out.push(LabCommand::Play(Order::Toggle));
    }
    ui.menu_button(t("transport.step"), |ui| steps(ui, lab, out));
    ui.menu_button(t("transport.next"), |ui| {
        ui.set_min_width(200.0);
        item(ui, lab, t("transport.next_alert"), "alert", Order::Next(Sought::Alert), out);
        item(ui, lab, t("transport.next_decision"), "decision", Order::Next(Sought::Decision), out);
        item(ui, lab, t("transport.end"), "end", Order::Seek(view.end), out);
    });
    speed(ui, view, out);
    jump(ui, theme, view, out);
    if let Some(behind) = behind(view) {
        ui.label(widgets::number(behind, theme.caution));
    }
}

fn play_button(ui: &mut Ui, lab: &Lab, view: &Snapshot, label: &str) -> Response {
    let theme = lab.theme();
    let key = lab.settings.keys.written("play").map(|key| format!("  ({key})")).unwrap_or_default();
    let enabled = !view.is_over();
    let button = Button::new("").min_size(Vec2::new(42.0, 28.0));
    let response = ui.add_enabled(enabled, button).on_hover_text(format!("{label}{key}"));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, enabled, label));
    let response = widgets::explained(response, (!enabled).then_some(t("transport.over")));
    let ink = if enabled { theme.text } else { theme.faint };
    let center = response.rect.center();
    if view.is_playing {
        for side in [-3.5, 3.5] {
            let bar = Rect::from_center_size(center + Vec2::new(side, 0.0), Vec2::new(3.5, 12.0));
            ui.painter().rect_filled(bar, 1.0, ink);
        }
    } else {
        ui.painter().add(triangle(center, ink));
    }
    response
}

/// A triangle that points to the right.
fn triangle(center: Pos2, color: Color32) -> Shape {
    let at = |x, y| center + Vec2::new(x, y);
    Shape::convex_polygon(vec![at(-4.5, -6.5), at(7.0, 0.0), at(-4.5, 6.5)], color, egui::Stroke::NONE)
}

/// A line of a menu, with the key of the shortcut `id`.
fn item(ui: &mut Ui, lab: &Lab, text: &str, id: &str, order: Order, out: &mut Vec<LabCommand>) {
    if widgets::button(ui, &lab.theme(), text, lab.settings.keys.written(id).as_deref()).clicked() {
        out.push(LabCommand::Play(order));
        ui.close();
    }
}

fn steps(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    ui.set_min_width(200.0);
    item(ui, lab, t("transport.event"), "event", Order::StepEvent, out);
    item(ui, lab, t("transport.on_1"), "second", Order::StepSeconds(1), out);
    item(ui, lab, t("transport.on_10"), "on", Order::StepSeconds(10), out);
    item(ui, lab, t("transport.on_60"), "minute", Order::StepSeconds(60), out);
    ui.separator();
    item(ui, lab, t("transport.back_1"), "second_back", Order::StepSeconds(-1), out);
    item(ui, lab, t("transport.back_10"), "back", Order::StepSeconds(-10), out);
    item(ui, lab, t("transport.back_60"), "minute_back", Order::StepSeconds(-60), out);
    item(ui, lab, t("transport.start"), "start", Order::Seek(crate::engine::Time::ZERO), out);
}

/// A speed in words; short where room is short.
fn speed_text(speed: Speed, short: bool) -> String {
    match speed {
        Speed::Times(times) => tf("transport.times", &[&times]),
        Speed::Max if short => t("transport.max_short").to_owned(),
        Speed::Max => t("transport.max").to_owned(),
    }
}

fn speed(ui: &mut Ui, view: &Snapshot, out: &mut Vec<LabCommand>) {
    let text = speed_text(view.speed, true);
    let width = if widgets::is_low(ui) { 44.0 } else { 64.0 };
    let button =
        Button::new(egui::RichText::new(&text).monospace().size(13.0)).min_size(Vec2::new(width, 28.0));
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(140.0);
        for speed in Speed::ALL {
            if ui.selectable_label(speed == view.speed, speed_text(speed, false)).clicked() {
                out.push(LabCommand::Play(Order::Speed(speed)));
                ui.close();
            }
        }
    });
    let label = tf("transport.speed", &[&speed_text(view.speed, false)]);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &label));
}

/// The true speed, where it differs from the one asked for.
fn behind(view: &Snapshot) -> Option<String> {
    let falls_behind = match view.speed {
        Speed::Times(times) => view.true_speed < 0.9 * f64::from(times),
        Speed::Max => true,
    };
    let shown = view.is_playing && falls_behind && view.true_speed >= 0.5;
    shown.then(|| tf("transport.runs_at", &[&format!("{:.0}", view.true_speed)]))
}

/// The clock; a click on it asks for a time to go to.
fn jump(ui: &mut Ui, theme: &Theme, view: &Snapshot, out: &mut Vec<LabCommand>) {
    let now = clock(view.now);
    let size = if widgets::is_low(ui) { 14.0 } else { 20.0 };
    let button = Button::new(widgets::number(&now, theme.text).size(size)).frame_when_inactive(false);
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::from_button(button).config(config).ui(ui, |ui| jump_menu(ui, theme, out));
    let label = tf("transport.clock", &[&now]);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &label));
}

fn jump_menu(ui: &mut Ui, theme: &Theme, out: &mut Vec<LabCommand>) {
    let id = ui.id().with("jump");
    let mut text: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let mut asked = false;
    ui.horizontal(|ui| {
        let label = ui.label(t("transport.go_to"));
        let field = egui::TextEdit::singleline(&mut text)
            .hint_text(t("transport.go_to_hint"))
            .font(egui::TextStyle::Monospace)
            .desired_width(72.0);
        let field = ui.add(field).labelled_by(label.id);
        asked |= field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        asked |= ui.button(t("transport.go")).clicked();
    });
    match clock::read(&text) {
        Some(time) if asked => {
            out.push(LabCommand::Play(Order::Seek(time)));
            text.clear();
            ui.close();
        }
        None if !text.is_empty() => drop(ui.label(widgets::small(theme, t("transport.no_time")))),
        _ => {}
    }
    ui.data_mut(|data| data.insert_temp(id, text));
}

/// What stands at the right: the end, the futures, the fork.
fn rest(ui: &mut Ui, lab: &Lab, view: &Snapshot, out: &mut Vec<LabCommand>) {
    let theme = &lab.theme();
    if view.has_later_actions() {
        let asked = widgets::main_button(ui, theme, without(view), None);
        if asked.on_hover_text(t("transport.without_about")).clicked() {
            out.push(LabCommand::Play(Order::ForkWithoutLater));
        }
    }
    let key = lab.settings.keys.written("fork");
    // A low window keeps its room for the panes; the key and the palette fork as well.
    if !widgets::is_low(ui) && widgets::button(ui, theme, t("transport.fork"), key.as_deref()).clicked() {
        out.push(LabCommand::Play(Order::Fork));
    }
    futures::show(ui, theme, view, out);
    if view.is_over() && widgets::main_button(ui, theme, t("transport.debrief"), None).clicked() {
        out.push(LabCommand::Run(RunCommand::Finish));
    }
}

/// The question that going on without the later actions by hand answers.
fn without(view: &Snapshot) -> &'static str {
    let mut later = view.actions.iter().filter(|action| action.at >= view.now);
    let goes_back = |action: &HandAction| {
        matches!(action.action, ManualAction::Command(RolloutCommand::Abort | RolloutCommand::Undo))
    };
    if later.any(goes_back) { t("transport.without_back") } else { t("transport.without") }
}
