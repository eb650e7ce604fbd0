//! A field that holds several values of a kind: each can be moved, duplicated and removed.

use egui::{CollapsingHeader, Ui};

use crate::app::model::editor::EditorCommand;
use crate::app::model::editor::shape::first;
use crate::app::texts::tf;
use crate::app::view::icons::{Icon, icon_button};
use crate::app::view::panels::plan::field;
use crate::app::view::panels::plan::pane::{Pane, at_path, problems_at};
use crate::app::view::widgets;
use crate::library::Outline;
use crate::library::knobs::Kind;

/// Draws the values of the list at `path`, whose knob is called `name`.
pub(super) fn show(
    ui: &mut Ui,
    pane: &mut Pane<'_>,
    outline: &Outline,
    inner: &Kind,
    (path, name): (&str, &str),
) {
    let count = outline.items(path).unwrap_or(0);
    for index in 0..count {
        let item = format!("{path}[{index}]");
        at_path(ui, &item, |ui| {
            if matches!(inner, Kind::Group(..) | Kind::Choice(..) | Kind::Tuple(_)) {
                let field = |name: &str| outline.plain(&format!("{item}.{name}"));
                let called = field("name").or_else(|| field("check")).or_else(|| outline.choice(&item));
                let is_right = problems_at(pane.editor, outline, &item).is_empty();
                let wrong = if is_right { "" } else { " \u{00d7}" };
                let title = format!("{} {}{wrong}", index + 1, called.unwrap_or(name));
                CollapsingHeader::new(title).id_salt(&item).show(ui, |ui| {
                    buttons(ui, pane, path, name, (index, count));
                    field::value(ui, pane, outline, inner, (&item, None, name));
                });
            } else {
                field::value(ui, pane, outline, inner, (&item, None, name));
                buttons(ui, pane, path, name, (index, count));
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
    pane: &mut Pane<'_>,
    path: &str,
    name: &str,
    (index, count): (usize, usize),
) -> Option<LinkAction> {
    let number = index + 1;
    let mut done = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (action, icon, may, named) in [
            (LinkAction::Up, Icon::Up, index > 0, tf("plan.move_up {} {}", &[&name, &number])),
            (LinkAction::Down, Icon::Down, number < count, tf("plan.move_down {} {}", &[&name, &number])),
            (LinkAction::Copied, Icon::Copy, true, tf("plan.duplicate {} {}", &[&name, &number])),
            (LinkAction::Gone, Icon::Cross, true, tf("plan.remove {} {}", &[&name, &number])),
        ] {
            if icon_button(ui, icon, may, &named).clicked() {
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
