//! Giving a deed another key: it is pressed, and who has it already is asked about.

use egui::KeyboardShortcut;

use super::slots::{Slot, refusal};
use super::written::written;
use crate::app::Lab;
use crate::app::lab::Overlay;

/// A deed that is being given another key.
#[derive(Clone, Debug, PartialEq)]
pub struct Changing {
    /// The deed.
    pub slot: &'static Slot,
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
    pub owner: &'static Slot,
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
    Listen(&'static Slot),
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
    Reset(&'static Slot),
    /// All deeds get the keys they came with.
    ResetAll,
}

impl Lab {
    /// The deed that is being given another key; while there is one, keys do nothing else.
    pub fn changing(&self) -> Option<&Changing> {
        self.changing.as_ref().filter(|_| self.overlay == Some(Overlay::Keys))
    }

    /// Does what is asked about keys.
    pub(in crate::app) fn apply_keys(&mut self, command: KeysCommand) {
        match command {
            KeysCommand::Listen(slot) => {
                self.changing = Some(Changing { slot, refused: None, taken: None });
            }
            KeysCommand::Press(key) => {
                if let Some(changing) = self.changing.take() {
                    self.give(changing.slot, key);
                }
            }
            KeysCommand::Swap => self.give_taken(true),
            KeysCommand::Take => self.give_taken(false),
            KeysCommand::Without => {
                if let Some(changing) = self.changing.take() {
                    self.settings.keys.set(changing.slot, None);
                    self.keep_settings();
                }
            }
            KeysCommand::Cancel => self.changing = None,
            KeysCommand::Reset(slot) => self.give(slot, slot.default),
            KeysCommand::ResetAll => {
                self.changing = None;
                self.settings.keys = super::OwnKeys::default();
                self.keep_settings();
            }
        }
    }

    /// Gives a deed a key, or says why not, or asks first when another has it.
    fn give(&mut self, slot: &'static Slot, key: KeyboardShortcut) {
        let refused = refusal(slot, key);
        let owner = self.settings.keys.owner(key).filter(|owner| *owner != slot);
        self.changing = match (refused, owner) {
            (Some(refused), _) => Some(Changing { slot, refused: Some(refused), taken: None }),
            (None, Some(owner)) => {
                let own = self.settings.keys.of(slot.id);
                let swap = own.filter(|own| refusal(owner, *own).is_none());
                Some(Changing { slot, refused: None, taken: Some(Taken { key, owner, swap }) })
            }
            (None, None) => {
                self.settings.keys.set(slot, Some(key));
                self.keep_settings();
                None
            }
        };
    }

    /// Gives a deed the key that another has; that other gets the deed's key, or none.
    fn give_taken(&mut self, swaps: bool) {
        let Some(changing) = self.changing.take() else { return };
        let Some(taken) = changing.taken else { return };
        self.settings.keys.set(taken.owner, taken.swap.filter(|_| swaps));
        self.settings.keys.set(changing.slot, Some(taken.key));
        self.keep_settings();
    }
}
