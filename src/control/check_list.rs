//! The lists of checks in a plan, each with its place, for code that writes named checks out.

use super::{Analysis, Check, NamedCheck};
use crate::engine::Span;

/// A list of checks that the author of a plan writes, and the path of what holds it.
pub(super) struct CheckList<'p> {
    pub path: String,
    pub named: &'p mut Vec<NamedCheck>,
    pub checks: &'p mut Vec<Check>,
    /// Length of its analysis, where that is set.
    pub lasts: Option<Span>,
}

impl Analysis {
    /// Its list of checks, when it stands at `path`.
    pub(super) fn check_list(&mut self, path: &str) -> CheckList<'_> {
        CheckList {
            path: path.to_owned(),
            named: &mut self.named,
            checks: &mut self.checks,
            lasts: self.lasts,
        }
    }
}
