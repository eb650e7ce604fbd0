//! How keys are written on the screen and in files.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::app::texts::t;

/// A key as people read it.
pub fn written(shortcut: KeyboardShortcut) -> String {
    let mut text = String::new();
    for (is_held, name) in [
        (shortcut.modifiers.command || shortcut.modifiers.ctrl, t("key.ctrl")),
        (shortcut.modifiers.alt, t("key.alt")),
        (shortcut.modifiers.shift, t("key.shift")),
    ] {
        if is_held {
            text.push_str(name);
            text.push(' ');
        }
    }
    text.push_str(match shortcut.logical_key {
        Key::Space => t("key.space"),
        Key::Escape => t("key.escape"),
        Key::ArrowLeft => t("key.left"),
        Key::ArrowRight => t("key.right"),
        Key::ArrowUp => t("key.up"),
        Key::ArrowDown => t("key.down"),
        Key::Home => t("key.home"),
        Key::End => t("key.end"),
        Key::PageUp => t("key.page_up"),
        Key::PageDown => t("key.page_down"),
        Key::Insert => t("key.insert"),
        Key::Delete => t("key.delete"),
        Key::Enter => t("key.enter"),
        Key::Backspace => t("key.backspace"),
        key => key.symbol_or_name(),
    });
    text
}

/// A key as it stands in the settings: `Ctrl+Shift+B`.
pub fn in_file(shortcut: KeyboardShortcut) -> String {
    let held = shortcut.modifiers;
    let names = [(held.command, "Ctrl+"), (held.alt, "Alt+"), (held.shift, "Shift+")];
    let names: String = names.into_iter().filter(|(is_held, _)| *is_held).map(|(_, name)| name).collect();
    names + shortcut.logical_key.name()
}

/// Reads what [`in_file`] writes; modifiers in any order and case. None when it is no key.
pub fn read(text: &str) -> Option<KeyboardShortcut> {
    let mut parts: Vec<&str> = text.split('+').map(str::trim).collect();
    let key = Key::from_name(parts.pop()?)?;
    let mut modifiers = Modifiers::NONE;
    for part in parts {
        match part.to_ascii_lowercase().as_str() {
            "ctrl" | "command" | "cmd" => modifiers.command = true,
            "alt" => modifiers.alt = true,
            "shift" => modifiers.shift = true,
            _ => return None,
        }
    }
    Some(settled(modifiers, key))
}

/// A pressed key as it is kept: signs are the same with and without Shift, because where they are differs between
/// keyboards; an equals sign is where a plus is.
pub fn settled(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    let key = if key == Key::Equals { Key::Plus } else { key };
    let is_sign = matches!(
        key,
        Key::Colon
            | Key::Comma
            | Key::Minus
            | Key::Period
            | Key::Plus
            | Key::Semicolon
            | Key::Backslash
            | Key::Slash
            | Key::Pipe
            | Key::Questionmark
            | Key::Exclamationmark
            | Key::OpenBracket
            | Key::CloseBracket
            | Key::OpenCurlyBracket
            | Key::CloseCurlyBracket
            | Key::Backtick
            | Key::Quote
    );
    let held = Modifiers {
        alt: modifiers.alt,
        shift: modifiers.shift && !is_sign,
        command: modifiers.command || modifiers.ctrl,
        ..Modifiers::NONE
    };
    KeyboardShortcut::new(held, key)
}

/// Whether it is a key such as Shift, which is held while another is pressed.
pub const fn is_modifier(key: Key) -> bool {
    matches!(
        key,
        Key::ShiftLeft
            | Key::ShiftRight
            | Key::ControlLeft
            | Key::ControlRight
            | Key::AltLeft
            | Key::AltRight
            | Key::SuperLeft
            | Key::SuperRight
    )
}

/// Whether it is one of F1, F2 and so on.
pub fn is_function(key: Key) -> bool {
    key.name().strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_into_a_file_is_read_back() {
        for shortcut in &crate::app::model::keys::shortcuts::SHORTCUTS {
            assert_eq!(read(&in_file(shortcut.default)), Some(shortcut.default), "{}", shortcut.id);
        }
        let shortcut = KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, Key::B);
        assert_eq!(in_file(shortcut), "Ctrl+Shift+B");
        assert_eq!(read("shift + ctrl + b"), Some(shortcut));
        for bad in ["", "Ctrl+", "Strg+B", "Knob", "B+Ctrl", "+"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn signs_are_the_same_with_shift() {
        assert_eq!(
            settled(Modifiers::SHIFT, Key::Period),
            KeyboardShortcut::new(Modifiers::NONE, Key::Period)
        );
        assert_eq!(settled(Modifiers::COMMAND, Key::Equals).logical_key, Key::Plus);
        assert!(settled(Modifiers::SHIFT, Key::B).modifiers.shift);
        assert!(is_function(Key::F12) && !is_function(Key::F));
    }
}
