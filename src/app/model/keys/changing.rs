//! The dialog that gives a command another key: its state and its commands.

use egui::KeyboardShortcut;

use crate::app::model::keys::shortcuts::Shortcut;
use crate::app::model::keys::written::written;

/// A command that is being given another key.
#[derive(Clone, Debug, PartialEq)]
pub struct Changing {
    /// The shortcut of the command.
    pub shortcut: &'static Shortcut,
    /// Why the key that was pressed cannot be had.
    pub refused: Option<String>,
    /// The pressed key, when another command has it.
    pub taken: Option<Taken>,
}

/// A key that was pressed and that another command has.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The key.
    pub key: KeyboardShortcut,
    /// The shortcut that has it.
    pub owner: &'static Shortcut,
    /// The key that the owner would have if the two changed places; none when it cannot be.
    pub swap: Option<KeyboardShortcut>,
}

impl Taken {
    /// The key as people read it.
    pub fn written(&self) -> String {
        written(self.key)
    }
}

/// The commands about keys.
#[derive(Clone, Debug, PartialEq)]
pub enum KeysCommand {
    /// Wait for another key of a command.
    Listen(&'static Shortcut),
    /// This key was pressed.
    Press(KeyboardShortcut),
    /// The two commands swap their keys.
    Swap,
    /// The command gets the key, and the other command has none.
    Take,
    /// The command has no key.
    Without,
    /// Change nothing.
    Cancel,
    /// The command gets its default key.
    Reset(&'static Shortcut),
    /// All commands get their default keys.
    ResetAll,
}
