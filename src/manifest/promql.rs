//! Reads PromQL queries of the common shapes: error ratio, success ratio, quantile of latency, request rate, and the lab's own
//! metrics.

mod expr;
mod remarks;
mod subject;
mod unit;

pub use subject::{LATEST_HASH, Names, STABLE_HASH};
pub use unit::in_a_second;

use expr::{bare, guard, number, scaled, vector};
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{self, Expr, VectorSelector};

use super::template::AT_RUN_TIME;
use crate::engine::Span;
use crate::telemetry::{Metric, Query, Subject};

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
    /// The factor of the baseline's result that is subtracted (`candidate - 1.5 * baseline`).
    pub baseline: Option<f64>,
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
            baseline: None,
        }
    }
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
    let against = reading.against_baseline(&expr, names);
    let (metric, line) = against.as_ref().map(|(metric, line, _)| (metric.clone(), *line)).or_else(|| reading.value(&expr)).ok_or(
        "the query has none of the shapes known here (ratio of errors or successes, histogram_quantile, a rate); say \
         what it measures in a table of metrics (--metrics)",
    )?;
    let side = subject::subject(&reading.labels, names)?;
    let over = reading.over.unwrap_or(Span::from_secs(60));
    let mut notes = side.notes;
    notes.append(&mut reading.notes);
    notes.extend(remarks::grouped(&expr, &reading.labels));
    notes.extend(reading.labels.iter().filter_map(remarks::of_status));
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
        baseline: against.map(|(_, _, factor)| factor),
    })
}

/// `a` times the metric plus `b`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    a: f64,
    b: f64,
    without_data: Option<f64>,
}

const SAME: Line = Line { a: 1.0, b: 0.0, without_data: None };

impl Line {
    fn mapped(self, each: impl Fn(f64) -> f64) -> Self {
        Self {
            b: each(self.b),
            a: each(self.a + self.b) - each(self.b),
            without_data: self.without_data.map(each),
        }
    }
}

#[derive(Default)]
struct Reading {
    labels: Vec<Matcher>,
    over: Option<Span>,
    notes: Vec<String>,
    unguarded: bool,
}

impl Reading {
    /// `candidate - 1.5 * baseline`: both the same metric over the same time.
    fn against_baseline(&mut self, expr: &Expr, names: &Names) -> Option<(Metric, Line, f64)> {
        let Expr::Binary(binary) = bare(expr) else { return None };
        if binary.op.to_string() != "-" || number(&binary.lhs).is_some() || number(&binary.rhs).is_some() {
            return None;
        }
        let (other, factor) = scaled(bare(&binary.rhs));
        let (mut left, mut right) = (Self::default(), Self::default());
        let (metric, line) = left.value(&binary.lhs)?;
        let same = right.value(other)? == (metric.clone(), line) && left.over == right.over;
        let of = |reading: &Self| subject::subject(&reading.labels, names).map(|side| side.of);
        let roles = (of(&left), of(&right)) == (Ok(Subject::Candidate), Ok(Subject::Baseline));
        if !same || !roles || line.b != 0.0 || line.without_data.is_some() || factor < 0.0 {
            return None;
        }
        *self = left;
        Some((metric, line, factor))
    }

    fn value(&mut self, expr: &Expr) -> Option<(Metric, Line)> {
        match expr {
            Expr::Paren(inside) => self.value(&inside.expr),
            Expr::Aggregate(aggregate) if aggregate.param.is_none() && self.samples(expr).is_none() => {
                self.value(&aggregate.expr)
            }
            Expr::Binary(binary) => {
                let (left, right) = (binary.lhs.as_ref(), binary.rhs.as_ref());
                match (binary.op.to_string().as_str(), number(left), number(right)) {
                    ("or", _, _) => {
                        let (metric, line) = self.value(left)?;
                        Some((metric, Line { without_data: Some(vector(right)?), ..line }))
                    }
                    (sign, Some(c), None) => {
                        let (metric, line) = self.value(right)?;
                        Some((metric, line.mapped_by(sign, |x, f| f(c, x))?))
                    }
                    (sign, None, Some(c)) => {
                        let (metric, line) = self.value(left)?;
                        Some((metric, line.mapped_by(sign, |x, f| f(x, c))?))
                    }
                    ("/", None, None) => self.ratio(left, right),
                    _ => None,
                }
            }
            Expr::Call(call) if call.func.name == "histogram_quantile" => {
                let [quantile, buckets] = call.args.args.as_slice() else { return None };
                let quantile = number(quantile).filter(|q| (0.0..=1.0).contains(q))?;
                let name = self.take(self.samples(buckets)?)?;
                let units = unit::in_a_second(&name);
                if units.is_none() {
                    self.notes.push(format!(
                        "the name `{name}` does not say its unit; it is taken for seconds: if it is milliseconds, say so in a \
                         table (--metrics) with `scale: 1000`"
                    ));
                }
                Some((Metric::Latency(quantile), Line { a: units.unwrap_or(1.0), ..SAME }))
            }
            Expr::Call(call)
                if ["scalar", "vector", "avg_over_time", "clamp_min"].contains(&call.func.name) =>
            {
                self.value(call.args.args.first()?)
            }
            _ => {
                let samples = self.samples(expr)?;
                if let Some(quantile) = remarks::quantile(samples.selector) {
                    let name = self.take(samples)?;
                    return Some((
                        Metric::Latency(quantile),
                        Line { a: unit::in_a_second(&name).unwrap_or(1.0), ..SAME },
                    ));
                }
                let plain =
                    samples.selector.matchers.matchers.iter().all(|matcher| side_of(matcher).is_none());
                let (over, counts) = (samples.over, samples.counts);
                let name = self.take(samples)?;
                let metric = remarks::of_name(&name, plain)?;
                let seconds = over.map_or(0.0, Span::as_secs_f64);
                let a = match metric {
                    // A counter's total says nothing about now.
                    Metric::RequestRate | Metric::Business(_) if over.is_none() => return None,
                    Metric::RequestRate | Metric::Business(_) if counts => seconds,
                    Metric::Restarts if over.is_some() && !counts => seconds.recip(),
                    _ => 1.0,
                };
                Some((metric, Line { a, ..SAME }))
            }
        }
    }

    /// One rate over another.
    fn ratio(&mut self, part: &Expr, whole: &Expr) -> Option<(Metric, Line)> {
        // `rate(x_errors[1m]) or vector(0)` in the numerator is a common guard against gaps.
        let guarded = !std::ptr::eq(bare(guard(part)), bare(part));
        let ((part, above), (whole, below)) = (scaled(guard(part)), scaled(guard(whole)));
        let (part, whole) = (self.samples(part)?, self.samples(whole)?);
        let side = side(part.selector, whole.selector)?;
        if whole.selector.matchers.matchers.iter().any(|matcher| side_of(matcher).is_some()) {
            return None;
        }
        // A series is made at the first response with a code; a counter of its own for errors is there from the start.
        self.unguarded = side == Side::Bad && !guarded && part.selector.name == whole.selector.name;
        self.take(part)?;
        self.take(whole)?;
        let line = match side {
            Side::Bad => SAME,
            Side::Good => Line { a: -1.0, b: 1.0, without_data: None },
        };
        let scale = above / below;
        (scale.is_finite() && scale > 0.0).then(|| (Metric::ErrorRatio, line.mapped(|x| scale * x)))
    }

    /// The selector of the samples that an expression sums: `sum(rate(x[1m]))`, `increase(x[1m])`, `x`.
    fn samples<'e>(&self, expr: &'e Expr) -> Option<Samples<'e>> {
        match expr {
            Expr::Paren(inside) => self.samples(&inside.expr),
            Expr::Aggregate(aggregate) if aggregate.param.is_none() => self.samples(&aggregate.expr),
            Expr::VectorSelector(selector) => Some(Samples { selector, over: None, counts: false }),
            Expr::Call(call) => {
                const OVER: [&str; 8] = [
                    "rate",
                    "irate",
                    "increase",
                    "avg_over_time",
                    "max_over_time",
                    "min_over_time",
                    "last_over_time",
                    "sum_over_time",
                ];
                let inside = call.args.args.first().filter(|_| OVER.contains(&call.func.name))?;
                let Expr::MatrixSelector(matrix) = inside.as_ref() else { return None };
                let nanos = u64::try_from(matrix.range.as_nanos()).ok()?;
                let counts = call.func.name == "increase";
                Some(Samples { selector: &matrix.vs, over: Some(Span(nanos)), counts })
            }
            _ => None,
        }
    }

    /// Records a selector's labels and window, and returns its name.
    fn take(&mut self, samples: Samples<'_>) -> Option<String> {
        let selector = samples.selector;
        if selector.offset.is_some() || selector.at.is_some() || !selector.matchers.or_matchers.is_empty() {
            return None;
        }
        self.over = samples.over.or(self.over);
        self.labels.extend(selector.matchers.matchers.iter().cloned());
        selector.name.clone()
    }
}

impl Line {
    fn mapped_by(self, sign: &str, with: impl Fn(f64, fn(f64, f64) -> f64) -> f64) -> Option<Self> {
        let f: fn(f64, f64) -> f64 = match sign {
            "+" => |x, y| x + y,
            "-" => |x, y| x - y,
            "*" => |x, y| x * y,
            // Only a division by a number keeps the form `a` times the metric plus `b`.
            "/" if (with(2.0, |x, y| x / y) - 2.0 * with(1.0, |x, y| x / y)).abs() < 1e-9 => |x, y| x / y,
            _ => return None,
        };
        let line = self.mapped(|x| with(x, f));
        (line.a.is_finite() && line.b.is_finite() && line.a != 0.0).then_some(line)
    }
}

struct Samples<'e> {
    selector: &'e VectorSelector,
    over: Option<Span>,
    /// Whether they are counted over the window, not per second.
    counts: bool,
}

/// Whether a part of the requests is the failed ones or the successful ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Good,
    Bad,
}

fn side(part: &VectorSelector, whole: &VectorSelector) -> Option<Side> {
    let extra: Vec<&Matcher> =
        part.matchers.matchers.iter().filter(|matcher| !whole.matchers.matchers.contains(matcher)).collect();
    match (extra.as_slice(), part.name == whole.name) {
        ([matcher], true) => side_of(matcher),
        ([], false) => {
            let name = part.name.as_deref()?.to_lowercase();
            let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
            match (is(&["error", "fail"]), is(&["success"])) {
                (true, false) => Some(Side::Bad),
                (false, true) => Some(Side::Good),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The requests that a matcher of a status keeps; `None` when it is about another label.
fn side_of(matcher: &Matcher) -> Option<Side> {
    let name = matcher.name.to_lowercase();
    if !["code", "status", "result", "outcome", "class"].iter().any(|word| name.contains(word)) {
        return None;
    }
    let value = matcher.value.to_lowercase();
    let bad = ["5", "error", "fail"].iter().any(|word| value.starts_with(word))
        || ["5..", "5xx", "5.*", "5\\d", "[45]", "[4-5]", "[^2", "[^1"]
            .iter()
            .any(|word| value.contains(word))
        || value.contains("server_error");
    let good =
        !bad && ["2", "[23", "[1-4", "[2-", "[^5", "1", "ok", "success"].iter().any(|w| value.starts_with(w));
    let side = if bad {
        Side::Bad
    } else if good {
        Side::Good
    } else {
        return None;
    };
    let keeps = matches!(matcher.op, MatchOp::Equal | MatchOp::Re(_));
    Some(match (side, keeps) {
        (side, true) => side,
        (Side::Good, false) => Side::Bad,
        (Side::Bad, false) => Side::Good,
    })
}

#[cfg(test)]
mod tests;
