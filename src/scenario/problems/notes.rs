//! The list of issues, and the checks that many fields share.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use super::super::{Issue, Severity};
use crate::engine::{Dist, Share, Span};

/// The shortest time between two of what is done again and again: checks, looks, evaluations. Real systems count whole seconds.
pub(crate) const LEAST_INTERVAL: Span = Span::from_millis(100);

/// The most issues that are kept of one file: nobody reads more, and each costs its place.
const MOST_ISSUES: usize = 200;

/// What has been found wrong so far.
#[derive(Default)]
pub(crate) struct Notes {
    issues: Vec<Issue>,
}

impl Notes {
    pub fn into_issues(self) -> Vec<Issue> {
        self.issues
    }

    pub fn extend(&mut self, issues: Vec<Issue>) {
        issues.into_iter().for_each(|issue| self.note(issue));
    }

    /// Keeps an issue, unless there are enough; an error is always kept when there was none.
    fn note(&mut self, issue: Issue) {
        if self.issues.len() < MOST_ISSUES {
            self.issues.push(issue);
        } else if issue.severity == Severity::Error
            && !self.has_errors()
            && let Some(last) = self.issues.last_mut()
        {
            *last = issue;
        }
    }

    /// Whether no further error would be kept.
    fn is_full(&self) -> bool {
        self.issues.len() >= MOST_ISSUES && self.has_errors()
    }

    pub fn has_errors(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    pub fn error(&mut self, at: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.note(Issue::error(at, code, message));
    }

    pub fn warning(&mut self, at: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.note(Issue::warning(at, code, message));
    }

    /// The name must be one of the valid ones.
    pub fn known<'a>(
        &mut self,
        at: impl Into<String>,
        kind: &str,
        found: &str,
        valid: impl IntoIterator<Item = &'a str> + Clone,
    ) {
        if !self.is_full() && !valid.clone().into_iter().any(|name| name == found) {
            self.note(Issue::unknown(at, kind, found, valid));
        }
    }

    /// A whole number or a length of time must be within a range.
    pub fn within<T: PartialOrd + Display>(
        &mut self,
        at: impl Into<String>,
        found: T,
        allowed: RangeInclusive<T>,
    ) {
        if !allowed.contains(&found) {
            let message = format!("found {found}; allowed is {} to {}", allowed.start(), allowed.end());
            self.error(at, "out-of-range", message);
        }
    }

    /// A number must be above zero and at most `most`.
    pub fn positive(&mut self, at: impl Into<String>, found: f64, most: f64) {
        if !(found > 0.0 && found <= most) {
            self.error(at, "out-of-range", format!("found {found}; allowed is above 0, up to {most}"));
        }
    }

    /// A number must not be negative, and at most `most`.
    pub fn not_negative(&mut self, at: impl Into<String>, found: f64, most: f64) {
        if !(0.0..=most).contains(&found) {
            self.error(at, "out-of-range", format!("found {found}; allowed is 0 to {most}"));
        }
    }

    /// A part cannot be more than the whole.
    pub fn share(&mut self, at: impl Into<String>, found: Share) {
        if found > Share::ALL {
            self.error(at, "out-of-range", format!("found {found}; allowed is 0% to 100%"));
        }
    }

    /// What is done again and again is done no more often than this.
    pub fn interval(&mut self, at: impl Into<String>, found: Span) {
        if found < LEAST_INTERVAL {
            self.error(at, "out-of-range", format!("found {found}; allowed is {LEAST_INTERVAL} or more"));
        }
    }

    /// A length of time must be above zero.
    pub fn some_time(&mut self, at: impl Into<String>, found: Span) {
        if found.is_zero() {
            self.error(at, "out-of-range", "found 0s; allowed is any length of time above zero");
        }
    }

    /// What happens only at or after the end of the run never happens.
    pub fn before_the_end(&mut self, at: impl Into<String>, found: Span, horizon: Span) {
        if found >= horizon {
            self.warning(
                at,
                "never",
                format!("{found} is not before the end of the run, {horizon}: it never happens"),
            );
        }
    }

    /// The number of entries of a list must be in a range.
    pub fn length(&mut self, at: &str, kind: &str, found: usize, allowed: RangeInclusive<usize>) {
        if found < *allowed.start() {
            self.error(at, "empty", format!("there must be at least one {kind}"));
        } else if found > *allowed.end() {
            self.error(at, "too-many", format!("found {found}; allowed are up to {}", allowed.end()));
        }
    }

    /// Names of a list's entries: present, at most 64 characters, no two alike. `field` is where an entry has its name,
    /// such as `.name`.
    pub fn names<'a>(&mut self, list: &str, field: &str, kind: &str, names: impl Iterator<Item = &'a str>) {
        let mut taken = BTreeSet::new();
        for (index, name) in names.enumerate() {
            let at = format!("{list}[{index}]{field}");
            self.name(&at, kind, name);
            if !taken.insert(name) {
                self.error(
                    at,
                    "duplicate-name",
                    format!("there is already a {kind} \"{name}\"; each needs its own name"),
                );
            }
        }
    }

    /// One name: 1 to 64 characters, none of them invisible, no space at either end.
    pub fn name(&mut self, at: &str, kind: &str, name: &str) {
        if name.is_empty() {
            self.error(at, "bad-name", format!("a {kind} needs a name"));
        } else if name.chars().count() > 64 || name.trim() != name || name.chars().any(char::is_control) {
            let shown: String = name.chars().take(64).map(|c| if c.is_control() { ' ' } else { c }).collect();
            let message = format!(
                "found \"{shown}\"; a name has up to 64 characters, no control characters, and no space at either end"
            );
            self.error(at, "bad-name", message);
        }
    }

    /// A law of random spans must make sense.
    pub fn law(&mut self, at: &str, dist: &Dist) {
        for message in dist.problems() {
            self.error(at, "bad-distribution", message);
        }
    }

    /// As [`Notes::law`], with a mean of at least `least`.
    pub fn law_at_least(&mut self, at: &str, dist: &Dist, least: Span) {
        let before = self.issues.len();
        self.law(at, dist);
        let mean = Span::from_secs_f64(dist.mean());
        if self.issues.len() == before && mean < least {
            self.error(at, "out-of-range", format!("its mean is {mean}; allowed is {least} or more"));
        }
    }
}
