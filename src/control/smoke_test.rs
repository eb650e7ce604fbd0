//! Test requests that a step sends before users come.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::Span;
use crate::scenario::Notes;

/// The most requests in a smoke test.
const MOST_TESTS: u32 = 100_000;

/// Test requests sent to a pool without users.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmokeTest {
    /// Number of test requests.
    #[schemars(range(min = 1, max = 100000))]
    pub requests: u32,
    /// Time over which they are sent. Default 10 s (assumed).
    #[serde(default = "ten_seconds")]
    pub over: Span,
    /// How many may fail. Default none.
    #[serde(default)]
    pub may_fail: u32,
}

fn ten_seconds() -> Span {
    Span::from_secs(10)
}

impl SmokeTest {
    /// Notes the mistakes in the test at the path `at`.
    pub(in crate::control) fn check(&self, notes: &mut Notes, at: &str) {
        notes.within(format!("{at}.requests"), self.requests, 1..=MOST_TESTS);
        if self.requests > 0 && self.may_fail >= self.requests {
            let message =
                format!("{} of {} requests may fail: it always passes", self.may_fail, self.requests);
            notes.warning(format!("{at}.may_fail"), "never", message);
        }
    }
}
