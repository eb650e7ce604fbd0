//! Reads PromQL queries of the common shapes: error ratio, success ratio, quantile of latency, request rate, and the lab's own
//! metrics.

mod expr;

use expr::{bare, guard, number, scaled, vector};
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{self, Expr, VectorSelector};

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
    /// Whether it names no release and so measures all releases together.
    pub unsaid: bool,
    /// The factor of the baseline's result that is subtracted (`candidate - 1.5 * baseline`).
    pub baseline: Option<f64>,
}

/// The names of services that a manifest gives the candidate and the baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// The candidate's names in labels.
    pub candidate: Vec<String>,
    /// The baseline's names in labels.
    pub baseline: Vec<String>,
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
    let expr = parser::parse(text).map_err(|error| {
        let said: String = error.lines().next().unwrap_or_default().chars().take(120).collect();
        format!("the query cannot be read as PromQL: {said}")
    })?;
    let mut reading = Reading::default();
    let against = reading.against_baseline(&expr, names);
    let (metric, line) = against.as_ref().map(|(metric, line, _)| (metric.clone(), *line)).or_else(|| reading.value(&expr)).ok_or(
        "the query has none of the shapes known here (ratio of errors or successes, histogram_quantile, a rate); say \
         what it measures in a table of metrics (--metrics)",
    )?;
    let (of, unsaid) = reading.subject(names);
    let over = reading.over.unwrap_or(Span::from_secs(60));
    Ok(Mapped {
        query: Query { metric, of, over, zone: None, cohort: None, kind: None },
        a: line.a,
        b: line.b,
        without_data: line.without_data,
        unsaid,
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
    labels: Vec<(String, String)>,
    over: Option<Span>,
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
        let roles =
            (left.subject(names).0, right.subject(names).0) == (Subject::Candidate, Subject::Baseline);
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
                let millis = ["milliseconds", "_ms_", "_millis_"].iter().any(|unit| name.contains(unit));
                Some((Metric::Latency(quantile), Line { a: if millis { 1_000.0 } else { 1.0 }, ..SAME }))
            }
            Expr::Call(call)
                if ["scalar", "vector", "avg_over_time", "clamp_min"].contains(&call.func.name) =>
            {
                self.value(call.args.args.first()?)
            }
            _ => {
                let samples = self.samples(expr)?;
                let plain =
                    samples.selector.matchers.matchers.iter().all(|matcher| side_of(matcher).is_none());
                let name = self.take(samples)?;
                Some((of_name(&name, plain)?, SAME))
            }
        }
    }

    /// One rate over another.
    fn ratio(&mut self, part: &Expr, whole: &Expr) -> Option<(Metric, Line)> {
        // `rate(x_errors[1m]) or vector(0)` in the numerator is a common guard against gaps.
        let ((part, above), (whole, below)) = (scaled(guard(part)), scaled(guard(whole)));
        let (part, whole) = (self.samples(part)?, self.samples(whole)?);
        let side = side(part.selector, whole.selector)?;
        if whole.selector.matchers.matchers.iter().any(|matcher| side_of(matcher).is_some()) {
            return None;
        }
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
            Expr::VectorSelector(selector) => Some(Samples { selector, over: None }),
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
                Some(Samples { selector: &matrix.vs, over: Some(Span(nanos)) })
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
        let positive = |matcher: &&Matcher| matches!(matcher.op, MatchOp::Equal | MatchOp::Re(_));
        let labels = selector.matchers.matchers.iter().filter(positive);
        self.labels.extend(labels.map(|matcher| (matcher.name.clone(), matcher.value.clone())));
        selector.name.clone()
    }

    /// The release that is measured, and whether the query left that open.
    fn subject(&self, names: &Names) -> (Subject, bool) {
        let label =
            |name: &str| self.labels.iter().find(|(label, _)| label == name).map(|(_, value)| value.as_str());
        match (label("role"), label("service")) {
            (Some("candidate"), _) => return (Subject::Candidate, false),
            (Some("baseline"), _) => return (Subject::Baseline, false),
            (Some("control"), _) => return (Subject::Control, false),
            (Some("target"), _) => return (Subject::Target, false),
            (Some("service"), Some(name)) => return (Subject::Service(name.to_owned()), false),
            _ => {}
        }
        let any = |words: &[&str], names: &[String]| {
            self.labels.iter().any(|(_, value)| {
                let value = value.to_lowercase();
                let host = value.split('.').next().unwrap_or(&value);
                names.iter().any(|name| name == host) || words.iter().any(|word| value.contains(word))
            })
        };
        if any(&["canary", "candidate", "preview", "{{"], &names.candidate) {
            (Subject::Candidate, false)
        } else if any(&["stable", "primary", "baseline"], &names.baseline) {
            (Subject::Baseline, false)
        } else {
            (Subject::Target, true)
        }
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

/// The metric that a name stands for.
fn of_name(name: &str, plain: bool) -> Option<Metric> {
    match name {
        "rollout_lab_saturation" => return Some(Metric::Saturation),
        "rollout_lab_queue_depth" => return Some(Metric::QueueDepth),
        "rollout_lab_memory" => return Some(Metric::Memory),
        "rollout_lab_ready_instances" | "kube_deployment_status_replicas_ready" => {
            return Some(Metric::ReadyInstances);
        }
        "rollout_lab_restarts_total" | "kube_pod_container_status_restarts_total" => {
            return Some(Metric::Restarts);
        }
        _ if !plain => return None,
        _ => {}
    }
    if name.contains("request") {
        return Some(Metric::RequestRate);
    }
    name.strip_suffix("_total").map(|business| Metric::Business(business.to_owned()))
}

#[cfg(test)]
mod tests;
