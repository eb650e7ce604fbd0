//! What is asked of a manifest: the numbers of its world, and the goal.

use std::ops::RangeInclusive;

use egui::{Align, ComboBox, DragValue, Label, Layout, Response, Ui, Vec2};

use crate::app::model::rehearsing::{RehearsalCommand, WorldNumber};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::engine::{Share, Span};
use crate::exercise::format::decimal;
use crate::exercise::power::Regression;

/// The width of a field with its name, in points.
const WIDTH: f32 = 168.0;

/// The height of a name above its field, in points.
const NAME: f32 = 18.0;

/// A regression of each kind, to begin with.
const KINDS: [Regression; 6] = [
    Regression::Errors(Share::percent(1.0)),
    Regression::Slower(1.5),
    Regression::Leak(0.5),
    Regression::Crash(Share::percent(0.5)),
    Regression::Group(Share::percent(50.0)),
    Regression::Wrong(Share::percent(20.0)),
];

/// Draws it.
pub(super) fn show(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    let Some(Ok(ready)) = &lab.rehearsing.ready else { return };
    let known = ready.numbers();
    let mut ask = |command| out.push(LabCommand::Rehearsal(command));
    super::heading(ui, theme, t("rehearsal.asked"));
    ui.horizontal_wrapped(|ui| {
        for number in WorldNumber::ALL {
            let Some(value) = number.of(&known) else { continue };
            let (title, unit) = words(number);
            let [least, most] = number.range();
            if let Some(value) = drag(ui, theme, title, unit, value, least..=most) {
                ask(RehearsalCommand::Number(number, value));
            }
        }
    });
    let goal = &lab.rehearsing.asked.goal;
    ui.horizontal_wrapped(|ui| {
        let shown = goal.catch.map_or(t("rehearsal.no_goal"), kind);
        named(ui, theme, t("rehearsal.catch"), |ui| {
            let combo = ComboBox::from_id_salt("rehearsal goal").width(WIDTH - 16.0).selected_text(shown);
            let list = combo.truncate().show_ui(ui, |ui| {
                if ui.selectable_label(goal.catch.is_none(), t("rehearsal.no_goal")).clicked() {
                    ask(RehearsalCommand::Catch(None));
                }
                for of in KINDS {
                    let is_chosen = goal.catch.is_some_and(|now| is_same_kind(now, of));
                    if ui.selectable_label(is_chosen, kind(of)).clicked() {
                        ask(RehearsalCommand::Catch(Some(of)));
                    }
                }
            });
            list.response
        });
        let Some(now) = goal.catch else { return };
        let (size, unit, range) = size(now);
        if let Some(size) = drag(ui, theme, t("rehearsal.size"), unit, size, range) {
            ask(RehearsalCommand::Catch(Some(of_size(now, size))));
        }
        // Nought is any time, and any share.
        let minutes = goal.within.map_or(0.0, |within| within.as_secs_f64() / 60.0);
        if let Some(minutes) = drag(ui, theme, t("rehearsal.within"), " min", minutes, 0.0..=240.0) {
            let within = (minutes > 0.0).then(|| Span::from_secs_f64(60.0 * minutes));
            ask(RehearsalCommand::Within(within));
        }
        let alarms = goal.false_alarms.map_or(0.0, |share| 100.0 * share);
        if let Some(percent) = drag(ui, theme, t("rehearsal.alarms"), " %", alarms, 0.0..=100.0) {
            ask(RehearsalCommand::FalseAlarms((percent > 0.0).then_some(percent / 100.0)));
        }
    });
    ui.label(widgets::faint(theme, t("rehearsal.nought")));
}

/// A number that can be changed, with its name before it; the new one when it was.
fn drag(
    ui: &mut Ui,
    theme: &Theme,
    title: &str,
    unit: &str,
    mut value: f64,
    range: RangeInclusive<f64>,
) -> Option<f64> {
    let speed = (value.abs() / 50.0).max(0.05);
    named(ui, theme, title, |ui| {
        // Whole numbers are written as such.
        let field = DragValue::new(&mut value).range(range).suffix(unit).speed(speed).max_decimals(2);
        let field = field.custom_formatter(|value, _| decimal(value, 2));
        // What is typed holds when it is finished, since each number is another world.
        ui.add(field.update_while_editing(false))
    })
    .changed()
    .then_some(value)
}

/// What is asked, with its name above it. All are as wide, so that they stand in columns, and none is parted from its name.
fn named(ui: &mut Ui, theme: &Theme, title: &str, field: impl FnOnce(&mut Ui) -> Response) -> Response {
    let size = Vec2::new(WIDTH.min(ui.max_rect().width()), ui.spacing().interact_size.y + NAME);
    let inside = |ui: &mut Ui| {
        ui.set_width(size.x);
        ui.spacing_mut().item_spacing.y = 2.0;
        let label = ui.add(Label::new(widgets::small(theme, title)).wrap());
        field(ui).labelled_by(label.id)
    };
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::LEFT), inside).inner
}

/// What a number is called, and its unit.
fn words(number: WorldNumber) -> (&'static str, &'static str) {
    match number {
        WorldNumber::Rate => (t("rehearsal.rate"), " /s"),
        WorldNumber::Errors => (t("rehearsal.errors"), " %"),
        WorldNumber::Median => (t("rehearsal.median"), " ms"),
        WorldNumber::Slowest => (t("rehearsal.slowest"), " ms"),
        WorldNumber::Users => (t("rehearsal.users"), ""),
        WorldNumber::Boot => (t("rehearsal.boot"), " s"),
        WorldNumber::Scrape => (t("rehearsal.scrape"), " s"),
        WorldNumber::Instances => (t("rehearsal.instances"), ""),
    }
}

/// What a kind of regression is called.
pub(super) fn kind(of: Regression) -> &'static str {
    match of {
        Regression::None => t("rehearsal.no_goal"),
        Regression::Errors(_) => t("rehearsal.kind_errors"),
        Regression::Slower(_) => t("rehearsal.kind_slower"),
        Regression::Leak(_) => t("rehearsal.kind_leak"),
        Regression::Crash(_) => t("rehearsal.kind_crash"),
        Regression::Group(_) => t("rehearsal.kind_group"),
        Regression::Wrong(_) => t("rehearsal.kind_wrong"),
    }
}

fn is_same_kind(one: Regression, other: Regression) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

/// The size of a regression in the unit in which it is shown, that unit, and the sizes that there are.
fn size(of: Regression) -> (f64, &'static str, RangeInclusive<f64>) {
    match of {
        Regression::Slower(times) => (times, " \u{d7}", 1.05..=100.0),
        Regression::Leak(megabytes) => (megabytes, " MB", 0.01..=100.0),
        _ => (100.0 * of.size(), " %", 0.1..=100.0),
    }
}

/// The regression of this kind of another size.
fn of_size(of: Regression, size: f64) -> Regression {
    let share = Share::percent(size);
    match of {
        Regression::None => Regression::None,
        Regression::Errors(_) => Regression::Errors(share),
        Regression::Slower(_) => Regression::Slower(size),
        Regression::Leak(_) => Regression::Leak(size),
        Regression::Crash(_) => Regression::Crash(share),
        Regression::Group(_) => Regression::Group(share),
        Regression::Wrong(_) => Regression::Wrong(share),
    }
}
