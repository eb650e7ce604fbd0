//! Undo and redo of the plan's text.

use std::time::Duration;

/// Typing without a pause of this length is one step of undo (a choice of ours, near that of text editors).
const REST: Duration = Duration::from_millis(900);

/// How many earlier texts are kept.
const MOST: usize = 200;

/// Earlier and later texts.
#[derive(Clone, Debug, Default)]
pub struct History {
    earlier: Vec<String>,
    later: Vec<String>,
    /// Where the last letter was typed and when, by the lab's clock; `None` when the last change was of another kind.
    typed: Option<(String, Duration)>,
}

impl History {
    /// Records the text `before` a change, and where and when it was typed. A field is identified by its path.
    pub fn note(&mut self, before: String, typed: Option<(String, Duration)>) {
        let goes_on = match (&self.typed, &typed) {
            (Some((place, last)), Some((now_at, now))) => place == now_at && now.saturating_sub(*last) < REST,
            _ => false,
        };
        if !goes_on || self.earlier.is_empty() {
            self.earlier.push(before);
            if self.earlier.len() > MOST {
                self.earlier.remove(0);
            }
        }
        self.later.clear();
        self.typed = typed;
    }

    /// Whether there is an earlier text.
    pub fn can_undo(&self) -> bool {
        !self.earlier.is_empty()
    }

    /// Whether there is a later text.
    pub fn can_redo(&self) -> bool {
        !self.later.is_empty()
    }

    /// The text before the last change, `now` being the present one.
    pub fn undo(&mut self, now: &str) -> Option<String> {
        self.typed = None;
        let text = self.earlier.pop()?;
        self.later.push(now.to_owned());
        Some(text)
    }

    /// The text that was last undone, `now` being the present one.
    pub fn redo(&mut self, now: &str) -> Option<String> {
        self.typed = None;
        let text = self.later.pop()?;
        self.earlier.push(now.to_owned());
        Some(text)
    }
}
