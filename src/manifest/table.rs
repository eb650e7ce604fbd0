//! The table that maps names and queries of real monitoring to the lab's metrics. A user's file (`--metrics`) extends it.

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::promql::Mapped;
use crate::library::{Format, Versioned};
use crate::scenario::Notes;
use crate::telemetry::{Metric, Query, Subject};

/// A table of metrics: `(metrics: [(pattern: "checkout_.*_errors", query: (metric: ErrorRatio))])`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Version of the file format; 1 is the newest, and what a table without it is.
    #[serde(default)]
    pub format: Format<1>,
    /// The entries. The first that matches counts, before the built-in ones.
    #[serde(default)]
    pub metrics: Vec<Entry>,
}

impl Versioned for Table {
    const NEWEST: u32 = 1;
}

/// An entry of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// A regular expression that is searched in the metric's name and in its query.
    pub pattern: String,
    /// The lab's query in its place.
    pub query: Query,
    /// Whether it is a success ratio: 1 minus the lab's error ratio. Default false.
    #[serde(default)]
    pub success: bool,
    /// Number of its units in one unit of the lab: 100 for percent, 1000 for milliseconds. Default 1.
    #[serde(default = "one")]
    pub scale: f64,
}

fn one() -> f64 {
    1.0
}

/// The longest pattern, in bytes.
const LONGEST: usize = 500;
/// The most entries in a table.
const MOST: usize = 200;

impl Table {
    /// All problems of the table.
    pub fn problems(&self) -> Vec<crate::scenario::Issue> {
        let mut notes = Notes::default();
        notes.length("metrics", "metric", self.metrics.len(), 0..=MOST);
        for (index, entry) in self.metrics.iter().enumerate() {
            let at = format!("metrics[{index}]");
            if entry.pattern.is_empty() || compiled(&entry.pattern).is_none() {
                let message =
                    "this is no regular expression that can be used; see the syntax of the crate `regex`";
                notes.error(format!("{at}.pattern"), "not-a-pattern", message);
            }
            if !entry.scale.is_finite() || entry.scale <= 0.0 {
                notes.error(format!("{at}.scale"), "out-of-range", "a scale is a number above 0");
            }
        }
        notes.into_issues()
    }

    /// The meaning of the metric called `name` with this query, by this table or the built-in entries.
    pub fn find(&self, name: &str, query: &str) -> Option<Mapped> {
        let own = self.metrics.iter().find(|entry| {
            compiled(&entry.pattern).is_some_and(|pattern| pattern.is_match(name) || pattern.is_match(query))
        });
        own.map(Entry::mapped)
    }
}

fn compiled(pattern: &str) -> Option<Regex> {
    if pattern.len() > LONGEST {
        return None;
    }
    regex::RegexBuilder::new(pattern).size_limit(1 << 20).build().ok()
}

impl Entry {
    fn mapped(&self) -> Mapped {
        let (a, b) = if self.success { (-self.scale, self.scale) } else { (self.scale, 0.0) };
        Mapped::to(self.query.clone(), a, b)
    }
}

/// The metrics that Flagger knows by name: `request-success-rate` in percent, `request-duration` as the 99th percentile in
/// milliseconds.
pub fn of_flagger(name: &str, over: crate::engine::Span) -> Option<Mapped> {
    let (metric, a, b) = match name {
        "request-success-rate" => (Metric::ErrorRatio, -100.0, 100.0),
        "request-duration" => (Metric::Latency(0.99), 1_000.0, 0.0),
        _ => return None,
    };
    let query = Query { metric, of: Subject::Candidate, over, zone: None, cohort: None, kind: None };
    Some(Mapped::to(query, a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_that_fits_is_taken_and_bad_ones_are_said() {
        let text = "(metrics: [(pattern: \"^cart_\", query: (metric: ErrorRatio), success: true, scale: 100), \
                    (pattern: \"(\", query: (metric: Memory), scale: 0)])";
        let table: Table = crate::library::parse_options().from_str(text).unwrap();
        assert_eq!(table.problems().len(), 2);
        let mapped = table.find("x", "cart_ok").unwrap();
        assert_eq!((mapped.query.metric, mapped.a, mapped.b), (Metric::ErrorRatio, -100.0, 100.0));
        assert_eq!(table.find("x", "my_cart_ok"), None);
    }
}
