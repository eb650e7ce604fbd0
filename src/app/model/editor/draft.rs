//! What is being typed into a field of the form. It becomes part of the plan's text, and is judged, when the field is left.

use crate::library::{Problem, patch};

/// What is being typed into one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The field's path in the plan, such as `drain.pre_stop`.
    pub path: String,
    /// The letters as they were typed.
    pub typed: String,
    /// The value that they stand for, as RON; `None` leaves the field out, so that its default holds.
    pub value: Option<String>,
}

impl Draft {
    /// `text` with what was typed in its place.
    ///
    /// # Errors
    /// When there is no such place in the text.
    pub fn within(&self, text: &str) -> Result<String, Problem> {
        match &self.value {
            Some(value) => patch::set(text, &self.path, value),
            None => patch::remove(text, &self.path),
        }
    }
}
