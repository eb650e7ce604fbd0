//! Finding a field of a form: what it is in unfolds, it comes into sight, and it has the keyboard.

use egui::{Id, Response};

use crate::library::Outline;

/// A field that is sought.
pub(in crate::app::view::panels) struct Sought {
    path: String,
    /// The byte of the text at which it begins, or what would hold it.
    at: Option<usize>,
    /// Whether it was met, or what would hold it.
    is_met: bool,
    /// Whether something that it is in is still unfolding.
    unfolds: bool,
}

impl Sought {
    /// The field at `path`, in which names of variants may stand or be left out.
    pub(super) fn new(outline: &Outline, path: String) -> Self {
        let at = outline.bytes(&path).map(|bytes| bytes.start);
        Self { path, at, is_met: false, unfolds: false }
    }

    /// Whether it is what stands at `path`, or within that.
    pub(super) fn is_within(&self, outline: &Outline, path: &str) -> bool {
        let rest = self.path.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            || self.at.is_some_and(|at| outline.bytes(path).is_some_and(|bytes| bytes.contains(&at)))
    }

    /// Whether it was found in this frame, with all that it is in unfolded.
    pub(super) const fn is_found(&self) -> bool {
        self.is_met && !self.unfolds
    }

    /// Something that it is in was drawn, and is open as a whole or not.
    pub(super) const fn unfolded(&mut self, is_whole: bool) {
        self.unfolds |= !is_whole;
    }

    /// Brings what stands at `path` into sight, and gives the keyboard to the field there, or else to what was drawn for it.
    pub(super) fn meet(&mut self, path: &str, drawn: &Response, is_typed: bool) {
        if self.is_met || self.unfolds {
            return;
        }
        let field = is_typed.then(|| Id::new(("field of the plan", path)));
        drawn.ctx.memory_mut(|memory| memory.request_focus(field.unwrap_or(drawn.id)));
        drawn.scroll_to_me(None);
        self.is_met = true;
    }
}
