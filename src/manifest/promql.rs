//! Reads PromQL queries of the common shapes: error ratio, success ratio, quantile of latency, request rate, and the lab's own
//! metrics.

mod expr;
mod filter;
mod line;
mod reading;
mod remarks;
mod status;
mod subject;
mod unit;
mod unlike;

pub use filter::Filter;
pub use subject::{LATEST_HASH, Names, STABLE_HASH};
pub use unit::in_a_second;

use expr::bare;
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{self, Expr};
use reading::Reading;

use super::condition::Value;
use super::quantity::significant;
use super::template::AT_RUN_TIME;
use crate::engine::Span;
use crate::telemetry::{Metric, Query};

/// A query of real monitoring in terms of a query of the lab: its result is `a` times the lab's plus `b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped {
    /// The query of the lab.
    pub query: Query,
    /// The factor `a`; negative for a success ratio.
    pub a: f64,
    /// The summand `b`.
    pub b: f64,
    /// The result without data (`or vector(0)`).
    pub without_data: Option<f64>,
    /// Whether it names no release, or both, and so measures all releases together.
    pub unsaid: bool,
    /// Remarks on how it was read; those that begin with "not applied" are about what the lab's query leaves out.
    pub notes: Vec<String>,
    /// Whether it is a share of failures whose numerator has no series, and so no answer, before the first failure.
    pub unguarded: bool,
    /// Whether the answer is a vector, of which `result[0]` is the number; `None` where the query is not known.
    pub vector: Option<bool>,
    /// How the answer compares the two sides, where it does.
    pub against: Option<Against>,
    /// The comparison within the query that decides which answers are left.
    pub filter: Option<Filter>,
}

/// How a query compares the candidate with the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Against {
    /// The candidate's answer minus this factor times the baseline's. With a comparison in the query the number itself may not be the
    /// answer (`candidate > 1.5 * baseline` answers with the candidate's).
    Minus(f64),
    /// The candidate's answer over the baseline's.
    Over,
}

impl Mapped {
    /// The lab's query in the place of one that was not read: `a` times its answer plus `b`.
    pub const fn to(query: Query, a: f64, b: f64) -> Self {
        Self {
            query,
            a,
            b,
            without_data: None,
            unsaid: false,
            notes: Vec::new(),
            unguarded: false,
            vector: None,
            against: None,
            filter: None,
        }
    }

    /// The provider's answer for the value `x` of the lab's metric, as a list of one number or as a number by itself; `None` is no
    /// data. `shown` stands in for a number that a comparison of the two sides keeps.
    pub fn answer(&self, x: Option<f64>, as_list: bool, shown: Option<f64>) -> Value {
        let number = x.map(|x| significant(self.a * x + self.b));
        let kept = match (number, self.filter) {
            (Some(number), Some(filter)) => {
                let kept = filter.kept(number);
                if filter.shows_the_number() { kept.and(shown).or(kept) } else { kept }
            }
            (Some(number), None) => Some(number),
            (None, _) => self.without_data,
        };
        match (as_list, kept) {
            (true, kept) => Value::List(kept.map(Value::Number).into_iter().collect()),
            // `scalar()` of nothing.
            (false, kept) => Value::Number(kept.unwrap_or(f64::NAN)),
        }
    }
}

/// The quantile near which the mean lies: that of a lognormal whose 99th percentile is five times its median (s = ln 5 / 2.3263, and the
/// normal distribution at s / 2).
const MEAN: f64 = 0.64;
/// What is said of a mean of durations.
const OF_MEAN: &str = "not applied: upstream it is a mean of durations; here it is their quantile 0.64, near which the mean of a usual \
     spread lies, so that a few very slow requests move it less";

/// A latency whose answer upstream is a mean of durations.
pub fn as_mean(of: Mapped) -> Mapped {
    let query = Query { metric: Metric::Latency(MEAN), ..of.query };
    let notes = of.notes.into_iter().chain([OF_MEAN.to_owned()]).collect();
    Mapped { query, notes, ..of }
}

/// The longest query, in bytes.
const LONGEST: usize = 4 * 1024;
/// The deepest nesting of brackets.
const DEEPEST: i32 = 64;

/// The meaning of the query `text`.
///
/// # Errors
/// Why the lab has no such query.
pub fn mapped(text: &str, names: &Names) -> Result<Mapped, String> {
    let mut depth = 0;
    let deep = text.chars().any(|c| {
        depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
        depth > DEEPEST
    });
    if text.len() > LONGEST || deep || text.matches('-').count() > 200 {
        return Err("the query is too long or nested too deeply".to_owned());
    }
    // The parser cannot hold such a length of time.
    let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    if parts.filter_map(|part| part.parse::<f64>().ok()).any(|number| number.is_finite() && number > 1e15) {
        return Err("a number of the query is too large".to_owned());
    }
    let expr = parser::parse(text).map_err(|error| {
        let said: String = error.lines().next().unwrap_or_default().chars().take(120).collect();
        let unknown =
            if text.contains(AT_RUN_TIME) { " (some of its arguments have no value here)" } else { "" };
        format!("the query cannot be read as PromQL: {said}{unknown}")
    })?;
    let mut reading = Reading::default();
    let compared = reading.against_baseline(&expr, names);
    let found =
        compared.as_ref().map(|(metric, line, _)| (metric.clone(), *line)).or_else(|| reading.value(&expr));
    let (metric, line) = found.ok_or_else(|| {
        unlike::reason(&expr).or_else(|| unlike::of_status(&expr)).unwrap_or_else(|| {
            "the query has none of the shapes known here (ratio of errors or successes, histogram_quantile, a rate); say what it \
             measures in a table of metrics (--metrics)"
                .to_owned()
        })
    })?;
    let side = subject::subject(&reading.labels, names)?;
    let over = reading.over.unwrap_or(Span::from_secs(60));
    let mut notes = side.notes;
    notes.append(&mut reading.notes);
    notes.extend(remarks::grouped(&expr, &reading.labels));
    if !metric.is_gauge() && metric != Metric::Restarts {
        notes.extend(remarks::each_series(&expr));
    }
    notes.extend(reading.labels.iter().filter_map(status::remark));
    if let Metric::Business(name) = &metric {
        notes.push(format!(
            "it counts the business counter \"{name}\": a scenario without it has no data for it"
        ));
    }
    let mut seen = std::collections::BTreeSet::new();
    notes.retain(|note| seen.insert(note.clone()));
    let scalar = matches!(bare(&expr), Expr::Call(call) if call.func.name == "scalar");
    // In the lab's own queries, which name a role, these labels are a part of the requests.
    let part = |name: &str| {
        let is_own = reading.labels.iter().any(|matcher| matcher.name == "role");
        let of = |matcher: &&Matcher| matcher.name == name && matches!(matcher.op, MatchOp::Equal);
        reading.labels.iter().find(of).filter(|_| is_own).map(|matcher| matcher.value.clone())
    };
    Ok(Mapped {
        query: Query {
            metric,
            of: side.of,
            over,
            zone: part("zone"),
            cohort: part("cohort"),
            kind: part("kind"),
        },
        a: line.a,
        b: line.b,
        without_data: line.without_data,
        unsaid: side.unsaid,
        notes,
        unguarded: reading.unguarded && line.without_data.is_none(),
        vector: Some(!scalar && !matches!(bare(&expr), Expr::NumberLiteral(_))),
        against: compared.map(|(_, _, against)| against),
        filter: line.filter,
    })
}

#[cfg(test)]
mod tests;
