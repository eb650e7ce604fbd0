//! The keys that the learner changed. They are saved with the settings, by the ids of shortcuts: `{"roll_back": "Ctrl+Shift+B"}`.

use std::collections::BTreeMap;
use std::fmt;

use egui::KeyboardShortcut;
use ron::Value;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::app::model::keys::shortcuts::{SHORTCUTS, Shortcut, named, refusal};
use crate::app::model::keys::written::{in_file, read, written};
use crate::app::texts::tf;
use crate::engine::nearest;

/// How a file says that a command has no key.
const NO_KEY: &str = "none";

/// The keys that differ from the defaults. No two commands have the same key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnKeys {
    /// By the shortcut's id; `None` is no key.
    changed: BTreeMap<&'static str, Option<KeyboardShortcut>>,
    /// The entries of the file that could not be used.
    refused: Vec<String>,
}

impl OwnKeys {
    /// The key of a command, by its shortcut's id.
    ///
    /// # Panics
    /// When no shortcut has this id.
    pub fn of(&self, id: &str) -> Option<KeyboardShortcut> {
        let shortcut = named(id).unwrap_or_else(|| panic!("no command is called {id}"));
        self.changed.get(shortcut.id).copied().unwrap_or(Some(shortcut.default))
    }

    /// The key of a command, as the screen shows it.
    pub fn written(&self, id: &str) -> Option<String> {
        self.of(id).map(written)
    }

    /// Whether the key of a command was changed.
    pub fn is_changed(&self, id: &str) -> bool {
        self.changed.contains_key(id)
    }

    /// Whether any key was changed.
    pub fn are_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// The shortcut that has a key.
    pub fn owner(&self, key: KeyboardShortcut) -> Option<&'static Shortcut> {
        SHORTCUTS.iter().find(|shortcut| self.of(shortcut.id) == Some(key))
    }

    /// Gives a command a key, or none. The caller makes sure that no other command has it.
    pub fn set(&mut self, shortcut: &'static Shortcut, key: Option<KeyboardShortcut>) {
        if key == Some(shortcut.default) {
            self.changed.remove(shortcut.id);
        } else {
            self.changed.insert(shortcut.id, key);
        }
    }

    /// The entries of the file that could not be used, in sentences. They are returned once.
    pub fn take_refused(&mut self) -> Vec<String> {
        std::mem::take(&mut self.refused)
    }

    fn take(&mut self, id: &Value, key: &Value) {
        let Value::String(id) = id else {
            self.refused.push(tf("keys.file_no_name {}", &[&shown(id)]));
            return;
        };
        let Some(shortcut) = named(id) else {
            let near = nearest(id, SHORTCUTS.iter().map(|shortcut| shortcut.id));
            self.refused.push(match near {
                Some(near) => tf("keys.file_unknown_near {} {}", &[id, &near]),
                None => tf("keys.file_unknown {}", &[id]),
            });
            return;
        };
        let text = match key {
            Value::String(text) => text.clone(),
            other => shown(other),
        };
        if text == NO_KEY {
            self.set(shortcut, None);
            return;
        }
        match read(&text) {
            None => self.refused.push(tf("keys.file_no_key {} {}", &[&text, id])),
            Some(key) => match refusal(shortcut, key) {
                Some(why) => self.refused.push(tf("keys.file_refused {} {}", &[id, &why])),
                None => self.set(shortcut, Some(key)),
            },
        }
    }

    /// Where two commands have the same key, one that was changed gets its default back.
    fn settle(&mut self) {
        let clash = |own: &Self| {
            let key = |shortcut: &Shortcut| own.of(shortcut.id);
            SHORTCUTS.iter().enumerate().find_map(|(index, shortcut)| {
                let other = SHORTCUTS[..index]
                    .iter()
                    .find(|other| key(other).is_some() && key(other) == key(shortcut))?;
                let (id, other) = if own.is_changed(shortcut.id) {
                    (shortcut.id, other.id)
                } else {
                    (other.id, shortcut.id)
                };
                Some((id, other))
            })
        };
        while let Some((id, other)) = clash(self) {
            let key = self.changed.remove(id).flatten().map(in_file).unwrap_or_default();
            self.refused.push(tf("keys.file_twice {} {} {}", &[&key, &id, &other]));
        }
    }
}

fn shown(value: &Value) -> String {
    ron::to_string(value).unwrap_or_default()
}

impl Serialize for OwnKeys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.changed.len()))?;
        for (id, key) in &self.changed {
            map.serialize_entry(id, &key.map_or_else(|| NO_KEY.to_owned(), in_file))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for OwnKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = OwnKeys;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("keys by the names of deeds, such as {\"roll_back\": \"Ctrl+Shift+B\"}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OwnKeys, A::Error> {
                let mut own = OwnKeys::default();
                while let Some((id, key)) = map.next_entry::<Value, Value>()? {
                    own.take(&id, &key);
                }
                own.settle();
                Ok(own)
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use egui::{Key, Modifiers};

    use super::*;

    fn from(text: &str) -> OwnKeys {
        ron::from_str(text).unwrap()
    }

    #[test]
    fn only_what_differs_is_written_and_it_is_readable() {
        let mut own = OwnKeys::default();
        let roll_back = named("roll_back").unwrap();
        own.set(roll_back, Some(KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, Key::B)));
        own.set(named("fork").unwrap(), None);
        own.set(named("play").unwrap(), Some(named("play").unwrap().default));
        let text = ron::to_string(&own).unwrap();
        assert_eq!(text, r#"{"fork":"none","roll_back":"Ctrl+Shift+B"}"#);
        assert_eq!(from(&text), own);
        assert_eq!((own.of("fork"), own.written("play").as_deref()), (None, Some("Space")));
        assert_eq!(own.owner(own.of("roll_back").unwrap()), Some(roll_back));
    }

    #[test]
    fn a_broken_line_is_told_and_loses_no_other() {
        let text = r#"{"roll_bck": "X", "fork": "Strg+F", "hold": "Tab", "promote": 7, "restart": "N", 5: "Y", "alert": "F9"}"#;
        let mut own = from(text);
        let told = own.take_refused();
        assert_eq!(own.changed.keys().copied().collect::<Vec<_>>(), ["alert"], "{told:?}");
        assert_eq!(told.len(), 6, "{told:?}");
        let told = told.join("\n");
        for part in ["\"roll_back\"", "Strg+F", "Tab", "7 belongs", "\"restart\" and \"promote\"", "5"] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }

    #[test]
    fn keys_that_changed_places_are_taken() {
        let mut own = from(r#"{"fork": "R", "restart": "F"}"#);
        assert_eq!(own.take_refused(), Vec::<String>::new());
        assert_eq!((own.written("fork").unwrap(), own.written("restart").unwrap()), ("R".into(), "F".into()));
    }
}
