//! A field that holds several values of a kind: each can be moved, duplicated and removed. What is added is unfolded, and begins as
//! one of a few things that most plans have.

use egui::{CollapsingHeader, Popup, Ui};

use crate::app::model::editor::EditorCommand;
use crate::app::model::editor::shape::first;
use crate::app::texts::{t, tf};
use crate::app::view::icons::{Icon, icon_button};
use crate::app::view::panels::plan::entry::{is_given, is_typed};
use crate::app::view::panels::plan::field;
use crate::app::view::panels::plan::pane::{Fields, at_path, problems_at};
use crate::app::view::widgets;
use crate::library::Outline;
use crate::library::knobs::Kind;

/// Draws the values of the list at `path`, whose knob is called `name`.
pub(super) fn show(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    outline: &Outline,
    inner: &Kind,
    (path, name): (&str, &str),
) {
    let count = outline.items(path).unwrap_or(0);
    let newest_id = ui.id().with(("newest of", path));
    // It is there from the frame on in which the text has it.
    let newest = ui.data(|data| data.get_temp::<usize>(newest_id)).filter(|newest| *newest < count);
    if newest.is_some() {
        ui.data_mut(|data| data.remove::<usize>(newest_id));
    }
    for index in 0..count {
        let item = format!("{path}[{index}]");
        at_path(ui, &item, |ui| {
            if matches!(inner, Kind::Group(..) | Kind::Choice(..) | Kind::Tuple(_)) {
                let given = |path: &str| outline.plain(path).filter(|_| is_given(outline, path));
                let field = |name: &str| given(&format!("{item}.{name}"));
                let named = ["name", "id", "plan", "check"].into_iter().find_map(field);
                let called = named.or_else(|| outline.choice(&item));
                let is_right = problems_at(pane.of.problems(), outline, &item).is_empty();
                let wrong = if is_right { "" } else { " \u{00d7}" };
                let title = format!("{} {}{wrong}", index + 1, called.unwrap_or(name));
                let is_sought = pane.seeks(outline, &item);
                let opens = (newest == Some(index) || is_sought).then_some(true);
                let shown = CollapsingHeader::new(title).id_salt(&item).open(opens).show(ui, |ui| {
                    buttons(ui, pane, path, name, (index, count));
                    field::value(ui, pane, outline, inner, (&item, None, name));
                });
                if is_sought {
                    pane.unfolded(shown.fully_open());
                    pane.met(outline, &item, &shown.header_response, false);
                } else if opens.is_some() {
                    shown.header_response.scroll_to_me(None);
                }
            } else {
                let value = |ui: &mut Ui| field::value(ui, pane, outline, inner, (&item, None, name));
                let drawn = ui.scope(value).response;
                pane.met(outline, &item, &drawn, is_typed(inner));
                buttons(ui, pane, path, name, (index, count));
            }
        });
    }
    let Some(value) = added(ui, pane, outline, inner, (path, name)) else { return };
    ui.data_mut(|data| data.insert_temp(newest_id, count));
    if outline.items(path).is_some() {
        pane.ask(EditorCommand::Insert { list: path.to_owned(), at: count, value });
    } else {
        pane.set(path, format!("[{value}]"));
    }
}

/// The button that adds an item; where an item may begin as several things it offers them. Returns the new item, as RON.
fn added(
    ui: &mut Ui,
    pane: &Fields<'_>,
    outline: &Outline,
    inner: &Kind,
    (path, name): (&str, &str),
) -> Option<String> {
    let button = widgets::button(ui, &pane.theme, &tf("plan.add", &[&name]), None);
    let called = |index: usize| outline.plain(&format!("{path}[{index}].name")).map(str::to_owned);
    let taken: Vec<String> = (0..outline.items(path).unwrap_or(0)).filter_map(called).collect();
    let offered = pane.of.beginnings(inner, &taken);
    if offered.is_empty() {
        return button.clicked().then(|| first(inner));
    }
    let mut value = None;
    Popup::menu(&button).show(|ui| {
        for beginning in offered {
            if ui.selectable_label(false, &beginning.title).clicked() {
                value = Some(beginning.value);
            }
        }
    });
    value
}

/// What a button of an item does to the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkAction {
    /// The item goes one place up.
    Up,
    /// One place down.
    Down,
    /// It is there once more, below.
    Copied,
    /// It is gone.
    Gone,
}

/// The buttons of an item of the list at `path`, which is called `name` and its number. Returns what was pressed.
pub(super) fn buttons(
    ui: &mut Ui,
    pane: &mut Fields<'_>,
    path: &str,
    name: &str,
    (index, count): (usize, usize),
) -> Option<LinkAction> {
    let number = index + 1;
    let mut done = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let is_first = (index == 0).then_some(t("plan.is_first"));
        let is_last = (number == count).then_some(t("plan.is_last"));
        for (action, icon, why_not, named) in [
            (LinkAction::Up, Icon::Up, is_first, tf("plan.move_up {} {}", &[&name, &number])),
            (LinkAction::Down, Icon::Down, is_last, tf("plan.move_down {} {}", &[&name, &number])),
            (LinkAction::Copied, Icon::Copy, None, tf("plan.duplicate {} {}", &[&name, &number])),
            (LinkAction::Gone, Icon::Cross, None, tf("plan.remove {} {}", &[&name, &number])),
        ] {
            if icon_button(ui, icon, why_not, &named).clicked() {
                done = Some(action);
            }
        }
    });
    let list = path.to_owned();
    match done? {
        LinkAction::Up => pane.ask(EditorCommand::Move { list, from: index, to: index - 1 }),
        LinkAction::Down => pane.ask(EditorCommand::Move { list, from: index, to: index + 1 }),
        LinkAction::Copied => pane.ask(EditorCommand::Duplicate { list, at: index }),
        LinkAction::Gone => pane.ask(EditorCommand::Remove(format!("{path}[{index}]"))),
    }
    done
}
