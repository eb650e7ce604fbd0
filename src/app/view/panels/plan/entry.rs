//! A value that is typed. It is judged when its field is left; a line under the field is kept for what is wrong with it, so that
//! nothing moves. Buttons and the arrow keys go to the next sensible value, and a menu offers a few.

use egui::{
    Align, CursorIcon, Id, Key, Label, Modifiers, Popup, RichText, Sense, TextEdit, Ui, Vec2, WidgetInfo,
    WidgetType,
};

use crate::app::model::editor::shape::first;
use crate::app::model::editor::{Draft, EditorCommand, ladder};
use crate::app::texts::{t, tf, translated};
use crate::app::view::icons::{Icon, SIDE, icon_button};
use crate::app::view::panels::plan::pane::{Fields, problems_at};
use crate::app::view::widgets;
use crate::library::knobs::Kind;
use crate::library::{Outline, Severity, patch};

/// Room that the buttons beside a field take, in points, with the gaps between them.
const BUTTONS: f32 = 3.0 * (SIDE + 2.0);

/// The narrowest field, in points, that has buttons beside it.
const WITH_BUTTONS: f32 = BUTTONS + 44.0;

/// Words with more letters than this have several lines.
const LONG: usize = 60;

/// Whether a value of this kind is typed.
pub(super) fn is_typed(kind: &Kind) -> bool {
    match kind {
        Kind::Maybe(inner) => is_typed(inner),
        Kind::Whole(_)
        | Kind::Number
        | Kind::Span
        | Kind::Time
        | Kind::Share
        | Kind::Rate
        | Kind::Amount
        | Kind::Level
        | Kind::Text
        | Kind::Other => true,
        Kind::Switch | Kind::Map(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Group(_) | Kind::Choice(_) => {
            false
        }
    }
}

/// Whether the text gives a value here; `None` is none.
pub(super) fn is_given(outline: &Outline, path: &str) -> bool {
    outline.bytes(path).is_some() && outline.written(path) != Some("None")
}

/// Draws the field and the line under it.
pub(super) fn show(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    kind: &Kind,
    place: (&str, Option<&str>, &str),
) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        field(ui, pane, outline, kind, place);
        line(ui, pane, outline, kind, place.0);
    });
}

/// What stands in the field: what is being typed, or the value in the text.
fn shown(pane: &Fields<'_>, outline: &Outline, kind: &Kind, path: &str) -> String {
    if let Some(draft) = pane.of.draft().filter(|draft| draft.path == path) {
        return draft.typed.clone();
    }
    let now = match kind {
        Kind::Other => outline.written(path),
        _ => outline.plain(path).filter(|_| is_given(outline, path)),
    };
    now.unwrap_or_default().to_owned()
}

/// Draws the field with its buttons, without the line under it.
pub(super) fn field(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    kind: &Kind,
    (path, default, name): (&str, Option<&str>, &str),
) {
    let mut text = shown(pane, outline, kind, path);
    let default = default.filter(|default| *default != "none");
    let beginning = first(kind);
    let base = if text.is_empty() { default.unwrap_or(beginning.trim_matches('"')) } else { &text };
    let (less, more) = (ladder::next(kind, base, false), ladder::next(kind, base, true));
    let choices = ladder::suggested(kind, base);
    let has_buttons = (less.is_some() || more.is_some()) && ui.available_width() >= WITH_BUTTONS;
    let names = pane.of.names(path);
    let has_names = !names.is_empty() && ui.available_width() >= WITH_BUTTONS;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let beside = match (has_buttons, has_names) {
            (true, _) => BUTTONS,
            (_, true) => SIDE + 2.0,
            _ => 0.0,
        };
        let room = ui.available_width() - beside;
        // By its path alone: a field keeps the keyboard whatever comes and goes before it.
        let id = Id::new(("field of the plan", path));
        let by_key = stepped(ui, id, less.as_deref(), more.as_deref());
        let hint = default.unwrap_or(t("plan.not_set"));
        let response = if *kind == Kind::Text && text.chars().count() > LONG {
            ui.add(TextEdit::multiline(&mut text).id(id).desired_rows(2).desired_width(room))
        } else {
            let edit = TextEdit::singleline(&mut text).id(id).hint_text(hint).desired_width(room);
            let edit = edit.vertical_align(Align::Center);
            let edit = if *kind == Kind::Text { edit } else { edit.font(egui::TextStyle::Monospace) };
            ui.add_sized(Vec2::new(room, SIDE), edit)
        };
        let written = text.clone();
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(WidgetType::TextEdit, true, name);
            info.current_text_value = Some(written.clone());
            info
        });
        let is_mine = pane.of.draft().is_some_and(|draft| draft.path == path);
        let problems = problems_at(pane.of.problems(), outline, path);
        if !problems.is_empty() && !is_mine && !response.changed() {
            widgets::outline(ui.painter(), response.rect, 6, pane.theme.harm);
            let told = problems.iter().map(|problem| translated(&problem.message)).collect::<Vec<_>>();
            ui.ctx().accesskit_node_builder(id, |node| node.set_description(told.join(" ")));
        }
        if let Some(next) = by_key {
            pane.set(path, as_ron(kind, next));
        } else if response.changed() {
            let left_out = text.is_empty() && default.is_some();
            let value = (!left_out).then(|| as_ron(kind, &text));
            pane.ask(EditorCommand::Draft(Draft { path: path.to_owned(), typed: text.clone(), value }));
            pane.is_typing = true;
        } else if is_mine && response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
            pane.ask(EditorCommand::Discard);
        }
        pane.is_typing |= is_mine && response.has_focus();
        if has_names {
            let menu = icon_button(ui, Icon::Choose, None, &tf("plan.choices {}", &[&name]));
            Popup::menu(&menu).show(|ui| {
                for known in &names {
                    if ui.button(known).clicked() {
                        pane.set(path, as_ron(kind, known));
                    }
                }
            });
        }
        if has_buttons {
            for (icon, next, named, bound) in [
                (Icon::Less, &less, tf("plan.less {}", &[&name]), t("plan.least")),
                (Icon::More, &more, tf("plan.more {}", &[&name]), t("plan.most")),
            ] {
                let why_not = next.is_none().then_some(bound);
                let pressed = icon_button(ui, icon, why_not, &named).clicked();
                if let Some(next) = next.as_ref().filter(|_| pressed) {
                    pane.set(path, as_ron(kind, next));
                }
            }
            let menu = icon_button(ui, Icon::Choose, None, &tf("plan.choices {}", &[&name]));
            Popup::menu(&menu).show(|ui| {
                for choice in choices {
                    if ui.button(*choice).clicked() {
                        pane.set(path, as_ron(kind, choice));
                    }
                }
                let back = default.filter(|_| outline.bytes(path).is_some());
                if back.is_some_and(|of| ui.button(tf("plan.default_is {}", &[&of])).clicked()) {
                    pane.ask(EditorCommand::Remove(path.to_owned()));
                }
            });
        }
    });
}

/// The value that an arrow key goes to, in the field that has the keyboard.
fn stepped<'a>(ui: &Ui, id: Id, less: Option<&'a str>, more: Option<&'a str>) -> Option<&'a str> {
    if !ui.memory(|memory| memory.has_focus(id)) {
        return None;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    match (pressed(Key::ArrowUp), pressed(Key::ArrowDown)) {
        (true, _) => more,
        (_, true) => less,
        _ => None,
    }
}

/// The line under a field: what is wrong with it, or while it is typed into what it takes.
pub(super) fn line(ui: &mut Ui, pane: &mut Fields<'_>, outline: &Outline, kind: &Kind, path: &str) {
    let theme = pane.theme;
    let is_mine = pane.of.draft().is_some_and(|draft| draft.path == path);
    let problems = problems_at(pane.of.problems(), outline, path);
    let worst = problems.iter().any(|problem| problem.severity == Severity::Error);
    let told = problems.iter().map(|problem| translated(&problem.message)).collect::<Vec<_>>().join(" ");
    pane.told.extend(problems.iter().map(|problem| (problem.line, problem.column)));
    let text = match (told.is_empty(), is_mine) {
        (false, false) => {
            let color = if worst { theme.harm } else { theme.caution };
            RichText::new(tf("plan.wrong", &[&told])).small().color(color)
        }
        (_, true) => widgets::faint(&theme, takes(kind)),
        // The place of the line is kept.
        (true, false) => widgets::faint(&theme, " "),
    };
    let label = Label::new(text).truncate().show_tooltip_when_elided(false);
    let open_id = Id::new(("problem of the plan in full", path));
    if told.is_empty() || is_mine {
        ui.add(label);
        ui.data_mut(|data| data.remove_temp::<bool>(open_id));
        return;
    }
    // One line has its place kept; a press shows what did not fit into it.
    let response = ui.add(label.sense(Sense::click())).on_hover_cursor(CursorIcon::PointingHand);
    let mut is_open = ui.data(|data| data.get_temp::<bool>(open_id)).unwrap_or_default();
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, is_open, &told));
    if response.clicked() {
        is_open = !is_open;
        ui.data_mut(|data| data.insert_temp(open_id, is_open));
    }
    if is_open {
        widgets::card(&theme).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(widgets::small(&theme, told));
        });
    } else {
        response.on_hover_text(told);
    }
}

/// What a field of this kind takes, in a few words.
fn takes(kind: &Kind) -> &'static str {
    match kind {
        Kind::Maybe(inner) => takes(inner),
        Kind::Whole(_) => t("plan.takes.whole"),
        Kind::Number => t("plan.takes.number"),
        Kind::Span | Kind::Time => t("plan.takes.span"),
        Kind::Share => t("plan.takes.share"),
        Kind::Rate => t("plan.takes.rate"),
        Kind::Amount => t("plan.takes.amount"),
        Kind::Level => t("plan.takes.level"),
        Kind::Switch
        | Kind::Text
        | Kind::Map(_)
        | Kind::List(_)
        | Kind::Tuple(_)
        | Kind::Group(_)
        | Kind::Choice(_)
        | Kind::Other => " ",
    }
}

/// What was typed, as a file writes it: a number of instances, a bare level and a number stand without quotes. Half a number, such
/// as `1.` on the way to `1.5%`, stands in quotes: the text can be read then, and says what is wrong with it.
fn as_ron(kind: &Kind, text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite)
        && text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
        && text.ends_with(|last: char| last.is_ascii_digit());
    match kind {
        Kind::Maybe(inner) => as_ron(inner, text),
        Kind::Amount | Kind::Level | Kind::Whole(_) | Kind::Number if is_number => text.to_owned(),
        Kind::Other => text.to_owned(),
        _ => patch::quoted(text),
    }
}
