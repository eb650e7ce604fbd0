//! The commands of the plan's editor, as values.

use std::path::PathBuf;
use std::time::Duration;

use crate::app::model::editor::draft::Draft;
use crate::manifest::Format;

/// A command of the plan's editor.
#[derive(Clone, Debug, PartialEq)]
pub enum EditorCommand {
    /// Replace the text, as it is typed.
    SetText(String),
    /// Write `value`, which is RON, at `path`.
    SetField {
        /// The field's path.
        path: String,
        /// Its value, as RON.
        value: String,
    },
    /// Something is being typed into a field. It is not part of the text, and not judged, before [`Self::Settle`] or any
    /// other change.
    Draft(Draft),
    /// The field is left: what was typed becomes part of the text.
    Settle,
    /// What is being typed is dropped.
    Discard,
    /// Remove the field or item at this path. A field has its default then.
    Remove(String),
    /// Write `value`, which is RON, as an item of a list.
    Insert {
        /// Path of the list.
        list: String,
        /// Its new position.
        at: usize,
        /// The item, as RON.
        value: String,
    },
    /// Move an item of a list.
    Move {
        /// Path of the list.
        list: String,
        /// Its position.
        from: usize,
        /// Its new position.
        to: usize,
    },
    /// Duplicate an item of a list.
    Duplicate {
        /// Path of the list.
        list: String,
        /// Its position.
        at: usize,
    },
    /// Undo the last change.
    Undo,
    /// Redo the last undone change.
    Redo,
    /// Reset to the starter.
    Reset,
    /// Start from a template, by its position in the library.
    Template(usize),
    /// Read a file that was opened or dropped: a plan, or manifests.
    Import {
        /// The file's name; its ending says what it is.
        name: String,
        /// Its text.
        text: String,
    },
    /// Read a file of this name.
    Open(PathBuf),
    /// Write the plan as manifests, or as it is, into a file.
    Export {
        /// Whose manifests; `None` is the plan's own text.
        to: Option<&'static Format>,
        /// The file.
        path: PathBuf,
    },
    /// Close the report about the last import or export.
    PutAway,
}

/// A plan that was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub path: PathBuf,
    /// What the format cannot say.
    pub unsaid: Vec<String>,
}

/// When a plan was changed since it was last kept, by the lab's clock: first and last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unsaved(pub(in crate::app) Option<(Duration, Duration)>);
