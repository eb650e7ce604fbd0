//! Times in which nobody wants a change.

use serde::{Deserialize, Serialize};

use super::Notes;
use crate::engine::{Span, Time};

/// A time in which nothing may go forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// From here on.
    pub from: Span,
    /// Until here.
    pub until: Span,
    /// Why, for the log.
    pub why: String,
}

impl Freeze {
    /// Whether it holds.
    pub fn holds(&self, now: Time) -> bool {
        (Time::ZERO + self.from..Time::ZERO + self.until).contains(&now)
    }

    /// Notes what is wrong with it; `at` is its path in the file.
    pub(crate) fn check(&self, notes: &mut Notes, at: &str) {
        if self.until <= self.from {
            let message = format!("it ends at {}, which is not after its start, {}", self.until, self.from);
            notes.error(format!("{at}.until"), "out-of-range", message);
        }
        if self.why.trim().is_empty() {
            notes.warning(format!("{at}.why"), "empty", "say why, so that the log can");
        }
    }
}
