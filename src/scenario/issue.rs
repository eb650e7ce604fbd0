//! What is wrong with a file's meaning, and where in it.

use serde::Serialize;

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file can be used, but its author probably meant something else.
    Warning,
    /// The file cannot be used.
    Error,
}

/// One thing wrong with what a file says, as opposed to how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Field path from the file's top, such as `services[1].probes.readiness.period`.
    pub path: String,
    /// Stable name of the kind of mistake, kebab-case.
    pub code: &'static str,
    /// What was found, what is allowed, what to do.
    pub message: String,
    /// How much it matters.
    pub severity: Severity,
}

impl Issue {
    /// Something that makes the file unusable.
    pub fn error(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.into(), code, message: message.into(), severity: Severity::Error }
    }

    /// Something its author should look at.
    pub fn warning(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.into(), code, message: message.into(), severity: Severity::Warning }
    }
}
