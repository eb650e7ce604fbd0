//! Gives a command another key.

use egui::KeyboardShortcut;

use crate::app::model::Lab;
use crate::app::model::keys::{Changing, KeysCommand, Shortcut, Taken, refusal};

impl Lab {
    /// Applies a command about keys.
    pub(in crate::app) fn apply_keys(&mut self, command: KeysCommand) {
        match command {
            KeysCommand::Listen(shortcut) => {
                self.changing = Some(Changing { shortcut, refused: None, taken: None });
            }
            KeysCommand::Press(key) => {
                if let Some(changing) = self.changing.take() {
                    self.give(changing.shortcut, key);
                }
            }
            KeysCommand::Swap => self.give_taken(true),
            KeysCommand::Take => self.give_taken(false),
            KeysCommand::Without => {
                if let Some(changing) = self.changing.take() {
                    self.settings.keys.set(changing.shortcut, None);
                    self.keep_settings();
                }
            }
            KeysCommand::Cancel => self.changing = None,
            KeysCommand::Reset(shortcut) => self.give(shortcut, shortcut.default),
            KeysCommand::ResetAll => {
                self.changing = None;
                self.settings.keys = crate::app::model::keys::OwnKeys::default();
                self.keep_settings();
            }
        }
    }

    /// Gives a command a key, says why not, or asks first when another command has it.
    fn give(&mut self, shortcut: &'static Shortcut, key: KeyboardShortcut) {
        let refused = refusal(shortcut, key);
        let owner = self.settings.keys.owner(key).filter(|owner| *owner != shortcut);
        self.changing = match (refused, owner) {
            (Some(refused), _) => Some(Changing { shortcut, refused: Some(refused), taken: None }),
            (None, Some(owner)) => {
                let own = self.settings.keys.of(shortcut.id);
                let swap = own.filter(|own| refusal(owner, *own).is_none());
                Some(Changing { shortcut, refused: None, taken: Some(Taken { key, owner, swap }) })
            }
            (None, None) => {
                self.settings.keys.set(shortcut, Some(key));
                self.keep_settings();
                None
            }
        };
    }

    /// Gives a command the key that another has. The other gets the first one's key, or none.
    fn give_taken(&mut self, swaps: bool) {
        let Some(changing) = self.changing.take() else { return };
        let Some(taken) = changing.taken else { return };
        self.settings.keys.set(taken.owner, taken.swap.filter(|_| swaps));
        self.settings.keys.set(changing.shortcut, Some(taken.key));
        self.keep_settings();
    }
}
