//! Reads the pressed keys and turns shortcuts into commands.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use crate::app::model::command_list::keyed_commands;
use crate::app::model::keys::Heard;
use crate::app::model::screen::Overlay;
use crate::app::model::{Lab, LabCommand};

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
        let (Some(shortcut), Some(key), Some(command)) = (entry.shortcut, entry.key, entry.command) else {
            continue;
        };
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
            out.push(command);
        }
    }
    let asks =
        |input: &egui::InputState| input.events.iter().any(|event| *event == egui::Event::Text("?".into()));
    if is_free && ctx.input(asks) {
        out.push(LabCommand::Show(Overlay::Keys));
    }
}
