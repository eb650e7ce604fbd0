//! One field of the plan: its name, its value and its explanation. Every kind of value has its widget; a value that has none is
//! typed as RON.

use egui::text::LayoutJob;
use egui::{
    Align, Button, ComboBox, Layout, Rect, Response, TextFormat, TextStyle, Ui, Vec2, WidgetInfo, WidgetType,
};

use crate::app::model::editor::EditorCommand;
use crate::app::model::editor::shape::{self, first};
use crate::app::texts::{spoken, t, tf, translated};
use crate::app::view::concepts;
use crate::app::view::icons::{Icon, SIDE, icon_button};
use crate::app::view::panels::plan::entry::{self, is_given, is_typed};
use crate::app::view::panels::plan::pane::{Fields, at_path};
use crate::app::view::panels::plan::{list, map};
use crate::app::view::widgets;
use crate::library::Outline;
use crate::library::cards::find;
use crate::library::knobs::{Kind, Knob};

/// From this width on, in points, a field's name stands beside it.
const BESIDE: f32 = 230.0;

/// The part of a row that a field's name takes.
const NAME: f32 = 0.4;

/// The knobs of a group, each under its name. The list of steps has a place of its own.
pub(super) fn fields(ui: &mut Ui, pane: &mut Fields<'_>, outline: &Outline, knobs: &[&Knob], path: &str) {
    for knob in knobs.iter().filter(|knob| knob.kind != Some(steps())) {
        let path = if path.is_empty() { knob.name.clone() } else { format!("{path}.{}", knob.name) };
        at_path(ui, &path, |ui| self::knob(ui, pane, outline, knob, &path));
    }
}

/// The kind of a list of steps.
pub(super) fn steps() -> Kind {
    Kind::List(Box::new(Kind::Choice("Step".to_owned())))
}

/// One knob, with its name and a way to read about it.
pub(in crate::app::view::panels) fn knob(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    knob: &Knob,
    path: &str,
) {
    let Some(kind) = &knob.kind else { return };
    let name = plain(&knob.name);
    let id = ui.id().with(("about", path));
    let open = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or_default();
    let place = (path, knob.default.as_deref(), name.as_str());
    let named = Named { knob, path, name: &name, is_open: open };
    let drawn = match kind {
        _ if is_typed(kind) => {
            let typed = |ui: &mut Ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                let drawn =
                    named.beside(ui, pane, outline, |ui, pane| entry::field(ui, pane, outline, kind, place));
                entry::line(ui, pane, outline, kind, path);
                drawn
            };
            ui.scope(typed).inner
        }
        Kind::Switch => named.beside(ui, pane, outline, |ui, pane| switch(ui, pane, outline, place)),
        Kind::Choice(of) => {
            let drawn = named.beside(ui, pane, outline, |ui, pane| choose(ui, pane, outline, of, place));
            held(ui, pane, outline, of, place);
            drawn
        }
        _ => {
            let drawn = named.show(ui, pane, outline);
            value(ui, pane, outline, kind, place);
            drawn
        }
    };
    pane.met(outline, path, &drawn, is_typed(kind));
    if drawn.clicked() {
        ui.data_mut(|data| data.insert_temp(id, !open));
    }
    if open {
        about(ui, pane, knob, kind);
    }
}

/// The name of a knob.
struct Named<'a> {
    knob: &'a Knob,
    path: &'a str,
    name: &'a str,
    /// Whether its explanation is shown.
    is_open: bool,
}

impl Named<'_> {
    /// Draws it with the value beside it, or below where there is no room. Returns the name, which is pressed to ask about it.
    fn beside(
        &self,
        ui: &mut Ui,
        pane: &mut Fields<'_>,
        outline: &Outline,
        value: impl FnOnce(&mut Ui, &mut Fields<'_>),
    ) -> Response {
        let room = ui.available_width();
        if room < BESIDE {
            let name = self.show(ui, pane, outline);
            value(ui, pane);
            return name;
        }
        let row = |ui: &mut Ui| {
            let width = (room * NAME).floor();
            let size = Vec2::new(width, SIDE);
            let name = ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
                ui.set_min_width(width);
                // On a line with the text in the field.
                ui.add_space(5.0);
                self.show(ui, pane, outline)
            });
            ui.vertical(|ui| value(ui, pane));
            name.inner
        };
        ui.horizontal_top(row).inner
    }

    /// Draws it, and returns it.
    fn show(&self, ui: &mut Ui, pane: &mut Fields<'_>, outline: &Outline) -> Response {
        let theme = pane.theme;
        let is_typed = self.knob.kind.as_ref().is_some_and(is_typed);
        let can_go_back = !is_typed && outline.bytes(self.path).is_some() && self.knob.default.is_some();
        let row = |ui: &mut Ui| {
            let font = TextStyle::Small.resolve(ui.style());
            let mut job = LayoutJob::default();
            job.append(self.name, 0.0, TextFormat::simple(font.clone(), theme.mute));
            job.append("\u{a0}?", 0.0, TextFormat::simple(font, theme.faint));
            let response = ui.add(Button::new(job).frame(false).wrap());
            let about = tf("plan.about", &[&self.name]);
            response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, self.is_open, &about));
            let response = widgets::explained(response, widgets::barred(ui).as_deref());
            let response = response.on_hover_text(translated(&self.knob.about));
            if can_go_back {
                let back = tf("plan.default_of", &[&self.name]);
                // Its middle on that of the name, which is a line of small text.
                let line = ui.text_style_height(&TextStyle::Small);
                let corner = ui.cursor().min - Vec2::new(0.0, (SIDE - line) / 2.0);
                let place = Rect::from_min_size(corner, Vec2::splat(SIDE));
                let button = ui.put(place, |ui: &mut Ui| icon_button(ui, Icon::Reset, None, &back));
                if button.clicked() {
                    pane.ask(EditorCommand::Remove(self.path.to_owned()));
                }
            }
            response
        };
        ui.horizontal_top(row).inner
    }
}

/// What a knob means: unit and range, default, source.
fn about(ui: &mut Ui, pane: &mut Fields<'_>, knob: &Knob, kind: &Kind) {
    let theme = pane.theme;
    widgets::card(&theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(widgets::small(&theme, translated(&knob.about)));
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
            ui.label(widgets::faint(&theme, tf("plan.about_source", &[&translated(&source)])));
        }
        if let Some(card) = find(&knob.name, spoken().id) {
            concepts::button(ui, &theme, card, pane.out);
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

/// The value at a path, by its widget. `default` is what holds where the text leaves it out.
pub(super) fn value(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    kind: &Kind,
    (path, default, name): (&str, Option<&str>, &str),
) {
    let place = (path, default, name);
    match kind {
        _ if is_typed(kind) => entry::show(ui, pane, outline, kind, place),
        Kind::Maybe(inner) => {
            if matches!(**inner, Kind::Switch) || is_given(outline, path) {
                value(ui, pane, outline, inner, place);
            } else if widgets::button(ui, &pane.theme, &tf("plan.add", &[&name]), None).clicked() {
                pane.set(path, first(inner));
            }
        }
        Kind::Group(of) => {
            let knobs = shape::fields(of);
            ui.indent(path, |ui| fields(ui, pane, outline, &knobs, path));
        }
        Kind::Choice(of) => {
            choose(ui, pane, outline, of, place);
            held(ui, pane, outline, of, place);
        }
        Kind::List(inner) => list::show(ui, pane, outline, inner, (path, name)),
        Kind::Map(of) => map::show(ui, pane, outline, of, (path, name)),
        Kind::Tuple(parts) => {
            for (index, part) in parts.iter().enumerate() {
                value(ui, pane, outline, part, (&format!("{path}[{index}]"), None, name));
            }
        }
        Kind::Switch => switch(ui, pane, outline, place),
        Kind::Whole(_)
        | Kind::Number
        | Kind::Span
        | Kind::Time
        | Kind::Share
        | Kind::Rate
        | Kind::Amount
        | Kind::Level
        | Kind::Text
        | Kind::Other => entry::show(ui, pane, outline, kind, place),
    }
}

fn switch(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    (path, default, name): (&str, Option<&str>, &str),
) {
    let now = outline.plain(path).or(default) == Some("true");
    let mut yes = now;
    let word = if yes { t("plan.yes") } else { t("plan.no") };
    let check = at_path(ui, path, |ui| widgets::checkbox(ui, &mut yes, word));
    check.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, now, name));
    if check.changed() {
        pane.set(path, yes.to_string());
    }
}

/// The box that chooses one of several.
fn choose(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    of: &str,
    (path, default, name): (&str, Option<&str>, &str),
) {
    let all = shape::choices(of);
    let usual = all.iter().find(|knob| knob.default.is_some()).map(|knob| knob.name.as_str());
    let now =
        outline.choice(path).or(default.filter(|word| all.iter().any(|knob| knob.name == *word))).or(usual);
    let allowed = if of == "Strategy" { pane.of.strategies() } else { None };
    if let Some(picked) = pick(ui, &all, now, allowed.as_deref(), (path, name)) {
        pane.set(path, shape::choice(picked));
    }
}

/// What the one that is chosen holds.
fn held(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    of: &str,
    (path, _, name): (&str, Option<&str>, &str),
) {
    let all = shape::choices(of);
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
        Some(list) if *list == steps() => {}
        Some(held @ (Kind::List(_) | Kind::Tuple(_) | Kind::Group(_))) => {
            value(ui, pane, outline, held, (path, None, name));
        }
        Some(held) => value(ui, pane, outline, held, (&format!("{path}[0]"), None, name)),
    }
}

/// A choice that is all that another one holds, such as the test in `NotWorse(Fisher(...))`.
fn inner_choice(ui: &mut Ui, pane: &mut Fields<'_>, outline: &Outline, outer: &Knob, of: &str, path: &str) {
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
                let why_not = (!may && !is_now).then_some(t("plan.choice_not_allowed"));
                let row = widgets::explained(row, why_not);
                if row.on_hover_text(translated(&knob.about)).clicked() && !is_now {
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

/// A knob's name in files as words: `max_surge` is "Max surge".
pub(super) fn plain(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A choice's name in files as words: `AtMostBaseline` is "At most baseline".
pub(super) fn words_of(name: &str) -> String {
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
