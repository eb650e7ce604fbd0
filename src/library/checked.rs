//! A file's text becomes a value, and what is wrong with the value gets its place in the file.

use super::loaded::Loaded;
use super::{Outline, Problem, Severity, Versioned, read_file};
use crate::scenario::{self, Issue};

/// A file's value, and where its fields stand.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// The value.
    pub value: T,
    /// Where its fields stand.
    pub outline: Outline,
}

impl<T> Read<T> {
    /// Issues with the value, placed in its file: up to 200 errors and as many warnings, since each takes a walk through the file to its
    /// place. Paths of the value stand under `prefix` in the file.
    pub fn place(&self, issues: &[Issue], prefix: &str) -> Vec<Problem> {
        let place = |issue: &Issue| {
            let path = match (prefix.is_empty(), issue.path.is_empty()) {
                (true, _) => issue.path.clone(),
                (false, true) => prefix.to_owned(),
                (false, false) => format!("{prefix}.{}", issue.path),
            };
            self.outline.problem(&path, issue.code, issue.message.as_str(), severity(issue.severity))
        };
        let mut left = [MOST_ISSUES, MOST_ISSUES];
        let is_told = |issue: &&Issue| {
            let left = &mut left[usize::from(issue.severity == scenario::Severity::Error)];
            let told = *left > 0;
            *left = left.saturating_sub(1);
            told
        };
        issues.iter().filter(is_told).map(place).collect()
    }
}

/// The most issues of a severity that are placed.
const MOST_ISSUES: usize = 200;

fn severity(severity: scenario::Severity) -> Severity {
    match severity {
        scenario::Severity::Error => Severity::Error,
        scenario::Severity::Warning => Severity::Warning,
    }
}

/// Reads a file's text as a `T`; of one that a newer Rollout Lab wrote that alone is said.
pub fn read<T>(loaded: &Loaded) -> Result<Read<T>, Vec<Problem>>
where
    T: Versioned + serde::de::DeserializeOwned + Send,
{
    read_file(&loaded.file, &loaded.text).map(|(value, outline)| Read { value, outline })
}

/// The problems that keep a file from being used.
pub fn errors(problems: Vec<Problem>) -> Result<(), Vec<Problem>> {
    let errors: Vec<Problem> =
        problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
