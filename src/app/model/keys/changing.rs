//! A command that is being given another key, and what can be asked about keys.

use egui::KeyboardShortcut;

use crate::app::model::keys::shortcuts::Shortcut;
use crate::app::model::keys::written::written;

/// A deed that is being given another key.
#[derive(Clone, Debug, PartialEq)]
pub struct Changing {
    /// The deed.
    pub shortcut: &'static Shortcut,
    /// Why the key that was pressed cannot be had.
    pub refused: Option<String>,
    /// A key that another deed has.
    pub taken: Option<Taken>,
}

/// A key that was asked for and that another deed has.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The key.
    pub key: KeyboardShortcut,
    /// Whose it is.
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

/// What can be asked about keys.
#[derive(Clone, Debug, PartialEq)]
pub enum KeysCommand {
    /// Listen for another key of a deed.
    Listen(&'static Shortcut),
    /// This key was pressed.
    Press(KeyboardShortcut),
    /// The deed gets the key, and its owner that of the deed.
    Swap,
    /// The deed gets the key, and its owner has none.
    Take,
    /// The deed has no key.
    Without,
    /// All as it was.
    Cancel,
    /// The deed gets the key it came with.
    Reset(&'static Shortcut),
    /// All deeds get the keys they came with.
    ResetAll,
}
