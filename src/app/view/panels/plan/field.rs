//! One field of the plan: its name, its value, its problems and its explanation. Every kind of value has its widget; a value
//! that has none is typed as RON.

use egui::{Button, CollapsingHeader, ComboBox, DragValue, RichText, TextEdit, Ui, WidgetInfo, WidgetType};

use crate::app::model::editor::EditorCommand;
use crate::app::model::editor::shape::{self, first};
use crate::app::texts::{t, tf};
use crate::app::view::panels::plan::map;
use crate::app::view::panels::plan::pane::{Pane, at_path, problems_at, trouble};
use crate::app::view::widgets;
use crate::library::knobs::{Kind, Knob};
use crate::library::{Outline, patch};

/// The knobs of a group, each under its name.
pub(super) fn fields(ui: &mut Ui, pane: &mut Pane<'_>, outline: &Outline, knobs: &[&Knob], path: &str) {
    for knob in knobs {
        let path = if path.is_empty() { knob.name.clone() } else { format!("{path}.{}", knob.name) };
        at_path(ui, &path, |ui| self::knob(ui, pane, outline, knob, &path));
    }
}

/// One knob, with its name and a way to read about it.
pub(super) fn knob(ui: &mut Ui, pane: &mut Pane<'_>, outline: &Outline, knob: &Knob, path: &str) {
    let theme = pane.theme;
    let Some(kind) = &knob.kind else { return };
    let name = plain(&knob.name);
    let id = ui.id().with(("about", path));
    let mut open = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or_default();
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::small(&theme, name.as_str())).on_hover_text(&knob.about);
        let about = ui.add(Button::new(RichText::new("?").small().color(theme.faint)).small());
        about
            .widget_info(|| WidgetInfo::selected(WidgetType::Button, true, open, tf("plan.about", &[&name])));
        if about.on_hover_text(&knob.about).clicked() {
            open = !open;
            ui.data_mut(|data| data.insert_temp(id, open));
        }
        if outline.bytes(path).is_some() && knob.default.is_some() {
            let back = ui.add(Button::new(RichText::new(t("plan.default")).small()).small());
            back.widget_info(|| {
                WidgetInfo::labeled(WidgetType::Button, true, tf("plan.default_of", &[&name]))
            });
            if back.clicked() {
                pane.ask(EditorCommand::Remove(path.to_owned()));
            }
        }
    });
    if open {
        about(ui, pane, knob, kind);
    }
    value(ui, pane, outline, kind, (path, knob.default.as_deref(), &name));
}

/// What a knob means: unit and range, default, source.
fn about(ui: &mut Ui, pane: &Pane<'_>, knob: &Knob, kind: &Kind) {
    let theme = pane.theme;
    widgets::card(&theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(widgets::small(&theme, &knob.about));
        let unit = unit(kind);
        if !unit.is_empty() {
            ui.label(widgets::small(&theme, unit));
        }
        let default = match &knob.default {
            Some(default) => tf("plan.about_default", &[default]),
            None => t("plan.about_needed").to_owned(),
        };
        ui.label(widgets::small(&theme, default));
        if let Some(source) = knob.source() {
            ui.label(widgets::faint(&theme, tf("plan.about_source", &[&source])));
        }
    });
}

fn unit(kind: &Kind) -> &'static str {
    match kind {
        Kind::Switch => t("plan.unit.switch"),
        Kind::Whole(_) => t("plan.unit.whole"),
        Kind::Number => t("plan.unit.number"),
        Kind::Span | Kind::Time => t("plan.unit.span"),
        Kind::Share => t("plan.unit.share"),
        Kind::Rate => t("plan.unit.rate"),
        Kind::Amount => t("plan.unit.amount"),
        Kind::Level => t("plan.unit.level"),
        Kind::Text => t("plan.unit.text"),
        Kind::Maybe(inner) => unit(inner),
        Kind::Map(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Group(..) | Kind::Choice(..) | Kind::Other => {
            ""
        }
    }
}

/// The value at a path: its widget, and what is wrong with it. `default` is what holds where the text leaves it out.
pub(super) fn value(
    ui: &mut Ui,
    pane: &mut Pane<'_>,
    outline: &Outline,
    kind: &Kind,
    (path, default, name): (&str, Option<&str>, &str),
) {
    let place = (path, default, name);
    match kind {
        Kind::Maybe(inner) => match (&**inner, is_given(outline, path)) {
            (
                Kind::Group(..)
                | Kind::Choice(..)
                | Kind::List(_)
                | Kind::Map(_)
                | Kind::Tuple(_)
                | Kind::Other,
                false,
            ) => {
                if widgets::button(ui, &pane.theme, &tf("plan.add", &[&name]), None).clicked() {
                    pane.set(path, first(inner));
                }
            }
            _ => value(ui, pane, outline, inner, place),
        },
        Kind::Group(of) => {
            let knobs = shape::fields(of);
            ui.indent(path, |ui| fields(ui, pane, outline, &knobs, path));
        }
        Kind::Choice(of) => choice(ui, pane, outline, of, place),
        Kind::List(inner) => list(ui, pane, outline, inner, place),
        Kind::Map(of) => {
            map::show(ui, pane, outline, of, (path, name));
            wrong(ui, pane, outline, path);
        }
        Kind::Tuple(parts) => {
            for (index, part) in parts.iter().enumerate() {
                value(ui, pane, outline, part, (&format!("{path}[{index}]"), None, name));
            }
        }
        Kind::Switch => {
            let now = outline.plain(path).or(default) == Some("true");
            let mut yes = now;
            let word = if yes { t("plan.yes") } else { t("plan.no") };
            let check = at_path(ui, path, |ui| ui.checkbox(&mut yes, word));
            check.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, now, name));
            if check.changed() {
                pane.set(path, yes.to_string());
            }
            wrong(ui, pane, outline, path);
        }
        Kind::Whole(_) | Kind::Number => number(ui, pane, outline, kind, place),
        Kind::Span
        | Kind::Time
        | Kind::Share
        | Kind::Rate
        | Kind::Amount
        | Kind::Level
        | Kind::Text
        | Kind::Other => words(ui, pane, outline, kind, place),
    }
}

/// Whether the text gives a value here; `None` is none.
fn is_given(outline: &Outline, path: &str) -> bool {
    outline.bytes(path).is_some() && outline.written(path) != Some("None")
}

fn wrong(ui: &mut Ui, pane: &Pane<'_>, outline: &Outline, path: &str) {
    for problem in problems_at(pane.editor, outline, path) {
        trouble(ui, &pane.theme, &problem.message);
    }
}

fn number(
    ui: &mut Ui,
    pane: &mut Pane<'_>,
    outline: &Outline,
    kind: &Kind,
    (path, default, name): (&str, Option<&str>, &str),
) {
    let written = outline.plain(path).filter(|_| is_given(outline, path));
    let parsed = written.or(default).map_or(Some(0.0), |text| text.replace('_', "").parse::<f64>().ok());
    let Some(mut number) = parsed.filter(|_| written.is_some() || default.is_some_and(|d| d != "none"))
    else {
        return words(ui, pane, outline, kind, (path, default, name));
    };
    let whole = matches!(kind, Kind::Whole(_));
    let drag = DragValue::new(&mut number).speed(if whole { 0.1 } else { 0.01 });
    let drag = if whole { drag.max_decimals(0).range(-1.0..=1e9) } else { drag.max_decimals(6) };
    let response = at_path(ui, path, |ui| ui.add(drag));
    response.widget_info(|| WidgetInfo::labeled(WidgetType::DragValue, true, name));
    if response.changed() {
        let text = if whole { format!("{number:.0}") } else { format!("{number:?}") };
        pane.set(path, text);
    }
    wrong(ui, pane, outline, path);
}

/// A value that is typed. The text of the plan takes it as it is typed, and its problems are shown below.
fn words(
    ui: &mut Ui,
    pane: &mut Pane<'_>,
    outline: &Outline,
    kind: &Kind,
    (path, default, name): (&str, Option<&str>, &str),
) {
    let now = match kind {
        Kind::Other => outline.written(path),
        _ => outline.plain(path).filter(|_| is_given(outline, path)),
    };
    let mut text = now.unwrap_or_default().to_owned();
    let hint = default.filter(|default| *default != "none").unwrap_or(t("plan.not_set"));
    let edit = TextEdit::singleline(&mut text).hint_text(hint).desired_width(f32::INFINITY);
    let edit = if *kind == Kind::Text { edit } else { edit.font(egui::TextStyle::Monospace) };
    let response = at_path(ui, path, |ui| ui.add(edit));
    let shown = text.clone();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(WidgetType::TextEdit, true, name);
        info.current_text_value = Some(shown.clone());
        info
    });
    if response.changed() {
        if text.is_empty() && default.is_some() {
            pane.ask(EditorCommand::Remove(path.to_owned()));
        } else {
            pane.set(path, as_ron(kind, &text));
        }
    }
    wrong(ui, pane, outline, path);
}

/// What was typed, as a file writes it: a number of instances, a bare level and a number stand without quotes. Half a number, such
/// as `1.` on the way to `1.5%`, stands in quotes: the text can be read then, and says what is wrong with it.
fn as_ron(kind: &Kind, text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite)
        && text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
        && text.ends_with(|last: char| last.is_ascii_digit());
    match kind {
        Kind::Amount | Kind::Level | Kind::Whole(_) | Kind::Number if is_number => text.to_owned(),
        Kind::Other => text.to_owned(),
        _ => patch::quoted(text),
    }
}

fn choice(
    ui: &mut Ui,
    pane: &mut Pane<'_>,
    outline: &Outline,
    of: &str,
    (path, default, name): (&str, Option<&str>, &str),
) {
    let all = shape::choices(of);
    let usual = all.iter().find(|knob| knob.default.is_some()).map(|knob| knob.name.as_str());
    let now =
        outline.choice(path).or(default.filter(|word| all.iter().any(|knob| knob.name == *word))).or(usual);
    let allowed = if of == "Strategy" { pane.editor.strategies() } else { None };
    if let Some(picked) = pick(ui, &all, now, allowed.as_deref(), (path, name)) {
        pane.set(path, shape::choice(picked));
    }
    wrong(ui, pane, outline, path);
    let chosen = all.iter().find(|knob| Some(knob.name.as_str()) == outline.choice(path)).copied();
    let Some(knob) = chosen else { return };
    let own = shape::fields_of_choice(knob);
    if !own.is_empty() {
        ui.indent((path, &knob.name), |ui| fields(ui, pane, outline, &own, path));
        return;
    }
    match &knob.holds {
        None => {}
        Some(Kind::Choice(of)) => inner_choice(ui, pane, outline, knob, of, path),
        // The list of steps stands above.
        Some(Kind::List(inner)) if **inner == Kind::Choice("Step".to_owned()) => {}
        Some(held @ (Kind::List(_) | Kind::Tuple(_) | Kind::Group(_))) => {
            value(ui, pane, outline, held, (path, None, name));
        }
        Some(held) => value(ui, pane, outline, held, (&format!("{path}[0]"), None, name)),
    }
}

/// A choice that is all that another one holds, such as the test in `NotWorse(Fisher(...))`.
fn inner_choice(ui: &mut Ui, pane: &mut Pane<'_>, outline: &Outline, outer: &Knob, of: &str, path: &str) {
    let all = shape::choices(of);
    let now = outline.choice_inside(path);
    if let Some(picked) = pick(ui, &all, now, None, (&format!("{path} inside"), &outer.name)) {
        pane.set(path, format!("{}({})", outer.name, shape::choice(picked)));
    }
    if let Some(knob) = all.iter().find(|knob| Some(knob.name.as_str()) == now) {
        let own = shape::fields_of_choice(knob);
        ui.indent((path, &knob.name), |ui| match &knob.holds {
            Some(held @ Kind::Group(_)) => value(ui, pane, outline, held, (path, None, &knob.name)),
            _ => fields(ui, pane, outline, &own, path),
        });
    }
}

/// A box to choose from. Returns the new choice.
fn pick<'k>(
    ui: &mut Ui,
    all: &[&'k Knob],
    now: Option<&str>,
    allowed: Option<&[String]>,
    (path, name): (&str, &str),
) -> Option<&'k Knob> {
    let mut picked = None;
    let width = ui.available_width().min(240.0);
    let shown = now.map_or_else(|| t("plan.not_set").to_owned(), words_of);
    let combo = ComboBox::from_id_salt(path).selected_text(shown.clone()).width(width);
    let response = combo.show_ui(ui, |ui| {
        for knob in all {
            let may = allowed.is_none_or(|names| names.contains(&knob.name));
            let is_now = now == Some(knob.name.as_str());
            ui.add_enabled_ui(may || is_now, |ui| {
                let row = ui.selectable_label(is_now, words_of(&knob.name));
                if row.on_hover_text(&knob.about).clicked() && !is_now {
                    picked = Some(*knob);
                }
            });
        }
    });
    response.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(WidgetType::ComboBox, true, name);
        info.current_text_value = Some(shown.clone());
        info
    });
    picked
}

fn list(
    ui: &mut Ui,
    pane: &mut Pane<'_>,
    outline: &Outline,
    inner: &Kind,
    (path, _, name): (&str, Option<&str>, &str),
) {
    let count = outline.items(path).unwrap_or(0);
    for index in 0..count {
        let item = format!("{path}[{index}]");
        at_path(ui, &item, |ui| {
            if matches!(inner, Kind::Group(..) | Kind::Choice(..) | Kind::Tuple(_)) {
                let called = outline.plain(&format!("{item}.name")).or_else(|| outline.choice(&item));
                let is_right = problems_at(pane.editor, outline, &item).is_empty();
                let wrong = if is_right { "" } else { " \u{00d7}" };
                let title = format!("{} {}{wrong}", index + 1, called.unwrap_or(name));
                CollapsingHeader::new(title).id_salt(&item).show(ui, |ui| {
                    item_buttons(ui, pane, path, index, count);
                    value(ui, pane, outline, inner, (&item, None, name));
                });
            } else {
                value(ui, pane, outline, inner, (&item, None, name));
                item_buttons(ui, pane, path, index, count);
            }
        });
    }
    if widgets::button(ui, &pane.theme, &tf("plan.add", &[&name]), None).clicked() {
        if outline.items(path).is_some() {
            pane.ask(EditorCommand::Insert { list: path.to_owned(), at: count, value: first(inner) });
        } else {
            pane.set(path, format!("[{}]", first(inner)));
        }
    }
}

fn item_buttons(ui: &mut Ui, pane: &mut Pane<'_>, list: &str, index: usize, count: usize) {
    ui.horizontal_wrapped(|ui| {
        let small = |ui: &mut Ui, may: bool, text: &str| {
            let response = ui.add_enabled(may, Button::new(RichText::new(text).small()).small());
            response.clicked()
        };
        let list = list.to_owned();
        if small(ui, index > 0, t("plan.up")) {
            pane.ask(EditorCommand::Move { list: list.clone(), from: index, to: index.saturating_sub(1) });
        }
        if small(ui, index + 1 < count, t("plan.down")) {
            pane.ask(EditorCommand::Move { list: list.clone(), from: index, to: index + 1 });
        }
        if small(ui, true, t("plan.duplicate")) {
            pane.ask(EditorCommand::Duplicate { list: list.clone(), at: index });
        }
        if small(ui, true, t("plan.remove")) {
            pane.ask(EditorCommand::Remove(format!("{list}[{index}]")));
        }
    });
}

/// A knob's name in files as words: `max_surge` is "Max surge".
pub(super) fn plain(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A choice's name in files as words: `AtMostBaseline` is "At most baseline".
fn words_of(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for (at, letter) in name.chars().enumerate() {
        if at > 0 && letter.is_uppercase() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}
