//! Times in which no change is wanted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Notes;
use crate::engine::{Span, Time};

/// A time in which the release may not go forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// Start of the freeze.
    pub from: Span,
    /// End of the freeze.
    pub until: Span,
    /// The reason, for the log.
    pub why: String,
}

impl Freeze {
    /// Whether the freeze holds at this time.
    pub fn holds(&self, now: Time) -> bool {
        (Time::ZERO + self.from..Time::ZERO + self.until).contains(&now)
    }

    /// Notes the mistakes in it; `at` is its path in the file.
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
