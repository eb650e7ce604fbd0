//! Reads the pressed keys and turns shortcuts into commands.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use crate::app::model::command_list::keyed_commands;
use crate::app::model::keys::{Heard, Shortcut, Subject, way_to};
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::panels::operate::stands;

/// Reads the keys pressed since the last frame.
pub fn read(ctx: &Context, lab: &Lab, out: &mut Vec<LabCommand>) {
    // Escape is looked at only: what is being written hears it as well.
    let closes = lab.overlay.is_some() || !lab.notices.is_empty();
    if closes && ctx.input(|input| input.key_pressed(Key::Escape)) {
        out.push(LabCommand::Close);
    }
    if lab.changing().is_some() {
        return;
    }
    let is_writing = ctx.text_edit_focused();
    let is_focused = ctx.memory(|memory| memory.focused().is_some());
    let is_free = !is_writing && lab.overlay.is_none() && !egui::Popup::is_any_open(ctx);
    let mut commands = keyed_commands(lab);
    // One that is held with Shift or Ctrl comes before the same without: egui takes the first that is met.
    let held = |key: KeyboardShortcut| {
        let Modifiers { alt, shift, command, .. } = key.modifiers;
        [alt, shift, command].into_iter().filter(|is_held| *is_held).count()
    };
    commands.sort_by_key(|entry| std::cmp::Reverse(entry.key.map(held)));
    for entry in commands {
        let (Some(shortcut), Some(key)) = (entry.shortcut, entry.key) else { continue };
        let is_heard = match shortcut.heard {
            Heard::Always => true,
            Heard::Free => is_free,
            Heard::Unfocused => is_free && !is_focused,
        };
        // A plus may need Shift, and may be on the row of digits.
        let is_pressed = is_heard
            && ctx.input_mut(|input| {
                let is_plus = key.logical_key == Key::Plus;
                input.consume_shortcut(&key) || is_plus && input.consume_key(key.modifiers, Key::Equals)
            });
        if is_pressed {
            out.extend(entry.command.or_else(|| why_not(lab, shortcut).map(LabCommand::Explain)));
        }
    }
    let asks =
        |input: &egui::InputState| input.events.iter().any(|event| *event == egui::Event::Text("?".into()));
    if is_free && ctx.input(asks) {
        out.push(LabCommand::Show(Overlay::Keys));
    }
}

/// Why a key does nothing now; `None` where that is plain to see.
pub(super) fn why_not(lab: &Lab, shortcut: &Shortcut) -> Option<String> {
    let run = lab.run.as_ref().filter(|_| lab.screen == Screen::Run);
    match (shortcut.subject, run) {
        (Subject::Rollout, Some(run)) => Some(stands(run.player.snapshot(), run)),
        (Subject::Time, Some(run)) if run.player.snapshot().is_over() => Some(t("operate.over").to_owned()),
        (Subject::Time, Some(_)) => Some(t("keys.at_start").to_owned()),
        // Without a run on the screen arrows, Space and the like are for what has the focus.
        (Subject::Rollout | Subject::Time, None) if shortcut.heard == Heard::Free => {
            Some(if lab.run.is_some() { t("keys.not_here") } else { t("keys.no_run") }.to_owned())
        }
        (Subject::Screens, _)
            if lab.run.is_none() && [Screen::Run, Screen::Debrief].map(way_to).contains(&shortcut.id) =>
        {
            Some(t("keys.no_run").to_owned())
        }
        (
            Subject::Time
            | Subject::Rollout
            | Subject::Plan
            | Subject::Stage
            | Subject::Charts
            | Subject::Anywhere
            | Subject::Screens
            | Subject::Focus,
            _,
        ) => None,
    }
}
