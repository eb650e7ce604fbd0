//! Issues: mistakes in the content of a file, with their places.

use serde::Serialize;

use crate::engine::nearest;

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file can be used, but its author probably meant something else.
    Warning,
    /// The file cannot be used.
    Error,
}

/// A problem of a file's meaning; problems of its syntax are found while it is read.
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

    /// An issue for an unknown name, with the nearest valid name or else a list of them. `kind` says what it should name,
    /// such as `service`.
    pub fn unknown<'a>(
        path: impl Into<String>,
        kind: &str,
        found: &str,
        valid: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Self {
        let found: String = found.chars().take(64).collect();
        let hint = match nearest(&found, valid.clone()) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None => listed(kind, valid),
        };
        Self::error(path, "unknown-name", format!("unknown {kind} \"{found}\"; {hint}"))
    }
}

/// How many names a message lists before it only counts the rest.
const LISTED: usize = 8;

fn listed<'a>(kind: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(LISTED).map(|name| format!("\"{name}\"")).collect();
    match (shown.len(), names.count()) {
        (0, _) => format!("there is no {kind} to name"),
        (_, 0) => format!("allowed: {}", shown.join(", ")),
        (_, more) => format!("allowed: {} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_says_what_was_probably_meant_or_what_there_is() {
        let near = Issue::unknown("entry", "service", "shopp", ["shop", "payments"]);
        assert_eq!(near.message, "unknown service \"shopp\"; did you mean \"shop\"?");
        let far = Issue::unknown("entry", "service", "basket", ["shop", "payments"]);
        assert_eq!(far.message, "unknown service \"basket\"; allowed: \"shop\", \"payments\"");
        let none = Issue::unknown("slo", "SLO", "uptime", []);
        assert_eq!(none.message, "unknown SLO \"uptime\"; there is no SLO to name");
        let many =
            Issue::unknown("x", "zone", "q", ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b0"]);
        assert!(many.message.ends_with("\"a8\" and 2 more"), "{}", many.message);
    }
}
